"""How large a definition may be.

Every bound is far above the largest real election and far below what would exhaust a reader's
computer. They are part of the format: a document beyond one of them is not a definition.
"""

from __future__ import annotations

__all__ = [
    "MAX_BULLETIN_DISTANCE_S",
    "MAX_CANDIDACIES",
    "MAX_CATEGORIES",
    "MAX_CLAUSES",
    "MAX_CONTESTS",
    "MAX_COUNT",
    "MAX_FAULTS",
    "MAX_LANGUAGES",
    "MAX_LEVELS",
    "MAX_NAME_CHARS",
    "MAX_OPTIONS",
    "MAX_POLICY_BYTES",
    "MAX_PROFILE_ENTRIES",
    "MAX_REGISTER_TOTALS",
    "MAX_REQUIRED",
    "MAX_SEATS",
    "MAX_SOURCES",
    "MAX_TABLE_BYTES",
    "MAX_TABLE_ROWS",
    "MAX_TEXT_CHARS",
    "MAX_TIME_S",
    "MAX_VOTES_ALLOWED",
]

#: Largest number of voters, ballots, stations or divisions, and largest term of a share.
MAX_COUNT = 10**9
#: Longest name of anything, in code points.
MAX_NAME_CHARS = 200
#: Longest source note, in code points.
MAX_TEXT_CHARS = 2000
#: Most languages one thing is named in.
MAX_LANGUAGES = 50
#: Most levels of territory, the root's included.
MAX_LEVELS = 20
#: Most contests in one definition.
MAX_CONTESTS = 10_000
#: Most candidacies in one contest.
MAX_CANDIDACIES = 10_000
#: Most party lines in one contest.
MAX_OPTIONS = 10_000
#: Most tally categories in one contest.
MAX_CATEGORIES = 100
#: Most circulating register totals in one contest.
MAX_REGISTER_TOTALS = 100
#: Most votes one ballot carries.
MAX_VOTES_ALLOWED = 1_000
#: Most alternative clauses of a rule, and most conditions of a clause.
MAX_CLAUSES = 20
#: Most seats one contest fills.
MAX_SEATS = 10_000
#: Most limits, and most check codes, in the check profile.
MAX_PROFILE_ENTRIES = 1_000
#: Most source notes.
MAX_SOURCES = 1_000
#: Most signers that must agree.
MAX_REQUIRED = 100
#: Largest text of a trust policy.
MAX_POLICY_BYTES = 64 * 1024
#: Latest time a definition states, in February 2106.
MAX_TIME_S = 2**32 - 1
#: Longest time from one bulletin to the next, a year.
MAX_BULLETIN_DISTANCE_S = 31_536_000
#: Largest divisions.csv, stations.csv or signers.csv.
MAX_TABLE_BYTES = 256 * 1024 * 1024
#: Most rows of one of them, its header not counted.
MAX_TABLE_ROWS = 5_000_000
#: Most faults named per file; one more line then says how many were left out.
MAX_FAULTS = 1_000
