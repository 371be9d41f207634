"""Reading of what only claims have: percentages as printed, and the day of a publication."""

from __future__ import annotations

import datetime as dt
import re

from escrutinio.claims.limits import MAX_SHARE_DECIMALS
from escrutinio.claims.model import PrintedShare
from escrutinio.errors import MalformedError
from escrutinio.primitives import decimals_of, parse_decimal
from escrutinio.primitives.faults import FloatText
from escrutinio.primitives.hand_written import TableReader

__all__ = ["ClaimTableReader"]

_MONTH = re.compile(r"[0-9]{4}-[0-9]{2}", re.ASCII)
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_DATE_RULE = 'a day or month such as "2024-07-29" or "2024-07"'
_SHARE_RULE = 'a percentage as printed, such as "51.20"'
_MOST_PERCENT = 1_000


class ClaimTableReader(TableReader):
    """One table of a claims file."""

    def date(self, key: str) -> str:
        """Read a required day or month."""
        value = self.required(key, _DATE_RULE)
        if value is None:
            return ""
        if isinstance(value, str) and _is_date(value):
            return value
        remedy = "Put it in quotes." if isinstance(value, dt.date) else ""
        self.refuse(key, _DATE_RULE, value, remedy)
        return ""

    def share(self, key: str) -> PrintedShare | None:
        """Read a percentage as printed; absent gives None."""
        return self._share(key, self.required(key, _SHARE_RULE)) if self.has(key) else None

    def shares(self, key: str, most: int) -> tuple[PrintedShare, ...]:
        """Read a list of percentages as printed; absent gives an empty one."""
        read = (self._share(key, item) for item in self.items(key, most))
        return tuple(item for item in read if item is not None)

    def _share(self, key: str, value: object) -> PrintedShare | None:
        if isinstance(value, FloatText):
            remedy = f'Write it as text, so that its decimals are kept: "{value[:40]}".'
        elif isinstance(value, int) and not isinstance(value, bool):
            remedy = "Write it as text, in quotes."
        elif isinstance(value, str):
            return self._printed(key, value)
        else:
            remedy = ""
        self.refuse(key, _SHARE_RULE, value, remedy)
        return None

    def _printed(self, key: str, text: str) -> PrintedShare | None:
        try:
            percent = parse_decimal(text, key)
        except MalformedError:
            self.refuse(key, _SHARE_RULE, text, "Use a point, no sign and no % sign.")
            return None
        if percent > _MOST_PERCENT or decimals_of(text) > MAX_SHARE_DECIMALS:
            limits = f"at most {_MOST_PERCENT} % with at most {MAX_SHARE_DECIMALS} decimals"
            self.refuse(key, limits, text)
            return None
        return PrintedShare(text, percent / 100, decimals_of(text))


def _is_date(text: str) -> bool:
    if not _DAY.fullmatch(text) and not _MONTH.fullmatch(text):
        return False
    try:
        dt.date.fromisoformat(text if _DAY.fullmatch(text) else f"{text}-01")
    except ValueError:
        return False
    return True
