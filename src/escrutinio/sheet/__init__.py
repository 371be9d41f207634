"""The tally sheet: fields, tables, import profiles, checks and findings.

Names are loaded when they are first asked for: most need the data-frame engine, and a process that
only reads entries uses modules of this folder without it.
"""

from escrutinio.sheet._loading import load_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from escrutinio.sheet.catalogue import (
        CATALOGUE,
        known_checks,
        known_limits,
        verify_profile_names,
    )
    from escrutinio.sheet.check import Check
    from escrutinio.sheet.decoding import PARQUET_MAGIC, decode_parquet, decode_text
    from escrutinio.sheet.fields import CellState, SheetStatus
    from escrutinio.sheet.findings import FINDINGS_SCHEMA, check_sheets, is_held
    from escrutinio.sheet.profile import Profile
    from escrutinio.sheet.profile_decoding import decode_profile
    from escrutinio.sheet.reading import FileCells, read_sheets
    from escrutinio.sheet.roster import Roster, roll_from_sheets
    from escrutinio.sheet.table import SheetTable

__all__ = [
    "CATALOGUE",
    "FINDINGS_SCHEMA",
    "PARQUET_MAGIC",
    "CellState",
    "Check",
    "FileCells",
    "Profile",
    "Roster",
    "SheetStatus",
    "SheetTable",
    "check_sheets",
    "decode_parquet",
    "decode_profile",
    "decode_text",
    "is_held",
    "known_checks",
    "known_limits",
    "read_sheets",
    "roll_from_sheets",
    "verify_profile_names",
]

#: Each name and its module.
_MODULES = {
    "CATALOGUE": "catalogue",
    "known_checks": "catalogue",
    "known_limits": "catalogue",
    "verify_profile_names": "catalogue",
    "Check": "check",
    "PARQUET_MAGIC": "decoding",
    "decode_parquet": "decoding",
    "decode_text": "decoding",
    "CellState": "fields",
    "SheetStatus": "fields",
    "FINDINGS_SCHEMA": "findings",
    "check_sheets": "findings",
    "is_held": "findings",
    "Profile": "profile",
    "decode_profile": "profile_decoding",
    "FileCells": "reading",
    "read_sheets": "reading",
    "Roster": "roster",
    "roll_from_sheets": "roster",
    "SheetTable": "table",
}

if not TYPE_CHECKING:

    def __getattr__(name: str) -> object:
        return load_name(__name__, _MODULES, name)
