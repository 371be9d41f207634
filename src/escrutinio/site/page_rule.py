"""The decision rule of a contest in words, before any totals."""

from __future__ import annotations

from escrutinio.definition import (
    Comparison,
    Condition,
    Contest,
    Definition,
    Lead,
    SeatsRule,
    Spread,
    WinnerRule,
)
from escrutinio.primitives import Message, Percent, Value, decimals_of, format_fraction, say

__all__ = ["say_rule"]

#: Decimals of a share of a rule that is no round percentage, such as two thirds.
_DECIMALS = 2


def say_rule(contest: Contest, definition: Definition) -> tuple[Message, ...]:
    """Say how totals become an outcome, one sentence per clause."""
    rule = contest.rule
    if isinstance(rule, SeatsRule):
        lines = [say("page.rule.seats", seats=rule.seats)]
        if rule.threshold is not None:
            lines.append(
                say("page.rule.threshold", condition=_say_condition(rule.threshold, definition))
            )
        return tuple(lines)
    return (*_say_clauses(rule, definition), *_say_runoff(rule))


def _say_clauses(rule: WinnerRule, definition: Definition) -> tuple[Message, ...]:
    if any(not clause.conditions for clause in rule.clauses):
        return (say("page.rule.plurality"),)
    return tuple(
        say(
            "page.rule.clause" if number == 0 else "page.rule.clause_or",
            conditions=tuple(_say_condition(item, definition) for item in clause.conditions),
        )
        for number, clause in enumerate(rule.clauses)
    )


def _say_runoff(rule: WinnerRule) -> tuple[Message, ...]:
    return (say("page.rule.runoff", places=rule.runoff),) if rule.runoff else ()


def _say_condition(condition: Condition, definition: Definition) -> Message:
    name = "spread" if isinstance(condition, Spread) else "share"
    name = "lead" if isinstance(condition, Lead) else name
    strictness = "more_than" if condition.comparison is Comparison.MORE_THAN else "at_least"
    digits = decimals_of(format_fraction(100 * condition.value, _DECIMALS).rstrip("0"))
    values: dict[str, Value] = {
        "share": Percent(condition.value, digits),
        "base": say(f"outcome.base.{condition.of}"),
    }
    if isinstance(condition, Spread):
        level = next(item for item in definition.levels if item.code == condition.level)
        values |= {"divisions": condition.divisions, "level": level.names}
    return say(f"page.rule.{name}_{strictness}", **values)
