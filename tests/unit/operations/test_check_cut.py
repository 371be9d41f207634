"""Claims against the count of a bulletin: what is compared with it, and what must not be."""

from __future__ import annotations

from collections.abc import Sequence

from escrutinio.claims import ClaimsFile, Verdict, decode_claims
from escrutinio.definition import Definition
from escrutinio.log.entries import (
    Amendment,
    Approval,
    CandidacyWithdrawn,
    Change,
    WithdrawnVotes,
)
from escrutinio.operations.check_cut import CutReport, Ground, check_cut
from escrutinio.polling import AdmittedSeal, StationOpening
from escrutinio.publication import take_cut
from escrutinio.tabulation.ledger import Ledger
from tests.builders import contest
from tests.ledger_world import Writer, official, sheet

MADE = official(contest("A B C", cap=90))


def _claims(*tables: str) -> ClaimsFile:
    text = 'format = "escrutinio-claims/1"\n'
    for number, table in enumerate(tables, start=1):
        text += f"""
            [[claim]]
            id = "K{number}"
            kind = "statement"
            date = "2030-06-02"
            source = "a paper"
            speaker = "somebody"
            title = "Claim {number}"
            {table}
            """
    return decode_claims(text.encode(), MADE.contests, "claims.toml")


def _log(made: Definition = MADE) -> Writer:
    return Writer(made)


def _count(log: Writer, *stations: str) -> Writer:
    """Log sheets of stations: A 10, B 5, C 7 and one null ballot each."""
    for name in stations:
        opening = log.add(f"d{name}", StationOpening(name, 100, 0))
        seal = log.add(f"d{name}", AdmittedSeal(name, 0, 23, 200, opening.digest))
        log.add(f"d{name}", sheet(name, (10, 5, 7), follows=seal.digest, admitted=23))
    return log


def _amend(log: Writer, change: Change) -> Writer:
    proposal = log.add("a1", Amendment(change))
    log.add("a2", Approval(proposal.digest))
    return log


def _withdraw(log: Writer) -> Writer:
    return _amend(log, CandidacyWithdrawn(0, "C", WithdrawnVotes.VOID, None))


def _check(log: Writer, claims: ClaimsFile) -> CutReport:
    ledger = Ledger.begin(log.definition)
    for entry in log.entries:
        ledger.apply(entry)
    (report,) = check_cut(ledger, take_cut(ledger), claims, "log")
    return report


def _verdicts(report: CutReport, claim: str) -> dict[str, Verdict]:
    return {
        f"{item.code} {item.subject}": item.verdict
        for item in report.report.statements
        if claim in item.claims
    }


def _sheets_said(report: CutReport, claims: Sequence[str]) -> bool:
    """Say whether sheets decided anything about some claims."""
    decided = {Verdict.SUPPORTED, Verdict.CONTRADICTED}
    return any(
        verdict in decided
        and name.split()[0] in {"CLAIM-011", "CLAIM-012", "CLAIM-013", "CLAIM-014"}
        for claim in claims
        for name, verdict in _verdicts(report, claim).items()
    )


#: About the sheets of the log: A has 20 votes at two stations, not 21.
OF_THE_LOG = 'dataset = "log"\nvotes = {A = 20}'
NOT_OF_THE_LOG = 'dataset = "log"\nvotes = {A = 21}'
OF_C = 'dataset = "log"\nvotes = {C = 14}'


def test_the_counted_sheets_decide() -> None:
    report = _check(_count(_log(), "1", "2"), _claims(OF_THE_LOG, NOT_OF_THE_LOG))
    assert report.ground is Ground.COUNT
    assert not report.apart
    assert _verdicts(report, "K1")["CLAIM-014 A"] is Verdict.SUPPORTED
    assert _verdicts(report, "K2")["CLAIM-014 A"] is Verdict.CONTRADICTED


def test_without_a_sheet_nothing_is_held_against_the_sheets() -> None:
    """Before the first sheet every announcement would be more than was counted."""
    report = _check(
        _log(), _claims(OF_THE_LOG, 'asserts = ["irreversible"]\nvotes = {A = 9, B = 8}')
    )
    assert report.ground is Ground.NO_SHEETS
    assert report.apart == {"K1", "K2"}
    assert report.report.statements
    assert not _sheets_said(report, ["K1", "K2"])


def test_a_claim_that_may_be_older_than_a_withdrawal_is_not_held_against_the_totals() -> None:
    """C had 7 votes at station 1 when somebody may have printed them."""
    log = _count(_withdraw(_count(_log(), "1")), "2")
    claims = _claims(OF_THE_LOG, "valid = 44\nvotes = {A = 20, B = 10, C = 14}")
    report = _check(log, claims)
    assert report.ground is Ground.WITHDRAWN
    assert not _sheets_said(report, ["K1", "K2"])
    assert _verdicts(report, "K2")["CLAIM-001 options"] is Verdict.SUPPORTED


def test_after_a_withdrawal_before_the_first_sheet_only_claims_that_name_it_stand_apart() -> None:
    """The ballots were printed before, and every count is without its votes."""
    log = _count(_withdraw(_log()), "1", "2")
    report = _check(log, _claims(OF_THE_LOG, OF_C, 'leads = "C"'))
    assert report.ground is Ground.COUNT
    assert report.apart == {"K2", "K3"}
    assert _verdicts(report, "K1")["CLAIM-014 A"] is Verdict.SUPPORTED
    assert not _sheets_said(report, ["K2", "K3"])
    assert [item.code for item in report.report.contest.candidacies] == ["A", "B", "C"]


def test_a_contest_is_not_held_against_the_claims_of_another() -> None:
    made = official(contest("A B", cap=90), contest("D E", code="governor", division="N", cap=90))
    claims = decode_claims(
        b'format = "escrutinio-claims/1"\n[[claim]]\nid = "K1"\ncontest = "governor"\n'
        b'kind = "statement"\ndate = "2030-06"\nsource = "x"\nspeaker = "x"\ntitle = "x"\n'
        b"votes = {D = 3}\n",
        made.contests,
        "c",
    )
    ledger = Ledger.begin(made)
    for entry in Writer(made).entries:
        ledger.apply(entry)
    president, governor = check_cut(ledger, take_cut(ledger), claims, "log")
    assert not president.report.statements
    assert [item.claims for item in governor.report.statements]
