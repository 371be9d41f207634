"""Why a station is not simply counted, in words: the reasons of ``rows.csv``.

The words of a reason: docs/formats/bulletin-body.md, rows.csv.
"""

from __future__ import annotations

from escrutinio.primitives import Message, say
from escrutinio.sheet import CATALOGUE

__all__ = ["reason_groups", "say_group", "say_reason"]


def say_reason(reason: str) -> tuple[Message, ...]:
    """Say each word of a reason.

    Args:
        reason: words with one space between them; empty where there is nothing to say.
    """
    return tuple(_say_word(word) for word in reason.split())


def reason_groups(reason: str) -> tuple[str, ...]:
    """Give the words of a reason by which sheets are gathered: a check's code, else its kind.

    ``hold:complaint`` is gathered under ``hold``; what only says how a sheet came to count is
    left out.
    """
    kinds = (word if word in CATALOGUE else word.partition(":")[0] for word in reason.split())
    return tuple(dict.fromkeys(kind for kind in kinds if kind not in {"approve", "release"}))


def say_group(kind: str) -> Message:
    """Say what sheets that are gathered under a kind of reason have in common."""
    if kind in CATALOGUE:
        return _say_word(kind)
    return say(f"site.reason.group.{kind}")


def _say_word(word: str) -> Message:
    if word in CATALOGUE:
        return say("site.reason.check", title=CATALOGUE[word].title, code=word)
    kind, _, why = word.partition(":")
    if why:
        return say(f"site.reason.{kind}", why=say(f"site.why.{why}"))
    return say(f"site.reason.{kind}")
