"""The data dictionary of a bulletin, in Markdown: every file, column and code, in one language.

Format page: docs/formats/exports.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, TypeAlias

from escrutinio.primitives import Names
from escrutinio.publication.cut import ContestCut, Cut
from escrutinio.publication.exports.columns import (
    DIVISION_COLUMNS,
    FINDING_COLUMNS,
    ROW_COLUMNS,
    SHEET_COLUMNS,
    describe_column,
)
from escrutinio.sheet.fields import candidacy_field, category_field, option_field

if TYPE_CHECKING:
    import polars as pl

__all__ = ["DICTIONARY_NAMES", "encode_dictionary"]

#: File name by language.
DICTIONARY_NAMES: Mapping[str, str] = {"en": "dictionary.md", "es": "diccionario.md"}


#: A table: its file, its columns, what they mean, and what has a name of its own.
_Described: TypeAlias = tuple[str, Sequence[str], Mapping[str, Names], Mapping[str, Names]]


def _words(en: str, es: str) -> Names:
    return Names({"en": en, "es": es})


_TITLE = _words("Data dictionary", "Diccionario de datos")
_INTRO = _words(
    "UTF-8, comma, lines that end in a line feed. An empty cell is no number, never zero. A name "
    "that begins with = + - or @ has an apostrophe in front, so that no spreadsheet takes it for "
    "a formula. These files follow from the log and can be made again from it; the log decides.",
    "UTF-8, coma, líneas que terminan en salto de línea. Una celda vacía no es un número, nunca "
    "cero. Un nombre que empieza por = + - o @ lleva un apóstrofo delante, para que ninguna hoja "
    "de cálculo lo tome por una fórmula. Estos archivos se derivan del registro y se pueden "
    "rehacer a partir de él; el registro decide.",
)
_OTHERS = _words(
    "`sheets-*.parquet` holds the same as `sheets-*.csv`. `nist.json` is the totals by NIST "
    "SP 1500-100 version 2, `nist-side.json` what that standard has no place for, under the same "
    "ids. `bulletin.json` is the body of the bulletin.",
    "`sheets-*.parquet` contiene lo mismo que `sheets-*.csv`. `nist.json` son los totales según "
    "NIST SP 1500-100 versión 2, `nist-side.json` lo que esa norma no contempla, con los mismos "
    "identificadores. `bulletin.json` es el cuerpo del boletín.",
)
_COLUMN = _words("column", "columna")
_MEANING = _words("meaning", "significado")
_CODES = _words("Codes", "Códigos")
_FIELD = _words("field", "campo")
_NAME = _words("name", "nombre")
_COUNTS_FOR = _words("counts for", "suma para")
_WITHDRAWN = _words("withdrawn", "retirada")
_VALID = _words("valid votes", "votos válidos")
_BALLOTS = _words("ballots, not valid", "boletas, no válidas")
_NEITHER = _words("not a ballot", "no es una boleta")
#: What would end a cell of a table or be markup.
_ESCAPES = str.maketrans({sign: f"\\{sign}" for sign in "\\|<>`*_[]"})


def encode_dictionary(
    cut: Cut,
    sheets: Sequence[pl.DataFrame],
    divisions: Sequence[pl.DataFrame],
    findings: pl.DataFrame,
    language: str,
) -> bytes:
    """Write the dictionary.

    Args:
        cut: the count that the bulletin is about.
        sheets: of each contest, the table whose columns are described.
        divisions: the same.
        findings: the table of findings.
        language: ``en`` or ``es``.
    """
    tables: list[_Described] = [("rows.csv", cut.rows.columns, ROW_COLUMNS, {})]
    for item, rows, totals in zip(cut.contests, sheets, divisions, strict=True):
        code = item.contest.code
        named = _named(cut, item)
        tables.append((f"sheets-{code}.csv", rows.columns, SHEET_COLUMNS, named))
        tables.append((f"divisions-{code}.csv", totals.columns, DIVISION_COLUMNS, named))
    tables.append(("findings.csv", findings.columns, FINDING_COLUMNS, {}))
    lines = [
        f"# {_TITLE.in_language(language)}: {_cell(cut.definition.names.in_language(language))}",
        "",
        _INTRO.in_language(language),
        "",
        _OTHERS.in_language(language),
        "",
    ]
    for name, columns, words, named in tables:
        described = [(f"`{item}`", _meaning(item, words, named, language)) for item in columns]
        lines += [f"## {name}", "", *_table((_COLUMN, _MEANING), described, language), ""]
    for item in cut.contests:
        title = item.contest.names.in_language(language)
        lines += [f"## {_CODES.in_language(language)}: {_cell(title)}", ""]
        lines += [*_table((_FIELD, _NAME, _COUNTS_FOR), _codes(item, language), language), ""]
    return "\n".join(lines).encode()


def _named(cut: Cut, contest: ContestCut) -> Mapping[str, Names]:
    """Give what is called by a name of its own, by the columns about it."""
    named: dict[str, Names] = {
        f"{kind}.{level.code}": level.names
        for level in cut.definition.levels
        for kind in ("level", "name")
    }
    for candidacy in contest.form.candidacies:
        named |= dict.fromkeys(
            (candidacy_field(candidacy.code), f"unknown.{candidacy.code}"), candidacy.names
        )
    named |= {option_field(item.code): item.names for item in contest.form.options}
    named |= {category_field(item.code): item.names for item in contest.contest.categories}
    return named


def _meaning(
    column: str, words: Mapping[str, Names], named: Mapping[str, Names], language: str
) -> str:
    meaning = _word(describe_column(column, words), language)
    names = named.get(column)
    return meaning if names is None else f"{meaning}: {_word(names, language)}"


def _codes(cut: ContestCut, language: str) -> Iterator[tuple[str, str, str]]:
    """List every figure that has a name of its own: what it is called and what it counts for."""
    standing = {item.code for item in cut.contest.candidacies}
    owners = {item.code: item.candidacy for item in cut.contest.options}
    for candidacy in cut.form.candidacies:
        field = candidacy_field(candidacy.code)
        fate = "" if candidacy.code in standing else _WITHDRAWN.in_language(language)
        yield f"`{field}`", _word(candidacy.names, language), fate
    for option in cut.form.options:
        owner = owners.get(option.code)
        fate = _WITHDRAWN.in_language(language) if owner is None else f"`{candidacy_field(owner)}`"
        yield f"`{option_field(option.code)}`", _word(option.names, language), fate
    for category in cut.contest.categories:
        part = _VALID if category.in_valid else _BALLOTS if category.in_ballots else _NEITHER
        field = category_field(category.code)
        yield f"`{field}`", _word(category.names, language), part.in_language(language)


def _table(heads: Sequence[Names], rows: Iterable[Sequence[str]], language: str) -> Iterator[str]:
    yield f"| {' | '.join(head.in_language(language) for head in heads)} |"
    yield f"|{' --- |' * len(heads)}"
    for row in rows:
        yield f"| {' | '.join(row)} |"


def _word(names: Names, language: str) -> str:
    return _cell(names.in_language(language))


def _cell(text: str) -> str:
    """Keep a name from ending a cell of a table or becoming markup."""
    return text.translate(_ESCAPES)
