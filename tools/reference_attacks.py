"""The catalogue of attacks as Markdown."""

from __future__ import annotations

from escrutinio.testing import ATTACKS, Attack
from escrutinio.testing.held import HELD_FOLDER

__all__ = ["attack_table"]


def attack_table() -> str:
    """Give one line per attack, in the order of the steps that catch them."""
    rows = [
        "| attack | what is done | step | what a reader must hold |",
        "| --- | --- | --- | --- |",
    ]
    return "\n".join([*rows, *map(_row, ATTACKS)])


def _row(attack: Attack) -> str:
    step = f"{attack.step}, not checked" if attack.is_unchecked else attack.step
    held = ", ".join(f"`{HELD_FOLDER}/{name}`" for name in attack.held)
    return f"| `{attack.name}` | {attack.en}. *{attack.es}.* | {step} | {held} |"
