"""Publishing: what is in a record, what stays, what is refused."""

from __future__ import annotations

import errno
import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from escrutinio.adapters.election_folder import open_workspace, writing_workspace
from escrutinio.adapters.log_folder import LogFolder
from escrutinio.adapters.record_folder import RecordFolder
from escrutinio.errors import (
    AdapterError,
    MalformedError,
    RefusedError,
    UnverifiableError,
    VerificationError,
)
from escrutinio.log import (
    CosignerKey,
    LogKey,
    LogReader,
    SignedCheckpoint,
    decode_policy,
    decode_proof,
    load_checkpoint,
    sign_cosignature,
    verify_policy,
    verify_proof,
)
from escrutinio.log.asking import Asked, AskStatus, WitnessOutcome
from escrutinio.log.entries import (
    Amendment,
    Approval,
    Decision,
    DecisionKind,
    DecisionReason,
    PolicyReplaced,
)
from escrutinio.operations import (
    ElectionLog,
    Published,
    Submission,
    SubmissionAnswer,
    begin_election,
    make_anchor,
    make_receipts,
    open_election,
    publish_record,
    submit_entries,
    view_election,
)
from escrutinio.operations.election_log import STATE_PATH
from escrutinio.primitives.keys import SigningKey
from escrutinio.publication.layout import MANIFEST_NAME, POLICY_NAME
from escrutinio.testing.election import BULLETIN_EVERY_S, CLOSING_S
from tests.unit.operations.days import Day, small_day
from tests.unit.operations.deaths import FailingDisk
from tests.unit.operations.readers import read_record

DAY = small_day()
FIRST_S = CLOSING_S + BULLETIN_EVERY_S


@pytest.fixture
def election(tmp_path: Path) -> Iterator[ElectionLog]:
    """Give an election that has begun, open for writing."""
    with writing_workspace(tmp_path / "election") as workspace:
        yield begin_election(workspace, DAY.world.files, DAY.log_key, DAY.operator)


def _append(election: ElectionLog, *entries: bytes) -> tuple[SubmissionAnswer, ...]:
    submissions = [Submission(f"file {number}", data) for number, data in enumerate(entries)]
    return submit_entries(election, submissions)


def _publish(election: ElectionLog, folder: Path, number: int | None = 1) -> Published:
    time_s = None if number is None else CLOSING_S + number * BULLETIN_EVERY_S
    return publish_record(election, RecordFolder(folder), DAY.operator, time_s)


def _bytes_of(folder: Path) -> dict[str, bytes]:
    return {path: (folder / path).read_bytes() for path in RecordFolder(folder).list_paths()}


def test_a_record_is_whole_and_holds_what_the_profile_demands(
    election: ElectionLog, tmp_path: Path
) -> None:
    """Three ballots more than voters: the sheet is held by an entry, in the same bulletin."""
    _append(election, *DAY.reports(0, 3), *DAY.report(DAY.stations[3], surplus=3))
    published = _publish(election, tmp_path / "record")
    assert (published.number, published.holds, published.departures) == (1, 1, ())
    entries = read_record(tmp_path / "record", DAY)
    assert entries is not None
    assert len(entries) == 1 + 12 + 1 + 1
    figures = election.ledger.bulletins[0].bulletin.figures[0]
    assert (figures.counted, figures.held) == (3, 1)


def test_what_was_published_never_changes(election: ElectionLog, tmp_path: Path) -> None:
    """But for MANIFEST, the checkpoint, and old exports and partial tiles, which go."""
    _append(election, *DAY.reports(0, 2))
    _publish(election, tmp_path / "record", 1)
    first = _bytes_of(tmp_path / "record")
    _append(election, *DAY.reports(2, 4))
    _publish(election, tmp_path / "record", 2)
    _publish(election, tmp_path / "record", 3)
    third = _bytes_of(tmp_path / "record")
    changed = {path for path, data in first.items() if third.get(path) != data}
    gone = {path for path in first if path not in third}
    assert changed - gone == {"MANIFEST", "checkpoint"}
    assert {path.split("/")[0] for path in gone} == {"data", "tile"}
    assert {path.split("/")[1] for path in gone if path.startswith("data")} == {"000001"}


def test_the_tiles_of_the_checkpoint_before_stay_for_one_publication(
    election: ElectionLog, tmp_path: Path
) -> None:
    """Who has begun to verify the old checkpoint over a slow network can finish."""
    _append(election, *DAY.reports(0, 2))
    _publish(election, tmp_path / "record", 1)
    old = (tmp_path / "record" / "checkpoint").read_bytes()
    _publish(election, tmp_path / "record", 2)
    (tmp_path / "record" / "checkpoint").write_bytes(old)
    assert read_record(tmp_path / "record", DAY) is not None


