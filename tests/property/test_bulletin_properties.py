"""Laws of a bulletin: canonical whatever was counted, sums that add up, no change left out."""

from __future__ import annotations

import msgspec
import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from escrutinio.primitives import JsonValue, encode_canonical
from escrutinio.publication.body_changes import find_new_stations, list_changes
from escrutinio.publication.body_divisions import describe_division, roll_up
from escrutinio.publication.body_outcome import describe_outcomes
from escrutinio.tabulation.ledger import TREATMENT_SCHEMA
from tests.builders import tally_of
from tests.strategies import World, worlds


@given(worlds())
def test_what_follows_from_any_count_has_a_canonical_spelling(world: World) -> None:
    """No float, no fraction and no foreign object gets into a body, whatever the sheets say."""
    tally = tally_of(world.table, world.definition, world.roll_frame)
    value: list[JsonValue] = [
        describe_outcomes(world.definition, world.contest, tally),
        *(describe_division(world.contest, item) for item in tally.divisions),
    ]
    assert msgspec.json.encode(value, order="sorted") == encode_canonical(value)


@given(worlds(), st.dictionaries(st.sampled_from(["R", "N", "N1", "S1", "?"]), st.integers(0, 9)))
def test_the_figures_of_a_division_are_its_own_and_those_inside_it(
    world: World, figures: dict[str, int]
) -> None:
    schema = {"division": pl.String, "figure": pl.Int64}
    leaf = pl.DataFrame(list(figures.items()), schema=schema, orient="row")
    sums = roll_up(world.definition, world.contest, leaf)
    known = {item.division for item in world.definition.divisions}
    for division, (total,) in sums.items():
        assert total == sum(
            figure
            for place, figure in figures.items()
            if division
            in world.definition.path_of(
                next((item for item in known if item == place), world.contest.division)
            )
        )


_TREATMENTS = st.sampled_from(["counted", "held", "missing", "closed", "out_of_catalogue"])
_ROWS = st.dictionaries(
    st.sampled_from("12345"),
    st.tuples(
        st.sampled_from(["N", "S"]),
        _TREATMENTS,
        st.none() | st.integers(0, 3),
        st.sampled_from([None, "unconfirmed"]),
    ),
)


def _frame(rows: dict[str, tuple[str, str, int | None, str | None]]) -> pl.DataFrame:
    lines = [
        ("c", station, division, treatment, entry, None, reason)
        for station, (division, treatment, entry, reason) in sorted(rows.items())
    ]
    return pl.DataFrame(lines, schema=TREATMENT_SCHEMA, orient="row")


@given(_ROWS, _ROWS)
def test_every_station_that_changed_is_listed_or_counted_as_new(
    before: dict[str, tuple[str, str, int | None, str | None]],
    now: dict[str, tuple[str, str, int | None, str | None]],
) -> None:
    """A change that is in neither would be a silent one."""
    changes = list_changes(_frame(before), _frame(now))
    listed = [item["station"] for item in changes if isinstance(item, dict)]
    assert listed == sorted(set(listed), key=str)
    arrived = set()
    for station in sorted(before.keys() | now.keys()):
        was, is_now = before.get(station), now.get(station)
        if is_now and is_now[1] == "counted" and (was is None or was[1] == "missing"):
            arrived.add(station)
            assert (station in listed) == (was is not None and was[0] != is_now[0])
        else:
            differs = (was and was[:3]) != (is_now and is_now[:3])
            assert (station in listed) == differs
    new = find_new_stations(_frame(before), _frame(now))
    assert new.get_column("new").sum() == len(arrived)
