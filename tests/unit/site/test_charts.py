"""Geometry of the pictures."""

from __future__ import annotations

from fractions import Fraction

from escrutinio.site.charts import fit_scale, place, span, stack


def test_parts_of_a_stack_follow_each_other_and_fill_the_bar() -> None:
    segments = stack([("counted", 5), ("held", 0), ("missing", 2), ("closed", 1)])
    assert [(item.kind, item.start, item.width) for item in segments] == [
        ("counted", "0.000%", "62.500%"),
        ("missing", "62.500%", "25.000%"),
        ("closed", "87.500%", "12.500%"),
    ]


def test_an_empty_stack_draws_nothing() -> None:
    assert stack([("counted", 0)]) == ()


def test_a_place_never_leaves_the_bar() -> None:
    """A surplus of stations or a turnout above one must not draw over the page."""
    assert place(3, 2) == "100.000%"
    assert place(-1, 2) == "0.000%"
    assert place(1, 0) == "0.000%"
    assert span(1, 3, 4) == ("25.000%", "50.000%")


def test_a_scale_is_the_shortest_that_holds_every_share() -> None:
    """With 200 candidacies a scale to 100 % would show hairlines only."""
    assert fit_scale([Fraction(1, 100)]).end == Fraction(1, 20)
    assert fit_scale([Fraction(67, 100)]).end == Fraction(4, 5)
    assert fit_scale([Fraction(81, 100)]).end == 1
    assert fit_scale([]).end == 1
    assert fit_scale([Fraction(1)]).ticks[-1].place == "100.000%"


def test_a_range_keeps_its_mark_inside() -> None:
    scale = fit_scale([Fraction(1, 2)])
    band = scale.range(Fraction(1, 10), Fraction(2, 5), Fraction(1, 5))
    assert (band.start, band.width, band.mark) == ("20.000%", "60.000%", "40.000%")
