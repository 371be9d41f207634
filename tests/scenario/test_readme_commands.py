"""Every command that a page shows is run, and prints what the page shows.

The form of the blocks, and what is copied for them: ``tools/console_blocks.py``.
"""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tools.console_blocks import compare, matches, read_steps, run_steps

ROOT = Path(__file__).resolve().parents[2]
PAGES = [
    page.relative_to(ROOT).as_posix()
    for page in (ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md")))
    if read_steps(page.read_text(encoding="utf-8"))
]


@pytest.mark.parametrize("page", PAGES)
def test_the_commands_of_a_page_print_what_it_shows(page: str) -> None:
    """Who types what a page shows must see what it shows; otherwise neither can be believed."""
    steps = read_steps((ROOT / page).read_text(encoding="utf-8"))
    problems = list(compare(steps, run_steps(steps, Path(sys.prefix))))
    hint = f"If the new output is right: python -m tools.console_blocks --write {page}"
    assert not problems, "\n\n".join([*problems, hint])


def test_the_first_pages_have_commands() -> None:
    """A page whose blocks are no longer found would pass without being tested."""
    assert {"README.md", "docs/tutorial/check-a-result.md"} <= set(PAGES)


@pytest.mark.parametrize(
    ("shown", "output", "is_match"),
    [
        ([], [], True),
        (["a"], ["a"], True),
        (["a"], ["a", "b"], False),
        ([], ["a"], False),
        (["a", "..."], ["a", "b", "c"], True),
        (["...", "c"], ["a", "b", "c"], True),
        (["...", "b"], ["a", "b", "c"], False),
        (["a", "...", "c"], ["a", "c"], True),
        (["b", "...", "a"], ["a", "b"], False),
    ],
)
def test_lines_are_left_out_only_where_a_page_says_so(
    shown: list[str], output: list[str], *, is_match: bool
) -> None:
    """An excerpt is honest when its gaps are marked and its order is kept."""
    assert matches(shown, output) is is_match
