"""``nist-side.json``: what NIST SP 1500-100 has no place for, under the ids of ``nist.json``.

Blank against null ballots, the counters of every division, which sheet stands for each station and
why it counts or not, its version, the digests of its entry and of the image it was read from.

Format page: docs/formats/exports.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import msgspec

from escrutinio.log.entries.model import Bulletin
from escrutinio.primitives import JsonValue
from escrutinio.publication.body_divisions import describe_division
from escrutinio.publication.cut import ContestCut, Cut
from escrutinio.publication.exports.nist_ids import (
    candidate_id,
    contest_id,
    division_id,
    line_id,
    selection_id,
    station_id,
)
from escrutinio.publication.exports.nist_selections import shows_lines

if TYPE_CHECKING:
    import polars as pl

__all__ = ["SIDE_FORMAT", "encode_nist_side"]

SIDE_FORMAT = "escrutinio-nist-side/1"
#: Columns of the sheets that the standard has no place for.
_STATION_COLUMNS = (
    "treatment",
    "reason",
    "entry",
    "version",
    "status",
    "digest",
    "copy",
    "states",
)
_ENCODER = msgspec.json.Encoder(order="sorted")


def encode_nist_side(cut: Cut, bulletin: Bulletin, sheets: Sequence[pl.DataFrame]) -> bytes:
    """Write the document, as canonical JSON.

    Args:
        cut: the count that the bulletin is about.
        bulletin: its entry.
        sheets: of each contest, from ``sheet_rows``.
    """
    document: JsonValue = {
        "format": SIDE_FORMAT,
        "election": cut.definition.identity,
        "record_kind": cut.definition.record_kind.value,
        "number": bulletin.number,
        "checkpoint": {"size": bulletin.size, "root": bulletin.root.hex()},
        "body": bulletin.body.hex(),
        "contests": [_contest(item, rows) for item, rows in zip(cut.contests, sheets, strict=True)],
    }
    return _ENCODER.encode(document)


def _contest(cut: ContestCut, sheets: pl.DataFrame) -> JsonValue:
    contest = cut.contest
    return {
        "id": contest_id(contest),
        "withdrawn": [
            {
                "id": candidate_id(contest, item.candidacy),
                "votes": item.votes.name.lower(),
                "heir": None if item.heir is None else candidate_id(contest, item.heir),
            }
            for item in cut.withdrawals
        ],
        "selections": _selections(cut),
        "candidacies": [item.code for item in contest.candidacies],
        "options": [item.code for item in contest.options],
        "categories": [
            {"code": item.code, "in_ballots": item.in_ballots, "in_valid": item.in_valid}
            for item in contest.categories
        ],
        "divisions": [
            {"id": division_id(item.division), **describe_division(contest, item)}
            for item in cut.tally.divisions
        ],
        "stations": {
            "id": [station_id(station) for station in sheets.get_column("station")],
            **{name: sheets.get_column(name).to_list() for name in _STATION_COLUMNS},
        },
    }


def _selections(cut: ContestCut) -> JsonValue:
    contest = cut.contest
    if shows_lines(contest, cut.tally):
        return [
            {"id": line_id(contest, item.code), "candidacy": item.candidacy, "option": item.code}
            for item in contest.options
        ]
    return [
        {"id": selection_id(contest, item.code), "candidacy": item.code, "option": None}
        for item in contest.candidacies
    ]
