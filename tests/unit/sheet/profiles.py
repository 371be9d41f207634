"""A small import profile that each test changes in one place."""

from __future__ import annotations

from escrutinio.definition import Definition
from escrutinio.sheet import Profile, decode_profile
from tests.builders import contest, definition

__all__ = ["ELECTION", "PROFILE", "profile"]

ELECTION = definition(contest())
#: The least a profile must say.
PROFILE = """\
format = "escrutinio-profile/1"
source = "test"
names = "test"
sheet_type = "machine"

[station]
parts = [{ column = "MESA" }]

[contest.president.columns]
"candidacy.A" = "A"
"candidacy.B" = "B"
"category.null" = "NULOS"
"""


def profile(more: str = "", election: Definition = ELECTION) -> Profile:
    """Decode the profile with more tables at its end."""
    return decode_profile(f"{PROFILE}\n{more}".encode(), "test.toml", election)
