"""Verify the public record of an election, by the pages of docs/formats and nothing else.

    python tools/verify_record.py RECORD [--anchor anchor.toml] [--json]

A second reader beside `escrutinio verify`, written from the published pages for whoever wants to
check the check: one file, the standard library and libsodium's Ed25519 (PyNaCl), nothing of the
program. It reads a folder, it is slow, and every function names the page it follows.

It checks the steps below. It leaves to the program witnesses, older checkpoints, links between
the records of a station, checks of sheets, what outcomes rest on, exports, manifest and receipts
(V04, V06, V09, V11 to V13, V16 to V21), and of records of transcriptions the totals (V15).

Exit codes: 0 all of these steps passed; 1 one failed; 2 wrong arguments; 3 one could not be
checked. Without an anchor V01 and V03 cannot be.
"""

# ruff: noqa: PLR2004  # keys and limits stand here as numbers, as the pages have them
from __future__ import annotations

import argparse
import base64
import csv
import hashlib
import itertools
import json
import re
import sys
import tomllib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from nacl import bindings, exceptions

STEPS = {
    "V01": "definition is canonical, the one the log names, and the reader's",
    "V02": "tables match their digests and form a tree; amendments apply",
    "V03": "checkpoint is signed by the reader's log key",
    "V05": "entries and tiles hash to the root of the checkpoint",
    "V07": "entries are well-formed, in one spelling, of this election",
    "V08": "signatures are good under keys enrolled for role and station at their place",
    "V10": "holds, decisions, confirmations and approvals name what was logged before them",
    "V14": "counters of every bulletin add up, at every level",
    "V15": "every bulletin follows from the entries: treatments, counters, totals",
}
OF_THE_LEDGER = ("V08", "V10", "V14", "V15")
FAILED, UNCHECKED, PASSED = "failed", "not checked", "passed"
MAX_SHOWN = 20

# Whatever bytes from outside can raise where they are not of the form that a page asks for.
BAD_FORM = (ValueError, KeyError, TypeError, IndexError, AttributeError, RecursionError)


class Report:
    """What was found, by step."""

    def __init__(self) -> None:
        self.failed: dict[str, list[str]] = {step: [] for step in STEPS}
        self.unchecked: dict[str, list[str]] = {step: [] for step in STEPS}

    def fail(self, step: str, place: str, why: object) -> None:
        """Note that the record contradicts a rule at a place."""
        self.failed[step].append(f"{place}: {why}"[:500])

    def skip(self, steps: Iterable[str], place: str, why: object) -> None:
        """Note that rules could not be checked at a place."""
        for step in steps:
            self.unchecked[step].append(f"{place}: {why}"[:500])

    def state(self, step: str) -> str:
        """Say what became of a step."""
        return FAILED if self.failed[step] else UNCHECKED if self.unchecked[step] else PASSED

    def exit_code(self) -> int:
        """Give the exit code: a contradiction goes before what could not be checked."""
        states = {self.state(step) for step in STEPS}
        return 1 if FAILED in states else 3 if UNCHECKED in states else 0


# --- bytes: base64, JSON, CSV, CBOR -----------------------------------------------------------

MAX_FILE_BYTES = 256 << 20
MAX_JSON_LEVELS = 32
MAX_EXACT = 2**53 - 1
MAX_SIZE = 2**63 - 1


def sha256(data: bytes) -> bytes:
    """Digest bytes."""
    return hashlib.sha256(data).digest()


def read_file(folder: Path, name: str) -> bytes | None:
    """Read a file of the record; None where it is not there."""
    path = folder / name
    if not path.is_file() or path.stat().st_size > MAX_FILE_BYTES:
        return None
    return path.read_bytes()


def read_base64(text: str) -> bytes:
    """Decode standard padded base64 in its one spelling (log.md, One spelling)."""
    data = base64.b64decode(text, validate=True)
    if base64.b64encode(data).decode() != text:
        raise ValueError("base64 in a second spelling")
    return data


def read_decimal(text: str) -> int:
    """Decode a decimal number in its one spelling (log.md, One spelling)."""
    if not re.fullmatch(r"0|[1-9][0-9]{0,18}", text) or int(text) > MAX_SIZE:
        raise ValueError(f"{text[:40]!r} is no decimal number in its one spelling")
    return int(text)


def read_canonical_json(data: bytes) -> Any:  # noqa: ANN401  # JSON has values of all types
    """Decode canonical JSON without floats (definition.md, The document)."""

    def no_float(_: str) -> None:
        raise ValueError("a number that is no integer")

    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        if len(dict(pairs)) != len(pairs) or not all(key.isascii() for key, _ in pairs):
            raise ValueError("a key that stands twice, or is not ASCII")
        return dict(pairs)

    def levels(value: object) -> int:
        if isinstance(value, int) and abs(value) > MAX_EXACT:
            raise ValueError("an integer beyond 2^53 - 1")
        if not isinstance(value, dict | list):
            return 0
        inner = value.values() if isinstance(value, dict) else value
        return 1 + max((levels(item) for item in inner), default=0)

    value = json.loads(
        data.decode(), object_pairs_hook=unique, parse_float=no_float, parse_constant=no_float
    )
    # Of ASCII keys and integers this spelling is that of RFC 8785.
    again = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    if levels(value) > MAX_JSON_LEVELS or again.encode() != data:
        raise ValueError("not canonical JSON of at most 32 levels")
    return value


def read_csv(data: bytes) -> list[list[str]]:
    """Decode CSV in its one spelling; the header is the first row (definition.md, The tables)."""
    text = data.decode()
    if not text.endswith("\n") or "\r" in text or text.startswith("\ufeff"):
        raise ValueError("a line that does not end in a line feed alone, or a byte order mark")
    rows = list(csv.reader(text[:-1].split("\n")))
    again = "".join(",".join(map(write_cell, row)) + "\n" for row in rows)
    if again != text or any(len(row) != len(rows[0]) for row in rows):
        raise ValueError("a cell in a second spelling, or rows of different lengths")
    return rows


def write_cell(cell: str) -> str:
    """Write a cell with quotation marks only where they are needed."""
    return '"' + cell.replace('"', '""') + '"' if "," in cell or '"' in cell else cell


CBOR_MAX_BYTES, CBOR_MAX_LEVELS = 65_535, 8
UINT, NEGATIVE, BYTES, TEXT, ARRAY, MAP, _TAG, SIMPLE = range(8)
CBOR_SIMPLE = {20: False, 21: True, 22: None}
ONE_BYTE, INDEFINITE = 24, 28  # below 24 the value itself, 24 to 27 the length of the value


class Cbor:
    """Decode one CBOR item in core deterministic encoding (sheet.md, CBOR)."""

    def __init__(self, data: bytes) -> None:
        self.data, self.at = data, 0

    @classmethod
    def decode(cls, data: bytes) -> Any:  # noqa: ANN401  # CBOR has values of all types
        """Decode an item that ends where the bytes end."""
        reader = cls(data)
        value = reader.item(1)
        if reader.at != len(data) or len(data) > CBOR_MAX_BYTES:
            raise ValueError("bytes behind the CBOR item, or more than 65,535 bytes")
        return value

    def take(self, size: int) -> bytes:
        """Take the next bytes."""
        if size > len(self.data) - self.at:
            raise ValueError("CBOR that ends too early")
        self.at += size
        return self.data[self.at - size : self.at]

    def head(self) -> tuple[int, int]:
        """Take major type and argument, in the shortest form."""
        first = self.take(1)[0]
        major, info = first >> 5, first & 31
        if info < ONE_BYTE or major == SIMPLE:
            return major, info
        if info >= INDEFINITE:
            raise ValueError("CBOR of indefinite length")
        size = 1 << (info - ONE_BYTE)
        value = int.from_bytes(self.take(size), "big")
        if value < (ONE_BYTE if size == 1 else 1 << (4 * size)):
            raise ValueError("a CBOR integer or length that is not in its shortest form")
        return major, value

    def item(self, level: int) -> Any:  # noqa: ANN401  # CBOR has values of all types
        """Take one item."""
        major, value = self.head()
        if major in (UINT, NEGATIVE):
            return value if major == UINT else -1 - value
        if major in (BYTES, TEXT):
            data = self.take(value)
            return data if major == BYTES else data.decode()
        if major in (ARRAY, MAP) and level > CBOR_MAX_LEVELS:
            raise ValueError("more than 8 levels of CBOR")
        if major == ARRAY:
            return [self.item(level + 1) for _ in range(value)]
        if major == MAP:
            return self.map(value, level + 1)
        if major == SIMPLE and value in CBOR_SIMPLE:
            return CBOR_SIMPLE[value]
        raise ValueError("a CBOR tag, float or simple value that is not allowed")

    def map(self, size: int, level: int) -> dict[int | str, Any]:
        """Take the pairs of a map, in the order of their encoded keys, each once."""
        pairs: dict[int | str, Any] = {}
        last = b""
        for _ in range(size):
            start = self.at
            key = self.item(level)
            encoded = self.data[start : self.at]
            if type(key) not in (int, str) or encoded <= last:
                raise ValueError("CBOR keys that are out of order, twice, or of another type")
            last = encoded
            pairs[key] = self.item(level)
        return pairs