def test_publishing_again_changes_nothing(election: ElectionLog, tmp_path: Path) -> None:
    """A run without anything new must not disturb mirrors."""
    _append(election, *DAY.reports(0, 2))
    _publish(election, tmp_path / "record", 1)
    _publish(election, tmp_path / "record", None)
    before = _bytes_of(tmp_path / "record")
    published = _publish(election, tmp_path / "record", None)
    assert not published.is_new
    assert _bytes_of(tmp_path / "record") == before


def test_a_lost_record_is_made_again_from_the_log_to_the_byte(
    election: ElectionLog, tmp_path: Path
) -> None:
    """A bulletin is a function of the log, its number and its time."""
    _append(election, *DAY.reports(0, 2))
    _publish(election, tmp_path / "record", 1)
    _append(election, *DAY.reports(2, 3), *DAY.report(DAY.stations[3], surplus=3))
    _publish(election, tmp_path / "record", 2)
    _publish(election, tmp_path / "record", None)
    _publish(election, tmp_path / "other", None)
    assert _bytes_of(tmp_path / "other") == _bytes_of(tmp_path / "record")


@pytest.mark.parametrize("harm", ["missing", "cut off", "altered", "of a longer log"])
def test_the_cache_is_only_a_cache(tmp_path: Path, harm: str) -> None:
    """Whatever is wrong with it, the log is read instead, and the same is published."""
    folder = tmp_path / "election"
    with writing_workspace(folder) as workspace:
        election = begin_election(workspace, DAY.world.files, DAY.log_key, DAY.operator)
        _append(election, *DAY.reports(0, 2))
        election.save()
        state = (folder / STATE_PATH).read_bytes()
    if harm == "missing":
        (folder / STATE_PATH).unlink()
    elif harm == "cut off":
        (folder / STATE_PATH).write_bytes(state[:-1])
    elif harm == "altered":
        (folder / STATE_PATH).write_bytes(state[:60] + bytes([state[60] ^ 1]) + state[61:])
    else:
        longer = tmp_path / "longer"
        with writing_workspace(longer) as workspace:
            election = begin_election(workspace, DAY.world.files, DAY.log_key, DAY.operator)
            _append(election, *DAY.reports(3, 6))
            election.save()
        (folder / STATE_PATH).write_bytes((longer / STATE_PATH).read_bytes())
    with writing_workspace(folder) as workspace:
        again = open_election(workspace, DAY.log_key)
        assert again.ledger.size == 7
        assert _append(again, *DAY.reports(0, 2))[0].index == 1


def test_lost_rows_of_the_bulletin_before_are_made_again(
    election: ElectionLog, tmp_path: Path
) -> None:
    """What changed since then is part of the next bulletin, and must not depend on a cache."""
    _append(election, *DAY.reports(0, 2))
    _publish(election, tmp_path / "record", 1)
    rows = tmp_path / "election" / "bulletins" / "000001" / "rows.csv"
    rows.write_bytes(rows.read_bytes().replace(b"counted", b"missing"))
    _publish(election, tmp_path / "record", 2)
    body = (tmp_path / "record" / "bulletins" / "000002" / "bulletin.json").read_bytes()
    assert b'"changes":[]' in body


@pytest.mark.parametrize("time_s", [FIRST_S, FIRST_S - 1, 2**32])
def test_a_bulletin_is_later_than_the_one_before(
    election: ElectionLog, tmp_path: Path, time_s: int
) -> None:
    """And fits the field of an entry; nothing is logged otherwise."""
    _publish(election, tmp_path / "record", 1)
    with pytest.raises(RefusedError, match="time"):
        publish_record(election, RecordFolder(tmp_path / "record"), DAY.operator, time_s)
    assert election.writer.size == 2


def test_no_bulletin_comes_before_its_time(election: ElectionLog, tmp_path: Path) -> None:
    """The definition promises that nothing is published while people vote."""
    with pytest.raises(RefusedError, match="promises"):
        publish_record(election, RecordFolder(tmp_path / "r"), DAY.operator, CLOSING_S - 1)


def test_a_late_bulletin_is_published_and_said_to_be_late(
    election: ElectionLog, tmp_path: Path
) -> None:
    """Holding it back would make it later still."""
    published = _publish(election, tmp_path / "record", 5)
    assert [departure.step for departure in published.departures] == ["V16"]


def test_another_key_than_an_operators_publishes_nothing(
    election: ElectionLog, tmp_path: Path
) -> None:
    """Holds and bulletins by a stranger would say nothing."""
    with pytest.raises(RefusedError, match="operator"):
        publish_record(election, RecordFolder(tmp_path / "r"), SigningKey(b"\x09" * 32), FIRST_S)


