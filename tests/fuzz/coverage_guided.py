"""Fuzz every decoder, guided by the branches that inputs reach.

    python -m tests.fuzz.coverage_guided [NAME ...]

Each decoder has a process of its own, which begins from its seeds and keeps what reaches code that
nothing reached before. Without ``FUZZ_SECONDS`` a fixed number of inputs from a fixed seed is
tried, the same in every run; with it, each decoder is fuzzed for so many seconds, from a seed of
the day. An input that fails is shown, and kept in ``FUZZ_FOUND`` if that names a folder.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
import time
import traceback
from pathlib import Path

import atheris

# What is imported here has its branches counted.
with atheris.instrument_imports(
    include=["escrutinio", "tests.fuzz.planted"], enable_loader_override=False
):
    from tests.fuzz.decoders import DECODERS, Decoder, try_decoder
    from tests.fuzz.planted import read_planted

#: Inputs of each decoder in an ordinary run.
RUNS = 1_500
#: Longest time for them, in seconds; slow decoders end earlier.
MAX_SECONDS = 3
SEED = 20_300_728
#: Longest input, and longest time for one.
MAX_INPUT_BYTES = 16_384
TIMEOUT_S = 20
#: Exit code of a process whose decoder failed.
FAILED = 77

PLANTED = Decoder("planted", read_planted, lambda: [b"good", b"bytes"])


def main() -> int:
    """Fuzz the decoders that are named, or all but the planted one; say which failed."""
    known = {**DECODERS, PLANTED.name: PLANTED}
    named = sys.argv[1:] or [item.name for item in DECODERS.values() if item.is_guided]
    failed = [name for name in named if not _passes(known[name])]
    _say(f"{len(named)} decoders fuzzed, {len(failed)} failed: {', '.join(failed) or 'none'}")
    return 1 if failed else 0


def _passes(decoder: Decoder) -> bool:
    """Fuzz one decoder in a process of its own; libFuzzer ends the process it runs in."""
    with tempfile.TemporaryDirectory(prefix="escrutinio-fuzz-") as name:
        folder = Path(name)
        (folder / "corpus").mkdir()
        for number, data in enumerate(decoder.seeds()):
            (folder / "corpus" / f"{number:04}").write_bytes(data)
        child = os.fork()
        if child == 0:
            try:
                _fuzz(decoder, folder)
            finally:
                os._exit(FAILED)
        _, status = os.waitpid(child, 0)
        code = os.waitstatus_to_exitcode(status)
        log = (folder / "log").read_text(encoding="utf-8", errors="replace")
        last = next((line for line in reversed(log.splitlines()) if line.startswith("Done")), "")
        _say(f"{decoder.name}: {last}" if code == 0 else f"{decoder.name}: {log}")
        _keep(decoder, folder)
    return code == 0


def _fuzz(decoder: Decoder, folder: Path) -> None:
    """Become the fuzzer of a decoder."""
    seconds = os.environ.get("FUZZ_SECONDS")
    seed = SEED if seconds is None else int(time.time())
    runs = RUNS if seconds is None else -1
    bound = [f"-runs={runs}", f"-max_total_time={seconds or MAX_SECONDS}"]
    log = os.open(folder / "log", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.dup2(log, sys.stdout.fileno())
    os.dup2(log, sys.stderr.fileno())

    def try_input(data: bytes) -> None:
        try:
            try_decoder(decoder, data)
        except BaseException:  # noqa: BLE001  # whatever it is, it is what we look for
            # All of it here: libFuzzer would report its own crash after ours.
            traceback.print_exc()
            _say(f"input: {data!r}")
            (folder / "found").write_bytes(data)
            os._exit(FAILED)

    options = [*bound, f"-seed={seed}", f"-max_len={MAX_INPUT_BYTES}", f"-timeout={TIMEOUT_S}"]
    artifacts = f"-artifact_prefix={folder / 'found'}-"
    atheris.Setup([decoder.name, *options, artifacts, str(folder / "corpus")], try_input)
    atheris.Fuzz()


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def _keep(decoder: Decoder, folder: Path) -> None:
    """Keep what failed, or took too long, where the caller wants it."""
    kept = os.environ.get("FUZZ_FOUND")
    for path in folder.glob("found*"):
        if kept is not None:
            Path(kept).mkdir(parents=True, exist_ok=True)
            name = decoder.name.replace(" ", "-").replace("/", "-")
            shutil.copyfile(path, Path(kept, f"{name}-{path.name}"))


if __name__ == "__main__":
    sys.exit(main())
