"""Small reports for the tests of the page, made by the same functions as real ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from escrutinio.claims import ClaimsFile, check_claims, decode_claims
from escrutinio.definition import (
    Contest,
    ContestCode,
    Definition,
    Option,
    OptionCode,
    RecordKind,
    Rule,
    Severity,
)
from escrutinio.operations import CheckReport, ContestReport, FindingExample, FindingGroup
from escrutinio.primitives import Names
from escrutinio.tabulation import (
    ContestTally,
    FileRole,
    Histogram,
    SourceFile,
    check_registers,
    compute_bounds,
    compute_outcome,
    compute_outcome_counted,
    compute_scenarios,
)
from tests.unit.tabulation.builders import (
    MORE_THAN_HALF,
    PLURALITY,
    Counted,
    Election,
    code,
    dhondt,
    election,
)

#: Text as somebody who wants to break the page would write it.
HOSTILE = "</title><script>alert(1)</script>\"'&<b>x\u202ee\x00\ud800"

BULLETIN = """
format = "escrutinio-claims/1"
turnouts = ["60"]

[[claim]]
id = "P1"
kind = "bulletin"
date = "2024-07-29"
source = "paper one"
speaker = { en = "council", es = "consejo" }
title = { en = "First bulletin", es = "Primer boletín" }
announcement = "first"
asserts = ["irreversible"]
leads = "b"
[claim.coverage]
of = "stations"
percent = "80"
[claim.votes]
a = 300
b = 500
[claim.shares]
a = "37.50"
b = "62.5"

[[claim]]
id = "P2"
kind = "statement"
date = "2024-08"
source = "paper two"
speaker = { en = "a party", es = "un partido" }
title = { en = "Sheets were withheld", es = "No se entregaron actas" }
needs = { en = "the receipts", es = "las constancias" }

