"""A record from outside, step by step.

     1  checkpoint, definition, manifest: small files                            V01
     2  the log as a stream: tiles and entries to the root                       V05
     3  each entry, decoded, its signature checked, taken by the ledger          V02 V07 V08 V10
     4  at each bulletin: holds, totals, outcome, exports, computed again        V09 V11-V15 V17 V18
     5  the key of the log, as the entries name it, and who cosigned             V03 V04
     6  the chain of bulletins, proclamations                                    V16 V20
     7  older checkpoints and papers of the reader                               V06 V21
     8  every other file                                                         V19

A failure ends nothing. Where a step takes away the ground of another, that one is "not checked"
and says so; the ground of most is that every entry is known (V05).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from escrutinio.definition import DEFINITION_NAME, Definition, RecordKind, Signer
from escrutinio.errors import (
    ElectionRecordError,
    Fault,
    MalformedError,
    UnverifiableError,
)
from escrutinio.log import (
    CHECKPOINT_PATH,
    EMPTY_EDGE,
    Checkpoint,
    LogKey,
    SignedCheckpoint,
    decode_checkpoint,
    encode_checkpoint,
    verify_checkpoint,
)
from escrutinio.log.cosignature import MlDsaVerifier
from escrutinio.log.tiles import TILE_WIDTH
from escrutinio.primitives import say
from escrutinio.primitives.note import MAX_NOTE_BYTES
from escrutinio.publication import Anchor, Manifest
from escrutinio.publication.layout import MANIFEST_NAME, POLICY_NAME
from escrutinio.tabulation.ledger import Ledger, LogKeys, find_log_keys
from escrutinio.verification.announcements import Announcement, check_announcements
from escrutinio.verification.body_reading import BodyHead
from escrutinio.verification.bulletins import BULLETIN_STEPS, BulletinSteps, read_heads
from escrutinio.verification.critical_kinds import note_departures, withdraw_meaning
from escrutinio.verification.entries_step import EntrySteps
from escrutinio.verification.genesis import check_genesis
from escrutinio.verification.held_papers import HeldPaper, check_papers
from escrutinio.verification.log_stream import LogStream
from escrutinio.verification.manifest_step import check_files, check_manifest
from escrutinio.verification.older_tiles import find_older_tile_faults
from escrutinio.verification.ports import Progress, RecordSource, Workers
from escrutinio.verification.record_files import RecordFiles
from escrutinio.verification.remembering import KnownFile, VerifiedState, is_immutable
from escrutinio.verification.schedule import check_schedule
from escrutinio.verification.signatures import (
    Cosigned,
    NamedCheckpoint,
    RecordTrust,
    check_older,
    check_signatures,
    find_manifest_key,
    read_trust,
)
from escrutinio.verification.steps import (
    Answer,
    StepBook,
    StepCode,
    StepResult,
    StepStatus,
    answer_of,
)

__all__ = ["ReaderInputs", "Verified", "verify_record"]

#: Steps that say nothing when an entry is not known.
_ON_ENTRIES = (
    StepCode.V08,
    StepCode.V09,
    StepCode.V10,
    *BULLETIN_STEPS,
    StepCode.V16,
    StepCode.V20,
)
#: Steps that must have passed before a record is worth remembering.
_REMEMBERED = (StepCode.V02, StepCode.V05, StepCode.V07, StepCode.V08, StepCode.V15, StepCode.V19)


@dataclass(frozen=True, slots=True)
class ReaderInputs:
    """What a reader brings.

    Attributes:
        anchor: whom they trust; None when they hold nothing from elsewhere.
        older: checkpoints they kept.
        verified: what an earlier run verified, or None.
        announced: figures that were announced.
        papers: receipts and signed sheets.
        now_s: the time, in seconds since 1970; only to say how old cosignatures are.
        ml_dsa: what verifies cosignatures of type 0x06; without it they never count.
    """

    now_s: int
    anchor: Anchor | None = None
    older: tuple[NamedCheckpoint, ...] = ()
    verified: VerifiedState | None = None
    announced: tuple[Announcement, ...] = ()
    papers: tuple[HeldPaper, ...] = ()
    ml_dsa: MlDsaVerifier | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Verified:
    """What verification found.

    Attributes:
        steps: every step, in order.
        definition: of the record, when it could be read.
        signed: its checkpoint, when it could be read.
        cosigned: who has cosigned it.
        since: number of entries that an earlier run had verified.
        bulletins: number and time, in seconds since 1970, of each bulletin in the log.
        state: what to remember; None when too much was contradicted or could not be checked.
    """

    steps: tuple[StepResult, ...]
    definition: Definition | None
    signed: SignedCheckpoint | None
    cosigned: Cosigned
    since: int
    bulletins: tuple[tuple[int, int], ...]
    state: VerifiedState | None

    @property
    def answer(self) -> Answer:
        """What all steps together say."""
        return answer_of(self.steps)


def verify_record(
    source: RecordSource, inputs: ReaderInputs, workers: Workers, progress: Progress
) -> Verified:
    """Verify a public record; every step is reported, whatever it finds.

    Args:
        source: the files of the record.
        inputs: what the reader brings.
        workers: who decodes entries and checks signatures.
        progress: told how far it is.

    Raises:
        AdapterError: a file could neither be read nor be said to be absent.
    """
    run = _Run(RecordFiles(source), inputs, workers, progress)
    run.verify()
    return run.report()


class _Run:
    """One verification, from the checkpoint to the last file."""

    def __init__(
        self, files: RecordFiles, inputs: ReaderInputs, workers: Workers, progress: Progress
    ) -> None:
        self.files = files
        self.inputs = inputs
        self.workers = workers
        self.progress = progress
        self.book = StepBook()
        self.signed: SignedCheckpoint | None = None
        self.definition: Definition | None = None
        self.trust: RecordTrust | None = None
        self.keys: LogKeys | None = None
        self.manifest: Manifest | None = None
        self.manifest_key: LogKey | None = None
        self.cosigned = Cosigned({}, 0)
        self.ledger: Ledger | None = None
        self.stream: LogStream | None = None
        self.verified: VerifiedState | None = None
        self.last_bulletin = 0

    def verify(self) -> None:
        """Carry out every step that can be."""
        self.progress("definition", 0, 0)
        self.signed = _read_checkpoint(self.files, self.book)
        if self.signed is not None:
            self.workers.prepare(self.signed.checkpoint.size // TILE_WIDTH + 1)
        self.definition = check_genesis(self.files, self.inputs.anchor, self.book)
        self.trust = self._find_trust()
        if self.signed is None:
            return
        head = self.signed.checkpoint
        self.manifest = self._find_manifest(head)
        if self.definition is None or not self._read_entries(self.definition, self.signed):
            self._read_log_alone(self.signed)
        if self.keys is None:
            self._check_signatures(self.signed, None)
            self._excuse_unproven_key(self.signed)
        self._check_older(self.signed)
        if self.manifest is not None:
            self.progress("files", 0, len(self.manifest.files))
            known = {} if self.verified is None else self.verified.known_files()
            # Where the newest tiles are not sound, there is nothing to hold older ones against.
            if not self.book.has_failed(StepCode.V05):
                paths = [file.path for file in self.manifest.files if known.get(file.path) != file]
                faults = find_older_tile_faults(self.files, paths, head.size)
                self.book.fail(StepCode.V05, *faults)
            check_files(
                self.files,
                self.manifest,
                head,
                self.manifest_key,
                self.book,
                known,
                lambda done, total: self.progress("files", done, total),
            )

    def report(self) -> Verified:
        """Say what was found."""
        steps = self.book.results()
        bulletins = () if self.ledger is None else self.ledger.bulletins
        return Verified(
            steps,
            self.definition,
            self.signed,
            self.cosigned,
            0 if self.verified is None else self.verified.signed().checkpoint.size,
            tuple((placed.bulletin.number, placed.bulletin.time_s) for placed in bulletins),
            self._state(steps),
        )

    def _find_trust(self) -> RecordTrust | None:
        own = self.definition.trust.policy if self.definition and self.definition.trust else None
        if self.inputs.anchor is None and own is None:
            for code in (StepCode.V03, StepCode.V04):
                self.book.leave(code, say("verification.reason.no_anchor"))
            return None
        try:
            return read_trust(self.inputs.anchor, own or "")
        except MalformedError as error:
            self.book.fail(StepCode.V01, *error.faults)
        except UnverifiableError as error:
            reason = say("verification.reason.unknown_key_type")
            self.book.leave(StepCode.V03, reason, *error.faults)
        return None

    def _read_log_alone(self, signed: SignedCheckpoint) -> None:
        """Do V05 without a definition to read the entries by."""
        self.stream = LogStream(self.files, signed.checkpoint)
        self.files.expect(self.stream.paths())
        for bundle in self.stream.read():
            done = bundle.first + len(bundle.entries)
            self.progress("entries", done, signed.checkpoint.size)
        self._note_log(self.stream)
        for code in (*_ON_ENTRIES, StepCode.V07, StepCode.V21):
            self.book.leave(code, say("verification.reason.no_definition"))

    def _read_entries(self, definition: Definition, signed: SignedCheckpoint) -> bool:
        head = signed.checkpoint
        if definition.trust is None:
            return False
        ledger = self._begin(definition, signed)
        holds = 0 if self.verified is None else self.verified.holds
        first = 1 if self.verified is None else self.verified.bulletin + 1
        heads = read_heads(self.files, first, self.book)
        # A body beyond this checkpoint is one of the next publication, unless this one lists it.
        if self.manifest is not None and self.manifest.size == head.size:
            for item in heads:
                if item.size >= head.size and self.files.is_listed(item.path):
                    expected = f"a bulletin about fewer than {head.size} entries"
                    found = f"one about {item.size}"
                    self.book.fail(StepCode.V16, Fault(item.path, expected, found))
        heads = [item for item in heads if item.size < head.size]
        since = EMPTY_EDGE if self.verified is None else self.verified.edge()
        if not self._can_go_on(head, heads):
            # Only reading all of it helps.
            self.verified, since, holds = None, EMPTY_EDGE, 0
            ledger = Ledger.begin(definition, genesis_bytes=self._genesis_bytes())
            heads = [item for item in read_heads(self.files, 1, self.book) if item.size < head.size]
        bulletins = BulletinSteps(self.files, definition, self.book, self.workers, holds)
        self.stream = LogStream(self.files, head, since, {item.size for item in heads})
        self.files.expect(self.stream.paths())
        steps = EntrySteps(ledger, self.stream, bulletins, heads, self.book)
        signers: tuple[Signer, ...] = () if self.verified else definition.trust.signers
        steps.run(head.size, signers, self.workers, self.progress)
        self.ledger = ledger
        self.last_bulletin = heads[-1].number if heads else first - 1
        is_settled = self.manifest is not None and self.manifest.size == head.size
        logged = ledger.bulletins[-1].bulletin.number if ledger.bulletins else 0
        bulletins.finish(logged if is_settled else None)
        self._note_log(self.stream)
        self._note_entries(ledger, bulletins, self.stream)
        return True

    def _can_go_on(self, head: Checkpoint, heads: Sequence[BodyHead]) -> bool:
        """Say whether what the reader remembers is the beginning of what is there now."""
        if self.verified is None:
            return True
        if heads and heads[0].size < self.verified.signed().checkpoint.size:
            # A bulletin about a place inside what was verified.
            return False
        newest = heads[-1].number if heads else self.verified.bulletin
        # Without a manifest to rely on, V19 does not pass whatever else does.
        return self.manifest is None or self.verified.is_covered_by(
            self.manifest.files, head.size, newest
        )

    def _begin(self, definition: Definition, signed: SignedCheckpoint) -> Ledger:
        """Give the ledger to go on with: the reader's own, if it is of this election and log."""
        genesis_bytes = self._genesis_bytes()
        state = self.inputs.verified
        if state is not None and state.identity == definition.identity:
            size = state.signed().checkpoint.size
            if size <= signed.checkpoint.size:
                self.verified = state
                return state.load_ledger(definition, genesis_bytes)
        return Ledger.begin(definition, genesis_bytes=genesis_bytes)

    def _genesis_bytes(self) -> int:
        read = self.files.digest_of(DEFINITION_NAME)
        return 0 if read is None else read[0]

    def _note_log(self, stream: LogStream) -> None:
        book = self.book
        book.fail(StepCode.V05, *stream.contradicted)
        if stream.missing:
            reason = say("verification.reason.file_missing")
            book.leave(StepCode.V05, reason, *dict.fromkeys(stream.missing))
        book.finish(StepCode.V05)

    def _note_entries(self, ledger: Ledger, bulletins: BulletinSteps, stream: LogStream) -> None:
        book = self.book
        if not stream.is_whole:
            reason = say("verification.reason.log_not_whole")
            book.withdraw(reason, *_ON_ENTRIES)
            book.leave(StepCode.V07, reason)
            book.leave(StepCode.V02, reason)
            book.leave(StepCode.V21, reason)
            return
        note_departures(ledger, book)
        book.finish(StepCode.V07, StepCode.V08, StepCode.V09, StepCode.V10, *BULLETIN_STEPS)
        self._check_policy(ledger)
        self._check_log_key(ledger)
        check_schedule(ledger, self.cosigned.times_s.values(), book)
        book.finish(StepCode.V16)
        check_announcements(ledger, self.inputs.announced, book)
        if self.signed is not None and self.trust is not None:
            check_papers(self.inputs.papers, ledger, self.files, self.signed, self.trust, book)
        if ledger.genesis.record_kind is RecordKind.TRANSCRIPTION:
            book.exempt(StepCode.V09, say("verification.reason.no_seals"))
        if not ledger.bulletins:
            for code in (StepCode.V11, StepCode.V14, StepCode.V15, StepCode.V17):
                book.exempt(code, say("verification.reason.no_bulletin"))
        book.remark(StepCode.V15, say("verification.note.bulletins", number=bulletins.checked))
        withdraw_meaning(ledger, book)

    def _check_policy(self, ledger: Ledger) -> None:
        """Look at the policy in force: the copy in the record, and a new key of the log."""
        manifest, head = self.manifest, self.signed.checkpoint if self.signed else None
        is_ahead = manifest is not None and head is not None and manifest.size > head.size
        try:
            data = self.files.load(POLICY_NAME, MAX_NOTE_BYTES)
        except MalformedError as error:
            self.book.fail(StepCode.V18, *error.faults)
            return
        if data is None:
            fault = Fault(POLICY_NAME, "a file of the record", "nothing there")
            self.book.leave(StepCode.V18, say("verification.reason.file_missing"), fault)
        elif data != ledger.policy.encode() and not is_ahead:
            expected = "the policy in force, of the definition or of its last amendment"
            self.book.fail(StepCode.V18, Fault(POLICY_NAME, expected, "another text"))

    def _find_manifest(self, head: Checkpoint) -> Manifest | None:
        """Read the manifest, under the reader's key or the one that the record itself names.

        Whether that one is the key of the log the entries say; see ``_check_log_key``.
        """
        trust = self.trust
        if trust is not None:
            self.manifest_key = find_manifest_key(self.files, trust.log_key)
            trust = replace(trust, log_key=self.manifest_key)
        return check_manifest(self.files, head, trust, self.book)

    def _check_log_key(self, ledger: Ledger) -> None:
        """Do V03 and V04 with the key in force, and see that the manifest is signed by it too."""
        if self.signed is None or self.book.has_failed(StepCode.V01):
            return
        try:
            keys = find_log_keys(ledger)
        except MalformedError as error:
            self.book.fail(StepCode.V01, *error.faults)
            return
        except UnverifiableError as error:
            reason = say("verification.reason.unknown_key_type")
            self.book.leave(StepCode.V03, reason, *error.faults)
            return
        self.keys = keys
        head = self.signed.checkpoint
        if self.trust is not None:
            self.trust = self.trust.with_keys(keys, head.size)
        self._check_signatures(self.signed, keys)
        if self.manifest is not None and self.manifest_key != keys.at(head.size):
            fault = Fault(MANIFEST_NAME, "a signature by the key of the log in force", "another's")
            if self.manifest.size > head.size:
                reason = say("verification.reason.manifest_ahead")
                self.book.leave(StepCode.V19, reason, fault)
            else:
                self.book.fail(StepCode.V19, fault)

    def _excuse_unproven_key(self, signed: SignedCheckpoint) -> None:
        """Say that a key other than the reader's signed, where it may have replaced that one."""
        key, book = self.manifest_key, self.book
        if key is None or self.trust is None or key == self.trust.log_key:
            return
        if book.has_failed(StepCode.V01) or not book.has_failed(StepCode.V03):
            return
        try:
            verify_checkpoint(signed, key, CHECKPOINT_PATH)
        except ElectionRecordError:
            return
        book.withdraw(say("verification.reason.key_unproven"), StepCode.V03)

    def _check_signatures(self, signed: SignedCheckpoint, keys: LogKeys | None) -> None:
        if self.trust is not None:
            self.cosigned = check_signatures(
                signed, self.trust, keys, self.book, self.inputs.now_s, self.inputs.ml_dsa
            )

    def _check_older(self, signed: SignedCheckpoint) -> None:
        older = self.inputs.older
        if self.inputs.verified is not None:
            kept = NamedCheckpoint("verified state", self.inputs.verified.signed())
            older = (*older, kept)
        if self.trust is None or self.stream is None or not self.stream.is_whole:
            reason = (
                "verification.reason.log_not_whole" if older else "verification.reason.none_given"
            )
            (self.book.leave if older else self.book.skip)(StepCode.V06, say(reason))
            return
        check_older(older, self.trust, signed, self.files, self.book)

    def _state(self, steps: tuple[StepResult, ...]) -> VerifiedState | None:
        good = {StepStatus.PASSED, StepStatus.NOT_APPLICABLE}
        status = {item.code: item.status for item in steps}
        if any(item.status is StepStatus.FAILED for item in steps):
            return None
        if any(status[code] not in good for code in _REMEMBERED):
            return None
        if self.ledger is None or self.stream is None or self.signed is None:
            return None
        files = () if self.manifest is None else self.manifest.files
        return VerifiedState(
            self.ledger.genesis.identity,
            encode_checkpoint(self.signed),
            self.stream.edge.levels,
            self.ledger.dump(),
            len(self.ledger.holds),
            self.last_bulletin,
            tuple(
                KnownFile(file.path, file.size_bytes, file.sha256)
                for file in files
                if is_immutable(file.path)
            ),
        )


def _read_checkpoint(files: RecordFiles, book: StepBook) -> SignedCheckpoint | None:
    try:
        data = files.load(CHECKPOINT_PATH, MAX_NOTE_BYTES)
        if data is not None:
            return decode_checkpoint(data, CHECKPOINT_PATH)
        fault = Fault(CHECKPOINT_PATH, "a file of the record", "nothing there")
        book.leave(StepCode.V03, say("verification.reason.file_missing"), fault)
    except MalformedError as error:
        book.fail(StepCode.V03, *error.faults)
    for code in StepCode:
        if code not in {StepCode.V01, StepCode.V02, StepCode.V03}:
            book.leave(code, say("verification.reason.no_checkpoint"))
    return None
