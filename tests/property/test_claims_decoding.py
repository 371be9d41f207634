"""Reading a claims file never fails in any way but one."""

from __future__ import annotations

import contextlib

from hypothesis import given
from hypothesis import strategies as st

from escrutinio.claims import decode_claims
from escrutinio.errors import MalformedError
from tests.unit.claims.world import World

CONTESTS = [World().contest]
KEYS = ["id", "kind", "date", "votes", "shares", "coverage", "asserts", "turnout", "valid", "title"]
values = st.recursive(
    st.sampled_from(['"x"', "1", "1.5", "true", "2024-07-29", '"51.2"', "-1", '""']),
    lambda inner: st.lists(inner, max_size=3).map(lambda items: f"[{', '.join(items)}]"),
    max_leaves=4,
)


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    """A file from anywhere must not stop the program."""
    with contextlib.suppress(MalformedError):
        decode_claims(data, CONTESTS, "c.toml")


@given(st.dictionaries(st.sampled_from(KEYS), values))
def test_any_value_under_any_key_is_read_or_refused(table: dict[str, str]) -> None:
    """A key with a value of another type is a fault, never another exception."""
    lines = ['format = "escrutinio-claims/1"', "[[claim]]"]
    lines += [f"{key} = {value}" for key, value in table.items()]
    with contextlib.suppress(MalformedError):
        decode_claims("\n".join(lines).encode(), CONTESTS, "c.toml")
