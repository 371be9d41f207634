"""Family A: the sheet's own arithmetic.

Each rule compares figures of one sheet with each other. A rule whose figures the source does not
show, or cannot be read on a sheet, is not decided there and gives no finding.
"""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from escrutinio.sheet.check import ERROR, WARN, Rule, check
from escrutinio.sheet.checks.view import CheckView
from escrutinio.sheet.fields import PARTED, candidacy_field

__all__ = ["CHECKS", "rules"]

CHECKS = (
    check(
        "SHEET-201",
        "A01",
        ERROR,
        "votes, stated.valid",
        en=(
            "The options do not add up to the valid votes stated",
            "Compare each figure with the paper.",
        ),
        es=(
            "Las opciones no suman los votos válidos declarados",
            "Compare cada cifra con el papel.",
        ),
    ),
    check(
        "SHEET-202",
        "A02",
        ERROR,
        "votes, categories, stated.cast",
        en=(
            "Valid, blank and null votes do not add up to the votes cast stated",
            "Compare each figure with the paper.",
        ),
        es=(
            "Válidos, blancos y nulos no suman los votos emitidos declarados",
            "Compare cada cifra con el papel.",
        ),
    ),
    check(
        "SHEET-203",
        "A03",
        ERROR,
        "admitted, stated.cast, ballots_used",
        en=("The parts of a figure do not add up to it", "Compare the parts with the paper."),
        es=("Las partes de una cifra no la suman", "Compare las partes con el papel."),
    ),
    check(
        "SHEET-204",
        "A04",
        WARN,
        "stated.valid, stated.cast",
        en=(
            "The total stated differs from the publisher's own sum",
            "Publish both; compare with the paper.",
        ),
        es=(
            "El total declarado difiere de la suma del propio publicador",
            "Publique ambos; compare con el papel.",
        ),
    ),
    check(
        "SHEET-205",
        "A05, L05",
        ERROR,
        "twin fields",
        en=(
            "The same figure is given twice and differs",
            "Take a third look at the paper: figures against words, page against page.",
        ),
        es=(
            "La misma cifra aparece dos veces y difiere",
            "Mire el papel por tercera vez: cifras contra letras, página contra página.",
        ),
    ),
    check(
        "SHEET-206",
        "A06",
        ERROR,
        "stated.cast, admitted",
        en=(
            "The box ticked (equal, more, fewer) does not fit the numbers",
            "Compare the tick and both numbers with the paper.",
        ),
        es=(
            "La casilla marcada (igual, más, menos) no concuerda con los números",
            "Compare la marca y ambos números con el papel.",
        ),
    ),
    check(
        "SHEET-207",
        "A07",
        ERROR,
        "surplus, deficit",
        en=(
            "The surplus or deficit stated is not the difference of its numbers",
            "Compare the difference with ballots and admitted voters.",
        ),
        es=(
            "El sobrante o faltante declarado no es la diferencia de sus números",
            "Compare la diferencia con las boletas y los votantes admitidos.",
        ),
    ),
    check(
        "SHEET-208",
        "A08",
        ERROR,
        "stated.cast, admitted",
        en=(
            "A difference between ballots and voters has no explanation",
            "Ask the station's staff; record the explanation.",
        ),
        es=(
            "Una diferencia entre boletas y votantes no tiene explicación",
            "Pregunte a los miembros de mesa; registre la explicación.",
        ),
    ),
    check(
        "SHEET-209",
        "A09",
        ERROR,
        "registered, admitted, absent",
        en=(
            "Registered voters are not those who came plus those who did not",
            "Compare the three figures with the paper.",
        ),
        es=(
            "Los inscritos no son los que votaron más los ausentes",
            "Compare las tres cifras con el papel.",
        ),
    ),
    check(
        "SHEET-210",
        "A10",
        WARN,
        "ballots_received",
        en=(
            "The ballots received are not those used, unused, spoiled and lost",
            "Compare the accounting of ballots with the paper.",
        ),
        es=(
            "Las boletas recibidas no son las usadas, sobrantes, inutilizadas y extraviadas",
            "Compare la cuenta de boletas con el papel.",
        ),
    ),
    check(
        "SHEET-211",
        "A11",
        ERROR,
        "list_votes, nominal_votes",
        en=(
            "List votes and nominal votes do not add up to the valid votes",
            "Compare each figure with the paper.",
        ),
        es=(
            "Votos de lista y votos nominales no suman los votos válidos",
            "Compare cada cifra con el papel.",
        ),
    ),
    check(
        "SHEET-212",
        "A12",
        WARN,
        "stated.cast",
        en=(
            "The ballots cast differ between contests at the same station",
            "A voter may leave with a ballot; large differences need a look at the paper.",
        ),
        es=(
            "Las boletas emitidas difieren entre contiendas de la misma mesa",
            "Un votante puede llevarse una boleta; las diferencias grandes piden mirar el papel.",
        ),
    ),
    check(
        "SHEET-213",
        "A13",
        ERROR,
        "options, candidacy",
        en=(
            "The party lines do not add up to the candidacy's votes",
            "Compare the lines with the paper.",
        ),
        es=(
            "Las líneas de partido no suman los votos de la candidatura",
            "Compare las líneas con el papel.",
        ),
    ),
)


