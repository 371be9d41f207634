"""The examples by themselves, without any data: sealed, complete, and read by their profiles."""

from __future__ import annotations

from pathlib import Path

import pytest

from escrutinio.adapters import load_definition_files
from escrutinio.definition import (
    DRAFT_NAME,
    check_definition,
    decode_definition,
    seal_definition,
)
from escrutinio.sheet import known_checks, known_limits
from tests.scenario.real_data import EXAMPLES, read_profile

FOLDERS = sorted(path.parent.relative_to(EXAMPLES) for path in EXAMPLES.rglob(DRAFT_NAME))


@pytest.mark.parametrize("folder", FOLDERS, ids=str)
def test_a_definition_is_its_sealed_draft(folder: Path) -> None:
    """The hand-written draft and the sealed document must not drift apart."""
    sealed = load_definition_files(EXAMPLES / folder)
    draft = load_definition_files(EXAMPLES / folder, document_name=DRAFT_NAME)
    assert seal_definition(draft.definition, draft.divisions, draft.stations) == sealed
    limits, checks = known_limits(), known_checks()
    assert not check_definition(sealed, known_limits=limits, known_checks=checks)


@pytest.mark.parametrize("folder", FOLDERS, ids=str)
def test_every_profile_fits_its_definition(folder: Path) -> None:
    """A profile names only what the definition has, and the rolls profile it names is there."""
    definition = decode_definition(load_definition_files(EXAMPLES / folder))
    names = sorted(path.stem for path in (EXAMPLES / folder / "profiles").iterdir())
    assert names
    for name in names:
        profile = read_profile(str(folder), name, definition)
        assert not profile.rolls_profile or Path(profile.rolls_profile).stem in names


@pytest.mark.parametrize("folder", FOLDERS, ids=str)
def test_contests_and_categories_are_named_in_both_languages(folder: Path) -> None:
    """Reports come in English and in Spanish; names of people stay in their own script."""
    definition = decode_definition(load_definition_files(EXAMPLES / folder))
    named = [definition.names, *(level.names for level in definition.levels)]
    for contest in definition.contests:
        named += [contest.names, *(item.names for item in contest.categories)]
        named += [total.names for total in contest.register_totals]
    assert all({"en", "es"} <= names.by_language.keys() for names in named)