# --- signatures and the log -------------------------------------------------------------------

KEY_BYTES, SIGNATURE_BYTES, KID_BYTES, DIGEST_BYTES, ELECTION_BYTES = 32, 64, 8, 32, 16
KEY_ID_BYTES, MAX_SIGNATURE_LINES, MAX_NOTE_BYTES = 4, 100, 1_000_000
LOG_KEY, WITNESS_KEYS = 1, (4, 6)
TILE, LEVELS = 256, 8


def is_good_key(key: bytes) -> bool:
    """Say whether a public key may be enrolled (sheet.md, One rule for Ed25519)."""
    return len(key) == KEY_BYTES and bindings.crypto_core_ed25519_is_valid_point(key)


def is_signed(key: bytes, message: bytes, signature: bytes) -> bool:
    """Say whether libsodium accepts a signature (sheet.md, One rule for Ed25519)."""
    if len(signature) != SIGNATURE_BYTES:
        return False
    try:
        bindings.crypto_sign_open(signature + message, key)
    except exceptions.BadSignatureError:
        return False
    return True


@dataclass(frozen=True)
class Checkpoint:
    """Size and root of a log, and the lines of those who signed them."""

    origin: str
    size: int
    root: bytes
    text: str
    lines: list[tuple[str, bytes, bytes]]  # name, key id, signature


def read_checkpoint(data: bytes) -> Checkpoint:
    """Decode a checkpoint and its signature lines (log.md, Keys and notes; Checkpoint)."""
    note = data.decode()
    text, _, tail = note.rpartition("\n\n")
    if (
        len(data) > MAX_NOTE_BYTES
        or not tail.endswith("\n")
        or re.search(r"[\0-\x09\x0b-\x1f]", note)
    ):
        raise ValueError("no signed note")
    lines = []
    for line in tail[:-1].split("\n"):
        if not (form := re.fullmatch("\u2014 ([^ ]+) ([^ ]+)", line)):
            raise ValueError(f"{line[:80]!r} is no signature line")
        raw = read_base64(form[2])
        lines.append((form[1], raw[:KEY_ID_BYTES], raw[KEY_ID_BYTES:]))
    origin, size, root, *more = text.split("\n")
    if len(lines) > MAX_SIGNATURE_LINES or len(read_base64(root)) != DIGEST_BYTES or "" in more:
        raise ValueError("no checkpoint, or more than 100 signature lines")
    return Checkpoint(origin, read_decimal(size), read_base64(root), text + "\n", lines)


def read_vkey(vkey: str, types: Sequence[int]) -> LogKey:
    """Decode a vkey: name, key id, public key (log.md, Keys and notes)."""
    name, key_id, encoded = vkey.split("+", 2)
    typed = read_base64(encoded)
    if sha256(name.encode() + b"\n" + typed)[:KEY_ID_BYTES].hex() != key_id or not name:
        raise ValueError("a key id that is not that of its key")
    if typed[0] not in types or (typed[0] != WITNESS_KEYS[1] and not is_good_key(typed[1:])):
        raise ValueError("a key of another type, or none that may be enrolled")
    return name, bytes.fromhex(key_id), typed[1:]


def read_policy(text: str) -> LogKey:
    """Check a policy and give the key of its one log (log.md, Policy)."""
    logs: list[LogKey] = []
    names, members, quorums = {"none"}, set[str](), list[str]()
    for line in text.split("\n"):
        word, *rest = line.split() or ["#"]
        if word == "log":
            logs.append(read_vkey(rest[0], [LOG_KEY]))
        elif word == "quorum" and len(rest) == 1 and rest[0] in names:
            quorums.append(rest[0])
        elif word in ("witness", "group") and rest[0] not in names:
            if word == "witness":
                read_vkey(rest[1], WITNESS_KEYS)
            elif not set(rest[2:]) <= names - members - {"none"}:
                raise ValueError(f"a group of what is not defined, or in another group: {rest[0]}")
            else:
                members |= set(rest[2:])
            names.add(rest[0])
        elif not word.startswith("#"):
            raise ValueError(f"{line[:80]!r} is no line of a policy")
    if len(logs) != 1 or len(quorums) != 1:
        raise ValueError("not exactly one log and one quorum")
    return logs[0]


LogKey = tuple[str, bytes, bytes]  # name, key id, public key


def check_trust(
    folder: Path, checkpoint: Checkpoint, own: LogKey, keys: list[LogKey], report: Report
) -> None:
    """Check that the right key signed the checkpoint (V03; amendments.md, The key of the log).

    That is the last of the log's keys up to here. Where the reader's is none of them it must have
    signed too, and alone where the keys are not known, because not every entry is.
    """
    needed = [own] if own not in keys else []
    for key in needed + keys[-1:]:
        if why := unsigned(checkpoint, key):
            if not keys and not unsigned(checkpoint, named_key(folder, own)):
                report.skip(["V03"], "checkpoint", f"{why}; entries may name another key")
            else:
                report.fail("V03", "checkpoint", why)


def unsigned(checkpoint: Checkpoint, key: LogKey) -> str:
    """Say why a key has not signed a checkpoint; nothing where it has (log.md, Checkpoint)."""
    name, key_id, raw = key
    mine = [sig for line, line_id, sig in checkpoint.lines if (line, line_id) == (name, key_id)]
    if checkpoint.origin != name:
        return f"is of {checkpoint.origin!r}, not of {name!r}"
    if not all(is_signed(raw, checkpoint.text.encode(), signature) for signature in mine):
        return f"a bad signature by the log key {key_id.hex()}"
    return "" if mine else f"no signature by the log key {key_id.hex()}"


def named_key(folder: Path, own: LogKey) -> LogKey:
    """Give the key that the record says is its log's, or the reader's; it is not believed."""
    try:
        return read_policy((read_file(folder, "tlog-policy") or b"").decode())
    except BAD_FORM:
        return own


def merkle_root(hashes: Sequence[bytes]) -> bytes:
    """Compute a root from leaf hashes (log.md, Tree)."""
    level = list(hashes) or [sha256(b"")]
    while len(level) > 1:
        # A node without a sibling is carried up: that is the split at the largest power of two.
        last = [level[-1]] if len(level) % 2 else []
        pairs = zip(level[::2], level[1::2], strict=False)
        level = [sha256(b"\x01" + left + right) for left, right in pairs] + last
    return level[0]


def tile_path(level: int | str, number: int, width: int) -> str:
    """Name the file of a tile (log.md, Files)."""
    groups = f"{number:,}".split(",")
    groups[0] = groups[0].zfill(3)
    path = "/".join([*(f"x{group}" for group in groups[:-1]), groups[-1]])
    return f"tile/{level}/{path}" + (f".p/{width}" if width < TILE else "")


def read_tile(folder: Path, level: int | str, number: int, width: int) -> bytes | None:
    """Read a tile; where only the full one is there, its beginning serves (log.md, Files)."""
    data = read_file(folder, tile_path(level, number, width))
    return read_file(folder, tile_path(level, number, TILE)) if data is None else data


def read_bundle(data: bytes, width: int) -> list[bytes]:
    """Take the first entries of a bundle: length in two bytes, and the entry (log.md, Files)."""
    entries, at = [], 0
    while at < len(data):
        end = at + 2 + int.from_bytes(data[at : at + 2], "big")
        entries.append(data[at + 2 : end])
        at = end
    if at != len(data) or len(entries) not in (width, TILE):
        raise ValueError(f"{len(entries)} entries, expected {width}, or a part of one")
    return entries[:width]


