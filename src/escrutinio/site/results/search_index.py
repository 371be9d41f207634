"""The index of places, stations and divisions, cut into small files by prefix.

    assets/search/index.js      the prefixes, in order
    assets/search/000.js ...    what begins with each of them

Classic scripts, because these load from ``file:`` where nothing else does. One index serves all
languages: names are local, and a page is named without its language.

A token is an id, or a word of a division's name, in small letters and digits without accents and
without zeros in front, so that ``010101001`` is found as ``10101001`` too. The script folds what
a reader types in the same way (``assets/search.js``).
"""

from __future__ import annotations

import json
import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from escrutinio.log import LogFile
from escrutinio.site.results.paths import safe_name, station_anchor
from escrutinio.site.results.view import SiteView

__all__ = ["Item", "cut_index", "fold", "index_files", "list_items", "shard_paths"]

_FOLDER = "assets/search"
_INDEX_PATH = f"{_FOLDER}/index.js"
#: Most items of a shard, as long as their tokens can be told apart.
MAX_SHARD_ITEMS = 400
#: Tokens are cut here; longer ones than this are told apart by nobody.
MAX_TOKEN_CHARS = 24
#: Most characters of a name that is shown.
MAX_LABEL_CHARS = 120

_NO_TOKEN = re.compile(r"[^a-z0-9]")


class Item(NamedTuple):
    """Something that can be found.

    Attributes:
        token: what is looked for.
        kind: division, place or station.
        label: what is shown.
        page: path of the page without the language, perhaps with an anchor.
    """

    token: str
    kind: str
    label: str
    page: str


def fold(text: str) -> str:
    """Write a text as it is looked for."""
    if text.isascii():
        # Ids are, and there are many of them.
        kept = _NO_TOKEN.sub("", text.lower())
    else:
        plain = unicodedata.normalize("NFKD", text)
        plain = "".join(char for char in plain if unicodedata.category(char)[0] != "M").lower()
        kept = "".join(char for char in plain if unicodedata.category(char)[0] in "LN")
    return (kept.lstrip("0") or kept[-1:])[:MAX_TOKEN_CHARS]


def list_items(view: SiteView) -> Sequence[Item]:
    """List everything that can be found, in the order of tokens, labels and pages."""
    # Words of a division's name may repeat. Places come in the order of their ids, nearly sorted.
    items = [*sorted(set(_division_items(view))), *_place_items(view)]
    return sorted([item for item in items if item.token])


def cut_index(items: Sequence[Item]) -> Mapping[str, Sequence[Item]]:
    """Cut the index by prefixes.

    Args:
        items: in the order of their tokens.

    Returns:
        By prefix in order; every item in exactly one shard, whose prefix its token begins with.
        A token that is itself the prefix of longer ones may have a shard of its own.
    """
    tokens = [item.token for item in items]
    return {prefix: items[start:end] for prefix, start, end in _cut(tokens, 0, len(tokens), "")}


def shard_paths(shards: Mapping[str, Sequence[Item]]) -> Sequence[str]:
    """Name the files of the index."""
    return [*(f"{_FOLDER}/{place:03d}.js" for place in range(len(shards))), _INDEX_PATH]


def index_files(shards: Mapping[str, Sequence[Item]]) -> Iterator[LogFile]:
    """Write the index."""
    for path, (prefix, items) in zip(shard_paths(shards), shards.items(), strict=False):
        text = f"escrutinio.takeShard({_json(prefix)},{_json(items)});\n"
        yield LogFile(path, text.encode())
    text = f"escrutinio.takeIndex({_json(list(shards))});\n"
    yield LogFile(_INDEX_PATH, text.encode())


def _division_items(view: SiteView) -> Iterator[Item]:
    root = view.definition.root.division
    for division in view.definition.divisions:
        path = view.paths[division.division]
        label = ", ".join(item.name for item in reversed(path[1:] or path))[:MAX_LABEL_CHARS]
        page = "index.html"
        if division.division != root:
            page = f"d/{safe_name(division.division)}.html"
        for word in {division.division, division.name, *division.name.split()}:
            yield Item(fold(word), "division", label, page)


def _place_items(view: SiteView) -> Iterator[Item]:
    for place in view.places.values():
        page = f"p/{safe_name(place.place)}.html"
        if place.is_building:
            yield Item(fold(place.place), "place", place.place, page)
        for station in place.stations:
            yield Item(fold(station), "station", station, f"{page}#{station_anchor(station)}")


def _cut(
    tokens: Sequence[str], start: int, end: int, prefix: str
) -> Iterator[tuple[str, int, int]]:
    """Cut a range of tokens, all of which begin with a prefix, where the next letter changes."""
    if start == end:
        return
    if end - start <= MAX_SHARD_ITEMS or tokens[end - 1] == prefix:
        yield prefix, start, end
        return
    length = len(prefix) + 1
    while start < end:
        longer = tokens[start][:length]
        stop = bisect_right(tokens, longer, start, end, key=lambda token: token[:length])
        if longer == prefix:  # a token that others begin with
            yield prefix, start, stop
        else:
            yield from _cut(tokens, start, stop, longer)
        start = stop


def _json(value: object) -> str:
    """Write a value as a script may hold it; ASCII alone, so no line separator ends a line."""
    return json.dumps(value, separators=(",", ":"))
