"""The decision of a witness: cosign a checkpoint, or say why not.

A request is the body of ``POST <prefix>/add-checkpoint``:

    old <size>                   size of the checkpoint this witness cosigned last
    <base64 of a hash>           0 to 63 lines: the consistency proof from there
    <blank line>
    <the checkpoint, signed by the log>

The steps, in this order, and the answer when one fails:

    1  the request is well-formed                                   400
    2  the origin is one of the logs we witness                     404
    3  a trusted key of that log signed, and none of them badly     403
    4  old <= size of the checkpoint                                400
    5  old is the size we cosigned last, 0 for none                 409, body: that size
    6  the same size has the same root; of size 0, the empty one    422 (409 by tag 1.0.0)
    7  the proof leads from **our stored root** to the new one      422

Then the new state is stored and only then the cosignature is answered. Steps 5 to storing are one
transaction: see ``WitnessStore``. What fails step 6 proves that the log signed two trees, and is
kept even when step 5 has failed before; a failure at step 7 may also be the client's, and the
checkpoint is kept all the same.

Reference: C2SP tlog-witness, head of 2026-07 and tag 1.0.0.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Protocol

from escrutinio.errors import ElectionRecordError, Fault, MalformedError, VerificationError
from escrutinio.log.checkpoint import (
    LogKey,
    SignedCheckpoint,
    decode_checkpoint,
    encode_checkpoint,
)
from escrutinio.log.cosignature import MlDsaSigner, sign_cosignature
from escrutinio.log.merkle import DIGEST_BYTES, EMPTY_ROOT, Digest, require_digests
from escrutinio.log.paths import MAX_PATH, verify_consistency
from escrutinio.primitives.note import MAX_NOTE_BYTES, Note, collect_signatures
from escrutinio.primitives.note import encode_signature_lines as encode_lines
from escrutinio.primitives.spelling import (
    MAX_DECIMAL,
    decode_base64,
    decode_decimal,
    encode_base64,
)
from escrutinio.primitives.vkey import NoteSigner

__all__ = [
    "MAX_REQUEST_BYTES",
    "SIZE_TYPE",
    "AddCheckpoint",
    "WitnessAnswer",
    "WitnessRules",
    "WitnessStore",
    "answer_add_checkpoint",
    "decode_add_checkpoint",
    "encode_add_checkpoint",
]

#: Largest request body a witness reads.
MAX_REQUEST_BYTES = MAX_NOTE_BYTES + 64 * 45 + 32
#: Media type of the answer that names a size.
SIZE_TYPE = "text/x.tlog.size"
_TEXT_TYPE = "text/plain; charset=utf-8"


class WitnessRules(Enum):
    """Which state of the specification decides the answer to another root of the same size."""

    HEAD = 422
    TAG_1_0_0 = 409


@dataclass(frozen=True, slots=True)
class AddCheckpoint:
    """A request to cosign.

    Attributes:
        old: size the proof begins at.
        proof: hashes of the consistency proof, at most 63.
        checkpoint: what is to be cosigned.
    """

    old: int
    proof: tuple[Digest, ...]
    checkpoint: SignedCheckpoint

    def __post_init__(self) -> None:
        """Refuse what could not be written and read again."""
        require_digests(self.proof, "add-checkpoint")
        if len(self.proof) > MAX_PATH or not 0 <= self.old <= MAX_DECIMAL:
            found = f"{len(self.proof)} hashes from {self.old}"
            raise MalformedError.of(Fault("add-checkpoint", f"at most {MAX_PATH} hashes", found))


@dataclass(frozen=True, slots=True)
class WitnessAnswer:
    """What a witness answers.

    Attributes:
        status: HTTP status.
        body: HTTP body.
        content_type: of the body.
        evidence: checkpoint that the log signed and that was not shown to extend the stored one,
            to be kept beside it; None when there is none.
        reason: why not, for the witness's own journal; empty with 200.
    """

    status: int
    body: bytes
    content_type: str = _TEXT_TYPE
    evidence: bytes | None = None
    reason: str = ""


class WitnessStore(Protocol):
    """Where a witness keeps, per origin, the last checkpoint it cosigned."""

    def update(
        self,
        origin: str,
        decide: Callable[[bytes | None], tuple[WitnessAnswer, bytes | None]],
    ) -> WitnessAnswer:
        """Decide on one request about one log, and store what was decided.

        - Atomic: from reading what is stored to storing the new bytes. No other decision about
          this origin happens between, in this process or another one.
        - Durable on return: the new bytes, and the evidence of the answer, before the answer is
          given to anybody. Evidence is kept once per text and up to a limit: anybody can send
          again what the log once signed.
        - May be retried: the whole call; ``decide`` may be called more than once, its last answer
          is the one that counts.
        - Absence: ``decide`` gets None when nothing was ever stored for this origin. A store that
          was lost must not look like that; a witness without its memory is another witness.

        Args:
            origin: which log.
            decide: takes the stored bytes; gives the answer, and the bytes to store or None.

        Raises:
            AdapterError: not stored; no answer may be given but a failure of the server.
        """


def encode_add_checkpoint(request: AddCheckpoint) -> bytes:
    """Write the body of a request."""
    lines = [f"old {request.old}", *map(encode_base64, request.proof), ""]
    head = "".join(f"{line}\n" for line in lines)
    return head.encode() + encode_checkpoint(request.checkpoint)


def decode_add_checkpoint(body: bytes) -> AddCheckpoint:
    """Read the body of a request; nothing is verified.

    Raises:
        MalformedError: larger than any request, another first line, a hash in another spelling,
            more than 63 of them, or no checkpoint behind the first blank line.
    """
    where = "add-checkpoint"
    if len(body) > MAX_REQUEST_BYTES:
        raise MalformedError.of(
            Fault(where, f"at most {MAX_REQUEST_BYTES} bytes", f"{len(body)} bytes")
        )
    head, blank, note = body.partition(b"\n\n")
    first, *hashes = head.decode("ascii", errors="replace").split("\n")
    if not blank or not first.startswith("old ") or len(hashes) > MAX_PATH:
        expected = f"'old <size>', at most {MAX_PATH} hashes and a blank line"
        raise MalformedError.of(Fault(where, expected, ascii(first[:60])))
    old = decode_decimal(first.removeprefix("old "), f"{where}: old size")
    proof = tuple(
        decode_base64(line, f"{where}: hash {number}", DIGEST_BYTES)
        for number, line in enumerate(hashes, start=1)
    )
    return AddCheckpoint(old, proof, decode_checkpoint(note, f"{where}: checkpoint"))


def answer_add_checkpoint(
    body: bytes,
    logs: Mapping[str, Sequence[LogKey]],
    store: WitnessStore,
    signers: Sequence[NoteSigner | MlDsaSigner],
    now: int,
    rules: WitnessRules = WitnessRules.HEAD,
) -> WitnessAnswer:
    """Answer a request by the steps above.

    Args:
        body: the request as received.
        logs: by origin, the keys trusted for it.
        store: the memory of the witness.
        signers: keys of the witness, type 0x04 and 0x06.
        now: POSIX seconds.
        rules: head or tag of the specification.

    Raises:
        AdapterError: the memory failed; the answer is a failure of the server, never a signature.
        MalformedError, VerificationError: what is stored for this log is no checkpoint of it.
    """
    try:
        request = decode_add_checkpoint(body)
    except MalformedError as error:
        return _refuse(400, str(error))
    signed = request.checkpoint
    keys = logs.get(signed.checkpoint.origin)
    if not keys:
        return _refuse(404, "unknown log")
    try:
        kept = _keep_log_signatures(signed, keys)
    except ElectionRecordError as error:
        return _refuse(403, str(error))
    if request.old > signed.checkpoint.size:
        return _refuse(400, "old size is above the size of the checkpoint")

    def decide(stored: bytes | None) -> tuple[WitnessAnswer, bytes | None]:
        last = None if stored is None else _load_last(stored, keys)
        refusal = _find_refusal(request, last, encode_checkpoint(kept), rules)
        if refusal is not None:
            return refusal, None
        lines = [sign_cosignature(signed, signer, now) for signer in signers]
        return WitnessAnswer(200, encode_lines(lines)), encode_checkpoint(kept)

    return store.update(signed.checkpoint.origin, decide)


def _keep_log_signatures(signed: SignedCheckpoint, keys: Sequence[LogKey]) -> SignedCheckpoint:
    """Verify the log's signatures and drop the others: strangers do not write in our memory."""
    text_keys = [key.text_key for key in keys]
    good = collect_signatures(signed.note, text_keys, "add-checkpoint: checkpoint")
    if not good:
        raise VerificationError.of(
            Fault("add-checkpoint: checkpoint", "a signature by a trusted key", "none")
        )
    lines = tuple(dict.fromkeys(line for _, line in good))
    return SignedCheckpoint(signed.checkpoint, Note(signed.note.text, lines))


