"""How large a claims file may be; beyond these bounds it is not one."""

from __future__ import annotations

__all__ = [
    "MAX_CLAIMS",
    "MAX_CLAIMS_BYTES",
    "MAX_COUNT",
    "MAX_NUMBER",
    "MAX_OTHERS",
    "MAX_SHARE_DECIMALS",
    "MAX_TURNOUTS",
]

#: Largest claims file, in bytes.
MAX_CLAIMS_BYTES = 4 * 1024 * 1024
#: Most claims in one file.
MAX_CLAIMS = 1_000
#: Largest count of votes, voters or stations.
MAX_COUNT = 10**10
#: Largest place in a series.
MAX_NUMBER = 10_000
#: Most unattributed options in one claim.
MAX_OTHERS = 500
#: Most decimals of a printed percentage; nobody prints more, and exact work grows with them.
MAX_SHARE_DECIMALS = 12
#: Most turnouts that circulate.
MAX_TURNOUTS = 20
