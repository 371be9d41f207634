"""One station on the page of its place."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from escrutinio.log.entries.model import Decision, LoggedSheet
from escrutinio.primitives import say
from escrutinio.publication.layout import scan_path
from escrutinio.sheet.tally_sheet import CorrectionReason
from escrutinio.site.page_words import PageWords
from escrutinio.site.results.moments import say_moment
from escrutinio.site.results.paths import station_anchor
from escrutinio.site.results.place_text import PlaceText
from escrutinio.site.results.station_view import StationFacts, VersionFacts, copy_of, read_figures
from escrutinio.site.results.view import FindingRow, SiteView
from escrutinio.tabulation.ledger import PlacedSheet, Proposal

__all__ = ["StationText"]


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
        self._bulletins: dict[int, str] = {}
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
        title = text.say("site.place.station", station=station)
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
        said = self._text.said
        rows = "".join(
            f"<div><dt>{said(f'site.place.{key}')}<dd>{what}</div>" for key, what in items
        )
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
            counters = say("site.place.cell.illegible")
            items.append(
                text.say(
                    "site.place.opened",
                    counters=counters if opening.counters is None else opening.counters,
                    entry=opening.index,
                )
            )
        if seal is not None:
            admitted = say("site.place.cell.illegible")
            items.append(
                text.say(
                    "site.place.admitted",
                    admitted=admitted if seal.admitted is None else seal.admitted,
                    entry=seal.index,
                )
            )
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
        sheet = placed.sheet
        title = text.say("site.place.version", version=sheet.version)
        yield f"<{self._heading}>{title}</{self._heading}>\n"
        by = {} if version.by is None else {"by": version.by}
        yield f"<p>{text.say(f'site.place.became.{version.became}', **by)}</p>\n"
        yield self._list(list(self._signed(placed)))
        form = self._view.cut.contests[facts.position].form
        yield text.figures(facts.position, read_figures(sheet, form))
        if version.findings:
            yield self._findings(version.findings)
        elif version.is_checked:
            yield f'<p class="note">{text.said("site.place.findings_none")}</p>\n'
        if placed.digest in self._view.ledger.audits:
            for audit in self._view.ledger.audits[placed.digest]:
                yield f"<p>{text.say('site.place.audited', entry=audit.index)}</p>\n"
        yield self._proof(facts, version)

    def _signed(self, placed: PlacedSheet) -> Iterator[tuple[str, str]]:
        """Say who signed a sheet, and when it was closed."""
        text, sheet, standing = self._text, placed.sheet, placed.standing
        role = text.said(f"definition.role.{placed.role}")
        yield "signer", f"<bdi>{text.name(placed.signer)}</bdi> ({role})"
        if standing is not None and standing.confirmed_by:
            names = ", ".join(f"<bdi>{text.name(name)}</bdi>" for name in standing.confirmed_by)
            yield "confirmed", names
        if isinstance(sheet, LoggedSheet):
            yield "closed_at", text.moment(sheet.closed_at_s)
        yield "entry", text.cell(placed.index)
        if (copy := copy_of(placed)) is not None:
            shown = f'<code class="digest">{copy.hex()}</code>'
            if (path := scan_path(copy)) in self._view.source.files:
                shown += f' <a href="../../{path}">{text.said("site.place.scan")}</a>'
            yield "copy", shown
        if sheet.reason is not None:
            reason = CorrectionReason(sheet.reason).name.lower()
            yield "correction_label", text.said(f"sheet.reason.{reason}")

    def _findings(self, findings: Sequence[FindingRow]) -> str:
        text = self._text
        listed = "".join(text.finding(item) for item in findings)
        return f'<p>{text.said("site.place.findings")}</p>\n<ul class="lines">{listed}</ul>\n'

    def _proof(self, facts: StationFacts, version: VersionFacts) -> str:
        """Leave room for what a script draws on demand, with what can be said without it."""
        text, placed, first = self._text, version.placed, version.bulletin
        inside, words = "", text.said("site.place.included_not_yet")
        if first is not None:
            bulletin = first.bulletin
            inside = (
                f' data-size="{bulletin.size}" data-root="{bulletin.root.hex()}"'
                f' data-bulletin="{bulletin.number}"'
            )
            words = self._included(bulletin.number, bulletin.time_s)
        digest = f'<code class="digest">{placed.digest.hex()}</code>'
        return (
            f'<p class="note">{words} {text.said("site.place.digest")}: {digest}</p>\n'
            f'<div class="proof" data-entry="{placed.index}"'
            f' data-station="{text.name(facts.station)}"{inside}>'
            f"<p>{text.said('site.place.proof_how')}</p></div>\n"
        )

    def _included(self, number: int, time_s: int) -> str:
        """Say which bulletin includes a sheet first; there are few of them."""
        if number not in self._bulletins:
            self._bulletins[number] = self._text.say(
                "site.place.included", number=number, time=say_moment(time_s)
            )
        return self._bulletins[number]
