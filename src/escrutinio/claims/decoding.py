"""Read a claims file, ``escrutinio-claims/1``: TOML, written by hand.

Rules:

1. At most ``MAX_CLAIMS_BYTES`` of UTF-8, valid TOML 1.0, ``format = "escrutinio-claims/1"``.
2. No unknown key anywhere; the fault shows the keys that are allowed.
3. Counts are whole numbers; percentages and turnouts are texts, so that ``51.20`` keeps its zero.
4. Every claim has an id of its own; contests, candidacies and categories are those of the
   definition.
5. Every fault is named in one run, with the claim, its line and the key.

Format page: ``docs/formats/claims.md``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from escrutinio.claims._claim_reading import CLAIM_KEYS, read_claim
from escrutinio.claims._claim_table import ClaimTableReader
from escrutinio.claims.limits import MAX_CLAIMS, MAX_CLAIMS_BYTES, MAX_TURNOUTS
from escrutinio.claims.model import Claim, ClaimsFile, PrintedShare
from escrutinio.definition import Contest
from escrutinio.errors import MalformedError
from escrutinio.primitives.faults import FaultList
from escrutinio.primitives.hand_written import decode_toml

__all__ = ["CLAIMS_FORMAT", "decode_claims"]

#: The format and its version.
CLAIMS_FORMAT = "escrutinio-claims/1"

_FILE_KEYS = ("format", "turnouts", "claim")
_CLAIM_HEADER = re.compile(r"[ \t]*\[\[[ \t]*claim[ \t]*\]\]")


def decode_claims(data: bytes, contests: Sequence[Contest], where: str) -> ClaimsFile:
    """Read a claims file.

    Args:
        data: the bytes of the file.
        contests: the contests of the definition; a claim may name only these and their codes.
        where: name of the file, for the faults.

    Raises:
        MalformedError: with every fault of the file, up to ``MAX_LISTED_FAULTS`` by name.
    """
    document = decode_toml(data, where, MAX_CLAIMS_BYTES, MalformedError)
    faults = FaultList(where)
    reader = ClaimTableReader(document, faults)
    reader.refuse_unknown(_FILE_KEYS)
    reader.check_format(CLAIMS_FORMAT)
    turnouts = _read_turnouts(reader)
    claims = tuple(
        _read_claims(document.get("claim", []), data.decode("utf-8"), contests, faults, reader)
    )
    faults.raise_any(MalformedError)
    return ClaimsFile(claims, turnouts)


def _read_turnouts(reader: ClaimTableReader) -> tuple[PrintedShare, ...]:
    turnouts = reader.shares("turnouts", MAX_TURNOUTS)
    for index, turnout in enumerate(turnouts):
        if not 0 < turnout.share <= 1:
            reader.fault("turnouts", "turnouts above 0 and up to 100", f'"{turnout.text}"')
        if any(turnout.share == other.share for other in turnouts[:index]):
            reader.fault("turnouts", "each turnout once", f'"{turnout.text}" again')
    return turnouts


def _read_claims(
    tables: object,
    text: str,
    contests: Sequence[Contest],
    faults: FaultList,
    reader: ClaimTableReader,
) -> Iterable[Claim]:
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        reader.fault("claim", "[[claim]] tables, one for each claim", "something else")
        return
    if len(tables) > MAX_CLAIMS:
        reader.fault("claim", f"at most {MAX_CLAIMS} claims", f"{len(tables)} claims")
        return
    lines = _header_lines(text, len(tables))
    places: dict[str, str] = {}
    for index, table in enumerate(tables):
        place = _place_of(table, index, lines)
        claim_reader = ClaimTableReader(table, faults, place)
        claim_reader.refuse_unknown(CLAIM_KEYS)
        claim = read_claim(claim_reader, contests)
        if claim.id in places:
            claim_reader.fault(
                "id",
                "an id that no other claim has",
                f'"{claim.id}", which is also the id of {places[claim.id]}',
            )
        elif claim.id:
            places[claim.id] = place
        yield claim


def _header_lines(text: str, number: int) -> tuple[int, ...] | None:
    """Give the line of each ``[[claim]]``, or None when claims are written in another way."""
    lines = tuple(
        index for index, line in enumerate(text.split("\n"), start=1) if _CLAIM_HEADER.match(line)
    )
    return lines if len(lines) == number else None


def _place_of(table: dict[str, object], index: int, lines: tuple[int, ...] | None) -> str:
    name = table.get("id")
    title = f"claim {name[:40]}" if isinstance(name, str) and name else f"claim number {index + 1}"
    return f"{title} (line {lines[index]})" if lines else f"{title} (number {index + 1})"
