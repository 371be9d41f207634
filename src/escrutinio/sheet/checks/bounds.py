"""Family B: what a station can hold at most."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from escrutinio.sheet.check import BLOCK, ERROR, HOLD, WARN, Rule, check
from escrutinio.sheet.checks.view import CheckView

__all__ = ["CHECKS", "rules"]

CHECKS = (
    check(
        "SHEET-301",
        "B01",
        HOLD,
        "cast, registered",
        en=(
            "More votes cast than registered voters",
            "Compare votes and roll with the paper; some laws let staff and agents vote.",
        ),
        es=(
            "Más votos emitidos que electores inscritos",
            "Compare votos y registro con el papel; algunas leyes admiten a miembros y testigos.",
        ),
        extra_voters_allowed=0,
    ),
    check(
        "SHEET-302",
        "B02",
        ERROR,
        "votes, admitted",
        en=(
            "A candidacy has more votes than there were voters",
            "Compare the figure with the paper.",
        ),
        es=("Una candidatura tiene más votos que votantes hubo", "Compare la cifra con el papel."),
    ),
    check(
        "SHEET-303",
        "B03",
        ERROR,
        "cast, admitted",
        en=(
            "More votes cast than voters admitted",
            "Compare both with the paper; the excess is shown, never removed.",
        ),
        es=(
            "Más votos emitidos que votantes admitidos",
            "Compare ambos con el papel; el exceso se muestra, nunca se elimina.",
        ),
    ),
    check(
        "SHEET-304",
        "B04",
        HOLD,
        "admitted, check_ins",
        en=(
            "More voters admitted than were checked in by the device",
            "Compare the voters' book with the device's record.",
        ),
        es=(
            "Más votantes admitidos que los registrados por el dispositivo",
            "Compare el cuaderno con el registro del dispositivo.",
        ),
    ),
    check(
        "SHEET-305",
        "B05",
        WARN,
        "registered",
        en=(
            "The registered voters on the sheet differ from the published roll",
            "The sheet cannot change the roll; totals use the roll.",
        ),
        es=(
            "Los inscritos del acta difieren del registro publicado",
            "El acta no cambia el registro; los totales usan el registro.",
        ),
    ),
    check(
        "SHEET-306",
        "B06",
        BLOCK,
        "cast",
        en=(
            "More ballots than the station can have",
            "Most likely an entry error; read the sheet again.",
        ),
        es=(
            "Más boletas de las que la mesa puede tener",
            "Lo más probable es un error de captura; lea el acta otra vez.",
        ),
    ),
    check(
        "SHEET-307",
        "B07",
        WARN,
        "registered",
        en=("The roll is zero or missing", "Turnout of this station cannot be known."),
        es=(
            "El registro de la mesa es cero o falta",
            "No se puede conocer la participación de esta mesa.",
        ),
    ),
)


def rules(view: CheckView) -> Iterator[Rule]:
    """Give the rules of this family that the table can decide."""
    for rule in _all_rules(view):
        yield Rule(rule.code, rule.when & view.is_sheet, rule.expected, rule.found, rule.fields)


def _all_rules(view: CheckView) -> Iterator[Rule]:
    table = view.table
    # Ballots without any roll cannot exceed it; a zero roll has its own code.
    most = view.roll + view.limit("extra_voters_allowed")
    yield _above("SHEET-301", most, view.least_cast, view.roll > 0)
    voters = view.admitted
    if voters is None:
        voters = view.whole("stated.cast")
    if voters is not None:
        largest = pl.max_horizontal(list(view.candidacy_votes_known.values()))
        yield _above("SHEET-302", voters, largest)
    if view.admitted is not None:
        yield _above("SHEET-303", view.admitted, view.least_cast)
        if table.has("check_ins"):
            yield _above("SHEET-304", pl.col("check_ins"), view.admitted)
    if table.has("registered"):
        published, stated = pl.col("roll"), pl.col("registered")
        yield Rule("SHEET-305", published != stated, published, stated)
    yield _above("SHEET-306", pl.col("cap"), view.least_cast)
    if table.has("registered") or view.frame["roll"].null_count() < view.frame.height:
        yield Rule("SHEET-307", view.roll.fill_null(0) == 0)


def _above(code: str, most: pl.Expr, found: pl.Expr, also: pl.Expr | None = None) -> Rule:
    when = found > most
    return Rule(code, when if also is None else when & also, most, found)
