"""What the publisher gives to the site, read strictly before anything is published.

Both files are read against the genesis definition: whatever is amended later, a file that was
taken once stays good.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeVar

from escrutinio.claims import ClaimsFile, decode_claims
from escrutinio.definition import Definition
from escrutinio.errors import Fault, MalformedError
from escrutinio.operations.site_given import CLAIMS_PATH, GEOMETRY_PATH, GivenFile
from escrutinio.site.results.geometry import Geometry, decode_geometry

__all__ = ["Given", "read_given"]

Read = TypeVar("Read")


@dataclass(frozen=True, slots=True)
class Given:
    """What the publisher gave, read.

    Attributes:
        claims: public claims; None where there are none.
        geometry: shapes of divisions; None where there are none.
    """

    claims: ClaimsFile | None
    geometry: Geometry | None


def read_given(given: Mapping[str, GivenFile], definition: Definition) -> Given:
    """Read what the publisher gives.

    Args:
        given: by path.
        definition: the genesis definition.

    Raises:
        MalformedError: with every fault of every file.
    """
    divisions = frozenset(item.division for item in definition.divisions)
    faults: list[Fault] = []

    def read(path: str, decode: Callable[[bytes, str], Read]) -> Read | None:
        file = given.get(path)
        if file is None:
            return None
        try:
            return decode(file.data, file.name)
        except MalformedError as error:
            faults.extend(error.faults)
            return None

    claims = read(CLAIMS_PATH, lambda data, name: decode_claims(data, definition.contests, name))
    geometry = read(GEOMETRY_PATH, lambda data, name: _read_geometry(data, divisions, name))
    if faults:
        raise MalformedError.of(*faults)
    return Given(claims, geometry)


@lru_cache(maxsize=1)
def _read_geometry(data: bytes, divisions: frozenset[str], name: str) -> Geometry:
    """Read shapes once: they are asked for before a publication and while pages are made."""
    return decode_geometry(data, divisions, name)