def read_log(folder: Path, checkpoint: Checkpoint, report: Report) -> list[bytes] | None:
    """Read every entry, and hold entries and tiles against the root (V05; log.md, Files)."""
    entries: list[bytes] = []
    for number in range(-(-checkpoint.size // TILE)):
        width = min(TILE, checkpoint.size - number * TILE)
        data = read_tile(folder, "entries", number, width)
        if data is None:
            report.skip(["V05"], tile_path("entries", number, width), "is not there")
            return None
        try:
            entries += read_bundle(data, width)
        except ValueError as error:
            report.fail("V05", tile_path("entries", number, width), error)
            return None
    hashes = [sha256(b"\x00" + entry) for entry in entries]
    if merkle_root(hashes) != checkpoint.root:
        report.fail("V05", "checkpoint", "the entries have another root")
    check_tiles(folder, "entries", [len(e).to_bytes(2, "big") + e for e in entries], report)
    for level in range(LEVELS):
        check_tiles(folder, level, hashes, report)
        full = range(0, len(hashes) - TILE + 1, TILE)
        hashes = [merkle_root(hashes[start : start + TILE]) for start in full]
    return entries


def check_tiles(folder: Path, level: int | str, pieces: list[bytes], report: Report) -> None:
    """Compare the tiles of a level, older partial ones too, with what belongs into them (V05)."""
    for number, start in enumerate(range(0, len(pieces), TILE)):
        whole = pieces[start : start + TILE]
        for width in range(1, len(whole) + 1):
            name, expected = tile_path(level, number, width), b"".join(whole[:width])
            data = read_file(folder, name)
            if data is None and width == len(whole):
                full = read_file(folder, tile_path(level, number, TILE))
                data = full[: len(expected)] if full else None
                if data is None:
                    report.skip(["V05"], name, "is not there")
            if data not in (None, expected):
                report.fail("V05", name, "is not what the root is of")


# --- the definition ---------------------------------------------------------------------------

ID, CODE = r"[A-Za-z0-9][A-Za-z0-9._:/-]{0,63}", r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}"
VERSION_2 = "escrutinio-definition/2"
CENTRAL_ROLES, FIELD_ROLES = ("authority", "operator", "source"), ("auditor", "board", "centre")
STATION_KINDS = ("device", "paper", "abroad", "mobile", "special")
DIVISION_HEADER = ["division", "parent", "level", "name", "stations", "registered"]
STATION_HEADER = ["station", "division", "kind", "polling_place", "registered", "max_ballots"]
SIGNER_HEADER = ["signer", "role", "scope", "key"]


@dataclass
class Contest:
    """A contest, as the definition was frozen."""

    position: int
    code: str
    area: str
    votes_allowed: int
    candidacies: list[str]
    options: list[tuple[str, str]]  # party line, its candidacy
    categories: list[tuple[str, bool, bool]]  # code, whether it is a ballot, whether it is valid

    @property
    def lines(self) -> list[tuple[str, str]]:
        """What a sheet has a figure for: party lines, or the candidacies where there are none."""
        return self.options or [(code, code) for code in self.candidacies]


@dataclass
class Station:
    """A station: where it is, and how many are registered, by contest."""

    division: str
    kind: str
    rolls: dict[str, int | None]


@dataclass
class Signer:
    """Who may sign, for what, under which key; None once it is withdrawn."""

    role: str
    scope: str
    key: bytes | None


class Definition:
    """An election as it was frozen (definition.md)."""

    def __init__(self, document: dict[str, Any]) -> None:
        if document["format"] != VERSION_2:
            raise ValueError("is of no version that opens a log")
        self.document = document
        self.is_official = document["record_kind"] == "official"
        self.levels = [level["code"] for level in document["levels"]]
        self.required: dict[str, int] = document["trust"]["required"]
        self.log_key = read_policy(document["trust"]["policy"])
        self.contests = [
            Contest(
                position=position,
                code=item["code"],
                area=item["division"],
                votes_allowed=item["votes_allowed"],
                candidacies=[one["code"] for one in item["candidacies"]],
                options=[(one["code"], one["candidacy"]) for one in item["options"]],
                categories=[
                    (i["code"], i["in_ballots"], i["in_valid"]) for i in item["categories"]
                ],
            )
            for position, item in enumerate(document["contests"])
        ]
        self.parents: dict[str, str | None] = {}
        self.stations: dict[str, Station] = {}
        self.signers: dict[str, Signer] = {}

    def around(self, division: str | None) -> Iterator[str]:
        """Give a division and every one around it, up to the root."""
        while division is not None:
            yield division
            division = self.parents[division]

    def is_smallest(self, division: str) -> bool:
        """Say whether a division has no parts."""
        return division in self.parents and division not in self.parents.values()

    def is_scope(self, role: str, scope: str) -> bool:
        """Say whether a role may have a scope (definition.md, signers.csv)."""
        if role == "device":
            return scope in self.stations
        known = scope in self.parents
        if role in CENTRAL_ROLES:
            return known and self.parents[scope] is None
        return known and role in FIELD_ROLES

    def take_divisions(self, _header: list[str], rows: list[list[str]]) -> None:
        """Take divisions.csv, which forms a tree (definition.md, divisions.csv)."""
        order = [(self.levels.index(row[2]), row[0]) for row in rows]
        if order != sorted(order):
            raise ValueError("rows out of order")
        depths: dict[str, int] = {}
        for (depth, division), (_, parent, *_rest) in zip(order, rows, strict=True):
            if division in depths or (depths.get(parent, depth) >= depth if parent else depths):
                raise ValueError(f"{division} stands twice, in no division above it, or is no root")
            depths[division] = depth
            self.parents[division] = parent or None

    def take_stations(self, header: list[str], rows: list[list[str]]) -> None:
        """Take stations.csv, with pairs of columns of single contests (definition.md)."""
        contests = [name.partition(".")[2] for name in header[len(STATION_HEADER) :: 2]]
        smallest = self.parents.keys() - set(self.parents.values())
        for station, division, kind, _, *cells in rows:
            if division not in smallest or kind not in STATION_KINDS:
                raise ValueError(f"{station} lies in no division without parts, or has no kind")
            numbers = [read_decimal(cell) if cell else None for cell in cells]
            rolls = {contest.code: numbers[0] for contest in self.contests}
            rolls |= dict(zip(contests, numbers[2::2], strict=True))
            self.stations[station] = Station(division, kind, rolls)

    def take_signers(self, _header: list[str], rows: list[list[str]]) -> None:
        """Take signers.csv, whose keys are good and stand once (definition.md, signers.csv)."""
        for signer, role, scope, key in rows:
            raw = bytes.fromhex(key)
            if raw.hex() != key or not is_good_key(raw) or not self.is_scope(role, scope):
                raise ValueError(f"{signer} has no such role or scope, or no key that is good")
            self.signers[signer] = Signer(role, scope, raw)
        if len({row[3] for row in rows}) != len(rows):
            raise ValueError("a key that stands twice")

    def read_tables(self, folder: Path, report: Report) -> bool:
        """Check the tables against what the document says of them (V02; The tables)."""
        document = self.document
        for name, about, start, take in (
            ("divisions.csv", document["divisions"], DIVISION_HEADER, self.take_divisions),
            ("stations.csv", document["stations"], STATION_HEADER, self.take_stations),
            ("signers.csv", document["trust"]["signers"], SIGNER_HEADER, self.take_signers),
        ):
            data = read_file(folder, name)
            if data is None:
                if about is not None:
                    report.skip(["V02"], name, "is not there")
                    return False
                continue
            try:
                header, *rows = read_csv(data)
                if about != {"file": name, "rows": len(rows), "sha256": sha256(data).hex()}:
                    raise ValueError("another digest or number of rows than the definition's")
                ids = [row[0] for row in rows]
                if header[: len(start)] != start or len(ids) != len(set(ids)):
                    raise ValueError("another header, or an id that stands twice")
                if take != self.take_divisions and ids != sorted(ids):
                    raise ValueError("rows out of order")
                take(header, rows)
            except BAD_FORM as error:
                report.fail("V02", name, error)
                return False
        return True


def read_definition(folder: Path, identity: str | None, report: Report) -> Definition | None:
    """Read the definition (V01) and its tables (V02) (definition.md)."""
    data = read_file(folder, "definition.json")
    if data is None:
        report.skip(["V01", "V02"], "definition.json", "is not there")
        return None
    if identity is None:
        report.skip(["V01"], "definition.json", "no anchor says which election is the reader's")
    elif sha256(data).hex() != identity:
        report.fail("V01", "definition.json", "is of another election than the reader's")
    try:
        definition = Definition(read_canonical_json(data))
    except BAD_FORM as error:
        report.fail("V01", "definition.json", error)
        report.skip(["V02"], "definition.json", "says nothing of tables")
        return None
    return definition if definition.read_tables(folder, report) else None


# --- entries ----------------------------------------------------------------------------------

GENESIS, SHEET, OPENING, SEAL, TRANSCRIBED, CONFIRMATION, HOLD, DECISION = range(65_000, 65_008)
AMENDMENT, APPROVAL, BULLETIN, CLOSING_AUDIT, CUSTODY, INCIDENT = range(65_008, 65_014)
AUDIT_RECORD, PROCLAMATION = 65_014, 65_015
TO_COME, CRITICAL = range(65_100, 65_500), range(65_300, 65_500)
OF_A_PLACE = (SHEET, OPENING, SEAL, CLOSING_AUDIT, CUSTODY, INCIDENT)  # it stands under key 3
PROPOSALS = (DECISION, AMENDMENT, PROCLAMATION)
EDDSA, ED25519 = -8, -19

RELEASE, ANNUL, CLOSE, APPROVE, HOLD_SHEET = range(1, 6)

PLAIN_FIELDS = {
    *("registered", "admitted", "absent", "check_ins", "stated.valid", "stated.cast"),
    *("ballots_received", "ballots_used", "ballots_unused", "ballots_spoiled", "ballots_lost"),
    *("ballots_unaccounted", "list_votes", "nominal_votes", "surplus", "deficit"),
}
PARTED = ("admitted", "stated.cast", "ballots_used")

Rule = Callable[[Any], bool]


def integer(low: int, high: int) -> Rule:
    """Allow integers of a range; true and false are none."""
    return lambda value: type(value) is int and low <= value <= high


def matching(pattern: str) -> Rule:
    """Allow texts of a form."""
    return lambda value: isinstance(value, str) and re.fullmatch(pattern, value) is not None


def blob(size: int) -> Rule:
    """Allow byte strings of a length."""
    return lambda value: isinstance(value, bytes) and len(value) == size


def maybe(rule: Rule) -> Rule:
    """Allow null too."""
    return lambda value: value is None or rule(value)


def array(rule: Rule, least: int, most: int = CBOR_MAX_BYTES) -> Rule:
    """Allow arrays whose items are allowed."""
    return lambda value: (
        isinstance(value, list) and least <= len(value) <= most and all(map(rule, value))
    )


def ascending(rule: Rule) -> Rule:
    """Allow arrays of texts in ascending order of their bytes, each once."""
    return lambda value: (
        rule(value) and all(a.encode() < b.encode() for a, b in itertools.pairwise(value))
    )


def is_figures(value: object) -> bool:
    """Allow the figures of a transcribed sheet (transcribed-sheet.md, Keys)."""
    name, figure = matching(r"[a-z][a-z_]{0,39}(\.[A-Za-z0-9._-]{1,80})?"), integer(-3, 10_000_000)
    return isinstance(value, dict) and all(name(key) and figure(value[key]) for key in value)


def is_field(name: str, contest: Contest) -> bool:
    """Say whether a transcribed sheet of a contest may have a field (import-profile.md)."""
    name = name.removeprefix("twin.")
    kind, _, code = name.partition(".")
    codes = {
        "candidacy": contest.candidacies,
        "option": [code for code, _ in contest.options],
        "category": [code for code, _, _ in contest.categories],
    }
    if kind in codes:
        return code in codes[kind]
    return name in PLAIN_FIELDS or any(re.fullmatch(rf"{whole}\..+", name) for whole in PARTED)


def is_national(value: list[Any]) -> bool:
    """Allow the national figures of one contest (bulletin.md, The entry)."""
    number = integer(0, MAX_EXACT)
    expected, counted, held, missing, closed, valid, cast, votes = value
    return (
        all(map(number, (counted, held, closed, valid)))
        and all(map(maybe(number), (expected, missing, cast)))
        and (expected is None) == (missing is None)
        and array(number, 1)(votes)
    )


def is_enrollable(value: object) -> bool:
    """Allow public keys that may be enrolled."""
    return isinstance(value, bytes) and is_good_key(value)


def is_policy_text(value: object) -> bool:
    """Allow the text of a policy (amendments.md, Keys)."""
    return isinstance(value, str) and 0 < len(value.encode()) <= 1 << 16


AN_ID, A_CODE, DIGEST = matching(ID), matching(CODE), blob(DIGEST_BYTES)
CONTEST, TIME, FIGURE = integer(0, 9999), integer(0, 2**32 - 1), maybe(integer(0, 10_000_000))
SIZE, NUMBER, VERSION = integer(1, 2**32 - 1), integer(1, 999_999), integer(1, 65_535)
FIGURES, CORRECTION = array(FIGURE, 0), integer(1, 5)
CHECKS = ascending(array(matching(r"[A-Z]{3,8}-[0-9]{3}"), 1, 64))
MARKS = ascending(array(matching("[a-z][a-z0-9_]{0,39}"), 0, 64))
ROLE = matching("authority|auditor|board|centre|device|operator|source")

# Of each kind who signs it, and its keys beyond 1 and 2; a negative key is an optional one.
# The formatter is kept out of these tables: they are read line by line beside the pages.
# fmt: off
SIGNED_BY: dict[int, tuple[str, ...]] = {
    **dict.fromkeys((SHEET, OPENING, SEAL), ("device", "centre", "board")),
    **dict.fromkeys((CLOSING_AUDIT, CUSTODY, INCIDENT), ("auditor", "board", "centre", "device")),
    **dict.fromkeys((GENESIS, HOLD, BULLETIN), ("operator",)),
    **dict.fromkeys((DECISION, AMENDMENT, APPROVAL, PROCLAMATION), ("authority",)),
    CONFIRMATION: ("centre", "board"),
    AUDIT_RECORD: ("auditor",),
    TRANSCRIBED: ("source",),
}
# What makes a sheet official, and what never does: each belongs to one kind of record alone.
OFFICIAL_ALONE, TRANSCRIBED_ALONE = (SHEET, OPENING, SEAL, CONFIRMATION), (TRANSCRIBED,)
KINDS: dict[int, dict[int, Rule]] = {
    GENESIS: {3: DIGEST, 4: SIZE},
    SHEET: {3: AN_ID, 4: CONTEST, 5: VERSION, 6: TIME, -7: FIGURE, -8: FIGURE, -9: FIGURE,
            10: array(FIGURE, 1), 11: FIGURES, -12: FIGURE, -13: FIGURE, 14: DIGEST,
            -15: CORRECTION},
    OPENING: {3: AN_ID, 4: TIME, 5: FIGURE},
    SEAL: {3: AN_ID, 4: CONTEST, 5: FIGURE, 6: TIME, 14: DIGEST},
    TRANSCRIBED: {3: AN_ID, 4: CONTEST, 5: VERSION, 6: integer(0, 8), 7: maybe(AN_ID),
                  8: maybe(DIGEST), 9: is_figures, 10: MARKS, 11: maybe(AN_ID),
                  12: ascending(array(matching("contest|phase"), 0)), -14: DIGEST,
                  -15: CORRECTION},
    CONFIRMATION: {3: DIGEST, 4: maybe(DIGEST)},
    HOLD: {3: DIGEST, 4: CHECKS},
    DECISION: {3: integer(1, 5), 4: AN_ID, 5: CONTEST, 6: maybe(DIGEST), 7: integer(1, 8),
               -8: integer(1, 2)},
    APPROVAL: {3: DIGEST},
    BULLETIN: {3: NUMBER, 4: TIME, 5: integer(1, MAX_EXACT), 6: DIGEST, 7: maybe(DIGEST),
               8: DIGEST, 9: SIZE, 10: array(is_national, 1)},
    CLOSING_AUDIT: {3: AN_ID, 4: CONTEST, 5: DIGEST, 6: array(FIGURE, 1), 7: FIGURES, 8: TIME},
    CUSTODY: {3: AN_ID, 4: integer(1, 6), 5: DIGEST, 6: TIME, 14: maybe(DIGEST)},
    INCIDENT: {3: AN_ID, 4: integer(1, 8), 5: TIME, 6: maybe(DIGEST)},
    AUDIT_RECORD: {3: integer(1, 4), 4: DIGEST, 5: SIZE},
    PROCLAMATION: {3: DIGEST, 4: NUMBER, 5: TIME},
}
AMENDMENTS: dict[int, dict[int, Rule]] = {
    1: {3: integer(1, 1), 4: AN_ID, 5: maybe(is_enrollable)},
    2: {3: integer(2, 2), 4: AN_ID, 5: is_enrollable, 6: ROLE, 7: AN_ID},
    3: {3: integer(3, 3), 8: AN_ID, 9: AN_ID, 10: matching(f"({ID})?")},
    4: {3: integer(4, 4), 11: CONTEST, 12: A_CODE, 13: integer(1, 2), -14: A_CODE},
    5: {3: integer(5, 5), 15: is_policy_text},
}
# What one key demands of another: of the payload, whether it holds.
TOGETHER: dict[int, Callable[[dict[int, Any]], bool]] = {
    SHEET: lambda p: (p[5] == 1) != (15 in p) and (13 not in p or 9 in p),
    TRANSCRIBED: lambda p: (p[5] == 1) == (14 not in p) == (15 not in p),
    DECISION: lambda p: (p[3] == CLOSE) == (p[6] is None) == (8 in p),
    AMENDMENT: lambda p: p[3] != 4 or ((p[13] == 2) == (14 in p) and p.get(14) != p[12]),
    BULLETIN: lambda p: (p[3] == 1) == (p[7] is None),
}
# fmt: on


@dataclass(frozen=True)
class Message:
    """An entry: a signed message at its place (sheet.md, The message)."""

    place: int
    digest: bytes
    kind: int
    kid: bytes
    signature: bytes
    signed: bytes
    values: dict[int, Any]


class LaterVersionError(Exception):
    """An entry of a version that this reader does not know: it could not be checked."""


def write_bytes(data: bytes) -> bytes:
    """Encode a CBOR byte string, in the shortest form."""
    size = len(data)
    if size < ONE_BYTE:
        return bytes([0x40 + size]) + data
    return (bytes([0x58, size]) if size < 1 << 8 else b"\x59" + size.to_bytes(2, "big")) + data


def read_message(place: int, raw: bytes, election: bytes) -> Message:
    """Decode an entry (sheet.md, The message; entries.md, What every entry is)."""
    if raw[:1] != b"\xd2" or len(raw) > CBOR_MAX_BYTES:
        raise ValueError("not tagged as COSE_Sign1, or too long")
    header, unprotected, body, signature = Cbor.decode(raw[1:])
    if unprotected != {} or not blob(SIGNATURE_BYTES)(signature):
        raise ValueError("something unprotected, or a signature of another length")
    protected = Cbor.decode(header)
    if protected.keys() != {1, 3, 4} or protected[1] not in (EDDSA, ED25519):
        raise ValueError("other protected parameters, or another algorithm than Ed25519")
    kind, kid = protected[3], protected[4]
    if not blob(KID_BYTES)(kid) or type(kind) is not int:
        raise ValueError("a kid of another length, or no content type")
    if kind not in KINDS and kind != AMENDMENT and kind not in TO_COME:
        raise ValueError(f"content type {kind} is of no kind of entry")
    values = read_payload(kind, Cbor.decode(body), election)
    signed = b"\x84\x6aSignature1" + write_bytes(header) + b"\x40" + write_bytes(body)
    return Message(place, sha256(raw), kind, kid, signature, signed, values)


def read_payload(kind: int, values: object, election: bytes) -> dict[int, Any]:
    """Check the keys and values of a payload (entries.md, and the page of its kind)."""
    if not isinstance(values, dict):
        raise TypeError("no map")
    if integer(2, MAX_SIZE)(values[1]):
        raise LaterVersionError(f"version {values[1]} of its kind")
    if not integer(1, 1)(values[1]) or values[2] != election:
        raise ValueError("no version under key 1, or another election under key 2")
    if kind in TO_COME:
        return values
    rules = AMENDMENTS[values[3]] if kind == AMENDMENT else KINDS[kind]
    for key, rule in rules.items():
        if (key > 0 or -key in values) and not rule(values[abs(key)]):
            raise ValueError(f"key {abs(key)} is not of its form")
    if values.keys() - {1, 2} - set(map(abs, rules)):
        raise ValueError("keys that its kind does not have")
    if kind in TOGETHER and not TOGETHER[kind](values):
        raise ValueError("keys that do not go together")
    return values


# --- the ledger: what the entries make of the election ----------------------------------------


@dataclass
class Sheet:
    """A sheet in the log, and who stands for it."""

    place: int
    digest: bytes
    contest: int
    station: str
    version: int
    role: str
    signers: list[str]
    values: dict[int, Any]


@dataclass
class Proposal:
    """A decision, an amendment or a proclamation, and the authority signers that agree."""

    message: Message
    signers: set[str] = field(default_factory=set)
    in_force_at: int | None = None


class Ledger:
    """Reads entries in their order and keeps what is in force (entries.md, decisions.md)."""

    def __init__(self, definition: Definition, identity: bytes, report: Report) -> None:
        self.definition, self.identity, self.report = definition, identity, report
        self.signers = dict(definition.signers)
        self.stations = dict(definition.stations)
        self.keys: dict[bytes, list[bytes]] = {}  # every key ever enrolled, by kid
        self.names: dict[bytes, str] = {}  # who holds a key now
        for name, signer in definition.signers.items():
            self.enrol(name, signer)
        self.sheets: dict[bytes, Sheet] = {}
        self.holds: list[Message] = []
        self.proposals: dict[bytes, Proposal] = {}
        self.decisions: list[tuple[int, dict[int, Any]]] = []  # in force, with their place
        self.withdrawn: dict[tuple[int, str], str | None] = {}  # to the heir
        self.log_keys = [definition.log_key]  # in the order in which they came into force
        self.bulletins: dict[bytes, Message] = {}
        self.is_certain = True  # until an entry of a critical kind, which may change anything

    def fail(self, step: str, place: str, why: str) -> None:
        """Note a contradiction, if what it rests on is known (entries.md, Kinds to come)."""
        if self.is_certain or step in ("V01", "V07"):
            self.report.fail(step, place, why)

    def enrol(self, name: str, signer: Signer) -> None:
        """Put a signer in force, in the place of what stood under the name."""
        old = self.signers.get(name)
        if old and old.key:
            self.names.pop(old.key, None)
        self.signers[name] = signer
        if signer.key:
            self.names[signer.key] = name
            self.keys.setdefault(sha256(signer.key)[:KID_BYTES], []).append(signer.key)

    def is_new(self, key: bytes) -> bool:
        """Say whether a key was never enrolled (amendments.md, Keys)."""
        return key not in self.keys.get(sha256(key)[:KID_BYTES], ())

    def covers(self, signer: Signer, place: str) -> bool:
        """Say whether a signer may sign for a station or division (entries.md, Who may sign)."""
        station = self.stations.get(place)
        if signer.role == "device":
            return signer.scope == place
        if place in self.definition.parents:
            return signer.scope in self.definition.around(place)
        if station is None:
            return signer.role != "centre" and self.definition.parents[signer.scope] is None
        if signer.role == "centre" and station.kind == "device":
            return False
        return signer.scope in self.definition.around(station.division)

    def signer_of(self, message: Message) -> str | None:
        """Find who signed an entry, and check that it was allowed (V08; entries.md)."""
        where, keys = f"entry {message.place}", self.keys.get(message.kid)
        if not keys:
            self.fail("V08", where, "signed under a key that was never enrolled")
            return None
        good = [key for key in keys if is_signed(key, message.signed, message.signature)]
        name = next((self.names[key] for key in good if key in self.names), None)
        if not good or name is None:
            why = "was replaced before" if good else "did not sign it"
            self.fail("V08", where, f"the key that it names {why}")
            return None
        signer = self.signers[name]
        of_others = TRANSCRIBED_ALONE if self.definition.is_official else OFFICIAL_ALONE
        allowed = message.kind not in of_others and (
            message.kind in TO_COME or signer.role in SIGNED_BY[message.kind]
        )
        if allowed and message.kind in OF_A_PLACE:
            # A station and a division may share an id; only an incident can be of a division.
            allowed = self.covers(signer, message.values[3])
        if not allowed:
            self.fail("V08", where, f"{name} is not enrolled for this")
        return name if allowed else None

    def complaints(self, message: Message, name: str) -> Iterator[tuple[str, str]]:
        """Say what keeps a signed entry from saying anything (the page of its kind)."""
        values, kind = message.values, message.kind
        if kind == GENESIS and (message.place or values[3] != self.identity):
            yield "V01", "a second genesis, or one of another definition"
        elif not self.is_of_a_contest(kind, values):
            yield "V07", "is of a contest that there is not, or has not one figure for each line"
        elif kind in (HOLD, CONFIRMATION) and values[3] not in self.sheets:
            yield "V10", "names no sheet that was logged before"
        elif kind == CONFIRMATION and not self.may_confirm(name, self.sheets[values[3]]):
            yield "V08", f"{name} may not confirm this sheet"
        elif kind == DECISION and not self.is_decidable(values):
            yield "V10", "names no sheet or station that it can be about"
        elif kind == APPROVAL and values[3] not in self.proposals:
            yield "V10", "names no proposal that was logged before"
        elif kind == TRANSCRIBED and values[5] > 1 and not self.is_correction(name, values):
            yield "V10", "corrects nothing that this source read there before"

    def is_correction(self, name: str, values: dict[int, Any]) -> bool:
        """Say whether a reading corrects one of its source (transcribed-sheet.md, Keys)."""
        sheet = self.sheets.get(values[14])
        place = (values[3], values[4], name)
        return sheet is not None and (sheet.station, sheet.contest, sheet.signers[0]) == place

    def is_of_a_contest(self, kind: int, values: dict[int, Any]) -> bool:
        """Say whether an entry is of a contest, and has its figures (sheet.md, The payload)."""
        key = {SHEET: 4, SEAL: 4, TRANSCRIBED: 4, CLOSING_AUDIT: 4, DECISION: 5}.get(kind)
        if key and values[key] >= len(self.definition.contests):
            return False
        if kind == TRANSCRIBED:
            contest = self.definition.contests[values[4]]
            return all(is_field(name, contest) for name in values[9])
        if kind not in (SHEET, CLOSING_AUDIT):
            return True
        contest, first = self.definition.contests[values[4]], 10 if kind == SHEET else 6
        sizes = len(values[first]), len(values[first + 1])
        return sizes == (len(contest.lines), len(contest.categories))

    def may_confirm(self, name: str, sheet: Sheet) -> bool:
        """Say whether a signer may stand for a sheet (entries.md, Confirmation)."""
        signer = self.signers[name]
        is_other = signer.role == sheet.role and name != sheet.signers[0]
        return is_other and self.covers(signer, sheet.station)

    def is_decidable(self, values: dict[int, Any]) -> bool:
        """Say whether a decision names what it can be about (decisions.md, Decision)."""
        if values[3] == CLOSE:
            station = self.stations.get(values[4])
            area = self.definition.contests[values[5]].area
            return station is not None and area in self.definition.around(station.division)
        sheet = self.sheets.get(values[6])
        return sheet is not None and (sheet.station, sheet.contest) == (values[4], values[5])

    def add(self, message: Message) -> bool:
        """Take the next entry; say whether it says anything."""
        name = self.signer_of(message)
        if name is None:
            return False
        if complaint := next(self.complaints(message, name), None):
            self.fail(complaint[0], f"entry {message.place}", complaint[1])
            return False
        values, kind, digest = message.values, message.kind, message.digest
        if kind in CRITICAL:
            steps = ("V02", *OF_THE_LEDGER)
            self.report.skip(steps, f"entry {message.place}", "is of a critical kind")
            self.is_certain = False
        elif kind in (SHEET, TRANSCRIBED):
            role = self.signers[name].role
            place = (message.place, digest, values[4], values[3], values[5])
            self.sheets.setdefault(digest, Sheet(*place, role, [name], values))
        elif kind == CONFIRMATION:
            self.sheets[values[3]].signers.append(name)
        elif kind == HOLD:
            self.holds.append(message)
        elif kind == BULLETIN:
            self.bulletins[digest] = message
        elif kind == APPROVAL:
            self.agree(self.proposals[values[3]], name, message.place)
        elif kind in PROPOSALS:
            self.propose(message, name)
        return True

    def propose(self, message: Message, name: str) -> None:
        """Take a proposal; its own signature is the first (entries.md, Approval)."""
        named = self.bulletins.get(message.values[3]) if message.kind == PROCLAMATION else message
        if message.kind == PROCLAMATION and (not named or named.values[3] != message.values[4]):
            return  # it says nothing, and is a matter of V20
        if message.digest not in self.proposals:
            self.proposals[message.digest] = Proposal(message)
            self.agree(self.proposals[message.digest], name, message.place)

    def agree(self, proposal: Proposal, name: str, place: int) -> None:
        """Count an authority signer; the k-th puts the proposal in force (entries.md, Approval)."""
        proposal.signers.add(name)
        values, kind = proposal.message.values, proposal.message.kind
        enough = len(proposal.signers) >= self.definition.required["authority"]
        if not enough or proposal.in_force_at is not None:
            return
        proposal.in_force_at = place
        if kind == DECISION:
            self.decisions.append((place, values))
        elif kind == AMENDMENT and not self.amend(values):
            self.fail("V02", f"entry {place}", "puts an amendment in force that cannot be")

    def amend(self, values: dict[int, Any]) -> bool:
        """Put an amendment in force, if what it names is there (amendments.md, Keys)."""
        kinds = (self.replace_key, self.enrol_signer, self.move, self.withdraw, self.replace_policy)
        return kinds[values[3] - 1](values)

    def replace_key(self, values: dict[int, Any]) -> bool:
        """Give a signer a key that was never enrolled, or none."""
        old, key = self.signers.get(values[4]), values[5]
        if old is None or (key and not self.is_new(key)):
            return False
        self.enrol(values[4], Signer(old.role, old.scope, key))
        return True

    def enrol_signer(self, values: dict[int, Any]) -> bool:
        """Enrol a signer that is new, under a key that was never enrolled."""
        is_scope = self.definition.is_scope(values[6], values[7])
        if values[4] in self.signers or not self.is_new(values[5]) or not is_scope:
            return False
        self.enrol(values[4], Signer(values[6], values[7], values[5]))
        return True

    def move(self, values: dict[int, Any]) -> bool:
        """Move a listed station into a division without parts."""
        station = self.stations.get(values[8])
        if station is None or not self.definition.is_smallest(values[9]):
            return False
        self.stations[values[8]] = Station(values[9], station.kind, station.rolls)
        return True

    def withdraw(self, values: dict[int, Any]) -> bool:
        """Withdraw a candidacy, but never the last one; its heir did not withdraw."""
        if values[11] >= len(self.definition.contests):
            return False
        live = self.live(self.definition.contests[values[11]])
        if values[12] not in live or len(live) == 1 or values.get(14, values[12]) not in live:
            return False
        self.withdrawn[values[11], values[12]] = values.get(14)
        return True

    def replace_policy(self, values: dict[int, Any]) -> bool:
        """Take another policy of the same log, and its key (amendments.md, The key of the log)."""
        try:
            key = read_policy(values[15])
        except BAD_FORM:
            return False
        if key[0] != self.definition.log_key[0]:
            return False
        self.log_keys.append(key)
        return True

    def live(self, contest: Contest) -> list[str]:
        """Give the candidacies that did not withdraw."""
        return [c for c in contest.candidacies if (contest.position, c) not in self.withdrawn]


# --- what becomes of each station, and the totals ---------------------------------------------

REASONS = (
    *("", "paper", "recount", "ruling", "not_opened", "merged", "material_lost", "capture"),
    "complaint",
)
CLOSURES = ("", "not_installed", "merged")
COUNTED, HELD, MISSING, CLOSED, OUT = "counted", "held", "missing", "closed", "out_of_catalogue"
COUNTERS = ("expected", COUNTED, HELD, MISSING, CLOSED, OUT, "received")
ROLL, IN_BOX, VOTES, CATEGORIES, STATED_VALID = 7, 9, 10, 11, 12  # keys of a sheet
ROW_HEADER = ["contest", "station", "division", "treatment", "entry", "version", "reason"]


@dataclass(frozen=True)
class Row:
    """What became of a station (bulletin-body.md, rows.csv)."""

    contest: str
    station: str
    division: str
    treatment: str
    sheet: Sheet | None
    words: str
    has_answer: bool  # whether a sheet or a closure stands for it

    @property
    def cells(self) -> list[str]:
        """The row as rows.csv has it."""
        sheet = self.sheet
        version = [str(sheet.place), str(sheet.version)] if sheet else ["", ""]
        return [self.contest, self.station, self.division, self.treatment, *version, self.words]


class Stations:
    """What becomes of the stations of a contest at one place of the log."""

    def __init__(self, ledger: Ledger, contest: Contest) -> None:
        self.ledger, self.contest = ledger, contest
        self.listed = {
            name: station.division
            for name, station in ledger.stations.items()
            if contest.area in ledger.definition.around(station.division)
        }
        self.sheets: dict[str, list[Sheet]] = {}
        for sheet in ledger.sheets.values():
            if sheet.contest == contest.position:
                self.sheets.setdefault(sheet.station, []).append(sheet)
        self.decided: dict[str, list[tuple[int, dict[int, Any]]]] = {}
        for place, values in ledger.decisions:
            if values[5] == contest.position:
                self.decided.setdefault(values[4], []).append((place, values))
        self.held: dict[bytes, list[Message]] = {}
        for hold in ledger.holds:
            self.held.setdefault(hold.values[3], []).append(hold)

    def rows(self) -> list[Row]:
        """Give a row for every station that is expected, has sheets or was closed, by its id."""
        closed = {name for name, all_of in self.decided.items() for _, v in all_of if v[3] == CLOSE}
        return [self.row(name) for name in sorted({*self.listed, *self.sheets, *closed})]

    def row(self, station: str) -> Row:
        """Say what becomes of a station (decisions.md, Treatment; bulletin-body.md, rows.csv)."""
        sheets, decided = self.sheets.get(station, []), self.decided.get(station, [])
        closures = [values for _, values in decided if values[3] == CLOSE]
        approved = [values[6] for _, values in decided if values[3] == APPROVE]
        sheet: Sheet | None = next((sheet for sheet in sheets if sheet.version == 1), None)
        if approved:
            sheet = self.ledger.sheets[approved[-1]]
        if closures:
            words, sheet = f"{CLOSURES[closures[-1][8]]}:{REASONS[closures[-1][7]]}", None
            treatment = CLOSED
        elif sheet is None:
            treatment, words = MISSING, "not_approved" if sheets else ""
        else:
            treatment, words = self.treat(sheet, decided)
        has_answer, is_listed = treatment != MISSING, station in self.listed
        place = (self.contest.code, station, self.listed.get(station, ""))
        return Row(*place, treatment if is_listed else OUT, sheet, words, has_answer)

    def treat(self, sheet: Sheet, decided: list[tuple[int, dict[int, Any]]]) -> tuple[str, str]:
        """Say what becomes of the sheet that stands for a station, and why."""
        about = [(place, values) for place, values in decided if values[6] == sheet.digest]
        last = {values[3]: REASONS[values[7]] for _, values in about}
        if ANNUL in last:
            return CLOSED, f"annul:{last[ANNUL]}"
        since = max((place for place, values in about if values[3] == RELEASE), default=-1)
        holds = [hold for hold in self.held.get(sheet.digest, ()) if hold.place > since]
        words = sorted({code for hold in holds for code in hold.values[4]})
        still = [values for place, values in about if values[3] == HOLD_SHEET and place > since]
        words += sorted({f"hold:{REASONS[values[7]]}" for values in still})
        if len(set(sheet.signers)) < self.ledger.definition.required.get(sheet.role, 1):
            words.append("unconfirmed")
        treatment = HELD if words else COUNTED
        for kind, word in ((APPROVE, "approve"), (RELEASE, "release")):
            words += [f"{word}:{last[kind]}"] if kind in last else []
        return treatment, " ".join(words)


class Lines:
    """Where the figures of a sheet add to, as amended (bulletin-body.md, One counted sheet)."""

    def __init__(self, ledger: Ledger, contest: Contest) -> None:
        self.contest, place = contest, contest.position
        self.withdrawn = {c: heir for (at, c), heir in ledger.withdrawn.items() if at == place}
        self.live = ledger.live(contest)
        self.void = [code for code, heir in self.withdrawn.items() if heir is None]
        self.options = [c for c, of in contest.options if self.owner(of) in self.live]
        # Void votes are ballots, and never valid; ballots of several votes cannot be told.
        added = [(f"withdrawn:{code}", contest.votes_allowed == 1, False) for code in self.void]
        self.categories = [*contest.categories, *added]

    def owner(self, candidacy: str) -> str:
        """Say who gets the votes of a candidacy; a void one is its own end."""
        while heir := self.withdrawn.get(candidacy):
            candidacy = heir
        return candidacy

    def empty(self) -> dict[str, Any]:
        """Give the totals of no sheet."""
        names = ("valid", "cast", "registered", "registered_stations", "cast_where_registered")
        return {
            "candidacies": [0] * len(self.live),
            "options": [0] * len(self.options),
            "categories": [0] * len(self.categories),
            "unknown": [0] * len(self.live),
            **dict.fromkeys(names, 0),
        }

    def stated_ballots(self, values: dict[int, Any]) -> int | None:
        """Give the ballots that a sheet states, where a ballot can carry several votes."""
        rest: list[int | None] = [
            figure
            for (_, is_ballot, is_valid), figure in zip(
                self.contest.categories, values[CATEGORIES], strict=True
            )
            if is_ballot and not is_valid
        ]
        parts = [values.get(STATED_VALID), *rest]
        if None in parts:
            return values.get(IN_BOX)
        return sum(part or 0 for part in parts)

    def read(self, sheet: Sheet, roll: int | None) -> dict[str, Any]:
        """Give what one counted sheet adds, in the shape of a division's totals."""
        values, total = sheet.values, self.empty()
        votes: dict[str, int] = dict.fromkeys([*self.live, *self.void], 0)
        lost: set[str] = set()
        shown = []
        for (_, candidacy), figure in zip(self.contest.lines, values[VOTES], strict=True):
            owner = self.owner(candidacy)
            votes[owner] += figure or 0
            lost |= {candidacy, owner} if figure is None else set()
            shown += [figure or 0] if owner in self.live else []
        for code in self.void:
            # Of a candidacy with a line that nobody can read, nothing is added to the category.
            mine = [c for c in self.contest.candidacies if self.owner(c) == code and c not in lost]
            lines = zip(self.contest.lines, values[VOTES], strict=True)
            votes[code] = sum(figure for (_, of), figure in lines if of in mine)
        figures = [figure or 0 for figure in [*values[CATEGORIES], *map(votes.get, self.void)]]
        named = list(zip(self.categories, figures, strict=True))
        whole = sum(votes[code] for code in self.live)
        valid = whole + sum(figure for (_, _, is_valid), figure in named if is_valid)
        in_ballots = sum(figure for (_, is_ballot, _), figure in named if is_ballot)
        cast = whole + in_ballots
        if self.contest.votes_allowed > 1:
            stated = self.stated_ballots(values)
            least = -(-whole // self.contest.votes_allowed) + in_ballots
            cast = least if stated is None else stated
        roll = (values.get(ROLL) if roll is None else roll) or 0
        sums = (valid, cast, roll, int(roll > 0), cast if roll else 0)
        total.update(zip(list(total)[4:], sums, strict=True))
        total["candidacies"] = [votes[code] for code in self.live]
        total["options"] = shown if self.contest.options else []
        total["categories"] = figures
        total["unknown"] = [int(code in lost) for code in self.live]
        return total


def add_up(ledger: Ledger, contest: Contest, rows: list[Row]) -> dict[str, dict[str, Any]]:
    """Compute counters and totals of every division of a contest (bulletin-body.md, Fields)."""
    lines, tree = Lines(ledger, contest), ledger.definition
    names = [name for name in tree.parents if contest.area in tree.around(name)]
    names.sort(key=lambda name: name != contest.area)
    totals = {name: dict.fromkeys(COUNTERS, 0) | lines.empty() for name in names}
    for row in rows:
        inside = [name for name in tree.around(row.division or contest.area) if name in totals]
        one: dict[str, Any] = {row.treatment: 1, "expected": 1, "received": int(bool(row.sheet))}
        if row.treatment == OUT:
            one = {OUT: int(row.has_answer)}
        if row.treatment == COUNTED and row.sheet:
            one |= lines.read(row.sheet, ledger.stations[row.station].rolls[contest.code])
        for name in inside:
            for key, figure in one.items():
                totals[name][key] = plus(totals[name][key], figure)
    if contest.votes_allowed > 1 and not any(
        row.sheet and row.sheet.values.keys() & {IN_BOX, STATED_VALID} for row in rows
    ):
        for total in totals.values():
            total["cast"] = None
    return totals


def plus(old: Any, new: Any) -> Any:  # noqa: ANN401  # figures, or lists of them
    """Add a figure, or the figures of a list one by one."""
    return [a + b for a, b in zip(old, new, strict=True)] if isinstance(old, list) else old + new


# --- bulletins against the ledger -------------------------------------------------------------


@dataclass(frozen=True)
class Cut:
    """What one contest adds up to at one place of the log."""

    contest: Contest
    lines: Lines
    rows: list[Row]
    totals: dict[str, dict[str, Any]]

    def body(self) -> dict[str, Any]:
        """Give what the body says of the contest, but bounds (bulletin-body.md, Fields)."""
        divisions = [
            {"division": name} | total | {"options": total["options"] or None}
            for name, total in self.totals.items()
        ]
        withdrawn = [
            {"candidacy": code, "heir": heir, "votes": "transfer" if heir else "void"}
            for code, heir in self.lines.withdrawn.items()
        ]
        return {
            "contest": self.contest.code,
            "position": self.contest.position,
            "candidacies": self.lines.live,
            "options": self.lines.options,
            "categories": [code for code, _, _ in self.lines.categories],
            "withdrawn": withdrawn,
            "divisions": divisions,
        }

    def national(self) -> list[Any]:
        """Give the figures that stand in the entry itself (bulletin.md, The entry)."""
        whole = self.totals[self.contest.area]
        votes = dict(zip(self.lines.live, whole["candidacies"], strict=True))
        figures = ("expected", COUNTED, HELD, MISSING, CLOSED, "valid", "cast")
        frozen = [votes.get(code, 0) for code in self.contest.candidacies]
        return [*(whole[key] for key in figures), frozen]


def cut(ledger: Ledger) -> list[Cut]:
    """Add up every contest, where the ledger stands."""
    cuts = []
    for contest in ledger.definition.contests:
        rows = Stations(ledger, contest).rows()
        cuts.append(Cut(contest, Lines(ledger, contest), rows, add_up(ledger, contest, rows)))
    return cuts


def differences(place: str, found: object, expected: object) -> Iterator[str]:
    """Name where a document says something else; fields that are not expected are left alone."""
    if isinstance(expected, dict) and isinstance(found, dict):
        for key, value in expected.items():
            yield from differences(f"{place} {key}", found.get(key), value)
    elif isinstance(expected, list) and isinstance(found, list) and len(found) == len(expected):
        for at, pair in enumerate(zip(found, expected, strict=True)):
            yield from differences(f"{place}[{at}]", *pair)
    elif type(found) is not type(expected) or found != expected:
        yield f"{place}: {found!r}, expected {expected!r}"


def check_bulletin(
    folder: Path, message: Message, root: bytes, cuts: list[Cut] | None, ledger: Ledger
) -> None:
    """Compare a bulletin with what its part of the log adds up to (V15; bulletin.md).

    Of readings of copies nothing is added up here: then there are no cuts.
    """
    report, values = ledger.report, message.values
    entry, name = f"entry {message.place}", f"bulletins/{values[3]:06}"
    national = values[10] if cuts is None else [one.national() for one in cuts]
    for fault in differences(entry, values[10], national):
        report.fail("V15", "national figures", fault)
    if root != values[6]:
        report.fail("V15", entry, "names another root of its part of the log")
    data, table = read_file(folder, f"{name}/bulletin.json"), read_file(folder, f"{name}/rows.csv")
    if data is None or (sha256(data), len(data)) != (values[8], values[9]):
        report.fail("V15", name, "has no body, or another one than its entry names")
        report.skip(["V14"], name, "has no body, or another one than its entry names")
        return
    rows = {"file": "rows.csv", "sha256": sha256(table or b"").hex()}
    expected: dict[str, Any] = {
        "format": "escrutinio-bulletin/1",
        "election": ledger.identity.hex(),
        "number": values[3],
        "time_s": values[4],
        "checkpoint": {"root": root.hex(), "size": values[5]},
        "previous": values[7].hex() if values[7] else None,
        "rows": rows,
    }
    try:
        body, found = read_canonical_json(data), read_csv(table or b"")
        cells = found if cuts is None else [row.cells for one in cuts for row in one.rows]
        if cuts is not None:
            expected["contests"] = [one.body() for one in cuts]
            cells.insert(0, ROW_HEADER)
        expected["rows"]["rows"] = len(cells) - 1
        for fault in differences(f"{name}/bulletin.json", body, expected):
            report.fail("V15", "body", fault)
        for fault in differences(f"{name}/rows.csv", found, cells):
            report.fail("V15", "rows", fault)
        for item in body["contests"]:
            check_counters(f"{name} {item['contest']}", item["divisions"], ledger)
    except BAD_FORM as error:
        report.fail("V15", name, f"is no body of a bulletin, or has no rows: {error!r}")


def check_counters(place: str, divisions: list[dict[str, Any]], ledger: Ledger) -> None:
    """Check that counters add up in each division, and over its parts (V14)."""
    for whole in divisions:
        name = whole["division"]
        if whole["expected"] != sum(whole[key] for key in (COUNTED, HELD, MISSING, CLOSED)):
            ledger.report.fail("V14", f"{place} {name}", "expected stations are not their parts")
        parts = [item for item in divisions if ledger.definition.parents[item["division"]] == name]
        for key in COUNTERS:
            # A station that nobody lists is in no smaller division than the contest's own.
            if key != OUT and parts and whole[key] != sum(part[key] for part in parts):
                ledger.report.fail("V14", f"{place} {name}", f"{key} is not the sum of its parts")


# --- the whole record -------------------------------------------------------------------------


def read_entries(entries: list[bytes], election: bytes, report: Report) -> list[Message | None]:
    """Decode every entry (V07; entries.md, What every entry is)."""
    messages: list[Message | None] = []
    for place, raw in enumerate(entries):
        message = None
        try:
            message = read_message(place, raw, election)
        except LaterVersionError as error:
            report.skip(("V07", *OF_THE_LEDGER), f"entry {place}", error)
        except BAD_FORM as error:
            report.fail("V07", f"entry {place}", error)
        messages.append(message)
    return messages


def check_ledger(
    folder: Path, definition: Definition, entries: list[bytes], report: Report
) -> list[LogKey]:
    """Read the entries in order; compare each bulletin with the cut at its size.

    Gives the keys of the log up to its end; none where the log is about another definition.
    """
    data = read_file(folder, "definition.json") or b""
    messages = read_entries(entries, sha256(data)[:ELECTION_BYTES], report)
    first = messages[0] if messages else None
    if first is None or first.kind != GENESIS or first.values[4] != len(data):
        report.fail("V01", "entry 0", "is no genesis of this definition")
        report.skip(OF_THE_LEDGER, "entry 0", "the log is about another definition")
        return []
    sizes = {message.values[5] for message in messages if message and message.kind == BULLETIN}
    hashes = [sha256(b"\x00" + entry) for entry in entries]
    ledger = Ledger(definition, sha256(data), report)
    cuts: dict[int, tuple[bytes, list[Cut] | None]] = {}
    if not definition.is_official:
        report.skip(["V15"], "record", "totals of transcriptions are left to the program")
    for place, message in enumerate(messages):
        if place in sizes:
            is_added = definition.is_official and ledger.is_certain
            cuts[place] = merkle_root(hashes[:place]), cut(ledger) if is_added else None
        if message is None or not ledger.add(message) or message.kind != BULLETIN:
            continue
        if message.values[5] in cuts:
            check_bulletin(folder, message, *cuts[message.values[5]], ledger)
        else:
            report.fail("V15", f"entry {place}", "is about entries that come after it")
    return ledger.log_keys


def verify(folder: Path, anchor: dict[str, str] | None) -> Report:
    """Verify a record, as far as this reader goes."""
    report = Report()
    definition = read_definition(folder, anchor["identity"] if anchor else None, report)
    checkpoint, entries, data = None, None, read_file(folder, "checkpoint")
    try:
        checkpoint = read_checkpoint(data or b"")
    except BAD_FORM as error:
        report.skip(("V03", "V05"), "checkpoint", error)
        if data is not None:
            report.fail("V03", "checkpoint", error)
    else:
        entries = read_log(folder, checkpoint, report)
    keys: list[LogKey] = []
    if definition and entries is not None and report.state("V05") != FAILED:
        keys = check_ledger(folder, definition, entries, report)
    else:
        report.skip(("V07", *OF_THE_LEDGER), "record", "no definition, or no log that is proven")
    if report.state("V01") == FAILED:
        keys = []  # those of an election that is not the reader's lead nowhere
    if checkpoint and not anchor:
        report.skip(["V03"], "checkpoint", "no anchor says which log is the reader's")
    if checkpoint and (anchor or keys):
        own = read_policy(anchor["policy"]) if anchor else keys[0]
        check_trust(folder, checkpoint, own, keys, report)
    return report


def read_anchor(path: Path) -> dict[str, str]:
    """Read what the reader holds from elsewhere (anchor.md)."""
    anchor = tomllib.loads(path.read_text(encoding="utf-8"))
    if (
        anchor.keys() != {"format", "identity", "policy"}
        or anchor["format"] != "escrutinio-anchor/1"
    ):
        raise ValueError("is no trust anchor")
    read_policy(anchor["policy"])
    return anchor


def main() -> int:
    """Read the arguments, verify, print what was found."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("record", type=Path, help="folder of the public record")
    parser.add_argument("--anchor", type=Path, help="trust anchor: whom you trust")
    parser.add_argument("--json", action="store_true", help="print the report as JSON")
    arguments = parser.parse_args()
    try:
        anchor = read_anchor(arguments.anchor) if arguments.anchor else None
    except (OSError, *BAD_FORM) as error:
        parser.error(f"{arguments.anchor}: {error}")
    if not arguments.record.is_dir():
        parser.error(f"{arguments.record} is no folder")
    report = verify(arguments.record, anchor)
    if arguments.json:
        steps = {
            step: {
                "state": report.state(step),
                "failed": report.failed[step],
                "not_checked": report.unchecked[step],
            }
            for step in STEPS
        }
        print(json.dumps({"exit_code": report.exit_code(), "steps": steps}, indent=1))
        return report.exit_code()
    for step, title in STEPS.items():
        print(f"{step}  {report.state(step):11}  {title}")
        places = report.failed[step] + report.unchecked[step]
        for line in places[:MAX_SHOWN]:
            print(f"      {line}")
        if len(places) > MAX_SHOWN:
            print(f"      and {len(places) - MAX_SHOWN} more")
    return report.exit_code()


if __name__ == "__main__":
    sys.exit(main())
