"""A tally sheet put into words: the text of its paper, and what a terminal shows of it."""

from __future__ import annotations

from collections.abc import Iterator

from escrutinio.definition import Phase
from escrutinio.primitives.cose import SignedMessage
from escrutinio.sheet.labelled import LabelledSheet, Line
from escrutinio.sheet.printed import PrintedFact, PrintedGroup, PrintedRow, PrintedSheet
from escrutinio.sheet.short_digest import encode_groups, encode_words
from escrutinio.sheet.tally_sheet import Correction, Figure, FormFigure
from escrutinio.site.language import Language

__all__ = ["word_sheet"]

#: Who signs with a pen, and how many lines each gets.
_SIGNATURES = (("staff", 3), ("agent", 3))
#: Digits of another entry's digest that are shown; enough to find it, and it is in the QR code.
_SHOWN_DIGITS = 16
_KID_GROUP = 4


def word_sheet(
    labelled: LabelledSheet,
    message: SignedMessage,
    short: bytes,
    closed_at: str,
    language: Language,
) -> PrintedSheet:
    """Put a signed sheet into words.

    Args:
        labelled: what it says, with its names.
        message: the message around it; its kid says which key claims to have signed.
        short: short digest of its bytes.
        closed_at: closing time as clocks there show it.
        language: of the words; names follow as far as the definition has them.
    """
    definition, contest = labelled.definition, labelled.contest
    is_test = definition.phase is Phase.TEST
    return PrintedSheet(
        language=language.code,
        title=language.word("sheet.title"),
        election=language.name(definition.names),
        contest=language.name(contest.names),
        notice=language.word("sheet.test") if is_test else "",
        facts=tuple(_facts(labelled, message, closed_at, language)),
        groups=tuple(_groups(labelled, language)),
        code_caption=language.word("sheet.code"),
        words_caption=language.word("sheet.words"),
        words=encode_words(short, language.code),
        digits=encode_groups(short),
        signatures_title=language.word("sheet.signatures"),
        signatures=tuple(
            language.word(f"sheet.signature.{who}")
            for who, lines in _SIGNATURES
            for _ in range(lines)
        ),
        continued=language.word("sheet.continued", station=labelled.sheet.station),
    )


def _facts(
    labelled: LabelledSheet, message: SignedMessage, closed_at: str, language: Language
) -> Iterator[PrintedFact]:
    sheet = labelled.sheet
    yield PrintedFact(language.word("sheet.station"), sheet.station)
    levels = {level.code: level.names for level in labelled.definition.levels}
    for division in labelled.path:
        yield PrintedFact(_capital(language.name(levels[division.level])), division.name)
    if labelled.station is None:
        yield PrintedFact(language.word("sheet.place"), language.word("sheet.unlisted"))
    yield PrintedFact(language.word("sheet.closed_at"), closed_at)
    version = str(sheet.version)
    link = sheet.follows.digest.hex()[:_SHOWN_DIGITS]
    if isinstance(sheet.follows, Correction):
        reason = language.word(f"sheet.reason.{sheet.follows.reason.name.lower()}")
        version = language.word("sheet.correction", version=version, reason=reason)
        yield PrintedFact(language.word("sheet.version"), version)
        yield PrintedFact(language.word("sheet.corrects"), f"{link}…")
    else:
        yield PrintedFact(language.word("sheet.version"), version)
        yield PrintedFact(language.word("sheet.seal"), f"{link}…")
    kid = message.kid.hex()
    groups = (kid[at : at + _KID_GROUP] for at in range(0, len(kid), _KID_GROUP))
    yield PrintedFact(language.word("sheet.signer"), " ".join(groups))


def _groups(labelled: LabelledSheet, language: Language) -> Iterator[PrintedGroup]:
    if labelled.votes:
        rows = tuple(_line_row(line, language) for line in labelled.votes)
        yield PrintedGroup(language.word("sheet.votes"), rows)
    if labelled.categories:
        rows = tuple(_line_row(line, language) for line in labelled.categories)
        yield PrintedGroup(language.word("sheet.categories"), rows)
    figures = labelled.sheet.figures
    if figures:
        rows = tuple(
            PrintedRow(
                "", language.word(f"sheet.figure.{key.name.lower()}"), _shown(figure, language)
            )
            for key in FormFigure
            if key in figures
            for figure in (figures[key],)
        )
        yield PrintedGroup(language.word("sheet.form"), rows)


def _line_row(line: Line, language: Language) -> PrintedRow:
    name = language.name(line.names)
    candidacy = "" if line.candidacy is None else language.name(line.candidacy)
    shown = f"{name} · {candidacy}" if candidacy and candidacy != name else name
    return PrintedRow(line.code, shown, _shown(line.figure, language))


def _shown(figure: Figure, language: Language) -> str:
    return language.word("sheet.illegible") if figure is None else language.count(figure)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
