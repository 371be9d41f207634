"""The browser verifier: a simulated evening of a national election, in Debian's Chromium.

    python benchmarks/bench_browser.py [STATIONS]

A whole run, from the press of the button to the verdict, of the page that stands in the record:
once from a web server on this machine and once from a folder that the reader picks. The floor is
the same browser checking as many signatures and nothing else, in as many workers as cores.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.bench_verify import COMMAND
from benchmarks.measuring import Line, Rounds, measure, run_process, write_section
from escrutinio.log import CHECKPOINT_PATH, decode_checkpoint
from tests.browser.record_server import FolderFiles, serve_records

STATIONS = 30_026
#: The most that one run may take.
MOST_S = 15
WAIT_MS = 600_000

#: Signatures of a generated key, each checked anew, shared out among workers.
FLOOR = """
async count => {
  const pair = await crypto.subtle.generateKey({name: 'Ed25519'}, true, ['sign', 'verify']);
  const key = await crypto.subtle.exportKey('raw', pair.publicKey);
  const message = crypto.getRandomValues(new Uint8Array(220));
  const signature = await crypto.subtle.sign({name: 'Ed25519'}, pair.privateKey, message);
  const work = async ({data: {key, message, signature, count}}) => {
    const algorithm = {name: 'Ed25519'};
    const known = await crypto.subtle.importKey('raw', key, algorithm, false, ['verify']);
    const check = () => crypto.subtle.verify(algorithm, known, signature, message);
    for (let done = 0; done < count; done += 512) {
      await Promise.all(Array.from({length: Math.min(512, count - done)}, check));
    }
    postMessage(null);
  };
  const address = URL.createObjectURL(new Blob([`onmessage = ${work};`]));
  const cores = navigator.hardwareConcurrency;
  await Promise.all(Array.from({length: cores}, () => new Promise(resume => {
    const worker = new Worker(address);
    worker.onmessage = () => { worker.terminate(); resume(); };
    worker.postMessage({key, message, signature, count: Math.ceil(count / cores)});
  })));
}
"""


def verify(page: Page, address: str, anchor: str, folder: Path | None) -> None:
    """Verify a record as a reader does, and see that it is verified."""
    page.goto(address)
    page.fill("#anchor", anchor)
    if folder is not None:
        page.set_input_files("#folder", folder)
    page.click("#verify")
    page.locator("#results:visible, #trouble:visible").first.wait_for(timeout=WAIT_MS)
    if page.get_attribute("#verdict", "data-answer") != "verified":
        raise SystemExit(page.inner_text("main"))


def main() -> None:
    """Measure, and write the section of the results."""
    stations = int(sys.argv[1]) if len(sys.argv) > 1 else STATIONS
    chromium = shutil.which("chromium")
    if chromium is None:
        print("no browser: apt-get install chromium libatomic1")
        return
    with tempfile.TemporaryDirectory() as name, serve_records() as server:
        out = Path(name) / "simulated"
        run_process(COMMAND, "simulate", "--stations", str(stations), "--seed", "1", str(out))
        record, anchor = out / "record", (out / "anchor.toml").read_text(encoding="utf-8")
        head = decode_checkpoint((record / CHECKPOINT_PATH).read_bytes(), "checkpoint").checkpoint
        address = server.put("evening", FolderFiles(record)) + "en/verify.html"
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=chromium, args=["--no-sandbox", "--disable-gpu"]
            )
            page = browser.new_page()
            cases: dict[str, Callable[[], object]] = {
                "floor": lambda: page.evaluate(FLOOR, head.size),
                "web": lambda: verify(page, address, anchor, None),
                "folder": lambda: verify(page, address, anchor, record),
            }
            page.goto(address)
            rounds = measure(cases)
            version = browser.version
            browser.close()
        report(stations, head.size, rounds, version)


def report(stations: int, entries: int, rounds: Rounds, version: str) -> None:
    """Write the section."""
    write_section(
        "browser",
        f"The browser verifier, {stations:,} stations, {entries:,} entries",
        rounds,
        [
            Line("floor", "as many signatures checked, nothing else", is_floor=True),
            Line("web", "the record of a web server on this machine", MOST_S),
            Line("folder", "the record in a folder, every file of it", MOST_S),
        ],
        [f"Chromium {version}, one page, without a screen."],
    )


if __name__ == "__main__":
    main()
