"""Every figure of the page is a figure of the report, in both languages."""

from __future__ import annotations

from fractions import Fraction

import pytest

from escrutinio.claims import Verdict
from escrutinio.site import LANGUAGES, load_language
from tests.unit.site.pages import plain_page, plain_report, special_page
from tests.unit.site.reading import number_in, table_of

both_languages = pytest.mark.parametrize("language", LANGUAGES)


@both_languages
def test_the_first_sentence_is_the_outcome_with_its_basis(language: str) -> None:
    """Nobody may read the outcome without what has to be true for it."""
    page, words = plain_page(language), load_language(language)
    (contest,) = plain_report().contests
    outcome = next(item for item in contest.outcomes if item.scenario == contest.scenarios[2])
    assert outcome.scenario is not None
    assert outcome.scenario.id == "register:larger"
    (lead,) = page.by_class("lead")
    assert lead.text == words.word("page.lead.true_copies", sentence=words.text(outcome.sentence))


@both_languages
def test_coverage_stands_in_one_line_of_counts(language: str) -> None:
    """Stations over stations, never a percentage alone."""
    (counts,) = plain_page(language).by_class("counts")
    assert {"en": ": 8 of 10", "es": ": 8 de 10"}[language] in counts.text
    assert "%" not in counts.text


@both_languages
def test_totals_are_those_of_the_report(language: str) -> None:
    words = load_language(language)
    (contest,) = plain_report().contests
    total = contest.tally.total
    table = table_of(plain_page(language), "c1-totals-caption")
    for item in contest.contest.candidacies:
        votes, share, first = table[item.code]
        assert number_in(votes, language) == total.candidacies[item.code]
        assert share == words.percent(Fraction(total.candidacies[item.code], total.valid))
        assert number_in(first, language) == contest.tally.first_places[item.code]
    assert number_in(table[words.word("page.totals.valid")][0], language) == total.valid
    assert number_in(table[words.word("page.totals.cast")][0], language) == total.cast
    assert number_in(table["blank"][0], language) == 40
    assert number_in(table["null"][0], language) == 60


@both_languages
def test_turnout_states_its_denominator(language: str) -> None:
    words = load_language(language)
    shown = [item.text for item in plain_page(language).all("li")]
    turnout = words.percent(Fraction(9100, 11_000))
    (line,) = [text for text in shown if turnout in text]
    for number in (9100, 11_000, 8):
        assert words.count(number) in line


@both_languages
def test_bars_of_the_totals_have_the_figures_of_the_table(language: str) -> None:
    """The picture and its table must not say different things."""
    page = plain_page(language)
    table = table_of(page, "c1-totals-caption")
    (drawing,) = page.by_class("totals-bars")
    rows = [row for row in drawing.by_class("bar-row") if row.by_class("bar-name")]
    shown = {
        row.by_class("bar-name")[0].text: [
            row.by_class("bar-value")[0].text,
            row.by_class("bar-share")[0].text,
        ]
        for row in rows
    }
    assert shown == {name: cells[:2] for name, cells in table.items() if name in shown}
    assert list(shown) == ["a", "b", "c"]


@both_languages
def test_counters_of_every_division_are_those_of_the_report(language: str) -> None:
    (contest,) = plain_report().contests
    table = table_of(plain_page(language), "c1-coverage-caption")
    for row in contest.tally.divisions:
        counters = row.counters
        assert [number_in(text, language) for text in table[row.division]] == [
            counters.expected,
            counters.counted,
            counters.held,
            counters.missing,
            counters.closed,
            counters.received,
            counters.out_of_catalogue,
        ]


@both_languages
def test_votes_of_every_division_are_those_of_the_report(language: str) -> None:
    (contest,) = plain_report().contests
    table = table_of(plain_page(language), "c1-totals-divisions")
    for row in contest.tally.divisions[1:]:
        expected = [*row.candidacies.values(), row.valid]
        assert [number_in(text, language) for text in table[row.division]] == expected


@both_languages
def test_bounds_of_every_lasting_scenario_are_those_of_the_report(language: str) -> None:
    """The largest register is shown first; a stated turnout has no picture."""
    words, page = load_language(language), plain_page(language)
    (contest,) = plain_report().contests
    for scenario, place in (("register:larger", "main"), ("register:roll", "other-1")):
        table = table_of(page, f"c1-bounds-{place}-caption")
        for row in contest.bounds[scenario]:
            least, most, least_share, counted, most_share = table[row.candidacy]
            assert (number_in(least, language), number_in(most, language)) == (row.least, row.most)
            assert row.least_share is not None
            assert row.most_share is not None
            assert least_share == words.percent(row.least_share)
            assert most_share == words.percent(row.most_share)
            assert counted == words.percent(Fraction(row.least, 9000))
    assert len(list(page.all("table"))) == len({id(item) for item in page.all("table")})


