"""From bytes to a definition, refusing everything that is not exactly one.

The rules, in the order in which the faults are listed:

1. ``definition.json`` is canonical JSON with the keys of the format and no others.
2. Each value is of its kind and within its bounds; codes are used once; what names something
   names something that is there.
3. ``divisions.csv``, ``stations.csv`` and ``signers.csv`` are the bytes whose digests
   ``definition.json`` holds.
4. The divisions form one tree down the levels, and what they state adds up.
5. Each station stands in a smallest division; the numbers of stations and voters add up to those
   of the divisions; no cap is below a roll.
6. Each signer is enrolled for a place there is, with a key of its own; there are as many signers
   as decisions need. That a key is a valid point costs more than all other rules together, so
   ``decode_definition`` leaves it to ``verify_signer_keys``.

Reading goes on after a fault wherever it can, so that one run names all of them. What a fault
makes impossible to say is not said: a fault that only follows from another is left out.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

from escrutinio.definition._faults import shown
from escrutinio.definition._reading import read_definition
from escrutinio.definition.files import DefinitionFiles
from escrutinio.definition.model import CheckProfile, Definition
from escrutinio.errors import Fault, MalformedError

__all__ = ["CATALOGUE_NAME", "check_definition", "decode_definition", "unknown_names"]

#: What a check profile may name, as faults say it.
CATALOGUE_NAME = "a name of the catalogue of sheet checks"


def decode_definition(files: DefinitionFiles) -> Definition:
    """Read a definition; whether its signers' keys are points is for ``verify_signer_keys``.

    Raises:
        MalformedError: the bytes are not a definition; the error carries every fault.
    """
    reading = read_definition(files, checks_points=False)
    if reading.definition is None or reading.everything:
        raise MalformedError.of(*reading.everything)
    return reading.definition


def check_definition(
    files: DefinitionFiles,
    *,
    known_limits: Collection[str] | None = None,
    known_checks: Collection[str] | None = None,
) -> tuple[Fault, ...]:
    """Name everything that is wrong with the files of a definition.

    Args:
        files: the bytes.
        known_limits: names of the limits of the catalogue of sheet checks; None to take any.
        known_checks: codes of the checks of that catalogue; None to take any. The catalogue is a
            later stage's, so it comes as an argument.

    Returns:
        The faults by file and place; empty when ``decode_definition`` gives a definition whose
        signers ``verify_signer_keys`` passes and whose check profile names only what the
        catalogue has.
    """
    reading = read_definition(files, checks_points=True)
    for place, name in unknown_names(reading.head.check_profile, known_limits, known_checks):
        reading.document.add(place, CATALOGUE_NAME, shown(name))
    return reading.everything


def unknown_names(
    profile: CheckProfile,
    known_limits: Collection[str] | None,
    known_checks: Collection[str] | None,
) -> Iterator[tuple[str, str]]:
    """Give place and name of whatever a check profile freezes that the catalogue does not have.

    Args:
        profile: the frozen settings.
        known_limits: names of the catalogue's limits; None to take any.
        known_checks: codes of its checks; None to take any.
    """
    for key, names, known in (
        ("limits", profile.limits, known_limits),
        ("severities", profile.severities, known_checks),
    ):
        for name in names:
            if known is not None and name not in known:
                yield f"check_profile.{key}.{name}", name
