"""The small election that the vectors and tests of the definition format start from.

Ejemplia is invented: one country, two states, three municipalities, five stations. Everything
here gives fresh objects, so that a case may break its own copy.
"""

from __future__ import annotations

import hashlib
from typing import Any

from escrutinio.definition import DefinitionFiles
from escrutinio.primitives import encode_canonical, sha256_hex
from escrutinio.primitives.keys import SigningKey
from escrutinio.primitives.vkey import NoteSigner, SignatureType

DIVISIONS = """\
division,parent,level,name,stations,registered
EJ,,country,Ejemplia,5,2100
N,EJ,state,Norte,3,1300
S,EJ,state,"Sur, isla ""La Peña""\",2,800
N1,N,municipality,Alto,2,900
N2,N,municipality,Bajo,1,400
S1,S,municipality,Cabo,2,800
"""

STATIONS = """\
station,division,kind,polling_place,registered,max_ballots
N1.1,N1,device,N1-school,500,512
N1.2,N1,paper,N1-school,400,412
N2.1,N2,mobile,,400,
S1.1,S1,special,S1-port,300,1000
S1.2,S1,abroad,S1-port,500,500
"""

STATIONS_WITH_PAIR = """\
station,division,kind,polling_place,registered,max_ballots,registered.governor,max_ballots.governor
N1.1,N1,device,N1-school,500,512,520,532
N1.2,N1,paper,N1-school,400,412,400,412
N2.1,N2,mobile,,400,,,
S1.1,S1,special,S1-port,300,1000,,
S1.2,S1,abroad,S1-port,500,500,,
"""


def key_of(name: str) -> SigningKey:
    """Give the key of a signer, log or witness of Ejemplia: its seed is SHA-256 of its name."""
    return SigningKey(hashlib.sha256(name.encode()).digest())


def signer(name: str, role: str, scope: str) -> str:
    """Give one row of ``signers.csv``."""
    return f"{name},{role},{scope},{key_of(name).public.raw.hex()}\n"


SIGNERS_HEADER = "signer,role,scope,key\n"

SIGNERS = SIGNERS_HEADER + "".join(
    (
        signer("auditor-1", "auditor", "EJ"),
        signer("authority-1", "authority", "EJ"),
        signer("authority-2", "authority", "EJ"),
        signer("authority-3", "authority", "EJ"),
        signer("board-N-1", "board", "N"),
        signer("board-N-2", "board", "N"),
        signer("centre-1", "centre", "EJ"),
        signer("centre-2", "centre", "EJ"),
        signer("device-N1.1", "device", "N1.1"),
        signer("operator-1", "operator", "EJ"),
    )
)

#: Of a record of transcriptions, with no list of stations: no devices.
SIGNERS_WITH_SOURCE = SIGNERS_HEADER + "".join(
    (
        signer("authority-1", "authority", "EJ"),
        signer("authority-2", "authority", "EJ"),
        signer("operator-1", "operator", "EJ"),
        signer("source-1", "source", "EJ"),
    )
)


def _vkey(name: str, kind: SignatureType) -> str:
    return str(NoteSigner(name, key_of(name), kind).vkey)


#: One log, two witnesses, one of whom must have cosigned.
POLICY = f"""\
log {_vkey("log.ejemplia.example/2030", SignatureType.ED25519)}
witness press {_vkey("witness.press.example", SignatureType.COSIGNATURE)}
witness university {_vkey("witness.university.example", SignatureType.COSIGNATURE)}
group independent 1 press university
quorum independent
"""

PLURALITY: dict[str, Any] = {
    "kind": "winner",
    "clauses": [{"conditions": []}],
    "runoff": 0,
    "tie": "new_election",
}


def share(value: tuple[int, int], comparison: str = ">", of: str = "valid") -> dict[str, Any]:
    """Give a condition on a candidacy's share."""
    return {"kind": "share", "of": of, "comparison": comparison, "value": list(value)}


def lead(value: tuple[int, int]) -> dict[str, Any]:
    """Give a condition on the distance to the next candidacy."""
    return {"kind": "lead", "of": "valid", "comparison": ">=", "value": list(value)}


def spread(value: tuple[int, int], level: str, divisions: int) -> dict[str, Any]:
    """Give a condition on the number of divisions in which a share is reached."""
    return {**share(value, ">="), "kind": "spread", "level": level, "divisions": divisions}


def winner(*clauses: list[dict[str, Any]], runoff: int = 2, tie: str = "runoff") -> dict[str, Any]:
    """Give a rule that elects one candidacy."""
    return {
        "kind": "winner",
        "clauses": [{"conditions": conditions} for conditions in clauses],
        "runoff": runoff,
        "tie": tie,
    }


#: The rules of real elections, each in the terms of the format.
REAL_RULES: dict[str, dict[str, Any]] = {
    "plurality": PLURALITY,
    "more-than-half-or-runoff": winner([share((1, 2))]),
    "forty-percent-and-ten-points": winner(
        [share((1, 2))], [share((2, 5), ">="), lead((1, 10))], tie="new_election"
    ),
    "half-and-a-quarter-in-24-counties": winner([share((1, 2)), spread((1, 4), "county", 24)]),
    "dhondt-with-threshold": {
        "kind": "seats",
        "method": "dhondt",
        "seats": 52,
        "threshold": share((3, 100), ">="),
        "tie": "lots",
    },
}


