"""The rules of the keys that payloads have in common: ids, codes, times, digests and figures."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from enum import IntEnum
from typing import TypeGuard

from escrutinio.primitives.cbor import CborValue
from escrutinio.sheet.fields import MAX_FIGURE
from escrutinio.sheet.payload import ItemRule, PayloadKey
from escrutinio.sheet.tally_sheet import DIGEST_BYTES, MAX_CLOSING_TIME, MAX_CONTEST

__all__ = [
    "class_key",
    "contest_key",
    "digest_key",
    "figure_key",
    "figures_key",
    "id_key",
    "is_array",
    "is_figure",
    "is_whole",
    "optional",
    "text_key",
    "texts_key",
    "time_key",
    "whole_key",
]

_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:/-]{0,63}")
_ID_RULE = "an id of 1 to 64 of A-Z a-z 0-9 . _ : / - that begins with a letter or digit"
_FIGURE_RULE = f"a whole number from 0 to {MAX_FIGURE}, or null"


def is_whole(value: object, least: int, most: int) -> bool:
    """Say whether a value is an integer in a range; true and false are none."""
    return type(value) is int and least <= value <= most


def is_figure(value: object) -> bool:
    """Say whether a value is a figure of a sheet, or null."""
    return value is None or (type(value) is int and 0 <= value <= MAX_FIGURE)


def optional(key: PayloadKey) -> PayloadKey:
    """Give the key as one that may be absent."""
    return replace(key, is_optional=True)


def whole_key(number: int, name: str, least: int, most: int) -> PayloadKey:
    """Give a key for an integer in a range."""
    expected = f"a whole number from {least} to {most}"
    return PayloadKey(number, name, expected, lambda value: is_whole(value, least, most))


def contest_key(number: int) -> PayloadKey:
    """Give a key for the position of a contest."""
    return whole_key(number, "contest", 0, MAX_CONTEST)


def time_key(number: int, name: str) -> PayloadKey:
    """Give a key for a time in seconds since 1970."""
    return whole_key(number, name, 0, MAX_CLOSING_TIME)


def class_key(number: int, name: str, classes: type[IntEnum]) -> PayloadKey:
    """Give a key for one of a few classes, each a small integer from 1 on."""
    known = {int(item): item for item in classes}
    return PayloadKey(
        number,
        name,
        f"one of {min(known)} to {max(known)}",
        lambda value: type(value) is int and value in known,
        known.__getitem__,  # type: ignore[arg-type]  # it is asked only for what fits
        _plain,
    )


def id_key(
    number: int, name: str, *, is_nullable: bool = False, may_be_empty: bool = False
) -> PayloadKey:
    """Give a key for the id of a station, division, signer or polling place."""
    expected = (
        _ID_RULE + (", or null" if is_nullable else "") + (", or empty" if may_be_empty else "")
    )

    def fits(value: CborValue) -> bool:
        if value is None:
            return is_nullable
        if value == "":
            return may_be_empty
        return isinstance(value, str) and _ID.fullmatch(value) is not None

    return PayloadKey(number, name, expected, fits)


def text_key(number: int, name: str, expected: str, fits: Callable[[str], object]) -> PayloadKey:
    """Give a key for a text with a rule of its own."""
    return PayloadKey(
        number, name, expected, lambda value: isinstance(value, str) and bool(fits(value))
    )


def digest_key(number: int, name: str, *, is_nullable: bool = False) -> PayloadKey:
    """Give a key for a SHA-256."""
    expected = f"{DIGEST_BYTES} bytes" + (", or null" if is_nullable else "")

    def fits(value: CborValue) -> bool:
        if value is None:
            return is_nullable
        return isinstance(value, bytes) and len(value) == DIGEST_BYTES

    return PayloadKey(number, name, expected, fits)


def figure_key(number: int, name: str) -> PayloadKey:
    """Give a key for a figure; null where nobody can read it."""
    return PayloadKey(number, name, _FIGURE_RULE, is_figure)


def figures_key(number: int, name: str, least: int) -> PayloadKey:
    """Give a key for an array of at least so many figures."""
    items = ItemRule(_FIGURE_RULE, lambda _, item: is_figure(item))
    return PayloadKey(
        number,
        name,
        f"an array of {least} or more figures",
        lambda value: is_array(value, least) and items.all_fit(value),
        _tuple_of,
        items=items,
    )


def texts_key(
    number: int, name: str, most: int, expected: str, fits: Callable[[str], object], least: int = 0
) -> PayloadKey:
    """Give a key for an array of texts in ascending order, none of them twice."""
    items = ItemRule(expected, lambda _, item: isinstance(item, str) and bool(fits(item)))
    return PayloadKey(
        number,
        name,
        f"an array of {least} to {most} in ascending order, each once",
        lambda value: (
            is_array(value, least)
            and len(value) <= most
            and items.all_fit(value)
            and list(value) == sorted(set(value))  # type: ignore[type-var]  # texts, by the line above
        ),
        _tuple_of,
        items=items,
    )


def is_array(value: CborValue, least: int) -> TypeGuard[list[CborValue] | tuple[CborValue, ...]]:
    """Say whether a value is an array of at least so many items."""
    return isinstance(value, list | tuple) and len(value) >= least


def _plain(value: object) -> CborValue:
    # What is no member of the class goes on as it is, and the rule refuses it.
    return int(value) if isinstance(value, IntEnum) else value  # type: ignore[return-value]  # see above


def _tuple_of(value: CborValue) -> tuple[object, ...]:
    return tuple(value)  # type: ignore[arg-type]  # it is asked only for arrays
