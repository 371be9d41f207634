"""Public draws: repeatable by hand, fair, and refused where they would be neither."""

from __future__ import annotations

import subprocess
from collections import Counter
from itertools import islice

import pytest

from escrutinio.errors import MalformedError
from escrutinio.primitives.draws import TICKETS, draw_numbers, draw_sample, draw_tickets


def test_a_ticket_is_what_sha256sum_prints() -> None:
    """The whole point: nobody needs our program to repeat a draw."""
    tickets = draw_tickets("38104715526093")
    for number in (1, 2, 3):
        text = f"38104715526093,{number}".encode()
        answer = subprocess.run(["sha256sum"], input=text, capture_output=True, check=True)
        assert f"{next(tickets):064x}" == answer.stdout.split()[0].decode()


def test_tickets_beyond_the_last_whole_multiple_are_thrown_away() -> None:
    """Taking their remainder would favour the small numbers."""
    size = 2**255 + 1
    taken = list(islice(draw_numbers("seed", size), 5))
    tickets = list(islice(draw_tickets("seed"), 40))
    assert taken == [ticket for ticket in tickets if ticket < size][:5]
    assert any(ticket >= size for ticket in tickets[: tickets.index(taken[-1])])


def test_every_number_is_about_equally_frequent() -> None:
    """A die of 6,000 throws: beyond 880 to 1120 would be a rarity of one in 10,000 for a side."""
    seen = Counter(islice(draw_numbers("a fair die?", 6), 6_000))
    assert set(seen) == set(range(6))
    assert all(880 < times < 1_120 for times in seen.values())


def test_a_larger_sample_begins_with_the_smaller_one() -> None:
    """So an audit that needs more ballots keeps those it has looked at."""
    assert draw_sample("seed", 100, 100)[:10] == draw_sample("seed", 100, 10)
    assert sorted(draw_sample("seed", 100, 100)) == list(range(100))


def test_nothing_can_be_drawn() -> None:
    """An empty sample is a sample, of an empty list too."""
    assert draw_sample("seed", 5, 0) == ()


@pytest.mark.parametrize("seed", ["", "x" * 201, "línea", "two\nlines", "tab\t"])
def test_a_seed_is_text_that_everybody_types_the_same_way(seed: str) -> None:
    """An accent has several encodings, and each would give another sample."""
    with pytest.raises(MalformedError, match="printable ASCII"):
        draw_tickets(seed)


@pytest.mark.parametrize("size", [0, -1, TICKETS + 1])
def test_a_size_without_numbers_is_refused(size: int) -> None:
    """At once, not when the first number is asked for."""
    with pytest.raises(MalformedError, match="size"):
        draw_numbers("seed", size)


@pytest.mark.parametrize("count", [-1, 6])
def test_a_sample_is_not_larger_than_what_it_is_drawn_from(count: int) -> None:
    """Else the draw would never end."""
    with pytest.raises(MalformedError, match="0 to 5"):
        draw_sample("seed", 5, count)