[[claim]]
id = "P3"
kind = "bulletin"
date = "2024-07-29"
source = "paper two"
speaker = { en = "council", es = "consejo" }
title = { en = "First bulletin, another print", es = "Primer boletín, otra versión" }
announcement = "first"
[claim.votes]
a = 301
b = 500
"""

WARNING = FindingGroup(
    code="SHEET-201",
    severity=Severity.WARN,
    title=Names({"en": "Sums differ", "es": "Las sumas no coinciden"}),
    remedy=Names({"en": "Compare with the copy.", "es": "Compárese con la copia."}),
    number=1234,
    ballots=98765,
    findings=tuple(
        FindingExample(f"station-{number}", "sheets.csv", number, "valid", number, number + 1)
        for number in range(1, 31)
    ),
)
NOTE = FindingGroup(
    code="SHEET-404",
    severity=Severity.INFO,
    title=Names({"en": "Turnout far from the usual"}),
    remedy=Names({"en": "Nothing is excluded."}),
    number=2,
    ballots=31,
    findings=(FindingExample("", "", 0, "county", None, 7),),
)


def contest_report(
    item: Election,
    *,
    claims: ClaimsFile | None = None,
    findings: Sequence[FindingGroup] = (),
) -> ContestReport:
    """Do with a tally what the use case does."""
    definition, contest, tally = item.definition, item.contest, item.tally
    scenarios = compute_scenarios(definition, contest, tally, claims.turnouts if claims else ())
    bounds = {scenario.id: compute_bounds(contest, tally, scenario) for scenario in scenarios}
    statements = (
        check_claims(claims, definition, contest, tally, scenarios, bounds) if claims else ()
    )
    return ContestReport(
        contest=contest,
        tally=tally,
        findings=tuple(findings),
        scenarios=scenarios,
        bounds=bounds,
        outcomes=tuple(
            compute_outcome(definition, contest, tally, scenario)
            for scenario in scenarios or (None,)
        ),
        counted=compute_outcome_counted(definition, contest, tally),
        register_notes=check_registers(definition, contest, tally),
        registers=contest.register_totals,
        statements=statements,
    )


def report_of(
    *items: Election,
    claims: str = "",
    findings: Sequence[FindingGroup] = (),
    from_evidence: bool = False,
    record_kind: RecordKind = RecordKind.TRANSCRIPTION,
) -> CheckReport:
    """Put elections on one territory into one report."""
    contests = tuple(item.contest for item in items)
    definition = replace(items[0].definition, contests=contests, record_kind=record_kind)
    items = tuple(replace(item, definition=definition) for item in items)
    file = decode_claims(claims.encode(), contests, "claims.toml") if claims else None
    return CheckReport(
        definition=definition,
        source="test",
        source_names=Names({"en": "a party's copies", "es": "copias de un partido"}),
        files=(
            SourceFile("sheets.csv", "0" * 64, 2048, 10),
            SourceFile("profile.toml", "1" * 64, 300, None, FileRole.PROFILE),
            SourceFile("our roll.csv", "2" * 64, 4096, 12, FileRole.ROLLS),
            *([SourceFile("claims.toml", "3" * 64, 99, None, FileRole.CLAIMS)] if claims else []),
        ),
        from_evidence=from_evidence,
        claims=file,
        contests=tuple(contest_report(item, claims=file, findings=findings) for item in items),
    )


def two_counties(rule: Rule = PLURALITY) -> Election:
    """Ten stations in two counties, eight counted; a has 6000 and b 2500 votes."""
    item = election(
        rule,
        Counted((6000, 2500, 500), blank=40, null=60, registered=12_000, stations=(10, 8)),
        {
            "north": Counted((4000, 1500, 300), blank=30, null=40, stations=(6, 5)),
            "south": Counted((2000, 1000, 200), blank=10, null=20, stations=(4, 3)),
        },
        registers={"roll": 12_000, "larger": 13_500},
    )
    return replace(item, tally=_with_sheets(item.tally))


def _with_sheets(tally: ContestTally) -> ContestTally:
    """Add sheets of which 300 votes for a candidacy cannot be the greater part."""
    own = {"a": (1000, 500), "b": (500, 250), "c": (100, 25)}
    first, *others = tally.divisions
    first = replace(first, registered=11_000, registered_stations=8, cast_where_registered=9100)
    return replace(
        tally,
        divisions=(first, *others),
        votes_per_sheet={code(item): Histogram(values, (4, 4)) for item, values in own.items()},
        others_per_sheet={
            code(item): Histogram((1600 - values[0], 775 - values[1]), (4, 4))
            for item, values in own.items()
        },
        valid_per_sheet=Histogram((1600, 775), (4, 4)),
        first_places={code("a"): 8, code("b"): 0, code("c"): 0},
        ties=0,
    )


def with_names(item: Election, text: str) -> Election:
    """Call every candidacy of an election by the same text and its code."""
    contest: Contest = replace(
        item.contest,
        candidacies=tuple(
            replace(candidacy, names=Names({"en": f"{text} {candidacy.code}"}))
            for candidacy in item.contest.candidacies
        ),
    )
    return replace(item, contest=contest)


def with_lines(item: Election) -> Election:
    """Give the first candidacy two party lines and the others one, and show them."""
    first, *others = item.contest.candidacies
    options = [
        Option(OptionCode(line), first.code, Names({"en": f"line {line}"})) for line in ("x", "y")
    ]
    options += [Option(OptionCode(c.code), c.code, c.names) for c in others]
    whole, *parts = item.tally.divisions
    votes = whole.candidacies
    shown = {OptionCode("x"): 10, OptionCode("y"): votes[first.code] - 10}
    shown |= {OptionCode(c.code): votes[c.code] for c in others}
    tally = replace(item.tally, divisions=(replace(whole, options=shown), *parts))
    return replace(item, contest=replace(item.contest, options=tuple(options)), tally=tally)


def hostile_report() -> CheckReport:
    """Write the hostile text wherever a name, an id or a file name can stand."""
    text = HOSTILE
    report = report_of(with_names(two_counties(), text), claims=BULLETIN, findings=(WARNING, NOTE))
    names = Names({"en": text, "es": text})
    group = replace(
        WARNING,
        title=names,
        remedy=names,
        findings=(FindingExample(text, text, 1, text, 1, 2),),
    )
    definition: Definition = replace(
        report.definition,
        names=names,
        sources=(text,),
        divisions=tuple(replace(part, name=text) for part in report.definition.divisions),
    )
    claims = report.claims
    assert claims is not None
    contests = tuple(
        replace(
            contest,
            contest=replace(contest.contest, names=names),
            findings=(group,),
            registers=tuple(replace(item, names=names, source=text) for item in contest.registers),
            statements=tuple(
                replace(item, claims=(*item.claims, text)) for item in contest.statements
            ),
        )
        for contest in report.contests
    )
    return replace(
        report,
        definition=definition,
        source_names=names,
        files=(SourceFile(text, "0" * 64, 1, 1),),
        claims=ClaimsFile(
            tuple(
                replace(claim, source=text, speaker=names, title=names) for claim in claims.claims
            ),
            claims.turnouts,
        ),
        contests=contests,
    )


def special_cases() -> dict[str, CheckReport]:
    """Name every unusual shape of a report."""
    many = election(
        PLURALITY,
        Counted(tuple(range(1, 201)), stations=(5, 4)),
        codes=[f"k{number}" for number in range(200)],
    )
    unread = {two_counties().contest.candidacies[1].code: 3}
    return {
        "no contest": replace(report_of(two_counties()), contests=()),
        "zero sheets": report_of(election(PLURALITY, Counted((0, 0), stations=(3, 0)))),
        "one station": report_of(election(PLURALITY, Counted((7, 5), stations=(1, 1), limit=0))),
        "stations unknown": report_of(election(PLURALITY, Counted((7, 5), stations=(None, 1)))),
        "blank not shown": report_of(election(PLURALITY, Counted((7, 5), blank=None))),
        "figures unread": report_of(election(PLURALITY, Counted((7, 5), unknown=unread))),
        "tie": report_of(election(PLURALITY, Counted((7, 7), stations=(2, 2), limit=0))),
        "caps": report_of(election(PLURALITY, Counted((70, 5), stations=(2, 1), limit=9))),
        "run-off": report_of(two_counties(MORE_THAN_HALF)),
        "seats": report_of(two_counties(dhondt(5)), claims=BULLETIN),
        "several votes": report_of(
            election(PLURALITY, Counted((70, 50), stations=(2, 1), limit=9), votes_allowed=2)
        ),
        "party lines": report_of(with_lines(two_counties())),
        "200 candidacies": report_of(many),
        "300-character names": report_of(with_names(two_counties(), "W" * 300), claims=BULLETIN),
        "right to left": report_of(
            with_names(two_counties(), "\u05d0\u05d1\u05d2 \u0627\u0644"), claims=BULLETIN
        ),
        "several contests": report_of(
            two_counties(),
            replace(
                two_counties(dhondt(3)),
                contest=replace(
                    two_counties(dhondt(3)).contest,
                    code=ContestCode("council"),
                    names=Names({"en": "council"}),
                ),
            ),
        ),
        "from evidence": report_of(
            two_counties(),
            claims=BULLETIN,
            findings=(replace(WARNING, findings=()),),
            from_evidence=True,
        ),
        "official": report_of(two_counties(), record_kind=RecordKind.OFFICIAL),
        "hostile": hostile_report(),
    }
