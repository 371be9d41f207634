"""A publisher that logs what arrives and adds up something else.

Every entry is good. What the publisher remembers of them is not, and its bulletins, rows and
exports all follow from what it remembers: they agree with each other and contradict the log.
"""

from __future__ import annotations

from dataclasses import replace

import msgspec

from escrutinio.definition import Role
from escrutinio.log.entries import (
    Amendment,
    Approval,
    Decision,
    DecisionKind,
    DecisionReason,
    LoggedSheet,
    StationMoved,
)
from escrutinio.publication.layout import body_path
from escrutinio.tabulation.ledger import (
    Ledger,
    StationChain,
    find_findings,
    pack_sheet,
    pending_holds,
    record_rows,
)
from escrutinio.testing.attacks.model import Attack
from escrutinio.testing.cases import Case
from escrutinio.testing.day import bulletin_after, bulletin_time
from escrutinio.testing.rehearsal import Rehearsal

__all__ = ["ATTACKS", "count_unheld"]

#: From this bulletin on the publisher lies.
_FROM = 4
_MOVED_VOTES = 25


def _alter_totals(rehearsal: Rehearsal) -> str:
    """Move votes of a counted sheet from one line to another."""
    station = rehearsal.day.plain_station()
    rehearsal.run_to(_FROM - 1)
    placed = _chain(rehearsal, station).sheets[0]
    sheet = placed.sheet
    if not isinstance(sheet, LoggedSheet):
        raise TypeError(sheet)
    votes = [vote or 0 for vote in sheet.votes]
    most = votes.index(max(votes))
    other = (most + 1) % len(votes)
    votes[most] -= _MOVED_VOTES
    votes[other] += _MOVED_VOTES
    placed.packed = pack_sheet(msgspec.structs.replace(sheet, votes=tuple(votes)))
    rehearsal.run()
    return body_path(_FROM)


def _drop_station(rehearsal: Rehearsal) -> str:
    """Forget the sheet of a station that was counted in the bulletins before."""
    station = rehearsal.day.plain_station()
    rehearsal.run_to(_FROM - 1)
    _chain(rehearsal, station).sheets.clear()
    rehearsal.run()
    return station


def _count_surplus(rehearsal: Rehearsal) -> str:
    """Log no hold for a sheet with more ballots than voters, and count it."""
    return count_unheld(rehearsal, rehearsal.day.station_of(Case.SURPLUS))


def count_unheld(rehearsal: Rehearsal, station: str) -> str:
    """Log no hold for the sheet of a station, whatever the checks find, and count it."""
    rehearsal.run_to(bulletin_after(rehearsal.day.sheet(station).time_s) - 1)
    time_s = rehearsal.log_next()
    _forgive(rehearsal, station)
    rehearsal.publish(time_s, has_bulletin=True)
    rehearsal.run()
    return station


def _release_silently(rehearsal: Rehearsal) -> str:
    """Count a sheet again that was held, without any decision."""
    station = rehearsal.day.station_of(Case.SURPLUS)
    rehearsal.run_to(_FROM - 1)
    _chain(rehearsal, station).sheets[0].stand().holds.clear()
    rehearsal.run()
    return station


def _count_fork(rehearsal: Rehearsal) -> str:
    """Count the second of two first sheets of a station."""
    station = rehearsal.day.station_of(Case.FORK)
    rehearsal.run_to(_FROM - 1)
    _chain(rehearsal, station).approved = 1
    rehearsal.run()
    return station


def _count_unapproved(rehearsal: Rehearsal) -> str:
    """Count a later version that nobody approved."""
    station = rehearsal.day.station_of(Case.UNAPPROVED)
    rehearsal.run_to(_FROM - 1)
    _chain(rehearsal, station).approved = 1
    rehearsal.run()
    return station


def _approve_alone(rehearsal: Rehearsal) -> str:
    """Annul a sheet by the decision of one authority signer where two must agree."""
    station, decision = _annulment(rehearsal)
    rehearsal.run_to(_FROM - 1)
    _require_one(rehearsal)
    rehearsal.submit([rehearsal.day.sign(bulletin_time(_FROM - 1), decision, "authority-1")])
    rehearsal.run()
    return station


def _repeat_approval(rehearsal: Rehearsal) -> str:
    """Have the author of a decision approve it too, and count that as two signers."""
    day = rehearsal.day
    station, decision = _annulment(rehearsal)
    rehearsal.run_to(_FROM - 1)
    proposal = day.sign(bulletin_time(_FROM - 1), decision, "authority-1")
    approval = day.sign(bulletin_time(_FROM - 1), Approval(proposal.digest), "authority-1")
    rehearsal.submit([proposal])
    rehearsal.plant(approval.data, approval.content, "authority-2")
    rehearsal.run()
    return station


