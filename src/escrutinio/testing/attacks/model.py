"""What an attack is: what is done, what it needs a reader to hold, and who must notice."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from escrutinio.testing.held import ANNOUNCED_NAME, CHECKPOINT_NAME, RECEIPT_NAME, SHEET_NAME
from escrutinio.testing.rehearsal import Rehearsal

__all__ = ["OPTIONS", "Attack", "Attacking"]

#: Carries an attack out on a rehearsal that has just begun, to the end of the day; gives the place
#: that verification must name: a station, a file, or an entry.
Attacking: TypeAlias = Callable[[Rehearsal], str]

#: Option of ``escrutinio verify`` for each thing that a reader can hold.
OPTIONS: Mapping[str, str] = {
    CHECKPOINT_NAME: "--since",
    SHEET_NAME: "--receipts",
    RECEIPT_NAME: "--receipts",
    ANNOUNCED_NAME: "--announced",
}


@dataclass(frozen=True, slots=True)
class Attack:
    """An attack on a record.

    Attributes:
        name: as the command line knows it.
        step: code of the verification step that must catch it.
        also: every other step that fails with it.
        en: what is done, in one line.
        es: the same in Spanish.
        run: carries it out.
        held: what a reader must hold for it to be noticed, as names of files in ``held``.
        is_unchecked: whether the step ends as "not checked", never as "failed": something that
            the reader asks for is not there.
    """

    name: str
    step: str
    en: str
    es: str
    run: Attacking
    also: tuple[str, ...] = ()
    held: tuple[str, ...] = ()
    is_unchecked: bool = False
