"""Unusual elections as sites: hostile names, many options, deep trees, no stations, odd chains."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

import msgspec

from escrutinio.definition import (
    Definition,
    Division,
    DivisionId,
    Phase,
    StationId,
)
from escrutinio.log import EMPTY_ROOT
from escrutinio.log.entries import (
    Approval,
    Closure,
    Confirmation,
    Decision,
    DecisionKind,
    DecisionReason,
    Entry,
    Hold,
)
from escrutinio.operations.site_source import SiteSource
from escrutinio.polling import AdmittedSeal, StationOpening
from escrutinio.primitives import Names
from escrutinio.publication import (
    ComposedBulletin,
    Cut,
    compose_bulletin,
    find_all_findings,
    take_cut,
)
from escrutinio.sheet.transcribed import TranscribedSheet
from escrutinio.site.results.site_maker import SiteMaker
from escrutinio.tabulation.ledger import Ledger
from tests.builders import ROOT, contest
from tests.ledger_world import Writer, official, sheet, transcription, unlisted
from tests.unit.site.results.sites import Site, core_groups

if TYPE_CHECKING:
    import polars as pl

__all__ = ["HOSTILE", "WORLDS", "reading", "site_of_world", "source_of"]

#: Markup, quotes, a direction override that is not ended, a control character.
HOSTILE = '<script>alert(1)</script><b title="x\'">&amp;\u202e\x07{t}\u05d0\u05d1'
_TIME_S = 1_900_000_000


def source_of(log: Writer, sizes: Sequence[int]) -> SiteSource:
    """Give what pages of a log are made of, with a bulletin about each of these places.

    Args:
        log: the entries; the bulletins are added here, each at its place.
        sizes: rising; entries after the last one are in no bulletin.
    """
    ledger = Ledger.begin(log.definition)
    composed: list[ComposedBulletin] = []
    cut: Cut | None = None
    findings: tuple[pl.DataFrame, ...] = ()
    entries = list(log.entries)
    for at, entry in enumerate(entries):
        if at in sizes:
            cut, findings = take_cut(ledger), _findings(ledger)
            composed.append(_compose(cut, composed))
        ledger.apply(_moved(entry, at))
    if len(entries) in sizes:
        cut, findings = take_cut(ledger), _findings(ledger)
        composed.append(_compose(cut, composed))
    for item in composed:
        index = ledger.size
        writer = Writer(log.definition)
        ledger.apply(_moved(writer.add("op", item.entry), index))
    return SiteSource(
        origin="example.org/log",
        ledger=ledger,
        cut=cut,
        bulletin=composed[-1] if composed else None,
        findings=findings,
        load_body=lambda number: composed[number - 1].body,
        load_entry=lambda _: b"",
    )


def _moved(entry: Entry, index: int) -> Entry:
    """Give an entry another place."""
    return msgspec.structs.replace(entry, index=index)


def _compose(cut: Cut, before: Sequence[ComposedBulletin]) -> ComposedBulletin:
    number = len(before) + 1
    return compose_bulletin(
        cut,
        number,
        _TIME_S + 3600 * number,
        EMPTY_ROOT,
        previous=None if not before else bytes(32),
        previous_rows=None,
    )


def _findings(ledger: Ledger) -> tuple[pl.DataFrame, ...]:
    return tuple(find_all_findings(ledger, [item.records for item in take_cut(ledger).contests]))


def site_of_world(name: str) -> Site:
    """Make the pages of one of ``WORLDS``."""
    return _made(name)


@cache
def _made(name: str) -> Site:
    maker = SiteMaker(groups=core_groups())
    files = {file.path: file.data for file in maker.make_files(WORLDS[name](), None)}
    return Site({**files, "README.txt": b""})


def _renamed(made: Definition, text: str) -> Definition:
    """Call everything that has a name by it."""
    names = Names({"en": text, "es": text})
    contests = tuple(
        replace(
            item,
            names=names,
            candidacies=tuple(replace(c, names=names) for c in item.candidacies),
            options=tuple(replace(o, names=names) for o in item.options),
            categories=tuple(replace(c, names=names) for c in item.categories),
        )
        for item in made.contests
    )
    return replace(
        made,
        names=names,
        levels=tuple(replace(item, names=names) for item in made.levels),
        divisions=tuple(replace(item, name=text) for item in made.divisions),
        contests=contests,
    )


def _counted(made: Definition) -> Writer:
    """Log the sheets of two stations of the small election."""
    log = Writer(made)
    for name in ("1", "2"):
        opening = log.add(f"d{name}", StationOpening(name, 100, 0))
        seal = log.add(f"d{name}", AdmittedSeal(name, 0, 23, 200, opening.digest))
        log.add(f"d{name}", sheet(name, follows=seal.digest, admitted=23))
    return log


def _named(text: str) -> SiteSource:
    log = _counted(_renamed(official(), text))
    return source_of(log, [len(log.entries)])


def _many_options() -> SiteSource:
    codes = " ".join(f"k{number}" for number in range(200))
    log = Writer(official(contest(codes, cap=5000)))
    log.add("d1", sheet("1", votes=range(200)))
    return source_of(log, [len(log.entries)])


def _deep_tree() -> SiteSource:
    made = official()
    names = [f"L{level}" for level in range(1, 8)]
    parents = [ROOT, *names[:-1]]
    divisions = [
        made.divisions[0],
        *(
            Division(DivisionId(name), DivisionId(parent), f"level{level}", name, 1, 50)
            for level, (name, parent) in enumerate(zip(names, parents, strict=True), start=1)
        ),
    ]
    levels = tuple(
        replace(made.levels[0], code=f"level{level}", names=Names({"en": f"level {level}"}))
        for level in range(8)
    )
    assert made.stations is not None
    stations = (replace(made.stations[0], division=DivisionId("L7")),)
    made = replace(made, divisions=tuple(divisions), levels=levels, stations=stations)
    made = replace(made, divisions=(replace(divisions[0], stations=1), *divisions[1:]))
    log = Writer(made)
    log.add("d1", sheet("1"))
    return source_of(log, [len(log.entries)])


def _no_stations() -> SiteSource:
    made = official()
    divisions = tuple(replace(item, stations=0, registered=0) for item in made.divisions)
    log = Writer(replace(made, stations=(), divisions=divisions))
    return source_of(log, [len(log.entries)])


def _one_station() -> SiteSource:
    made = official()
    assert made.stations is not None
    stations = (made.stations[0],)
    divisions = tuple(
        replace(item, stations=int(item.division != "S"), registered=50) for item in made.divisions
    )
    log = Writer(replace(made, stations=stations, divisions=divisions, phase=Phase.TEST))
    log.add("d1", sheet("1"))
    return source_of(log, [len(log.entries)])


def _several_contests() -> SiteSource:
    made = official(
        contest("A B", cap=90),
        contest("C D E", code="governor", division="N", cap=90),
        contest("F G", code="council", division="S", votes_allowed=2),
    )
    log = Writer(made)
    log.add("d1", sheet("1", votes=(10, 5)))
    log.add("d1", sheet("1", votes=(10, 5, 3), of=1))
    return source_of(log, [len(log.entries)])


def _decide(
    log: Writer, kind: DecisionKind, name: str, of: bytes | None, closure: Closure | None = None
) -> None:
    """Have something decided by two of the authority."""
    reason = DecisionReason.NOT_OPENED if closure else DecisionReason.RECOUNT
    proposal = log.add("a1", Decision(kind, name, 0, of, reason, closure))
    log.add("a2", Approval(proposal.digest))


def _odd_chains() -> SiteSource:
    """Every fate that a sheet of a signed record can have, and a sheet in no bulletin yet."""
    log = _counted(official())
    first = log.entries[3]
    log.add("d1", sheet("1", (11, 5, 7), follows=bytes(32)))  # another sheet of version 1
    later = log.add("d1", sheet("1", (12, 5, 7), version=2, follows=first.digest))
    log.add("d1", sheet("1", (13, 5, 7), version=3, follows=later.digest))
    _decide(log, DecisionKind.APPROVE, "1", later.digest)
    log.add("op", Hold(log.entries[6].digest, ("SHEET-301", "CHAIN-006")))
    paper = log.add("c1", sheet("3"))
    log.add("c2", Confirmation(paper.digest, bytes(range(32))))
    _decide(log, DecisionKind.CLOSE, "4", None, Closure.NOT_INSTALLED)
    log.add("a1", Decision(DecisionKind.ANNUL, "3", 0, paper.digest, DecisionReason.RULING, None))
    log.add("b1", sheet("9"))  # a station that nobody lists
    size = len(log.entries)
    log.add("d2", sheet("2", (1, 2, 3), version=2, follows=log.entries[6].digest))
    return source_of(log, [7, size])


def reading(
    name: str,
    votes: int,
    version: int = 1,
    follows: bytes | None = None,
    division: str | None = "N",
) -> TranscribedSheet:
    """Write what a source read on a copy of a station's sheet."""
    figures = {
        "option.A1": votes,
        "option.A2": -3,
        "option.B1": 7,
        "category.null": -1,
        "registered": 50,
        "ballots_received": 60,
    }
    return TranscribedSheet(
        name,
        0,
        version,
        0,
        division,
        bytes(32),
        figures,
        ("smudged",),
        None,
        (),
        follows,
        None if follows is None else 1,
    )


