"""What a publisher gives to the site beside the log: public claims, and the shapes of divisions.

    assets/claims.toml         claims, as ``escrutinio check --claims`` reads them
    assets/geometry.geojson    shapes of divisions, for maps

They stand in the record byte for byte as they were given, until others are given or they are taken
away. Nothing else holds them, so a standing file that is not what MANIFEST says is refused: pages
are made again, these cannot be.

Format page: docs/formats/site.md.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from escrutinio.errors import Fault, MalformedError, VerificationError
from escrutinio.operations.record_writing import RecordState
from escrutinio.publication import ManifestFile, RecordReader

__all__ = ["CLAIMS_PATH", "GEOMETRY_PATH", "GIVEN_PATHS", "GivenFile", "find_given"]

CLAIMS_PATH = "assets/claims.toml"
GEOMETRY_PATH = "assets/geometry.geojson"
#: Every file that a publisher may give.
GIVEN_PATHS = (CLAIMS_PATH, GEOMETRY_PATH)

_REMEDY = "Give the file again, or take it away."


@dataclass(frozen=True, slots=True)
class GivenFile:
    """A file as it was given.

    Attributes:
        name: what its giver calls it, for faults.
        data: its bytes.
    """

    name: str
    data: bytes = field(repr=False)

    def line(self, path: str) -> ManifestFile:
        """Give what a manifest says of it."""
        return ManifestFile(path, len(self.data), hashlib.sha256(self.data).digest())


def find_given(
    record: RecordReader, state: RecordState, changes: Mapping[str, GivenFile | None]
) -> tuple[dict[str, GivenFile], RecordState]:
    """Find what the site is going to have of its publisher.

    Args:
        record: where pages stand.
        state: what stands there.
        changes: by path what is given now, and None for what is taken away; whatever is not in it
            stays as it stands.

    Returns:
        The files by path; and the state, in which no standing file counts that somebody changed
        and that is now replaced.

    Raises:
        VerificationError: a file that is to stay is not the one that was published.
        AdapterError: the outside world failed.
    """
    found: dict[str, GivenFile] = {}
    listed = dict(state.listed)
    for path in GIVEN_PATHS:
        line = state.listed.get(path)
        standing = None if line is None else _load_standing(record, line)
        is_damaged = path in state.gone or (line is not None and standing is None)
        if is_damaged and path not in changes:
            expected = "the file that MANIFEST lists"
            raise VerificationError.of(Fault(path, expected, "another one, or nothing", _REMEDY))
        given = changes.get(path, standing)
        if given is not None:
            found[path] = given
        if is_damaged:
            listed.pop(path, None)
    if listed.keys() != state.listed.keys():
        state = replace(state, listed=listed, has_whole_site=False)
    return found, state


def _load_standing(record: RecordReader, line: ManifestFile) -> GivenFile | None:
    """Load a file that stands there; None when it is not the one that was listed."""
    try:
        data = record.load(line.path, line.size_bytes)
    except MalformedError:  # larger
        return None
    if data is None or hashlib.sha256(data).digest() != line.sha256:
        return None
    return GivenFile(line.path, data)
