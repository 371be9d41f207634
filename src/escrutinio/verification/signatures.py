"""V03, V04 and V06: who signed the checkpoint, and the checkpoints a reader kept from before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from escrutinio.errors import (
    ElectionRecordError,
    Fault,
    MalformedError,
    UnverifiableError,
    VerificationError,
)
from escrutinio.log import (
    CHECKPOINT_PATH,
    LogKey,
    LogReader,
    Policy,
    SignedCheckpoint,
    decode_policy,
    evaluate_policy,
    prove_consistency,
    verify_checkpoint,
)
from escrutinio.log.cosignature import MlDsaVerifier
from escrutinio.log.policy import PolicyLog
from escrutinio.primitives import say
from escrutinio.primitives.note import MAX_NOTE_BYTES, verify_note
from escrutinio.primitives.spelling import utc
from escrutinio.publication import Anchor, decode_manifest, find_log_key
from escrutinio.publication.layout import MANIFEST_NAME, POLICY_NAME
from escrutinio.publication.manifest import MAX_MANIFEST_BYTES
from escrutinio.tabulation.ledger import LogKeys
from escrutinio.verification.record_files import RecordFiles
from escrutinio.verification.steps import StepBook, StepCode

__all__ = [
    "Cosigned",
    "NamedCheckpoint",
    "RecordTrust",
    "check_older",
    "check_signatures",
    "find_manifest_key",
    "read_trust",
]


@dataclass(frozen=True, slots=True)
class RecordTrust:
    """Under which keys a record is verified.

    Attributes:
        policy: the log and the witnesses.
        log_key: the log's key in it.
        is_readers: whether the reader brought them; else they are the record's own word.
        keys: every key of the log, where approved amendments lead from ``log_key`` to the one in
            force; None until every entry is known, and where they do not lead there.
    """

    policy: Policy
    log_key: LogKey
    is_readers: bool
    keys: LogKeys | None = None

    def key_at(self, size: int) -> LogKey:
        """Give the key that must have signed for a log of some size."""
        return self.log_key if self.keys is None else self.keys.at(size)

    def with_keys(self, keys: LogKeys, size: int) -> RecordTrust:
        """Follow the amendments of a log of some size, if they lead on from the reader's key."""
        return replace(self, keys=keys) if keys.lead_to(size, self.log_key) else self


@dataclass(frozen=True, slots=True)
class Cosigned:
    """Which witnesses have cosigned the checkpoint.

    Attributes:
        times_s: name of the witness to its time, in seconds since 1970.
        witnesses: number of witnesses that the policy names.
    """

    times_s: Mapping[str, int]
    witnesses: int


@dataclass(frozen=True, slots=True)
class NamedCheckpoint:
    """A checkpoint the reader kept, and the name of the file it stands in."""

    name: str
    signed: SignedCheckpoint


def read_trust(anchor: Anchor | None, own_policy: str) -> RecordTrust:
    """Give the keys to verify under: the reader's, else those of the record's own definition.

    Raises:
        MalformedError: the record's policy is none, or names no log key.
        UnverifiableError: it has a key of a type that this version does not know.
    """
    if anchor is not None:
        return RecordTrust(anchor.policy, anchor.log_key, is_readers=True)
    policy = decode_policy(own_policy.encode(), "definition.json: trust.policy")
    return RecordTrust(policy, find_log_key(policy, "trust.policy"), is_readers=False)


def find_manifest_key(files: RecordFiles, own: LogKey) -> LogKey:
    """Give the key by which to read a manifest: the reader's, or one that may have replaced it.

    The record's own ``tlog-policy`` names it. It is not believed, only tried: whether the log has
    this key its entries say.
    """
    try:
        policy = files.load(POLICY_NAME, MAX_NOTE_BYTES)
        if policy is None:
            return own
        key = find_log_key(decode_policy(policy, POLICY_NAME), POLICY_NAME)
        if key == own or key.origin != own.origin:
            return own
        manifest = files.load(MANIFEST_NAME, MAX_MANIFEST_BYTES)
        if manifest is None:
            return own
        verify_note(decode_manifest(manifest).note, (key.text_key,), MANIFEST_NAME)
    except ElectionRecordError:
        return own
    return key


