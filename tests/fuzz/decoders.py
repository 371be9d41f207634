"""Every reader of bytes that strangers write, with good bytes to begin from.

Two machines use this table: Hypothesis (tests/property/test_decoders_fuzz.py) and a fuzzer that
is guided by coverage (``coverage_guided.py``).
"""

from __future__ import annotations

import io
import unicodedata
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache, partial
from typing import Any

from escrutinio.claims import decode_claims
from escrutinio.definition import DefinitionFiles, decode_definition, encode_definition
from escrutinio.errors import ElectionRecordError
from escrutinio.log import decode_policy, encode_policy
from escrutinio.log.checkpoint import decode_checkpoint, encode_checkpoint
from escrutinio.log.entries import decode_entry, encode_content
from escrutinio.log.proof import decode_proof, encode_proof
from escrutinio.log.tiles import (
    decode_bundle,
    decode_path,
    decode_tile,
    encode_bundle,
    encode_tile,
)
from escrutinio.log.witnessing import decode_add_checkpoint, encode_add_checkpoint
from escrutinio.operations import state_cache
from escrutinio.operations.verify import ReaderFile, ReaderFiles, read_inputs, verify
from escrutinio.primitives import encode_canonical, sha256_hex
from escrutinio.primitives.base45 import decode_base45, encode_base45
from escrutinio.primitives.canonical import decode_canonical
from escrutinio.primitives.cbor import decode_cbor, encode_cbor
from escrutinio.primitives.cose import decode_message
from escrutinio.primitives.note import decode_note, encode_note
from escrutinio.primitives.vkey import (
    NoteSigner,
    SignatureType,
    decode_signer_key,
    decode_vkey,
    encode_signer_key,
    encode_vkey,
)
from escrutinio.publication import decode_anchor, decode_manifest, encode_anchor
from escrutinio.publication.layout import body_path, rows_path, zip_path
from escrutinio.publication.manifest import encode_manifest
from escrutinio.publication.rows_csv import decode_rows, encode_rows
from escrutinio.sheet.figures_file import decode_figures
from escrutinio.sheet.profile_decoding import decode_profile
from escrutinio.sheet.qr_text import decode_qr_text, encode_qr_text
from escrutinio.sheet.short_digest import decode_groups, decode_words
from escrutinio.tabulation.evidence import decode_evidence, encode_evidence
from escrutinio.tabulation.ledger import Ledger
from escrutinio.verification import InOneProcess, decode_announcement, decode_paper
from escrutinio.verification.remembering import decode_verified, encode_verified
from tests.fuzz import seeds
from tests.fuzz.seeds import NOW_S, definition, example, small_record, texts, vectors
from tests.unit.sheet.test_figures_file import GOOD as FIGURES
from tests.vectors.definition.documents import key_of

__all__ = ["DECODERS", "Decoder", "try_decoder"]

#: Longest message of an error; hostile bytes must not fill a screen for ever.
MAX_MESSAGE_CHARS = 100_000
WHERE = "input"


@dataclass(frozen=True, slots=True)
class Decoder:
    """One reader of bytes.

    Attributes:
        name: of the format.
        read: decodes; what is wrong with the input is an error of ours.
        seeds: inputs to begin from, most of them good.
        encode: writes what was read, or None where several inputs say the same.
        examples: how many inputs Hypothesis tries.
        is_guided: whether coverage can lead anywhere. Not where the work is the data-frame
            engine's: its branches are not seen, and its threads do not survive a fork.
    """

    name: str
    read: Callable[[bytes], Any]
    seeds: Callable[[], Sequence[bytes]]
    encode: Callable[[Any], bytes] | None = None
    examples: int = 150
    is_guided: bool = True


def try_decoder(decoder: Decoder, data: bytes) -> bool:
    """Read an input as a stranger's; say whether it was accepted.

    Raises:
        Exception: whatever is no error of ours; that is what fuzzing looks for.
        AssertionError: an accepted input has another spelling, or an error cannot be shown.
    """
    try:
        value = decoder.read(data)
    except ElectionRecordError as error:
        _check_message(str(error))
        return False
    if decoder.encode is not None:
        again = decoder.encode(value)
        assert again == data, f"{decoder.name}: read {data!r}, written {again!r}"
    return True


