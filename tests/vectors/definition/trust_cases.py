"""One case per way to break what a definition says of its signed log, and the good ones."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from nacl import bindings

from escrutinio.primitives import encode_canonical
from tests.vectors.definition.cases import Case, Doc
from tests.vectors.definition.documents import (
    DIVISIONS,
    POLICY,
    SIGNERS,
    SIGNERS_HEADER,
    SIGNERS_WITH_SOURCE,
    STATIONS,
    assemble,
    assemble_with_trust,
    document,
    document_with_trust,
    key_of,
    refer,
    signer,
)

_COMMENT = "# "
_MAX_POLICY_BYTES = 65_536
_MAX_TIME_S = 2**32 - 1


def good_trust_cases() -> Iterator[Case]:
    """Give definitions of version 2 that must be read."""
    yield Case("good-2", "An official record that can open a log.", assemble_with_trust())
    doc = document_with_trust("transcription")
    doc["trust"]["bulletins"] = doc["trust"]["publish_not_before_s"] = None
    yield Case(
        "good-2-transcription",
        "Readings of copies by one source; no list of stations, no schedule promised.",
        assemble_with_trust(doc, None, SIGNERS_WITH_SOURCE),
    )
    doc = document_with_trust()
    doc["trust"] = {
        "required": {"authority": 1, "board": 100, "centre": 1},
        "policy": _long_policy(_MAX_POLICY_BYTES),
        "bulletins": {"begin_s": _MAX_TIME_S, "every_s": 31_536_000},
        "publish_not_before_s": 0,
        "sheets": "handwritten",
    }
    yield Case(
        "good-2-at-the-limits",
        "A bound itself is still allowed: 65,536 bytes of policy, the last second, a year.",
        assemble_with_trust(doc),
    )
    doc = document_with_trust()
    doc["trust"]["policy"] = f"# Ejemplia, año 2030\n\n{POLICY}\twitness-of-nobody\nlogs\n"
    yield Case(
        "good-2-policy-unread",
        "The policy is kept as it is; its lines are for whoever reads that format.",
        assemble_with_trust(doc),
    )


def bad_trust_cases() -> Iterator[Case]:
    """Give what must be refused."""
    for name, (why, change) in TRUST_CHANGES.items():
        doc = document_with_trust()
        change(doc)
        yield Case(name, why, assemble_with_trust(doc))
    for name, (why, signers) in SIGNER_TABLES.items():
        yield Case(name, why, assemble_with_trust(signers=signers))
    for name, (why, signers) in TRANSCRIPTION_TABLES.items():
        doc = document_with_trust("transcription")
        yield Case(name, why, assemble_with_trust(doc, None, signers))
    yield from _file_cases()


def _file_cases() -> Iterator[Case]:
    """Give what is wrong with how the files fit together."""
    good = assemble_with_trust()
    yield Case("signers-missing", "The named list is not there.", replace(good, signers=None))
    yield Case(
        "signers-unannounced",
        "Version 1 has no signers.",
        replace(assemble(), signers=SIGNERS.encode()),
    )
    yield Case(
        "signers-changed",
        "A key that was exchanged after sealing no longer has the digest.",
        replace(good, signers=_signers("authority-3", "authority-4").encode()),
    )
    whole = refer(document_with_trust(), DIVISIONS, STATIONS)
    yield Case(
        "reference-missing-signers",
        "Tables are named.",
        replace(good, definition=encode_canonical(whole)),
    )
    yield Case(
        "reference-key-unknown-signers",
        "An unread key could mean anything.",
        replace(
            good,
            definition=good.definition.replace(b'"signers.csv"', b'"signers.csv","index":1'),
        ),
    )
    yield Case(
        "trust-official-without-stations",
        "Nobody can tell an official sheet of a station that nobody lists.",
        assemble_with_trust(stations=None, signers=_without("device-N1.1")),
    )
    doc = document()
    doc["trust"] = document_with_trust()["trust"]
    yield Case("trust-in-version-1", "Version 1 has no such key.", assemble(doc))


def _trust(path: str, value: object) -> Callable[[Doc], None]:
    """Give a change that puts a value at a dotted path below ``trust``."""

    def change(doc: Doc) -> None:
        place: Any = doc["trust"]
        *steps, last = path.split(".")
        for step in steps:
            place = place[step]
        place[last] = value

    return change


def _drop(path: str) -> Callable[[Doc], None]:
    def change(doc: Doc) -> None:
        place: Any = doc
        *steps, last = path.split(".")
        for step in steps:
            place = place[step]
        del place[last]

    return change


def _put(key: str, value: object) -> Callable[[Doc], None]:
    def change(doc: Doc) -> None:
        doc[key] = value

    return change


def _long_policy(size_bytes: int) -> str:
    """Give a good policy of that size, the rest of it a comment."""
    rest = size_bytes - len(POLICY.encode()) - len(_COMMENT) - 1
    return f"{POLICY}{_COMMENT}{'x' * rest}\n"


_LOG_LINE = POLICY.splitlines(keepends=True)[0]

TRUST_CHANGES: dict[str, tuple[str, Callable[[Doc], None]]] = {
    "trust-missing": ("Version 2 says who is trusted.", _drop("trust")),
    "trust-null": ("Version 2 says who is trusted.", _put("trust", None)),
    "trust-list": ("Trust is an object.", _put("trust", [])),
    "trust-key-unknown": ("An unread key could mean anything.", _trust("surprise", 1)),
    "trust-key-missing": ("Every key is required.", _drop("trust.publish_not_before_s")),
    "sheets-missing": ("The severities hang on it.", _drop("trust.sheets")),
    "sheets-unknown": ("There are two types.", _trust("sheets", "typed")),
    "required-key-missing": ("Each k is stated.", _drop("trust.required.board")),
    "required-key-unknown": ("Other roles sign alone.", _trust("required.operator", 1)),
    "required-zero": ("Nobody is not enough.", _trust("required.centre", 0)),
    "required-large": ("At most a hundred must agree.", _trust("required.board", 101)),
    "required-text": ("A number is not text.", _trust("required.authority", "2")),
    "policy-null": ("A log has a policy.", _trust("policy", None)),
    "policy-empty": ("A policy names a log.", _trust("policy", "")),
    "policy-no-last-line-feed": ("Every line ends with LF.", _trust("policy", POLICY[:-1])),
    "policy-no-log": ("A policy names a log.", _trust("policy", POLICY.replace("log ", "# ", 1))),
    "policy-two-logs": ("Two logs are two histories.", _trust("policy", _LOG_LINE + POLICY)),
    "policy-two-logs-spaced": (
        "A tab separates as well as a space does.",
        _trust("policy", POLICY + "\tlog\tlog.other.example+00000000+AA==\n"),
    ),
    "policy-log-indented": ("The log line has one beginning.", _trust("policy", " " + POLICY)),
    "policy-large": (
        "A policy has at most 65,536 bytes.",
        _trust("policy", _long_policy(_MAX_POLICY_BYTES + 1)),
    ),
    "bulletins-missing": ("No schedule is null.", _drop("trust.bulletins")),
    "bulletins-number": ("A schedule is an object.", _trust("bulletins", 1800)),
    "bulletins-key-unknown": ("An unread key could mean anything.", _trust("bulletins.end_s", 1)),
    "bulletins-begin-negative": ("Not before 1970.", _trust("bulletins.begin_s", -1)),
    "bulletins-begin-large": ("Not after 2106.", _trust("bulletins.begin_s", _MAX_TIME_S + 1)),
    "bulletins-every-zero": ("Time passes between two.", _trust("bulletins.every_s", 0)),
    "bulletins-every-large": ("At most a year.", _trust("bulletins.every_s", 31_536_001)),
    "publish-not-before-large": (
        "Not after 2106.",
        _trust("publish_not_before_s", _MAX_TIME_S + 1),
    ),
    "publish-not-before-text": (
        "A time is a number of seconds.",
        _trust("publish_not_before_s", "2030-02-28"),
    ),
}


def _signers(old: str, new: str) -> str:
    assert old in SIGNERS, old
    return SIGNERS.replace(old, new)


def _without(*names: str) -> str:
    lines = SIGNERS.splitlines(keepends=True)
    return "".join(line for line in lines if not line.startswith(tuple(names)))


def _with_key(text: str) -> str:
    """Give the table with another text for the key of the auditor."""
    return _signers(key_of("auditor-1").public.raw.hex(), text)


_ORDER_8 = bytes.fromhex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05")
_MIXED = bindings.crypto_core_ed25519_add(key_of("auditor-1").public.raw, _ORDER_8)

SIGNER_TABLES: dict[str, tuple[str, str | bytes]] = {
    "signers-empty": ("A table has a header.", ""),
    "signers-no-rows": ("A log has an operator, and authorities decide.", SIGNERS_HEADER),
    "signers-header": ("One header.", _signers("signer,role", "signer,kind")),
    "signers-extra-column": ("One header.", _signers("scope,key\n", "scope,key,x\n")),
    "signers-cell-missing": ("A row has four cells.", _signers("authority-3,authority,", "a,")),
    "signers-order": (
        "In order of signer.",
        _without("auditor-1") + signer("auditor-1", "auditor", "EJ"),
    ),
    "signers-repeated": ("An id is used once.", _signers("centre-2,", "centre-1,")),
    "signers-id": ("An id has no such letters.", _signers("centre-2,", "centre-2ñ,")),
    "signers-role-unknown": ("Roles are a closed set.", _signers(",auditor,", ",observer,")),
    "signers-role-capital": ("A role has one spelling.", _signers(",auditor,", ",Auditor,")),
    "signers-key-repeated": (
        "Two signers with one key are one signer.",
        _with_key(key_of("operator-1").public.raw.hex()),
    ),
    "signers-key-upper-case": (
        "A key has one spelling.",
        _with_key(key_of("auditor-1").public.raw.hex().upper()),
    ),
    "signers-key-short": (
        "A key has 32 bytes.",
        _with_key(key_of("auditor-1").public.raw.hex()[:-2]),
    ),
    "signers-point-small-order": (
        "Anybody can sign under a key of small order.",
        _with_key("00" * 32),
    ),
    "signers-point-not-on-the-curve": ("A key is a point.", _with_key("02" + "00" * 31)),
    "signers-point-not-canonical": (
        "A point has one spelling.",
        _with_key("f0" + "ff" * 30 + "7f"),
    ),
    "signers-point-mixed-order": (
        "Libraries disagree on signatures under a point off the main subgroup.",
        _with_key(_MIXED.hex()),
    ),
    "signers-scope-empty": ("A key is enrolled somewhere.", _signers(",board,N,", ",board,,")),
    "signers-scope-division-unknown": (
        "A key is enrolled for a place there is.",
        _signers(",centre,EJ,", ",centre,EX,"),
    ),
    "signers-scope-station-of-a-board": (
        "A board is of a division.",
        _signers(",board,N,", ",board,N1.1,"),
    ),
    "signers-scope-device-without-station": (
        "A device is of a station.",
        _signers(",device,N1.1,", ",device,N1.9,"),
    ),
    "signers-scope-device-of-a-division": (
        "A device is of one station.",
        _signers(",device,N1.1,", ",device,N1,"),
    ),
    "signers-scope-authority-of-a-part": (
        "Authority decides for the whole election.",
        _signers("authority-3,authority,EJ", "authority-3,authority,N"),
    ),
    "signers-scope-operator-of-a-part": (
        "There is one log.",
        _signers(",operator,EJ", ",operator,N"),
    ),
    "signers-scope-source-of-a-part": (
        "A source is one for the whole record.",
        SIGNERS + signer("source-1", "source", "N"),
    ),
    "signers-operator-missing": ("Somebody runs the log.", _without("operator-1")),
    "signers-authorities-too-few": (
        "Two must agree, and there are not two.",
        _without("authority-2", "authority-3"),
    ),
}

TRANSCRIPTION_TABLES: dict[str, tuple[str, str | bytes]] = {
    "signers-source-missing": (
        "Readings of copies have a named source.",
        SIGNERS_WITH_SOURCE.replace(signer("source-1", "source", "EJ"), ""),
    ),
    "signers-device-without-list": (
        "Without a list of stations no device is anywhere.",
        SIGNERS_WITH_SOURCE.replace(
            signer("operator-1", "operator", "EJ"),
            signer("device-N1.1", "device", "N1.1") + signer("operator-1", "operator", "EJ"),
        ),
    ),
}
