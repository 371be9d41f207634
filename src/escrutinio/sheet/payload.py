"""Payloads of entries: maps with integer keys, and one rule per key.

Every entry of the log that is no tally sheet says what it says in such a map. Its kind lists the
keys with their rules, in the order of the attributes of its object; reading and writing go by that
list alone, and both refuse by the same rules:

    1: 1             version of this format
    2: 16 bytes      election: the first half of the definition's identity
    3, 4, ...        as the kind says, each key once and no other

A key that is optional is absent or has a value; one that is nullable is there and may be null.

Format page: docs/formats/entries.md. Vectors: tests/vectors/entries.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Generic, TypeAlias, TypeVar

import msgspec

from escrutinio.errors import Fault, MalformedError, UnverifiableError
from escrutinio.primitives.cbor import CborKey, CborValue, decode_cbor, encode_cbor
from escrutinio.sheet.tally_sheet import ELECTION_BYTES

__all__ = [
    "PAYLOAD_FORMAT",
    "Fields",
    "ItemRule",
    "PayloadKey",
    "PayloadKind",
    "decode_fields",
    "election_in",
    "find_head_faults",
]

#: Version of the format of every payload.
PAYLOAD_FORMAT = 1

_FORMAT, _ELECTION = 1, 2
#: Most keys, and most items of one key, of which it is said what is wrong with them.
_MAX_FOREIGN = 10
_MAX_ITEMS = 10
_MAX_SHOWN = 60

Fields: TypeAlias = "dict[CborKey, CborValue]"
ContentT = TypeVar("ContentT", bound=msgspec.Struct)


@dataclass(frozen=True, slots=True)
class ItemRule:
    """What each item of an array, or each pair of a map, must be.

    Attributes:
        expected: what a good item is, for the error.
        fits: whether an item is a good one, by its place in the array or its name in the map.
        is_map: whether the items are those of a map.
    """

    expected: str
    fits: Callable[[object, CborValue], bool]
    is_map: bool = False

    def all_fit(self, value: CborValue) -> bool:
        """Say whether a value is an array, or a map, of good items."""
        pairs = self._pairs_of(value)
        return pairs is not None and all(self.fits(at, item) for at, item in pairs)

    def find_faults(self, value: CborValue, place: str) -> Iterator[Fault]:
        """Name the first items that are not good; none where the value has no items."""
        bad = [(at, item) for at, item in self._pairs_of(value) or () if not self.fits(at, item)]
        for at, item in bad[:_MAX_ITEMS]:
            yield Fault(f"{place}[{_shown(at)}]", self.expected, _shown(item))

    def _pairs_of(self, value: CborValue) -> Iterable[tuple[object, CborValue]] | None:
        if self.is_map:
            return value.items() if isinstance(value, dict) else None
        return enumerate(value) if isinstance(value, list | tuple) else None


@dataclass(frozen=True, slots=True)
class PayloadKey:
    """One key of a payload.

    Attributes:
        number: the key.
        name: what it is called in errors.
        expected: what a good value is, for the error.
        fits: whether a value of CBOR is a good one.
        read: makes the attribute of a good value.
        write: makes the value of an attribute.
        is_optional: whether the key may be absent; its attribute is then None.
        items: of an array or a map, the rule of one item, so that a fault names the item.
    """

    number: int
    name: str
    expected: str
    fits: Callable[[CborValue], bool]
    read: Callable[[CborValue], object] | None = None
    write: Callable[[object], CborValue] | None = None
    is_optional: bool = False
    items: ItemRule | None = None


def _find_nothing(_fields: Fields, _where: str) -> Iterator[Fault]:
    return iter(())


@dataclass(frozen=True, slots=True)
class PayloadKind(Generic[ContentT]):
    """How the content of one kind of entry is read and written.

    Attributes:
        make: the object; its attributes stand in the order of ``keys``.
        keys: every key but 1, 2 and those of ``fixed``.
        fixed: keys that have one value in this kind.
        find_faults: rules between keys; it is asked whatever the rules of single keys found, and
            is silent about keys that are absent or of another type.
    """

    make: Callable[..., ContentT]
    keys: tuple[PayloadKey, ...]
    fixed: Mapping[CborKey, int] = field(default_factory=dict)
    find_faults: Callable[[Fields, str], Iterable[Fault]] = _find_nothing

    def encode(self, content: ContentT, election: bytes) -> bytes:
        """Encode what an entry says; there is one encoding of each.

        Raises:
            MalformedError: a value is outside the format; the error carries every fault.
        """
        fields: Fields = {_FORMAT: PAYLOAD_FORMAT, _ELECTION: election, **self.fixed}
        for key, value in zip(self.keys, msgspec.structs.astuple(content), strict=True):
            if value is not None or not key.is_optional:
                fields[key.number] = value if key.write is None else key.write(value)
        self._verify(fields, "content")
        return encode_cbor(fields)

    def decode(self, fields: Fields, where: str) -> ContentT:
        """Build the object of fields that ``decode_fields`` gave.

        Raises:
            MalformedError: a key is missing, foreign or has no good value, or two do not fit
                together; the error carries every fault.
        """
        self._verify(fields, where)
        return self.make(*[_attribute_of(key, fields.get(key.number)) for key in self.keys])

    def _verify(self, fields: Fields, where: str) -> None:
        faults = [*self._find_key_faults(fields, where), *self.find_faults(fields, where)]
        if faults:
            raise MalformedError.of(*faults)

    def _find_key_faults(self, fields: Fields, where: str) -> Iterator[Fault]:
        yield from find_head_faults(fields, where)
        known = sum(key in fields for key in (_FORMAT, _ELECTION, *self.fixed))
        for key in self.keys:
            if key.number not in fields:
                if not key.is_optional:
                    place = f"{where}: {key.number}, {key.name}"
                    yield Fault(place, key.expected, "no such key")
                continue
            known += 1
            value = fields[key.number]
            if not key.fits(value):
                yield from _describe(key, value, f"{where}: {key.number}, {key.name}")
        if len(fields) != known:
            allowed = {_FORMAT, _ELECTION, *self.fixed, *(key.number for key in self.keys)}
            foreign = [key for key in fields if key not in allowed]
            for name in foreign[:_MAX_FOREIGN]:
                yield Fault(where, "no other key", _shown(name))


def _attribute_of(key: PayloadKey, value: CborValue) -> object:
    return value if value is None or key.read is None else key.read(value)


def _describe(key: PayloadKey, value: CborValue, place: str) -> Iterator[Fault]:
    found = list(key.items.find_faults(value, place)) if key.items else []
    yield from found or [Fault(place, key.expected, _shown(value))]


def decode_fields(payload: bytes, where: str) -> Fields:
    """Take a payload apart, whatever its kind.

    Raises:
        MalformedError: not a map in the one spelling of CBOR.
        UnverifiableError: a later version of this format.
    """
    fields = decode_cbor(payload, where)
    if not isinstance(fields, dict):
        raise MalformedError.of(Fault(where, "a map", _shown(fields)))
    version = fields.get(_FORMAT)
    if type(version) is int and version > PAYLOAD_FORMAT:
        expected = f"an entry of format {PAYLOAD_FORMAT}"
        raise UnverifiableError.of(Fault(f"{where}: 1, format", expected, f"format {version}"))
    return fields


def election_in(fields: Fields, where: str) -> bytes:
    """Give the election that a payload names, of a kind that may be unknown.

    Raises:
        MalformedError: the format or the election is missing or not one.
    """
    faults = tuple(find_head_faults(fields, where))
    election = fields.get(_ELECTION)
    if faults or not isinstance(election, bytes):
        raise MalformedError.of(*faults)
    return election


def find_head_faults(fields: Fields, where: str) -> Iterator[Fault]:
    """Name what is wrong with the format and the election."""
    version, election = fields.get(_FORMAT), fields.get(_ELECTION)
    # ``type`` and not ``isinstance``: true is an integer in Python.
    if type(version) is not int or version != PAYLOAD_FORMAT:
        found = _shown(version) if _FORMAT in fields else "no such key"
        yield Fault(f"{where}: 1, format", str(PAYLOAD_FORMAT), found)
    if not isinstance(election, bytes) or len(election) != ELECTION_BYTES:
        found = _shown(election) if _ELECTION in fields else "no such key"
        yield Fault(f"{where}: 2, election", f"{ELECTION_BYTES} bytes", found)


def _shown(value: object) -> str:
    if isinstance(value, bytes):
        return f"{len(value)} bytes"
    if isinstance(value, list | tuple):
        return f"an array of {len(value)}"
    if isinstance(value, dict):
        return f"a map of {len(value)}"
    return "null" if value is None else ascii(value)[:_MAX_SHOWN]