def _check_message(message: str) -> None:
    """An error is printed: no half characters, nothing that steers a terminal, no flood."""
    message.encode()
    assert len(message) <= MAX_MESSAGE_CHARS, f"a message of {len(message)} characters"
    steering = {item for item in set(message) - {"\n"} if unicodedata.category(item) == "Cc"}
    assert not steering, f"control characters {steering!r} in {message!r}"


def _text(read: Callable[..., Any], *more: Any) -> Callable[[bytes], Any]:  # noqa: ANN401  # of any decoder
    """Read text; bytes that are no UTF-8 become the half characters that Python makes of them."""

    def read_text(data: bytes) -> Any:  # noqa: ANN401  # of any decoder
        return read(data.decode("utf-8", "surrogateescape"), *more, WHERE)

    return read_text


def _bytes(read: Callable[..., Any], *more: Any) -> Callable[[bytes], Any]:  # noqa: ANN401  # of any decoder
    return lambda data: read(data, *more, WHERE)


def _encode_text(encode: Callable[[Any], str]) -> Callable[[Any], bytes]:
    return lambda value: encode(value).encode()


def _encode_message(message: Any) -> bytes:  # noqa: ANN401  # what decode_message gives
    return b"\xd2" + encode_cbor([message.protected, {}, message.payload, message.signature])


def _read_payload(data: bytes) -> Any:  # noqa: ANN401  # of every kind of entry
    received = decode_entry(data, 0, WHERE)
    again = encode_content(received.content, received.election)
    assert again == (received.message.content_type, received.message.payload)
    return received.message


def _with_width(read: Callable[..., Any]) -> Callable[[bytes], Any]:
    """Read a tile or a bundle whose width is the first byte."""
    return lambda data: (data[0], read(data[1:], data[0], WHERE)) if data else None


def _encode_width(encode: Callable[[Any], bytes]) -> Callable[[Any], bytes]:
    return lambda value: b"" if value is None else bytes([value[0]]) + encode(value[1])


def _settled(read: Callable[[bytes], Any], encode: Callable[[Any], bytes]) -> Callable[..., Any]:
    """Read a format of several spellings: ours of what was read says the same."""

    def read_again(data: bytes) -> Any:  # noqa: ANN401  # of any decoder
        value = read(data)
        try:
            again = encode(value)
        except ElectionRecordError:
            return value
        assert read(again) == value, f"read {data!r}, written {again!r}"
        return value

    return read_again


# --- the definition: four files, of which one is the input; digests are made to fit ---------------

_PARTS = ("definition", "divisions", "stations", "signers")


def _assembled(part: str, data: bytes) -> DefinitionFiles:
    files = replace(seeds.definition_files(), **{part: data})
    if part == "definition":
        return files
    document: Any = decode_canonical(files.definition, WHERE)
    where = document["trust"] if part == "signers" else document
    where[part] |= {"sha256": sha256_hex(data), "rows": max(data.count(b"\n") - 1, 0)}
    return replace(files, definition=encode_canonical(document))


def _read_part(part: str, data: bytes) -> None:
    files = _assembled(part, data)
    assert encode_definition(decode_definition(files)) == files


def _part_seeds(part: str) -> list[bytes]:
    found = [getattr(seeds.definition_files(), part)]
    for vector in vectors("definition"):
        text = vector["files"].get(f"{part}.json" if part == "definition" else f"{part}.csv")
        if isinstance(text, str):
            found.append(text.encode("utf-8", "surrogatepass"))
    return list(dict.fromkeys(found))


# --- what a reader of a record meets --------------------------------------------------------------


def _read_record(path: str, data: bytes) -> None:
    """Verify a record in which one file is the input: no failure but one of a step."""
    record = small_record()
    changed = seeds.ChangedRecord(record, {path: data})
    anchor = ReaderFile("anchor.toml", record.held["anchor.toml"])
    inputs = read_inputs(ReaderFiles(anchor=anchor), NOW_S)
    report = verify(WHERE, changed, inputs, InOneProcess(), lambda *_: None)
    for step in report.verified.steps:
        for fault in step.places:
            _check_message(str(fault))


def _read_policy_argument(data: bytes) -> Any:  # noqa: ANN401  # not looked at
    identity = small_record().definition.identity
    return read_inputs(ReaderFiles(identity=identity, policy=ReaderFile(WHERE, data)), NOW_S)


def _read_ledger(data: bytes) -> bytes:
    return Ledger.load(data, small_record().definition).dump()


