"""Asking witnesses for cosignatures: what is sent, and what an answer means.

A publisher neither waits for its witnesses nor obeys them: it asks each once per checkpoint,
publishes, and says how many of how many have cosigned. So every end of an asking is a value:

    cosigned        a good cosignature of this checkpoint
    unverified      a cosignature of a type that nothing here verifies; it never counts
    refused         it does not follow this log, or has cosigned a larger size already
    contradicted    it says that it cosigned another history of this log: look at once
    bad answer      no good cosignature, and no refusal either
    unreachable     no address, no connection, or a failure of its server
    slow            no answer before the deadline

What a witness cosigned last is learned from it: it answers 409 with that size, and is asked again
with a proof from there. The proof is verified here first, so that a witness is never blamed for a
damaged tile of our own; one that refuses the proof holds another root.

Pure: the exchange of bytes arrives as an argument. Reference: C2SP tlog-witness, head of 2026-07
and tag 1.0.0.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Protocol, TypeAlias

from escrutinio.errors import ElectionRecordError, Fault, MalformedError, RefusedError
from escrutinio.log.appending import LogFile
from escrutinio.log.checkpoint import Checkpoint, SignedCheckpoint, encode_checkpoint
from escrutinio.log.cosignature import Cosigner, add_cosignatures, collect_cosignatures
from escrutinio.log.merkle import Digest, join_subtrees
from escrutinio.log.paths import compute_consistency_path, verify_consistency
from escrutinio.log.policy import PolicyWitness
from escrutinio.log.proving import TileNodes
from escrutinio.log.reading import LogReader
from escrutinio.log.witnessing import SIZE_TYPE, AddCheckpoint, encode_add_checkpoint
from escrutinio.log.writing import CHECKPOINT_PATH, LogStore, load_checkpoint
from escrutinio.primitives.note import Note, NoteSignature, decode_signature_lines
from escrutinio.primitives.spelling import decode_decimal

__all__ = [
    "AskStatus",
    "Asked",
    "AskedWitness",
    "NoReply",
    "Post",
    "WitnessAsker",
    "WitnessOutcome",
    "WitnessReply",
    "ask_witness",
    "find_cosigned",
    "prove_extension",
    "store_late_cosignatures",
]

#: Largest answer of a witness that is read: some lines of 3.3 kB and room for other people's.
MAX_ANSWER_BYTES = 64 * 1024
#: Requests to one witness for one checkpoint: its size may change once while it is being asked.
MAX_REQUESTS = 3

# HTTP statuses.
_OK, _CONFLICT, _UNPROCESSABLE, _TOO_MANY = 200, 409, 422, 429
_FIRST_REFUSAL, _FIRST_FAILURE = 400, 500
_MEANINGS = {
    **dict.fromkeys((301, 302, 303, 307, 308), ": a redirect, which is not followed"),
    403: ": it does not accept the key of this log",
    404: ": it does not follow this log",
}


class AskStatus(Enum):
    """How asking a witness ended; see the table above."""

    COSIGNED = "cosigned"
    UNVERIFIED = "unverified"
    REFUSED = "refused"
    CONTRADICTED = "contradicted"
    BAD_ANSWER = "bad_answer"
    UNREACHABLE = "unreachable"
    SLOW = "slow"


@dataclass(frozen=True, slots=True)
class AskedWitness:
    """A witness with what verifies its cosignatures.

    Attributes:
        witness: its line of the policy.
        cosigner: its key; None when nothing here verifies keys of its type.
    """

    witness: PolicyWitness
    cosigner: Cosigner | None


@dataclass(frozen=True, slots=True)
class WitnessOutcome:
    """How asking one witness ended.

    Attributes:
        name: of the witness in the policy.
        status: how it ended.
        reason: why, for the operator; empty when it cosigned.
        line: its verified cosignature.
    """

    name: str
    status: AskStatus
    reason: str = ""
    line: NoteSignature | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """What came of asking, one outcome per witness, in the order of the policy."""

    outcomes: tuple[WitnessOutcome, ...]

    @property
    def lines(self) -> tuple[NoteSignature, ...]:
        """The verified cosignatures, for ``LogWriter.publish``."""
        return tuple(item.line for item in self.outcomes if item.line is not None)

    @property
    def cosigned(self) -> int:
        """How many witnesses have cosigned; of how many is the number of outcomes."""
        return sum(item.status is AskStatus.COSIGNED for item in self.outcomes)


class WitnessAsker(Protocol):
    """Asks the witnesses of a policy, all at once."""

    def ask(self, signed: SignedCheckpoint, reader: LogReader) -> Asked:
        """Ask every witness for its cosignature of a checkpoint.

        - Takes no longer than its deadline, whatever the witnesses do.
        - A witness whose cosignature is on the checkpoint already is not asked.
        - May be repeated: a witness may cosign the same checkpoint again.

        Args:
            signed: signed by the log; its files are durable.
            reader: the files of the log.

        Raises:
            VerificationError: our own tiles do not lead to the checkpoint, or it carries a bad
                cosignature.
            UnverifiableError: a tile of ours is missing.
            MalformedError: a file of ours is no tile.
            AdapterError: our own files could not be read.
        """


@dataclass(frozen=True, slots=True)
class WitnessReply:
    """An HTTP answer.

    Attributes:
        status: HTTP status.
        content_type: header ``Content-Type``; empty when there is none.
        body: at most ``MAX_ANSWER_BYTES``.
    """

    status: int
    content_type: str
    body: bytes


@dataclass(frozen=True, slots=True)
class NoReply:
    """Why there is no answer.

    Attributes:
        status: ``UNREACHABLE``, ``SLOW`` or ``BAD_ANSWER``.
        reason: for the operator.
    """

    status: AskStatus
    reason: str


#: Sends the body of a request to a witness; every failure is a value.
Post: TypeAlias = Callable[[bytes], WitnessReply | NoReply]


def ask_witness(
    witnesses: Sequence[AskedWitness],
    signed: SignedCheckpoint,
    prove: Callable[[int], Sequence[Digest]],
    post: Post,
    last: int = 0,
) -> tuple[WitnessOutcome, ...]:
    """Ask the witness at one address, which may have several keys.

    Args:
        witnesses: the keys that are asked for, each with its name in the policy.
        signed: what is to be cosigned.
        prove: gives the consistency proof from a size; ``prove_extension``.
        post: sends a request.
        last: the size it cosigned last as far as we know; 0 when we do not.

    Returns:
        One outcome per key, in their order.

    Raises:
        ElectionRecordError: whatever ``prove`` raises.
    """
    size = signed.checkpoint.size
    old = last if last <= size else 0
    for _ in range(MAX_REQUESTS):
        request = AddCheckpoint(old, tuple(prove(old)), signed)
        reply = post(encode_add_checkpoint(request))
        if isinstance(reply, WitnessReply) and reply.status == _OK:
            return tuple(_read_cosignature(item, signed, reply.body) for item in witnesses)
        held = reply if isinstance(reply, NoReply) else _read_refusal(reply, old, size)
        if isinstance(held, NoReply):
            return _answer_all(witnesses, held.status, held.reason)
        old = held
    reason = f"it named another size in each of {MAX_REQUESTS} answers"
    return _answer_all(witnesses, AskStatus.REFUSED, reason)


def prove_extension(reader: LogReader, checkpoint: Checkpoint) -> Callable[[int], list[Digest]]:
    """Make proofs that a log extends its own older sizes, each verified before it is given away.

    The function that is returned raises as ``prove_consistency`` does.
    """
    nodes = TileNodes(reader, checkpoint.size)

    def prove(old: int) -> list[Digest]:
        path = compute_consistency_path(old, checkpoint.size, nodes)
        root = _compute_root(nodes, old)
        verify_consistency(old, root, checkpoint.size, checkpoint.root, path)
        return list(path)

    return prove


def _compute_root(nodes: TileNodes, size: int) -> Digest:
    """Join the full subtrees that the first entries of a log consist of."""
    heights = [height for height in reversed(range(size.bit_length())) if size >> height & 1]
    return join_subtrees([nodes(height, (size >> height) - 1) for height in heights])


def find_cosigned(
    witnesses: Sequence[AskedWitness], signed: SignedCheckpoint
) -> dict[str, NoteSignature]:
    """Give the cosignatures that are on a checkpoint already, by name of the witness.

    Raises:
        VerificationError: one of them does not verify.
        MalformedError: one of them has an impossible length.
    """
    keys = [item.cosigner for item in witnesses if item.cosigner is not None]
    found = collect_cosignatures(signed, keys, "checkpoint")
    lines = {item.key.vkey: item.line for item in found}
    return {
        item.witness.name: lines[item.witness.vkey]
        for item in witnesses
        if item.witness.vkey in lines
    }


def store_late_cosignatures(
    store: LogStore,
    asked_for: Checkpoint,
    lines: Sequence[NoteSignature],
    cosigners: Sequence[Cosigner],
) -> SignedCheckpoint:
    """Do step 5 of ``writing.py`` for somebody who has no key of the log.

    **The caller holds the lock of the log.** Witnesses are asked without it, so the log may have
    gone on meanwhile.

    Returns:
        The checkpoint as published.

    Raises:
        RefusedError: another checkpoint is published by now; nothing changed.
        VerificationError: a line by one of the cosigners does not verify; nothing changed.
        AdapterError: the outside world failed.
    """
    published = load_checkpoint(store)
    if published is None or published.checkpoint != asked_for:
        expected = f"the checkpoint of {asked_for.size} entries that was cosigned"
        found = "nothing" if published is None else f"one of {published.checkpoint.size} entries"
        raise RefusedError.of(Fault(CHECKPOINT_PATH, expected, found, "Ask again."))
    signed = add_cosignatures(published, lines, cosigners)
    if signed != published:
        store.store([LogFile(CHECKPOINT_PATH, encode_checkpoint(signed))])
    return signed


def _read_cosignature(asked: AskedWitness, signed: SignedCheckpoint, body: bytes) -> WitnessOutcome:
    """Find and verify a witness's own line; the lines of others are ignored."""
    name, vkey = asked.witness.name, asked.witness.vkey
    where = f"answer of witness {name!a}"
    try:
        lines = tuple(
            line
            for line in decode_signature_lines(body, where)
            if (line.name, line.key_id) == (vkey.name, vkey.key_id)
        )
        if not lines:
            return WitnessOutcome(name, AskStatus.BAD_ANSWER, "no cosignature by its key")
        if asked.cosigner is None:
            reason = "nothing installed here verifies signatures of type 0x06"
            return WitnessOutcome(name, AskStatus.UNVERIFIED, reason)
        note = Note(signed.note.text, lines)
        answered = SignedCheckpoint(signed.checkpoint, note)
        (cosigning,) = collect_cosignatures(answered, [asked.cosigner], where)
    except ElectionRecordError as error:
        return WitnessOutcome(name, AskStatus.BAD_ANSWER, str(error))
    return WitnessOutcome(name, AskStatus.COSIGNED, line=cosigning.line)


