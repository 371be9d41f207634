"""Every attack, with the step of the verification that must catch it."""

from __future__ import annotations

from escrutinio.errors import Fault, RefusedError, UsageError
from escrutinio.testing.attacks import files, forging, history, memory, planting
from escrutinio.testing.attacks.model import Attack

__all__ = ["ATTACKS", "find_attack"]

#: Attacks need stations at which something goes wrong, which smaller elections do not have.
_LEAST_STATIONS = 20

#: In the order of the verification steps that catch them.
ATTACKS: tuple[Attack, ...] = tuple(
    sorted(
        (
            *files.ATTACKS,
            *history.ATTACKS,
            *planting.ATTACKS,
            *memory.ATTACKS,
            *forging.ATTACKS,
        ),
        key=lambda attack: (attack.step, attack.name),
    )
)


def find_attack(name: str, stations: int) -> Attack:
    """Give an attack by its name.

    Args:
        name: of the attack.
        stations: of the election that is to be attacked.

    Raises:
        UsageError: there is no such attack.
        RefusedError: the election is too small to be attacked.
    """
    attack = next((item for item in ATTACKS if item.name == name), None)
    if attack is None:
        remedy = "See 'escrutinio simulate --list-attacks'."
        raise UsageError.of(Fault("--attack", "the name of an attack", ascii(name[:40]), remedy))
    if stations < _LEAST_STATIONS:
        expected = f"at least {_LEAST_STATIONS} stations, for an election that is attacked"
        raise RefusedError.of(Fault("--stations", expected, str(stations)))
    return attack
