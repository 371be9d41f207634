"""``[status]`` of an import profile: what a source says became of a sheet."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from escrutinio.adapters import load_definition
from escrutinio.errors import MalformedError, UsageError
from escrutinio.sheet import decode_profile, read_sheets

EXAMPLE = Path(__file__).resolve().parents[3] / "examples" / "hn-2025"

PROFILE = """
format = "escrutinio-profile/1"
source = "small"
names = {{ en = "small" }}
sheet_type = "machine"

[station]
parts = [{{ column = "station" }}]

[status]
column = "votes"
{otherwise}

[status.values]
"0" = "not_delivered"

[contest.president]
absent = ["candidacy.dc", "candidacy.libre", "candidacy.pinu", "candidacy.nacional"]

[contest.president.columns]
"candidacy.liberal" = "votes"
"""


def _statuses(otherwise: str) -> list[str]:
    definition = load_definition(EXAMPLE)
    text = PROFILE.format(otherwise=otherwise)
    profile = decode_profile(text.encode(), "small.toml", definition)
    cells = pl.DataFrame({"station": ["1", "2"], "votes": ["0", "12"]})
    (table,) = read_sheets([("small.csv", cells)], profile, definition)
    return table.frame.get_column("status").to_list()


def test_every_other_text_has_the_status_otherwise_names() -> None:
    """Some sources show a sheet that has not arrived as zeros, in a column full of figures."""
    assert _statuses('otherwise = "sheet"') == ["not_delivered", "sheet"]


def test_without_otherwise_a_text_nobody_explained_is_refused() -> None:
    """A new status of a source must not pass for a sheet, or for none."""
    with pytest.raises(MalformedError, match="row 2, column votes: expected a status"):
        _statuses("")


def test_otherwise_is_one_of_the_statuses() -> None:
    """A slip in the profile is the user's, and names what is allowed."""
    with pytest.raises(UsageError, match="otherwise: expected one of 'sheet', 'annulled'"):
        _statuses('otherwise = "sheets"')
