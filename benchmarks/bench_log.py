"""Time hashing, writing and reading a log.

python benchmarks/bench_log.py
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from escrutinio.adapters.log_folder import LogFolder
from escrutinio.log import (
    compute_root,
    create_log,
    hash_leaves,
    load_checkpoint,
    load_edge,
    open_log,
    prove_entry,
    read_log,
    verify_reading,
)
from escrutinio.primitives.keys import SigningKey
from escrutinio.primitives.vkey import NoteSigner

ENTRY_BYTES = 212
SIGNER = NoteSigner("actas.example/2024", SigningKey(b"\x01" * 32))
ROUNDS = 3


def main() -> None:
    """Print one line per operation: CPU time of one core, and time on the clock."""
    entries = [str(number).encode().ljust(ENTRY_BYTES, b".") for number in range(1_000_000)]
    leaves = hash_leaves(entries)
    _print("hash 1,000,000 leaves", lambda: hash_leaves(entries))
    _print("tree over them", lambda: compute_root(leaves))
    for count in (30_000, 1_000_000):
        with tempfile.TemporaryDirectory() as name:
            _time_folder(LogFolder(Path(name)), entries[:count])


def _time_folder(folder: LogFolder, entries: list[bytes]) -> None:
    count = len(entries)
    writer = create_log(folder, SIGNER)
    _print(f"append {count:,} entries, durable", lambda: writer.append(entries), rounds=1)
    old = writer.publish()
    _print(f"read and verify {count:,}", lambda: _read(folder))
    _print(f"one receipt of {count:,}", lambda: prove_entry(folder, old, count // 3))
    _print(f"open the log of {count:,}", lambda: open_log(folder, SIGNER))
    _print("append 1,000 more", lambda: writer.append(entries[:1000]), rounds=1)
    new = writer.publish()

    def read_new() -> None:
        edge = load_edge(folder, old.checkpoint)
        verify_reading(read_log(folder, new.checkpoint, edge))

    _print(f"read and verify 1,000 after {count:,}", read_new)


def _read(folder: LogFolder) -> None:
    signed = load_checkpoint(folder)
    if signed is not None:
        verify_reading(read_log(folder, signed.checkpoint))


def _print(what: str, work: Callable[[], object], rounds: int = ROUNDS) -> None:
    times = []
    for _ in range(rounds):
        cpu, clock = time.process_time(), time.perf_counter()
        work()
        times.append((time.process_time() - cpu, time.perf_counter() - clock))
    cpu_s, clock_s = min(times)
    print(f"{what:44} {cpu_s:8.3f} s of CPU {clock_s:8.3f} s")


if __name__ == "__main__":
    main()
