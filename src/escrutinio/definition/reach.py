"""Which contests a division votes in: those of its own area and of every area around it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from escrutinio.definition.model import Contest, Division, DivisionId

__all__ = ["compute_reach"]


def compute_reach(
    divisions: Sequence[Division], contests: Iterable[Contest]
) -> Mapping[DivisionId, tuple[int, ...]]:
    """Give the positions of the contests that reach each division.

    Args:
        divisions: every division, parents before children.
        contests: every contest; one whose area is no division reaches nothing.

    Returns:
        For each division the positions in ``contests``, in ascending order. Divisions that vote
        in the same contests share one tuple.
    """
    own: dict[DivisionId, list[int]] = {}
    for position, contest in enumerate(contests):
        own.setdefault(contest.division, []).append(position)
    reach: dict[DivisionId, tuple[int, ...]] = {}
    for division in divisions:
        around = () if division.parent is None else reach.get(division.parent, ())
        added = own.get(division.division)
        reach[division.division] = tuple(sorted([*around, *added])) if added else around
    return reach