def _transcription(made: Definition) -> SiteSource:
    log = Writer(made)
    first = log.add("s1", reading("1", 10))
    log.add("s1", reading("1", 12, 2, first.digest))
    log.add("s1", reading("2", 9))
    log.add("s1", reading("2", 8))
    log.add("s1", reading("77", 8))
    return source_of(log, [len(log.entries)])


def _unlisted() -> SiteSource:
    return _transcription(unlisted(transcription()))


def _places() -> SiteSource:
    """A place whose stations are in two divisions, and an id with characters of a path."""
    made = official()
    assert made.stations is not None
    stations = tuple(
        replace(item, polling_place="School:1/a", station=StationId(item.station))
        for item in made.stations
    )
    log = _counted(replace(made, stations=stations))
    return source_of(log, [len(log.entries)])


#: Makes what the pages of each are made of.
WORLDS: Mapping[str, Callable[[], SiteSource]] = {
    "plain": lambda: _named("Plain"),
    "hostile": lambda: _named(HOSTILE),
    "right to left": lambda: _named("\u05d0\u05d1\u05d2 \u0627\u0644"),
    "300-character names": lambda: _named("W" * 300),
    "200 options": _many_options,
    "eight levels": _deep_tree,
    "no stations": _no_stations,
    "one station, a rehearsal": _one_station,
    "several contests": _several_contests,
    "odd chains": _odd_chains,
    "transcription": lambda: _transcription(transcription()),
    "stations not listed": _unlisted,
    "places": _places,
}