def _read_refusal(reply: WitnessReply, old: int, size: int) -> NoReply | int:
    """Give the size to go on from, or the end of the asking."""
    status = reply.status
    if status == _CONFLICT:
        return _read_conflict(reply, old, size)
    if status == _UNPROCESSABLE:
        return NoReply(AskStatus.CONTRADICTED, f"it cosigned another history of {old} entries")
    reason = f"it answered HTTP {status}{_MEANINGS.get(status, '')}"
    if status == _TOO_MANY or status >= _FIRST_FAILURE:
        return NoReply(AskStatus.UNREACHABLE, reason)
    is_refusal = status >= _FIRST_REFUSAL
    return NoReply(AskStatus.REFUSED if is_refusal else AskStatus.BAD_ANSWER, reason)


def _read_conflict(reply: WitnessReply, old: int, size: int) -> NoReply | int:
    held = _decode_size(reply)
    if old == size and held in {size, None}:
        # By tag 1.0.0: the same size with another root.
        return NoReply(AskStatus.CONTRADICTED, f"it cosigned another history of {old} entries")
    if held is None:
        return NoReply(AskStatus.BAD_ANSWER, f"it answered HTTP {_CONFLICT} without a size")
    if held > size:
        reason = f"it cosigned {held} entries already, more than the {size} of this checkpoint"
        return NoReply(AskStatus.REFUSED, reason)
    if held <= old:
        reason = f"it cosigned {old} entries before, and now names {held}"
        return NoReply(AskStatus.BAD_ANSWER, reason)
    return held


def _decode_size(reply: WitnessReply) -> int | None:
    kind = reply.content_type.partition(";")[0].strip().lower()
    text = reply.body.decode("ascii", errors="replace").removesuffix("\n")
    try:
        return decode_decimal(text, "answer 409") if kind == SIZE_TYPE else None
    except MalformedError:
        return None


def _answer_all(
    witnesses: Sequence[AskedWitness], status: AskStatus, reason: str
) -> tuple[WitnessOutcome, ...]:
    return tuple(WitnessOutcome(item.witness.name, status, reason) for item in witnesses)
