"""The tests a claim goes through: permanent codes, titles, what is compared, what is assumed.

A code is never reused and never changes its meaning. ``docs/reference/claim-tests.md`` is this
catalogue, written by ``catalogue_markdown`` (a test compares the two).
"""

from __future__ import annotations

from dataclasses import dataclass

from escrutinio.claims.model import Basis, EvidenceClass
from escrutinio.primitives import Names

__all__ = ["CLAIM_TESTS", "ClaimTest", "catalogue_markdown"]


@dataclass(frozen=True, slots=True)
class ClaimTest:
    """One test of the catalogue.

    Attributes:
        code: ``CLAIM-nnn``, permanent.
        title: what it is called on pages.
        compares: what is held against what, in one sentence.
        evidence_class: how much its statements assume.
        basis: what has to be true for its statements to be about the election.
        origin: where in ``specs`` the rule comes from.
    """

    code: str
    title: Names
    compares: Names
    evidence_class: EvidenceClass
    basis: Basis
    origin: str


def _words(english: str, spanish: str) -> Names:
    return Names({"en": english, "es": spanish})


OPTIONS_ADD_UP = ClaimTest(
    "CLAIM-001",
    _words("Options add to valid votes", "Las opciones suman los votos válidos"),
    _words(
        "The printed votes of all options, added, against the printed valid votes.",
        "La suma de los votos impresos de todas las opciones contra los votos válidos impresos.",
    ),
    EvidenceClass.ARITHMETIC,
    Basis.OWN_FIGURES,
    "statistics 2.2",
)
BALLOTS_ADD_UP = ClaimTest(
    "CLAIM-002",
    _words("Valid and other ballots add to ballots cast", "Válidos y demás votos suman el total"),
    _words(
        "Valid votes and the other ballots (blank, null), added, against the ballots cast.",
        "Votos válidos más los demás (blancos, nulos) contra el total de votos emitidos.",
    ),
    EvidenceClass.ARITHMETIC,
    Basis.OWN_FIGURES,
    "statistics 2.2",
)
PERCENTAGES = ClaimTest(
    "CLAIM-003",
    _words("Percentages follow from the counts", "Los porcentajes salen de los votos"),
    _words(
        "Each printed percentage against the printed votes, to half of its last decimal.",
        "Cada porcentaje impreso contra los votos impresos, a media unidad del último decimal.",
    ),
    EvidenceClass.ARITHMETIC,
    Basis.OWN_FIGURES,
    "statistics 2.2; sheets N03, N07",
)
PERCENTAGES_ADD_UP = ClaimTest(
    "CLAIM-004",
    _words("Percentages add to 100", "Los porcentajes suman 100"),
    _words(
        "The printed percentages of all options, added, against 100, to half a last decimal each.",
        "La suma de los porcentajes de todas las opciones contra 100, a media unidad del último "
        "decimal de cada uno.",
    ),
    EvidenceClass.ARITHMETIC,
    Basis.OWN_FIGURES,
    "sheets N07",
)
TURNOUT = ClaimTest(
    "CLAIM-005",
    _words("Turnout follows from the counts", "La participación sale de los votos"),
    _words(
        "The printed turnout against the ballots cast over each printed number of registered "
        "voters.",
        "La participación impresa contra los votos emitidos entre cada registro impreso.",
    ),
    EvidenceClass.ARITHMETIC,
    Basis.OWN_FIGURES,
    "statistics 2.2; sheets N04",
)
COVERAGE = ClaimTest(
    "CLAIM-006",
    _words("Coverage follows from the counts", "La cobertura sale de los números"),
    _words(
        "The printed coverage against stations over stations, or registered voters over "
        "registered voters.",
        "La cobertura impresa contra mesas entre mesas, o registrados entre registrados.",
    ),
    EvidenceClass.ARITHMETIC,
    Basis.OWN_FIGURES,
    "statistics 2.2",
)
ROUNDED_SHARES = ClaimTest(
    "CLAIM-007",
    _words("Rounded-share test", "Prueba de los porcentajes redondos"),
    _words(
        "Each printed count against the rounded share times the total, rounded; run on every "
        "side's figures alike.",
        "Cada número de votos contra el porcentaje redondeado por el total; se aplica por igual a "
        "las cifras de todos.",
    ),
    EvidenceClass.INDICATOR,
    Basis.OWN_FIGURES,
    "statistics 2.1; sheets N06",
)
SERIES = ClaimTest(
    "CLAIM-008",
    _words("No figure falls between bulletins", "Ninguna cifra baja entre boletines"),
    _words(
        "Every figure of a bulletin against the same figure of the next one of its series.",
        "Cada cifra de un boletín contra la misma cifra del siguiente de su serie.",
    ),
    EvidenceClass.ARITHMETIC,
    Basis.BETWEEN_SOURCES,
    "statistics 2.2; sheets N05",
)
LEAD_IS_SAFE = ClaimTest(
    "CLAIM-009",
    _words("The lead against what is not counted", "La ventaja contra lo que falta por contar"),
    _words(
        "The printed lead against the votes that can still be added, by the claim's own figures.",
        "La ventaja impresa contra los votos que aún pueden sumarse, según sus propias cifras.",
    ),
    EvidenceClass.BOUND,
    Basis.OWN_FIGURES,
    "statistics 3.1; sheets N08",
)
LEADS_BY_OWN_FIGURES = ClaimTest(
    "CLAIM-010",
    _words("Who leads by the printed figures", "Quién va adelante según sus cifras"),
    _words(
        "“Leads” against the votes or percentages the claim itself prints.",
        "«Va adelante» contra los votos o porcentajes que la propia fuente imprime.",
    ),
    EvidenceClass.ARITHMETIC,
    Basis.OWN_FIGURES,
    "statistics 0, class A",
)
PARTIAL_TOTAL = ClaimTest(
    "CLAIM-011",
    _words("A partial total against the sheets", "Un total parcial contra las actas"),
    _words(
        "Announced votes against the least and the most they can be when at most so many of the "
        "sheets lie outside the announcement.",
        "Los votos anunciados contra el mínimo y el máximo posibles si a lo sumo tantas actas "
        "quedan fuera del anuncio.",
    ),
    EvidenceClass.CONTRADICTION,
    Basis.TRUE_COPIES,
    "statistics 3.3",
)
LEADS_WITHIN_BOUNDS = ClaimTest(
    "CLAIM-012",
    _words("Who leads, against the bounds", "Quién va adelante, contra los límites"),
    _words(
        "“Leads”, “elected” or “irreversible” against every completion of the sheets.",
        "«Va adelante», «electo» o «irreversible» contra todas las formas de completar las actas.",
    ),
    EvidenceClass.BOUND,
    Basis.TRUE_COPIES,
    "statistics 3.2",
)
SHARES_WITHIN_BOUNDS = ClaimTest(
    "CLAIM-013",
    _words("Shares of the whole, against the bounds", "Porcentajes del total, contra los límites"),
    _words(
        "A printed percentage of the whole result against the share on the sheets and against the "
        "least and the most it can become.",
        "Un porcentaje impreso del resultado completo contra el de las actas y contra el mínimo y "
        "el máximo que puede alcanzar.",
    ),
    EvidenceClass.BOUND,
    Basis.TRUE_COPIES,
    "statistics 3.2",
)
DATA_SET = ClaimTest(
    "CLAIM-014",
    _words("A claim about a set of sheets", "Una afirmación sobre un conjunto de actas"),
    _words(
        "What is said of a set of sheets against that set, when it is the one given.",
        "Lo que se dice de un conjunto de actas contra ese conjunto, cuando es el que se da.",
    ),
    EvidenceClass.ARITHMETIC,
    Basis.TRUE_COPIES,
    "statistics 0, class A; sheets N09",
)
PRINTS = ClaimTest(
    "CLAIM-015",
    _words("Prints of one announcement", "Versiones impresas de un anuncio"),
    _words(
        "The figures of claims that print the same announcement, against each other.",
        "Las cifras de quienes imprimen el mismo anuncio, unas contra otras.",
    ),
    EvidenceClass.CONTRADICTION,
    Basis.BETWEEN_SOURCES,
    "statistics 2.1 pitfall 4, 2.2",
)
NOT_TESTABLE = ClaimTest(
    "CLAIM-016",
    _words("Nothing that can be tested", "Nada que se pueda comprobar"),
    _words(
        "A claim without figures or assertions that any test above takes.",
        "Una afirmación sin cifras ni aserciones que alguna prueba anterior pueda tomar.",
    ),
    EvidenceClass.ARITHMETIC,
    Basis.OWN_FIGURES,
    "sheets N09",
)