def rules(view: CheckView) -> Iterator[Rule]:
    """Give the rules of this family that the table can decide."""
    for rule in _all_rules(view):
        yield Rule(rule.code, rule.when & view.is_sheet, rule.expected, rule.found, rule.fields)


def _all_rules(view: CheckView) -> Iterator[Rule]:
    yield from _stated_totals(view)
    yield from _parts(view)
    yield from _twins(view)
    yield from _difference(view)
    yield from _accounting(view)
    yield from _lines(view)
    if view.other_cast is not None:
        yield _differs("SHEET-212", pl.col(view.other_cast), view.exact_cast)


def _differs(code: str, expected: pl.Expr, found: pl.Expr, fields: str = "") -> Rule:
    return Rule(code, expected != found, expected, found, fields)


def _stated_totals(view: CheckView) -> Iterator[Rule]:
    table = view.table
    allowed = table.contest.votes_allowed
    if table.has("stated.valid"):
        stated = pl.col("stated.valid")
        if allowed == 1:
            yield _differs("SHEET-201", view.valid, stated)
        else:
            # With several votes a ballot the sum can only be bounded, not predicted.
            most = stated * allowed
            yield Rule("SHEET-201", view.votes_known > most, most, view.votes_known)
    if table.has("stated.cast"):
        yield _differs("SHEET-202", view.cast, pl.col("stated.cast"))
    if table.has("list_votes", "nominal_votes", "stated.valid"):
        both = pl.col("list_votes") + pl.col("nominal_votes")
        yield _differs("SHEET-211", both, pl.col("stated.valid"))


def _parts(view: CheckView) -> Iterator[Rule]:
    for whole in PARTED:
        parts = view.table.parts_of(whole)
        if not parts:
            continue
        total = pl.sum_horizontal([pl.col(part) for part in parts], ignore_nulls=False)
        if view.table.has(whole):
            yield _differs("SHEET-203", total, pl.col(whole), whole)
        elif whole == "stated.cast":
            # The form gives the ballots by box only; their sum is the stated total.
            yield _differs("SHEET-202", view.cast, total, whole)


def _twins(view: CheckView) -> Iterator[Rule]:
    for field in view.table.fields:
        plain = field.removeprefix("twin.")
        if plain != field and plain in view.table.fields:
            code = "SHEET-204" if plain.startswith("stated.") else "SHEET-205"
            yield _differs(code, pl.col(field), pl.col(plain), plain)


def _difference(view: CheckView) -> Iterator[Rule]:
    if view.admitted is None:
        return
    excess = view.exact_cast - view.admitted
    for field, stated in (("surplus", excess), ("deficit", -excess)):
        if view.table.has(field):
            yield _differs("SHEET-207", stated.clip(lower_bound=0), pl.col(field), field)
    ticks = {
        "mark:ticked_equal": excess == 0,
        "mark:ticked_more": excess > 0,
        "mark:ticked_fewer": excess < 0,
    }
    shown = [name for name in ticks if name in view.frame.columns]
    if shown:
        wrong = [pl.col(name) & ~ticks[name] for name in shown]
        several = pl.sum_horizontal([pl.col(name).cast(pl.Int8) for name in shown]) > 1
        yield Rule("SHEET-206", pl.any_horizontal(wrong) | several, view.admitted, view.exact_cast)


def _accounting(view: CheckView) -> Iterator[Rule]:
    table = view.table
    if table.has("registered", "absent") and view.admitted is not None:
        came = view.admitted + pl.col("absent")
        yield _differs("SHEET-209", came, pl.col("registered"))
    used = view.whole("ballots_used")
    if table.has("ballots_received") and used is not None:
        total = used
        for field in ("ballots_unused", "ballots_spoiled", "ballots_lost"):
            if table.has(field):
                total += pl.col(field)
        if table.has("ballots_unaccounted"):
            total -= pl.col("ballots_unaccounted")
        yield _differs("SHEET-210", total, pl.col("ballots_received"))


def _lines(view: CheckView) -> Iterator[Rule]:
    for candidacy in view.table.contest.candidacies:
        field = candidacy_field(candidacy.code)
        if view.table.has(field) and view.table.shows_lines_of(candidacy.code):
            lines = [pl.col(line) for line in view.table.lines_of(candidacy.code)]
            total = pl.sum_horizontal(lines, ignore_nulls=False)
            yield _differs("SHEET-213", total, pl.col(field), field)
