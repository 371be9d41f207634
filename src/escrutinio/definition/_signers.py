"""Reading ``signers.csv``, and the rules that tie a key to a role and a place."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from escrutinio.definition._faults import FaultList, shown
from escrutinio.definition._tables import Table, encode_table, read_table
from escrutinio.definition._words import ID, ID_RULE
from escrutinio.definition.signer_keys import KEY_RULE, is_point
from escrutinio.definition.trust import Role, Signer, SignerId

__all__ = ["SIGNER_COLUMNS", "Scopes", "encode_signers", "read_signers"]

SIGNER_COLUMNS = ("signer", "role", "scope", "key")

_SIGNER, _ROLE, _SCOPE, _KEY = range(len(SIGNER_COLUMNS))
_HEX_KEY = re.compile(r"[0-9a-f]{64}")

#: Roles that are held for the whole election.
_NATIONAL = frozenset({Role.AUTHORITY, Role.OPERATOR, Role.SOURCE})


@dataclass(frozen=True, slots=True)
class Scopes:
    """Where signers may be enrolled.

    Attributes:
        root: the division that contains all others; None when it could not be told.
        divisions: every division; None when they could not be told.
        stations: every station, none where there is no list of them; None when they could not
            be told.
    """

    root: str | None
    divisions: Collection[str] | None
    stations: Collection[str] | None


def encode_signers(signers: Iterable[Signer]) -> bytes:
    """Write ``signers.csv``."""
    return encode_table(
        SIGNER_COLUMNS,
        (
            (signer.signer, signer.role.value, signer.scope, signer.key.hex())
            for signer in sorted(signers, key=lambda item: item.signer)
        ),
    )


def read_signers(
    data: bytes,
    scopes: Scopes,
    least: Iterable[tuple[Role, int]],
    faults: FaultList,
    *,
    checks_points: bool,
) -> tuple[Signer, ...] | None:
    """Read ``signers.csv``.

    Args:
        data: its bytes.
        scopes: where signers may be enrolled.
        least: how many signers of a role there must be.
        faults: takes everything wrong with the file.
        checks_points: whether to check what the keys are, and not only how they are spelled.

    Returns:
        The signers; None when they cannot be told from what could be read.
    """
    table = read_table(data, SIGNER_COLUMNS, faults)
    if table is None:
        return None
    table.check(_SIGNER, ID.fullmatch, ID_RULE)
    table.refuse_repeats(_SIGNER)
    table.check_order(_SIGNER)
    roles = {str(role): role for role in Role}
    are_roles = table.check(_ROLE, roles.__contains__, "one of " + ", ".join(Role))
    _check_scopes(table, scopes)
    are_keys = _check_keys(table, checks_points=checks_points)
    if are_roles and table.is_complete:
        _check_numbers(table, least)
    if not are_roles or not are_keys:
        return None
    return tuple(
        map(
            Signer,
            map(SignerId, table.columns[_SIGNER]),
            map(roles.__getitem__, table.columns[_ROLE]),
            table.columns[_SCOPE],
            map(bytes.fromhex, table.columns[_KEY]),
        )
    )


def _check_scopes(table: Table, scopes: Scopes) -> None:
    """Check that each signer is enrolled for a place there is, as its role asks for."""
    root = None if scopes.root is None else {scopes.root}
    rules: dict[str, tuple[Collection[str] | None, str]] = {
        str(role): (scopes.divisions, "a division of divisions.csv") for role in Role
    }
    rules |= dict.fromkeys(_NATIONAL, (root, f"{scopes.root}, the whole election"))
    rules[Role.DEVICE] = (scopes.stations, "a station of stations.csv")
    for row, (role, scope) in enumerate(
        zip(table.columns[_ROLE], table.columns[_SCOPE], strict=True)
    ):
        known, expected = rules.get(role, (None, ""))
        if known is not None and scope not in known:
            table.faults.add(table.cell(row, _SCOPE), expected, shown(scope))


def _check_keys(table: Table, *, checks_points: bool) -> bool:
    """Check the keys, and say whether all are spelled as keys."""
    table.refuse_repeats(_KEY, "a key used once")
    are_spelled = table.check(_KEY, _HEX_KEY.fullmatch, "64 lower-case hexadecimal digits")
    if checks_points:
        table.check(_KEY, _may_be_point, KEY_RULE)
    return are_spelled


def _may_be_point(text: str) -> bool:
    """Say whether the text is a key, or no text of a key at all, which is another fault."""
    return _HEX_KEY.fullmatch(text) is None or is_point(bytes.fromhex(text))


def _check_numbers(table: Table, least: Iterable[tuple[Role, int]]) -> None:
    counts = Counter(table.columns[_ROLE])
    for role, number in least:
        if counts[role] < number:
            expected = f"{number} or more signers of role {role}"
            table.faults.add("", expected, str(counts[role]))
