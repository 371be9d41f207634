"""One case per way to break a definition, and the good ones.

A case changes as little as it can and makes the digests fit again, so that it breaks one rule.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

from escrutinio.definition import DefinitionFiles
from escrutinio.primitives import encode_canonical, sha256_hex
from tests.vectors.definition.documents import (
    DIVISIONS,
    PLURALITY,
    REAL_RULES,
    STATIONS,
    STATIONS_WITH_PAIR,
    assemble,
    document,
    refer,
    share,
    spread,
    winner,
    with_governor,
    with_rule,
)

Doc: TypeAlias = "dict[str, Any]"


@dataclass(frozen=True)
class Case:
    """A definition, and why it is or is not one."""

    name: str
    why: str
    files: DefinitionFiles


def good_cases() -> Iterator[Case]:
    """Give definitions that must be read."""
    yield Case("good", "One contest, party lines, a list of stations.", assemble())
    yield Case(
        "good-without-stations",
        "The list of stations need not be known; checks that need it then say so.",
        assemble(stations=None),
    )
    yield Case(
        "good-with-own-columns",
        "A contest whose roll differs at one station has its own pair of columns.",
        assemble(with_governor(), stations=STATIONS_WITH_PAIR),
    )
    doc = document()
    doc["contests"][0]["max_ballots_per_station"] = None
    yield Case(
        "good-without-contest-cap",
        "A station may be of any size where the law sets none.",
        assemble(doc, stations=STATIONS.replace("300,1000", "300,")),
    )
    doc = document()
    doc["names"]["en"] = "ñ" * 200
    doc["contests"][0]["register_totals"][0]["registered"] = 10**9
    large = DIVISIONS.replace(",800\n", ",1000000000\n").replace(",2100\n", ",\n")
    yield Case(
        "good-at-the-limits",
        "A bound itself is still allowed: 200 characters, a billion voters.",
        assemble(doc, large, None),
    )
    quoted = DIVISIONS.replace("Alto", '"Alto, viejo"').replace("Bajo", '"""Bajo"""')
    yield Case(
        "good-quoted-cells",
        "A comma, a quotation mark, or both put a cell in quotation marks.",
        assemble(divisions=quoted),
    )
    for name, rule in REAL_RULES.items():
        yield Case(f"good-rule-{name}", "The rule of a real election.", with_rule(rule))


def bad_cases() -> Iterator[Case]:
    """Give what must be refused."""
    yield from _spelling_cases()
    for name, (why, change) in DOCUMENT_CHANGES.items():
        doc = document()
        change(doc)
        yield Case(name, why, assemble(doc))
    for path in OBJECTS:
        doc = document()
        doc["contests"][0]["rule"] = winner([share((1, 2))])
        _set(f"{path}.surprise", 1)(doc)
        name = "-".join(step for step in path.split(".") if not step.isdigit())
        yield Case(f"key-unknown-in-{name}", "An unread key could mean anything.", assemble(doc))
    for name, (why, rule) in RULES.items():
        doc = document()
        doc["contests"][0]["rule"] = rule
        yield Case(name, why, assemble(doc))
    for name, (why, divisions) in DIVISION_TABLES.items():
        yield Case(name, why, assemble(divisions=divisions, stations=None))
    for name, (why, stations) in STATION_TABLES.items():
        yield Case(name, why, assemble(stations=stations))
    for name, (why, stations) in PAIR_TABLES.items():
        yield Case(name, why, assemble(with_governor(), stations=stations))


def _spelling_cases() -> Iterator[Case]:
    """Give what is wrong with the bytes of the document, or with how the files fit together."""
    good = assemble()
    text = good.definition

    def spelt(name: str, why: str, data: bytes) -> Case:
        return Case(name, why, replace(good, definition=data))

    yield spelt("json-space", "One spelling only: no spaces.", text.replace(b":", b": ", 1))
    yield spelt("json-escape", "One spelling only: no needless escapes.", _swap(text, b"/", b"\\/"))
    yield spelt("json-last-line-feed", "Canonical JSON ends with its brace.", text + b"\n")
    yield spelt(
        "json-repeated-key",
        "Readers disagree on which of two equal keys counts.",
        _swap(text, b'"phase":"official"', b'"phase":"test","phase":"official"'),
    )
    yield spelt("json-float", "A float has many spellings.", _swap(text, b"2100,", b"2100.0,"))
    yield spelt("json-nan", "NaN is not JSON.", _swap(text, b"2100,", b"NaN,"))
    yield spelt("json-huge", "No reader keeps it exact.", _swap(text, b"2100,", b"9" * 5000 + b","))
    yield spelt("json-deep", "A reader must not run out of stack.", b"[" * 100_000)
    yield spelt("json-byte-order-mark", "No byte order mark.", b"\xef\xbb\xbf" + text)
    yield spelt("json-not-utf8", "UTF-8 only.", _swap(text, "Ríos".encode(), b"R\xedos"))
    yield spelt("json-surrogate", "Half of a pair is no text.", _swap(text, b"Blue", b"\\ud83d"))
    yield spelt("json-no-object", "A definition is an object.", b"[]")
    yield spelt("json-empty", "An empty file is no definition.", b"")
    yield Case(
        "divisions-changed",
        "A table that was changed after sealing no longer has the digest.",
        replace(good, divisions=_swap(good.divisions, b"Bajo", b"Bayo")),
    )
    yield Case(
        "stations-changed",
        "A cap that was raised after sealing no longer has the digest.",
        replace(good, stations=STATIONS.replace("512", "999").encode()),
    )
    yield Case("stations-missing", "The named list is not there.", replace(good, stations=None))
    yield Case(
        "stations-unannounced",
        "A list that the document denies.",
        replace(assemble(stations=None), stations=STATIONS.encode()),
    )
    yield spelt("divisions-rows", "Rows are counted.", _swap(text, b'"rows":6', b'"rows":7'))
    yield spelt("reference-rows", "A count of rows.", _swap(text, b'"rows":6', b'"rows":"6"'))
    yield spelt(
        "reference-file",
        "Each table has one name.",
        _swap(text, b'"divisions.csv"', b'"areas.csv"'),
    )
    upper = sha256_hex(good.divisions).upper().encode()
    yield spelt("reference-digest", "A digest has one spelling.", _swap(text, upper.lower(), upper))
    yield spelt(
        "reference-key-unknown",
        "An unread key could mean anything.",
        _swap(text, b'"file":"divisions.csv"', b'"file":"divisions.csv","index":1'),
    )
    for key in ("divisions", "stations"):
        whole = refer(document(), DIVISIONS, STATIONS)
        del whole[key]
        yield spelt(f"reference-missing-{key}", "Tables are named.", encode_canonical(whole))


def _swap(data: bytes, old: bytes, new: bytes) -> bytes:
    assert old in data, old
    return data.replace(old, new, 1)


def _set(path: str, value: object) -> Callable[[Doc], None]:
    """Give a change that puts a value at a dotted path; digits are positions in lists."""

    def change(doc: Doc) -> None:
        place: Any = doc
        *steps, last = [int(step) if step.isdigit() else step for step in path.split(".")]
        for step in steps:
            place = place[step]
        place[last] = value

    return change


def _drop(key: str) -> Callable[[Doc], None]:
    def change(doc: Doc) -> None:
        del doc[key]

    return change


def _add_copy(path: str) -> Callable[[Doc], None]:
    """Give a change that repeats the first item of a list."""

    def change(doc: Doc) -> None:
        place: Any = doc
        for step in path.split("."):
            place = place[int(step) if step.isdigit() else step]
        place.append(dict(place[0]))

    return change


def _repeat_contest(doc: Doc) -> None:
    doc["contests"] *= 2


DOCUMENT_CHANGES: dict[str, tuple[str, Callable[[Doc], None]]] = {
    "format-other": ("A later format needs a later reader.", _set("format", "other/1")),
    "key-missing": ("Every key is required.", _drop("phase")),
    "key-unknown": ("An unread key could mean anything.", _set("result", "decided")),
    "record-kind-unknown": ("Whose sheets count is a closed set.", _set("record_kind", "other")),
    "date-impossible": ("A day of the calendar.", _set("date", "2030-02-29")),
    "date-spelling": ("One spelling of a day.", _set("date", "20300228")),
    "time-zone-spelling": ("A name of the IANA database.", _set("time_zone", "GMT-4 (Caracas)")),
    "names-empty": ("A thing has a name.", _set("names", {})),
    "names-language": ("A language has a code.", _set("names", {"Spanish": "Ejemplia"})),
    "name-number": ("A name is text.", _set("names.en", 2030)),
    "name-empty": ("A name is not empty.", _set("names.en", "")),
    "contests-object": ("Contests are a list.", _set("contests", {})),
    "category-number": ("1 is not true.", _set("contests.0.categories.0.in_ballots", 1)),
    "name-line-break": ("A name is one line.", _set("names.en", "Ejemplia\n2030")),
    "name-direction": (
        "A mark of direction makes a name show as another one.",
        _set("names.en", "Ejemplia \u202e2030"),
    ),
    "name-decomposed": (
        "Text that looks equal is equal: normalization form C.",
        _set("contests.0.candidacies.0.names.es", "Ana Ri\u0301os"),
    ),
    "name-space": ("Space around a name does not show.", _set("names.es", " Ejemplia")),
    "name-long": ("A name has at most 200 characters.", _set("names.es", "x" * 201)),
    "levels-empty": ("There is at least the root's level.", _set("levels", [])),
    "level-repeated": ("A level has its own code.", _set("levels.1.code", "country")),
    "contests-empty": ("An election has a contest.", _set("contests", [])),
    "contest-repeated": ("A contest has its own code.", _repeat_contest),
    "contest-division-unknown": ("Somebody votes on it.", _set("contests.0.division", "X9")),
    "code-spelling": ("A code has no spaces.", _set("contests.0.code", "the president")),
    "votes-allowed-zero": ("A ballot carries a vote.", _set("contests.0.votes_allowed", 0)),
    "votes-allowed-boolean": ("true is no number.", _set("contests.0.votes_allowed", True)),  # noqa: FBT003  # a JSON value
    "candidacies-empty": ("Somebody stands.", _set("contests.0.candidacies", [])),
    "candidacy-repeated": (
        "A candidacy has its own code.",
        _set("contests.0.candidacies.1.code", "rios"),
    ),
    "candidacy-without-option": (
        "Votes for it would have no line to stand on.",
        _set("contests.0.options.2.candidacy", "rios"),
    ),
    "option-candidacy-unknown": (
        "Votes of a line add to a candidacy of the contest.",
        _set("contests.0.options.1.candidacy", "paz"),
    ),
    "option-repeated": ("A line has its own code.", _set("contests.0.options.1.code", "blue")),
    "category-as-option": (
        "One column of a sheet must not mean two things.",
        _set("contests.0.categories.1.code", "blue"),
    ),
    "category-valid-without-ballot": (
        "What is no ballot is no valid vote.",
        _set(
            "contests.0.categories.0",
            {"code": "x", "names": {"en": "x"}, "in_ballots": False, "in_valid": True},
        ),
    ),
    "register-total-negative": (
        "A count is not below zero.",
        _set("contests.0.register_totals.0.registered", -1),
    ),
    "register-total-large": (
        "A count is at most a billion.",
        _set("contests.0.register_totals.0.registered", 10**9 + 1),
    ),
    "register-total-repeated": (
        "A total has its own id.",
        _add_copy("contests.0.register_totals"),
    ),
    "category-repeated": ("A category has its own code.", _add_copy("contests.0.categories")),
    "limit-name": ("A limit has a plain name.", _set("check_profile.limits", {"Max-1": 1})),
    "severity-check": ("A check has a code.", _set("check_profile.severities", {"A1": {}})),
    "severity-empty": (
        "A check that is named has a severity.",
        _set("check_profile.severities", {"SHEET-001": {}}),
    ),
    "severity-unknown": (
        "Severities are a closed set.",
        _set("check_profile.severities", {"SHEET-001": {"machine": "error"}}),
    ),
    "source-number": ("A source is text.", _set("sources", [12])),
    "cap-below-roll": (
        "Every registered voter may come; a smaller cap would make an outcome look settled.",
        _set("contests.0.max_ballots_per_station", 480),
    ),
}

#: Every kind of object in the document.
OBJECTS = (
    "levels.0",
    "contests.0.candidacies.0",
    "contests.0.options.0",
    "contests.0.categories.0",
    "contests.0.register_totals.0",
    "contests.0.rule",
    "contests.0.rule.clauses.0",
    "contests.0.rule.clauses.0.conditions.0",
    "contests.0",
    "check_profile",
    "check_profile.severities.SHEET-001",
)

RULES: dict[str, tuple[str, Doc]] = {
    "rule-threshold-key-unknown": (
        "An unread key could mean anything.",
        {**REAL_RULES["dhondt-with-threshold"], "threshold": {**share((1, 9)), "surprise": 1}},
    ),
    "rule-kind": ("Rules are a closed set.", {**PLURALITY, "kind": "best"}),
    "rule-clauses-empty": ("Without clauses nobody is elected.", winner()),
    "rule-clause-moot": (
        "A clause without conditions would make the others meaningless.",
        winner([share((1, 2))], []),
    ),
    "rule-runoff-of-one": ("A run-off has two candidacies or more.", winner([], runoff=1)),
    "rule-tie-without-runoff": ("No run-off, no tie settled by one.", winner([], runoff=0)),
    "rule-share-not-lowest": ("A share has one spelling.", winner([share((50, 100))])),
    "rule-share-zero": ("A share is above 0.", winner([share((0, 1))])),
    "rule-share-above-one": ("A share is at most 1.", winner([share((3, 2))])),
    "rule-share-one-exceeded": ("Nothing exceeds the whole.", winner([share((1, 1))])),
    "rule-share-boolean": ("true is no number.", winner([{**share((1, 2)), "value": [True, 2]}])),
    "rule-share-short": ("Two numbers.", winner([{**share((1, 2)), "value": [1]}])),
    "rule-share-decimal": ("No text.", winner([{**share((1, 2)), "value": "0.5"}])),
    "rule-comparison": ("Comparisons are a closed set.", winner([share((1, 2), "=>")])),
    "rule-level-unknown": ("A spread names a level.", winner([spread((1, 4), "county", 2)])),
    "rule-too-many-divisions": (
        "A spread asks for no more divisions than there are.",
        winner([spread((1, 4), "state", 3)]),
    ),
    "rule-seats-runoff": (
        "A tied last seat has no run-off.",
        {**REAL_RULES["dhondt-with-threshold"], "tie": "runoff"},
    ),
    "rule-seats-method": (
        "Methods are a closed set.",
        {**REAL_RULES["dhondt-with-threshold"], "method": "hare"},
    ),
    "rule-threshold-lead": (
        "A threshold is a share.",
        {**REAL_RULES["dhondt-with-threshold"], "threshold": {**share((1, 9)), "kind": "lead"}},
    ),
}


def _divisions(old: str, new: str) -> str:
    assert old in DIVISIONS, old
    return DIVISIONS.replace(old, new)


def _rows(table: str, *order: int) -> str:
    lines = table.splitlines(keepends=True)
    return "".join(lines[row] for row in order)


DIVISION_TABLES: dict[str, tuple[str, str | bytes]] = {
    "divisions-empty": ("A table has a header.", ""),
    "divisions-no-rows": ("There is a root.", _rows(DIVISIONS, 0)),
    "divisions-header": ("One header.", _divisions("name,stations", "names,stations")),
    "divisions-extra-column": ("One header.", _divisions("registered\n", "registered,x\n")),
    "divisions-byte-order-mark": ("No byte order mark.", "\ufeff" + DIVISIONS),
    "divisions-crlf": ("Lines end with LF.", DIVISIONS.replace("\n", "\r\n")),
    "divisions-no-last-line-feed": ("Every line ends with LF.", DIVISIONS[:-1]),
    "divisions-empty-line": ("A line is a row.", DIVISIONS + "\n"),
    "divisions-order": ("By level, then by id.", _rows(DIVISIONS, 0, 1, 3, 2, 4, 5, 6)),
    "divisions-needless-quotes": ("One spelling.", _divisions("Alto", '"Alto"')),
    "divisions-open-quote": ("RFC 4180.", _divisions("Alto", '"Alto')),
    "divisions-not-utf8": ("UTF-8 only.", DIVISIONS.encode("latin-1")),
    "divisions-nul": ("No control characters.", _divisions("Alto", "Al\0to")),
    "divisions-name-empty": ("A division has a name.", _divisions("Alto", "")),
    "divisions-cell-missing": ("A row has six cells.", _divisions(",Alto", "")),
    "divisions-id": ("An id has no spaces.", _divisions("N2,N", "N 2,N")),
    "divisions-repeated": ("An id is used once.", _divisions("N2,N", "N1,N")),
    "divisions-two-roots": ("One root.", _divisions("S,EJ", "S,")),
    "divisions-no-root": ("One root.", _divisions("EJ,,", "EJ,N,")),
    "divisions-orphan": ("A part is inside something.", _divisions("N2,N", "N2,X")),
    "divisions-circle": (
        "Parts that contain each other have no root.",
        _divisions("N,EJ", "N,N1"),
    ),
    "divisions-own-parent": ("Nothing contains itself.", _divisions("S1,S,", "S1,S1,")),
    "divisions-level-unknown": ("Levels are listed.", _divisions("EJ,state,N", "EJ,st,N")),
    "divisions-level-not-deeper": (
        "A part is on a deeper level than the whole.",
        _rows(_divisions("N2,N,municipality", "N2,N,state"), 0, 1, 2, 5, 3, 4, 6),
    ),
    "divisions-root-level": (
        "The root is on the first level.",
        "division,parent,level,name,stations,registered\nEJ,,state,Ejemplia,,\n",
    ),
    "divisions-count-spelling": ("One spelling of a count.", _divisions("2,900", "02,900")),
    "divisions-count-negative": ("A count is not below zero.", _divisions("1,400", "-1,400")),
    "divisions-count-large": (
        "At most a billion.",
        _divisions("S1,S", "S1,S").replace("2,800\n", "2,8000000000\n"),
    ),
    "divisions-stations-sum": ("The parts make the whole.", _divisions("lia,5", "lia,6")),
    "divisions-registered-sum": ("The parts make the whole.", _divisions(",1300", ",1301")),
    "divisions-inner-sum": (
        "What the states state counts even where the municipalities state nothing.",
        _divisions(",1300", ",1301").replace("2,900", "2,").replace("1,400", "1,"),
    ),
    "divisions-partial-sum": (
        "Known parts are no more than the whole.",
        _divisions("Bajo,1,400", "Bajo,1,").replace("Alto,2,900", "Alto,2,1400"),
    ),
}


def _stations(old: str, new: str) -> str:
    assert old in STATIONS, old
    return STATIONS.replace(old, new)


STATION_TABLES: dict[str, tuple[str, str | bytes]] = {
    "stations-header": ("One header.", _stations("kind,polling", "type,polling")),
    "stations-order": ("In order of station.", _rows(STATIONS, 0, 2, 1, 3, 4, 5)),
    "stations-repeated": ("An id is used once.", _stations("N1.2,", "N1.1,")),
    "stations-id": ("An id has no spaces.", _stations("N1.2,N", "N1 2,N")),
    "stations-cell-missing": ("A row has six cells.", _stations("paper,", "")),
    "stations-kind": ("Kinds are a closed set.", _stations("paper", "papel")),
    "stations-polling-place": ("A place has an id.", _stations("N2,mobile,", "N2,mobile,the bus")),
    "stations-division-unknown": ("A station is somewhere.", _stations(",N2,", ",N9,")),
    "stations-division-with-parts": (
        "A station stands in a smallest division, or sums would not work.",
        _stations("N2.1,N2,", "N2.1,N,"),
    ),
    "stations-count": ("Five stations are five rows.", _rows(STATIONS, 0, 1, 2, 3, 4)),
    "stations-registered-sum": ("The rolls make the whole.", _stations("500,512", "501,512")),
    "stations-cap-below-roll": (
        "Every registered voter may come; a smaller cap would make an outcome look settled.",
        _stations("400,412", "400,399"),
    ),
    "stations-cap-above-contest": ("The contest's cap holds.", _stations("300,1000", "300,1001")),
    "stations-registered-spelling": ("One spelling of a count.", _stations("400,412", "4e2,412")),
    "stations-pair-unknown": (
        "Extra columns belong to a contest.",
        "".join(
            line + extra
            for line, extra in zip(
                STATIONS.splitlines(),
                [",registered.mayor,max_ballots.mayor\n", *[",,\n"] * 5],
                strict=True,
            )
        ),
    ),
}


def _pairs(old: str, new: str) -> str:
    assert old in STATIONS_WITH_PAIR, old
    return STATIONS_WITH_PAIR.replace(old, new)


PAIR_TABLES: dict[str, tuple[str, str | bytes]] = {
    "pair-order": (
        "Roll before cap.",
        _pairs(
            "registered.governor,max_ballots.governor", "max_ballots.governor,registered.governor"
        ),
    ),
    "pair-half": (
        "A contest has both columns or none.",
        "\n".join(line.rpartition(",")[0] for line in STATIONS_WITH_PAIR.splitlines()) + "\n",
    ),
    "pair-needless": (
        "A contest that never differs has no columns of its own.",
        _pairs("520,532", "500,512").replace("400,,,", "400,,400,"),
    ),
    "pair-out-of-reach": (
        "A station outside the contest's area has no numbers for it.",
        _pairs("300,1000,,", "300,1000,300,1000"),
    ),
    "pair-cap-below-roll": ("Every registered voter may come.", _pairs("520,532", "520,519")),
    "pair-of-the-first-contest": (
        "The base columns are those of the first contest a station votes in.",
        STATIONS_WITH_PAIR.replace("governor", "president"),
    ),
}
