"""A fuzzer that sees which branches an input reaches, for a bounded time in every test run."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
needs_fuzzer = pytest.mark.skipif(
    importlib.util.find_spec("atheris") is None,
    reason="atheris is built for Linux on x86-64 only",
)


def _fuzz(*names: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "tests.fuzz.coverage_guided", *names],
        cwd=ROOT,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=False,
    )


@needs_fuzzer
@pytest.mark.slow
def test_no_decoder_fails() -> None:
    """``FUZZ_SECONDS=60`` fuzzes each of them for a minute."""
    run = _fuzz()
    assert run.returncode == 0, run.stdout


@needs_fuzzer
@pytest.mark.slow
def test_a_planted_bug_is_found(tmp_path: Path) -> None:
    """Chance would meet it once in four thousand million inputs; coverage leads there."""
    run = _fuzz("planted", FUZZ_SECONDS="60", FUZZ_FOUND=str(tmp_path))
    assert run.returncode == 1, run.stdout
    assert "KeyError: 'planted'" in run.stdout
    (kept,) = tmp_path.iterdir()
    assert kept.read_bytes().startswith(b"ESC1")