def names(english: str, spanish: str) -> dict[str, str]:
    """Give the names of one thing."""
    return {"en": english, "es": spanish}


def contest(code: str = "president", division: str = "EJ") -> dict[str, Any]:
    """Give a contest with two candidacies and three party lines."""
    return {
        "code": code,
        "names": names("President", "Presidencia"),
        "division": division,
        "votes_allowed": 1,
        "candidacies": [
            {"code": "rios", "names": names("Ana Ríos", "Ana Ríos")},
            {"code": "soto", "names": names("Luis Soto", "Luis Soto")},
        ],
        "options": [
            {"code": "blue", "candidacy": "rios", "names": names("Blue", "Azul")},
            {"code": "green", "candidacy": "rios", "names": names("Green", "Verde")},
            {"code": "red", "candidacy": "soto", "names": names("Red", "Rojo")},
        ],
        "categories": [
            {"code": "blank", "names": names("blank", "blanco"), "in_ballots": True}
            | {"in_valid": False},
            {"code": "null", "names": names("null", "nulo"), "in_ballots": True}
            | {"in_valid": False},
        ],
        "max_ballots_per_station": 1000,
        "register_totals": [
            {"id": "roll", "registered": 2100, "names": names("Roll", "Padrón")}
            | {"source": "Gazette 12, page 3"},
        ],
        "rule": dict(PLURALITY),
    }


def document() -> dict[str, Any]:
    """Give the whole document, without what it says of the tables."""
    return {
        "format": "escrutinio-definition/1",
        "record_kind": "transcription",
        "phase": "official",
        "names": names("Ejemplia 2030", "Ejemplia 2030"),
        "date": "2030-02-28",
        "time_zone": "America/Caracas",
        "levels": [
            {"code": "country", "names": names("country", "país")},
            {"code": "state", "names": names("state", "estado")},
            {"code": "municipality", "names": names("municipality", "municipio")},
        ],
        "contests": [contest()],
        "check_profile": {
            "limits": {"turnout_high_percent": 99},
            "severities": {"SHEET-001": {"machine": "hold", "handwritten": "warn"}},
        },
        "sources": ["Electoral law of Ejemplia, article 12"],
    }


def document_with_trust(kind: str = "official") -> dict[str, Any]:
    """Give a document of version 2, without what it says of the tables."""
    doc = document()
    doc["format"] = "escrutinio-definition/2"
    doc["record_kind"] = kind
    doc["trust"] = {
        "required": {"authority": 2, "board": 2, "centre": 2},
        "policy": POLICY,
        "bulletins": {"begin_s": 1898546400, "every_s": 1800},
        "publish_not_before_s": 1898546400,
        "sheets": "machine",
    }
    return doc


def refer(
    doc: dict[str, Any],
    divisions: str | bytes,
    stations: str | bytes | None,
    signers: str | bytes | None = None,
) -> dict[str, Any]:
    """Add what a document says of its tables."""
    whole = {
        **doc,
        "divisions": _reference("divisions.csv", divisions),
        "stations": None if stations is None else _reference("stations.csv", stations),
    }
    if signers is not None and isinstance(doc.get("trust"), dict):
        whole["trust"] = {**doc["trust"], "signers": _reference("signers.csv", signers)}
    return whole


def _reference(file: str, table: str | bytes) -> dict[str, Any]:
    data = table.encode() if isinstance(table, str) else table
    return {"file": file, "sha256": sha256_hex(data), "rows": max(data.count(b"\n") - 1, 0)}


def assemble(
    doc: dict[str, Any] | None = None,
    divisions: str | bytes = DIVISIONS,
    stations: str | bytes | None = STATIONS,
    signers: str | bytes | None = None,
) -> DefinitionFiles:
    """Write files whose digests fit, so that a case breaks one rule and not the digests too."""
    whole = refer(document() if doc is None else doc, divisions, stations, signers)
    return DefinitionFiles(
        encode_canonical(whole),
        divisions.encode() if isinstance(divisions, str) else divisions,
        stations.encode() if isinstance(stations, str) else stations,
        signers.encode() if isinstance(signers, str) else signers,
    )


def assemble_with_trust(
    doc: dict[str, Any] | None = None,
    stations: str | None = STATIONS,
    signers: str | bytes | None = SIGNERS,
) -> DefinitionFiles:
    """Write files of version 2 whose digests fit."""
    whole = document_with_trust() if doc is None else doc
    return assemble(whole, stations=stations, signers=signers)


def with_rule(rule: dict[str, Any]) -> DefinitionFiles:
    """Give a definition whose contest has a rule; its counties suit Kenya's."""
    doc = document()
    doc["levels"] = [
        {"code": "country", "names": names("country", "país")},
        {"code": "county", "names": names("county", "condado")},
    ]
    doc["contests"][0]["rule"] = rule
    doc["contests"][0]["division"] = "EJ"
    counties = "".join(f"C{number:02d},EJ,county,County {number},,\n" for number in range(1, 48))
    header = "division,parent,level,name,stations,registered\n"
    return assemble(doc, f"{header}EJ,,country,Ejemplia,,\n{counties}", None)


def with_governor() -> dict[str, Any]:
    """Give a document with a second contest, in one state, with another roll."""
    doc = document()
    governor = contest("governor", "N")
    governor["names"] = names("Governor of Norte", "Gobernación de Norte")
    doc["contests"].append(governor)
    return doc
