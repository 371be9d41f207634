"""Our signed messages in other programs' hands, and theirs in ours."""

from __future__ import annotations

from typing import Any

import cbor2
import pytest
from pycose.algorithms import EdDSA
from pycose.headers import KID, Algorithm, ContentType
from pycose.keys.curves import Ed25519
from pycose.keys.okp import OKPKey
from pycose.messages.sign1message import Sign1Message

from escrutinio.errors import MalformedError
from escrutinio.primitives.cbor import decode_cbor, encode_cbor
from escrutinio.primitives.cose import (
    decode_message,
    find_signer,
    key_id,
    sign_message,
    to_be_signed,
)
from escrutinio.primitives.keys import PublicKey, SigningKey, verify_signature
from escrutinio.sheet.signed import SHEET_CONTENT_TYPE, decode_sheet, encode_sheet, sign_sheet
from tests.vectors.sheet.cases import GOOD_CBOR, KEY
from tests.vectors.sheet.sheets import EXAMPLE, good_sheets

#: cose-wg/Examples, eddsa-examples/eddsa-sig-01.json; its key is that of RFC 8032, test 1.
COSE_WG = bytes.fromhex(
    "d28445a201270300a10442313154546869732069732074686520636f6e74656e742e58407142fd2ff96d56db"
    "85bee905a76ba1d0b7321a95c8c4d3607c5781932b7afb8711497dfa751bf40b58b3bcc32300b1487f3db340"
    "85eef013bf08f4a44d6fef0d"
)
COSE_WG_KEY = SigningKey(
    bytes.fromhex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60")
)
COSE_WG_PUBLIC = PublicKey(
    bytes.fromhex("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a")
)


def _their_key() -> OKPKey:
    return OKPKey(crv=Ed25519, x=KEY.public.raw, d=KEY.seed)


def _their_reading(data: bytes) -> Sign1Message:
    # pycose is older than cbor2 6, which gives a tuple inside a tag; it takes a list only. That
    # the tag is 18 is looked at in a test of its own.
    message = Sign1Message.from_cose_obj(cbor2.loads(data[1:]), True)  # noqa: FBT003  # its own order
    message.key = _their_key()
    assert isinstance(message, Sign1Message)
    return message


def _their_message(header: dict[Any, Any], payload: bytes) -> bytes:
    message = Sign1Message(phdr=header, uhdr={}, payload=payload)
    message.key = _their_key()
    data = message.encode()
    assert isinstance(data, bytes)
    return data


@pytest.mark.parametrize("good", list(good_sheets()), ids=lambda good: good.name)
def test_pycose_reads_our_sheets(good: Any) -> None:  # noqa: ANN401  # a case of the vectors
    """Another program takes the message apart and finds the signature good."""
    data = sign_sheet(good.sheet, KEY)
    message = _their_reading(data)
    assert message.verify_signature()
    assert message.phdr[Algorithm] is EdDSA
    assert message.phdr[KID] == key_id(KEY.public)
    assert message.phdr[ContentType] == SHEET_CONTENT_TYPE
    assert message.payload is not None
    assert decode_sheet(message.payload, "payload") == good.sheet


def test_pycose_refuses_our_sheet_with_another_payload() -> None:
    """Else the test above would prove nothing."""
    data = sign_sheet(EXAMPLE, KEY)
    message = _their_reading(data.replace(b"N1.1", b"N1.2"))
    assert not message.verify_signature()


def test_we_read_the_sheets_of_pycose_and_make_the_same_bytes() -> None:
    """With the same header the whole message is the same, signature included."""
    header = {Algorithm: EdDSA, ContentType: SHEET_CONTENT_TYPE, KID: key_id(KEY.public)}
    data = _their_message(header, encode_sheet(EXAMPLE))
    assert data == sign_sheet(EXAMPLE, KEY)
    find_signer(decode_message(data, "message"), [KEY.public], "message")


def test_we_refuse_the_second_spellings_of_pycose() -> None:
    """Its header has the order in which it was filled; ours has one order."""
    header = {KID: key_id(KEY.public), ContentType: 1, Algorithm: EdDSA}
    with pytest.raises(MalformedError, match="order of their encoded bytes"):
        decode_message(_their_message(header, b"x"), "message")


def test_the_published_example_has_the_signature_that_we_make() -> None:
    """Same key, header and payload: the same signature, so the signed bytes are the standard's."""
    protected, unprotected, payload, signature = cbor2.loads(COSE_WG).value
    assert unprotected == {4: b"11"}
    signed = to_be_signed(protected, payload)
    assert COSE_WG_KEY.public == COSE_WG_PUBLIC
    assert COSE_WG_KEY.sign(signed) == signature
    verify_signature(COSE_WG_PUBLIC, signed, signature, "eddsa-sig-01")


def test_the_published_example_is_not_one_of_our_messages() -> None:
    """Its kid is where nobody signed it. A reader that took both would let anybody change it."""
    with pytest.raises(MalformedError) as caught:
        decode_message(COSE_WG, "eddsa-sig-01")
    assert [fault.where for fault in caught.value.faults] == ["eddsa-sig-01: unprotected header"]


@pytest.mark.parametrize("digits", GOOD_CBOR.values(), ids=GOOD_CBOR)
def test_another_codec_reads_and_writes_the_same_cbor(digits: str) -> None:
    """Our encoder is our own; the codec must read in it what we wrote."""
    data = bytes.fromhex(digits)
    value = decode_cbor(data, "item")
    assert cbor2.loads(data) == value
    assert encode_cbor(value) == data
    assert cbor2.dumps(value) == data


def test_the_message_is_what_the_codec_calls_tag_18() -> None:
    """We write the tag by hand: it has one byte and one spelling."""
    tagged = cbor2.loads(sign_message(KEY, 1, b"x"))
    assert isinstance(tagged, cbor2.CBORTag)
    assert tagged.tag == 18
