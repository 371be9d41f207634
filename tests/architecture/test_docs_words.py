"""The words of the documents: those of the glossary, and none that it avoids."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture.tree import ROOT, files_in, lines_outside_code, shown

#: Pages that must name a word to say that it is not used, or how it translates.
ABOUT_WORDS = {"docs/glossary.md"}
#: Pages in both languages, where a paragraph that begins with its title in italics is Spanish.
BILINGUAL = {"docs/reference/claim-tests.md"}
QUOTED = re.compile(r"`[^`]*`|\*[^*]+\*|“[^”]*”|\"[^\"]*\"|\]\([^)]*\)")

#: Word avoided: pattern in our own English prose, and what to write instead.
AVOIDED = {
    "acta": (r"\bactas?\b", "tally sheet"),
    "table of a polling station": (
        r"\b(polling|voting) tables?\b|\btables? (of voters|opened|closed its)\b",
        "polling station",
    ),
    "witness for a person": (
        r"\bwitness(es)? (at|of) (the|a) (station|polling)|\bpolling witness|\bparty witness",
        "party agent, observer",
    ),
    "signed tree head": (r"\bsigned tree head", "checkpoint"),
    "a judgement": (r"\bfraud", "the name of the finding or indicator"),
    "precinct": (r"\bprecincts?\b|\bpolling stations?' tables?\b", "polling station"),
    "ballot question": (r"\brace\b|\bballot questions?\b", "contest"),
}
#: A machine's own paths and addresses mean nothing to a reader.
OF_ONE_MACHINE = re.compile(r"(?<![\w.])/(home|root|tmp|work|Users)/|\blocalhost\b|\.\./shared/")


def _pages() -> list[Path]:
    pages = [ROOT / "README.md", *files_in(ROOT / "docs", ".md")]
    pages += files_in(ROOT / "changelog.d", ".md")
    return [page for page in pages if page.relative_to(ROOT).as_posix() not in ABOUT_WORDS]


def _prose(page: Path) -> Iterator[tuple[int, str]]:
    is_bilingual = page.relative_to(ROOT).as_posix() in BILINGUAL
    for number, line in lines_outside_code(page.read_text(encoding="utf-8")):
        if not (is_bilingual and line.startswith("*")):
            yield number, QUOTED.sub("", line)


@pytest.mark.parametrize("name", AVOIDED)
def test_no_english_page_uses_a_word_that_the_glossary_avoids(name: str) -> None:
    """Two words for one thing make two things; the glossary chose one."""
    pattern, instead = AVOIDED[name]
    problems = [
        f"{shown(page, number)}: {found.group()!r}; write: {instead}"
        for page in _pages()
        if not page.name.endswith(".es.md")
        for number, line in _prose(page)
        if (found := re.search(pattern, line, re.IGNORECASE))
    ]
    assert not problems, "\n".join(problems)


def test_no_page_names_a_place_on_one_machine() -> None:
    """A path that exists on its author's machine only helps nobody."""
    problems = [
        f"{shown(page, number)}: {line.strip()}"
        for page in _pages()
        for number, line in enumerate(page.read_text(encoding="utf-8").splitlines(), start=1)
        if OF_ONE_MACHINE.search(line)
    ]
    assert not problems, "\n".join(problems)


def test_every_page_in_spanish_has_its_english_one_and_each_names_the_other() -> None:
    """A reader of either language finds the page in the other."""
    for page in (page for page in _pages() if page.name.endswith(".es.md")):
        targets = re.findall(r"\]\(([a-z-]+\.md)\)", page.read_text(encoding="utf-8"))
        others = [page.parent / target for target in targets]
        assert any(
            page.name in other.read_text(encoding="utf-8") for other in others if other.is_file()
        ), shown(page)
