"""What people get to see of an election's log without its key: its state, receipts, the anchor."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from escrutinio.definition import Definition
from escrutinio.errors import Fault, UnverifiableError
from escrutinio.log import (
    CHECKPOINT_PATH,
    INTENDED_PATH,
    SignedCheckpoint,
    encode_proof,
    load_checkpoint,
    prove_entry,
    read_log,
    verify_checkpoint,
    verify_reading,
)
from escrutinio.log.merkle import DIGEST_BYTES
from escrutinio.operations.election_keys import require_trust
from escrutinio.operations.election_log import (
    ElectionLog,
    Workspace,
    load_election_files,
    load_ledger,
)
from escrutinio.publication import Anchor
from escrutinio.tabulation.ledger import Ledger, find_log_keys

__all__ = ["ElectionView", "find_anchor", "make_anchor", "make_receipts", "view_election"]


@dataclass(frozen=True, slots=True)
class ElectionView:
    """What the log of an election says, as somebody sees it who has no key.

    Attributes:
        ledger: what the entries say.
        entries: their bytes, in order.
        signed: the last checkpoint that was signed.
        published: the one that is published; None before the first.
    """

    ledger: Ledger
    entries: Sequence[bytes] = field(repr=False)
    signed: SignedCheckpoint
    published: SignedCheckpoint | None


def view_election(workspace: Workspace) -> ElectionView:
    """Read the log of an election without its key and without writing anything.

    Raises:
        UnverifiableError, VerificationError, MalformedError, AdapterError: as when opening it.
    """
    ledger, signed = _read_log(workspace)
    published = load_checkpoint(workspace.log)
    if published is not None:
        key = find_log_keys(ledger).at(published.checkpoint.size)
        verify_checkpoint(published, key, CHECKPOINT_PATH)
    reading = read_log(workspace.log, signed.checkpoint)
    verify_reading(reading)
    return ElectionView(ledger, reading.entries, signed, published)


def _read_log(workspace: Workspace) -> tuple[Ledger, SignedCheckpoint]:
    """Read what a log says up to the last checkpoint that was signed, and verify that one."""
    _, definition = load_election_files(workspace.files)
    signed = load_checkpoint(workspace.log, INTENDED_PATH)
    if signed is None:
        raise UnverifiableError.of(Fault(INTENDED_PATH, "the last signed checkpoint", "none"))
    ledger, _ = load_ledger(workspace.files, workspace.log, definition, signed.checkpoint)
    # Which key signs is in the entries; the signature then vouches for all of them.
    key = find_log_keys(ledger).at(signed.checkpoint.size)
    verify_checkpoint(signed, key, INTENDED_PATH)
    return ledger, signed


def make_receipts(election: ElectionLog, places: Iterable[int]) -> dict[str, bytes]:
    """Make the receipts of entries, ``<digest>.tlog-proof``.

    They lead to the published checkpoint with its cosignatures, or, while an entry is not
    published yet, to the one that was signed last.

    Args:
        election: open.
        places: of the entries.

    Raises:
        VerificationError: the files of the log contradict its checkpoint.
        UnverifiableError: a file is missing.
    """
    log = election.workspace.log
    published = load_checkpoint(log)
    receipts = {}
    for place in sorted(set(places)):
        is_published = published is not None and place < published.checkpoint.size
        signed = published if published is not None and is_published else election.writer.signed
        digest = election.digests[place * DIGEST_BYTES : (place + 1) * DIGEST_BYTES]
        receipts[f"{digest.hex()}.tlog-proof"] = encode_proof(prove_entry(log, signed, place))
    return receipts


def make_anchor(definition: Definition) -> Anchor:
    """Make the lines that readers should hold from elsewhere, as long as nothing is amended.

    Raises:
        RefusedError: a definition that says nothing of a log.
    """
    return Anchor.of(str(definition.identity), require_trust(definition).policy)


def find_anchor(workspace: Workspace) -> Anchor:
    """Make these lines with the policy that is in force at the end of a log.

    Raises:
        UnverifiableError, VerificationError, MalformedError, AdapterError: as ``view_election``.
    """
    ledger, _ = _read_log(workspace)
    return Anchor.of(str(ledger.genesis.identity), ledger.policy)
