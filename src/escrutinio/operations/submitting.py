"""Submitting entries: what is taken into the log, what is there already, what is refused and why.

An entry is taken when it is well-formed, of this election, and signed under a key that is enrolled,
at its place, for what it says. That a station contradicts itself is no reason to refuse: its sheets
are logged, and the ledger says which one counts. Nothing is logged of a call in which anything is
refused, unless the caller says otherwise.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from escrutinio.errors import ElectionRecordError, Fault, RefusedError
from escrutinio.log import MAX_ENTRY_BYTES, decode_policy
from escrutinio.log.entries import (
    Amendment,
    Approval,
    Bulletin,
    Entry,
    Genesis,
    Hold,
    PolicyReplaced,
    ReceivedEntry,
    UnknownContent,
    decode_entry,
    verify_entry,
)
from escrutinio.operations.election_log import ElectionLog, keys_for
from escrutinio.publication import find_log_key

__all__ = ["Submission", "SubmissionAnswer", "submit_entries"]

_MADE_BY_PUBLISHING = (Genesis, Hold, Bulletin)


@dataclass(frozen=True, slots=True)
class Submission:
    """Bytes that somebody wants in the log, with the name of the file they came in."""

    name: str
    data: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class SubmissionAnswer:
    """What became of a submission.

    Attributes:
        name: of the submission.
        index: its place in the log; None when it is not there.
        is_new: whether it was appended now; False for the same bytes that were there before.
        faults: why it was refused; none when it was not.
        is_correction: whether it was appended now and corrects an earlier reading of its source.
    """

    name: str
    index: int | None
    is_new: bool
    faults: tuple[Fault, ...] = ()
    is_correction: bool = False

    @property
    def is_refused(self) -> bool:
        """Whether it was refused; what is neither refused nor placed waits for the others."""
        return bool(self.faults)


def submit_entries(
    election: ElectionLog, submissions: Sequence[Submission], *, skip_refused: bool = False
) -> tuple[SubmissionAnswer, ...]:
    """Append entries to the log of an election.

    Args:
        election: open for writing. After a refusal it is as it was before.
        submissions: in the order in which they are logged.
        skip_refused: whether the others are logged when some are refused.

    Returns:
        One answer each, in their order. While any is refused and they are not skipped, those
        that could be logged have no place.

    Raises:
        RefusedError: the key at hand is not the key of the log once these entries are in it.
        AdapterError: the outside world failed. Open the election again; repeating the call is
            harmless, because what was logged is there already.
    """
    answers, entries = _screen(election, submissions)
    if any(answer.is_refused for answer in answers):
        election.reload()
        if not skip_refused:
            return tuple(
                SubmissionAnswer(item.name, None, is_new=False) if item.is_new else item
                for item in answers
            )
        good = [
            item for item, answer in zip(submissions, answers, strict=True) if not answer.is_refused
        ]
        # Without the refused ones the places are others.
        placed, entries = _screen(election, good)
        placements = iter(placed)
        answers = [answer if answer.is_refused else next(placements) for answer in answers]
    try:
        election.append(entries)
    except RefusedError:
        election.reload()
        raise
    return tuple(answers)


def _screen(
    election: ElectionLog, submissions: Sequence[Submission]
) -> tuple[list[SubmissionAnswer], list[bytes]]:
    """Apply what can be taken to the ledger, and answer each submission."""
    screening = _Screening(election)
    answers = []
    for item in submissions:
        try:
            answers.append(screening.take(item))
        except ElectionRecordError as error:
            answers.append(SubmissionAnswer(item.name, None, is_new=False, faults=error.faults))
    return answers, screening.entries


class _Screening:
    """Takes submissions one by one; each sees what the ones before it say."""

    def __init__(self, election: ElectionLog) -> None:
        self.election = election
        self.ledger = election.ledger
        self.places = election.places()
        self.entries: list[bytes] = []
        self.keys = self.ledger.keys_by_id()

    def take(self, item: Submission) -> SubmissionAnswer:
        """Apply one to the ledger, or find it there already.

        Raises:
            ElectionRecordError: it is refused; the ledger may have counted its place.
        """
        if len(item.data) > MAX_ENTRY_BYTES:
            expected = f"an entry of at most {MAX_ENTRY_BYTES} bytes"
            raise RefusedError.of(Fault(item.name, expected, f"{len(item.data)} bytes"))
        index = self.ledger.size
        received = decode_entry(item.data, index, item.name)
        if (known := self.places.get(received.digest)) is not None:
            return SubmissionAnswer(item.name, known, is_new=False)
        self._refuse_content(item.name, received)
        keys = keys_for(self.keys, received.message.kid)
        entry = verify_entry(received, keys, item.name)
        self._apply(item.name, entry)
        self.places[received.digest] = index
        self.entries.append(item.data)
        return SubmissionAnswer(item.name, index, is_new=True)

    def _refuse_content(self, name: str, received: ReceivedEntry) -> None:
        content = received.content
        if received.election != self.election.election:
            expected = f"an entry of the election {self.election.election.hex()}"
            raise RefusedError.of(Fault(name, expected, f"one of {received.election.hex()}"))
        if isinstance(content, _MADE_BY_PUBLISHING):
            found = type(content).__name__.lower()
            expected = "no genesis, hold or bulletin: publishing makes them"
            raise RefusedError.of(Fault(name, expected, f"a {found}"))
        if isinstance(content, UnknownContent) and content.is_critical:
            expected = "a kind that this version knows, or one that nothing depends on"
            found = f"the critical kind {content.content_type}"
            raise RefusedError.of(Fault(name, expected, found))
        if isinstance(content, Amendment) and isinstance(content.change, PolicyReplaced):
            self._refuse_other_log(name, content.change.policy)

    def _refuse_other_log(self, name: str, text: str) -> None:
        """Refuse a policy with which this log could not be continued."""
        where = f"{name}: policy"
        key = find_log_key(decode_policy(text.encode(), where), where)
        own = self.election.writer.signer.name
        if key.origin != own:
            raise RefusedError.of(Fault(where, f"a key of this log, {own!a}", ascii(key.origin)))

    def _apply(self, name: str, entry: Entry) -> None:
        departures = self.ledger.departures
        count = len(departures)
        self.ledger.apply(entry)
        if isinstance(entry.content, Amendment | Approval):
            self.keys = self.ledger.keys_by_id()
        if found := self.ledger.departures[count:]:
            raise RefusedError.of(
                *(Fault(f"{name}: {item.where}", item.expected, item.found) for item in found)
            )
