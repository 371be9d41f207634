"""The tally sheet: fields, tables, import profiles, checks and findings."""

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
