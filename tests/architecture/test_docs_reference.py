"""Reference pages that say what the program does now, and all of it."""

from __future__ import annotations

import re
from pathlib import Path

import click
import pytest

from escrutinio.definition import decode_definition, seal_definition
from escrutinio.sheet import CellState, SheetStatus, decode_profile
from escrutinio.sheet.fields import is_known_field
from escrutinio.sheet.profile import Encoding
from escrutinio.sheet.profile_decoding import MARKS
from tests.architecture.tree import ROOT, files_in, shown
from tools.generate_reference import PARTS, generated_pages, with_generated_parts
from tools.reference_commands import commands_of

REFERENCE = ROOT / "docs" / "reference"
IMPORT_PROFILE = (REFERENCE / "import-profile.md").read_text(encoding="utf-8")
OPTION = re.compile(r"(?<![\w-])--[a-z][a-z-]+")
#: Options of other programs that our pages call, and of our own tools and scripts.
FOREIGN_OPTIONS = {"--write", "--check", "--exclude", "--link-dest"}


@pytest.mark.parametrize("page", generated_pages(), ids=lambda page: page.name)
def test_generated_parts_are_what_the_code_gives_now(page: Path) -> None:
    """A list that was copied once is wrong after the next change; this one cannot be."""
    text = page.read_text(encoding="utf-8")
    assert text == with_generated_parts(text), "run: python -m tools.generate_reference"


def test_every_generated_part_has_its_page() -> None:
    """A marker that was mistyped or lost would leave its part out without a word."""
    text = "\n".join(page.read_text(encoding="utf-8") for page in generated_pages())
    assert not [name for name in PARTS if f"<!-- generated: {name} -->" not in text]


def _known_options() -> set[str]:
    options = {"--help"}
    for _, command in commands_of():
        for parameter in command.params:
            if isinstance(parameter, click.Option):
                options |= {*parameter.opts, *parameter.secondary_opts}
    return options


def test_every_command_and_option_is_documented() -> None:
    """What a command can do and no page says is known to its author only."""
    page = (REFERENCE / "commands.md").read_text(encoding="utf-8")
    missing = [path for path, _ in commands_of() if f"## {path}\n" not in page]
    missing += [option for option in _known_options() if option not in page]
    assert not missing


def test_every_option_that_a_page_names_exists() -> None:
    """An option that was renamed must not live on in a page."""
    known = _known_options() | FOREIGN_OPTIONS
    problems = []
    for page in [ROOT / "README.md", *files_in(ROOT / "docs", ".md")]:
        if "decisions" in page.parts:
            continue  # decisions quote the options of installers
        for number, line in enumerate(page.read_text(encoding="utf-8").splitlines(), start=1):
            problems += [
                f"{shown(page, number)}: {option}"
                for option in OPTION.findall(line)
                if option not in known
            ]
    assert not problems, "\n".join(problems)


@pytest.mark.parametrize(
    "word",
    [
        *Encoding,
        *(status.value for status in SheetStatus),
        *(state.name.lower() for state in CellState if state is not CellState.NUMBER),
        *MARKS,
    ],
)
def test_every_word_of_an_import_profile_is_explained(word: str) -> None:
    """Who writes a profile must find every word that the program would take."""
    assert f"`{word}`" in IMPORT_PROFILE or f'`"{word}"`' in IMPORT_PROFILE


DRAFT = b"""{"format": "escrutinio-definition/1", "record_kind": "transcription",
 "phase": "official", "names": {"en": "Ejemplia"}, "date": "2030-06-02",
 "time_zone": "America/Caracas", "levels": [{"code": "town", "names": {"en": "town"}}],
 "stations": null, "contests": [
  {"code": "mayor", "names": {"en": "Mayor"}, "division": "T", "votes_allowed": 1,
   "candidacies": [{"code": "rios", "names": {"en": "R"}}, {"code": "soto", "names": {"en": "S"}},
                   {"code": "vega", "names": {"en": "V"}}], "options": [],
   "categories": [
    {"code": "blank", "names": {"en": "blank"}, "in_ballots": true, "in_valid": false},
    {"code": "null", "names": {"en": "null"}, "in_ballots": true, "in_valid": false}],
   "max_ballots_per_station": null, "register_totals": [],
   "rule": {"kind": "winner", "clauses": [{"conditions": []}], "runoff": 0, "tie": "lots"}},
  {"code": "council", "names": {"en": "Council"}, "division": "T", "votes_allowed": 1,
   "candidacies": [{"code": "g", "names": {"en": "G"}}, {"code": "b", "names": {"en": "B"}}],
   "options": [{"code": "green", "candidacy": "g", "names": {"en": "G"}},
               {"code": "blue", "candidacy": "b", "names": {"en": "B"}}],
   "categories": [], "max_ballots_per_station": null, "register_totals": [],
   "rule": {"kind": "winner", "clauses": [{"conditions": []}], "runoff": 0, "tie": "lots"}}],
 "check_profile": {"limits": {}, "severities": {}}, "sources": []}"""
DIVISIONS = b"division,parent,level,name,stations,registered\nT,,town,Town,9,\n"
DEFINITION = decode_definition(seal_definition(DRAFT, DIVISIONS, None))


def test_the_example_profile_is_one() -> None:
    """The page shows every key at work; the program must take the whole of it."""
    found = re.search(r"```toml\n(.*?)```", IMPORT_PROFILE, re.DOTALL)
    assert found is not None
    profile = decode_profile(found[1].encode(), "example", DEFINITION)
    assert profile.rolls_profile
    for part in ("also_station", "division", "image", "status", "rows", "identity", "marks"):
        assert getattr(profile, part), f"the example has no {part}"


def test_every_field_of_a_sheet_is_explained() -> None:
    """The page and the program know the same fields."""
    section = IMPORT_PROFILE.partition("| field | what it is |")[2].partition("\n\n")[0]
    named = {name for row in section.splitlines() for name in re.findall(r"`([a-z_.A-Z]+)`", row)}
    codes = {"candidacy.CODE": "candidacy.rios", "category.CODE": "category.null"}
    unknown = [
        name
        for name in named
        if name not in {"option.CODE", "twin.FIELD"}
        and not is_known_field(codes.get(name, name), DEFINITION.contests[0])
    ]
    assert not unknown
    plain = Path(ROOT / "src/escrutinio/sheet/fields.py").read_text(encoding="utf-8")
    listed = re.search(r"_PLAIN = frozenset\(\s*\{(.*?)\}", plain, re.DOTALL)
    assert listed is not None
    assert set(re.findall(r'"([a-z_.]+)"', listed[1])) <= named