def check_signatures(
    signed: SignedCheckpoint,
    trust: RecordTrust,
    keys: LogKeys | None,
    book: StepBook,
    now_s: int,
    ml_dsa: MlDsaVerifier | None = None,
) -> Cosigned:
    """Hold the signatures of the checkpoint against a policy; notes V03 and V04.

    The key that is in force by the definition and its approved amendments must have signed. Where
    they do not lead from the reader's key to it, the reader's must have signed too.

    Args:
        signed: the checkpoint.
        trust: whose keys.
        keys: those of the record, of which the reader's identity vouches; None where not every
            entry is known.
        book: where it is noted.
        now_s: now, in seconds since 1970.
        ml_dsa: what verifies cosignatures of type 0x06; without it they never count.
    """
    nobody = Cosigned({}, len(trust.policy.witnesses))
    if not trust.is_readers:
        for code in (StepCode.V03, StepCode.V04):
            book.leave(code, say("verification.reason.no_anchor"))
    size = signed.checkpoint.size
    own = trust.key_at(size)
    try:
        verify_checkpoint(signed, own, CHECKPOINT_PATH)
        if keys is not None and keys.at(size) != own:
            verify_checkpoint(signed, keys.at(size), CHECKPOINT_PATH)
    except (MalformedError, VerificationError, UnverifiableError) as error:
        # Of a log that the reader named, no signature is as bad as a wrong one.
        book.fail(StepCode.V03, *error.faults)
        book.leave(StepCode.V04, say("verification.reason.not_signed"))
        return nobody
    policy = trust.policy
    if own != trust.log_key and keys is not None:
        place = keys.since(size)
        book.remark(StepCode.V03, say("verification.note.log_key_replaced", entry=str(place)))
        policy = replace(policy, logs=(PolicyLog(own.text_key.vkey),))
    book.finish(StepCode.V03)
    try:
        answer = evaluate_policy(policy, signed, CHECKPOINT_PATH, ml_dsa)
    except (VerificationError, MalformedError) as error:
        book.fail(StepCode.V04, *error.faults)
        return nobody
    times_s = {name: item.time for name, item in answer.cosigned.items()}
    cosigned = Cosigned(times_s, nobody.witnesses)
    _note_cosigned(cosigned, book, now_s)
    if trust.is_readers and not answer.is_satisfied:
        found = ", ".join(times_s) or "nobody"
        expected = f"cosignatures by the quorum {trust.policy.quorum!a}"
        fault = Fault(CHECKPOINT_PATH, expected, f"those of {found}")
        book.leave(StepCode.V04, say("verification.reason.too_few_cosignatures"), fault)
    book.finish(StepCode.V04)
    return cosigned


def _note_cosigned(cosigned: Cosigned, book: StepBook, now_s: int) -> None:
    note = say(
        "verification.note.cosigned", number=len(cosigned.times_s), witnesses=cosigned.witnesses
    )
    book.remark(StepCode.V04, note)
    for name, time_s in cosigned.times_s.items():
        minutes = max(now_s - time_s, 0) // 60
        book.remark(
            StepCode.V04,
            say("verification.note.cosigner", name=name, time=utc(time_s), minutes=minutes),
        )


def check_older(
    older: Sequence[NamedCheckpoint],
    trust: RecordTrust,
    signed: SignedCheckpoint,
    files: LogReader,
    book: StepBook,
) -> None:
    """Hold a log that was read whole against the checkpoints the reader kept; notes V06.

    Args:
        older: what the reader kept.
        trust: whose key signed them.
        signed: the record's checkpoint.
        files: the tiles of the log.
        book: where it is noted.
    """
    if not older:
        book.skip(StepCode.V06, say("verification.reason.none_given"))
        return
    for item in older:
        head, place = item.signed.checkpoint, item.name
        try:
            verify_checkpoint(item.signed, trust.key_at(head.size), place)
        except ElectionRecordError as error:
            book.leave(StepCode.V06, say("verification.reason.not_of_this_log"), *error.faults)
            continue
        if head.size > signed.checkpoint.size:
            expected = f"at most the {signed.checkpoint.size} entries of this record"
            fault = Fault(place, expected, f"{head.size} entries")
            book.leave(StepCode.V06, say("verification.reason.record_is_older"), fault)
            continue
        try:
            prove_consistency(files, head, signed.checkpoint)
        except VerificationError:
            expected = f"the log of {head.size} entries with the root {head.root.hex()}, as signed"
            book.fail(StepCode.V06, Fault(place, expected, "another beginning of the log"))
        except (UnverifiableError, MalformedError) as error:
            book.leave(StepCode.V06, say("verification.reason.log_not_whole"), *error.faults)
    book.finish(StepCode.V06)
