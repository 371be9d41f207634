"""The body of a bulletin: every figure and every outcome at one place of the log.

Canonical JSON, integers and text only, and a pure function of the definition, the entries before
its place, its number, its time, the root of that prefix and the bulletin before: two
implementations give the same bytes. The entry that the operator signs holds its digest and the
national figures.

Format page: docs/formats/bulletin-body.md.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import msgspec
import polars as pl

from escrutinio.definition import Definition
from escrutinio.log.entries.model import Bulletin, NationalFigures
from escrutinio.primitives import JsonValue
from escrutinio.publication.body_changes import find_new_stations, list_changes
from escrutinio.publication.body_divisions import describe_divisions
from escrutinio.publication.body_outcome import describe_outcomes
from escrutinio.publication.cut import ContestCut, Cut
from escrutinio.publication.layout import ROWS_NAME
from escrutinio.publication.rows_csv import encode_rows

__all__ = ["BODY_FORMAT", "MAX_BODY_BYTES", "ComposedBulletin", "compose_bulletin"]

BODY_FORMAT = "escrutinio-bulletin/1"
#: Largest body a reader takes; 20,000 divisions of 40 party lines are about 15 MB.
MAX_BODY_BYTES = 64 << 20

# Sorted keys, no spaces, one spelling of each text: RFC 8785, as ``encode_canonical``, for values
# that are known to be integers and text. A national body has a million figures.
_ENCODER = msgspec.json.Encoder(order="sorted")


@dataclass(frozen=True, slots=True)
class ComposedBulletin:
    """A bulletin, ready to be signed and published.

    Attributes:
        body: ``bulletin.json``.
        rows_csv: ``rows.csv``.
        entry: what the operator signs.
    """

    body: bytes
    rows_csv: bytes
    entry: Bulletin


def compose_bulletin(
    cut: Cut,
    number: int,
    time_s: int,
    root: bytes,
    *,
    previous: bytes | None,
    previous_rows: pl.DataFrame | None,
) -> ComposedBulletin:
    """Compose a bulletin about one place of the log.

    Args:
        cut: the count at that place.
        number: 1 for the first.
        time_s: in seconds since 1970.
        root: root of the log's first ``cut.size`` entries, 32 bytes.
        previous: SHA-256 of the entry of the bulletin before; None for the first.
        previous_rows: ``cut.rows`` of the bulletin before, from ``decode_rows`` or from its own
            cut; None for the first.
    """
    rows_csv = encode_rows(cut.rows)
    document: JsonValue = {
        "format": BODY_FORMAT,
        "election": cut.definition.identity,
        "number": number,
        "time_s": time_s,
        "checkpoint": {"size": cut.size, "root": root.hex()},
        "previous": None if previous is None else previous.hex(),
        "rows": {
            "file": ROWS_NAME,
            "sha256": hashlib.sha256(rows_csv).hexdigest(),
            "rows": sum(item.rows.height for item in cut.contests),
        },
        "contests": [
            _contest(cut.definition, position, item, previous_rows)
            for position, item in enumerate(cut.contests)
        ],
    }
    body = _ENCODER.encode(document)
    entry = Bulletin(
        number=number,
        time_s=time_s,
        size=cut.size,
        root=root,
        previous=previous,
        body=hashlib.sha256(body).digest(),
        body_bytes=len(body),
        figures=tuple(_national_figures(item) for item in cut.contests),
    )
    return ComposedBulletin(body, rows_csv, entry)


def _contest(
    definition: Definition, position: int, cut: ContestCut, previous_rows: pl.DataFrame | None
) -> JsonValue:
    contest = cut.contest
    before = None
    if previous_rows is not None:
        before = previous_rows.filter(pl.col("contest") == contest.code)
    new = None if before is None else find_new_stations(before, cut.rows)
    return {
        "contest": contest.code,
        "position": position,
        "candidacies": [item.code for item in contest.candidacies],
        "options": [item.code for item in contest.options],
        "categories": [item.code for item in contest.categories],
        "withdrawn": [
            {
                "candidacy": item.candidacy,
                "votes": item.votes.name.lower(),
                "heir": item.heir,
            }
            for item in cut.withdrawals
        ],
        "divisions": describe_divisions(definition, cut, new),
        **describe_outcomes(definition, contest, cut.tally),
        "changes": None if before is None else list_changes(before, cut.rows),
    }


def _national_figures(cut: ContestCut) -> NationalFigures:
    total = cut.tally.total
    return NationalFigures(
        expected=total.counters.expected,
        counted=total.counters.counted,
        held=total.counters.held,
        missing=total.counters.missing,
        closed=total.counters.closed,
        valid=total.valid,
        cast=total.cast,
        # A candidacy that withdrew keeps its place, without votes.
        votes=tuple(total.candidacies.get(item.code, 0) for item in cut.form.candidacies),
    )
