"""Signed messages: hints at keys, errors, and what is signed."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from escrutinio.errors import MalformedError, UnverifiableError, VerificationError
from escrutinio.primitives.cose import (
    Algorithm,
    decode_message,
    find_signer,
    key_id,
    sign_message,
    verify_message,
)
from escrutinio.primitives.keys import SigningKey
from tests.vectors.sheet.cases import KEY, OTHER_KEY


def test_the_kid_is_the_beginning_of_a_digest() -> None:
    """Written out, so that anyone can compute it."""
    assert key_id(KEY.public).hex() == "56475aa75463474c"


def test_the_signer_is_found_among_many() -> None:
    """A station may have had several devices, in any order."""
    keys = [SigningKey(bytes([number]) * 32).public for number in range(1, 20)]
    message = decode_message(sign_message(KEY, 1, b"x"), "message")
    assert find_signer(message, [*keys, KEY.public], "message") == KEY.public
    assert find_signer(message, [KEY.public, *keys], "message") == KEY.public


def test_no_key_at_all_is_not_the_same_as_a_bad_signature() -> None:
    """An unknown signer may be enrolled in a list we do not have."""
    message = decode_message(sign_message(KEY, 1, b"x"), "entry 7")
    with pytest.raises(UnverifiableError, match=r"^entry 7: .*unknown kid 56475aa75463474c"):
        find_signer(message, [], "entry 7")
    with pytest.raises(VerificationError, match=KEY.public.raw.hex()):
        find_signer(replace(message, payload=b"y"), [KEY.public], "entry 7")


def test_a_hint_proves_nothing() -> None:
    """A kid is only compared with enrolled keys; the signature decides."""
    forged = replace(
        decode_message(sign_message(OTHER_KEY, 1, b"x"), "message"), kid=key_id(KEY.public)
    )
    with pytest.raises(VerificationError):
        find_signer(forged, [KEY.public, OTHER_KEY.public], "message")


def test_every_key_with_the_hinted_id_is_tried() -> None:
    """The same key may be enrolled twice, and another key may share its 8 bytes."""
    message = decode_message(sign_message(KEY, 1, b"x"), "message")
    assert find_signer(message, [KEY.public, KEY.public], "message") == KEY.public


def test_a_message_can_be_verified_under_one_key() -> None:
    """For callers that know whose it must be."""
    message = decode_message(sign_message(KEY, 1, b"x"), "message")
    verify_message(message, KEY.public, "message")
    with pytest.raises(VerificationError):
        verify_message(message, OTHER_KEY.public, "message")


def test_we_write_the_number_that_everybody_reads() -> None:
    """Algorithm -19 is newer, and readers in use refuse it."""
    message = decode_message(sign_message(KEY, 1, b"x"), "message")
    assert message.algorithm is Algorithm.EDDSA


@pytest.mark.parametrize("content_type", [-1, 65_536])
def test_a_content_type_has_two_bytes(content_type: int) -> None:
    """What we could not read back is not signed."""
    with pytest.raises(MalformedError, match="0 to 65535"):
        sign_message(KEY, content_type, b"")


def test_a_message_fits_into_an_entry_of_the_log() -> None:
    """The log's entries have at most 65535 bytes."""
    assert len(sign_message(KEY, 1, bytes(65_000))) < 65_535
    with pytest.raises(MalformedError, match="at most 65535 bytes"):
        sign_message(KEY, 1, bytes(65_500))
