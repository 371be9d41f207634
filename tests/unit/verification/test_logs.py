"""Records whose publisher holds every key and lies: what each step finds in the log itself.

The publisher of a rehearsal goes on honestly after the lie, so the record is as consistent as a
liar could make it.
"""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path

from escrutinio.definition import StationKind
from escrutinio.log import decode_checkpoint, encode_proof, prove_entry
from escrutinio.log.entries import Hold, LoggedSheet, UnknownContent, sign_entry
from escrutinio.polling import StationOpening
from escrutinio.primitives.cbor import encode_cbor
from escrutinio.primitives.cose import sign_message
from escrutinio.primitives.keys import SigningKey
from escrutinio.publication import Anchor
from escrutinio.sheet.qr_text import encode_qr_text
from escrutinio.testing.election import CLOSING_S
from escrutinio.testing.rehearsal import Rehearsal
from escrutinio.verification import (
    Answer,
    NamedCheckpoint,
    StepStatus,
    Verified,
    decode_announcement,
    decode_paper,
)
from tests.unit.verification.records import (
    NOW_S,
    Published,
    anchor_of,
    failed,
    rehearse,
    small_record,
    verify,
)


def _finish(rehearsal: Rehearsal, folder: Path, bulletins: int = 2) -> tuple[Path, Anchor]:
    rehearsal.run_to(bulletins)
    return folder / "record", anchor_of(rehearsal.day.election)


def _begun(folder: Path) -> Rehearsal:
    rehearsal = rehearse(folder)
    rehearsal.run_to(1)
    return rehearsal


def _sheet(rehearsal: Rehearsal) -> LoggedSheet:
    content = rehearsal.day.sheet(rehearsal.day.plain_station()).content
    assert isinstance(content, LoggedSheet)
    return content


def test_a_forged_signature_is_named_with_its_entry(tmp_path: Path) -> None:
    """A sheet under a key that nobody enrolled for its station says nothing, and is shown."""
    rehearsal = _begun(tmp_path)
    rogue = rehearsal.day.key("operator-of-nothing")
    place = rehearsal.plant(sign_entry(_sheet(rehearsal), rehearsal.day.identity, rogue))
    found = failed(verify(*_finish(rehearsal, tmp_path)))
    assert found.keys() == {"V08"}
    assert [item.where for item in found["V08"].places] == [f"entry {place}"]


def test_bytes_that_are_no_entry_are_named(tmp_path: Path) -> None:
    """The log takes bytes; what is none of ours must not hide among ours."""
    rehearsal = _begun(tmp_path)
    place = rehearsal.plant(b"no entry at all")
    found = failed(verify(*_finish(rehearsal, tmp_path)))
    assert found.keys() == {"V07"}
    assert found["V07"].places[0].where.startswith(f"entry {place}")


def test_a_sheet_of_another_election_is_named(tmp_path: Path) -> None:
    """A sheet of the rehearsal, signed by the right device, is not one of the election."""
    rehearsal = _begun(tmp_path)
    sheet = _sheet(rehearsal)
    key = rehearsal.day.key(f"device-{sheet.station}")
    place = rehearsal.plant(sign_entry(sheet, bytes(16), key))
    found = failed(verify(*_finish(rehearsal, tmp_path)))
    assert found.keys() == {"V07"}
    assert f"entry {place}" in found["V07"].places[0].where


def test_a_hold_without_a_finding_is_named(tmp_path: Path) -> None:
    """Whoever holds the log could keep stations out of the totals one by one."""
    rehearsal = _begun(tmp_path)
    event = rehearsal.day.sheet(rehearsal.day.plain_station())
    hold = Hold(event.digest, ("SHEET-301",))
    data = sign_entry(hold, rehearsal.day.identity, rehearsal.day.key("operator"))
    place = rehearsal.plant(data, hold, "operator")
    found = failed(verify(*_finish(rehearsal, tmp_path)))
    assert found.keys() == {"V12"}
    assert found["V12"].places[0].where == f"entry {place}: 4, codes"


