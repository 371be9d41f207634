"""The index of search: every item is found by every beginning of its token, in few small files."""

from __future__ import annotations

import json
import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from escrutinio.site import LANGUAGES
from escrutinio.site.results.search_index import (
    MAX_SHARD_ITEMS,
    Item,
    cut_index,
    fold,
    index_files,
    list_items,
    shard_paths,
)
from escrutinio.site.results.view import view_site
from tests.unit.site.results.worlds import WORLDS


@pytest.mark.parametrize(
    ("text", "token"),
    [
        ("010101001.01", "1010100101"),
        ("10101001", "10101001"),
        ("Mérida", "merida"),
        ("ÑUBLE", "nuble"),
        ("N1.1", "n11"),
        ("000", "0"),
        ("—", ""),
        ("Straße", "straße"),
        ("x" * 80, "x" * 24),
    ],
)
def test_tokens_are_what_people_type(text: str, token: str) -> None:
    """Without accents, capitals, points and zeros in front; the script folds in the same way."""
    assert fold(text) == token


@given(st.lists(st.text("0123ab", min_size=1, max_size=8), max_size=3_000))
def test_every_item_is_in_the_one_shard_that_its_token_leads_to(tokens: list[str]) -> None:
    """A query loads the shards whose prefix it begins with, or that begin with it."""
    items = sorted({Item(fold(token), "station", token, token) for token in tokens})
    shards = cut_index(items)
    assert [item for found in shards.values() for item in found] == items
    for prefix, found in shards.items():
        assert all(item.token.startswith(prefix) for item in found)
        is_one_token = all(item.token == prefix for item in found)
        assert len(found) <= MAX_SHARD_ITEMS or is_one_token
    assert all(one < other for one, other in pairwise(shards))


@pytest.mark.parametrize("world", sorted(WORLDS))
def test_the_files_hold_every_item_as_a_script(world: str) -> None:
    """And nothing that somebody else wrote can end a line or a string of it."""
    items = list_items(view_site(WORLDS[world](), LANGUAGES))
    shards = cut_index(items)
    files = {file.path: file.data.decode("ascii") for file in index_files(shards)}
    assert list(files) == list(shard_paths(shards))
    read = []
    for path, text in files.items():
        assert text.count("\n") == 1
        found = re.fullmatch(r"escrutinio\.take(Index|Shard)\((.*)\);\n", text)
        assert found
        if found[1] == "Shard":
            read += [Item(*item) for item in json.loads(f"[{found[2]}]")[1]]
        else:
            assert path.endswith("/index.js")
            assert json.loads(found[2]) == list(shards)
    assert read == items


def test_a_station_is_found_by_its_number_and_leads_to_its_place() -> None:
    items = list_items(view_site(WORLDS["places"](), LANGUAGES))
    kinds = {item.kind for item in items}
    assert kinds == {"division", "place", "station"}
    assert all(item.page.startswith("p/") for item in items if item.kind != "division")
