"""CLAIM-015: claims that print the same announcement must print the same figures.

Counts differ when they are not equal. Percentages differ when neither is the other with fewer
decimals: ``44`` and ``44.2`` agree, ``44.2`` and ``44.02`` do not. Every print that disagrees with
another is named with its claim. Where the options add to a printed total, or a count gives a
printed percentage, the arithmetic says which print fits.

What the answer does not show: who slipped, or whether anybody did.

Reference: statistics, sections 2.1 (pitfall 4) and 2.2; sheets N07.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from escrutinio.claims.catalogue import PRINTS
from escrutinio.claims.material import Material, Sentences, state
from escrutinio.claims.model import Claim, PrintedShare, Statement, Verdict
from escrutinio.claims.options import printed_options, prints_all_votes, valid_of
from escrutinio.claims.printed import Agreement, agreement, are_compatible
from escrutinio.definition import CandidacyCode, Contest
from escrutinio.primitives import Message, Names, Percent, Value, say

__all__ = ["check_prints"]

_RESTS = ("votes:rest", "share:rest")


@dataclass(frozen=True, slots=True)
class _Figure:
    """One figure of an announcement, with every claim that prints it.

    Attributes:
        subject: such as ``votes:NM`` or ``valid``.
        name: what pages call it.
        prints: what each claim prints, by claim.
    """

    subject: str
    name: Names | Message
    prints: tuple[tuple[Claim, int | PrintedShare], ...]

    @property
    def differing(self) -> tuple[tuple[Claim, int | PrintedShare], ...]:
        """The prints that some other print disagrees with; ``44`` beside ``44.2`` is not."""
        return tuple(
            (claim, value)
            for claim, value in self.prints
            if any(not _agree(value, other) for _, other in self.prints)
        )


def check_prints(material: Material) -> Iterator[Statement]:
    """Compare the claims that print the same announcement."""
    groups: dict[str, list[Claim]] = {}
    for claim in sorted(material.claims, key=lambda item: item.id):
        if claim.announcement:
            groups.setdefault(claim.announcement, []).append(claim)
    for announcement in sorted(groups):
        claims = groups[announcement]
        for figure in _figures(claims, material.contest):
            if differing := figure.differing:
                differing_figure = replace(figure, prints=differing)
                yield _statement(announcement, differing_figure, claims, material.contest)


def _agree(one: int | PrintedShare, other: int | PrintedShare) -> bool:
    if isinstance(one, PrintedShare) and isinstance(other, PrintedShare):
        return are_compatible(one, other)
    return one == other


def _figures(claims: Sequence[Claim], contest: Contest) -> Iterator[_Figure]:
    """List every figure that at least one claim prints, with its prints."""
    printed: dict[str, tuple[Names | Message, list[tuple[Claim, int | PrintedShare]]]] = {}
    behind = _named_before_rest(claims)
    for claim in claims:
        for subject, name, value in _prints_of(claim, contest):
            if value is not None and (
                subject not in _RESTS or _named(claim) in (behind, frozenset())
            ):
                printed.setdefault(subject, (name, []))[1].append((claim, value))
    for subject, (name, prints) in sorted(printed.items()):
        yield _Figure(subject, name, tuple(prints))


def _named(claim: Claim) -> frozenset[CandidacyCode]:
    return frozenset(claim.figures.votes) | frozenset(claim.figures.shares)


def _named_before_rest(claims: Sequence[Claim]) -> frozenset[CandidacyCode]:
    """Give the candidacies named by the first claim that prints the others together.

    A rest behind two candidacies is not the rest behind three, so only the rests behind these are
    compared, and those of claims that name nobody.
    """
    rests = (
        _named(claim)
        for claim in claims
        if claim.figures.rest_votes is not None or claim.figures.rest_share is not None
    )
    return next((named for named in rests if named), frozenset())


def _prints_of(
    claim: Claim, contest: Contest
) -> Iterator[tuple[str, Names | Message, int | PrintedShare | None]]:
    figures = claim.figures
    for option in printed_options(claim, contest):
        if option.subject == "rest" or option.subject in figures.votes:
            yield f"votes:{option.subject}", option.name, option.votes
        if option.subject == "rest" or option.subject in figures.shares:
            yield f"share:{option.subject}", option.name, option.share
    yield "valid", say("claim.figure.valid"), figures.valid
    yield "cast", say("claim.figure.cast"), figures.cast
    yield "registered", say("claim.figure.registered"), figures.registered
    yield "turnout", say("claim.figure.turnout"), figures.turnout
    for category in contest.categories:
        count = figures.categories.get(category.code)
        yield f"category:{category.code}", category.names, count
    if claim.coverage:
        yield "coverage", say("claim.figure.coverage"), claim.coverage.percent
        yield "stations", say("claim.figure.stations"), claim.coverage.stations


def _statement(
    announcement: str, figure: _Figure, claims: Sequence[Claim], contest: Contest
) -> Statement:
    values: dict[str, list[Claim]] = {}
    for claim, value in figure.prints:
        values.setdefault(_text(value), []).append(claim)
    by_text = {_text(value): value for _, value in figure.prints}
    lines = tuple(
        say("claim.prints.print", value=_shown(by_text[text]), claims=_sources(printing))
        for text, printing in values.items()
    )
    figures: dict[str, int | Fraction | str] = {"announcement": announcement}
    for claim, value in figure.prints:
        figures[f"print_{claim.id}"] = value.text if isinstance(value, PrintedShare) else value
    sentence = say(
        "claim.prints.differ",
        figure=figure.name,
        values=tuple(_shown(by_text[text]) for text in values),
    )
    fitting = (*_by_sum(figure, by_text, claims, contest), *_by_share(figure, claims, contest))
    ids = [claim.id for claim, _ in figure.prints]
    subject = f"{announcement}:{figure.subject}"
    words = Sentences(sentence, (*lines, *fitting))
    return state(PRINTS, ids, subject, Verdict.CONTRADICTED, words, figures)


def _text(value: int | PrintedShare) -> str:
    return value.text if isinstance(value, PrintedShare) else str(value)


def _shown(value: int | PrintedShare) -> Value:
    return Percent(value.share, value.decimals) if isinstance(value, PrintedShare) else value


def _sources(claims: Sequence[Claim]) -> tuple[Value, ...]:
    return tuple(say("claim.prints.source", claim=item.id, source=item.source) for item in claims)


def _by_sum(
    figure: _Figure,
    values: Mapping[str, int | PrintedShare],
    claims: Sequence[Claim],
    contest: Contest,
) -> Iterator[Message]:
    """Put each print of a count into every claim that prints all options and their total."""
    if not figure.subject.startswith("votes:"):
        return
    subject = figure.subject.removeprefix("votes:")
    for claim in claims:
        valid = claim.figures.valid
        if valid is None or not prints_all_votes(claim, contest):
            continue
        options = printed_options(claim, contest)
        if all(option.subject != subject for option in options):
            continue
        rest = sum(option.votes or 0 for option in options if option.subject != subject)
        for value in values.values():
            if isinstance(value, int):
                case = "fits" if rest + value == valid else "does_not"
                total = rest + value
                yield say(
                    f"claim.prints.sum_{case}", value=value, sum=total, valid=valid, claim=claim.id
                )


def _by_share(figure: _Figure, claims: Sequence[Claim], contest: Contest) -> Iterator[Message]:
    """Hold prints of a count against printed percentages, and prints of those against counts."""
    kind, _, subject = figure.subject.partition(":")
    totals = [
        (claim, total[0]) for claim in claims if (total := valid_of(claim, contest)) is not None
    ]
    if not subject or not totals:
        return
    if kind == "share":
        yield from _shares_against_counts(figure, subject, totals)
    elif kind == "votes":
        yield from _counts_against_shares(figure, CandidacyCode(subject), claims, totals)


def _shares_against_counts(
    figure: _Figure, subject: str, totals: Sequence[tuple[Claim, int]]
) -> Iterator[Message]:
    """Hold each printed percentage against a count of the same option with its total."""
    for claim, total in totals:
        rest = claim.figures.rest_votes
        votes = rest if subject == "rest" else claim.figures.votes.get(CandidacyCode(subject))
        if votes is None or not total:
            continue
        exact = Fraction(votes, total)
        seen: set[str] = set()
        for _, value in figure.prints:
            if not isinstance(value, PrintedShare) or value.text in seen:
                continue
            seen.add(value.text)
            fits = agreement(exact, value) is not Agreement.NONE
            yield say(
                f"claim.prints.share_{'fits' if fits else 'does_not'}",
                value=Percent(value.share, value.decimals),
                votes=votes,
                total=total,
                exact=Percent(exact, value.decimals + 2),
                claim=claim.id,
            )


def _counts_against_shares(
    figure: _Figure,
    subject: CandidacyCode,
    claims: Sequence[Claim],
    totals: Sequence[tuple[Claim, int]],
) -> Iterator[Message]:
    """Hold each printed count against the finest printed percentage of the same option.

    A total that was added up from the options changes with the count that is put into it.
    """
    shares = [item.figures.shares[subject] for item in claims if subject in item.figures.shares]
    if not shares:
        return
    finest = max(shares, key=lambda share: (share.decimals, share.text))
    claim, total = next(
        ((claim, total) for claim, total in totals if claim.figures.valid is not None), totals[0]
    )
    own = claim.figures.votes.get(subject)
    if own is None:
        return
    for value in dict.fromkeys(value for _, value in figure.prints if isinstance(value, int)):
        whole = total if claim.figures.valid is not None else total - own + value
        exact = Fraction(value, whole) if whole else Fraction(0)
        fits = agreement(exact, finest) is not Agreement.NONE
        yield say(
            f"claim.prints.count_{'fits' if fits else 'does_not'}",
            value=value,
            total=whole,
            exact=Percent(exact, finest.decimals + 2),
            printed=Percent(finest.share, finest.decimals),
            claim=claim.id,
        )