def test_an_unknown_critical_entry_leaves_the_totals_open(tmp_path: Path) -> None:
    """A reader that does not understand a rule must not say that it was followed."""
    rehearsal = _begun(tmp_path)
    payload = encode_cbor({1: 1, 2: rehearsal.day.identity})
    data = sign_message(rehearsal.day.key("operator"), 65_300, payload)
    place = rehearsal.plant(data, UnknownContent(65_300, is_critical=True), "operator")
    verified = verify(*_finish(rehearsal, tmp_path))
    assert verified.answer is Answer.UNCHECKED
    left = {step.code.value for step in verified.steps if step.status is StepStatus.NOT_CHECKED}
    assert {"V15", "V17", "V18"} <= left
    totals = next(step for step in verified.steps if step.code == "V15")
    assert [item.where for item in totals.places] == [f"entry {place}"]


def test_who_may_sign_is_certain_up_to_an_unknown_critical_entry(tmp_path: Path) -> None:
    """It may enrol anybody: what was signed before it is judged, and nothing behind it."""
    rehearsal = _begun(tmp_path)
    stations = rehearsal.day.election.definition.stations or ()
    station, other = [item.station for item in stations if item.kind is StationKind.DEVICE][:2]
    signer = f"device-{other}"
    foreign, later = (StationOpening(station, CLOSING_S + second, 0) for second in (0, 1))
    place = rehearsal.plant(_signed(rehearsal, foreign, signer), foreign, signer)
    unknown = UnknownContent(65_300, is_critical=True)
    payload = encode_cbor({1: 1, 2: rehearsal.day.identity})
    data = sign_message(rehearsal.day.key("operator"), 65_300, payload)
    assert rehearsal.plant(data, unknown, "operator") == place + 1
    rehearsal.plant(_signed(rehearsal, later, signer), later, signer)
    stranger = sign_entry(later, rehearsal.day.identity, SigningKey(b"\7" * 32))
    rehearsal.plant(stranger, later, signer)
    found = failed(verify(*_finish(rehearsal, tmp_path)))
    assert found.keys() == {"V08"}
    assert [item.where for item in found["V08"].places] == [f"entry {place}: signer"]


def _signed(rehearsal: Rehearsal, opening: StationOpening, signer: str) -> bytes:
    return sign_entry(opening, rehearsal.day.identity, rehearsal.day.key(signer))


def test_a_promised_bulletin_that_never_came_is_due(tmp_path: Path) -> None:
    """The witnesses' clocks say that time has passed, not the reader's."""
    rehearsal = rehearse(tmp_path)
    rehearsal.run_to(3)
    last = rehearsal.log.ledger.bulletins[-1].bulletin.time_s
    rehearsal.log_until(last + 600)
    rehearsal.publish(last + 3 * 86_400, has_bulletin=False)
    found = failed(verify(tmp_path / "record", anchor_of(rehearsal.day.election)))
    assert found.keys() == {"V16"}
    assert "bulletin 4" in found["V16"].places[0].expected


class _Growth:
    """A record at two moments of its day."""

    def __init__(self, folder: Path) -> None:
        rehearsal = rehearse(folder)
        rehearsal.run_to(2)
        self.folder = folder / "record"
        self.anchor = anchor_of(rehearsal.day.election)
        self.early = verify(self.folder, self.anchor)
        self.checkpoint = (self.folder / "checkpoint").read_bytes()
        self.rehearsal = rehearsal


def _cut(verified: Verified) -> list[tuple[str, str]]:
    return [(step.code.value, step.status.value) for step in verified.steps if step.code != "V06"]


def test_verifying_on_says_what_verifying_all_says(tmp_path: Path) -> None:
    """The same guarantee for less work, through amendments, decisions and bulletins."""
    growth = _Growth(tmp_path)
    state = growth.early.state
    assert state is not None
    growth.rehearsal.run()
    whole = verify(growth.folder, growth.anchor)
    onward = verify(growth.folder, growth.anchor, verified=state)
    assert onward.since > 0
    assert _cut(onward) == _cut(whole)
    assert onward.answer is whole.answer is Answer.VERIFIED
    assert onward.state is not None
    assert whole.state is not None
    assert (onward.state.ledger, onward.state.levels) == (whole.state.ledger, whole.state.levels)


