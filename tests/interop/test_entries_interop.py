"""Entries of every kind in other programs' hands."""

from __future__ import annotations

import cbor2
import pytest
from pycose.algorithms import EdDSA
from pycose.headers import KID, Algorithm, ContentType
from pycose.keys.curves import Ed25519
from pycose.keys.okp import OKPKey
from pycose.messages.sign1message import Sign1Message

from escrutinio.log.entries import decode_entry, encode_content, sign_entry
from escrutinio.primitives.cose import key_id
from tests.vectors.entries.contents import ELECTION, GOOD
from tests.vectors.sheet.cases import KEY


def _their_reading(data: bytes) -> Sign1Message:
    # pycose is older than cbor2 6, which gives a tuple inside a tag; it takes a list only.
    message = Sign1Message.from_cose_obj(cbor2.loads(data[1:]), True)  # noqa: FBT003  # its own order
    message.key = OKPKey(crv=Ed25519, x=KEY.public.raw)
    assert isinstance(message, Sign1Message)
    return message


@pytest.mark.parametrize("name", GOOD)
def test_pycose_reads_our_entries(name: str) -> None:
    """Another program takes the entry apart, finds the signature good and the payload ordinary."""
    content = GOOD[name].content
    message = _their_reading(sign_entry(content, ELECTION, KEY))
    assert message.verify_signature()
    assert message.phdr[Algorithm] is EdDSA
    assert message.phdr[KID] == key_id(KEY.public)
    assert (message.phdr[ContentType], message.payload) == encode_content(content, ELECTION)
    assert message.payload is not None
    fields = cbor2.loads(message.payload)
    assert fields[1] == 1
    assert fields[2] == ELECTION
    assert cbor2.dumps(fields, canonical=True) == message.payload


def test_pycose_refuses_an_entry_with_another_payload() -> None:
    """Else the test above would prove nothing."""
    data = sign_entry(GOOD["seal"].content, ELECTION, KEY)
    assert not _their_reading(data.replace(b"N1.1", b"N1.2")).verify_signature()


@pytest.mark.parametrize("name", GOOD)
def test_we_read_the_entries_of_pycose_and_make_the_same_bytes(name: str) -> None:
    """With the same header the whole message is the same, signature included."""
    content_type, payload = encode_content(GOOD[name].content, ELECTION)
    message = Sign1Message(
        phdr={Algorithm: EdDSA, ContentType: content_type, KID: key_id(KEY.public)},
        uhdr={},
        payload=payload,
    )
    message.key = OKPKey(crv=Ed25519, x=KEY.public.raw, d=KEY.seed)
    data = message.encode()
    assert data == sign_entry(GOOD[name].content, ELECTION, KEY)
    assert decode_entry(data, 0, "entry").content == GOOD[name].content
