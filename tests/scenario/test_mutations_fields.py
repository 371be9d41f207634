"""Every field of the small files of a record, altered alone by whoever has no key.

The definition and its tables, the policy, the manifest, the checkpoint, README.txt, rows.csv: each
field by its path, each column, each line. What a checkpoint may lose without being another one is
named at the end.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec
import pytest

from escrutinio.primitives import JsonValue, encode_canonical
from escrutinio.publication import Anchor
from escrutinio.verification import Answer
from tests.mutations import (
    Path,
    collapse,
    find_passes,
    leaves_of,
    place_of,
    small_record,
    verify_files,
    with_leaf,
)

RECORD = small_record()
DEFINITION: JsonValue = msgspec.json.decode(RECORD.files["definition.json"])
#: A column of each of these is altered in one row, in its header, and left out.
_TABLES = {
    "divisions.csv": "V02",
    "stations.csv": "V02",
    "signers.csv": "V02",
    "bulletins/000001/rows.csv": "V15",
}


@pytest.mark.parametrize(
    "leaf", [pytest.param(leaf, id=place_of(DEFINITION, leaf)) for leaf in leaves_of(DEFINITION)]
)
def test_every_field_of_the_definition_is_bound_by_the_anchor(leaf: Path) -> None:
    data = encode_canonical(with_leaf(DEFINITION, leaf))
    verified = verify_files({**RECORD.files, "definition.json": data}, RECORD.anchor)
    assert not list(find_passes(verified, collapse(leaf), ("V01",)))
    assert not list(find_passes(verified, collapse(leaf), ("V19",), "definition.json"))


@pytest.mark.parametrize("spelling", ["spaces", "key twice", "order", "byte order mark", "escape"])
def test_another_spelling_of_the_definition_is_refused(spelling: str) -> None:
    data = RECORD.files["definition.json"]
    other = {
        "spaces": data.replace(b":", b": ", 1),
        "key twice": b'{"format":"x",' + data[1:],
        "order": b"{" + b",".join([data[1:-1].rpartition(b',"')[0], b'"a":1']) + b"}",
        "byte order mark": b"\xef\xbb\xbf" + data,
        "escape": data.replace(b"format", b"f\\u006frmat", 1),
    }[spelling]
    verified = verify_files({**RECORD.files, "definition.json": other}, RECORD.anchor)
    assert not list(find_passes(verified, spelling, ("V01",)))


def _other_tables(data: bytes) -> Iterator[tuple[str, bytes]]:
    lines = data.split(b"\n")[:-1]
    for column in range(lines[0].count(b",") + 1):
        for row in (0, len(lines) // 2):
            cells = lines[row].split(b",")
            cells[column] = cells[column][:-1] + (b"1" if cells[column][-1:] == b"0" else b"0")
            other = [*lines[:row], b",".join(cells), *lines[row + 1 :]]
            yield f"line {row}, column {column}", b"\n".join([*other, b""])
        without = [b",".join(_without(line.split(b","), column)) for line in lines]
        yield f"column {column} left out", b"\n".join([*without, b""])
    for name, other in {
        "row left out": [*lines[:2], *lines[3:]],
        "row twice": [*lines[:3], *lines[2:]],
        "rows exchanged": [*lines[:2], lines[3], lines[2], *lines[4:]],
        "other line ends": [line + b"\r" for line in lines],
        "no end": lines[:-1],
    }.items():
        yield name, b"\n".join([*other, b""])


def _without(cells: list[bytes], column: int) -> list[bytes]:
    return [*cells[:column], *cells[column + 1 :]]


@pytest.mark.parametrize("path", sorted(_TABLES))
def test_every_column_of_a_table_is_bound(path: str) -> None:
    passes: list[str] = []
    for mutation, data in _other_tables(RECORD.files[path]):
        verified = verify_files({**RECORD.files, path: data}, RECORD.anchor)
        passes += find_passes(verified, mutation, (_TABLES[path],))
        passes += find_passes(verified, mutation, ("V19",), path)
    assert not passes


def _other_lines(data: bytes) -> Iterator[tuple[str, bytes]]:
    lines = data.split(b"\n")[:-1]
    for number, line in enumerate(lines):
        head, rest = lines[:number], lines[number + 1 :]
        if line:
            last = bytes([line[-1] ^ 1])
            yield f"line {number} altered", b"\n".join([*head, line[:-1] + last, *rest, b""])
        yield f"line {number} left out", b"\n".join([*head, *rest, b""])
        yield f"line {number} twice", b"\n".join([*head, line, line, *rest, b""])


@pytest.mark.parametrize(
    ("mutation", "data"),
    [pytest.param(*case, id=case[0]) for case in _other_lines(RECORD.files["tlog-policy"])],
)
def test_every_line_of_the_policy_is_bound(mutation: str, data: bytes) -> None:
    verified = verify_files({**RECORD.files, "tlog-policy": data}, RECORD.anchor)
    assert not list(find_passes(verified, mutation, ("V18", "V19"), "tlog-policy"))


@pytest.mark.parametrize("line", range(0, RECORD.files["README.txt"].count(b"\n"), 8))
def test_every_part_of_the_readme_is_bound(line: int) -> None:
    """It says how to verify: whoever changes it sends readers somewhere else."""
    lines = RECORD.files["README.txt"].split(b"\n")
    lines[line] += b" "
    verified = verify_files({**RECORD.files, "README.txt": b"\n".join(lines)}, RECORD.anchor)
    assert not list(find_passes(verified, f"line {line}", ("V19",), "README.txt"))


def _other_manifests() -> Iterator[tuple[str, bytes]]:
    data = RECORD.files["MANIFEST"]
    lines = data.decode().split("\n")
    for number in range(5):
        word, _, value = lines[number].partition(" ")
        other = f"{word} {value[:-1]}{'1' if value[-1:] != '1' else '2'}"
        yield f"head {number}", "\n".join([*lines[:number], other, *lines[number + 1 :]]).encode()
    for number in (5, 12, 20, len(lines) - 4):
        digest, size, path = lines[number].split(" ")
        for field, line in {
            "digest": f"{digest[:-1]}{'0' if digest[-1] != '0' else '1'} {size} {path}",
            "size": f"{digest} {size}0 {path}",
            "path": f"{digest} {size} {path}0",
            "spelling": f"{digest.upper()} 0{size} {path}",
        }.items():
            altered = [*lines[:number], line, *lines[number + 1 :]]
            yield f"line {number}, {field}", "\n".join(altered).encode()
        yield f"line {number} left out", "\n".join(lines[:number] + lines[number + 1 :]).encode()
        twice = [*lines[:number], lines[number], *lines[number:]]
        yield f"line {number} twice", "\n".join(twice).encode()
    for at in (-100, -60, -10):
        flipped = bytearray(data)
        flipped[at] = ord("A") if flipped[at] != ord("A") else ord("B")
        yield f"signature, byte {at}", bytes(flipped)


@pytest.mark.parametrize(
    ("mutation", "data"), [pytest.param(*case, id=case[0]) for case in _other_manifests()]
)
def test_every_field_of_the_manifest_is_bound(mutation: str, data: bytes) -> None:
    verified = verify_files({**RECORD.files, "MANIFEST": data}, RECORD.anchor)
    assert not list(find_passes(verified, mutation, ("V19",)))


def _other_checkpoints() -> Iterator[tuple[str, str, str]]:
    text = RECORD.files["checkpoint"].decode()
    origin, size, root, blank, log, *witnesses = text.split("\n")[:-1]
    heads = {
        "origin": (f"{origin}x", size, root),
        "size + 1": (origin, str(int(size) + 1), root),
        "size - 1": (origin, str(int(size) - 1), root),
        "size as 0109": (origin, f"0{size}", root),
        "root": (origin, size, f"{'A' if root[0] != 'A' else 'B'}{root[1:]}"),
        "an extension": (origin, size, f"{root}\nextension"),
        "no root": (origin, size),
    }
    for name, head in heads.items():
        yield name, "V03", "\n".join([*head, blank, log, *witnesses, ""])
    yield "no blank line", "V03", "\n".join([origin, size, root, log, *witnesses, ""])
    yield "not signed", "V03", "\n".join([origin, size, root, blank, *witnesses, ""])
    for at in (-1, -3, -20, -80):
        yield f"log's signature {at}", "V03", text.replace(log, _alter(log, at))
        for number, line in enumerate(witnesses):
            yield f"cosignature {number} {at}", "V04", text.replace(line, _alter(line, at))
    # Ten characters after the key's hash stand for the time.
    for number, line in enumerate(witnesses):
        at = line.rindex(" ") + 14 - len(line)
        yield f"time of cosignature {number}", "V04", text.replace(line, _alter(line, at))


def _alter(line: str, at: int) -> str:
    at += len(line)
    return line[:at] + ("A" if line[at] != "A" else "B") + line[at + 1 :]


@pytest.mark.parametrize(
    ("step", "data"), [pytest.param(*case[1:], id=case[0]) for case in _other_checkpoints()]
)
def test_every_field_of_the_checkpoint_is_bound(step: str, data: str) -> None:
    verified = verify_files({**RECORD.files, "checkpoint": data.encode()}, RECORD.anchor)
    passes = [list(find_passes(verified, step, (code,))) for code in {step, "V03"}]
    assert [] in passes, passes


def test_a_cosignature_may_be_missing_while_the_quorum_stands() -> None:
    """Late cosignatures are added to the same checkpoint, so one fewer is no departure."""
    lines = RECORD.files["checkpoint"].decode().split("\n")[:-1]
    answers = [
        verify_files(
            {**RECORD.files, "checkpoint": "\n".join([*lines[: 5 + kept], ""]).encode()},
            RECORD.anchor,
        ).answer
        for kept in range(4)
    ]
    assert answers == [Answer.UNCHECKED, Answer.UNCHECKED, Answer.VERIFIED, Answer.VERIFIED]


# --- other elections, other anchors ----------------------------------------------------------


@pytest.mark.parametrize("seed", [2, 3])
def test_a_look_alike_is_never_verified(seed: int) -> None:
    """Complete and consistent, under other keys: only the reader's anchor tells it apart."""
    other = small_record(seed)
    assert verify_files(other.files, other.anchor).answer is Answer.VERIFIED
    verified = verify_files(other.files, RECORD.anchor)
    assert not list(find_passes(verified, "look-alike", ("V01", "V03")))
    assert verify_files(other.files, None).answer is Answer.UNCHECKED


