"""Family N: what the tally of a division shows, beyond any single sheet.

The rules themselves stand in ``tabulation/aggregate.py``; here are their entries.
"""

from __future__ import annotations

from escrutinio.sheet.check import INFO, WARN, check

__all__ = ["CHECKS"]

CHECKS = (
    check(
        "TALLY-001",
        "N02",
        WARN,
        "stations",
        en=(
            "More stations counted than the definition expects in a division",
            "Correct the list of stations; bounds there cannot be known.",
        ),
        es=(
            "Más mesas contadas que las esperadas en una división",
            "Corrija la lista de mesas; allí no se pueden conocer los límites.",
        ),
    ),
    check(
        "TALLY-002",
        "N02",
        WARN,
        "registered",
        en=(
            "More registered voters at counted stations than a register total allows",
            "The register total cannot be the one of these sheets.",
        ),
        es=(
            "Más inscritos en las mesas contadas que los de un total del registro",
            "Ese total del registro no puede ser el de estas actas.",
        ),
    ),
    check(
        "TALLY-003",
        "N04",
        INFO,
        "registered",
        en=(
            "The roll of some counted stations is not known",
            "Turnout is given for the stations with a known roll only.",
        ),
        es=(
            "No se conoce el registro de algunas mesas contadas",
            "La participación se da solo para las mesas con registro conocido.",
        ),
    ),
)
