"""The browser verifier against `escrutinio verify` on the records of the mutation tests.

Each broken record is read by both, and every step that the page checks must end alike. A run of the
tests takes a sample of them; all of them, some 2,400 records in a quarter of an hour, with

    BROWSER_CORPUS=all .venv/bin/python -m pytest -n 0 tests/browser/test_browser_corpus.py
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.browser.corpus import MODULES, Case, read_cases
from tests.browser.record_server import FolderFiles, RecordServer

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

#: Tests of the sample; each verifies some two records.
_SAMPLE = 20
#: Steps that the page leaves to the program, and says so.
_LEFT = {"V11", "V12", "V13", "V18"}
#: Records that the page reads before it answers.
_AT_ONCE = 20
_ROOT = Path(__file__).resolve().parents[2]

_READ = """
async cases => {
  const V = EscrutinioVerifier;
  const blobs = window.blobs ??= new Map();
  const names = new Set(cases.flatMap(item =>
    [...Object.values(item.files), ...(item.older ? [item.older] : [])]));
  for (const name of names) {
    if (blobs.has(name)) continue;
    const answer = await fetch(`../${name}`);
    blobs.set(name, new Uint8Array(await answer.arrayBuffer()));
  }
  const answers = [];
  for (const {files, anchor, older, now} of cases) {
    const read = async (path, most) => {
      const bytes = Object.hasOwn(files, path) ? blobs.get(files[path]) : null;
      if (bytes && bytes.length > most) throw new V.Bad('a shorter file', bytes.length);
      return bytes;
    };
    const held = older ? V.readHeld([{name: 'older', bytes: blobs.get(older)}]) : undefined;
    const trust = anchor === null ? null : V.readAnchor(anchor);
    const inputs = {trust, held, isEveryFile: true, nowSeconds: now};
    const source = {list: () => Object.keys(files), read};
    const report = await new V.Verification(source, inputs, new V.Pace()).run();
    answers.push(Object.fromEntries(V.STEPS.map(code => [code, report.status(code)])));
  }
  return answers;
}
"""


def _write_corpus(folder: Path) -> None:
    """Have the mutation tests, or a sample of them, verify their records."""
    is_whole = os.environ.get("BROWSER_CORPUS") == "all"
    tests = [str(_ROOT / "tests" / "scenario" / name) for name in MODULES]
    sample = [] if is_whole else ["--corpus-tests", str(_SAMPLE)]
    plugin = ["-p", "tests.browser.corpus", "--corpus", str(folder), *sample]
    run = subprocess.run(
        [
            sys.executable,
            "-m",
            "pytest",
            "-n",
            "0",
            "-q",
            "-p",
            "no:cacheprovider",
            *plugin,
            *tests,
        ],
        cwd=_ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stdout[-2_000:]


def _differences(case: Case, answer: Mapping[str, str]) -> list[str]:
    return [
        f"{case.test}: {code} {theirs}, in the page {answer[code]}"
        for code, theirs in case.steps.items()
        if code not in _LEFT and answer[code] != theirs
    ]


def test_every_step_ends_alike_on_broken_records(
    page: Page, server: RecordServer, tmp_path: Path
) -> None:
    _write_corpus(tmp_path)
    page.goto(server.put("corpus", FolderFiles(tmp_path)) + "en/verify.html")
    page.set_default_timeout(0)
    cases = list(read_cases(tmp_path))
    assert len(cases) >= _SAMPLE
    found: list[str] = []
    for begin in range(0, len(cases), _AT_ONCE):
        some = cases[begin : begin + _AT_ONCE]
        asked: list[dict[str, Any]] = [
            {"files": item.files, "anchor": item.anchor, "older": item.older, "now": item.now}
            for item in some
        ]
        answers = page.evaluate(_READ, asked)
        for case, answer in zip(some, answers, strict=True):
            found += _differences(case, answer)
    assert found == []
