"""Laws of the claim tests, whatever the figures and the sheets are."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from escrutinio.claims import Statement, Verdict, lattice_chance, lattice_points
from tests.unit.claims.world import Sheet, World

CODES = ("A", "B", "C")
votes = st.tuples(*(st.integers(0, 300) for _ in CODES))
sheets = st.lists(votes, min_size=1, max_size=8)


@st.composite
def claims(draw: st.DrawFn, name: str) -> str:
    """A bulletin with some figures of some options and a coverage."""
    lines = [f'id = "{name}"', 'announcement = "n"', f'source = "{name}"']
    if draw(st.booleans()):
        lines.append('asserts = ["irreversible"]')
    if draw(st.booleans()):
        lines.append(f"registered = {draw(st.integers(1, 9_000))}")
    if draw(st.booleans()):
        lines.append(f"valid = {draw(st.integers(0, 3_000))}")
    lines += ["[claim.coverage]", 'of = "stations"', f'percent = "{draw(st.integers(0, 100))}"']
    printed = draw(st.lists(st.sampled_from(CODES), unique=True))
    lines.append("[claim.votes]")
    lines += [f"{code} = {draw(st.integers(0, 900))}" for code in printed]
    lines.append("[claim.shares]")
    lines += [f'{code} = "{draw(st.integers(0, 100))}"' for code in printed]
    return "\n".join(lines)


def _world(counted: list[tuple[int, ...]]) -> World:
    made = [Sheet(dict(zip(CODES, row, strict=True)), roll=max(sum(row), 1)) for row in counted]
    return World(stations=10, registers={"all": 4_000}).with_sheets(*made)


def _as_set(statements: tuple[Statement, ...]) -> dict[tuple[str, tuple[str, ...], str], Statement]:
    return {(item.code, item.claims, item.subject): item for item in statements}


@given(st.tuples(*(claims(f"c{index}") for index in range(3))), sheets)
def test_the_order_of_the_claims_changes_no_statement(
    written: tuple[str, ...], counted: list[tuple[int, ...]]
) -> None:
    """A file sorted in another way says the same."""
    world = _world(counted)
    assert _as_set(world.check(*written)) == _as_set(world.check(*reversed(written)))


@given(st.tuples(*(claims(f"c{index}") for index in range(2))), sheets)
def test_no_two_statements_have_one_name(
    written: tuple[str, ...], counted: list[tuple[int, ...]]
) -> None:
    """(code, claims, subject) is how others refer to a statement."""
    statements = _world(counted).check(*written)
    assert len(_as_set(statements)) == len(statements)
    for statement in statements:
        assert (statement.missing is not None) == (statement.verdict is Verdict.UNCHECKABLE)


@given(claims("c"), sheets)
def test_relabelling_candidacies_relabels_the_statements(
    written: str, counted: list[tuple[int, ...]]
) -> None:
    """No test knows a candidacy by its name or its place on the ballot."""
    turned = {"A": "B", "B": "C", "C": "A"}
    world = _world(counted)
    relabelled = "\n".join(
        f"{turned[line[0]]}{line[1:]}" if line[:3] in ("A =", "B =", "C =") else line
        for line in written.splitlines()
    )
    other = replace(
        world,
        codes=tuple(turned[code] for code in CODES),
        sheets=[
            replace(item, votes={turned[code]: count for code, count in item.votes.items()})
            for item in world.sheets or ()
        ],
    )

    def verdicts(statements: tuple[Statement, ...], names: dict[str, str]) -> list[tuple[str, ...]]:
        found = []
        for item in statements:
            parts = [names.get(part, part) for part in item.subject.split(":")]
            found.append((item.code, ":".join(parts), item.verdict.value))
        return sorted(found)

    assert verdicts(world.check(written), turned) == verdicts(other.check(relabelled), {})


@given(sheets, st.integers(0, 900), st.integers(0, 900), st.integers(0, 10), st.integers(0, 10))
def test_more_coverage_never_takes_a_contradiction_away(
    counted: list[tuple[int, ...]], first: int, second: int, covered: int, more: int
) -> None:
    """Fewer sheets outside leave less room."""
    world = _world(counted)

    def contradicted(stations: int) -> set[str]:
        claim = (
            f'[claim.coverage]\nof = "stations"\nstations = {stations}\n'
            f"[claim.votes]\nA = {first}\nB = {second}\nC = 0"
        )
        return {
            item.subject
            for item in world.check_code("CLAIM-011", claim)
            if item.verdict is Verdict.CONTRADICTED
        }

    low, high = sorted((covered, more))
    assert contradicted(low) <= contradicted(high)


@given(sheets, st.data())
def test_what_the_sheets_themselves_show_is_never_contradicted(
    counted: list[tuple[int, ...]], data: st.DataObject
) -> None:
    """Announce exactly some of the sheets, with the right coverage: nothing contradicts it."""
    world = _world(counted)
    chosen = data.draw(st.lists(st.sampled_from(range(len(counted))), unique=True))
    totals = [sum(counted[index][place] for index in chosen) for place in range(len(CODES))]
    figures = "\n".join(f"{code} = {total}" for code, total in zip(CODES, totals, strict=True))
    claim = f'[claim.coverage]\nof = "stations"\nstations = {len(chosen)}\n[claim.votes]\n{figures}'
    verdicts = {item.verdict for item in world.check_code("CLAIM-011", claim)}
    assert verdicts <= {Verdict.UNCHECKABLE}


@given(st.integers(1, 10**9), st.integers(1, 2_000))
def test_lattice_points_are_at_most_all_points(total: int, steps: int) -> None:
    """A chance is a chance."""
    points = lattice_points(total, steps)
    assert 3 <= points <= (steps + 1) * (steps + 2) // 2
    assert lattice_chance(3, total, steps) > 0
    if total >= steps:
        assert lattice_chance(3, total, steps) <= Fraction(1)
