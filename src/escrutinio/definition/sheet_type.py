"""How the figures of a record come onto its sheets."""

from __future__ import annotations

from enum import StrEnum

__all__ = ["SheetType"]


class SheetType(StrEnum):
    """How the figures came onto the sheet; decides how severe an arithmetic slip is."""

    MACHINE = "machine"
    HANDWRITTEN = "handwritten"
