"""Whose signature counts for what, and where, at one place in the log.

A key is enrolled once and for one signer; an amendment may replace it, and then the old key signs
nothing more. Which stations a signer covers:

=========  ===============================================================================
device     its own station
centre     the stations inside its division that have no device of their own
board      every station inside its division; one that nobody lists, if that is the root
auditor    as a board
others     everything
=========  ===============================================================================
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from itertools import chain

from escrutinio.definition import (
    Definition,
    DivisionId,
    Role,
    Signer,
    SignerId,
    Station,
    StationKind,
)
from escrutinio.primitives.cose import KEY_ID_BYTES

__all__ = ["Enrolment"]

_NATIONAL = frozenset({Role.AUTHORITY, Role.OPERATOR, Role.SOURCE})


class Enrolment:
    """The signers in force, and every key there ever was.

    Attributes:
        by_key: signer by the key that is in force.
    """

    def __init__(self, definition: Definition) -> None:
        """Begin with the signers of the definition; one without trust has none."""
        signers = () if definition.trust is None else definition.trust.signers
        self.by_key: dict[bytes, Signer] = {signer.key: signer for signer in signers}
        self._by_id: dict[str, Signer] = {signer.signer: signer for signer in signers}
        self._retired: dict[bytes, None] = {}
        self._root = definition.root.division
        self._around: Mapping[str, frozenset[str]] = {
            item.division: frozenset(definition.path_of(item.division))
            for item in definition.divisions
        }
        self._stations: dict[str, Station] = {
            item.station: item for item in definition.stations or ()
        }

    def covers(self, signer: Signer, station: str) -> bool:
        """Say whether a signer may sign for a station."""
        if signer.role is Role.DEVICE:
            return signer.scope == station
        if signer.role in _NATIONAL:
            return True
        listed = self._stations.get(station)
        if listed is None:
            return signer.role is not Role.CENTRE and signer.scope == self._root
        is_for_kind = signer.role is not Role.CENTRE or listed.kind is not StationKind.DEVICE
        return is_for_kind and signer.scope in self._around[listed.division]

    def covers_place(self, signer: Signer, place: str) -> bool:
        """Say the same of a place that is a station or a division."""
        if place in self._stations or place not in self._around or signer.role is Role.DEVICE:
            return self.covers(signer, place)
        return signer.role in _NATIONAL or signer.scope in self._around[place]

    def is_known_key(self, key: bytes) -> bool:
        """Say whether a key is or was enrolled."""
        return key in self.by_key or key in self._retired

    def lists(self, station: str) -> bool:
        """Say whether the definition lists a station."""
        return station in self._stations

    def id_of(self, station: str) -> str:
        """Give an id as the definition has it, so that a million entries do not keep their own."""
        listed = self._stations.get(station)
        return station if listed is None else listed.station

    def is_inside(self, station: str, division: str) -> bool:
        """Say whether a station is listed inside a division."""
        listed = self._stations.get(station)
        return listed is not None and division in self._around[listed.division]

    def signer(self, signer: str) -> Signer | None:
        """Give a signer by its id, with its last key, in force or not."""
        return self._by_id.get(signer)

    def enrol(self, signer: Signer) -> None:
        """Add a signer whose id and key are new."""
        self.by_key[signer.key] = signer
        self._by_id[signer.signer] = signer

    def replace_key(self, signer: str, key: bytes | None) -> None:
        """Give a known signer a new key, or none."""
        old = self._by_id[signer]
        if self.by_key.pop(old.key, None) is not None:
            self._retired[old.key] = None
        if key is not None:
            self.enrol(Signer(SignerId(signer), old.role, old.scope, key))

    def move_station(self, station: str, division: str) -> None:
        """Put a listed station into another division."""
        listed = self._stations[station]
        self._stations[station] = replace(listed, division=DivisionId(division))

    def keys_by_id(self) -> Mapping[bytes, tuple[bytes, ...]]:
        """Give every key there ever was by its kid."""
        keys: dict[bytes, tuple[bytes, ...]] = {}
        for key in chain(self.by_key, self._retired):
            # ``cose.key_id`` takes a key that was checked to be a point, which costs much more.
            kid = hashlib.sha256(key).digest()[:KEY_ID_BYTES]
            keys[kid] = (*keys.get(kid, ()), key)
        return keys
