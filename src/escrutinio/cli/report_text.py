"""The report on a terminal: what a person reads in a minute.

Lines stay within eighty columns. Everything shown is also in the JSON, with every finding and
every statement in full.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from fractions import Fraction

from escrutinio.claims import Statement, Verdict
from escrutinio.operations import CheckReport, ContestReport
from escrutinio.primitives import Number, Percent
from escrutinio.site import Language
from escrutinio.tabulation import DivisionTally, Outcome

__all__ = ["report_lines"]

WIDTH = 79
#: Divisions below the root shown on a terminal.
MAX_DIVISIONS = 30


def report_lines(report: CheckReport, language: Language) -> Iterator[str]:
    """Give the lines of the report in one language."""
    for contest in report.contests:
        yield from _heading(report, contest, language)
        yield from _coverage(report, contest, language)
        yield from _totals(contest, language)
        yield from _findings(contest, language)
        yield from _outcomes(report, contest, language)
        yield from _claims(contest, language)


def _title(language: Language, key: str) -> Iterator[str]:
    yield ""
    yield language.word(f"report.{key}").upper()


def _wrap(text: str, indent: str = "  ", first: str = "") -> Iterator[str]:
    yield from textwrap.wrap(
        text,
        WIDTH,
        initial_indent=first or indent,
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
    )


def _heading(report: CheckReport, contest: ContestReport, language: Language) -> Iterator[str]:
    election = language.name(report.definition.names)
    yield from _wrap(f"{election} · {language.name(contest.contest.names)}", "", "")
    yield from _wrap(
        language.word(
            "report.source",
            source=report.source_names,
            rows=sum(file.rows or 0 for file in report.sheet_files),
        ),
        "",
    )
    if report.from_evidence:
        yield from _wrap(language.word("report.from_evidence"), "")
    yield from _wrap(language.word(f"report.basis.{report.basis}"), "")


def _coverage(report: CheckReport, contest: ContestReport, language: Language) -> Iterator[str]:
    yield from _title(language, "coverage")
    counters = contest.tally.total.counters
    if counters.expected is None:
        yield from _wrap(language.word("report.expected_unknown", counted=counters.counted))
    else:
        share = Fraction(counters.counted, counters.expected) if counters.expected else Fraction(0)
        yield from _wrap(
            language.word(
                "report.counted_of",
                counted=counters.counted,
                expected=counters.expected,
                share=Percent(share),
            )
        )
        yield from _wrap(
            language.word(
                "report.counters",
                held=counters.held,
                missing=counters.missing or 0,
                closed=counters.closed,
                received=counters.received,
                out=counters.out_of_catalogue,
            )
        )
    lowest = _lowest_coverage(contest.tally.divisions[1:])
    if lowest is not None:
        row, share = lowest
        name = report.definition.division_by_id[row.division].name
        yield from _wrap(
            language.word("report.lowest_coverage", division=name, share=Percent(share))
        )


def _lowest_coverage(rows: Sequence[DivisionTally]) -> tuple[DivisionTally, Fraction] | None:
    shares = [
        (Fraction(row.counters.counted, row.counters.expected), index)
        for index, row in enumerate(rows[:MAX_DIVISIONS])
        if row.counters.expected
    ]
    if not shares:
        return None
    share, index = min(shares)
    return rows[index], share


def _totals(contest: ContestReport, language: Language) -> Iterator[str]:
    yield from _title(language, "totals")
    total = contest.tally.total
    for candidacy in contest.contest.candidacies:
        name = _fit(language.name(candidacy.names), 40)
        if not total.shows(candidacy.code):
            yield f"  {name:<40} {language.word('report.not_shown'):>14}"
            continue
        votes = total.candidacies[candidacy.code]
        has_share = total.valid and contest.shows_all_candidacies
        share = language.percent(Fraction(votes, total.valid)) if has_share else ""
        unknown = total.unknown[candidacy.code]
        note = language.word("report.unknown_short", sheets=unknown) if unknown else ""
        yield f"  {name:<40} {language.count(votes):>14} {share:>10} {note}".rstrip()
    if total.unreadable:
        yield from _wrap(language.word("report.unreadable", sheets=total.unreadable))
    yield from _wrap(language.word("report.valid", valid=total.valid))
    for category in contest.contest.categories:
        ballots = total.categories[category.code]
        key = "report.category" if ballots is not None else "report.category_not_shown"
        line = language.word(key, name=category.names, ballots=ballots or 0)
        yield from _wrap(line[:1].upper() + line[1:])
    if total.cast is not None:
        yield from _wrap(language.word("report.cast", cast=total.cast))
    if total.registered and contest.shows_all_candidacies:
        yield from _wrap(
            language.word(
                "report.turnout",
                turnout=Percent(Fraction(total.cast_where_registered, total.registered)),
                ballots=total.cast_where_registered,
                registered=total.registered,
                stations=total.registered_stations,
            )
        )
    else:
        yield from _wrap(language.word("report.turnout_unknown"))
    if contest.tally.ties:
        yield from _wrap(language.word("report.ties", ties=contest.tally.ties))


def _fit(text: str, width: int) -> str:
    shown = "".join(c if c.isprintable() else "?" for c in text)
    return shown if len(shown) <= width else shown[: width - 1] + "…"


def _findings(contest: ContestReport, language: Language) -> Iterator[str]:
    yield from _title(language, "findings")
    if not contest.findings:
        yield from _wrap(language.word("report.no_findings"))
    for group in contest.findings:
        severity = language.word(f"severity.{group.severity}")
        head = f"  {severity:<8} {group.code}  {language.count(group.number):>8}  "
        yield from _wrap(language.name(group.title), " " * len(head), head)


def _outcomes(report: CheckReport, contest: ContestReport, language: Language) -> Iterator[str]:
    yield from _title(language, "outcome")
    for note in contest.register_notes:
        yield from _wrap(language.text(note))
    for outcome in contest.lasting_outcomes:
        yield from _outcome(contest, outcome, language)
        yield ""
    rest = len(contest.outcomes) - len(contest.lasting_outcomes)
    if rest:
        yield from _wrap(language.word("report.more_scenarios", scenarios=rest))
    if contest.shows_counted_outcome:
        yield from _wrap(language.text(contest.counted.sentence))
    yield from _wrap(language.word(f"report.basis.{report.basis}"))


def _outcome(contest: ContestReport, outcome: Outcome, language: Language) -> Iterator[str]:
    yield from _wrap(language.text(outcome.sentence), "    ", "  ")
    standing = outcome.standing
    if outcome.scenario is not None:
        for row in contest.bounds[outcome.scenario.id]:
            if row.candidacy in {standing.leader, standing.runner_up} and row.least_share:
                yield from _wrap(
                    language.word(
                        "report.bounds",
                        name=contest.contest.name_of(row.candidacy),
                        least=row.least,
                        most=row.most,
                        least_share=Percent(row.least_share),
                        most_share=Percent(row.most_share or Fraction(0)),
                    ),
                    "    ",
                )
    for line in outcome.arithmetic:
        if line.key == "outcome.arithmetic.register_used":
            yield from _wrap(language.text(line), "    ")
    if standing.spare is not None and standing.outstanding is not None:
        yield from _wrap(
            language.word(
                "report.spare",
                lead=standing.lead,
                outstanding=standing.outstanding,
                spare=standing.spare,
            ),
            "    ",
        )
    if standing.break_even_turnout is not None:
        turnout = Percent(standing.break_even_turnout, 1)
        yield from _wrap(language.word("report.break_even", turnout=turnout), "    ")
    elif standing.votes_per_missing_station is not None:
        votes = Number(standing.votes_per_missing_station, 1)
        yield from _wrap(language.word("report.per_station", votes=votes), "    ")


def _claims(contest: ContestReport, language: Language) -> Iterator[str]:
    yield from _title(language, "claims")
    if not contest.statements:
        yield from _wrap(language.word("report.no_claims"))
        return
    counts = {
        verdict: sum(row.verdict is verdict for row in contest.statements) for verdict in Verdict
    }
    yield from _wrap(
        language.word(
            "report.claims_in_brief",
            **{verdict.value: number for verdict, number in counts.items()},
        )
    )
    yield from _statements(
        [row for row in contest.statements if row.verdict is Verdict.CONTRADICTED], language
    )
    telling = [
        row
        for row in contest.statements
        if row.verdict is Verdict.INDICATOR and row.figures.get("matches")
    ]
    yield from _statements(telling, language)
    yield from _statements(
        [row for row in contest.statements if row.verdict is Verdict.SUPPORTED], language
    )
    claims = sorted(
        {
            claim
            for row in contest.statements
            if row.verdict is Verdict.UNCHECKABLE
            for claim in row.claims
            if not claim.startswith("sheets:")
        }
    )
    if claims:
        yield ""
        yield from _wrap(language.word("report.uncheckable", claims=", ".join(claims)))


def _statements(rows: Sequence[Statement], language: Language) -> Iterator[str]:
    """Give each sentence once, with all the claims it is about."""
    claims: dict[tuple[str, str], list[str]] = {}
    for row in rows:
        head = f"{language.word(f'verdict.{row.verdict}')} [{row.evidence_class}]"
        about = claims.setdefault((head, language.text(row.sentence)), [])
        about += [claim for claim in row.claims if claim not in about]
    for (head, sentence), about in claims.items():
        yield from _wrap(f"{head} {', '.join(about)}: {sentence}", "    ", "  ")
