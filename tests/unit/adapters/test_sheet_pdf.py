"""The printed sheet: the same bytes every time, every figure on it, and no letter lost."""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
import sys
import unicodedata
from dataclasses import replace

import pytest
import typst

from escrutinio.adapters import sheet_pdf
from escrutinio.adapters.qr_image import LEAST_CODE_MM, draw_qr
from escrutinio.adapters.sheet_pdf import render_sheet_pdf
from escrutinio.definition import Phase
from escrutinio.errors import RefusedError
from escrutinio.primitives import Names
from escrutinio.sheet.printed import Paper
from escrutinio.sheet.qr_text import encode_qr_text
from escrutinio.sheet.short_digest import encode_groups, encode_words, short_digest
from escrutinio.sheet.tally_sheet import Correction, CorrectionReason
from tests.paper import (
    DEFINITION,
    ENTRY,
    SHEET,
    draw_pages,
    print_entry,
    signed,
    text_of,
    word_entry,
)

TEXT = encode_qr_text(ENTRY)
POINTS_OF_80_MM = 226.77


def test_the_same_sheet_gives_the_same_bytes() -> None:
    """In another process too: no date, no random name, no font of the machine."""
    code = (
        "import hashlib; from tests.paper import print_entry; "
        "print(hashlib.sha256(print_entry()).hexdigest())"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == hashlib.sha256(print_entry()).hexdigest()
    assert b"CreationDate" not in print_entry()


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("paper", Paper)
def test_every_figure_and_name_is_on_the_paper(paper: Paper, language: str) -> None:
    """As a program that reads aloud finds them."""
    text = re.sub(r"\s+", " ", text_of(print_entry(paper=paper, language=language)))
    sheet = word_entry(ENTRY, language=language)
    for fact in sheet.facts:
        assert fact.value in text
    for group in sheet.groups:
        for row in group.rows:
            assert row.name in text
            assert row.figure in text
    short = short_digest(ENTRY)
    assert encode_groups(short) in text
    for word in encode_words(short, language):
        assert word in text
    for label in sheet.signatures:
        assert text.count(label) == sheet.signatures.count(label)


def test_paper_has_its_size() -> None:
    """A4, and a roll 80 mm wide as long as it needs to be."""
    (page,) = draw_pages(print_entry(), 72)
    assert page.size == (596, 842)
    (roll,) = draw_pages(print_entry(paper=Paper.ROLL), 72)
    assert abs(roll.width - POINTS_OF_80_MM) < 1
    assert roll.height > 2 * roll.width


def test_a_sheet_of_a_rehearsal_says_so_on_top() -> None:
    """Or it might be taken for a real one."""
    rehearsal = replace(DEFINITION, phase=Phase.TEST)
    for language, words in (("en", "NOT A SHEET OF AN ELECTION"), ("es", "NO ES ACTA")):
        sheet = word_entry(ENTRY, rehearsal, language)
        assert words in text_of(render_sheet_pdf(sheet, TEXT, Paper.A4))
        assert words not in text_of(print_entry(language=language))


def test_a_correction_says_what_it_corrects_and_why() -> None:
    """On paper it must not look like a first version."""
    later = replace(SHEET, version=2, follows=Correction(b"\xaa" * 32, CorrectionReason.RECOUNT))
    text = text_of(print_entry(signed(later)))
    assert "2, a correction: recount" in text
    assert "aaaaaaaaaaaaaaaa" in text


def test_a_ballot_of_a_thousand_lines_is_printed_on_several_pages() -> None:
    """Each page names the sheet that it belongs to."""
    sheet = word_entry(ENTRY)
    votes = replace(sheet.groups[0], rows=sheet.groups[0].rows * 334)
    pdf = render_sheet_pdf(replace(sheet, groups=(votes, *sheet.groups[1:])), TEXT, Paper.A4)
    pages = len(draw_pages(pdf, 20))
    assert pages > 5
    assert text_of(pdf).count(f"{sheet.continued} · {sheet.digits}") == pages


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Peña Ñandú, Güiria", "Peña Ñandú, Güiria"),
        ("Pen\u0303a", "Peña"),
        ("Кириллица", "Кириллица"),
        ("Łódź Đặng Ștefan", "Łódź Đặng Ștefan"),
        ("中国", "[U+4E2D][U+56FD]"),
        ("vote \U0001f600", "vote [U+1F600]"),
        ("a\u202eb", "a[U+202E]b"),
        ("a\tb", "a[U+0009]b"),
        ("#strong[x] $y$ \\ *z* <l> @r", "#strong[x] $y$ \\ *z* <l> @r"),
        ('"; ] panic("x")', '"; ] panic("x")'),
    ],
)
def test_a_name_is_printed_as_it_is_or_by_its_numbers(name: str, shown: str) -> None:
    """Never as markup, never without a letter, never turned."""
    sheet = word_entry(ENTRY, replace(DEFINITION, names=Names({"en": name})))
    assert shown in text_of(render_sheet_pdf(sheet, TEXT, Paper.ROLL)).replace("\r\n", " ")


def test_the_fonts_have_every_letter_that_is_printed_as_it_is() -> None:
    """A letter that they lack would be an empty box on the paper."""
    compiler = typst.Compiler(font_paths=typst.Fonts(include_system_fonts=False))
    source = (
        b"#set page(width: 20mm, height: 10mm, margin: 2mm)\n"
        b'#set text(font: ("Libertinus Serif", "DejaVu Sans Mono"))\n#sys.inputs.letter'
    )

    def drawn(letter: str) -> object:
        return compiler.compile(source, sys_inputs={"letter": letter}, format="svg")

    box = drawn("\u4e2d")
    letters = [
        chr(number)
        for first, last in sheet_pdf._PRINTABLE  # noqa: SLF001  # the table itself is tested
        for number in range(first, last + 1)
        if unicodedata.category(chr(number)) not in {"Cc", "Cf", "Cn", "Cs"}
    ]
    assert len(letters) > 1300
    assert not [letter for letter in letters if drawn(letter) == box]
    assert drawn("\u56fd") == box


@pytest.mark.parametrize("length", [60, 283, 506, 900, 1200])
@pytest.mark.parametrize("most_mm", [72, 120])
def test_a_code_is_wide_enough_and_fits(length: int, most_mm: int) -> None:
    """Whole dots of a thermal printer, at least four a module, at least 40 mm in all."""
    code = draw_qr("ESC1:" + "A" * (length - 5), most_mm)
    assert (code.modules - 8) * code.module_mm >= LEAST_CODE_MM
    assert code.width_mm <= most_mm
    assert code.module_mm >= 0.5
    assert (code.module_mm * 8).is_integer()
    assert code.level == ("Q" if length < 900 or most_mm == 120 else code.level)


def test_a_sheet_too_large_for_the_roll_is_refused_with_what_to_do() -> None:
    """And one too large for any code as well."""
    with pytest.raises(RefusedError, match="wider paper"):
        draw_qr("ESC1:" + "A" * 3000, 72)
    with pytest.raises(RefusedError, match="5000 characters"):
        draw_qr("A" * 5000, 500)


def test_the_content_is_handed_over_as_data() -> None:
    """JSON inside one string: the template has no place where text becomes markup."""
    sheet = word_entry(ENTRY, replace(DEFINITION, names=Names({"en": json.dumps({"a": 1})})))
    assert '{"a": 1}' in text_of(render_sheet_pdf(sheet, TEXT, Paper.A4))
