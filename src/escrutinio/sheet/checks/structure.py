"""Family S: which station a sheet is of, and whether it may be there at all."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from escrutinio.sheet.check import BLOCK, HOLD, INFO, WARN, Rule, check
from escrutinio.sheet.checks.view import CheckView
from escrutinio.sheet.fields import SheetStatus

__all__ = ["CHECKS", "MARK_CODES", "rules"]

CHECKS = (
    check(
        "SHEET-001",
        "S01",
        HOLD,
        "station",
        en=(
            "The station is not in the published catalogue",
            "Compare the station number with the list; publish the sheet apart from the totals.",
        ),
        es=(
            "La mesa no está en el catálogo publicado",
            "Compare el número de la mesa con la lista; publique el acta aparte de los totales.",
        ),
    ),
    check(
        "SHEET-002",
        "S02",
        BLOCK,
        "station, votes",
        en=(
            "Two sheets of one station from one source differ",
            "Compare both with the paper; decide which one stands, and record why.",
        ),
        es=(
            "Dos actas de una mesa, de la misma fuente, difieren",
            "Compare ambas con el papel; decida cuál vale y deje constancia del motivo.",
        ),
    ),
    check(
        "SHEET-003",
        "S03",
        BLOCK,
        "contest",
        en=("The sheet is of another contest, date or round", "File it under its own contest."),
        es=("El acta es de otra contienda, fecha o vuelta", "Archívela en su propia contienda."),
    ),
    check(
        "SHEET-004",
        "S04",
        WARN,
        "options",
        en=(
            "An option of the ballot is not shown by this source",
            "Totals of that option cannot be known from this source; look for one that shows it.",
        ),
        es=(
            "Esta fuente no muestra una opción de la boleta",
            "Los totales de esa opción no se conocen por esta fuente; busque otra que la muestre.",
        ),
    ),
    check(
        "SHEET-005",
        "S05",
        BLOCK,
        "station",
        en=(
            "Two readings of the sheet name different stations",
            "Look at the image: number on the form, code, and file name must be of one station.",
        ),
        es=(
            "Dos lecturas del acta nombran mesas distintas",
            "Mire la imagen: formulario, código y archivo deben ser de una misma mesa.",
        ),
    ),
    check(
        "SHEET-006",
        "S06",
        BLOCK,
        "parts",
        en=("The source marks the sheet as incomplete", "Find the missing part of this sheet."),
        es=("La fuente marca el acta como incompleta", "Busque la parte que falta de esta acta."),
    ),
    check(
        "SHEET-007",
        "S07",
        INFO,
        "document",
        en=(
            "The source marks the sheet as a copy or special form",
            "Nothing to do; the kind of form is on record.",
        ),
        es=(
            "La fuente marca el acta como copia o formulario especial",
            "Nada que hacer; el tipo de formulario queda registrado.",
        ),
    ),
    check(
        "SHEET-008",
        "S08",
        BLOCK,
        "phase",
        en=("The sheet is of a test or a rehearsal", "Keep it out of the official record."),
        es=("El acta es de una prueba o un simulacro", "Manténgala fuera del expediente oficial."),
    ),
    check(
        "SHEET-009",
        "S09",
        HOLD,
        "image",
        en=(
            "The same image is given for more than one station",
            "Find the image that belongs to each station.",
        ),
        es=(
            "La misma imagen figura en más de una mesa",
            "Busque la imagen que corresponde a cada mesa.",
        ),
    ),
    check(
        "SHEET-010",
        "S02",
        INFO,
        "station, votes",
        en=("The same sheet is there more than once, with the same figures", "It is counted once."),
        es=(
            "La misma acta aparece más de una vez, con las mismas cifras",
            "Se cuenta una sola vez.",
        ),
    ),
    check(
        "SHEET-011",
        "N01",
        WARN,
        "division",
        en=(
            "The source places the station in another division than the list does",
            "Totals follow the list; correct the source or the list.",
        ),
        es=(
            "La fuente ubica la mesa en otra división que la lista",
            "Los totales siguen la lista; corrija la fuente o la lista.",
        ),
    ),
)

#: Marks a source can put on a sheet, and the check each one is.
MARK_CODES = {
    "incomplete_parts": "SHEET-006",
    "document_kind": "SHEET-007",
    "unsigned": "SHEET-106",
    "poor_image": "SHEET-109",
    "difference_unexplained": "SHEET-208",
}


def rules(view: CheckView) -> Iterator[Rule]:
    """Give the rules of this family that the table can decide."""
    columns = view.frame.columns
    yield Rule("SHEET-001", ~pl.col("known"))
    yield from _repeats(view)
    for what, code in (("contest", "SHEET-003"), ("phase", "SHEET-008")):
        if f"wrong:{what}" in columns:
            yield Rule(code, pl.col(f"wrong:{what}"))
    if "also_station" in columns:
        yield Rule("SHEET-005", (pl.col("also_station") != pl.col("station")) & view.is_sheet)
    if "image" in columns:
        stations = pl.col("station").n_unique().over("image")
        yield Rule("SHEET-009", (stations > 1) & pl.col("image").is_not_null() & view.is_sheet)
    yield Rule("SHEET-011", pl.col("misplaced"))
    for mark, code in MARK_CODES.items():
        if f"mark:{mark}" in columns:
            yield Rule(code, pl.col(f"mark:{mark}"))


def _repeats(view: CheckView) -> Iterator[Rule]:
    """Tell sheets of one station that differ from the same sheet met again.

    A record without a sheet contradicts none, and neither does a sheet of another contest or of
    a rehearsal. A decision that closes the station contradicts a sheet of it.
    """
    if not view.frame.get_column("station").is_duplicated().any():
        return
    wrong = [pl.col(name) for name in view.frame.columns if name.startswith("wrong:")]
    missing = pl.col("status").is_in([item.value for item in SheetStatus if item.is_missing])
    ours = ~pl.any_horizontal([missing, *wrong])
    figures = [pl.col(field).fill_null(-1) for field in view.table.fields]
    division = pl.coalesce("listed_division", "division")
    version = pl.struct([*figures, pl.col("status"), division.alias("division")])
    variants = version.filter(ours).n_unique().over("station")
    copies = ours.cast(pl.Int64).sum().over("station")
    has_sheet = (ours & view.is_sheet).any().over("station")
    yield Rule("SHEET-002", ours & (variants > 1) & has_sheet, found=copies)
    yield Rule("SHEET-010", ours & (variants == 1) & has_sheet & (copies > 1), found=copies)