def _amend_alone(rehearsal: Rehearsal) -> str:
    """Move a station by the amendment of one authority signer where two must agree."""
    day = rehearsal.day
    station, other = day.plain_station(), day.plain_station(1)
    definition = day.election.definition
    there = next(item.division for item in definition.stations or () if item.station == other)
    rehearsal.run_to(_FROM - 1)
    _require_one(rehearsal)
    amendment = Amendment(StationMoved(station, there, ""))
    rehearsal.submit([day.sign(bulletin_time(_FROM - 1), amendment, "authority-1")])
    rehearsal.run()
    return station


def _annulment(rehearsal: Rehearsal) -> tuple[str, Decision]:
    station = rehearsal.day.plain_station()
    sheet = rehearsal.day.sheet(station).digest
    reason = DecisionReason.RULING
    return station, Decision(DecisionKind.ANNUL, station, 0, sheet, reason, None)


def _chain(rehearsal: Rehearsal, station: str) -> StationChain:
    return rehearsal.log.ledger.chains(0)[station]


def _forgive(rehearsal: Rehearsal, station: str) -> None:
    """Make the publisher believe that a hold of this sheet is in the log."""
    ledger = rehearsal.log.ledger
    rows = record_rows(ledger, ledger.genesis.contests[0])
    placed = _chain(rehearsal, station).sheets[0]
    for hold in pending_holds(ledger, rows, find_findings(ledger, rows)):
        if hold.sheet == placed.digest:
            placed.stand().codes = list(hold.codes)


def _require_one(rehearsal: Rehearsal) -> None:
    """Make the publisher believe that one authority signer is enough."""
    ledger = rehearsal.log.ledger
    trust = ledger.genesis.trust
    if trust is None:
        raise TypeError(trust)
    lax = replace(trust, required={**trust.required, Role.AUTHORITY: 1})
    rehearsal.log.ledger = Ledger.load(ledger.dump(), replace(ledger.genesis, trust=lax))


#: The attacks of this module.
ATTACKS = (
    Attack(
        name="totals-altered",
        step="V15",
        also=(
            "V16",
            "V17",
            "V18",
        ),
        run=_alter_totals,
        en="Votes of a counted sheet are moved to another line in every total",
        es="Votos de un acta contada pasan a otra línea en todos los totales",
    ),
    Attack(
        name="station-dropped",
        step="V16",
        also=(
            "V11",
            "V15",
            "V17",
            "V18",
        ),
        run=_drop_station,
        en="A station that was counted is missing again in the next bulletin",
        es="Una mesa ya contada vuelve a faltar en el boletín siguiente",
    ),
    Attack(
        name="hold-missing",
        step="V12",
        also=("V13",),
        run=_count_surplus,
        en="A sheet with more ballots than voters is counted and not held",
        es="Un acta con más boletas que votantes se cuenta sin ser observada",
    ),
    Attack(
        name="hold-lifted",
        step="V15",
        also=(
            "V11",
            "V16",
            "V17",
            "V18",
        ),
        run=_release_silently,
        en="A held sheet is counted without any decision",
        es="Un acta observada se cuenta sin decisión alguna",
    ),
    Attack(
        name="fork-counted",
        step="V15",
        also=(
            "V11",
            "V16",
            "V17",
            "V18",
        ),
        run=_count_fork,
        en="Of two first sheets of a station the second one is counted",
        es="De dos primeras actas de una mesa se cuenta la segunda",
    ),
    Attack(
        name="late-version-counted",
        step="V15",
        also=(
            "V11",
            "V16",
            "V17",
            "V18",
        ),
        run=_count_unapproved,
        en="A later version of a sheet is counted that nobody approved",
        es="Se cuenta una versión posterior de un acta que nadie aprobó",
    ),
    Attack(
        name="decision-alone",
        step="V15",
        also=(
            "V11",
            "V16",
            "V17",
            "V18",
        ),
        run=_approve_alone,
        en="One authority signer annuls a sheet where two must agree",
        es="Una sola firma de la autoridad anula un acta que exige dos",
    ),
    Attack(
        name="approval-repeated",
        step="V15",
        also=(
            "V11",
            "V16",
            "V17",
            "V18",
        ),
        run=_repeat_approval,
        en="The author of a decision approves it too, and counts as two",
        es="Quien propone una decisión también la aprueba, y cuenta por dos",
    ),
    Attack(
        name="amendment-alone",
        step="V15",
        also=(
            "V16",
            "V17",
            "V18",
        ),
        run=_amend_alone,
        en="One authority signer moves a station where two must agree",
        es="Una sola firma de la autoridad traslada una mesa cuando se exigen dos",
    ),
)
