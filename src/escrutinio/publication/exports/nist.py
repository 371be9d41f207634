"""The bulletin as a report of NIST SP 1500-100 version 2, with counts for every division.

What the standard has no place for stands in ``nist-side.json`` under the same ids. How our words
map to its words, and what is left out because it would say more than we know:

- ``Status`` is never ``certified``: a proclamation is a later entry of the log.
- Blank ballots are ``Undervotes`` where a ballot has one vote; every other ballot without a valid
  vote is inside ``BallotsRejected``. ``Overvotes`` are never said: a null ballot can be anything.
- Ballots are counted by contest. With several contests each ``BallotCounts`` is of the type
  ``other`` and names its contest.

Format page: docs/formats/exports.md. Reference: NIST SP 1500-100r2 and its JSON schema.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from fractions import Fraction

import msgspec

from escrutinio.definition import (
    Base,
    Clause,
    Comparison,
    Contest,
    Division,
    Phase,
    SeatsRule,
    Share,
    WinnerRule,
)
from escrutinio.primitives import Names
from escrutinio.publication.cut import ContestCut, Cut
from escrutinio.publication.exports import _nist_types as nist
from escrutinio.publication.exports.nist_ids import (
    candidate_id,
    contest_id,
    division_id,
    list_id,
    party_id,
)
from escrutinio.publication.exports.nist_selections import Selection, list_selections
from escrutinio.tabulation import Counters, DivisionTally
from escrutinio.tabulation.completions import BLANK

__all__ = ["encode_nist"]

#: Who wrote it; without a version, so that another one writes the same bytes.
_PROGRAM = "escrutinio-nist/1"
#: A division has one name, in whatever language it has there (BCP 47: undetermined).
_NO_LANGUAGE = "und"
#: Codes of levels that the standard has a word for.
_UNIT_TYPES = frozenset(
    {
        "borough",
        "city",
        "combined-precinct",
        "congressional",
        "country",
        "county",
        "judicial",
        "municipality",
        "polling-place",
        "precinct",
        "school",
        "state",
        "state-house",
        "state-senate",
        "town",
        "township",
        "village",
        "vote-center",
        "ward",
    }
)
_MAJORITY = Clause((Share(Base.VALID, Comparison.MORE_THAN, Fraction(1, 2)),))


def encode_nist(cut: Cut, number: int, time_s: int, issuer: str) -> bytes:
    """Write the report.

    Args:
        cut: the count at the place of the bulletin.
        number: of the bulletin.
        time_s: of the bulletin, in seconds since 1970; the only time in the document.
        issuer: origin of the log.
    """
    definition = cut.definition
    chosen = [list(list_selections(item)) for item in cut.contests]
    pairs = list(zip(cut.contests, chosen, strict=True))
    report = nist.ElectionReport(
        format="summary-contest",
        generated_date=datetime.fromtimestamp(time_s, UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        issuer=issuer,
        issuer_abbreviation=issuer,
        vendor_application_id=_PROGRAM,
        sequence_start=number,
        sequence_end=number,
        status="unofficial-complete" if _is_complete(cut) else "unofficial-partial",
        is_test=definition.phase is Phase.TEST,
        notes=_notes(cut),
        external_identifier=[_external(definition.identity, "identity")],
        gp_unit=list(_units(cut)),
        party=[party for item in cut.contests for party in _parties(item.contest)],
        election=[_election(cut, pairs)],
    )
    return msgspec.json.encode(report) + b"\n"


def _notes(cut: Cut) -> str:
    kind = cut.definition.record_kind.value
    return f"{kind} record; nist-side.json holds what this format has no place for"


def _is_complete(cut: Cut) -> bool:
    return all(item.tally.total.counters.outstanding == 0 for item in cut.contests)


def _external(value: str, kind: str) -> nist.ExternalIdentifier:
    return nist.ExternalIdentifier(type="other", other_type=kind, value=value)


def _text(names: Names) -> nist.InternationalizedText:
    return nist.InternationalizedText(
        text=[
            nist.LanguageString(content=text, language=language)
            for language, text in sorted(names.by_language.items())
        ]
    )


def _units(cut: Cut) -> Iterator[nist.ReportingUnit]:
    """Give every division of the definition."""
    inside: dict[str, list[str]] = {}
    for item in cut.definition.divisions:
        if item.parent is not None:
            inside.setdefault(item.parent, []).append(division_id(item.division))
    for item in cut.definition.divisions:
        yield _division_unit(cut, item, inside.get(item.division, ()))


def _division_unit(cut: Cut, item: Division, inside: Sequence[str]) -> nist.ReportingUnit:
    is_word = item.level in _UNIT_TYPES
    # The stations that reported differ by contest; with several contests each says its own.
    counted = cut.contests[0].tally.of(item.division) if len(cut.contests) == 1 else None
    return nist.ReportingUnit(
        id=division_id(item.division),
        type=item.level if is_word else "other",
        other_type=None if is_word else item.level,
        name=_text(Names({_NO_LANGUAGE: item.name})),
        composing_gp_unit_ids=inside or (),
        external_identifier=[_external(item.division, "division")],
        sub_units_reported=None if counted is None else counted.counters.counted,
        total_sub_units=item.stations,
        voters_registered=item.registered,
    )


def _parties(contest: Contest) -> Iterator[nist.Party]:
    """Give a party for each list that wins seats, and for each line of the ballot."""
    if isinstance(contest.rule, SeatsRule):
        for candidacy in contest.candidacies:
            yield nist.Party(
                id=list_id(contest, candidacy.code),
                name=_text(candidacy.names),
                external_identifier=[_external(candidacy.code, "candidacy")],
            )
    for option in contest.options:
        yield nist.Party(
            id=party_id(contest, option.code),
            name=_text(option.names),
            external_identifier=[_external(option.code, "option")],
        )


def _election(cut: Cut, pairs: Sequence[tuple[ContestCut, Sequence[Selection]]]) -> nist.Election:
    definition = cut.definition
    is_single = len(cut.contests) == 1
    return nist.Election(
        name=_text(definition.names),
        start_date=definition.date,
        end_date=definition.date,
        type="other",
        other_type="not stated",
        election_scope_id=division_id(definition.root.division),
        ballot_counts=[
            ballots
            for item in cut.contests
            for row in item.tally.divisions
            if (ballots := _ballots(item.contest, row, is_single=is_single)) is not None
        ],
        candidate=[person for item in cut.contests for person in _candidates(item)],
        contest=[
            _contest(item, selections, order)
            for order, (item, selections) in enumerate(pairs, start=1)
        ],
    )


def _candidates(cut: ContestCut) -> Iterator[nist.Candidate]:
    if isinstance(cut.form.rule, SeatsRule):
        return
    standing = {item.code for item in cut.contest.candidacies}
    for item in cut.form.candidacies:
        yield nist.Candidate(
            id=candidate_id(cut.form, item.code),
            ballot_name=_text(item.names),
            external_identifier=[_external(item.code, "candidacy")],
            post_election_status=None if item.code in standing else "withdrawn",
        )


def _ballots(contest: Contest, row: DivisionTally, *, is_single: bool) -> nist.BallotCounts | None:
    rejected = [
        row.categories[item.code]
        for item in contest.categories
        if item.in_ballots and not item.in_valid and item.code != BLANK
    ]
    known = [figure for figure in rejected if figure is not None]
    if row.cast is None and not known:
        return None
    return nist.BallotCounts(
        gp_unit_id=division_id(row.division),
        type="total" if is_single else "other",
        other_type=None if is_single else contest_id(contest),
        ballots_cast=row.cast,
        ballots_rejected=sum(known) if len(known) == len(rejected) else None,
    )


def _contest(
    cut: ContestCut, selections: Sequence[Selection], order: int
) -> nist.CandidateContest | nist.PartyContest:
    contest, counters = cut.contest, cut.tally.total.counters
    if isinstance(contest.rule, SeatsRule):
        return nist.PartyContest(
            id=contest_id(contest),
            name=_plain(contest.names),
            ballot_title=_text(contest.names),
            election_district_id=division_id(contest.division),
            external_identifier=[_external(contest.code, "contest")],
            sequence_order=order,
            vote_variation="proportional",
            sub_units_reported=counters.counted,
            total_sub_units=counters.expected,
            count_status=[_count_status(counters)],
            other_counts=list(_other_counts(cut)),
            contest_selection=list(_party_selections(contest, selections)),
        )
    variation = _variation(contest.rule)
    return nist.CandidateContest(
        id=contest_id(contest),
        name=_plain(contest.names),
        ballot_title=_text(contest.names),
        election_district_id=division_id(contest.division),
        external_identifier=[_external(contest.code, "contest")],
        sequence_order=order,
        vote_variation=variation,
        other_vote_variation="rule of definition.json" if variation == "other" else None,
        votes_allowed=contest.votes_allowed,
        number_elected=1,
        number_runoff=contest.rule.runoff or None,
        sub_units_reported=counters.counted,
        total_sub_units=counters.expected,
        count_status=[_count_status(counters)],
        other_counts=list(_other_counts(cut)),
        contest_selection=list(_candidate_selections(contest, selections)),
    )


def _plain(names: Names) -> str:
    """Give one name where the standard takes a text without a language."""
    return names.by_language[min(names.by_language)]


def _variation(rule: WinnerRule) -> str:
    if any(not clause.conditions for clause in rule.clauses):
        return "plurality"
    return "majority" if rule.clauses == (_MAJORITY,) else "other"


def _count_status(counters: Counters) -> nist.CountStatus:
    if counters.outstanding is None:
        status = "unknown"
    elif counters.outstanding == 0:
        status = "completed"
    else:
        status = "in-process" if counters.received else "not-processed"
    return nist.CountStatus(type="total", status=status)


def _other_counts(cut: ContestCut) -> Iterator[nist.OtherCounts]:
    if cut.contest.votes_allowed > 1:
        return
    for row in cut.tally.divisions:
        blank = next((row.categories[code] for code in row.categories if code == BLANK), None)
        if blank is not None:
            yield nist.OtherCounts(gp_unit_id=division_id(row.division), undervotes=blank)


def _candidate_selections(
    contest: Contest, selections: Sequence[Selection]
) -> Iterator[nist.CandidateSelection]:
    for order, item in enumerate(selections, start=1):
        yield nist.CandidateSelection(
            id=item.id,
            sequence_order=order,
            candidate_ids=[candidate_id(contest, item.candidacy)],
            endorsement_party_ids=() if item.option is None else [party_id(contest, item.option)],
            vote_counts=item.counts,
        )


def _party_selections(
    contest: Contest, selections: Sequence[Selection]
) -> Iterator[nist.PartySelection]:
    for order, item in enumerate(selections, start=1):
        parties = [list_id(contest, item.candidacy)]
        parties += [] if item.option is None else [party_id(contest, item.option)]
        yield nist.PartySelection(
            id=item.id, sequence_order=order, party_ids=parties, vote_counts=item.counts
        )