def _whole(path: str) -> Callable[[], list[bytes]]:
    return lambda: [small_record().files[path]]


def _held(*names: str) -> Callable[[], list[bytes]]:
    return lambda: [small_record().held[name] for name in names]


def _first_of(ending: str) -> str:
    return next(path for path in small_record().list_paths() if path.endswith(ending))


def _ending(ending: str) -> list[bytes]:
    return [small_record().files[_first_of(ending)]]


def _read_ending(ending: str, data: bytes) -> None:
    _read_record(_first_of(ending), data)


def _record_files() -> Iterator[Decoder]:
    fixed = ("checkpoint", "MANIFEST", "tlog-policy", "definition.json", "signers.csv")
    paths = {path: path for path in (*fixed, body_path(1), rows_path(1), zip_path(1))}
    for name, path in paths.items():
        read, begin = partial(_read_record, path), _whole(path)
        begin = _zips if path == zip_path(1) else begin
        yield Decoder(f"record: {name}", read, begin, examples=25, is_guided=False)
    for ending in (".parquet", "nist.json", "findings.csv"):
        read, begin = partial(_read_ending, ending), partial(_ending, ending)
        yield Decoder(f"record: {ending}", read, begin, examples=25, is_guided=False)


def _zips() -> list[bytes]:
    """Give the packed exports: whole, with an encrypted member, with a damaged one."""
    whole = small_record().files[zip_path(1)]
    with zipfile.ZipFile(io.BytesIO(whole)) as archive:
        packed = next(item for item in archive.infolist() if item.compress_type)
        listed = archive.start_dir
    encrypted, damaged = bytearray(whole), bytearray(whole)
    encrypted[packed.header_offset + 6] |= 1
    encrypted[whole.index(packed.filename.encode(), listed) - 38] |= 1
    begin = whole.index(packed.filename.encode()) + len(packed.filename)
    damaged[begin : begin + 8] = b"\xff" * 8
    return [whole, bytes(encrypted), bytes(damaged)]


# --- the table ------------------------------------------------------------------------------------


def _messages() -> list[bytes]:
    return [
        bytes.fromhex(vector["input"])
        for folder in ("cose", "entries")
        for vector in vectors(folder)
    ]


def _hex(folder: str, begin: str, *keys: str) -> Callable[[], list[bytes]]:
    return lambda: [bytes.fromhex(text.decode()) for text in texts(folder, begin, *keys)]


def _log(kind: str, key: str) -> Callable[[], list[bytes]]:
    return lambda: texts("log", f"{kind}-", "input", key)


def _bundles() -> list[bytes]:
    return [
        bytes([item["input"]["width"]]) + bytes.fromhex(item["input"]["bundle"])
        for item in vectors("log", "bundle-")
    ]


def _profiles() -> list[bytes]:
    return [example("profiles/v1.toml"), example("profiles/v2.toml")]


@cache
def _example_definition() -> Any:  # noqa: ANN401  # a Definition
    return decode_definition(
        DefinitionFiles(example("definition.json"), example("divisions.csv"), None)
    )


def _primitives() -> Iterator[Decoder]:
    cbor = _hex("cbor", "", "input")
    yield Decoder("cbor", _bytes(decode_cbor), cbor, encode_cbor)
    yield Decoder("cose", _bytes(decode_message), _messages, _encode_message)
    yield Decoder(
        "base45",
        _text(decode_base45),
        lambda: texts("base45", "", "input"),
        _encode_text(encode_base45),
    )
    yield Decoder(
        "canonical JSON",
        _bytes(decode_canonical),
        lambda: [seeds.definition_files().definition, b'[{"a":-1},null,true,"\\u0001"]'],
        encode_canonical,
    )
    yield Decoder("note", _bytes(decode_note), _log("note", "note"), encode_note)
    yield Decoder("vkey", _text(decode_vkey), _log("vkey", "vkey"), _encode_text(encode_vkey))
    yield Decoder(
        "signer key",
        lambda data: decode_signer_key(data.decode("utf-8", "surrogateescape")),
        lambda: [
            encode_signer_key(NoteSigner("example.com/foo", key_of("log"), kind)).encode()
            for kind in (SignatureType.ED25519, SignatureType.COSIGNATURE)
        ],
        _encode_text(encode_signer_key),
    )


