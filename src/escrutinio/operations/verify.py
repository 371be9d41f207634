"""Verify a public record with what a reader brings: the whole of ``escrutinio verify`` but I/O.

The reader's own files come as bytes. Whatever is wrong with one of them is said before any work:
a file that was mistyped must not look like a fault of the record.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from escrutinio.errors import AdapterError, Fault, UnverifiableError, UsageError
from escrutinio.log import decode_checkpoint
from escrutinio.log.cosignature import MlDsaVerifier
from escrutinio.operations.verification_report import VerificationReport
from escrutinio.publication import Anchor, decode_anchor
from escrutinio.verification import (
    VERIFIED_FORMAT,
    NamedCheckpoint,
    Progress,
    ReaderInputs,
    RecordSource,
    VerifiedState,
    Workers,
    decode_announcement,
    decode_paper,
    decode_verified,
    verify_record,
)

__all__ = ["ReaderFile", "ReaderFiles", "read_inputs", "verify"]


@dataclass(frozen=True, slots=True)
class ReaderFile:
    """A file of the reader's: its name, for errors and the report, and its bytes."""

    name: str
    data: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class ReaderFiles:
    """The files a reader brings.

    Attributes:
        anchor: the trust anchor, or None.
        identity: identity of the election, 64 digits, or None; with ``policy``, instead of an
            anchor.
        policy: a tlog-policy with the log's key, or None.
        since: checkpoints kept from before, and at most one verified state.
        announced: announcements.
        papers: receipts, signed sheets, texts of QR codes.
    """

    anchor: ReaderFile | None = None
    identity: str | None = None
    policy: ReaderFile | None = None
    since: Sequence[ReaderFile] = ()
    announced: Sequence[ReaderFile] = ()
    papers: Sequence[ReaderFile] = ()


def read_inputs(
    files: ReaderFiles, now_s: int, ml_dsa: MlDsaVerifier | None = None
) -> ReaderInputs:
    """Read what a reader brings.

    Args:
        files: the files.
        now_s: the time, in seconds since 1970.
        ml_dsa: what verifies cosignatures of type 0x06.

    Raises:
        UsageError: an anchor in two ways or half of one, or two verified states.
        MalformedError: a file is not what it should be.
        UnverifiableError: a key of a type that this version does not know.
    """
    states: list[VerifiedState] = []
    older: list[NamedCheckpoint] = []
    for file in files.since:
        if file.data.startswith(VERIFIED_FORMAT):
            states.append(decode_verified(file.data, file.name))
        else:
            older.append(NamedCheckpoint(file.name, decode_checkpoint(file.data, file.name)))
    if len(states) > 1:
        raise UsageError.of(Fault("--since", "at most one verified state", f"{len(states)}"))
    return ReaderInputs(
        now_s=now_s,
        anchor=_read_anchor(files),
        older=tuple(older),
        verified=states[0] if states else None,
        announced=tuple(decode_announcement(item.data, item.name) for item in files.announced),
        papers=tuple(decode_paper(item.data, item.name) for item in files.papers),
        ml_dsa=ml_dsa,
    )


def _read_anchor(files: ReaderFiles) -> Anchor | None:
    halves = (files.identity, files.policy)
    if files.anchor is not None and any(half is not None for half in halves):
        expected = "--anchor, or --identity with --policy"
        raise UsageError.of(Fault("arguments", expected, "both"))
    if files.anchor is not None:
        return decode_anchor(files.anchor.data, files.anchor.name)
    if files.identity is None and files.policy is None:
        return None
    if files.identity is None or files.policy is None:
        raise UsageError.of(Fault("arguments", "--identity and --policy together", "one of them"))
    text = files.policy.data.decode("utf-8", errors="surrogateescape")
    return Anchor.of(files.identity, text, files.policy.name)


def verify(
    place: str,
    source: RecordSource,
    inputs: ReaderInputs,
    workers: Workers,
    progress: Progress,
) -> VerificationReport:
    """Verify a record.

    Args:
        place: folder or address, as the reader gave it.
        source: its files.
        inputs: from ``read_inputs``.
        workers: who decodes entries and checks signatures.
        progress: told how far it is.

    Raises:
        UsageError: the verified state is of another election than the reader's anchor.
        UnverifiableError: a file of the record could neither be read nor be said to be absent.
    """
    state, anchor = inputs.verified, inputs.anchor
    if state is not None and anchor is not None and state.identity != anchor.identity:
        expected = f"what was verified of {anchor.identity}"
        raise UsageError.of(Fault("--since", expected, state.identity))
    try:
        verified = verify_record(source, inputs, workers, progress)
    except AdapterError as error:
        # The arguments were right; it is the record that could not be had.
        raise UnverifiableError.of(*error.faults) from None
    return VerificationReport(place, anchor is not None, verified)
