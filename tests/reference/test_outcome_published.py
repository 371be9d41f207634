"""Outcomes of published counts, to the last vote."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import pytest

from escrutinio.definition import Comparison
from escrutinio.primitives import format_fraction
from escrutinio.tabulation import (
    Elected,
    Outcome,
    OutcomeStatus,
    Runoff,
    RunoffNeeded,
    Scenario,
    Seats,
    SureOfRunoffPlace,
    SureToLead,
    compute_bounds,
    compute_outcome,
    compute_outcome_counted,
    compute_scenarios,
)
from tests.unit.tabulation.builders import (
    FORTY_AND_TEN,
    MORE_THAN_HALF,
    PLURALITY,
    Counted,
    Election,
    code,
    dhondt,
    election,
    half_and_spread,
    outstanding,
    share,
)

# Venezuela, 28 July 2024: sheets published by one party, releases v1 and v2, and the register as
# three sources give it. Statistics, section 3.2.
CODES = ("EG", "NM", "LM", "BERA", "AE", "EM", "JOBR", "JABE", "CF", "DC")
REGISTERS = {"bulletin": 21_321_805, "nationals": 21_392_464, "all": 21_620_705}
V1 = Counted(
    votes=(7_156_462, 3_241_461, 84_446, 37_408, 49_603, 25_570, 21_583, 19_966, 12_321, 10_308),
    null=1_139,
    register_used=17_745_239,
    stations=(30_026, 24_532),
)
V2 = Counted(
    votes=(7_303_480, 3_316_142, 86_225, 38_620, 51_011, 26_067, 22_097, 20_404, 12_632, 10_584),
    null=1_213,
    register_used=17_972_512,
    stations=(30_026, 25_073),
)


@dataclass(frozen=True)
class Printed:
    """A turnout as a source prints it."""

    text: str
    share: Fraction


def venezuela(counted: Counted) -> Election:
    return election(PLURALITY, counted, codes=CODES, registers=REGISTERS)


def scenarios_of(built: Election, *turnouts: Printed) -> dict[str, Scenario]:
    found = compute_scenarios(built.definition, built.contest, built.tally, turnouts)
    return {item.id: item for item in found}


def outcome_of(built: Election, scenario: Scenario | None) -> Outcome:
    return compute_outcome(built.definition, built.contest, built.tally, scenario)


def percent(value: Fraction | None, digits: int) -> str:
    assert value is not None
    return format_fraction(100 * value, digits)


@pytest.mark.parametrize(
    ("counted", "register", "spare", "turnout"),
    [
        (V1, "bulletin", 338_435, "109.5"),
        (V1, "nationals", 267_776, "107.3"),
        (V1, "all", 39_535, "101.0"),
        (V2, "bulletin", 638_045, "119.1"),
        (V2, "nationals", 567_386, "116.6"),
        (V2, "all", 339_145, "109.3"),
    ],
)
def test_sheets_of_2024_settle_the_outcome_under_each_register(
    counted: Counted, register: str, spare: int, turnout: str
) -> None:
    """The largest register leaves 39,535 votes: an off-by-one anywhere would show."""
    built = venezuela(counted)
    outcome = outcome_of(built, scenarios_of(built)[f"register:{register}"])
    assert outcome.status is OutcomeStatus.SETTLED_IF
    assert outcome.result == Elected(code("EG"))
    assert outcome.condition is not None
    standing = outcome.standing
    assert standing.spare == spare
    assert percent(standing.break_even_turnout, 1) == turnout
    assert standing.unsettling_turnout == standing.break_even_turnout
    assert standing.settled_below == standing.lead - 1


@pytest.mark.parametrize(
    ("counted", "lead", "votes"), [(V1, 3_915_001, "712.6"), (V2, 3_987_338, "805.0")]
)
def test_without_a_register_the_outcome_is_open_but_not_silent(
    counted: Counted, lead: int, votes: str
) -> None:
    """What each missing station would have to bring is known without any register."""
    built = venezuela(counted)
    outcome = outcome_of(built, None)
    assert outcome.status is OutcomeStatus.OPEN
    assert outcome.standing.lead == lead
    assert outcome.standing.settled_below == lead - 1
    per_station = outcome.standing.votes_per_missing_station
    assert per_station is not None
    assert format_fraction(per_station, 1) == votes


@pytest.mark.parametrize(
    ("counted", "least_lead", "most_lead", "leader_least", "rival_most"),
    [
        (V1, 338_435, 7_491_567, "50.27", "47.89"),
        (V2, 638_045, 7_336_631, "51.30", "46.82"),
    ],
)
def test_bounds_of_2024(
    counted: Counted, least_lead: int, most_lead: int, leader_least: str, rival_most: str
) -> None:
    """Worst and best case with every registered voter outside the sheets voting."""
    built = venezuela(counted)
    scenario = scenarios_of(built)["register:bulletin"]
    leader, rival = compute_bounds(built.contest, built.tally, scenario)[:2]
    assert leader.least - rival.most == least_lead
    assert leader.most - rival.least == most_lead
    assert percent(leader.least_share, 2) == leader_least
    assert percent(rival.most_share, 2) == rival_most


@pytest.mark.parametrize(
    ("counted", "leader_least", "rival_most"), [(V1, "55.89", "42.07"), (V2, "56.63", "41.29")]
)
def test_bounds_of_2024_at_a_stated_turnout(
    counted: Counted, leader_least: str, rival_most: str
) -> None:
    """The turnout printed in the second bulletin, assumed outside the sheets."""
    built = venezuela(counted)
    scenarios = scenarios_of(built, Printed("59.97", Fraction(5997, 10000)))
    scenario = scenarios["register:bulletin,turnout:59.97"]
    leader, rival = compute_bounds(built.contest, built.tally, scenario)[:2]
    assert percent(leader.least_share, 2) == leader_least
    assert percent(rival.most_share, 2) == rival_most
    assert outcome_of(built, scenario).result == Elected(code("EG"))


FIRST_BULLETIN = (5_150_092, 4_445_978, 462_704)
SECOND_BULLETIN = (6_408_844, 5_326_104, 600_936)


@pytest.mark.parametrize(
    ("votes", "ballots", "lead", "status"),
    [
        (FIRST_BULLETIN, 4_264_361, 704_114, OutcomeStatus.OPEN),
        (FIRST_BULLETIN, 2_515_973, 704_114, OutcomeStatus.OPEN),
        (SECOND_BULLETIN, 667_374, 1_082_740, OutcomeStatus.SETTLED),
    ],
    ids=["first bulletin", "first bulletin at 59 % turnout", "second bulletin"],
)
def test_bulletins_of_2024_by_their_own_figures(
    votes: tuple[int, ...], ballots: int, lead: int, status: OutcomeStatus
) -> None:
    """Statistics, section 3.1: the word "irreversible" is checked by this arithmetic."""
    built = election(PLURALITY, Counted(votes), codes=("NM", "EG", "others"))
    outcome = outcome_of(built, outstanding(ballots))
    assert outcome.standing.lead == lead
    assert outcome.status is status


def test_break_even_turnout_of_the_second_bulletin() -> None:
    """All of the register minus the registered voters of the counted stations."""
    counted = Counted(SECOND_BULLETIN, register_used=20_654_431)
    built = election(
        PLURALITY, counted, codes=("NM", "EG", "others"), registers={"bulletin": 21_321_805}
    )
    (scenario,) = scenarios_of(built).values()
    outcome = outcome_of(built, scenario)
    assert scenario.outstanding == 667_374
    assert percent(outcome.standing.break_even_turnout, 0) == "162"
    assert outcome.status is OutcomeStatus.SETTLED_IF


# Bolivia, 20 October 2019, final official count; blank and null are not valid votes.
BOLIVIA_CODES = ("MAS", "CC", "FPV", "MTS", "UCS", "21F", "PDC", "MNR", "PAN")
BOLIVIA = Counted(
    votes=(2_889_359, 2_240_920, 23_725, 76_827, 25_283, 260_316, 539_081, 42_334, 39_826),
    blank=93_507,
    null=229_337,
    limit=0,
)
#: The quick-count export of 20 October 2019, 19:40:57: 83.85 % of the stations.
BOLIVIA_EVENING = Counted(
    votes=(2_355_644, 1_950_000, 19_479, 63_955, 21_786, 222_726, 450_445, 35_226, 33_718),
    blank=74_910,
    null=187_897,
    limit=7_315_364 - 6_137_228,
)


def test_bolivia_2019_is_decided_by_forty_percent_and_ten_points() -> None:
    """47.08 % is not more than half; the lead of 10.565 points decides."""
    built = election(FORTY_AND_TEN, BOLIVIA, codes=BOLIVIA_CODES)
    assert built.tally.total.valid == 6_137_671
    outcome = outcome_of(built, scenarios_of(built)["caps"])
    assert outcome.status is OutcomeStatus.SETTLED
    assert outcome.result == Elected(code("MAS"))
    # (648,439 - R) / (6,137,671 + R) >= 1/10 holds up to R = 31,519.
    assert outcome.standing.settled_below == 31_519


def test_bolivia_2019_was_open_on_the_evening() -> None:
    """A lead of 7.87 points: only the first two could still be elected, or meet in a run-off."""
    built = election(FORTY_AND_TEN, BOLIVIA_EVENING, codes=BOLIVIA_CODES)
    outcome = outcome_of(built, scenarios_of(built)["caps"])
    assert outcome.status is OutcomeStatus.OPEN
    assert outcome.counted == Runoff((code("CC"), code("MAS")))
    assert SureOfRunoffPlace((code("CC"), code("MAS"))) in outcome.facts
    assert SureToLead(code("MAS")) not in outcome.facts


# Peru, 11 April 2021, first round: 77,153 sheets that one archive holds. The election had
# 24,290,921 registered voters.
PERU = Counted(
    votes=(
        *(2_618_100, 1_731_932, 1_459_547, 1_459_006, 1_209_650, 1_013_040, 806_160, 707_283),
        *(704_869, 279_497, 241_975, 218_809, 216_405, 93_267, 83_243, 60_083, 48_318, 46_055),
    ),
    blank=2_031_337,
    null=1_002_769,
    register_used=22_500_606,
)
PERU_CODES = (
    *("perulibre", "fp", "avpais", "rp", "ap", "jpp", "app", "vn", "pp", "morado", "ppc"),
    *("pnp", "sp", "upp", "runa", "fa", "pps", "dd"),
)


def test_peru_2021_needs_a_runoff_whose_pair_these_sheets_leave_open() -> None:
    """No candidacy can reach half; the third is 272,385 votes behind the second."""
    built = election(MORE_THAN_HALF, PERU, codes=PERU_CODES, registers={"onpe": 24_290_921})
    assert built.tally.total.valid == 12_997_239
    (scenario,) = scenarios_of(built).values()
    outcome = outcome_of(built, scenario)
    assert outcome.status is OutcomeStatus.OPEN
    assert outcome.counted == Runoff((code("fp"), code("perulibre")))
    assert RunoffNeeded() in outcome.facts
    # To push it out, the next two would need 2,044,721 votes more; 1,790,315 are outstanding.
    assert SureOfRunoffPlace((code("perulibre"),)) in outcome.facts
    assert outcome.standing.settled_below == 272_384
    alone = compute_outcome_counted(built.definition, built.contest, built.tally)
    assert alone.result == Runoff((code("fp"), code("perulibre")))


def test_spanish_electoral_law_prints_this_distribution() -> None:
    """Ley Orgánica 5/1985 del Régimen Electoral General, article 163.1, worked example."""
    rule = dhondt(8, share(Fraction(3, 100), Comparison.AT_LEAST))
    lists = Counted((168_000, 104_000, 72_000, 64_000, 40_000, 32_000), limit=0)
    built = election(rule, lists, codes="ABCDEF")
    outcome = outcome_of(built, scenarios_of(built)["caps"])
    expected = dict(zip("ABCDEF", (4, 2, 1, 1, 0, 0), strict=True))
    assert outcome.result == Seats({code(item): seats for item, seats in expected.items()})
    # The last seat is A's fourth, 42,000; E, with 40,000, draws level with 2,000 votes more.
    assert outcome.standing.settled_below == 1_999


def test_half_of_the_votes_without_enough_counties_is_not_enough() -> None:
    """Constitution of Kenya, article 138(4): more than half, and 25 % in 24 of 47 counties."""
    strong = {f"strong{number}": Counted((9_000, 1_000)) for number in range(23)}
    weak = {f"weak{number}": Counted((2_000, 6_100)) for number in range(23)}
    last = {"last": Counted((2_500, 7_500))}
    counties = {**strong, **weak, **last}
    totals = [sum(area.votes[place] for area in counties.values()) for place in (0, 1)]
    built = election(half_and_spread(24), Counted((totals[0], totals[1])), counties)
    settled = outcome_of(built, outstanding(0))
    assert settled.result == Elected(code("a"))
    # One ballot for b in the last county takes exactly 25 % away there.
    assert settled.standing.settled_below == 0
    nothing_there = {"last": 0} | dict.fromkeys(strong, 10) | dict.fromkeys(weak, 10)
    elsewhere = outcome_of(built, outstanding(10, nothing_there))
    assert elsewhere.result == Elected(code("a"))
    assert outcome_of(built, outstanding(1)).status is OutcomeStatus.OPEN
