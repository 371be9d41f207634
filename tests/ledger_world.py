"""A small election with signers, and entries of its log in one line each.

``Writer`` makes the entries as they are after their signatures were verified: a digest that
depends on the key and the content, and a place. It refuses nothing; what an entry is worth is what
the tests ask the ledger.

    log = Writer(official())
    opening = log.add("d1", StationOpening("1", 100, 0))
    seal = log.add("d1", AdmittedSeal("1", 0, 40, 200, opening.digest))

Stations ``1`` and ``2`` have devices in ``N``, ``3`` is paper in ``N``, ``4`` paper in ``S``.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace

import msgspec

from escrutinio.definition import (
    BulletinSchedule,
    Contest,
    Definition,
    RecordKind,
    Role,
    Signer,
    SignerId,
    StationKind,
    Trust,
)
from escrutinio.log.entries.model import Content, Entry, Genesis, LoggedSheet
from escrutinio.primitives.keys import SigningKey
from escrutinio.primitives.vkey import SignatureType, VerifierKey, encode_vkey
from escrutinio.sheet.tally_sheet import NOT_ON_FORM, Figure
from tests.builders import ROOT, contest, definition, station

__all__ = [
    "POLICY",
    "SIGNERS",
    "Writer",
    "key_of",
    "official",
    "sheet",
    "transcription",
    "unlisted",
]

#: Signer to (role, scope).
SIGNERS = {
    "a1": (Role.AUTHORITY, ROOT),
    "a2": (Role.AUTHORITY, ROOT),
    "a3": (Role.AUTHORITY, ROOT),
    "b1": (Role.BOARD, ROOT),
    "b2": (Role.BOARD, ROOT),
    "c1": (Role.CENTRE, "N"),
    "c2": (Role.CENTRE, "N"),
    "c3": (Role.CENTRE, "S"),
    "c4": (Role.CENTRE, ROOT),
    "d1": (Role.DEVICE, "1"),
    "d2": (Role.DEVICE, "2"),
    "op": (Role.OPERATOR, ROOT),
    "s1": (Role.SOURCE, ROOT),
    "s2": (Role.SOURCE, ROOT),
    "u1": (Role.AUDITOR, "N"),
}


def key_of(signer: str) -> bytes:
    """Give the public key of a name."""
    return SigningKey(hashlib.sha256(signer.encode()).digest()).public.raw


def _policy() -> str:
    log = VerifierKey("example.org/log", SignatureType.ED25519, key_of("log"))
    return f"log {encode_vkey(log)}\nquorum none\n"


#: Trust policy of the election.
POLICY = _policy()


def official(
    *contests: Contest,
    schedule: BulletinSchedule | None = None,
    not_before_s: int | None = None,
    required: int = 2,
) -> Definition:
    """Build the election; by default one contest of A (two lines) and B (one), and null ballots."""
    kinds = dict.fromkeys("12", StationKind.DEVICE) | dict.fromkeys("34", StationKind.PAPER)
    places = {"1": "N", "2": "N", "3": "N", "4": "S"}
    made = definition(
        *(contests or (contest("A B", lines={"A": "A1 A2", "B": "B1"}, cap=90),)),
        stations={item: station(places[item], roll=50, cap=60) for item in places},
        expected={ROOT: 4, "N": 3, "S": 1},
        registered={ROOT: 200, "N": 150, "S": 50},
    )
    assert made.stations is not None
    trust = Trust(
        required={Role.AUTHORITY: required, Role.BOARD: 2, Role.CENTRE: 2},
        policy=POLICY,
        bulletins=schedule,
        publish_not_before_s=not_before_s,
        signers=tuple(
            Signer(SignerId(name), role, scope, key_of(name))
            for name, (role, scope) in SIGNERS.items()
        ),
    )
    return replace(
        made,
        record_kind=RecordKind.OFFICIAL,
        stations=tuple(replace(item, kind=kinds[item.station]) for item in made.stations),
        trust=trust,
    )


def transcription(*contests: Contest) -> Definition:
    """Build the same election as a record of readings of copies."""
    return replace(official(*contests), record_kind=RecordKind.TRANSCRIPTION)


def unlisted(made: Definition) -> Definition:
    """Take the list of stations out of an election."""
    return replace(made, stations=None)


def sheet(
    name: str,
    votes: Sequence[Figure] = (10, 5, 7),
    *,
    null: Figure = 1,
    of: int = 0,
    version: int = 1,
    follows: bytes = bytes(32),
    admitted: Figure = NOT_ON_FORM,
    closed_at_s: int = 900,
) -> LoggedSheet:
    """Write a signed sheet of a station."""
    return LoggedSheet(
        station=name,
        contest=of,
        version=version,
        closed_at_s=closed_at_s,
        figures=(NOT_ON_FORM, admitted, NOT_ON_FORM, NOT_ON_FORM, NOT_ON_FORM),
        votes=tuple(votes),
        categories=(null,),
        follows=follows,
        reason=None if version == 1 else 1,
    )


class Writer:
    """A log that is being written.

    Attributes:
        definition: of its election.
        entries: in order; the genesis is the first.
    """

    def __init__(self, made: Definition) -> None:
        """Begin with the genesis."""
        self.definition = made
        self.entries: list[Entry] = []
        self.add("op", Genesis(bytes.fromhex(made.identity), 1000))

    def add(self, signer: str, content: Content) -> Entry:
        """Add an entry, signed under the key of a name."""
        key = key_of(signer)
        digest = hashlib.sha256(key + msgspec.msgpack.encode(content)).digest()
        entry = Entry(len(self.entries), digest, key, content)
        self.entries.append(entry)
        return entry
