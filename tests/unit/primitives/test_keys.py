"""Ed25519 keys: what is enrolled, and that two libraries agree about it."""

from __future__ import annotations

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from hypothesis import given
from hypothesis import strategies as st
from nacl import bindings

from escrutinio.errors import MalformedError, VerificationError
from escrutinio.primitives.keys import PublicKey, SigningKey, verify_signature

_P = 2**255 - 19
_SIGN = 1 << 255
#: The two y of the four points of order 8 (y and p - y).
_ORDER_8 = int.from_bytes(
    bytes.fromhex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"), "little"
)
#: The 8 points of small order: 1, 2, twice 4 and four times 8.
SMALL_ORDER = {
    "order 1": 1,
    "order 2": _P - 1,
    "order 4": 0,
    "order 4, negative x": _SIGN,
    "order 8": _ORDER_8,
    "order 8, negative x": _ORDER_8 | _SIGN,
    "order 8, other y": _P - _ORDER_8,
    "order 8, other y, negative x": (_P - _ORDER_8) | _SIGN,
}
#: Second spellings of such points: y not below p, or a sign where x is 0.
NOT_CANONICAL = {
    "y = p": _P,
    "y = p, negative x": _P | _SIGN,
    "y = p + 1": _P + 1,
    "y = p + 1, negative x": (_P + 1) | _SIGN,
    "y = 1, negative zero": 1 | _SIGN,
    "y = -1, negative zero": (_P - 1) | _SIGN,
}
_GOOD_KEY = bindings.crypto_sign_seed_keypair(bytes(32))[0]


def _spelled(number: int) -> bytes:
    return number.to_bytes(32, "little")


def _doubled(y: int) -> int:
    """Give y of twice a point: the law of the curve, written out."""
    d = -121665 * pow(121666, -1, _P)
    x_squared = (y * y - 1) * pow(d * y * y + 1, -1, _P)
    return (y * y + x_squared) * pow(1 - d * x_squared * y * y, -1, _P) % _P


def test_the_list_of_small_orders_is_right() -> None:
    """Doubling a point of order 8 gives one of order 4, then 2, then 1."""
    assert _doubled(_ORDER_8) == _doubled(_P - _ORDER_8) == 0
    assert _doubled(0) == _P - 1
    assert _doubled(_P - 1) == 1
    assert len(set(SMALL_ORDER.values())) == 8


@pytest.mark.parametrize("name", SMALL_ORDER)
def test_a_key_of_small_order_is_refused(name: str) -> None:
    """Under such a key one signature can verify many messages: anybody could sign."""
    with pytest.raises(MalformedError, match="a valid Ed25519 point of 32 bytes"):
        PublicKey(_spelled(SMALL_ORDER[name]))


@pytest.mark.parametrize("name", NOT_CANONICAL)
def test_a_second_spelling_of_a_key_is_refused(name: str) -> None:
    """Two spellings of one key would be two signers to whoever compares bytes."""
    with pytest.raises(MalformedError):
        PublicKey(_spelled(NOT_CANONICAL[name]))


def test_a_key_with_a_part_of_small_order_is_refused() -> None:
    """Libraries disagree on signatures under such a key."""
    mixed = bindings.crypto_core_ed25519_add(_GOOD_KEY, _spelled(_ORDER_8))
    assert PublicKey(_GOOD_KEY).raw == _GOOD_KEY
    with pytest.raises(MalformedError):
        PublicKey(mixed)


@pytest.mark.parametrize("raw", [b"", bytes(31), bytes(33), _spelled(2)])
def test_what_is_no_point_is_refused(raw: bytes) -> None:
    """Half of all numbers are no y of the curve; 2 is one of them."""
    with pytest.raises(MalformedError):
        PublicKey(raw)


def test_a_signing_key_never_shows_its_seed() -> None:
    """A key that is printed in a log file is no secret."""
    key = SigningKey(bytes(range(32)))
    assert "\\x" not in repr(key)
    assert bytes(range(32)).hex() not in repr(key)
    with pytest.raises(MalformedError) as caught:
        SigningKey(b"secret")
    assert "secret" not in str(caught.value)


@given(st.binary(min_size=32, max_size=32), st.binary(max_size=200))
def test_two_libraries_agree_on_ordinary_signatures(seed: bytes, message: bytes) -> None:
    """libsodium and OpenSSL make the same key and signature, and each accepts the other's."""
    ours, theirs = SigningKey(seed), Ed25519PrivateKey.from_private_bytes(seed)
    signature = ours.sign(message)
    assert ours.public.raw == theirs.public_key().public_bytes_raw()
    assert signature == theirs.sign(message)
    verify_signature(ours.public, message, signature, "message")
    Ed25519PublicKey.from_public_bytes(ours.public.raw).verify(signature, message)


@given(st.binary(max_size=100), st.integers(0, 511))
def test_two_libraries_agree_on_altered_signatures(message: bytes, bit: int) -> None:
    """Whatever bit is turned, both refuse."""
    key = SigningKey(bytes(32))
    changed = bytearray(key.sign(message))
    changed[bit // 8] ^= 1 << bit % 8
    with pytest.raises(VerificationError):
        verify_signature(key.public, message, bytes(changed), "message")
    with pytest.raises(InvalidSignature):
        Ed25519PublicKey.from_public_bytes(key.public.raw).verify(bytes(changed), message)


@pytest.mark.parametrize("size", [0, 63, 65])
def test_a_signature_of_another_length_is_malformed(size: int) -> None:
    """It was never checked, so it is not called wrong."""
    with pytest.raises(MalformedError, match="64 bytes"):
        verify_signature(SigningKey(bytes(32)).public, b"", bytes(size), "message")
