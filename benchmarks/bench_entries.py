"""Entries of each kind read and verified, per second and core, against bare signature checks.

python benchmarks/bench_entries.py
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial

from escrutinio.definition import StationId
from escrutinio.log.entries import (
    Approval,
    Bulletin,
    Confirmation,
    Content,
    Decision,
    DecisionKind,
    DecisionReason,
    Hold,
    NationalFigures,
    decode_entry,
    logged_sheet,
    read_entries,
    sign_entry,
    verify_entry,
)
from escrutinio.polling import AdmittedSeal, StationOpening
from escrutinio.primitives.cose import decode_message, key_id, to_be_signed
from escrutinio.primitives.keys import PublicKey, SigningKey, verify_signature
from escrutinio.sheet.tally_sheet import FormFigure, Seal, TallySheet
from escrutinio.sheet.transcribed import TranscribedSheet

COUNT = 3_000
ROUNDS = 5
ELECTION = bytes(16)
DIGEST = bytes(range(32))
TIME_S = 1_722_218_400
#: Three candidates of 38 get nearly all the votes.
LINES, MAIN_LINES = 38, 3


def main() -> None:
    """Print one line per kind, in CPU time of one core."""
    key = SigningKey(bytes(range(32)))
    keys = {key_id(key.public): [key.public.raw]}
    print(f"{'':24} bytes  entries/s  us each  times the signature check alone")
    for name, make in _KINDS.items():
        entries = [sign_entry(make(number), ELECTION, key) for number in range(COUNT)]
        floor, work, exact = _measure(
            partial(_check_signatures, list(map(_signed, entries)), key.public),
            partial(_read, entries, keys),
            partial(_read_one_by_one, entries, key.public),
        )
        size = len(entries[0])
        print(f"{name:24} {size:5} {COUNT / work:10,.0f} {_us(work)} {work / floor:8.2f}")
        if name == "tally sheet":
            print(f"{'  its signatures alone':24}       {COUNT / floor:10,.0f} {_us(floor)}")
            print(f"{'  one at a time':24}       {COUNT / exact:10,.0f} {_us(exact)}")


def _signed(data: bytes) -> tuple[bytes, bytes]:
    message = decode_message(data, "entry")
    return to_be_signed(message.protected, message.payload), message.signature


def _check_signatures(signed: Sequence[tuple[bytes, bytes]], key: PublicKey) -> None:
    for data, signature in signed:
        verify_signature(key, data, signature, "entry")


def _read(entries: Sequence[bytes], keys: Mapping[bytes, Sequence[bytes]]) -> None:
    _, unread = read_entries(entries, 0, keys, ELECTION)
    if unread:
        sys.exit(f"expected every entry to be read, {len(unread)} were not")


def _read_one_by_one(entries: Sequence[bytes], key: PublicKey) -> None:
    for index, data in enumerate(entries):
        verify_entry(decode_entry(data, index, "entry"), [key], "entry")


def _us(seconds: float) -> str:
    return f"{seconds / COUNT * 1e6:8.1f}"


def _measure(*cases: Callable[[], object]) -> Sequence[float]:
    """Give the least CPU time of each case; the cases take turns."""
    best = [float("inf")] * len(cases)
    for _ in range(ROUNDS):
        for at, work in enumerate(cases):
            start = time.process_time()
            work()
            best[at] = min(best[at], time.process_time() - start)
    return best


def _station(number: int) -> str:
    return f"1301010{number:05}.1"


def _votes(number: int) -> tuple[int, ...]:
    return tuple(
        (number * 37 + line * 101) % (900 if line < MAIN_LINES else 40) for line in range(LINES)
    )


def _sheet(number: int) -> Content:
    figures = {FormFigure.REGISTERED: 3000, FormFigure.ADMITTED: 2100, FormFigure.BALLOTS: 2100}
    return logged_sheet(
        TallySheet(
            election=ELECTION,
            station=StationId(_station(number)),
            contest=0,
            version=1,
            closed_at_s=TIME_S,
            figures=figures,
            votes=_votes(number),
            categories=(number % 50,),
            follows=Seal(DIGEST),
        )
    )


def _transcribed(number: int) -> Content:
    figures = {f"option.P{line:02}": votes for line, votes in enumerate(_votes(number))}
    return TranscribedSheet(
        _station(number), 0, 1, 0, "130101", DIGEST, figures, (), None, (), None, None
    )


def _bulletin(number: int) -> Content:
    figures = NationalFigures(30_026, 25_000, 26, 5_000, 0, 10_000_000, 10_100_000, _votes(number))
    return Bulletin(1, TIME_S, 1 + number, DIGEST, None, DIGEST, 1_000_000, (figures,))


_KINDS: Mapping[str, Callable[[int], Content]] = {
    "tally sheet": _sheet,
    "station opening": lambda number: StationOpening(_station(number), TIME_S, 0),
    "admitted-count seal": lambda number: AdmittedSeal(_station(number), 0, 2100, TIME_S, DIGEST),
    "transcribed sheet": _transcribed,
    "confirmation": lambda number: Confirmation(number.to_bytes(32, "big"), None),
    "automatic hold": lambda number: Hold(number.to_bytes(32, "big"), ("SHEET-201", "SHEET-301")),
    "decision": lambda number: Decision(
        DecisionKind.RELEASE, _station(number), 0, DIGEST, DecisionReason.PAPER, None
    ),
    "approval": lambda number: Approval(number.to_bytes(32, "big")),
    "bulletin": _bulletin,
}


if __name__ == "__main__":
    main()