def _load_last(stored: bytes, keys: Sequence[LogKey]) -> SignedCheckpoint:
    """Read what we stored; a damaged memory must stop the witness, not make it forget."""
    where = "checkpoint cosigned last"
    last = decode_checkpoint(stored, where)
    if last.checkpoint.origin not in {key.origin for key in keys}:
        raise VerificationError.of(
            Fault(where, f"the origin {keys[0].origin!a}", f"{last.checkpoint.origin!a}")
        )
    # A key the log has given up since is no longer among ours; then nothing is checked here.
    collect_signatures(last.note, [key.text_key for key in keys], where)
    return last


def _find_refusal(
    request: AddCheckpoint, last: SignedCheckpoint | None, signed: bytes, rules: WitnessRules
) -> WitnessAnswer | None:
    head = request.checkpoint.checkpoint
    size, root = (0, EMPTY_ROOT) if last is None else (last.checkpoint.size, last.checkpoint.root)
    is_fork = head.size == size and head.root != root
    if request.old != size:
        # Whoever sent it need not know what was cosigned; a fork proves itself all the same.
        reason = f"old size is {request.old}, cosigned last was {size}"
        return _answer_size(size, reason, signed if is_fork else None)
    if is_fork:
        # Of size 0 too: the root of no entries is known, and tag 1.0.0 says nothing else of it.
        reason = f"another root for the {size} entries that were cosigned"
        if rules is WitnessRules.TAG_1_0_0 and size:
            return _answer_size(size, reason, signed)
        return _refuse(422, reason, signed)
    try:
        verify_consistency(size, root, head.size, head.root, request.proof)
    except MalformedError as error:
        # A proof of impossible length says nothing about the log.
        return _refuse(422, str(error))
    except VerificationError as error:
        return _refuse(422, str(error), signed)
    return None


def _refuse(status: int, reason: str, evidence: bytes | None = None) -> WitnessAnswer:
    # The reason stays here: it may quote a request, and the specification asks for no body.
    return WitnessAnswer(status, b"", _TEXT_TYPE, evidence, reason)


def _answer_size(size: int, reason: str, evidence: bytes | None = None) -> WitnessAnswer:
    return WitnessAnswer(409, f"{size}\n".encode(), SIZE_TYPE, evidence, reason)
