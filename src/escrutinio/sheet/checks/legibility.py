"""Family L: what could be read, and what became of the sheet.

Empty, dash, illegible and zero are four different things: only the last is a number.
"""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from escrutinio.sheet.check import ERROR, HOLD, INFO, WARN, Rule, check
from escrutinio.sheet.checks.view import CheckView
from escrutinio.sheet.fields import CellState, SheetStatus

__all__ = ["CHECKS", "rules"]

CHECKS = (
    check(
        "SHEET-101",
        "L01",
        WARN,
        "votes, categories",
        en=("A vote figure is illegible", "It is counted as unknown; look for another copy."),
        es=("Una cifra de votos es ilegible", "Se cuenta como desconocida; busque otra copia."),
    ),
    check(
        "SHEET-102",
        "L02",
        WARN,
        "votes, categories",
        en=(
            "A vote figure is empty or a dash",
            "It is counted as unknown, not as zero; look for another copy.",
        ),
        es=(
            "Una cifra de votos está vacía o es un guion",
            "Se cuenta como desconocida, no como cero; busque otra copia.",
        ),
    ),
    check(
        "SHEET-103",
        "L03",
        HOLD,
        "votes",
        en=("No vote figure can be read", "Look for another copy of the sheet."),
        es=("No se lee ninguna cifra de votos", "Busque otra copia del acta."),
    ),
    check(
        "SHEET-104",
        "L04",
        HOLD,
        "status",
        en=(
            "No sheet of this station has arrived",
            "The station stays outstanding; find out where its sheet is.",
        ),
        es=(
            "No ha llegado ningún acta de esta mesa",
            "La mesa sigue pendiente; averigüe dónde está su acta.",
        ),
    ),
    check(
        "SHEET-106",
        "L06",
        WARN,
        "signatures",
        en=(
            "The source marks the sheet as lacking signatures",
            "Apply the law of the election; compare with the copies of the agents.",
        ),
        es=(
            "La fuente marca el acta como carente de firmas",
            "Aplique la ley de la elección; compare con las copias de los representantes.",
        ),
    ),
    check(
        "SHEET-107",
        "L07",
        HOLD,
        "status",
        en=(
            "The sheet is lost, destroyed or challenged",
            "It waits for a decision; copies of others may replace it.",
        ),
        es=(
            "El acta está extraviada, siniestrada o impugnada",
            "Espera una decisión; copias de otros pueden reemplazarla.",
        ),
    ),
    check(
        "SHEET-108",
        "L08",
        ERROR,
        "stated.valid, stated.cast",
        en=(
            "A total is left blank though its parts are filled in",
            "The parts are counted; the blank total is not a wrong sum.",
        ),
        es=(
            "Un total está en blanco aunque sus partes tienen cifras",
            "Se cuentan las partes; el total en blanco no es una suma errada.",
        ),
    ),
    check(
        "SHEET-109",
        "L09",
        HOLD,
        "image",
        en=("The source marks the image as too poor to read", "Take or find another image."),
        es=("La fuente marca la imagen como ilegible por su calidad", "Tome o busque otra imagen."),
    ),
    check(
        "SHEET-110",
        "L07",
        INFO,
        "status",
        en=(
            "The sheet was annulled by a decision",
            "The station is closed and adds no votes; the decision should be public.",
        ),
        es=(
            "El acta fue anulada por una decisión",
            "La mesa queda cerrada y no suma votos; la decisión debe ser pública.",
        ),
    ),
    check(
        "SHEET-111",
        "L04",
        INFO,
        "status",
        en=(
            "The station was not installed or was merged into another",
            "The station is closed and adds no votes.",
        ),
        es=(
            "La mesa no se instaló o se fusionó con otra",
            "La mesa queda cerrada y no suma votos.",
        ),
    ),
)

_BY_STATUS = {
    "SHEET-104": (SheetStatus.NOT_DELIVERED, SheetStatus.NOT_READ),
    "SHEET-107": (SheetStatus.LOST, SheetStatus.DESTROYED, SheetStatus.CHALLENGED),
    "SHEET-110": (SheetStatus.ANNULLED,),
    "SHEET-111": (SheetStatus.NOT_INSTALLED, SheetStatus.MERGED),
}


def rules(view: CheckView) -> Iterator[Rule]:
    """Give the rules of this family that the table can decide."""
    for code, statuses in _BY_STATUS.items():
        yield Rule(code, pl.col("status").is_in([status.value for status in statuses]))
    counted = (*view.table.vote_fields, *view.table.category_fields)
    gaps = [field for field in counted if view.frame[field].null_count()]
    if gaps:
        yield from _unreadable(view, gaps)
    yield from _blank_totals(view)


def _unreadable(view: CheckView, gaps: list[str]) -> Iterator[Rule]:
    votes = (*view.table.candidacy_fields, *view.table.option_fields)
    nothing = pl.all_horizontal([pl.col(field).is_null() for field in votes])
    illegible = _count(view, gaps, CellState.ILLEGIBLE)
    empty = _count(view, gaps, CellState.EMPTY) + _count(view, gaps, CellState.DASH)
    readable = view.is_sheet & ~nothing
    yield Rule("SHEET-101", (illegible > 0) & readable, found=illegible)
    yield Rule("SHEET-102", (empty > 0) & readable, found=empty)
    yield Rule("SHEET-103", nothing & view.is_sheet)


def _count(view: CheckView, fields: list[str], state: CellState) -> pl.Expr:
    in_state = [(view.table.state(field) == int(state)).cast(pl.Int64) for field in fields]
    return pl.sum_horizontal(in_state)


def _blank_totals(view: CheckView) -> Iterator[Rule]:
    for field, parts, total in (
        ("stated.valid", view.votes_known, view.valid),
        ("stated.cast", view.known_ballots, view.cast),
    ):
        if view.table.has(field) and view.frame[field].null_count():
            blank = view.table.state(field).is_in([int(CellState.EMPTY), int(CellState.DASH)])
            yield Rule("SHEET-108", blank & (parts > 0) & view.is_sheet, total, None, field)
