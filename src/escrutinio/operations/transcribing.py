"""A source's table of sheets in the log: first readings, and corrections of earlier ones.

Each row is held against what the same source has in the log of the same station and contest. A
reading *stands* until its source corrects it; it is *open* when it stands and no row repeats it.

1. A row that says what a reading says is there already. Where a reason is given and a reading is
   open, only readings that stand are looked at: the source may go back to what it corrected.
2. A row of the same copy as an open reading corrects it, and needs a reason. So does the one row
   that is left where one open reading is left.
3. Where rows are left and no open reading, they are first readings: of the station, or of another
   copy of its sheet.
4. Where it is not clear what a row corrects, it is refused.

Reference: docs/formats/transcribed-sheet.md.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import msgspec

from escrutinio.definition import Definition, Role
from escrutinio.errors import ElectionRecordError, Fault
from escrutinio.log.entries import sign_entry
from escrutinio.operations.check import ReceivedFile, decode_received, read_roll_tables
from escrutinio.operations.election_keys import find_signer
from escrutinio.operations.election_log import ElectionLog
from escrutinio.operations.submitting import Submission, SubmissionAnswer, submit_entries
from escrutinio.primitives.keys import SigningKey
from escrutinio.sheet import CellState, Profile, read_sheets, roll_from_sheets
from escrutinio.sheet.tally_sheet import CorrectionReason
from escrutinio.sheet.transcribed import TranscribedSheet
from escrutinio.sheet.transcribed_table import transcribe_table
from escrutinio.tabulation.ledger import StationChain

__all__ = ["read_transcriptions", "submit_readings"]

#: Most fields named where a row says something else than the log.
MAX_NAMED = 3
#: Field of the registered voters, and what it holds where its cell is empty.
_ROLL, _EMPTY = "registered", -int(CellState.EMPTY)

_ENCODER = msgspec.msgpack.Encoder(order="sorted")


def read_transcriptions(
    files: Sequence[ReceivedFile],
    definition: Definition,
    profile: Profile,
    rolls: tuple[ReceivedFile, Profile] | None = None,
) -> list[TranscribedSheet]:
    """Read every row of a source's files as the first version of a transcribed sheet.

    Args:
        files: the sheets, as for ``check_sheet_files``.
        definition: the election as it was frozen.
        profile: how they are laid out.
        rolls: a file with registered voters per station, and its profile, for rows that show
            none; the source signs them as its own.

    Raises:
        MalformedError: a file is not what its profile says.
    """
    frames = [(file.name, decode_received(file, profile)) for file in files]
    registered = {
        table.contest.code: dict(roll_from_sheets(table).iter_rows())
        for table in read_roll_tables(rolls, definition)
    }
    return [
        _with_roll(sheet, registered.get(table.contest.code, {}))
        for table in read_sheets(frames, profile, definition)
        for sheet in transcribe_table(table, definition)
    ]


def _with_roll(sheet: TranscribedSheet, rolls: Mapping[str, int]) -> TranscribedSheet:
    roll = rolls.get(sheet.station)
    if roll is None or sheet.figures.get(_ROLL, _EMPTY) != _EMPTY:
        return sheet
    return msgspec.structs.replace(sheet, figures={**sheet.figures, _ROLL: roll})


def submit_readings(
    election: ElectionLog,
    rows: Sequence[TranscribedSheet],
    source: SigningKey,
    reason: CorrectionReason | None = None,
) -> tuple[SubmissionAnswer, ...]:
    """Append what a source read and the log does not have yet; all of it or nothing.

    Args:
        election: open for writing.
        rows: from ``read_transcriptions``.
        source: key of the source.
        reason: why rows say something else than the log; None where none should.

    Returns:
        One answer for each row, in order.

    Raises:
        RefusedError: the key is not that of a source in force.
        AdapterError: the outside world failed. Open the election again; repeating the call is
            harmless.
    """
    ledger = election.ledger
    signer = find_signer(ledger.genesis, ledger.changes, source, Role.SOURCE)
    groups: dict[tuple[int, str], list[int]] = {}
    for number, row in enumerate(rows):
        groups.setdefault((row.contest, row.station), []).append(number)
    plans: dict[int, _Plan] = {}
    for (contest, station), numbers in groups.items():
        chain = ledger.chains(contest).get(station)
        readings = [] if chain is None else list(_readings(chain, signer.signer))
        name = f"{ledger.genesis.contests[contest].code}, station {station}"
        found = _plan(name, [rows[number] for number in numbers], readings, reason)
        plans |= zip(numbers, found, strict=True)
    return _submit(election, [plans[number] for number in range(len(rows))], source)


@dataclass(frozen=True, slots=True)
class _Reading:
    """A reading of the source that is in the log.

    Attributes:
        index: place of its entry.
        digest: of its entry.
        sheet: what it says.
        key: the same as bytes, as ``_key_of`` gives it.
        stands: whether no later reading corrects it.
    """

    index: int
    digest: bytes
    sheet: TranscribedSheet
    key: bytes
    stands: bool


@dataclass(frozen=True, slots=True)
class _Plan:
    """What is to become of a row.

    Attributes:
        name: of the row, for errors.
        sheet: what is logged, a first reading or a correction.
        place: the entry that says the same already, or None.
        fault: why it is refused, or None.
    """

    name: str
    sheet: TranscribedSheet
    place: int | None = None
    fault: Fault | None = None


def _readings(chain: StationChain, source: str) -> Iterable[_Reading]:
    for item in chain.sheets:
        if item.signer == source and isinstance(item.sheet, TranscribedSheet):
            stands = item.standing is None or item.standing.replaced_by is None
            yield _Reading(item.index, item.digest, item.sheet, _key_of(item.sheet), stands)


def _key_of(sheet: TranscribedSheet) -> bytes:
    """Give what a reading says as bytes, whatever it corrects and in whatever order of fields."""
    return _ENCODER.encode(msgspec.structs.replace(sheet, version=1, follows=None, reason=None))


def _plan(
    name: str,
    rows: Sequence[TranscribedSheet],
    readings: Sequence[_Reading],
    reason: CorrectionReason | None,
) -> list[_Plan]:
    """Plan the rows of one station and contest; equal rows have one plan."""
    keys = [_key_of(row) for row in rows]
    distinct = dict(zip(keys, rows, strict=True))
    unsaid = [item for item in readings if item.stands and item.key not in distinct]
    may_go_back = reason is not None and bool(unsaid)
    known = {item.key: item.index for item in readings if item.stands or not may_go_back}
    others = {key: row for key, row in distinct.items() if key not in known}
    pairs = _pair(others, unsaid)
    is_clear = len(pairs) in {len(others), len(unsaid)}
    plans = {}
    for key, row in distinct.items():
        if key in known:
            plans[key] = _Plan(name, row, place=known[key])
        elif key in pairs:
            plans[key] = _correct(name, row, pairs[key], reason)
        elif is_clear:
            plans[key] = _Plan(name, row)
        else:
            plans[key] = _refuse(name, row, unsaid)
    return [plans[key] for key in keys]


def _pair(
    rows: Mapping[bytes, TranscribedSheet], unsaid: Sequence[_Reading]
) -> dict[bytes, _Reading]:
    """Find the open reading that each row corrects, where that is clear."""
    # Several rows, or several readings, of one copy are not told apart by it.
    counts = Counter(row.copy for row in rows.values())
    copies = Counter(item.sheet.copy for item in unsaid)
    by_copy = {item.sheet.copy: item for item in unsaid if copies[item.sheet.copy] == 1}
    pairs = {
        key: by_copy[row.copy]
        for key, row in rows.items()
        if row.copy is not None and row.copy in by_copy and counts[row.copy] == 1
    }
    taken = {item.index for item in pairs.values()}
    rest = [key for key in rows if key not in pairs]
    left = [item for item in unsaid if item.index not in taken]
    if len(rest) == len(left) == 1:
        pairs[rest[0]] = left[0]
    return pairs


def _correct(
    name: str, row: TranscribedSheet, reading: _Reading, reason: CorrectionReason | None
) -> _Plan:
    if reason is None:
        found = _difference(reading.sheet, row)
        remedy = "Give --correct with the reason; of a second copy, the row of the first one too."
        return _Plan(
            name, row, fault=Fault(name, f"what entry {reading.index} says", found, remedy)
        )
    version = reading.sheet.version + 1
    corrected = msgspec.structs.replace(
        row, version=version, follows=reading.digest, reason=int(reason)
    )
    return _Plan(name, corrected)


def _refuse(name: str, row: TranscribedSheet, unsaid: Sequence[_Reading]) -> _Plan:
    places = ", ".join(str(item.index) for item in unsaid)
    expected = f"a row of which it is clear what it corrects, of the entries {places}"
    remedy = "Give every row of the station at once, or a column with the image of each copy."
    return _Plan(name, row, fault=Fault(name, expected, "one that could correct several", remedy))


def _difference(logged: TranscribedSheet, row: TranscribedSheet) -> str:
    """Name the first fields in which a row says something else."""
    before, after = _fields(logged), _fields(row)
    told = [
        f"{field} {after.get(field)} instead of {before.get(field)}"
        for field in dict.fromkeys([*after, *before])
        if before.get(field) != after.get(field)
    ]
    more = [f"{len(told) - MAX_NAMED} more"] if len(told) > MAX_NAMED else []
    return "; ".join([*told[:MAX_NAMED], *more])


def _fields(sheet: TranscribedSheet) -> dict[str, object]:
    return {
        **sheet.figures,
        "status": sheet.status,
        "division": sheet.division,
        "copy": None if sheet.copy is None else sheet.copy.hex(),
        "marks": sheet.marks,
        "second station": sheet.also_station,
        "wrong": sheet.wrong,
    }


def _submit(
    election: ElectionLog, plans: Sequence[_Plan], source: SigningKey
) -> tuple[SubmissionAnswer, ...]:
    items = [_sign(election, plan, source) for plan in plans]
    submissions = [item for item in items if isinstance(item, Submission)]
    if any(isinstance(item, SubmissionAnswer) and item.is_refused for item in items):
        placed = [SubmissionAnswer(item.name, None, is_new=False) for item in submissions]
    else:
        placed = list(submit_entries(election, submissions))
    rest = iter(placed)
    answers = [next(rest) if isinstance(item, Submission) else item for item in items]
    return tuple(
        replace(answer, is_correction=answer.is_new and plan.sheet.version > 1)
        for answer, plan in zip(answers, plans, strict=True)
    )


def _sign(election: ElectionLog, plan: _Plan, source: SigningKey) -> Submission | SubmissionAnswer:
    if plan.place is not None:
        return SubmissionAnswer(plan.name, plan.place, is_new=False)
    if plan.fault is not None:
        return SubmissionAnswer(plan.name, None, is_new=False, faults=(plan.fault,))
    try:
        return Submission(plan.name, sign_entry(plan.sheet, election.election, source))
    except ElectionRecordError as error:
        faults = (
            Fault(f"{plan.name}: {item.where}", item.expected, item.found) for item in error.faults
        )
        return SubmissionAnswer(plan.name, None, is_new=False, faults=tuple(faults))
