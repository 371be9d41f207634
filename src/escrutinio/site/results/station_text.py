"""One station on the page of its place."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from escrutinio.log.entries.model import Bulletin, Decision, LoggedSheet
from escrutinio.primitives import say
from escrutinio.publication.layout import scan_path
from escrutinio.sheet.tally_sheet import CorrectionReason
from escrutinio.sheet.transcribed import TranscribedSheet
from escrutinio.site.page_words import PageWords
from escrutinio.site.results.paths import station_anchor
from escrutinio.site.results.place_text import PlaceText
from escrutinio.site.results.station_view import StationFacts, VersionFacts, copy_of
from escrutinio.site.results.view import FindingRow, SiteView
from escrutinio.tabulation.ledger import PlacedSheet, Proposal

__all__ = ["StationText"]

#: What is said of a station and of its sheets in lists of their own.
_LABELS = (
    "kind_label",
    "in_division",
    "registered",
    "max_ballots",
    "signer",
    "reader",
    "confirmed",
    "closed_at",
    "entry",
    "copy",
    "copy_named",
    "correction_label",
)


class StationText:
    """Writes stations in one language."""

    def __init__(
        self, view: SiteView, words: PageWords, text: PlaceText, *, has_verifier: bool
    ) -> None:
        """Take what is prepared.

        Args:
            view: of the site.
            words: the language.
            text: prepared text of that language.
            has_verifier: whether the site has a page that verifies a station.
        """
        self._view = view
        self._words = words
        self._text = text
        self._has_verifier = has_verifier
        self._bulletins: dict[int, tuple[str, str]] = {}
        self._labels = {key: f"<div><dt>{text.say(f'site.place.{key}')}<dd>" for key in _LABELS}
        self._contests = [
            f"<h3>{words.show(item.contest.names)}</h3>\n" for item in view.cut.contests
        ]
        self._has_contests = len(self._contests) > 1
        self._heading = "h4" if self._has_contests else "h3"

    def write(self, station: str, facts: Sequence[StationFacts], division: str | None) -> str:
        """Write a station.

        Args:
            station: its id.
            facts: of each contest that it votes in.
            division: of the page; the station's own is named where it is another one.
        """
        text = self._text
        anchor, name = station_anchor(station), text.name(station)
        title = text.fill("site.place.station", station=f"<bdi>{name}</bdi>")
        pieces = [
            f'<section class="station" id="{anchor}" aria-labelledby="{anchor}-name">\n',
            f'<h2 id="{anchor}-name">{title}</h2>\n',
            self._about(station, division),
        ]
        for item in facts:
            if self._has_contests:
                pieces.append(self._contests[item.position])
            pieces += self._contest(item)
        if self._has_verifier:
            pieces.append(
                f'<p><a href="../verify.html#station={name}">{text.said("site.place.verify")}</a>'
                f'<span class="hidden"> <bdi>{name}</bdi></span></p>\n'
            )
        pieces.append("</section>\n")
        return "".join(pieces)

    def _about(self, station: str, division: str | None) -> str:
        """Say what the definition says of a station."""
        text, listed = self._text, self._view.stations.get(station)
        if listed is None:
            if self._view.definition.stations is None:
                return ""
            return f'<p class="note strong">{text.said("site.place.not_listed")}</p>\n'
        items = [("kind_label", text.said(f"site.place.kind.{listed.kind}"))]
        if listed.division != division:
            inside = self._view.definition.division_by_id[listed.division].name
            items.append(("in_division", f"<bdi>{text.name(inside)}</bdi>"))
        rolls = sorted(set(listed.registered.values()))
        caps = sorted(set(listed.max_ballots.values()))
        items += [("registered", text.cell(roll)) for roll in rolls]
        items += [("max_ballots", text.cell(cap)) for cap in caps]
        return self._list(items)

    def _list(self, items: Sequence[tuple[str, str]]) -> str:
        labels = self._labels
        rows = "".join([f"{labels[key]}{what}</div>" for key, what in items])
        return f'<dl class="meta">{rows}</dl>\n'

    def _contest(self, facts: StationFacts) -> Iterator[str]:
        text, row = self._text, facts.row
        if row is not None:
            what = text.said(f"site.division.treatment.{row.treatment}")
            when = text.said(f"site.place.as_of.{'bulletin' if self._view.newest else 'start'}")
            why = f"<ul>{text.reasons(row.reason)}</ul>" if row.reason else ""
            kind = f"became b-{row.treatment}"
            yield f'<div class="{kind}"><p>{when}: <b>{what}</b></p>{why}</div>\n'
        if not facts.versions:
            yield f"<p>{text.said('site.place.no_sheet')}</p>\n"
        if facts.findings:
            yield self._findings(facts.findings)
        for version in facts.versions:
            yield from self._version(facts, version)
        yield self._chain(facts)
        if facts.decisions:
            decided = "".join(f"<li>{self._decision(item)}" for item in facts.decisions)
            title = text.said("site.place.decisions")
            yield f"<{self._heading}>{title}</{self._heading}>\n<ul>{decided}</ul>\n"

    def _chain(self, facts: StationFacts) -> str:
        """Name the opening and the seal."""
        text, opening, seal = self._text, facts.opening, facts.seal
        items = []
        if opening is not None:
            counters = text.cell("illegible" if opening.counters is None else opening.counters)
            entry = self._words.count(opening.index)
            items.append(text.fill("site.place.opened", counters=counters, entry=entry))
        if seal is not None:
            admitted = text.cell("illegible" if seal.admitted is None else seal.admitted)
            entry = self._words.count(seal.index)
            items.append(text.fill("site.place.admitted", admitted=admitted, entry=entry))
        listed = "".join(f"<li>{item}" for item in items)
        return f'<ul class="lines">{listed}</ul>\n' if items else ""

    def _decision(self, proposal: Proposal) -> str:
        content = proposal.content
        if not isinstance(content, Decision):
            return ""
        is_in_force = proposal.in_force_at is not None
        return self._text.say(
            "site.place.decided" if is_in_force else "site.place.decided_waiting",
            what=say(f"site.place.decision.{content.kind.name.lower()}"),
            why=say(f"site.why.{content.reason.name.lower()}"),
            entry=proposal.index if proposal.in_force_at is None else proposal.in_force_at,
        )

    def _version(self, facts: StationFacts, version: VersionFacts) -> Iterator[str]:
        text, placed = self._text, version.placed
        sheet = version.sheet
        is_reading = isinstance(sheet, TranscribedSheet)
        key = "site.place.reading" if is_reading else "site.place.version"
        title = text.fill(key, version=text.cell(sheet.version))
        yield f"<{self._heading}>{title}</{self._heading}>\n"
        by = {} if version.by is None else {"by": version.by}
        yield f"<p>{text.say(f'site.place.became.{version.became}', **by)}</p>\n"
        if is_reading:
            yield f'<p class="note">{text.said("site.place.reading_means")}</p>\n'
        yield self._list(list(self._signed(placed, sheet)))
        yield text.figures(facts.position, version.figures)
        if version.findings:
            yield self._findings(version.findings)
        elif version.is_checked:
            yield f'<p class="note">{text.said("site.place.findings_none")}</p>\n'
        if placed.digest in self._view.ledger.audits:
            for audit in self._view.ledger.audits[placed.digest]:
                yield f"<p>{text.say('site.place.audited', entry=audit.index)}</p>\n"
        yield self._proof(facts, version, is_reading=is_reading)

    def _signed(
        self, placed: PlacedSheet, sheet: LoggedSheet | TranscribedSheet
    ) -> Iterator[tuple[str, str]]:
        """Say who signed a sheet, and when it was closed."""
        text, standing = self._text, placed.standing
        role = text.said(f"definition.role.{placed.role}")
        is_reading = isinstance(sheet, TranscribedSheet)
        who = "reader" if is_reading else "signer"
        yield who, f"<bdi>{text.name(placed.signer)}</bdi> ({role})"
        if standing is not None and standing.confirmed_by:
            names = ", ".join(f"<bdi>{text.name(name)}</bdi>" for name in standing.confirmed_by)
            yield "confirmed", names
        if isinstance(sheet, LoggedSheet):
            yield "closed_at", text.moment(sheet.closed_at_s)
        yield "entry", self._words.count(placed.index)
        if (copy := copy_of(placed, sheet)) is not None:
            shown = f'<code class="digest">{copy.hex()}</code>'
            if (path := scan_path(copy)) in self._view.source.files:
                shown += f' <a href="../../{path}">{text.said("site.place.scan")}</a>'
            # A source that holds no image has the digest of the image's name here.
            yield "copy_named" if is_reading else "copy", shown
        if sheet.reason is not None:
            reason = CorrectionReason(sheet.reason).name.lower()
            yield "correction_label", text.said(f"sheet.reason.{reason}")

    def _findings(self, findings: Sequence[FindingRow]) -> str:
        text = self._text
        listed = "".join(text.finding(item) for item in findings)
        return f'<p>{text.said("site.place.findings")}</p>\n<ul class="lines">{listed}</ul>\n'

    def _proof(self, facts: StationFacts, version: VersionFacts, *, is_reading: bool) -> str:
        """Leave room for what a script draws on demand, with what can be said without it."""
        text, placed, first = self._text, version.placed, version.bulletin
        inside, words = "", text.said("site.place.included_not_yet")
        if first is not None:
            inside, words = self._included(first.bulletin)
        if is_reading:
            inside += " data-reading"
        digest = f'<code class="digest">{placed.digest.hex()}</code>'
        return (
            f'<p class="note">{words} {text.said("site.place.digest")}: {digest}</p>\n'
            f'<div class="proof" data-entry="{placed.index}"'
            f' data-station="{text.name(facts.station)}"{inside}>'
            f"<p>{text.said('site.place.proof_how')}</p></div>\n"
        )

    def _included(self, bulletin: Bulletin) -> tuple[str, str]:
        """Say which bulletin includes a sheet first, to a script and in words; there are few."""
        found = self._bulletins.get(bulletin.number)
        if found is None:
            inside = (
                f' data-size="{bulletin.size}" data-root="{bulletin.root.hex()}"'
                f' data-bulletin="{bulletin.number}"'
            )
            time = self._view.moments.say(bulletin.time_s)
            words = self._text.say("site.place.included", number=bulletin.number, time=time)
            found = self._bulletins[bulletin.number] = (inside, words)
        return found
