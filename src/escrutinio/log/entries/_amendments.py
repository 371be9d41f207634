"""How amendments are written as payloads: five kinds of change, one content type.

Format page: docs/formats/amendments.md.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from escrutinio.definition import Role
from escrutinio.definition.limits import MAX_POLICY_BYTES
from escrutinio.definition.signer_keys import KEY_RULE, is_point
from escrutinio.errors import Fault, MalformedError
from escrutinio.log.entries.model import (
    Amendment,
    CandidacyWithdrawn,
    KeyReplaced,
    PolicyReplaced,
    SignerEnrolled,
    StationMoved,
    WithdrawnVotes,
)
from escrutinio.primitives.cbor import CborValue
from escrutinio.primitives.keys import PUBLIC_KEY_BYTES
from escrutinio.sheet.payload import Fields, PayloadKey, PayloadKind, find_head_faults
from escrutinio.sheet.payload_keys import class_key, contest_key, id_key, optional, text_key

__all__ = ["AMENDMENT_KIND", "AmendmentKind"]

_KIND, _VOTES, _HEIR = 3, 13, 14
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}")
_CODE_RULE = "a code of 1 to 40 of A-Z a-z 0-9 . _ - that begins with a letter or digit"
_ROLES = frozenset(Role)


def _key_of(number: int, *, is_nullable: bool = False) -> PayloadKey:
    def fits(value: CborValue) -> bool:
        if value is None:
            return is_nullable
        return isinstance(value, bytes) and len(value) == PUBLIC_KEY_BYTES and is_point(value)

    expected = f"{KEY_RULE}, {PUBLIC_KEY_BYTES} bytes" + (", or null" if is_nullable else "")
    return PayloadKey(number, "key", expected, fits)


def _is_policy(text: str) -> bool:
    # Half of a surrogate pair is counted here and refused by the encoder.
    return 0 < len(text.encode("utf-8", "surrogatepass")) <= MAX_POLICY_BYTES


def _find_withdrawal_faults(fields: Fields, where: str) -> Iterator[Fault]:
    votes = fields.get(_VOTES)
    if type(votes) is not int:
        return
    if (votes == WithdrawnVotes.TRANSFER) != (_HEIR in fields):
        found = f"{'one' if _HEIR in fields else 'none'} with votes of kind {votes}"
        expected = "one where votes are transferred, and there only"
        yield Fault(f"{where}: {_HEIR}, heir", expected, found)
    elif _HEIR in fields and fields[_HEIR] == fields.get(12):
        yield Fault(f"{where}: {_HEIR}, heir", "another candidacy", "the one that withdraws")


#: Kind of change to the way it is written.
_CHANGES: Mapping[int, PayloadKind[Any]] = {
    1: PayloadKind(
        KeyReplaced, (id_key(4, "signer"), _key_of(5, is_nullable=True)), fixed={_KIND: 1}
    ),
    2: PayloadKind(
        SignerEnrolled,
        (
            id_key(4, "signer"),
            _key_of(5),
            text_key(6, "role", f"one of {', '.join(Role)}", _ROLES.__contains__),
            id_key(7, "scope"),
        ),
        fixed={_KIND: 2},
    ),
    3: PayloadKind(
        StationMoved,
        (
            id_key(8, "station"),
            id_key(9, "division"),
            id_key(10, "polling place", may_be_empty=True),
        ),
        fixed={_KIND: 3},
    ),
    4: PayloadKind(
        CandidacyWithdrawn,
        (
            contest_key(11),
            text_key(12, "candidacy", _CODE_RULE, _CODE.fullmatch),
            class_key(_VOTES, "votes", WithdrawnVotes),
            optional(text_key(_HEIR, "heir", _CODE_RULE, _CODE.fullmatch)),
        ),
        fixed={_KIND: 4},
        find_faults=_find_withdrawal_faults,
    ),
    5: PayloadKind(
        PolicyReplaced,
        (text_key(15, "policy", f"a text of 1 to {MAX_POLICY_BYTES} bytes", _is_policy),),
        fixed={_KIND: 5},
    ),
}
_BY_CHANGE = {kind.make: kind for kind in _CHANGES.values()}


class AmendmentKind:
    """Reads and writes amendments as ``PayloadKind`` does the other contents."""

    def encode(self, content: Amendment, election: bytes) -> bytes:
        """Encode an amendment; see ``PayloadKind.encode``."""
        return _BY_CHANGE[type(content.change)].encode(content.change, election)

    def decode(self, fields: Fields, where: str) -> Amendment:
        """Build the amendment of fields; see ``PayloadKind.decode``."""
        number = fields.get(_KIND)
        if type(number) is not int or number not in _CHANGES:
            found = ascii(number)[:60] if _KIND in fields else "no such key"
            expected = f"a kind of change from 1 to {len(_CHANGES)}"
            raise MalformedError.of(
                *find_head_faults(fields, where), Fault(f"{where}: {_KIND}, kind", expected, found)
            )
        return Amendment(_CHANGES[number].decode(fields, where))


AMENDMENT_KIND = AmendmentKind()