def _logs() -> Iterator[Decoder]:
    checkpoints = _log("checkpoint", "checkpoint")
    yield Decoder("checkpoint", _bytes(decode_checkpoint), checkpoints, encode_checkpoint)
    cosigned = _log("cosignature", "checkpoint")
    yield Decoder("cosignature", _bytes(decode_checkpoint), cosigned, encode_checkpoint)
    policy = _bytes(decode_policy)
    yield Decoder("policy", _settled(policy, encode_policy), _log("policy", "policy"))
    yield Decoder("receipt", _bytes(decode_proof), _log("receipt", "proof"), encode_proof)
    yield Decoder("bundle", _with_width(decode_bundle), _bundles, _encode_width(encode_bundle))
    yield Decoder(
        "tile",
        _with_width(decode_tile),
        lambda: [bytes([count]) + bytes(range(32)) * count for count in (1, 2, 255)],
        _encode_width(encode_tile),
    )
    yield Decoder(
        "path",
        lambda data: decode_path(data.decode("utf-8", "surrogateescape")),
        _log("path", "path"),
        lambda place: place.path.encode(),
    )
    requests = _log("witness", "body")
    yield Decoder("add-checkpoint", decode_add_checkpoint, requests, encode_add_checkpoint)


def _sheets() -> Iterator[Decoder]:
    yield Decoder("entry", _read_payload, _messages, _encode_message, examples=600)
    yield Decoder(
        "QR text",
        _text(decode_qr_text),
        lambda: [encode_qr_text(data).encode() for data in _messages()],
        _encode_text(encode_qr_text),
    )
    for language in ("en", "es"):
        yield Decoder(
            f"words ({language})",
            _text(partial(_decode_words, language)),
            partial(texts, "short_digest", "good", "expected", language),
        )
    yield Decoder(
        "groups",
        _text(decode_groups),
        lambda: texts("short_digest", "good", "expected", "digits"),
    )
    yield Decoder(
        "figures",
        lambda data: decode_figures(data, WHERE, definition()),
        lambda: [FIGURES.encode()],
    )


def _decode_words(language: str, text: str, where: str) -> bytes:
    return decode_words(text, language, where)


def _definitions() -> Iterator[Decoder]:
    for part in _PARTS:
        yield Decoder(f"{part} file", partial(_read_part, part), partial(_part_seeds, part))
    yield Decoder(
        "import profile",
        lambda data: decode_profile(data, WHERE, _example_definition()),
        _profiles,
    )
    yield Decoder(
        "claims",
        lambda data: decode_claims(data, _example_definition().contests, WHERE),
        lambda: [example("claims.toml")],
    )
    yield Decoder(
        "evidence",
        lambda data: decode_evidence(data, WHERE, _example_definition()),
        lambda: [example("evidence-v1.json")],
        encode_evidence,
        examples=30,
    )


def _records() -> Iterator[Decoder]:
    yield Decoder("manifest", decode_manifest, _whole("MANIFEST"), encode_manifest)
    rows = _whole(rows_path(1))
    yield Decoder("rows", _bytes(decode_rows), rows, encode_rows, is_guided=False)
    anchor = _bytes(decode_anchor)
    yield Decoder("anchor", _settled(anchor, encode_anchor), _held("anchor.toml"))
    yield Decoder("announcement", _bytes(decode_announcement), _held("held/announced.toml"))
    papers = _held("held/sheet.txt", "held/sheet.tlog-proof")
    yield Decoder("paper", _bytes(decode_paper), papers)
    yield Decoder("policy argument", _read_policy_argument, _log("policy", "policy"))
    yield Decoder("ledger", _read_ledger, lambda: [small_record().ledger], bytes)
    yield Decoder(
        "remembered", _bytes(decode_verified), lambda: [small_record().verified()], encode_verified
    )
    yield Decoder(
        "publisher's state",
        _digested(_bytes(state_cache.decode_state)),
        lambda: [small_record().state[32:]],
        lambda state: state_cache.encode_state(state)[32:],
    )


def _digested(read: Callable[[bytes], Any]) -> Callable[[bytes], Any]:
    """Put the digest before the input that it begins with, as none is met by chance."""
    return lambda data: read(bytes.fromhex(sha256_hex(data)) + data)


DECODERS = {
    item.name: item
    for group in (_primitives, _logs, _sheets, _definitions, _records, _record_files)
    for item in group()
}