@pytest.mark.parametrize("name", ["index.php", "data/000001/extra.csv", ".htaccess"])
def test_a_folder_with_other_files_is_refused(
    election: ElectionLog, tmp_path: Path, name: str
) -> None:
    """Readers would say that the record holds more than it lists."""
    _publish(election, tmp_path / "record", 1)
    (tmp_path / "record" / name).write_text("mine")
    with pytest.raises(RefusedError, match="Move it away"):
        _publish(election, tmp_path / "record", 2)


def test_the_record_of_another_election_is_not_overwritten(
    election: ElectionLog, tmp_path: Path
) -> None:
    """Its log may even have the same key."""
    _publish(election, tmp_path / "record", 1)
    manifest = tmp_path / "record" / MANIFEST_NAME
    manifest.write_bytes(manifest.read_bytes().replace(b"simulation", b"elsewhere1"))
    with pytest.raises(RefusedError, match="Name another folder"):
        _publish(election, tmp_path / "record", 2)


def test_a_record_that_is_ahead_of_the_log_is_refused(tmp_path: Path) -> None:
    """An old backup of the working folder must not publish a second history."""
    for name, count in (("long", 3), ("short", 2)):
        with writing_workspace(tmp_path / name) as workspace:
            begun = begin_election(workspace, DAY.world.files, DAY.log_key, DAY.operator)
            _append(begun, *DAY.reports(0, count))
            if name == "long":
                _publish(begun, tmp_path / "record", 1)
            else:
                with pytest.raises(VerificationError):
                    _publish(begun, tmp_path / "record", 1)
    assert read_record(tmp_path / "record", DAY) is not None


def test_a_link_in_the_record_does_not_lead_out_of_it(
    election: ElectionLog, tmp_path: Path
) -> None:
    """Nothing outside the folder is written, read or removed."""
    outside = tmp_path / "outside"
    outside.mkdir()
    (tmp_path / "record").mkdir()
    (tmp_path / "record" / "bulletins").symlink_to(outside)
    with pytest.raises((MalformedError, RefusedError)):
        _publish(election, tmp_path / "record", 1)
    assert list(outside.iterdir()) == []


def test_scans_that_are_there_are_listed_by_their_digest(
    election: ElectionLog, tmp_path: Path
) -> None:
    """A scan whose name is not its digest could be exchanged unnoticed."""
    scan = b"an image"
    folder = tmp_path / "record" / "scans"
    folder.mkdir(parents=True)
    (folder / hashlib.sha256(scan).hexdigest()).write_bytes(scan)
    _publish(election, tmp_path / "record", 1)
    assert read_record(tmp_path / "record", DAY) is not None
    assert b" scans/" in (tmp_path / "record" / MANIFEST_NAME).read_bytes()
    (folder / ("0" * 64)).write_bytes(scan)
    with pytest.raises(MalformedError):
        _publish(election, tmp_path / "record", 2)


class _Witnesses:
    """Witnesses that cosign at once, or never; stand in for a network."""

    def __init__(self, day: Day, count: int) -> None:
        self.signers = day.world.keys.witnesses[:count]
        self.cosigners = tuple(CosignerKey(item.vkey) for item in day.world.keys.witnesses)
        self.asked: list[SignedCheckpoint] = []

    def ask(self, signed: SignedCheckpoint, reader: LogReader) -> Asked:
        """Cosign."""
        del reader
        self.asked.append(signed)
        return Asked(
            tuple(
                WitnessOutcome(
                    item.name, AskStatus.COSIGNED, line=sign_cosignature(signed, item, FIRST_S)
                )
                for item in self.signers
            )
        )


def test_late_cosignatures_replace_the_checkpoint_alone(
    election: ElectionLog, tmp_path: Path
) -> None:
    """No witness holds a result up; its line comes when it comes."""
    record = RecordFolder(tmp_path / "record")
    policy = decode_policy(DAY.world.keys.policy.encode(), "policy")
    publish_record(election, record, DAY.operator, FIRST_S, _Witnesses(DAY, 1))
    before = _bytes_of(tmp_path / "record")
    signed = load_checkpoint(record)
    assert signed is not None
    with pytest.raises(UnverifiableError):
        verify_policy(policy, signed, "checkpoint")
    late = _Witnesses(DAY, 3)
    publish_record(election, record, DAY.operator, None, late)
    assert late.asked == [signed]
    signed = load_checkpoint(record)
    assert signed is not None
    verify_policy(policy, signed, "checkpoint")
    after = _bytes_of(tmp_path / "record")
    assert {path for path in after if after[path] != before.get(path)} == {"checkpoint"}