@both_languages
def test_every_outcome_stands_on_the_page_with_its_arithmetic(language: str) -> None:
    words, page = load_language(language), plain_page(language)
    (contest,) = plain_report().contests
    text = page.text
    assert any(item.scenario and item.scenario.turnout for item in contest.outcomes)
    for outcome in contest.outcomes:
        assert words.text(outcome.sentence) in text
        if outcome in contest.lasting_outcomes:
            assert all(words.text(line) in text for line in outcome.arithmetic)


@both_languages
def test_findings_are_counted_and_the_rest_is_not_hidden(language: str) -> None:
    words, page = load_language(language), plain_page(language)
    (contest,) = plain_report().contests
    (table,) = page.by_class("findings")
    rows = [
        [cell.text for cell in (*row.all("th"), *row.all("td"))]
        for body in table.all("tbody")
        for row in body.all("tr")
        if list(row.all("td"))
    ]
    assert len(rows) == 2
    for group, (text, sheets, ballots) in zip(contest.findings, rows, strict=True):
        assert group.code in text
        assert words.name(group.title) in text
        assert words.name(group.remedy) in text
        assert number_in(sheets, language) == group.number
        assert number_in(ballots, language) == group.ballots
    examples = table_of(page, "c1-findings-1-1")
    assert len(examples) == 1 + 20
    assert examples["station-20"] == ["sheets.csv", "20", "valid", "20", "21"]
    assert words.word("page.findings.more", more=10) in page.text


@both_languages
def test_every_statement_is_shown_with_everything_it_says(language: str) -> None:
    words, page = load_language(language), plain_page(language)
    (contest,) = plain_report().contests
    assert contest.statements
    shown = page.by_class("statement")
    assert len(shown) == len(contest.statements)
    for statement in contest.statements:
        wanted = [
            words.word(f"verdict.{statement.verdict}"),
            words.word("page.claims.class", letter=statement.evidence_class.value),
            words.word(f"basis.{statement.basis}"),
            statement.code,
            words.text(statement.sentence),
            *(words.text(line) for line in statement.arithmetic),
        ]
        if statement.missing:
            wanted.append(words.text(statement.missing))
        assert any(all(text in item.text for text in wanted) for item in shown), statement


@both_languages
def test_verdicts_are_counted_at_the_top(language: str) -> None:
    words, page = load_language(language), plain_page(language)
    (contest,) = plain_report().contests
    tiles = {tile.text for tile in page.by_class("tile")}
    for verdict in Verdict:
        number = sum(item.verdict is verdict for item in contest.statements)
        assert f"{words.count(number)} {words.word(f'verdict.{verdict}')}" in tiles


@both_languages
def test_printed_figures_keep_their_decimals(language: str) -> None:
    """51.20 is not 51.2: the decimals are evidence."""
    words, page = load_language(language), plain_page(language)
    claim = page.by_id("c1-claim-1")
    article = next(item for item in page.all("article") if claim in item.children)
    assert words.percent(Fraction(3750, 10_000), 2) in article.text
    assert words.percent(Fraction(625, 1000), 1) in article.text


@both_languages
def test_a_contradicted_partial_total_is_pictured(language: str) -> None:
    """300 votes for a cannot be true when two of ten sheets lie outside."""
    words, page = load_language(language), plain_page(language)
    (contest,) = plain_report().contests
    statement = next(
        item
        for item in contest.statements
        if item.code == "CLAIM-011" and item.verdict is Verdict.CONTRADICTED
    )
    announced, bound = statement.figures["announced"], statement.figures["bound"]
    assert isinstance(announced, int)
    assert isinstance(bound, int)
    assert announced < bound
    texts = [item.text for item in page.by_class("announced-bars")]
    assert any(words.count(announced) in text and words.count(bound) in text for text in texts)


@both_languages
def test_party_lines_stand_under_their_candidacy(language: str) -> None:
    table = table_of(special_page("party lines", language), "c1-totals-lines")
    assert [number_in(table[name][0], language) for name in ("a", "line x", "line y")] == [
        6000,
        10,
        5990,
    ]


@both_languages
def test_provenance_names_files_and_definition_by_digest(language: str) -> None:
    words, page = load_language(language), plain_page(language)
    report = plain_report()
    text = page.text
    assert report.definition.identity in text
    for file in report.files:
        assert file.sha256 in text
        assert words.count(file.rows or 0) in text
        assert words.count(file.bytes) in text
    for register in report.contests[0].registers:
        assert words.count(register.registered) in text
