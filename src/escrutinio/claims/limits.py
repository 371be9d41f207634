"""How large a claims file may be; beyond these bounds it is not one."""

from __future__ import annotations

__all__ = [
    "MAX_CLAIMS",
    "MAX_CLAIMS_BYTES",
    "MAX_COUNT",
    "MAX_FAULTS",
    "MAX_ID_CHARS",
    "MAX_LANGUAGES",
    "MAX_NUMBER",
    "MAX_OTHERS",
    "MAX_SHARE_DECIMALS",
    "MAX_TEXT_CHARS",
    "MAX_TURNOUTS",
]

#: Largest claims file, in bytes.
MAX_CLAIMS_BYTES = 4 * 1024 * 1024
#: Most claims in one file.
MAX_CLAIMS = 1_000
#: Largest count of votes, voters or stations.
MAX_COUNT = 10**10
#: Most faults listed in one run; the rest is counted.
MAX_FAULTS = 200
#: Longest id, announcement, series or data set name, in code points.
MAX_ID_CHARS = 80
#: Most languages one text is given in.
MAX_LANGUAGES = 50
#: Largest place in a series.
MAX_NUMBER = 10_000
#: Most unattributed options in one claim.
MAX_OTHERS = 500
#: Most decimals of a printed percentage; nobody prints more, and exact work grows with them.
MAX_SHARE_DECIMALS = 12
#: Longest text, in code points.
MAX_TEXT_CHARS = 1_000
#: Most turnouts that circulate.
MAX_TURNOUTS = 20
