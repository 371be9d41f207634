"""Documents that do not lead into the void: links, indexes, examples."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from urllib.parse import unquote

from tests.architecture.tree import ROOT, files_in, lines_outside_code, shown

INLINE_LINK = re.compile(r"\]\(\s*<?([^)\s>]+)>?(?:\s+\"[^\"]*\")?\s*\)")
REFERENCE_LINK = re.compile(r"^\s{0,3}\[[^\]]+\]:\s+<?([^\s>]+)>?")
INLINE_CODE = re.compile(r"`[^`]*`")
HEADING = re.compile(r"^#{1,6}\s+(.*?)\s*#*$")
ELSEWHERE = re.compile(r"^[a-z][a-z0-9+.-]*:", re.IGNORECASE)


def _links(path: Path) -> list[tuple[int, str]]:
    """List the links of a Markdown file with their lines."""
    found = []
    for number, line in lines_outside_code(path.read_text(encoding="utf-8")):
        text = INLINE_CODE.sub("", line)
        found += [(number, target) for target in INLINE_LINK.findall(text)]
        found += [(number, target) for target in REFERENCE_LINK.findall(text)]
    return found


@cache
def _anchors(path: Path) -> set[str]:
    """Give the anchors of a Markdown file's headings, by the rule of code hosting sites."""
    anchors: set[str] = set()
    for _, line in lines_outside_code(path.read_text(encoding="utf-8")):
        if heading := HEADING.match(line):
            text = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading.group(1)).lower()
            slug = re.sub(r"[^\w\- ]", "", text).replace(" ", "-")
            repeats = sum(
                1 for known in anchors if re.fullmatch(rf"{re.escape(slug)}(-\d+)?", known)
            )
            anchors.add(f"{slug}-{repeats}" if repeats else slug)
    return anchors


def _problem_with(source: Path, target: str) -> str | None:
    file_part, _, anchor = target.partition("#")
    path = (source.parent / unquote(file_part)).resolve() if file_part else source
    if not path.is_relative_to(ROOT):
        return "leads out of the repository"
    if not path.exists():
        return "leads nowhere"
    if anchor and path.suffix == ".md" and anchor not in _anchors(path):
        return "names a heading that is not there"
    return None


def test_every_local_link_leads_somewhere() -> None:
    """A reader who follows a link of ours finds what the link says."""
    problems = [
        f"{shown(path, number)}: {target} {problem}"
        for path in files_in(ROOT, ".md")
        for number, target in _links(path)
        if not ELSEWHERE.match(target) and (problem := _problem_with(path, target))
    ]
    assert not problems, "\n".join(problems)


def test_every_page_is_in_the_index_of_its_folder() -> None:
    """A page that no index names is a page that nobody finds."""
    problems = []
    docs = ROOT / "docs"
    for folder in [docs, *sorted(path for path in docs.iterdir() if path.is_dir())]:
        index = folder / "README.md"
        assert index.is_file(), f"{shown(folder)} has no README.md"
        linked = {
            (folder / unquote(target.partition("#")[0])).resolve() for _, target in _links(index)
        }
        problems += [
            f"{shown(index)} does not name {page.name}"
            for page in sorted(folder.glob("*.md"))
            if page != index and page.resolve() not in linked
        ]
    assert not problems, "\n".join(problems)


def test_every_file_of_an_example_is_explained() -> None:
    """Each example's README names each of its files, so that none is there for no reason."""
    examples = ROOT / "examples"
    assert examples.is_dir(), "examples/ is missing"
    problems = []
    for folder in sorted(path for path in examples.iterdir() if path.is_dir()):
        readme = folder / "README.md"
        if not readme.is_file():
            problems.append(f"{shown(folder)} has no README.md")
            continue
        text = readme.read_text(encoding="utf-8")
        problems += [
            f"{shown(readme)} does not mention {path.relative_to(folder).as_posix()}"
            for path in files_in(folder)
            if path != readme and path.relative_to(folder).as_posix() not in text
        ]
    assert not problems, "\n".join(problems)