@pytest.mark.parametrize("path", sorted(set(RECORD.files) & set(small_record(2).files)))
def test_a_file_of_another_election_is_contradicted(path: str) -> None:
    other = small_record(2).files[path]
    if other == RECORD.files[path]:
        pytest.skip("the same in every election, as the data dictionary is")
    verified = verify_files({**RECORD.files, path: other}, RECORD.anchor)
    assert verified.answer is Answer.CONTRADICTED


def _other_anchors() -> Iterator[tuple[str, str, Anchor]]:
    identity, policy = RECORD.anchor.identity, RECORD.anchor.policy_text
    others = small_record(2).anchor.policy_text.splitlines()
    yield "identity", "V01", Anchor.of("0" * 64, policy)
    lines = policy.splitlines()
    yield "log key", "V03", Anchor.of(identity, "\n".join([others[0], *lines[1:], ""]))
    renamed = lines[0].replace("simulation.example/log", "simulation.example/other")
    key = re.fullmatch(r"log (.+)", renamed)
    assert key is not None
    for number in (1, 2):
        mixed = [*lines[: number + 1], *others[number + 1 : 4], *lines[4:], ""]
        if number == 1:
            yield "two witness keys", "V04", Anchor.of(identity, "\n".join(mixed))
    three = policy.replace("group witnesses 2", "group witnesses 3")
    third = "\n".join([*three.splitlines()[:3], others[3], *three.splitlines()[4:], ""])
    yield "a quorum of three with a stranger", "V04", Anchor.of(identity, third)


@pytest.mark.parametrize(
    ("step", "anchor"), [pytest.param(*case[1:], id=case[0]) for case in _other_anchors()]
)
def test_an_anchor_with_another_field_is_not_met(step: str, anchor: Anchor) -> None:
    verified = verify_files(RECORD.files, anchor)
    assert verified.answer is not Answer.VERIFIED
    status = {item.code.value: item.status for item in verified.steps}
    assert status[step] in {"failed", "not_checked"}