#: Every test, in the order of its code.
CLAIM_TESTS: tuple[ClaimTest, ...] = (
    OPTIONS_ADD_UP,
    BALLOTS_ADD_UP,
    PERCENTAGES,
    PERCENTAGES_ADD_UP,
    TURNOUT,
    COVERAGE,
    ROUNDED_SHARES,
    SERIES,
    LEAD_IS_SAFE,
    LEADS_BY_OWN_FIGURES,
    PARTIAL_TOTAL,
    LEADS_WITHIN_BOUNDS,
    SHARES_WITHIN_BOUNDS,
    DATA_SET,
    PRINTS,
    NOT_TESTABLE,
)

_BASIS_WORDS = {
    Basis.OWN_FIGURES: "by its own figures",
    Basis.TRUE_COPIES: "if the sheets are true copies",
    Basis.BETWEEN_SOURCES: "between publications",
}


def catalogue_markdown() -> str:
    """Write the catalogue as the reference page, ``docs/reference/claim-tests.md``."""
    lines = [
        "# Tests of claims",
        "",
        "Each statement about a claim carries the code of the test it comes from. Codes are",
        "permanent. Class: how much a statement assumes (A arithmetic, B bound, C contradiction,",
        "F indicator that decides nothing). This page is written by `catalogue_markdown` in",
        "`escrutinio.claims`; do not edit it.",
        "",
    ]
    for test in CLAIM_TESTS:
        title, compares = test.title.by_language, test.compares.by_language
        lines += [
            f"## {test.code} {title['en']}",
            "",
            compares["en"],
            "",
            f"*{title['es']}.* {compares['es']}",
            "",
            f"Class {test.evidence_class}, {_BASIS_WORDS[test.basis]}. Origin: {test.origin}.",
            "",
        ]
    return "\n".join(lines[:-1]) + "\n"
