"""The words that the program says: none that judges, and the same ones in both languages."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.architecture.tree import PACKAGE, files_in, parse, read_toml, shown

WORDS = PACKAGE / "site" / "words"

# English and Spanish, and every word built on them.
JUDGING_WORD = re.compile(r"\bfraud", re.IGNORECASE)

PLACEHOLDER = re.compile(r"\{([^{}]*)\}")


def test_no_output_speaks_of_fraud() -> None:
    """The program says what the sheets show; a judgement is for people, and is attributed.

    Every string of the code is looked at, docstrings too, because commands show theirs as help,
    and every other file of the package except the README of a folder.
    """
    problems = []
    for path in files_in(PACKAGE):
        if path.suffix == ".py":
            problems += [
                shown(path, node.lineno)
                for node in ast.walk(parse(path))
                if isinstance(node, ast.Constant)
                and isinstance(node.value, str)
                and JUDGING_WORD.search(node.value)
            ]
        elif path.suffix != ".md":
            text = path.read_text(encoding="utf-8", errors="replace")
            problems += [
                shown(path, number)
                for number, line in enumerate(text.splitlines(), start=1)
                if JUDGING_WORD.search(line)
            ]
    assert not problems, "\n".join(problems)


def _phrases(table: dict[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Give every phrase of a catalogue with its dotted key."""
    for key, value in table.items():
        if isinstance(value, dict):
            yield from _phrases(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", value


def _catalogue(path: Path) -> dict[str, Any]:
    assert path.is_file(), f"{shown(path)} is missing"
    return dict(_phrases(read_toml(path)))


def _placeholders(phrase: object) -> list[str]:
    return sorted(PLACEHOLDER.findall(str(phrase)))


def test_both_languages_have_the_same_phrases() -> None:
    """A phrase that exists in one language only leaves a reader of the other without it."""
    english, spanish = _catalogue(WORDS / "en.toml"), _catalogue(WORDS / "es.toml")
    assert not english.keys() - spanish.keys(), "in en.toml only"
    assert not spanish.keys() - english.keys(), "in es.toml only"


def test_both_languages_fill_in_the_same_figures() -> None:
    """A translation that loses a placeholder loses a number of the report."""
    english, spanish = _catalogue(WORDS / "en.toml"), _catalogue(WORDS / "es.toml")
    problems = [
        f"{key}: {_placeholders(english[key])} in en, {_placeholders(spanish[key])} in es"
        for key in sorted(english.keys() & spanish.keys())
        if _placeholders(english[key]) != _placeholders(spanish[key])
    ]
    assert not problems, "\n".join(problems)


@pytest.mark.parametrize("name", ["en.toml", "es.toml"])
def test_no_phrase_is_empty(name: str) -> None:
    """An empty phrase is a sentence that somebody meant to translate later."""
    phrases = _catalogue(WORDS / name)
    assert phrases
    assert not [key for key, phrase in phrases.items() if not str(phrase).strip()]
