"""The lines of a policy file and the rules about names and keys in them."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import NoReturn

from escrutinio.errors import Fault, MalformedError
from escrutinio.primitives.spelling import decode_decimal
from escrutinio.primitives.vkey import SignatureType, VerifierKey, decode_vkey

__all__ = ["PolicyLine", "PolicyLines"]

#: Far above the 32 logs, 32 witnesses and 32 groups that every reader should allow.
MAX_POLICY_BYTES = 1_000_000
MAX_LINES = 10_000
_NOT_ALLOWED = re.compile(rb"[\x00-\x08\x0b-\x1f\x7f]")
_SPACES = re.compile("[ \t]+")
_NOBODY = "none"


@dataclass(frozen=True, slots=True)
class PolicyLine:
    """One line of a policy.

    Attributes:
        where: file and line, for errors.
        word: its first item.
        rest: the items after it.
    """

    where: str
    word: str
    rest: tuple[str, ...]

    def refuse(self, expected: str) -> NoReturn:
        """Raise the error of this line."""
        found = " ".join((self.word, *self.rest))[:80]
        raise MalformedError.of(Fault(self.where, expected, ascii(found)))


class PolicyLines:
    """Reads lines in order and remembers which names and keys there were."""

    def __init__(self, where: str) -> None:
        """Begin a file."""
        self.where = where
        self.defined: set[str] = set()
        self.grouped: set[str] = set()
        self.keys: set[tuple[str, bytes]] = set()
        self.quorums: list[str] = []

    def split(self, data: bytes) -> Iterator[PolicyLine]:
        """Give the lines that are neither empty nor comments."""
        if len(data) > MAX_POLICY_BYTES or data.count(b"\n") > MAX_LINES:
            expected = f"at most {MAX_POLICY_BYTES} bytes and {MAX_LINES} lines"
            raise MalformedError.of(Fault(self.where, expected, "more"))
        if found := _NOT_ALLOWED.search(data):
            expected = "no control characters but tabs and line feeds"
            raise MalformedError.of(Fault(self.where, expected, ascii(found.group())))
        # Octets above 0x7F are opaque: whatever they are, they come out as they went in.
        *lines, rest = data.decode(errors="surrogateescape").split("\n")
        if rest:
            expected = "a line feed at the end of the last line"
            raise MalformedError.of(Fault(self.where, expected, ascii(rest[:60])))
        for number, line in enumerate(lines, start=1):
            content = line.strip(" \t")
            if content and not content.startswith("#"):
                word, *items = _SPACES.split(content)
                yield PolicyLine(f"{self.where}: line {number}", word, tuple(items))

    def define(self, line: PolicyLine) -> str:
        """Take the name a line defines."""
        if not line.rest or line.rest[0] in self.defined or line.rest[0] == _NOBODY:
            line.refuse("a name that is not defined yet and is not 'none'")
        self.defined.add(line.rest[0])
        return line.rest[0]

    def take_key(
        self, line: PolicyLine, kinds: Collection[SignatureType]
    ) -> tuple[VerifierKey, str | None]:
        """Take the key and the address of a log or a witness."""
        items = line.rest[1:] if line.word == "witness" else line.rest
        if not 1 <= len(items) <= 2:  # noqa: PLR2004  # a key, or a key and an address
            line.refuse("a vkey and perhaps a URL")
        vkey = decode_vkey(items[0], line.where)
        if vkey.kind not in kinds:
            shown = " or ".join(f"{kind:#04x}" for kind in kinds)
            line.refuse(f"a {line.word} key of type {shown}")
        # The same key under two names would count twice.
        if (line.word, vkey.raw) in self.keys:
            line.refuse(f"a key that no other {line.word} line has")
        self.keys.add((line.word, vkey.raw))
        return vkey, items[1] if items[1:] else None

    def take_group(self, line: PolicyLine) -> tuple[str, int, tuple[str, ...]]:
        """Take name, threshold and members of a group."""
        if len(line.rest) < 3:  # noqa: PLR2004  # name, threshold, one member
            line.refuse("group <name> all|any|<k> <name>...")
        members = line.rest[2:]
        for member in members:
            if member not in self.defined:
                line.refuse(f"members defined above; {member!a} is not")
            if member in self.grouped:
                line.refuse(f"members of no other group; {member!a} is one already")
            self.grouped.add(member)
        threshold = _threshold(line, members)
        return self.define(line), threshold, members

    def take_quorum(self, line: PolicyLine) -> None:
        """Take the name of the quorum."""
        if len(line.rest) != 1 or line.rest[0] not in self.defined | {_NOBODY}:
            line.refuse("quorum none, or the name of a witness or group above")
        self.quorums.append(line.rest[0])

    def finish(self) -> str | None:
        """Give the quorum; None for nobody."""
        if len(self.quorums) != 1:
            found = f"{len(self.quorums)} of them"
            raise MalformedError.of(Fault(self.where, "exactly one quorum line", found))
        return None if self.quorums[0] == _NOBODY else self.quorums[0]


def _threshold(line: PolicyLine, members: Sequence[str]) -> int:
    words = {"all": len(members), "any": 1}
    if line.rest[1] in words:
        return words[line.rest[1]]
    threshold = decode_decimal(line.rest[1], line.where)
    if not 1 <= threshold <= len(members):
        line.refuse(f"a threshold from 1 to {len(members)}")
    return threshold
