"""What ``escrutinio publish`` is given for the site: options and files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from escrutinio.adapters import read_bounded
from escrutinio.claims.limits import MAX_CLAIMS_BYTES
from escrutinio.errors import Fault, UsageError
from escrutinio.operations.site_given import CLAIMS_PATH, GEOMETRY_PATH, GivenFile
from escrutinio.site.results.geometry import MAX_GEOMETRY_BYTES

__all__ = ["GivenOptions", "load_given"]


@dataclass(frozen=True, slots=True)
class GivenOptions:
    """What one file of the site is to become; without either it stays as it stands.

    Attributes:
        name: of the option, without its strokes.
        path: the file to take; None for none.
        is_removed: whether the one that stands goes.
    """

    name: str
    path: Path | None
    is_removed: bool


_KINDS = {
    "claims": (CLAIMS_PATH, MAX_CLAIMS_BYTES),
    "geometry": (GEOMETRY_PATH, MAX_GEOMETRY_BYTES),
}


def load_given(*options: GivenOptions, has_site: bool) -> Mapping[str, GivenFile | None]:
    """Load what is given.

    Args:
        options: ``claims`` and ``geometry``.
        has_site: whether pages are made.

    Returns:
        By path in the record what changes; None for what goes.

    Raises:
        UsageError: options that contradict each other.
        MalformedError: a file that is too large.
        AdapterError: a file that cannot be read.
    """
    faults = []
    for item in options:
        if item.path is not None and item.is_removed:
            expected = f"--{item.name} or --no-{item.name}"
            faults.append(Fault("arguments", expected, "both"))
        if not has_site and (item.path is not None or item.is_removed):
            expected = f"no --no-site, because what is given as {item.name} changes the pages"
            faults.append(Fault("arguments", expected, "both"))
    if faults:
        raise UsageError.of(*faults)
    changes: dict[str, GivenFile | None] = {}
    for item in options:
        place, most_bytes = _KINDS[item.name]
        if item.is_removed:
            changes[place] = None
        elif item.path is not None:
            changes[place] = GivenFile(str(item.path), read_bounded(item.path, most_bytes))
    return changes