def _approved(election: ElectionLog, content: Amendment | Decision) -> None:
    proposal = DAY.sign(content, "authority-1")
    digest = hashlib.sha256(proposal).digest()
    _append(election, proposal, DAY.sign(Approval(digest), "authority-2"))


def test_new_witnesses_are_in_the_record_from_their_amendment_on(
    election: ElectionLog, tmp_path: Path
) -> None:
    """tlog-policy is the one text in force; the manifest lists the one that is there."""
    _publish(election, tmp_path / "record", 1)
    policy = "".join(DAY.world.keys.policy.splitlines(keepends=True)[:2]) + "quorum party-a\n"
    _approved(election, Amendment(PolicyReplaced(policy)))
    _publish(election, tmp_path / "record", 2)
    assert (tmp_path / "record" / POLICY_NAME).read_text() == policy
    assert read_record(tmp_path / "record", DAY) is not None


def test_a_released_sheet_is_not_held_again(election: ElectionLog, tmp_path: Path) -> None:
    """The decision stands above the profile, and says so in the log."""
    report = DAY.report(DAY.stations[0], surplus=3)
    _append(election, *report)
    _publish(election, tmp_path / "record", 1)
    _approved(
        election,
        Decision(
            DecisionKind.RELEASE,
            DAY.stations[0].station,
            0,
            hashlib.sha256(report[-1]).digest(),
            DecisionReason.PAPER,
            None,
        ),
    )
    published = _publish(election, tmp_path / "record", 2)
    assert published.holds == 0
    assert election.ledger.bulletins[-1].bulletin.figures[0].counted == 1


@pytest.mark.parametrize("code", [errno.EACCES, errno.EROFS, errno.EDQUOT])
def test_a_folder_that_cannot_be_written_is_named(
    election: ElectionLog, tmp_path: Path, code: int
) -> None:
    """The operator acts; readers see what they saw before."""
    _publish(election, tmp_path / "record", 1)
    before = _bytes_of(tmp_path / "record")
    with FailingDisk(1, code), pytest.raises(AdapterError, match=str(tmp_path)):
        _publish(election, tmp_path / "record", 2)
    assert _bytes_of(tmp_path / "record") == before


def test_a_second_publisher_is_kept_out(election: ElectionLog, tmp_path: Path) -> None:
    """Two writers would sign two roots for one size."""
    assert election.writer.size == 1
    with (
        pytest.raises(AdapterError, match="lock"),
        writing_workspace(tmp_path / "election"),
    ):
        raise AssertionError


def test_whoever_has_no_key_can_look(election: ElectionLog, tmp_path: Path) -> None:
    """Reading needs neither the key nor the lock, and writes nothing."""
    _append(election, *DAY.reports(0, 1))
    before = _bytes_of(tmp_path / "election")
    view = view_election(open_workspace(tmp_path / "election"))
    assert view.ledger.size == len(view.entries) == 4
    assert _bytes_of(tmp_path / "election") == before


def test_a_receipt_proves_the_entry(election: ElectionLog, tmp_path: Path) -> None:
    """For a published entry it has the cosignatures that the checkpoint has."""
    (opening, *rest) = DAY.report(DAY.stations[0])
    _append(election, opening)
    publish_record(
        election, RecordFolder(tmp_path / "r"), DAY.operator, FIRST_S, _Witnesses(DAY, 2)
    )
    answers = _append(election, *rest)
    places = [1, *(answer.index for answer in answers if answer.index is not None)]
    receipts = make_receipts(election, places)
    key = LogKey.of(DAY.world.keys.log.vkey)
    for entry in (opening, *rest):
        proof = decode_proof(receipts[f"{hashlib.sha256(entry).hexdigest()}.tlog-proof"], "receipt")
        verify_proof(proof, entry, key, "receipt")
        cosigned = len(proof.checkpoint.note.signatures) - 1
        assert cosigned == (2 if entry == opening else 0)


def test_the_anchor_names_the_election_and_its_log() -> None:
    """It is made of what the definition froze."""
    anchor = make_anchor(DAY.world.definition)
    assert anchor.identity == DAY.world.definition.identity
    assert anchor.log_key == LogKey.of(DAY.world.keys.log.vkey)


def test_the_log_of_the_working_folder_is_published_too(
    election: ElectionLog, tmp_path: Path
) -> None:
    """Both say the same size: ``escrutinio witness ask`` works on the log alone."""
    _publish(election, tmp_path / "record", 1)
    assert load_checkpoint(LogFolder(tmp_path / "election" / "log")) == load_checkpoint(
        RecordFolder(tmp_path / "record")
    )
