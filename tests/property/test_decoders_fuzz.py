"""Whatever bytes a stranger sends, they are read or refused with a fault: never another way out.

What is tried is near good inputs: random bytes seldom get past the first check. Every decoder of
``tests/fuzz/decoders.py`` is tried; what one accepts, it writes again to the byte.
"""

from __future__ import annotations

import io
from datetime import timedelta
from functools import cache

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from escrutinio.adapters.sheet_images import read_sheet_codes
from tests.fuzz.decoders import DECODERS, Decoder, try_decoder
from tests.paper import draw_pages, print_entry

#: Longest time for one input of at most some 100 KiB, on a busy machine.
DEADLINE = timedelta(seconds=5)
#: What stands in formats around what matters, and the numbers around limits.
PIECES = (
    *(b"\n", b"\r\n", b"\0", b" ", b",", b'"', b"'''", b"{}", b"[]", b"\x1b[2J", b"\xff", b"="),
    *(b"0", b"-1", b"01", b"1e999", b"9007199254740993", b"18446744073709551616", b"null", b"NaN"),
    *("ñ".encode(), "\u2028".encode(), b"\xed\xa0\x80", b"\\ud800", b"../", b"[" * 2_000),
    *(b"\x00", b"\x1b" + b"\xff" * 8, b"\x5f", b"\x9f", b"\xc0", b"\xf6", b"\xfb", b"\xff" * 9),
)
#: Edits of one input.
MAX_EDITS = 4


@st.composite
def mutants(draw: st.DrawFn, good: tuple[bytes, ...]) -> bytes:
    """Draw bytes near good ones: pieces put in, cut out, doubled, taken from another one."""
    data = draw(st.sampled_from(good))
    for _ in range(draw(st.integers(0, MAX_EDITS))):
        at = draw(st.integers(0, len(data)))
        end = min(at + draw(st.sampled_from([0, 0, 1, 1, 2, 4, 8, 32, len(data)])), len(data))
        kind = draw(st.integers(0, 5))
        if kind == 0:
            piece = draw(st.sampled_from(PIECES))
        elif kind == 1:
            piece = draw(st.binary(max_size=4))
        elif kind == 2:
            piece = data[at:end] * 2
        elif kind == 3 and end > at:
            piece = bytes([data[at] ^ (1 << draw(st.integers(0, 7)))]) + data[at + 1 : end]
        elif kind == 4:
            other = draw(st.sampled_from(good))
            begin = draw(st.integers(0, len(other)))
            piece = other[begin : begin + draw(st.integers(0, 64))]
        else:
            piece = b""
        data = data[:at] + piece + data[end:]
    return data


@cache
def _seeds(name: str) -> tuple[bytes, ...]:
    return tuple(DECODERS[name].seeds())


@pytest.mark.parametrize("name", DECODERS)
def test_its_seeds_are_read(name: str) -> None:
    """Fuzzing that begins from nothing good ends at the first check."""
    accepted = [try_decoder(DECODERS[name], data) for data in _seeds(name)]
    assert any(accepted)


@pytest.mark.parametrize("name", DECODERS)
def test_every_input_is_read_or_refused(name: str) -> None:
    """A traceback in a verifier is a way to stop it."""
    decoder = DECODERS[name]

    @settings(
        max_examples=decoder.examples,
        deadline=DEADLINE,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )
    @given(mutants(_seeds(name)) | st.binary(max_size=60))
    def every_input(data: bytes) -> None:
        try_decoder(decoder, data)

    every_input()


@cache
def _pictures() -> tuple[bytes, ...]:
    (page,) = draw_pages(print_entry(), 60)
    found = []
    for kind in ("PNG", "JPEG"):
        stream = io.BytesIO()
        page.save(stream, kind)
        found.append(stream.getvalue())
    return (*found, print_entry())


def test_every_picture_is_read_or_refused() -> None:
    """Pictures come from telephones, and from whoever wants to stop a reader of them."""
    decoder = Decoder("picture", lambda data: read_sheet_codes(data, "photo"), _pictures)

    @settings(
        max_examples=40,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )
    @given(mutants(_pictures()))
    def every_picture(data: bytes) -> None:
        try_decoder(decoder, data)

    every_picture()
