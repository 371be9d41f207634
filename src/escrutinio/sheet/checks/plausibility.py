"""Family P: figures that are possible and unusual.

Nothing here excludes a sheet. The limits are the catalogue's until a definition freezes others,
calibrated on the election's own past.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

import polars as pl

from escrutinio.sheet.check import INFO, WARN, Rule, check
from escrutinio.sheet.checks.view import CheckView

__all__ = ["CHECKS", "largest_common_factor", "rules"]

CHECKS = (
    check(
        "SHEET-401",
        "P01",
        WARN,
        "categories",
        en=(
            "Many blank or null votes",
            "Nothing is excluded; look at the sheet if the neighbours differ.",
        ),
        es=(
            "Muchos votos en blanco o nulos",
            "No se excluye nada; mire el acta si las vecinas difieren.",
        ),
        blank_percent=3,
        null_percent=3,
    ),
    check(
        "SHEET-402",
        "P02",
        WARN,
        "cast, admitted",
        en=(
            "Ballots and admitted voters differ by more than usual",
            "Compare both with the paper.",
        ),
        es=(
            "Boletas y votantes admitidos difieren más de lo habitual",
            "Compare ambos con el papel.",
        ),
        difference_percent=2,
        difference_votes=15,
    ),
    check(
        "SHEET-403",
        "P03",
        WARN,
        "cast",
        en=("No votes cast", "Find out whether the station opened."),
        es=("Ningún voto emitido", "Averigüe si la mesa abrió."),
    ),
    check(
        "SHEET-404",
        "P04",
        INFO,
        "cast, registered",
        en=(
            "Turnout far from the usual",
            "Nothing is excluded; small rolls and special stations explain most.",
        ),
        es=(
            "Participación lejos de lo habitual",
            "No se excluye nada; registros pequeños y mesas especiales explican la mayoría.",
        ),
        turnout_low_percent=20,
        turnout_high_percent=98,
        turnout_min_registered=50,
    ),
    check(
        "SHEET-405",
        "P05",
        INFO,
        "votes",
        en=(
            "One candidacy has every vote, or a main candidacy has none",
            "Nothing is excluded; look at the sheet.",
        ),
        es=(
            "Una candidatura tiene todos los votos, o una principal ninguno",
            "No se excluye nada; mire el acta.",
        ),
        unanimous_min_valid=50,
        main_share_percent=10,
    ),
    check(
        "SHEET-406",
        "P06",
        WARN,
        "votes",
        en=(
            "All figures are the same as at another station",
            "Look at both images; small stations repeat by chance.",
        ),
        es=(
            "Todas las cifras son iguales a las de otra mesa",
            "Mire ambas imágenes; las mesas pequeñas se repiten por azar.",
        ),
        repeat_min_valid=50,
        repeat_min_options=4,
    ),
    check(
        "SHEET-407",
        "P07",
        INFO,
        "votes",
        en=(
            "Exchanging two neighbouring figures would fit the division's pattern",
            "Look at the sheet for figures typed one row off.",
        ),
        es=(
            "Intercambiar dos cifras vecinas encajaría con el patrón de la división",
            "Mire el acta por cifras digitadas en otra fila.",
        ),
        shift_min_valid=100,
        shift_far_percent=60,
        shift_near_percent=20,
    ),
    check(
        "SHEET-408",
        "M",
        WARN,
        "any figure",
        en=(
            "Every figure of a column is a multiple of the same number",
            "A sign of faulty software; ask the publisher how the column was made.",
        ),
        es=(
            "Todas las cifras de una columna son múltiplos del mismo número",
            "Señal de un programa defectuoso; pregunte al publicador cómo se hizo la columna.",
        ),
        residue_min_rows=30,
    ),
)

#: Factors tried by SHEET-408.
FACTORS = range(2, 13)
#: Figures looked at first.
_FEW = 64
#: Rows of which whole vectors are hashed at one time.
_ROWS_AT_ONCE = 1 << 16


def rules(view: CheckView) -> Iterator[Rule]:
    """Give the rules of this family that the table can decide."""
    for rule in _all_rules(view):
        yield Rule(rule.code, rule.when & view.is_sheet, rule.expected, rule.found, rule.fields)


def _all_rules(view: CheckView) -> Iterator[Rule]:
    yield from _categories(view)
    cast = view.exact_cast
    if view.admitted is not None:
        far = (cast - view.admitted).abs()
        large = (100 * far >= view.limit("difference_percent") * cast) | (
            far >= view.limit("difference_votes")
        )
        yield Rule("SHEET-402", large & (far > 0), view.admitted, cast)
    shown, least = view.shown_cast, view.least_cast
    yield Rule("SHEET-403", shown == 0)
    low, high = (view.limit(f"turnout_{end}_percent") * view.roll for end in ("low", "high"))
    is_large = view.roll >= view.limit("turnout_min_registered")
    # An unreadable figure can hide a turnout that is too low, never one that is too high.
    is_far = (100 * shown < low) | (100 * least > high)
    yield Rule("SHEET-404", is_far & is_large, view.roll, pl.coalesce(shown, least))
    yield from _one_sided(view)
    yield from _whole_vectors(view)
    yield from _shifts(view)


def _categories(view: CheckView) -> Iterator[Rule]:
    for code in ("blank", "null"):
        field = f"category.{code}"
        if view.table.has(field):
            ballots = pl.col(field)
            many = 100 * ballots >= view.limit(f"{code}_percent") * view.shown_cast
            yield Rule("SHEET-401", many & (ballots > 0), None, ballots, field)


def _one_sided(view: CheckView) -> Iterator[Rule]:
    votes = view.candidacy_votes
    if len(votes) < 2:  # noqa: PLR2004 - one candidacy alone always has every vote
        return
    total = view.options_sum
    large = total >= view.limit("unanimous_min_valid")
    known = [figure.sum().alias(code) for code, figure in view.candidacy_votes_known.items()]
    sums = view.frame.filter(view.is_sheet).select(known).row(0)
    least = view.limit("main_share_percent") * sum(sums)
    figures = zip(votes.values(), sums, strict=True)
    main = [figure == 0 for figure, added in figures if 100 * added >= least]
    largest = pl.max_horizontal(list(votes.values()))
    one_sided = largest == total
    if main and sum(sums):
        one_sided |= pl.any_horizontal(main)
    yield Rule("SHEET-405", one_sided & large, total, largest)


def _whole_vectors(view: CheckView) -> Iterator[Rule]:
    """Find the same vector at another station; small ones repeat by chance and are left out."""
    if not view.votes or not view.frame.height:
        return
    filled = pl.sum_horizontal([(vote > 0).cast(pl.Int64) for vote in view.votes])
    large = (view.votes_shown >= view.limit("repeat_min_valid")) & (
        filled >= view.limit("repeat_min_options")
    )
    vector = pl.struct(view.votes)
    sheets = view.frame.select("index", "station", "status", *view.table.vote_fields)
    # Where no two hashes are equal no two vectors are; piece by piece they take little memory.
    hashes = pl.concat(
        part.filter(large & view.is_sheet).select("index", hash=vector.hash())
        for part in sheets.iter_slices(_ROWS_AT_ONCE)
    )
    alike = hashes.filter(pl.col("hash").is_duplicated()).select("index")
    repeated = (
        sheets.join(alike, on="index", how="semi")
        .select("index", stations=pl.col("station").n_unique().over(vector))
        .filter(pl.col("stations") > 1)
    )
    if not repeated.height:
        return
    indexes = repeated.get_column("index")
    stations = pl.col("index").replace_strict(
        indexes, repeated.get_column("stations"), default=None, return_dtype=pl.Int64
    )
    yield Rule("SHEET-406", pl.col("index").is_in(indexes.implode()), None, stations)


def _shifts(view: CheckView) -> Iterator[Rule]:
    """Find sheets that fit their division only after exchanging two neighbouring figures.

    The distance of a sheet from its division is half the sum of the absolute differences of their
    shares, in whole numbers: with v the sheet's figures and V its division's, it is
    ``sum |v_i * sum V - V_i * sum v|`` against ``2 * sum V * sum v``.
    """
    fields = view.table.vote_fields
    if len(fields) < 2:  # noqa: PLR2004 - nothing to exchange
        return
    areas = (
        view.frame.filter(view.is_sheet)
        .group_by("division")
        .agg([pl.col(field).sum().alias(f"area:{field}") for field in fields])
        .with_columns(pl.sum_horizontal([f"area:{field}" for field in fields]).alias("area:total"))
    )
    # The sums are columns: as expressions they would be worked out anew for every figure.
    total, area_total = pl.col("total"), pl.col("area:total")
    scale = 2 * area_total * total

    def distance(figures: Sequence[str]) -> pl.Expr:
        pairs = [(pl.col(a), pl.col(f"area:{b}")) for a, b in zip(figures, fields, strict=True)]
        return pl.sum_horizontal([(a * area_total - b * total).abs() for a, b in pairs])

    # Few sheets are far from their division; exchanging is tried on those only.
    large = total >= view.limit("shift_min_valid")
    far = (
        view.frame.select("index", "division", "status", *fields, total=view.votes_shown)
        .filter(view.is_sheet & large)
        .join(areas, on="division")
        .filter(100 * distance(fields) >= view.limit("shift_far_percent") * scale)
    )
    if not far.height:
        return
    swaps = [
        distance([*fields[:i], fields[i + 1], fields[i], *fields[i + 2 :]])
        for i in range(len(fields) - 1)
    ]
    near = 100 * pl.min_horizontal(swaps) <= view.limit("shift_near_percent") * scale
    if (found := far.filter(near)).height:
        yield Rule("SHEET-407", pl.col("index").is_in(found.get_column("index").implode()))


def largest_common_factor(figures: pl.Series, least_rows: int) -> tuple[int, int] | None:
    """Find the largest number up to 12 that divides every figure of a column.

    Args:
        figures: one column; zeros and nulls say nothing and are left out.
        least_rows: figures needed for a statement.

    Returns:
        The factor and the number of figures it divides, or None when there is none. By chance a
        factor m divides n figures with probability about m to the power -n.

    Reference: statistics, section 6.9 (residue test); positive control Kenya 2013.
    """
    # Of nearly every column a few figures show that there is none.
    few = math.gcd(*figures.head(_FEW).drop_nulls().to_list())
    if few and not any(few % factor == 0 for factor in FACTORS):
        return None
    filled = figures.filter(figures > 0)
    values = filled.unique()
    if len(filled) < least_rows or len(values) < 3:  # noqa: PLR2004 - one or two figures
        return None  # repeated say nothing about how they were made
    for factor in reversed(FACTORS):
        if (values % factor == 0).all():
            return factor, len(filled)
    return None
