"""Records of a station's day as payloads: what is a figure, and what follows what."""

from __future__ import annotations

import pytest

from escrutinio.errors import MalformedError
from escrutinio.polling import AdmittedSeal, ClosingAudit, Custody, CustodyEvent, StationOpening
from escrutinio.polling.coding import CLOSING_AUDIT_KIND, CUSTODY_KIND, OPENING_KIND, SEAL_KIND
from escrutinio.primitives.cbor import decode_cbor
from escrutinio.sheet.payload import decode_fields

ELECTION = bytes(16)
DIGEST = bytes(range(32))


def test_an_unreadable_counter_is_null_and_not_zero() -> None:
    """Zero would say that the machine was empty."""
    payload = OPENING_KIND.encode(StationOpening("S1", 100, None), ELECTION)
    assert decode_cbor(payload, "payload") == {1: 1, 2: ELECTION, 3: "S1", 4: 100, 5: None}
    assert OPENING_KIND.decode(decode_fields(payload, "x"), "x").counters is None


def test_a_seal_without_an_opening_is_not_written() -> None:
    """The link is what makes the order of the day provable."""
    with pytest.raises(MalformedError, match="14, follows"):
        SEAL_KIND.encode(AdmittedSeal("S1", 0, 1, 100, b""), ELECTION)


def test_each_bad_figure_of_an_audit_is_named() -> None:
    """By its place, as on a tally sheet."""
    audit = ClosingAudit("S1", 0, DIGEST, (1, -1, None, 10_000_001), (), 100)
    with pytest.raises(MalformedError) as caught:
        CLOSING_AUDIT_KIND.encode(audit, ELECTION)
    assert [fault.where for fault in caught.value.faults] == [
        "content: 6, votes[1]",
        "content: 6, votes[3]",
    ]


@pytest.mark.parametrize("follows", [None, DIGEST])
def test_custody_is_a_chain_that_begins_somewhere(follows: bytes | None) -> None:
    """The first step has none before it, and says so."""
    step = Custody("S1", CustodyEvent.DAMAGED, DIGEST, 100, follows)
    payload = CUSTODY_KIND.encode(step, ELECTION)
    assert CUSTODY_KIND.decode(decode_fields(payload, "x"), "x") == step
    assert decode_cbor(payload, "payload")[14] == follows  # type: ignore[index]  # a map
