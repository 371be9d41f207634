"""Laws of the sheet on paper: what is drawn is read, what is said is heard."""

from __future__ import annotations

import contextlib

import zxingcpp
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from escrutinio.adapters.qr_image import draw_qr
from escrutinio.definition import decode_definition
from escrutinio.errors import ElectionRecordError, MalformedError
from escrutinio.primitives.base45 import BASE45_ALPHABET
from escrutinio.sheet.figures_file import decode_figures
from escrutinio.sheet.short_digest import (
    decode_groups,
    decode_words,
    encode_groups,
    encode_words,
    short_digest,
)
from tests.vectors.definition.documents import assemble

DEFINITION = decode_definition(assemble())
FIGURES = st.integers(0, 10_000_000) | st.just("illegible")


@given(st.binary(max_size=400), st.sampled_from(["en", "es"]))
def test_words_and_digits_are_read_back(entry: bytes, language: str) -> None:
    """Of any sheet, in both languages."""
    short = short_digest(entry)
    words = encode_words(short, language)
    assert decode_words(" ".join(words), language, "words") == short
    assert decode_groups(encode_groups(short), "digits") == short


@given(st.text(max_size=500))
def test_any_text_is_words_or_refused(text: str) -> None:
    """And nothing else happens."""
    with contextlib.suppress(MalformedError):
        assert len(decode_words(text, "en", "w")) == 10
    with contextlib.suppress(MalformedError):
        assert len(decode_groups(text, "w")) == 10


@settings(max_examples=25)
@given(st.text(BASE45_ALPHABET, max_size=500), st.integers(60, 120))
@example("E" * 2000, 120)
def test_what_is_drawn_is_what_is_read(text: str, most_mm: int) -> None:
    """Blanks at the end included, at every error level."""
    text = f"ESC1:{text}"
    code = draw_qr(text, most_mm)
    drawn = zxingcpp.create_barcode(text, zxingcpp.QRCode, ec_level=code.level).to_image(scale=3)
    (read,) = zxingcpp.read_barcodes(drawn, text_mode=zxingcpp.TextMode.Plain)
    assert read.text == text


@given(st.tuples(FIGURES, FIGURES, FIGURES), st.tuples(FIGURES, FIGURES))
def test_every_figure_that_can_be_written_down_is_read(
    votes: tuple[int | str, ...], categories: tuple[int | str, ...]
) -> None:
    """And illegible is null, never zero."""

    def written(codes: tuple[str, ...], figures: tuple[int | str, ...]) -> str:
        return "".join(
            f'{code} = "{figure}"\n' if isinstance(figure, str) else f"{code} = {figure}\n"
            for code, figure in zip(codes, figures, strict=True)
        )

    text = (
        'format = "escrutinio-figures/1"\nstation = "N1.1"\ncontest = "president"\n'
        f'closed_at = 2030-02-28T18:20:00Z\nseal = "{"ab" * 32}"\n'
        f"[votes]\n{written(('blue', 'green', 'red'), votes)}"
        f"[categories]\n{written(('blank', 'null'), categories)}"
    )
    said = decode_figures(text.encode(), "x", DEFINITION)
    assert said.votes == tuple(None if item == "illegible" else item for item in votes)
    assert said.categories == tuple(None if item == "illegible" else item for item in categories)


@given(st.binary(max_size=300) | st.text(max_size=200).map(str.encode))
def test_any_file_of_figures_is_read_or_refused(data: bytes) -> None:
    """And nothing else happens."""
    assume(b"escrutinio-figures" not in data)
    try:
        decode_figures(data, "x", DEFINITION)
    except ElectionRecordError:
        return
    raise AssertionError("a file without its format was accepted")
