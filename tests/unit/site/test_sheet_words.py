"""A sheet in words: every name the definition has, and plain words where it has none."""

from __future__ import annotations

from dataclasses import replace

import pytest

from escrutinio.definition import StationId
from escrutinio.sheet.labelled import label_sheet
from escrutinio.sheet.printed import PrintedSheet
from escrutinio.sheet.tally_sheet import Seal, TallySheet, election_of
from tests.builders import contest, definition
from tests.paper import DEFINITION, ENTRY, SHEET, signed, word_entry


def _facts(sheet: PrintedSheet) -> dict[str, str]:
    return {fact.label: fact.value for fact in sheet.facts}


def test_the_station_stands_with_its_divisions_from_the_root_down() -> None:
    """So that two stations of one number cannot be taken for one another."""
    facts = _facts(word_entry(ENTRY, language="es"))
    assert list(facts)[:4] == ["Mesa", "País", "Estado", "Municipio"]
    assert list(facts.values())[:4] == ["N1.1", "Ejemplia", "Norte", "Alto"]
    assert facts["Cierre"].endswith("-04:00 (America/Caracas)")


def test_a_station_that_nobody_lists_says_so() -> None:
    """It is no ground for refusal, and it must be seen."""
    foreign = signed(replace(SHEET, station=StationId("X9.9")))
    assert _facts(word_entry(foreign))["Place"] == "not among the stations of the definition"


@pytest.mark.parametrize(("language", "word"), [("en", "illegible"), ("es", "ilegible")])
def test_an_unreadable_figure_is_a_word_and_never_a_zero(language: str, word: str) -> None:
    """Zero votes and votes that nobody can read are different facts."""
    entry = signed(replace(SHEET, votes=(0, None, 12_345)))
    figures = [row.figure for row in word_entry(entry, language=language).groups[0].rows]
    assert figures[:2] == ["0", word]
    assert figures[2] in {"12,345", "12.345"}


def test_votes_stand_under_candidacies_where_there_are_no_party_lines() -> None:
    """And a figure that the form does not have is not there."""
    election = definition(contest("A B", categories=""))
    sheet = TallySheet(
        election_of(election.identity), StationId("1"), 0, 1, 0, {}, (3, 4), (), Seal(bytes(32))
    )
    (votes,) = word_entry(signed(sheet), election).groups
    assert [(row.code, row.name, row.figure) for row in votes.rows] == [
        ("A", "A", "3"),
        ("B", "B", "4"),
    ]
    assert label_sheet(sheet, election, "sheet").path == ()


def test_both_languages_have_the_same_figures_and_digits() -> None:
    """Only words differ between them."""
    english, spanish = (word_entry(ENTRY, DEFINITION, language) for language in ("en", "es"))
    assert english.digits == spanish.digits
    assert english.words != spanish.words
    for one, other in zip(english.groups, spanish.groups, strict=True):
        assert [row.code for row in one.rows] == [row.code for row in other.rows]
