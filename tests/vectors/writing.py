"""What the generators of vectors share: refusals as JSON, files of a folder, examples of a page."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from escrutinio.errors import ElectionRecordError

__all__ = [
    "answer_or_refusal",
    "refusal",
    "render_vector",
    "with_block",
    "write_page",
    "write_vectors",
]


def answer_or_refusal(
    read: Callable[[dict[str, Any]], dict[str, Any]], vector: dict[str, Any]
) -> dict[str, Any]:
    """Give what a reader makes of a vector, or the name of the error and the places it names."""
    try:
        return read(vector)
    except ElectionRecordError as error:
        return _words_of(error)


def refusal(action: Callable[..., object], *arguments: object) -> dict[str, Any]:
    """Give the name of the error and the places it names."""
    try:
        action(*arguments)
    except ElectionRecordError as error:
        return _words_of(error)
    raise AssertionError("a bad case was accepted")


def _words_of(error: ElectionRecordError) -> dict[str, Any]:
    return {"refused": type(error).__name__, "where": [fault.where for fault in error.faults]}


def render_vector(vector: Mapping[str, Any]) -> str:
    """Write a vector as the text of its file."""
    return json.dumps(vector, ensure_ascii=False, indent=2) + "\n"


def write_page(page: Path, render: Callable[[str], str]) -> None:
    """Write a page of the documents anew from what it says now."""
    page.write_text(render(page.read_text(encoding="utf-8")), encoding="utf-8")


def write_vectors(folder: Path, vectors: Mapping[str, str]) -> None:
    """Write the files of a folder, and remove those of cases that are gone."""
    for path in folder.glob("*.json"):
        if path.name not in vectors:
            path.unlink()
    for name, text in vectors.items():
        (folder / name).write_text(text, encoding="utf-8")


def with_block(page: str, kind: str, place: int, text: str) -> str:
    """Give a page with another text in one of its blocks.

    Args:
        page: the page.
        kind: what stands behind the opening marks of the block.
        place: which block of this kind, the first being 0.
        text: ends in a line feed.
    """
    blocks = list(re.finditer(rf"^```{kind}\n(.*?)^```", page, re.DOTALL | re.MULTILINE))
    start, end = blocks[place].span(1)
    return page[:start] + text + page[end:]
