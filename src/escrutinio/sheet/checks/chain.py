"""Family C: what a log holds around a sheet: its seal, its opening, its versions.

The rules themselves stand in ``tabulation/ledger``; here are their entries.
"""

from __future__ import annotations

from escrutinio.sheet.check import HOLD, INFO, WARN, check

__all__ = ["CHECKS"]

CHECKS = (
    check(
        "CHAIN-001",
        "C01",
        WARN,
        "version",
        en=(
            "The log has two sheets of one version of this station",
            "The first one counts; find out who signed the other, and why.",
        ),
        es=(
            "El registro tiene dos actas de una misma versión de esta mesa",
            "Vale la primera; averigüe quién firmó la otra y por qué.",
        ),
    ),
    check(
        "CHAIN-002",
        "C02",
        INFO,
        "version",
        en=(
            "There is a later version that nobody approved",
            "It counts once the authority approves it; compare both with the paper.",
        ),
        es=(
            "Hay una versión posterior que nadie aprobó",
            "Vale cuando la autoridad la apruebe; compare ambas con el papel.",
        ),
    ),
    check(
        "CHAIN-003",
        "C03",
        HOLD,
        "seal",
        en=(
            "The sheet names no seal of the admitted voters that was logged before it",
            "Look for the seal; without it the number of voters was not fixed before the count.",
        ),
        es=(
            "El acta no nombra un sello de votantes admitidos anterior a ella",
            "Busque el sello; sin él, el número de votantes no quedó fijado antes del escrutinio.",
        ),
    ),
    check(
        "CHAIN-004",
        "C04",
        HOLD,
        "seal, opening",
        en=(
            "The seal names no opening of the station that was logged before it",
            "Look for the zero report of the station; without it nobody saw its counters empty.",
        ),
        es=(
            "El sello no nombra una apertura de la mesa anterior a él",
            "Busque el reporte en cero; sin él, nadie vio sus contadores vacíos.",
        ),
    ),
    check(
        "CHAIN-005",
        "C05",
        HOLD,
        "opening",
        en=(
            "The station opened with counters that were not zero or not readable",
            "Ask what was in the counters; compare the sheet with the ballots.",
        ),
        es=(
            "La mesa abrió con contadores que no estaban en cero o no se leían",
            "Pregunte qué había en los contadores; compare el acta con las boletas.",
        ),
    ),
    check(
        "CHAIN-006",
        "C06",
        HOLD,
        "admitted, seal",
        en=(
            "The voters admitted on the sheet are not those that were sealed",
            "Compare the voters' book with the sealed number; the sealed one was fixed first.",
        ),
        es=(
            "Los votantes admitidos del acta no son los que se sellaron",
            "Compare el cuaderno con el número sellado; el sellado se fijó primero.",
        ),
    ),
    check(
        "CHAIN-007",
        "C07",
        HOLD,
        "seal",
        en=(
            "The sheet names another seal than the first one of the station",
            "Compare both seals with the voters' book; the first one was fixed first.",
        ),
        es=(
            "El acta nombra otro sello que el primero de la mesa",
            "Compare ambos sellos con el cuaderno; el primero se fijó antes.",
        ),
    ),
    check(
        "CHAIN-008",
        "C08",
        HOLD,
        "votes, categories",
        en=(
            "A count by hand at the station found other figures",
            "Count the paper again, and decide with a recorded reason.",
        ),
        es=(
            "Un conteo a mano en la mesa encontró otras cifras",
            "Cuente el papel otra vez y decida dejando constancia del motivo.",
        ),
    ),
)
