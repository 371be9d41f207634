"""What the log holds beside sheets and bulletins: ``<language>/incidents.html``.

Decisions and amendments with who approved them, the proclamation, incidents, custody of boxes,
audits, and entries of kinds that this version does not know. The log has codes and digests only,
and so has the page: no free text, no names of people.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from escrutinio.definition import Contest, Definition
from escrutinio.log.entries.model import (
    Amendment,
    AuditRecord,
    CandidacyWithdrawn,
    Change,
    Decision,
    KeyReplaced,
    PolicyReplaced,
    Proclamation,
    SignerEnrolled,
    StationMoved,
    UnknownContent,
)
from escrutinio.polling import ClosingAudit, Custody, CustodyEvent, Incident
from escrutinio.primitives import Message, say
from escrutinio.site.page_words import PageWords
from escrutinio.site.results.linking import Linker
from escrutinio.site.results.sheet_votes import compared, votes_of
from escrutinio.site.results.single_page import SinglePage
from escrutinio.site.results.view import SiteView
from escrutinio.tabulation.ledger import Proposal

if TYPE_CHECKING:
    from markupsafe import Markup

__all__ = ["IncidentsPage"]

#: Rows shown of each kind; the log has all of them.
MAX_ROWS = 300
#: Steps in the custody of a box that are shown one by one; the others are counted.
_NOTABLE = (CustodyEvent.OPENED, CustodyEvent.DAMAGED, CustodyEvent.LOST)


@dataclass(frozen=True, slots=True)
class ProposalRow:
    """A decision, an amendment or a proclamation.

    Attributes:
        proposal: it, with who signed.
        what: what it says.
        place: the station it is about, or None.
    """

    proposal: Proposal
    what: Message
    place: str | None


@dataclass(frozen=True, slots=True)
class EventRow:
    """Something that was logged about a place.

    Attributes:
        index: place of its entry.
        place: id of a station or a division; None of an entry that names none.
        what: what happened.
        time_s: when, in seconds since 1970; None where the entry does not say.
        digest: SHA-256 that the entry names, in hexadecimal, or None.
    """

    index: int
    place: str | None
    what: Message
    time_s: int | None
    digest: str | None


@dataclass(frozen=True, slots=True)
class AuditRow:
    """A count by hand at a station, against its sheet.

    Attributes:
        entry: place of its entry.
        station: id of the station.
        contest: which one.
        sheet: place of the sheet's entry; None when it is not in the log.
        by_hand: votes counted by hand.
        on_sheet: votes on the sheet; None without it.
        difference: votes by which they differ, line by line; None without the sheet.
        time_s: when, in seconds since 1970.
    """

    entry: int
    station: str
    contest: Contest
    sheet: int | None
    by_hand: int
    on_sheet: int | None
    difference: int | None
    time_s: int


@dataclass(frozen=True, slots=True)
class IncidentFacts:
    """Everything the page shows, without a language.

    Attributes:
        proclamations: proposals to proclaim, in force or not.
        decisions: about stations, newest first.
        amendments: of the definition, newest first.
        incidents: newest first.
        incident_kinds: how many of each kind, most first.
        custody: notable steps, newest first.
        custody_kinds: how many steps of each kind there are.
        audits: what differs most first.
        audit_files: manifests, draws and reports of audits.
        unknown: entries of unknown kinds.
    """

    proclamations: Sequence[ProposalRow]
    decisions: Sequence[ProposalRow]
    amendments: Sequence[ProposalRow]
    incidents: Sequence[EventRow]
    incident_kinds: Sequence[tuple[Message, int]]
    custody: Sequence[EventRow]
    custody_kinds: Sequence[tuple[Message, int]]
    audits: Sequence[AuditRow]
    audit_files: Sequence[EventRow]
    unknown: Sequence[EventRow]


class IncidentsPage(SinglePage[IncidentFacts]):
    """Incidents and decisions."""

    def __init__(self) -> None:
        """Name the page."""
        super().__init__("incidents", gather_incidents, _show, is_live=True)


def gather_incidents(view: SiteView) -> IncidentFacts:
    """Gather what the log holds beside sheets and bulletins, newest first."""
    genesis = view.ledger.genesis
    proposals = [_proposal_row(genesis, item) for item in reversed(view.ledger.proposals)]
    records = view.ledger.records[::-1]
    incidents = [
        (item.index, item.content) for item in records if isinstance(item.content, Incident)
    ]
    steps = [(item.index, item.content) for item in records if isinstance(item.content, Custody)]
    kinds = Counter(incident.kind for _, incident in incidents)
    events = Counter(step.event for _, step in steps)
    return IncidentFacts(
        proclamations=[row for row in proposals if isinstance(row.proposal.content, Proclamation)],
        decisions=[row for row in proposals if isinstance(row.proposal.content, Decision)],
        amendments=[row for row in proposals if isinstance(row.proposal.content, Amendment)],
        incidents=[_incident_row(index, incident) for index, incident in incidents],
        incident_kinds=[
            (say(f"site.incident.{kind.name.lower()}"), number)
            for kind, number in kinds.most_common()
        ],
        custody=[_custody_row(index, step) for index, step in steps if step.event in _NOTABLE],
        custody_kinds=[
            (say(f"site.custody.{event.name.lower()}"), events[event])
            for event in CustodyEvent
            if events[event]
        ],
        audits=sorted(_audit_rows(view), key=lambda row: (-(row.difference or 0), row.entry)),
        audit_files=[
            _audit_file(item.index, item.content)
            for item in records
            if isinstance(item.content, AuditRecord)
        ],
        unknown=[
            _unknown_row(item.index, item.content)
            for item in records
            if isinstance(item.content, UnknownContent)
        ],
    )


def _proposal_row(genesis: Definition, proposal: Proposal) -> ProposalRow:
    content = proposal.content
    if isinstance(content, Proclamation):
        what = say("site.incidents.proclaims", number=content.number)
        return ProposalRow(proposal, what, None)
    if isinstance(content, Amendment):
        change = content.change
        return ProposalRow(proposal, _say_change(genesis, change), _place_of(change))
    why = say(f"site.why.{content.reason.name.lower()}")
    name = content.kind.name.lower() if content.closure is None else content.closure.name.lower()
    return ProposalRow(proposal, say(f"site.decision.{name}", why=why), content.station)


def _place_of(change: Change) -> str | None:
    return change.station if isinstance(change, StationMoved) else None


def _say_change(genesis: Definition, change: Change) -> Message:
    match change:
        case KeyReplaced():
            return say("site.change.key", signer=change.signer)
        case SignerEnrolled():
            role = say(f"definition.role.{change.role}")
            return say("site.change.signer", signer=change.signer, role=role, scope=change.scope)
        case StationMoved():
            return say("site.change.moved", division=change.division)
        case CandidacyWithdrawn():
            contest = genesis.contests[change.contest]
            names = {item.code: item.names for item in contest.candidacies}
            who = names.get(change.candidacy, change.candidacy)  # type: ignore[call-overload]  # codes are texts
            if change.heir is None:
                return say("site.change.withdrawn", candidacy=who)
            heir = names.get(change.heir, change.heir)  # type: ignore[call-overload]  # codes are texts
            return say("site.change.withdrawn_for", candidacy=who, heir=heir)
        case PolicyReplaced():
            return say("site.change.policy")


def _incident_row(index: int, incident: Incident) -> EventRow:
    what = say(f"site.incident.{incident.kind.name.lower()}")
    return EventRow(index, incident.place, what, incident.time_s, _hex(incident.report))


def _custody_row(index: int, step: Custody) -> EventRow:
    what = say(f"site.custody.{step.event.name.lower()}")
    return EventRow(index, step.station, what, step.time_s, None)


def _audit_file(index: int, record: AuditRecord) -> EventRow:
    what = say(f"site.audit.{record.kind.name.lower()}")
    return EventRow(index, None, what, None, record.digest.hex())


def _unknown_row(index: int, unknown: UnknownContent) -> EventRow:
    kind = "unknown_critical" if unknown.is_critical else "unknown_kind"
    what = say(f"site.incidents.{kind}", kind=unknown.content_type)
    return EventRow(index, None, what, None, None)


def _hex(digest: bytes | None) -> str | None:
    return None if digest is None else digest.hex()


def _audit_rows(view: SiteView) -> Iterator[AuditRow]:
    for entries in view.ledger.audits.values():
        for entry in entries:
            if isinstance(entry.content, ClosingAudit):
                yield _audit_row(view, entry.index, entry.content)


def _audit_row(view: SiteView, index: int, audit: ClosingAudit) -> AuditRow:
    contest = view.ledger.genesis.contests[audit.contest]
    by_hand = votes_of(audit, contest)
    chain = view.chain(audit.contest, audit.station)
    sheets = [] if chain is None else chain.sheets
    sheet = next((item for item in sheets if item.digest == audit.sheet), None)
    on_sheet = None if sheet is None else votes_of(sheet.sheet, contest)
    return AuditRow(
        index,
        audit.station,
        contest,
        None if sheet is None else sheet.index,
        by_hand.total,
        None if on_sheet is None else on_sheet.total,
        None if on_sheet is None else compared(on_sheet, by_hand),
        audit.time_s,
    )


def _show(facts: IncidentFacts, linker: Linker, words: PageWords) -> Mapping[str, object]:
    def moment(time_s: int | None) -> Markup:
        if time_s is None:
            return words.say("page.none")
        return linker.view.moments.show(words, time_s)

    return {
        "facts": facts,
        "most": MAX_ROWS,
        "to": linker,
        "moment": moment,
        "has_contests": len(linker.view.ledger.genesis.contests) > 1,
    }
