"""Reading a decision rule from JSON, and what a rule may not say."""

from __future__ import annotations

from fractions import Fraction

from escrutinio.definition._fields import ObjectReader
from escrutinio.definition.limits import MAX_CANDIDACIES, MAX_CLAUSES, MAX_COUNT, MAX_SEATS
from escrutinio.definition.rules import (
    Base,
    Clause,
    Comparison,
    Condition,
    Lead,
    Rule,
    SeatsRule,
    Share,
    Spread,
    TieRule,
    WinnerRule,
)

__all__ = ["conditions_of", "read_rule"]

#: A run-off between fewer would not be one.
_FEWEST_IN_RUNOFF = 2


def read_rule(reader: ObjectReader) -> Rule:
    """Read the rule of a contest."""
    kind = _read_kind(reader, ("winner", "seats"))
    rule = _read_seats(reader) if kind == "seats" else _read_winner(reader, is_certain=kind != "")
    if kind:
        # Without a kind one cannot say which keys belong.
        reader.close()
    return rule


def conditions_of(rule: Rule) -> tuple[tuple[str, Condition], ...]:
    """Give every condition of a rule with its place inside the rule."""
    if isinstance(rule, SeatsRule):
        return () if rule.threshold is None else (("threshold", rule.threshold),)
    return tuple(
        (f"clauses[{index}].conditions[{position}]", condition)
        for index, clause in enumerate(rule.clauses)
        for position, condition in enumerate(clause.conditions)
    )


def _read_kind(reader: ObjectReader, kinds: tuple[str, ...]) -> str:
    expected = "one of " + ", ".join(kinds)
    value = reader.read("kind", expected)
    if isinstance(value, str) and value in kinds:
        return value
    reader.refuse("kind", expected, value)
    return ""


def _read_winner(reader: ObjectReader, *, is_certain: bool) -> WinnerRule:
    if not is_certain:
        return WinnerRule((), 0, TieRule.LOTS)
    items = reader.read_objects("clauses", 1, MAX_CLAUSES)
    clauses = tuple(_read_clause(item, is_alone=len(items) == 1) for item in items)
    runoff = reader.read_integer("runoff", 0, MAX_CANDIDACIES)
    if 0 < runoff < _FEWEST_IN_RUNOFF:
        reader.refuse("runoff", "0, or 2 or more", runoff)
    tie = reader.read_choice("tie", TieRule)
    if tie is TieRule.RUNOFF and runoff == 0 and reader.is_readable("runoff"):
        reader.refuse("tie", "lots or new_election, as the rule has no run-off", tie.value)
    return WinnerRule(clauses, runoff, tie)


def _read_clause(reader: ObjectReader, *, is_alone: bool) -> Clause:
    conditions = tuple(
        _read_condition(item) for item in reader.read_objects("conditions", 0, MAX_CLAUSES)
    )
    if not conditions and not is_alone and reader.is_readable("conditions"):
        # Whoever is first meets it, so the other clauses would never decide anything.
        reader.refuse("conditions", "at least one condition, as there are other clauses", [])
    reader.close()
    return Clause(conditions)


def _read_condition(reader: ObjectReader) -> Condition:
    kind = _read_kind(reader, ("share", "lead", "spread"))
    base, comparison, value = _read_comparison(reader)
    condition: Condition = Share(base, comparison, value)
    if kind == "lead":
        condition = Lead(base, comparison, value)
    elif kind == "spread":
        level = reader.read_code("level")
        condition = Spread(
            base, comparison, value, level, reader.read_integer("divisions", 1, MAX_COUNT)
        )
    if kind:
        reader.close()
    return condition


def _read_comparison(reader: ObjectReader) -> tuple[Base, Comparison, Fraction]:
    base = reader.read_choice("of", Base)
    comparison = reader.read_choice("comparison", Comparison)
    value = reader.read_fraction("value")
    if comparison is Comparison.MORE_THAN and value == 1 and reader.is_readable("comparison"):
        reader.refuse("comparison", ">=, as nothing is more than the whole", comparison.value)
    return base, comparison, value


def _read_seats(reader: ObjectReader) -> SeatsRule:
    method = reader.read("method", "dhondt")
    if method != "dhondt":
        reader.refuse("method", "dhondt", method)
    seats = reader.read_integer("seats", 1, MAX_SEATS)
    threshold_reader = reader.read_optional_object("threshold")
    threshold = None if threshold_reader is None else _read_threshold(threshold_reader)
    # Nobody runs again for one seat of a list, so a tied last seat has no run-off.
    tie = reader.read_choice("tie", (TieRule.LOTS, TieRule.NEW_ELECTION))
    return SeatsRule(seats, threshold, tie)


def _read_threshold(reader: ObjectReader) -> Share:
    kind = _read_kind(reader, ("share",))
    base, comparison, value = _read_comparison(reader)
    if kind:
        reader.close()
    return Share(base, comparison, value)
