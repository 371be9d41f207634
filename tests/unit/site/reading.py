"""Read a page back: elements, the text of a table's cells, the numbers in it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = {"meta", "link", "br", "hr", "img", "input"}
#: Elements of a drawing that the page closes by themselves.
CLOSED = {"rect", "line", "circle", "path"}


@dataclass
class Element:
    tag: str
    attributes: dict[str, str]
    children: list[Element | str] = field(default_factory=list)

    def all(self, tag: str = "", **attributes: str) -> Iterator[Element]:
        """Give this element and everything inside that fits, in order."""
        fits = all(self.attributes.get(name) == value for name, value in attributes.items())
        if fits and tag in {"", self.tag}:
            yield self
        for child in self.children:
            if isinstance(child, Element):
                yield from child.all(tag, **attributes)

    def by_class(self, name: str) -> list[Element]:
        return [item for item in self.all() if name in item.attributes.get("class", "").split()]

    def by_id(self, name: str) -> Element:
        found = list(self.all(id=name))
        assert len(found) == 1, f"{len(found)} elements with id {name}"
        return found[0]

    @property
    def text(self) -> str:
        """Text with spaces and line ends made one space; a space that does not break stays."""
        return re.sub(r"[ \n\t]+", " ", self._raw()).strip(" ")

    def _raw(self) -> str:
        return "".join(c if isinstance(c, str) else c._raw() for c in self.children)  # noqa: SLF001


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Element("", {})
        self.open = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _ in attrs]
        assert len(names) == len(set(names)), f"{tag} repeats an attribute"
        item = Element(tag, {name: value or "" for name, value in attrs})
        self.open[-1].children.append(item)
        if tag not in VOID:
            self.open.append(item)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in CLOSED, f"{tag} closes itself"
        self.open[-1].children.append(Element(tag, {n: v or "" for n, v in attrs}))

    def handle_endtag(self, tag: str) -> None:
        last = self.open.pop()
        assert last.tag == tag, f"{last.tag} is closed by {tag}"

    def handle_data(self, data: str) -> None:
        self.open[-1].children.append(data)


def read_page(page: bytes) -> Element:
    """Build the tree of a page; anything left open or closed twice fails."""
    reader = _Reader()
    reader.feed(page.decode("utf-8"))
    reader.close()
    assert reader.open == [reader.root]
    return next(reader.root.all("html"))


def table_of(page: Element, caption: str) -> dict[str, list[str]]:
    """Give the cells of a table by the heading of their row."""
    table = next(
        item
        for item in page.all("table")
        if any(c.attributes.get("id") == caption for c in item.all("caption"))
    )
    return {
        cells[0].text: [cell.text for cell in cells[1:]]
        for row in table.all("tr")
        if (cells := [cell for cell in row.children if isinstance(cell, Element)])
    }


def number_in(text: str, language: str) -> int:
    """Read a count as the language writes it."""
    return int(text.replace("," if language == "en" else ".", ""))
