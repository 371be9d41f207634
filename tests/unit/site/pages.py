"""Pages of the small reports, each made once."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from escrutinio.adapters import load_definition
from escrutinio.claims import decode_claims
from escrutinio.operations import CheckReport, check_evidence
from escrutinio.site import load_language
from escrutinio.site.report_page import render_report_page
from escrutinio.tabulation import decode_evidence
from tests.unit.site.reading import Element, read_page
from tests.unit.site.reports import BULLETIN, NOTE, WARNING, report_of, special_cases, two_counties

EXAMPLE = Path(__file__).resolve().parents[3] / "examples" / "ve-2024"


@cache
def bundled_report() -> CheckReport:
    """The bundled example: real figures, many claims."""
    definition = load_definition(EXAMPLE)
    claims = decode_claims(
        (EXAMPLE / "claims.toml").read_bytes(), definition.contests, "claims.toml"
    )
    evidence = decode_evidence(
        (EXAMPLE / "evidence-v2.json").read_bytes(), "evidence-v2.json", definition
    )
    return check_evidence(evidence, definition, claims=claims)


@cache
def plain_report() -> CheckReport:
    """Two counties, three claims, two kinds of finding."""
    return report_of(two_counties(), claims=BULLETIN, findings=(WARNING, NOTE))


@cache
def plain_page(language: str) -> Element:
    return read_page(render_report_page(plain_report(), load_language(language)))


@cache
def special_bytes(name: str, language: str) -> bytes:
    return render_report_page(special_cases()[name], load_language(language))


@cache
def special_page(name: str, language: str) -> Element:
    return read_page(special_bytes(name, language))
