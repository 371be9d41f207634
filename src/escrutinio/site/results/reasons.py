"""Why stations are held or closed, counted by division."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from escrutinio.site.results.view import SiteView

__all__ = ["BY_THE_SOURCE", "ReasonCounts", "count_reasons"]

#: Stands for the reason of a reading that is held or closed by what its source says of it.
BY_THE_SOURCE = "source"
#: Words that say why a row counts although something was found; they hold and close nothing.
_HARMLESS = ("approve:", "release:")

#: By division, of ``held`` and ``closed``: each word of a reason and its number of stations.
ReasonCounts = Mapping[str, Mapping[str, Sequence[tuple[str, int]]]]


def count_reasons(view: SiteView, position: int) -> ReasonCounts:
    """Count held and closed stations by reason.

    A station counts once for each of its reasons, in its own division and in all around it.

    Args:
        view: of the site.
        position: of the contest.

    Returns:
        The words in their order; divisions without such a station are left out.
    """
    counts: dict[str, dict[str, Counter[str]]] = {}
    area = view.body.contests[position].divisions[0].division
    for row in view.station_rows[position].values():
        if row.treatment not in {"held", "closed"}:
            continue
        words = [word for word in row.reason.split() if not word.startswith(_HARMLESS)]
        for division in view.paths.get(row.division or area, view.paths[area]):
            of_division = counts.setdefault(division.division, {})
            of_division.setdefault(row.treatment, Counter()).update(words or [BY_THE_SOURCE])
    return {
        division: {kind: sorted(counter.items()) for kind, counter in kinds.items()}
        for division, kinds in counts.items()
    }
