"""What the columns of the tables mean, in English and Spanish.

A column is described by its name, or by the part before its first dot where the rest is a code of
the definition: ``option.a1`` by ``option.``. The dictionary of a bulletin takes its words here.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

from escrutinio.primitives import Names

__all__ = ["DIVISION_COLUMNS", "FINDING_COLUMNS", "ROW_COLUMNS", "SHEET_COLUMNS", "describe_column"]

Columns: TypeAlias = Mapping[str, Names]


def _columns(**words: tuple[str, str]) -> Columns:
    """Write a table: a name ends in ``_`` where the column's name goes on with a dot and a code."""
    return {
        f"{name[:-1]}." if name.endswith("_") else name: Names({"en": en, "es": es})
        for name, (en, es) in words.items()
    }


#: Columns of ``rows.csv``.
ROW_COLUMNS = _columns(
    contest=("code of the contest", "código de la contienda"),
    station=("id of the station", "identificador de la mesa"),
    division=(
        "id of the smallest division that contains the station, as amended",
        "identificador de la división más pequeña que contiene la mesa, con sus enmiendas",
    ),
    treatment=(
        "what became of it: counted, held, missing, closed, out_of_catalogue",
        (
            "qué fue de ella: counted (contada), held (retenida), missing (faltante), closed "
            "(cerrada), out_of_catalogue (fuera de catálogo)"
        ),
    ),
    entry=("place in the log of the sheet's entry", "lugar del acta en el registro"),
    version=("version of the sheet", "versión del acta"),
    reason=(
        "why it is treated so: codes of checks, or of a decision",
        "por qué se trata así: códigos de controles o de una decisión",
    ),
)

#: Columns of ``sheets-<contest>.csv`` and ``.parquet`` beyond those above.
SHEET_COLUMNS: Columns = {
    **ROW_COLUMNS,
    **_columns(
        level_=(
            "id of the division of this level that contains the station",
            "identificador de la división de este nivel que contiene la mesa",
        ),
        name_=(
            "name of that division",
            "nombre de esa división",
        ),
        kind=("kind of station, from stations.csv", "tipo de mesa, de stations.csv"),
        polling_place=("id of the polling place", "identificador del centro de votación"),
        status=(
            "what the record says of the sheet itself: sheet, annulled, not_installed, merged, ...",
            (
                "qué dice el expediente del acta misma: sheet (acta), annulled (anulada), "
                "not_installed (no instalada), merged (fusionada), ..."
            ),
        ),
        digest=("SHA-256 of the sheet's entry", "SHA-256 del asiento del acta"),
        copy=("SHA-256 of the image that was read", "SHA-256 de la imagen leída"),
        roll=(
            "registered voters by the definition",
            "votantes inscritos según la definición",
        ),
        max_ballots=(
            "the most ballots it can have by the definition",
            "máximo de boletas posible según la definición",
        ),
        registered=(
            "registered voters as the sheet states them",
            "votantes inscritos según el acta",
        ),
        admitted=("voters admitted as the sheet states them", "votantes admitidos según el acta"),
        admitted_=("part of the voters admitted", "parte de los votantes admitidos"),
        absent=("registered voters who did not come", "votantes inscritos que no acudieron"),
        check_ins=(
            "voters admitted as sealed before the tally",
            "votantes admitidos, sellados antes del escrutinio",
        ),
        stated_=(
            "total as the sheet states it: valid votes, ballots cast, or a part of them",
            "total según el acta: votos válidos, boletas en la urna, o una parte",
        ),
        option_=("votes of a party line", "votos de una opción de la boleta"),
        candidacy_=("votes of a candidacy", "votos de una candidatura"),
        category_=("ballots of a tally category", "boletas de una categoría"),
        twin_=(
            "the same figure again, from another place of the form",
            "la misma cifra otra vez, de otra parte del formulario",
        ),
        ballots_received=("ballots handed to the station", "boletas entregadas a la mesa"),
        ballots_used=("ballots used", "boletas usadas"),
        ballots_used_=("part of the ballots used", "parte de las boletas usadas"),
        ballots_unused=("ballots left over", "boletas sobrantes"),
        ballots_spoiled=("ballots spoiled", "boletas inutilizadas"),
        ballots_lost=("ballots lost", "boletas perdidas"),
        ballots_unaccounted=("ballots not accounted for", "boletas sin justificar"),
        list_votes=("votes for the list", "votos por la lista"),
        nominal_votes=("votes for people of the list", "votos nominales"),
        surplus=("surplus of ballots as stated", "boletas de más según el acta"),
        deficit=("deficit of ballots as stated", "boletas de menos según el acta"),
        states=(
            (
                "figures that are no number, as field:state; a state is empty (nothing written), "
                "dash, illegible, or not_on_form; such a cell is empty and never zero"
            ),
            (
                "cifras que no son un número, como campo:estado; un estado es empty (vacío), dash "
                "(raya), illegible (ilegible) o not_on_form (no está en el formulario); esa celda "
                "queda vacía y nunca es cero"
            ),
        ),
    ),
}

