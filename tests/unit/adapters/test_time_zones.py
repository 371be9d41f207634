"""Times as the clocks of the place show them."""

from __future__ import annotations

import pytest

from escrutinio.adapters.time_zones import local_time


@pytest.mark.parametrize(
    ("at_s", "zone", "shown"),
    [
        (1_722_204_000, "America/Caracas", "2024-07-28 18:00:00 -04:00 (America/Caracas)"),
        (1_722_204_000, "Asia/Kathmandu", "2024-07-29 03:45:00 +05:45 (Asia/Kathmandu)"),
        (0, "UTC", "1970-01-01 00:00:00 +00:00 (UTC)"),
        (2**32 - 1, "UTC", "2106-02-07 06:28:15 +00:00 (UTC)"),
    ],
)
def test_a_time_has_its_offset_and_its_zone(at_s: int, zone: str, shown: str) -> None:
    """So that it means the same everywhere."""
    assert local_time(at_s, zone) == shown


@pytest.mark.parametrize(
    "zone", ["Nowhere/Here", "", "../etc/passwd", "/etc/passwd", "a\0b", "America"]
)
def test_an_unknown_zone_is_utc_and_says_so(zone: str) -> None:
    """A machine without time-zone data still prints sheets."""
    assert local_time(0, zone) == "1970-01-01 00:00:00 +00:00 (UTC)"
