"""The bundled example gives the figures that were worked out independently.

Expected numbers: statistics, sections 2, 3 and 9 (items 1 to 4). They are computed here from the
evidence files of the repository alone, through the command, as a user would.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from escrutinio.cli.main import main

Json = dict[str, Any]


def _run(repository: Path, out: Path, evidence: str) -> Json:
    example = repository / "examples" / "ve-2024"
    arguments = ["check", str(example / evidence), "--definition", str(example)]
    arguments += ["--claims", str(example / "claims.toml"), "--json", str(out)]
    result = CliRunner().invoke(main, arguments)
    assert result.exit_code == 1, result.output
    report: Json = json.loads(out.read_bytes())
    contest: Json = report["contests"][0]
    return contest


@pytest.fixture(scope="module")
def v1(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> Json:
    """Give the report on the first release."""
    return _run(repository, tmp_path_factory.mktemp("v1") / "r.json", "evidence-v1.json")


@pytest.fixture(scope="module")
def v2(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> Json:
    """Give the report on the second release."""
    return _run(repository, tmp_path_factory.mktemp("v2") / "r.json", "evidence-v2.json")


def _scenario(contest: Json, name: str) -> Json:
    rows: list[Json] = contest["outcome"]["scenarios"]
    return next(row for row in rows if row["scenario"] == name)


def _statements(contest: Json, code: str, claim: str) -> list[Json]:
    return [row for row in contest["claims"] if row["code"] == code and row["claims"] == [claim]]


def test_totals_and_shared_first_places(v1: Json, v2: Json) -> None:
    """The totals of both releases, their ties and the sheets each candidacy leads."""
    one, two = v1["totals"]["divisions"][0], v2["totals"]["divisions"][0]
    assert (one["candidacies"]["EG"], one["candidacies"]["NM"]) == (7156462, 3241461)
    assert (one["valid"], one["categories"]["null"], one["registered"]) == (
        10659128,
        1139,
        17745239,
    )
    assert (two["candidacies"]["EG"], two["candidacies"]["NM"]) == (7303480, 3316142)
    assert (two["valid"], two["categories"]["null"]) == (10887262, 1213)
    assert two["register_used"] == 17972512
    assert v1["totals"]["ties"] == v2["totals"]["ties"] == 41
    places = v2["totals"]["first_places"]
    assert (places["EG"], places["NM"]) == (21712, 3320)


def test_the_same_candidacy_leads_in_all_24_states(v1: Json, v2: Json) -> None:
    """The closest state is Sucre, 50.03 to 47.61 %."""
    for contest in (v1, v2):
        states = contest["totals"]["divisions"][1:]
        leaders = {max(row["candidacies"], key=row["candidacies"].get) for row in states}
        assert len(states) == 24
        assert leaders == {"EG"}
    sucre = next(row for row in v2["totals"]["divisions"] if row["division"] == "17")
    shares = [round(100 * sucre["candidacies"][code] / sucre["valid"], 2) for code in ("EG", "NM")]
    assert shares == [50.03, 47.61]


@pytest.mark.parametrize(
    ("release", "register", "spare", "turnout"),
    [
        ("v1", "bulletin", 338435, "109.5"),
        ("v1", "nationals", 267776, "107.3"),
        ("v1", "with-foreigners", 39535, "101.0"),
        ("v2", "bulletin", 638045, "119.1"),
        ("v2", "nationals", 567386, "116.6"),
        ("v2", "with-foreigners", 339145, "109.3"),
    ],
)
def test_worst_case_by_register(
    release: str, register: str, spare: int, turnout: str, request: pytest.FixtureRequest
) -> None:
    """The edge is 39,535 votes: the first release under the largest register."""
    outcome = _scenario(request.getfixturevalue(release), f"register:{register}")
    assert outcome["status"] == "settled_if"
    assert outcome["spare"] == spare
    assert f"{100 * float(outcome['break_even_turnout']['decimal']):.1f}" == turnout


def test_worst_case_shares(v1: Json, v2: Json) -> None:
    """Everything outstanding to the runner-up: 50.27 : 47.89 and 51.30 : 46.82 %."""
    for contest, expected in ((v1, (50.27, 47.89)), (v2, (51.30, 46.82))):
        bounds = next(row for row in contest["bounds"] if row["scenario"] == "register:bulletin")
        shares = {row["candidacy"]: row for row in bounds["candidacies"]}
        found = (
            round(100 * float(shares["EG"]["least_share"]["decimal"]), 2),
            round(100 * float(shares["NM"]["most_share"]["decimal"]), 2),
        )
        assert found == expected


def test_votes_needed_per_missing_station(v1: Json, v2: Json) -> None:
    """Without any register: 712.6 and 805.0 votes in every missing station."""
    for contest, expected in ((v1, 712.6), (v2, 805.0)):
        standing = contest["outcome"]["counted"]
        assert round(float(standing["votes_per_missing_station"]["decimal"]), 1) == expected


@pytest.mark.parametrize(
    ("claim", "subject", "verdict", "lead", "outstanding"),
    [
        ("B1", "irreversible", "contradicted", 704114, 4264361),
        ("B1", "irreversible@59", "contradicted", 704114, 2515973),
        ("F1", "settled", "supported", 1082740, 667374),
    ],
)
def test_decided_by_its_own_figures(
    v2: Json, claim: str, subject: str, verdict: str, lead: int, outstanding: int
) -> None:
    """Not decided, not decided at the reported turnout, decided."""
    rows = _statements(v2, "CLAIM-009", claim)
    row = next(row for row in rows if row["subject"] == subject)
    assert row["verdict"] == verdict
    assert (row["figures"]["lead"], row["figures"]["outstanding"]) == (lead, outstanding)


def _contradictions(contest: Json, claim: str) -> list[Json]:
    return [
        row
        for row in contest["claims"]
        if row["claims"] == [claim] and row["verdict"] == "contradicted" and row["class"] == "C"
    ]


@pytest.mark.parametrize(
    ("claim", "possible", "coverage"),
    [
        ("F3", {4784626, 5081548}, "0.769400"),
        ("F1", {6843416, 5235738}, "0.847266"),
    ],
)
def test_announcements_the_sheets_contradict(
    v2: Json, claim: str, possible: set[int], coverage: str
) -> None:
    """The least one total can be and the most another can be, and from which coverage."""
    rows = _contradictions(v2, claim)
    figures = [value for row in rows for value in row["figures"].values()]
    assert possible <= {value for value in figures if isinstance(value, int)}
    shares = {value["decimal"] for value in figures if isinstance(value, dict)}
    assert any(share.startswith(coverage[:6]) for share in shares), shares


def test_rounded_shares(v2: Json) -> None:
    """3 of 3 in the first bulletin, 0 of 10 in the second and on the sheets themselves."""
    (first,) = _statements(v2, "CLAIM-007", "F3")
    assert first["verdict"] == "indicator"
    assert (first["figures"]["matches"], first["figures"]["lattice_points"]) == (3, 376479)
    assert first["figures"]["chance"]["decimal"].startswith("0.00000000744184")
    for claim in ("F1", "sheets:resultadosconvzla-v2"):
        for row in _statements(v2, "CLAIM-007", claim):
            assert {row["figures"][f"matches_{decimals}"] for decimals in range(3)} == {0}


def test_differing_prints_are_named(v2: Json) -> None:
    """Two prints of the first bulletin, and the digit slip in one print of the second."""
    sentences = [row["sentence"] for row in v2["claims"] if len(row["claims"]) > 1]
    assert any("5,150,092" in text and "5,150,960" in text for text in sentences)
    slip = [row for row in v2["claims"] if row["claims"] == ["F1", "F2"]]
    assert slip[0]["verdict"] == "contradicted"
    assert any("12,407,884" in line for line in slip[0]["arithmetic"])


def test_draft_is_what_was_sealed(repository: Path, tmp_path: Path) -> None:
    """The readable draft and the sealed definition are the same election."""
    example = repository / "examples" / "ve-2024"
    for name in ("definition.draft.json", "divisions.csv"):
        (tmp_path / name).write_bytes((example / name).read_bytes())
    result = CliRunner().invoke(main, ["definition", "seal", str(tmp_path)])
    assert result.exit_code == 0, result.output
    sealed = (tmp_path / "definition.json").read_bytes()
    assert sealed == (example / "definition.json").read_bytes()
