"""Reading many entries at once: whole bundles, in a process of their own.

``read_entries`` accepts exactly what ``decode_entry`` and ``verify_entry`` accept together, of one
election. It decodes by the same code. Signatures it checks under raw keys, because making a
``PublicKey`` takes nearly as long as checking a signature, and a device signs three entries.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec
from nacl import bindings
from nacl.exceptions import BadSignatureError

from escrutinio.errors import ElectionRecordError, Fault, UnverifiableError
from escrutinio.log.entries.model import Entry
from escrutinio.log.entries.signing import ReceivedEntry, decode_entry
from escrutinio.primitives.cose import SignedMessage, to_be_signed

__all__ = ["Unread", "read_entries"]

#: Verification steps: every entry well-formed; every signature valid.
_WELL_FORMED, _SIGNED = "V07", "V08"


class Unread(msgspec.Struct, frozen=True, array_like=True):
    """An entry that could not be taken as what it claims to be.

    Attributes:
        index: its place in the log.
        step: the verification step that it fails: V07 or V08.
        is_unverifiable: whether nothing was found wrong and it still could not be checked: a
            later version of the format, or a kid that no key has.
        faults: what is wrong with it.
        data: its bytes where no key has its kid, so that it can be tried again with keys that
            were enrolled later; else None.
    """

    index: int
    step: str
    is_unverifiable: bool
    faults: tuple[Fault, ...]
    data: bytes | None


def read_entries(
    bundle: Sequence[bytes],
    first: int,
    keys: Mapping[bytes, Sequence[bytes]],
    election: bytes,
) -> tuple[list[Entry], list[Unread]]:
    """Decode entries and check their signatures.

    **Every key must be one that libsodium enrols**: ``verify_signer_keys`` checks those of the
    definition, and decoding an amendment checks its key.

    Args:
        bundle: the bytes of consecutive entries.
        first: place of the first of them.
        keys: kid to the keys that have it, 32 bytes each.
        election: first 16 bytes of the definition's identity.

    Returns:
        The entries in order, and those that could not be read in order.
    """
    entries: list[Entry] = []
    unread: list[Unread] = []
    for index, data in enumerate(bundle, start=first):
        where = f"entry {index}"
        try:
            received = decode_entry(data, index, where)
        except ElectionRecordError as error:
            is_later = isinstance(error, UnverifiableError)
            unread.append(Unread(index, _WELL_FORMED, is_later, error.faults, None))
            continue
        if received.election != election:
            expected = f"the election {election.hex()}"
            fault = Fault(f"{where}: payload: 2, election", expected, received.election.hex())
            unread.append(
                Unread(index, _WELL_FORMED, is_unverifiable=False, faults=(fault,), data=None)
            )
            continue
        known = keys.get(received.message.kid, ())
        key = _find_key(received.message, known)
        if key is None:
            unread.append(_unsigned(received, known, data, where))
        else:
            entries.append(Entry(index, received.digest, key, received.content))
    return entries, unread


def _find_key(message: SignedMessage, keys: Sequence[bytes]) -> bytes | None:
    """Give the key that signed a message, by the one rule of ``primitives/keys.py``."""
    if not keys:
        return None
    signed = message.signature + to_be_signed(message.protected, message.payload)
    for key in keys:
        try:
            bindings.crypto_sign_open(signed, key)
        except BadSignatureError:
            continue
        return key
    return None


def _unsigned(received: ReceivedEntry, keys: Sequence[bytes], data: bytes, where: str) -> Unread:
    if keys:
        names = ", ".join(key.hex() for key in keys)
        fault = Fault(where, f"a signature under the key {names}", "one that does not verify")
        return Unread(received.index, _SIGNED, is_unverifiable=False, faults=(fault,), data=None)
    kid = received.message.kid.hex()
    fault = Fault(where, "a signature by an enrolled key", f"the unknown kid {kid}")
    return Unread(received.index, _SIGNED, is_unverifiable=True, faults=(fault,), data=data)
