"""The catalogue: permanent codes, and how severe each finding is on which sheet."""

from __future__ import annotations

import re

import pytest

from escrutinio.definition import CheckProfile, Severity, SheetType
from escrutinio.sheet import CATALOGUE, known_checks, known_limits
from escrutinio.sheet.catalogue import limit_of, severity_of

BLOCK, HOLD, WARN, INFO = Severity.BLOCK, Severity.HOLD, Severity.WARN, Severity.INFO

#: Code to severity on (machine-printed, handwritten) sheets. A slip in arithmetic holds a sheet
#: that a machine printed; people slip often and innocently, so there it only warns.
SEVERITIES = {
    "SHEET-001": (HOLD, HOLD),
    "SHEET-002": (BLOCK, BLOCK),
    "SHEET-003": (BLOCK, BLOCK),
    "SHEET-004": (WARN, WARN),
    "SHEET-005": (BLOCK, BLOCK),
    "SHEET-006": (BLOCK, BLOCK),
    "SHEET-007": (INFO, INFO),
    "SHEET-008": (BLOCK, BLOCK),
    "SHEET-009": (HOLD, HOLD),
    "SHEET-010": (INFO, INFO),
    "SHEET-011": (WARN, WARN),
    "SHEET-101": (WARN, WARN),
    "SHEET-102": (WARN, WARN),
    "SHEET-103": (HOLD, HOLD),
    "SHEET-104": (HOLD, HOLD),
    "SHEET-106": (WARN, WARN),
    "SHEET-107": (HOLD, HOLD),
    "SHEET-108": (HOLD, WARN),
    "SHEET-109": (HOLD, HOLD),
    "SHEET-110": (INFO, INFO),
    "SHEET-111": (INFO, INFO),
    "SHEET-201": (HOLD, WARN),
    "SHEET-202": (HOLD, WARN),
    "SHEET-203": (HOLD, WARN),
    "SHEET-204": (WARN, WARN),
    "SHEET-205": (HOLD, WARN),
    "SHEET-206": (HOLD, WARN),
    "SHEET-207": (HOLD, WARN),
    "SHEET-208": (HOLD, WARN),
    "SHEET-209": (HOLD, WARN),
    "SHEET-210": (WARN, WARN),
    "SHEET-211": (HOLD, WARN),
    "SHEET-212": (WARN, WARN),
    "SHEET-213": (HOLD, WARN),
    "SHEET-301": (HOLD, HOLD),
    "SHEET-302": (HOLD, WARN),
    "SHEET-303": (HOLD, WARN),
    "SHEET-304": (HOLD, HOLD),
    "SHEET-305": (WARN, WARN),
    "SHEET-306": (BLOCK, BLOCK),
    "SHEET-307": (WARN, WARN),
    "SHEET-401": (WARN, WARN),
    "SHEET-402": (WARN, WARN),
    "SHEET-403": (WARN, WARN),
    "SHEET-404": (INFO, INFO),
    "SHEET-405": (INFO, INFO),
    "SHEET-406": (WARN, WARN),
    "SHEET-407": (INFO, INFO),
    "SHEET-408": (WARN, WARN),
    "TALLY-001": (WARN, WARN),
    "TALLY-002": (WARN, WARN),
    "TALLY-003": (INFO, INFO),
    "CHAIN-001": (WARN, WARN),
    "CHAIN-002": (INFO, INFO),
    "CHAIN-003": (HOLD, HOLD),
    "CHAIN-004": (HOLD, HOLD),
    "CHAIN-005": (HOLD, HOLD),
    "CHAIN-006": (HOLD, HOLD),
    "CHAIN-007": (HOLD, HOLD),
    "CHAIN-008": (HOLD, HOLD),
}


def test_codes_are_permanent() -> None:
    """Reports and decisions cite codes; one that vanished or appeared must be seen here."""
    assert set(CATALOGUE) == set(SEVERITIES) == known_checks()


@pytest.mark.parametrize("code", SEVERITIES)
def test_severity_depends_on_how_the_sheet_was_made(code: str) -> None:
    """The same slip weighs more on a sheet that a machine printed."""
    machine, handwritten = SEVERITIES[code]
    plain = CheckProfile()
    assert severity_of(code, SheetType.MACHINE, plain) is machine
    assert severity_of(code, SheetType.HANDWRITTEN, plain) is handwritten


def test_a_definition_freezes_a_severity_for_one_type_of_sheet() -> None:
    """What the definition does not freeze stays as the catalogue has it."""
    frozen = CheckProfile(severities={"SHEET-201": {SheetType.MACHINE: INFO}})
    assert severity_of("SHEET-201", SheetType.MACHINE, frozen) is INFO
    assert severity_of("SHEET-201", SheetType.HANDWRITTEN, frozen) is WARN


def test_a_definition_freezes_a_limit() -> None:
    """Limits are calibrated on the election's own past, before the vote."""
    assert limit_of("null_percent", CheckProfile()) == 3
    assert limit_of("null_percent", CheckProfile(limits={"null_percent": 0})) == 0


def test_each_limit_belongs_to_one_check() -> None:
    """A name two checks share would set both without saying so."""
    names = [name for entry in CATALOGUE.values() for name in entry.limits]
    assert sorted(names) == sorted(known_limits())


@pytest.mark.parametrize("code", SEVERITIES)
def test_an_entry_says_in_both_languages_what_was_found_and_what_to_do(code: str) -> None:
    """Findings are read by people; no code may be shown without its words."""
    entry = CATALOGUE[code]
    assert re.fullmatch(r"(SHEET|TALLY|CHAIN)-[0-9]{3}", entry.code)
    for words in (entry.title, entry.remedy):
        assert set(words.by_language) == {"en", "es"}
        assert all(words.by_language.values())
        assert "fraud" not in str(words).lower()
