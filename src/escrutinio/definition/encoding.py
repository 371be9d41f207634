"""From a definition to its bytes."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from escrutinio.definition._roster import PAIR_COLUMNS, STATION_COLUMNS
from escrutinio.definition._signers import encode_signers
from escrutinio.definition._tables import encode_table
from escrutinio.definition._territory import encode_divisions
from escrutinio.definition.files import (
    DIVISIONS_NAME,
    FORMAT,
    FORMAT_WITH_TRUST,
    SIGNERS_NAME,
    STATIONS_NAME,
    DefinitionFiles,
)
from escrutinio.definition.model import Contest, ContestCode, Definition, Station
from escrutinio.definition.reach import compute_reach
from escrutinio.definition.rules import Condition, Lead, Rule, SeatsRule, Spread
from escrutinio.definition.trust import Trust
from escrutinio.primitives import JsonValue, Names, Sha256Hex, encode_canonical, sha256_hex

__all__ = ["compute_identity", "encode_definition"]


def encode_definition(definition: Definition) -> DefinitionFiles:
    """Write a definition as the bytes that decode to it.

    **The definition must follow the rules of the format.** They are not checked here; a definition
    that breaks one becomes bytes that ``decode_definition`` refuses. Divisions, stations and
    signers are written in the order of the format, whatever their order in the object; the
    identity is not written, it is the digest of what is. With trust it is version 2 of the
    format, else version 1.
    """
    divisions = encode_divisions(definition.divisions, definition.levels)
    stations = None if definition.stations is None else _encode_stations(definition)
    trust = definition.trust
    signers = None if trust is None else encode_signers(trust.signers)
    document: dict[str, JsonValue] = {
        "format": FORMAT if trust is None else FORMAT_WITH_TRUST,
        "record_kind": definition.record_kind.value,
        "phase": definition.phase.value,
        "names": _encode_names(definition.names),
        "date": definition.date,
        "time_zone": definition.time_zone,
        "levels": [
            {"code": level.code, "names": _encode_names(level.names)} for level in definition.levels
        ],
        "divisions": _encode_reference(DIVISIONS_NAME, divisions),
        "stations": None if stations is None else _encode_reference(STATIONS_NAME, stations),
        "contests": [_encode_contest(contest) for contest in definition.contests],
        "check_profile": _encode_profile(definition),
        "sources": list(definition.sources),
    }
    if trust is not None and signers is not None:
        document["trust"] = _encode_trust(trust, signers)
    return DefinitionFiles(encode_canonical(document), divisions, stations, signers)


def compute_identity(definition: Definition) -> Sha256Hex:
    """Compute the identity that a definition gets when it is written and read again."""
    return sha256_hex(encode_definition(definition).definition)


def _encode_reference(file: str, table: bytes) -> JsonValue:
    # Every row ends with a line feed and holds no other; one of them is the header's.
    return {"file": file, "sha256": sha256_hex(table), "rows": table.count(b"\n") - 1}


def _encode_names(names: Names) -> JsonValue:
    return dict(names.by_language)


def _encode_profile(definition: Definition) -> JsonValue:
    profile = definition.check_profile
    severities: dict[str, JsonValue] = {
        check: {sheet_type.value: severity.value for sheet_type, severity in by_type.items()}
        for check, by_type in profile.severities.items()
    }
    return {"limits": dict(profile.limits), "severities": severities}


def _encode_trust(trust: Trust, signers: bytes) -> JsonValue:
    schedule = trust.bulletins
    return {
        "required": {role.value: number for role, number in trust.required.items()},
        "policy": trust.policy,
        "bulletins": None
        if schedule is None
        else {"begin_s": schedule.begin_s, "every_s": schedule.every_s},
        "publish_not_before_s": trust.publish_not_before_s,
        "sheets": trust.sheets.value,
        "signers": _encode_reference(SIGNERS_NAME, signers),
    }


def _encode_contest(contest: Contest) -> JsonValue:
    return {
        "code": contest.code,
        "names": _encode_names(contest.names),
        "division": contest.division,
        "votes_allowed": contest.votes_allowed,
        "candidacies": [
            {"code": candidacy.code, "names": _encode_names(candidacy.names)}
            for candidacy in contest.candidacies
        ],
        "options": [
            {
                "code": option.code,
                "candidacy": option.candidacy,
                "names": _encode_names(option.names),
            }
            for option in contest.options
        ],
        "categories": [
            {
                "code": category.code,
                "names": _encode_names(category.names),
                "in_ballots": category.in_ballots,
                "in_valid": category.in_valid,
            }
            for category in contest.categories
        ],
        "max_ballots_per_station": contest.max_ballots_per_station,
        "register_totals": [
            {
                "id": total.id,
                "registered": total.registered,
                "names": _encode_names(total.names),
                "source": total.source,
            }
            for total in contest.register_totals
        ],
        "rule": _encode_rule(contest.rule),
    }


def _encode_rule(rule: Rule) -> JsonValue:
    if isinstance(rule, SeatsRule):
        return {
            "kind": "seats",
            "method": "dhondt",
            "seats": rule.seats,
            "threshold": None if rule.threshold is None else _encode_condition(rule.threshold),
            "tie": rule.tie.value,
        }
    return {
        "kind": "winner",
        "clauses": [
            {"conditions": [_encode_condition(condition) for condition in clause.conditions]}
            for clause in rule.clauses
        ],
        "runoff": rule.runoff,
        "tie": rule.tie.value,
    }


def _encode_condition(condition: Condition) -> JsonValue:
    encoded: dict[str, JsonValue] = {
        "kind": "share",
        "of": condition.of.value,
        "comparison": condition.comparison.value,
        "value": _encode_fraction(condition.value),
    }
    if isinstance(condition, Lead):
        encoded["kind"] = "lead"
    elif isinstance(condition, Spread):
        encoded |= {"kind": "spread", "level": condition.level, "divisions": condition.divisions}
    return encoded


def _encode_fraction(value: Fraction) -> JsonValue:
    return [value.numerator, value.denominator]


def _encode_stations(definition: Definition) -> bytes:
    """Write ``stations.csv``; which contests get their own columns: see ``_roster.py``."""
    depths = {level.code: depth for depth, level in enumerate(definition.levels)}
    divisions = sorted(definition.divisions, key=lambda item: depths.get(item.level, len(depths)))
    codes = [contest.code for contest in definition.contests]
    reach = {
        division: tuple(codes[position] for position in positions)
        for division, positions in compute_reach(divisions, definition.contests).items()
    }
    stations = sorted(definition.stations or (), key=lambda item: item.station)
    reached = [reach.get(station.division, ()) for station in stations]
    differing: set[ContestCode] = set()
    for station, here in zip(stations, reached, strict=True):
        for code in here[1:]:
            if _cells_of(station, code) != _cells_of(station, here[0]):
                differing.add(code)
    own = [code for code in codes if code in differing]
    header = (*STATION_COLUMNS, *(name + code for code in own for name in PAIR_COLUMNS))
    rows = (
        _encode_station(station, here, own) for station, here in zip(stations, reached, strict=True)
    )
    return encode_table(header, rows)


def _encode_station(
    station: Station, here: Sequence[ContestCode], own: Sequence[ContestCode]
) -> tuple[str, ...]:
    base = _cells_of(station, here[0]) if here else ("", "")
    cells = (station.station, station.division, station.kind.value, station.polling_place, *base)
    if not own:
        return cells
    pairs = (_cells_of(station, code) if code in here else ("", "") for code in own)
    return (*cells, *(cell for pair in pairs for cell in pair))


def _cells_of(station: Station, contest: ContestCode) -> tuple[str, str]:
    registered = station.registered.get(contest)
    max_ballots = station.max_ballots.get(contest)
    return (
        "" if registered is None else str(registered),
        "" if max_ballots is None else str(max_ballots),
    )
