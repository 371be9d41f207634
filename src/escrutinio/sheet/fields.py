"""The fields a tally sheet can have, by name.

Names are text because profiles and findings show them to people:

=========================  ==================================================================
``candidacy.<code>``       votes of a candidacy
``option.<code>``          votes of a party line
``category.<code>``        ballots of a tally category, such as ``category.null``
``registered``             voters on the station's roll
``admitted``               voters admitted; ``admitted.<part>`` where the form splits them
``absent``                 registered voters who did not come
``check_ins``              voters checked in by a device
``stated.valid``           valid votes as the sheet states them
``stated.cast``            ballots cast as the sheet states them; ``stated.cast.<part>`` by box
``ballots_received``       ballots handed to the station; then ``ballots_used`` (also by part),
                           ``ballots_unused``, ``ballots_spoiled``, ``ballots_lost``,
                           ``ballots_unaccounted``
``list_votes``,             votes for the list and for its people, where a form asks both
``nominal_votes``
``surplus``, ``deficit``   difference between ballots and admitted voters as the sheet states it
``twin.<field>``           the same figure again: on another page, in words, or as the
                           publisher's own sum
=========================  ==================================================================
"""

from __future__ import annotations

from enum import IntEnum, StrEnum

from escrutinio.definition import CandidacyCode, CategoryCode, Contest, OptionCode

__all__ = [
    "MAX_FIGURE",
    "CellState",
    "SheetStatus",
    "candidacy_field",
    "category_field",
    "is_known_field",
    "least_column",
    "option_field",
    "state_column",
]

#: Largest figure a sheet may carry; ten million is beyond every station and every district.
MAX_FIGURE = 10_000_000

_PLAIN = frozenset(
    {
        "registered",
        "admitted",
        "absent",
        "check_ins",
        "stated.valid",
        "stated.cast",
        "ballots_received",
        "ballots_used",
        "ballots_unused",
        "ballots_spoiled",
        "ballots_lost",
        "ballots_unaccounted",
        "list_votes",
        "nominal_votes",
        "surplus",
        "deficit",
    }
)
#: Fields a form may split into parts that must add up to them.
PARTED = ("admitted", "stated.cast", "ballots_used")


class CellState(IntEnum):
    """What stands in a cell; empty, dash and illegible are never zero."""

    NUMBER = 0
    EMPTY = 1
    DASH = 2
    ILLEGIBLE = 3
    NOT_ON_SOURCE = 4


class SheetStatus(StrEnum):
    """What the source says became of a station's sheet."""

    SHEET = "sheet"
    ANNULLED = "annulled"
    NOT_INSTALLED = "not_installed"
    MERGED = "merged"
    NOT_DELIVERED = "not_delivered"
    NOT_READ = "not_read"
    LOST = "lost"
    DESTROYED = "destroyed"
    CHALLENGED = "challenged"

    @property
    def is_closed(self) -> bool:
        """Whether the station will add no votes."""
        return self in _CLOSED

    @property
    def is_missing(self) -> bool:
        """Whether no sheet arrived, so that the station stays outstanding."""
        return self in _MISSING

    @property
    def is_held(self) -> bool:
        """Whether the source itself keeps the sheet out of the totals for now."""
        return self in _HELD


_CLOSED = frozenset({SheetStatus.ANNULLED, SheetStatus.NOT_INSTALLED, SheetStatus.MERGED})
_MISSING = frozenset({SheetStatus.NOT_DELIVERED, SheetStatus.NOT_READ})
_HELD = frozenset({SheetStatus.LOST, SheetStatus.DESTROYED, SheetStatus.CHALLENGED})


def candidacy_field(code: CandidacyCode) -> str:
    """Name the field with a candidacy's votes."""
    return f"candidacy.{code}"


def option_field(code: OptionCode) -> str:
    """Name the field with a party line's votes."""
    return f"option.{code}"


def category_field(code: CategoryCode) -> str:
    """Name the field with a tally category's ballots."""
    return f"category.{code}"


def state_column(field: str) -> str:
    """Name the column with the states of a field's cells."""
    return f"state:{field}"


def least_column(field: str) -> str:
    """Name the column with what can be read of a figure that cannot be read whole."""
    return f"least:{field}"


def is_known_field(name: str, contest: Contest) -> bool:
    """Say whether a name is a field of this contest's sheets.

    Args:
        name: such as ``candidacy.EG`` or ``twin.stated.valid``.
        contest: gives the codes that candidacies, options and categories may have.
    """
    name = name.removeprefix("twin.")
    kind, _, code = name.partition(".")
    if kind == "candidacy":
        return any(item.code == code for item in contest.candidacies)
    if kind == "option":
        return any(item.code == code for item in contest.options)
    if kind == "category":
        return any(item.code == code for item in contest.categories)
    return name in _PLAIN or any(
        name.startswith(f"{whole}.") and len(name) > len(whole) + 1 for whole in PARTED
    )
