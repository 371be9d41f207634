"""What ``escrutinio log show`` says."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from escrutinio.cli.times import show_time
from escrutinio.log import SignedCheckpoint, decode_policy, evaluate_policy
from escrutinio.log.entries import ContentType
from escrutinio.log.entries.signing import split_message
from escrutinio.operations import ElectionView
from escrutinio.site import Language

__all__ = ["log_lines", "witness_line"]


def log_lines(view: ElectionView, words: Language) -> Iterator[str]:
    """Say what is in a log: entries by kind, bulletins, what waits for approval, witnesses."""
    ledger = view.ledger
    yield words.word("log.identity", identity=str(ledger.genesis.identity))
    head = view.signed.checkpoint
    published = 0 if view.published is None else view.published.checkpoint.size
    yield words.word("log.size", entries=head.size, published=published, root=head.root.hex())
    for kind, count in sorted(_count_kinds(view).items()):
        known = f"log.entry.{kind}" if kind in set(ContentType) else "log.entry.unknown"
        yield words.word("log.kind", kind=words.word(known, kind=str(kind)), count=count)
    for placed in ledger.bulletins[-1:]:
        yield words.word(
            "log.bulletin",
            number=placed.bulletin.number,
            time=show_time(placed.bulletin.time_s),
            digest=placed.digest.hex(),
        )
    for proposal in ledger.proposals:
        if proposal.in_force_at is None:
            yield words.word(
                "log.waiting",
                kind=words.word(f"log.proposal.{type(proposal.content).__name__.lower()}"),
                digest=proposal.digest.hex(),
                signers=tuple(proposal.signers),
            )
    for departure in ledger.departures:
        yield words.word(
            "log.departure",
            step=departure.step,
            where=departure.where,
            expected=departure.expected,
            found=departure.found,
        )
    if view.published is not None:
        yield witness_line(view.published, ledger.policy, words)


def _count_kinds(view: ElectionView) -> Counter[int]:
    """Count the entries by content type; they were verified when they were appended."""
    messages = (split_message(data) for data in view.entries)
    return Counter(message.content_type for message in messages if message is not None)


def witness_line(signed: SignedCheckpoint, policy: str, words: Language) -> str:
    """Say how many of the witnesses have cosigned a checkpoint."""
    answer = evaluate_policy(decode_policy(policy.encode(), "policy"), signed, "checkpoint")
    return words.word(
        "publish.witnesses",
        cosigned=len(answer.cosigned),
        witnesses=len(answer.cosigned) + len(answer.absent),
    )
