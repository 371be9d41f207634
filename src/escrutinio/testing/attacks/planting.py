"""A publisher that logs what it must not, and believes it.

It takes a forged or foreign entry for a good one; everything it publishes follows from that.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import msgspec

from escrutinio.definition import Role
from escrutinio.log.entries import (
    FIRST_CRITICAL,
    Content,
    Hold,
    LoggedSheet,
    Proclamation,
    UnknownContent,
    encode_content,
    sign_entry,
)
from escrutinio.polling import Incident
from escrutinio.primitives.cbor import encode_cbor
from escrutinio.primitives.cose import sign_message
from escrutinio.tabulation.ledger import PlacedSheet, pack_sheet
from escrutinio.testing.attacks.memory import count_unheld
from escrutinio.testing.attacks.model import Attack
from escrutinio.testing.cases import Case
from escrutinio.testing.day import Day, Event, bulletin_after
from escrutinio.testing.rehearsal import Rehearsal

__all__ = ["ATTACKS", "with_stolen_votes"]

_STOLEN_VOTES = 40


def _believe_forged_key(rehearsal: Rehearsal) -> str:
    """Replace a sheet by one under a key that nobody enrolled."""
    return _forge_sheet(rehearsal, lambda _day, _station: "nobody")


def _believe_other_station(rehearsal: Rehearsal) -> str:
    """Replace a sheet by one that the machine of another station signed."""
    return _forge_sheet(rehearsal, lambda day, _station: f"device-{day.plain_station(1)}")


def _believe_replaced_key(rehearsal: Rehearsal) -> str:
    """Replace a sheet by one under a key that an amendment had replaced before."""
    station = rehearsal.day.station_of(Case.REPLACED_KEY)
    return _forge_sheet(rehearsal, lambda _day, at: f"device-{at}", station)


def _believe_other_election(rehearsal: Rehearsal) -> str:
    """Replace a sheet by one that the same machine signed for another election, as in a test."""
    day = rehearsal.day
    station = day.plain_station()
    true = day.sheet(station)
    content = with_stolen_votes(true)
    election = bytes(reversed(day.identity))
    data = sign_entry(content, election, day.key(true.signer))
    return _replace_sheet(rehearsal, true, data, content)


def _forge_sheet(
    rehearsal: Rehearsal, choose: Callable[[Day, str], str], station: str | None = None
) -> str:
    day = rehearsal.day
    station = station or day.plain_station()
    true = day.sheet(station)
    content = with_stolen_votes(true)
    forged = day.sign(true.time_s, content, choose(day, station))
    return _replace_sheet(rehearsal, true, forged.data, content)


def _replace_sheet(rehearsal: Rehearsal, true: Event, data: bytes, content: Content) -> str:
    """Log a forged sheet where the true one would be, and believe it."""
    rehearsal.day.drop(true)
    rehearsal.run_to(bulletin_after(true.time_s) - 1)
    rehearsal.log_until(true.time_s + 1)
    place = rehearsal.plant(data, content, true.signer)
    rehearsal.run()
    return f"entry {place}"


def with_stolen_votes(event: Event) -> LoggedSheet:
    """Give the same sheet with votes of the largest line on another."""
    sheet = _sheet_of(event)
    votes = [vote or 0 for vote in sheet.votes]
    most = votes.index(max(votes))
    votes[most] -= _STOLEN_VOTES
    votes[(most + 1) % len(votes)] += _STOLEN_VOTES
    return msgspec.structs.replace(sheet, votes=tuple(votes))


def _sheet_of(event: Event) -> LoggedSheet:
    if not isinstance(event.content, LoggedSheet):
        raise TypeError(event.content)
    return event.content


def _replay_sheet(rehearsal: Rehearsal) -> str:
    """Log the sheet of a station again, and count it as that of another station."""
    day = rehearsal.day
    sheets = [_sheet_of(day.sheet(day.plain_station(at))) for at in (0, 1)]
    # The smaller one: the ballots of the other might be too many for the roll.
    fewer, more = sorted(sheets, key=lambda sheet: sum(vote or 0 for vote in sheet.votes))
    station = more.station
    good, other = day.sheet(fewer.station), day.sheet(station)
    time_s = max(good.time_s, other.time_s)
    day.drop(other)
    rehearsal.run_to(bulletin_after(time_s) - 1)
    rehearsal.log_until(time_s + 1)
    place = rehearsal.plant(good.data)
    replayed = msgspec.structs.replace(fewer, station=station)
    packed = pack_sheet(replayed)
    placed = PlacedSheet(place, good.digest, other.signer, Role.DEVICE, station, 1, packed)
    rehearsal.log.ledger.chains(0)[station].sheets.append(placed)
    rehearsal.run()
    return station


def _sheet_without_seal(rehearsal: Rehearsal) -> str:
    """Count a sheet whose seal was never logged, and log no hold for it."""
    day = rehearsal.day
    station = day.plain_station()
    day.drop(day.seal(station))
    return count_unheld(rehearsal, station)


def _seal_before_opening(rehearsal: Rehearsal) -> str:
    """Count a sheet whose station was opened after its seal, and log no hold for it."""
    day = rehearsal.day
    station = day.plain_station()
    opening, sheet = day.opening(station), day.sheet(station)
    day.replace(opening, replace(opening, time_s=sheet.time_s))
    return count_unheld(rehearsal, station)


def _hold_without_finding(rehearsal: Rehearsal) -> str:
    """Hold a good sheet for a reason that no check finds."""
    day = rehearsal.day
    hold = Hold(day.sheet(day.plain_station()).digest, ("SHEET-303",))
    return _plant_late(rehearsal, day.sign(0, hold, "operator"))


def _hold_released(rehearsal: Rehearsal) -> str:
    """Hold a sheet again for what a decision released it from."""
    day = rehearsal.day
    released = day.sheet(day.station_of(Case.RELEASED)).digest
    rehearsal.run_to(day.bulletins - 1)
    codes = next(
        placed.hold.codes for placed in rehearsal.log.ledger.holds if placed.hold.sheet == released
    )
    return _plant_late(rehearsal, day.sign(0, Hold(released, codes), "operator"))


def _proclaim_other_number(rehearsal: Rehearsal) -> str:
    """Proclaim a bulletin under the number of another."""
    rehearsal.run_to(rehearsal.day.bulletins)
    placed = rehearsal.log.ledger.bulletins[-1]
    time_s = placed.bulletin.time_s + 600
    content = Proclamation(placed.digest, placed.bulletin.number - 1, time_s)
    event = rehearsal.day.sign(time_s, content, "authority-1")
    place = rehearsal.plant(event.data, event.content, event.signer)
    rehearsal.publish(time_s, has_bulletin=False)
    return f"entry {place}"


def _log_malformed(rehearsal: Rehearsal) -> str:
    """Log bytes that are no entry."""
    event = rehearsal.day.sheet(rehearsal.day.plain_station())
    return _plant_late(rehearsal, replace(event, data=event.data[:-1]), is_believed=False)


def _log_second_spelling(rehearsal: Rehearsal) -> str:
    """Log an entry in another spelling of the same values, under a good signature."""
    day = rehearsal.day
    event = day.find(lambda content: isinstance(content, Incident))
    content_type, payload = encode_content(event.content, day.identity)
    # The version 1 in two bytes where one would do.
    spelled = payload[:1] + b"\x01\x18\x01" + payload[3:]
    data = sign_message(day.key(event.signer), content_type, spelled)
    return _plant_late(rehearsal, replace(event, data=data), is_believed=False)


def _log_critical_kind(rehearsal: Rehearsal) -> str:
    """Log an entry of a kind that a reader must understand and no version knows."""
    day = rehearsal.day
    payload = encode_cbor({1: 1, 2: day.identity, 3: "rehearsal"})
    data = sign_message(day.key("auditor-1"), FIRST_CRITICAL, payload)
    content = UnknownContent(FIRST_CRITICAL, is_critical=True)
    return _plant_late(rehearsal, Event(0, content, "auditor-1", data))


def _plant_late(rehearsal: Rehearsal, event: Event, *, is_believed: bool = True) -> str:
    """Log something just before the last bulletin."""
    rehearsal.run_to(rehearsal.day.bulletins - 1)
    place = rehearsal.plant(event.data, event.content if is_believed else None, event.signer)
    rehearsal.run()
    return f"entry {place}"


#: The attacks of this module.
ATTACKS = (
    Attack(
        name="key-forged",
        step="V08",
        also=(
            "V15",
            "V17",
            "V18",
        ),
        run=_believe_forged_key,
        en="A sheet is replaced by one under a key that nobody enrolled",
        es="Un acta se cambia por otra con una clave que nadie inscribió",
    ),
    Attack(
        name="key-of-other-station",
        step="V08",
        also=(
            "V15",
            "V17",
            "V18",
        ),
        run=_believe_other_station,
        en="A sheet is replaced by one that another station's machine signed",
        es="Un acta se cambia por otra firmada por la máquina de otra mesa",
    ),
    Attack(
        name="key-replaced-before",
        step="V08",
        also=(
            "V15",
            "V17",
            "V18",
        ),
        run=_believe_replaced_key,
        en="A sheet is replaced by one under a key that an amendment had replaced",
        es="Un acta se cambia por otra con una clave ya reemplazada por una enmienda",
    ),
    Attack(
        name="test-sheet",
        step="V07",
        also=(
            "V15",
            "V17",
            "V18",
        ),
        run=_believe_other_election,
        en="A sheet is replaced by one of another election, as of a test",
        es="Un acta se cambia por la de otra elección, como la de un simulacro",
    ),
    Attack(
        name="sheet-replayed",
        step="V15",
        also=(
            "V11",
            "V16",
            "V17",
            "V18",
        ),
        run=_replay_sheet,
        en="The sheet of a station is logged again and counted for another one",
        es="El acta de una mesa se registra otra vez y se cuenta por otra mesa",
    ),
    Attack(
        name="seal-missing",
        step="V09",
        also=("V12",),
        run=_sheet_without_seal,
        en="A sheet is counted whose sealed number of voters was never logged",
        es="Se cuenta un acta cuyo número sellado de votantes nunca se registró",
    ),
    Attack(
        name="opening-after-seal",
        step="V09",
        also=("V12",),
        run=_seal_before_opening,
        en="A sheet is counted whose station opened after its seal",
        es="Se cuenta un acta cuya mesa abrió después de su sello",
    ),
    Attack(
        name="hold-invented",
        step="V12",
        run=_hold_without_finding,
        en="A good sheet is held for a reason that no check finds",
        es="Un acta buena se observa por un motivo que ninguna revisión encuentra",
    ),
    Attack(
        name="release-undone",
        step="V12",
        run=_hold_released,
        en="A sheet that a decision released is held again for the same reason",
        es="Un acta que una decisión liberó se observa otra vez por el mismo motivo",
    ),
    Attack(
        name="proclamation-other",
        step="V20",
        run=_proclaim_other_number,
        en="The authority proclaims a bulletin under the number of another",
        es="La autoridad proclama un boletín con el número de otro",
    ),
    Attack(
        name="entry-malformed",
        step="V07",
        run=_log_malformed,
        en="Bytes are logged that are no entry",
        es="Se registran bytes que no son un asiento",
    ),
    Attack(
        name="entry-respelled",
        step="V07",
        run=_log_second_spelling,
        en="An entry is logged in another spelling of the same values",
        es="Se registra un asiento escrito de otro modo con los mismos valores",
    ),
    Attack(
        name="entry-critical",
        step="V15",
        is_unchecked=True,
        run=_log_critical_kind,
        en="An entry is logged that a reader must understand and cannot",
        es="Se registra un asiento que el lector debe entender y no puede",
    ),
)