def test_an_older_checkpoint_is_extended_or_contradicted(tmp_path: Path) -> None:
    """A history that was rewritten has another beginning than the one a reader kept."""
    growth = _Growth(tmp_path / "one")
    kept = (NamedCheckpoint("kept", decode_checkpoint(growth.checkpoint, "kept")),)
    growth.rehearsal.run_to(3)
    assert verify(growth.folder, growth.anchor, older=kept).answer is Answer.VERIFIED
    other = rehearse(tmp_path / "two")
    other.plant(b"history, rewritten")
    folder, anchor = _finish(other, tmp_path / "two", 3)
    assert "V06" in failed(verify(folder, anchor, older=kept))


def test_a_newer_checkpoint_than_the_record_is_not_a_pass(tmp_path: Path) -> None:
    """A mirror that stands still is no proof of anything later."""
    growth = _Growth(tmp_path)
    old = shutil.copytree(growth.folder, tmp_path / "mirror")
    growth.rehearsal.run_to(3)
    signed = decode_checkpoint((growth.folder / "checkpoint").read_bytes(), "kept")
    verified = verify(old, growth.anchor, older=(NamedCheckpoint("kept", signed),))
    assert verified.answer is Answer.UNCHECKED


def test_papers_in_the_log_are_found_and_others_are_not(tmp_path: Path) -> None:
    """What an agent holds must be in the record that is published."""
    rehearsal = rehearse(tmp_path)
    plain = [rehearsal.day.sheet(rehearsal.day.plain_station(at)) for at in (0, 1)]
    withheld = plain[1]
    rehearsal.day.drop(withheld)
    folder, anchor = _finish(rehearsal, tmp_path)
    held = decode_paper(plain[0].data, "sheet.cbor")
    text = decode_paper(encode_qr_text(plain[0].data).encode() + b"\n", "qr.txt")
    assert verify(folder, anchor, papers=(held, text)).answer is Answer.VERIFIED
    lost = decode_paper(withheld.data, "withheld.cbor")
    (place,) = failed(verify(folder, anchor, papers=(lost,)))["V21"].places
    assert hashlib.sha256(withheld.data).hexdigest() in place.expected
    content = withheld.content
    forged = sign_entry(content, rehearsal.day.identity, rehearsal.day.key("somebody"))
    verified = verify(folder, anchor, papers=(decode_paper(forged, "forged.cbor"),))
    assert verified.answer is Answer.UNCHECKED, "a paper that nobody enrolled signed proves nothing"


def test_a_receipt_is_held_against_the_log(tmp_path: Path) -> None:
    """A receipt of the past holds in every later record, and in no rewritten one."""
    growth = _Growth(tmp_path / "one")
    signed = decode_checkpoint(growth.checkpoint, "kept")
    proof = prove_entry(growth.rehearsal.workspace.log, signed, 9)
    receipt = decode_paper(encode_proof(proof), "mine.tlog-proof")
    growth.rehearsal.run_to(3)
    assert verify(growth.folder, growth.anchor, papers=(receipt,)).answer is Answer.VERIFIED
    other = rehearse(tmp_path / "two")
    other.plant(b"history, rewritten")
    folder, anchor = _finish(other, tmp_path / "two", 3)
    assert "V21" in failed(verify(folder, anchor, papers=(receipt,)))


def test_an_announcement_is_held_against_its_bulletin() -> None:
    """What was read out must be what was published."""
    published = small_record()
    text = 'format = "escrutinio-announced/1"\nbulletin = 6\n[contest.president]\ncounted = {}\n'
    counted = verify(published.folder, published.anchor)
    assert counted.bulletins[-1][0] == 6
    figures = _national(published)
    good = decode_announcement(text.format(figures).encode(), "said.toml")
    assert verify(published.folder, published.anchor, announced=(good,)).answer is Answer.VERIFIED
    wrong = decode_announcement(text.format(figures + 1).encode(), "said.toml")
    (place,) = failed(verify(published.folder, published.anchor, announced=(wrong,)))["V20"].places
    assert place.where == "said.toml: contest.president.counted"


def _national(published: Published) -> int:
    path = published.folder / "data" / "000006" / "divisions-president.csv"
    header, first = path.read_text(encoding="utf-8").splitlines()[:2]
    return int(dict(zip(header.split(","), first.split(","), strict=False))["counted"])


def test_the_clock_of_the_reader_changes_no_answer() -> None:
    """A copy of a record is good for ever."""
    published = small_record()
    early = verify(published.folder, published.anchor)
    assert early.answer is Answer.VERIFIED
    assert early.bulletins[-1][1] < NOW_S