#: Columns of ``divisions-<contest>.csv``.
DIVISION_COLUMNS = _columns(
    division=("id of the division", "identificador de la división"),
    parent=("id of the division that contains it", "identificador de la división que la contiene"),
    level=("code of its level", "código de su nivel"),
    name=(
        "its name",
        "su nombre",
    ),
    expected=(
        "stations; counted + held + missing + closed; empty where unknown",
        "mesas; counted + held + missing + closed; vacío si no se conoce",
    ),
    counted=("stations in the totals", "mesas en los totales"),
    held=(
        "stations whose sheet is published and not in the totals",
        "mesas cuya acta está publicada y fuera de los totales",
    ),
    missing=("stations of which no sheet is in the log", "mesas sin acta en el registro"),
    closed=(
        "stations that will add no votes: annulled, not installed, merged",
        "mesas que no sumarán votos: anuladas, no instaladas, fusionadas",
    ),
    received=("stations of which a sheet arrived", "mesas de las que llegó un acta"),
    out_of_catalogue=(
        "stations with a sheet that the definition does not list; in no total, not in expected",
        "mesas con acta que la definición no incluye; nunca en expected ni en los totales",
    ),
    candidacy_=(
        "votes of a candidacy on the counted sheets",
        "votos de una candidatura en las actas contadas",
    ),
    option_=(
        "votes of a party line on the counted sheets",
        "votos de una opción de la boleta en las actas contadas",
    ),
    category_=(
        "ballots of a tally category on the counted sheets",
        "boletas de una categoría en las actas contadas",
    ),
    unknown_=(
        "counted sheets on which the candidacy's figure cannot be read",
        "actas contadas donde la cifra de la candidatura no se puede leer",
    ),
    valid=("valid votes", "votos válidos"),
    cast=("ballots cast; empty where unknown", "boletas en la urna; vacío si no se conoce"),
    registered=(
        "registered voters of the counted stations whose roll is known",
        "votantes inscritos de las mesas contadas cuyo registro se conoce",
    ),
    registered_stations=(
        "counted stations whose roll is known",
        "mesas contadas cuyo registro se conoce",
    ),
    cast_where_registered=(
        "ballots cast at those stations: the numerator of the turnout",
        "boletas en esas mesas: el numerador de la participación",
    ),
    outstanding_cap=(
        "the most ballots that can still be added; empty where open",
        "máximo de boletas que aún se pueden sumar; vacío si está abierto",
    ),
    unreadable=(
        "counted sheets on which some figure cannot be read",
        "actas contadas donde alguna cifra no se puede leer",
    ),
)

#: Columns of ``findings.csv``.
FINDING_COLUMNS = _columns(
    contest=("code of the contest", "código de la contienda"),
    station=(
        "id of the station; empty for a finding about a whole table",
        "identificador de la mesa; vacío si el hallazgo es de toda la tabla",
    ),
    entry=("place in the log of the sheet's entry", "lugar del acta en el registro"),
    code=("code of the check", "código del control"),
    severity=(
        "what it does to the sheet: block, hold, warn, info",
        "qué hace con el acta: block, hold (retener), warn (avisar), info (informar)",
    ),
    fields=("fields it is about", "campos de los que trata"),
    expected=("figure the rule expects, if it expects one", "cifra que la regla espera, si la hay"),
    found=("figure that is there", "cifra encontrada"),
)


def describe_column(name: str, columns: Columns) -> Names:
    """Say what a column means.

    Args:
        name: of the column, such as ``option.a1``.
        columns: one of the tables above.
    """
    if name in columns:
        return columns[name]
    kind, _, _ = name.partition(".")
    return columns[f"{kind}."]
