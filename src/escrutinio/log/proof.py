"""Receipts: the proof that an entry is in the log, in one file that needs no network.

    c2sp.org/tlog-proof@v1
    extra <base64>               optional; nobody vouches for it
    index <decimal>
    <base64 of a hash>           from the leaf's sibling up, one per line
    <blank line>
    <the checkpoint with its signatures, as it is>

Reference: C2SP tlog-proof.
"""

from __future__ import annotations

from dataclasses import dataclass

from escrutinio.errors import Fault, MalformedError
from escrutinio.log.checkpoint import (
    LogKey,
    SignedCheckpoint,
    decode_checkpoint,
    encode_checkpoint,
    verify_checkpoint,
)
from escrutinio.log.merkle import DIGEST_BYTES, Digest, hash_leaf, require_digests
from escrutinio.log.paths import MAX_PATH, verify_inclusion
from escrutinio.primitives.note import MAX_NOTE_BYTES
from escrutinio.primitives.spelling import (
    MAX_DECIMAL,
    decode_base64,
    decode_decimal,
    encode_base64,
)

__all__ = ["MAX_EXTRA_BYTES", "LogProof", "decode_proof", "encode_proof", "verify_proof"]

#: Most unauthenticated bytes accepted beside a proof.
MAX_EXTRA_BYTES = 65_535
_MAGIC = "c2sp.org/tlog-proof@v1"
_MAX_HEAD_BYTES = 2 * MAX_EXTRA_BYTES + 100 * MAX_PATH


@dataclass(frozen=True, slots=True)
class LogProof:
    """A receipt, not verified yet.

    Attributes:
        index: zero-based position of the entry.
        path: sibling hashes from the leaf up, 32 bytes each.
        checkpoint: the checkpoint the path leads to.
        extra: bytes beside the proof that nothing authenticates; None for none.
    """

    index: int
    path: tuple[Digest, ...]
    checkpoint: SignedCheckpoint
    extra: bytes | None = None

    def __post_init__(self) -> None:
        """Refuse what could not be written and read again."""
        require_digests(self.path, "receipt")
        if len(self.path) > MAX_PATH or not 0 <= self.index <= MAX_DECIMAL:
            found = f"{len(self.path)} hashes, index {self.index}"
            raise MalformedError.of(Fault("receipt", f"at most {MAX_PATH} hashes", found))
        if self.extra is not None and not 0 < len(self.extra) <= MAX_EXTRA_BYTES:
            expected = f"1 to {MAX_EXTRA_BYTES} extra bytes, or no such line"
            raise MalformedError.of(Fault("receipt", expected, f"{len(self.extra)}"))


def encode_proof(proof: LogProof) -> bytes:
    """Write a receipt."""
    extra = [] if proof.extra is None else [f"extra {encode_base64(proof.extra)}"]
    lines = [_MAGIC, *extra, f"index {proof.index}", *map(encode_base64, proof.path), ""]
    head = "".join(f"{line}\n" for line in lines)
    return head.encode() + encode_checkpoint(proof.checkpoint)


def decode_proof(data: bytes, where: str) -> LogProof:
    """Read a receipt; nothing is verified.

    Raises:
        MalformedError: another first line, another spelling, or no checkpoint behind the first
            blank line.
    """
    if len(data) > _MAX_HEAD_BYTES + MAX_NOTE_BYTES:
        raise MalformedError.of(Fault(where, "a receipt", f"{len(data)} bytes"))
    head, blank, note = data.partition(b"\n\n")
    lines = head.decode("ascii", errors="replace").split("\n")
    if not blank or lines[0] != _MAGIC:
        raise MalformedError.of(Fault(where, f"the line {_MAGIC!r}", ascii(lines[0][:60])))
    at, extra = 1, None
    if lines[1:] and lines[1].startswith("extra "):
        extra = decode_base64(lines[1].removeprefix("extra "), f"{where}: extra")
        at = 2
    if not lines[at:] or not lines[at].startswith("index "):
        raise MalformedError.of(Fault(where, "a line 'index <decimal>'", ascii(lines[at:])[:60]))
    index = decode_decimal(lines[at].removeprefix("index "), f"{where}: index")
    path = tuple(
        decode_base64(line, f"{where}: hash {number}", DIGEST_BYTES)
        for number, line in enumerate(lines[at + 1 :], start=1)
    )
    return LogProof(index, path, decode_checkpoint(note, f"{where}: checkpoint"), extra)


def verify_proof(proof: LogProof, entry: bytes, log: LogKey, where: str) -> None:
    """Check that a log has an entry, by its own signature.

    How many witnesses saw the checkpoint is a matter of policy: ``verify_policy`` of
    ``proof.checkpoint`` answers that.

    Args:
        proof: the receipt.
        entry: the entry's exact bytes.
        log: key of the log the reader trusts.
        where: what is checked, for the error.

    Raises:
        VerificationError: another log, a bad signature, or the path leads to another root.
        UnverifiableError: no signature by the log's key.
        MalformedError: the index is beyond the checkpoint, or the path has another length.
    """
    verify_checkpoint(proof.checkpoint, log, f"{where}: checkpoint")
    head = proof.checkpoint.checkpoint
    verify_inclusion(hash_leaf(entry), proof.index, head.size, proof.path, head.root)
