"""What holds for every page, whatever the report: safe, complete in itself, in order, neutral."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest

from escrutinio.site import LANGUAGES, load_language
from escrutinio.site.report_page import render_report_page
from tests.unit.site.pages import (
    bundled_report,
    plain_page,
    plain_report,
    special_bytes,
    special_page,
)
from tests.unit.site.reading import Element, read_page, table_of
from tests.unit.site.reports import (
    HOSTILE,
    report_of,
    special_cases,
    two_counties,
    with_names,
)

CASES = sorted(special_cases())
every_case = pytest.mark.parametrize("case", CASES)
both_languages = pytest.mark.parametrize("language", LANGUAGES)

#: Elements that would load, run or send something.
ACTIVE = {
    "script",
    "iframe",
    "object",
    "embed",
    "form",
    "img",
    "audio",
    "video",
    "base",
    "foreignobject",
}


@both_languages
@every_case
def test_the_page_is_complete_in_itself(case: str, language: str) -> None:
    """It opens from a USB stick, without a network and without a program."""
    page = special_page(case, language)
    assert not {item.tag for item in page.all()} & ACTIVE
    for item in page.all():
        assert not [name for name in item.attributes if name.startswith("on")], item.tag
        assert "src" not in item.attributes
        assert item.attributes.get("href", "#").startswith(("#", "data:,"))
    styles = "".join(style.text for style in page.all("style"))
    assert "@import" not in styles
    assert not re.findall(r"url\((?!#)", styles)
    policy = next(page.all("meta", **{"http-equiv": "Content-Security-Policy"}))
    assert policy.attributes["content"].startswith(
        "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
    )


@both_languages
@every_case
def test_anchors_are_unique_and_links_arrive(case: str, language: str) -> None:
    page = special_page(case, language)
    anchors = [item.attributes["id"] for item in page.all() if "id" in item.attributes]
    assert len(anchors) == len(set(anchors))
    for item in page.all():
        if item.attributes.get("href", "").startswith("#"):
            assert item.attributes["href"][1:] in anchors
        for name in ("aria-labelledby", "aria-describedby"):
            assert set(item.attributes.get(name, "").split()) <= set(anchors)


@both_languages
@every_case
def test_headings_go_down_one_level_at_a_time(case: str, language: str) -> None:
    """A screen reader's list of headings is the table of contents."""
    levels = [
        int(item.tag[1])
        for item in special_page(case, language).all()
        if re.fullmatch(r"h[1-6]", item.tag)
    ]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(later - earlier <= 1 for earlier, later in pairwise(levels))


@both_languages
@every_case
def test_tables_and_pictures_can_be_read_without_seeing_them(case: str, language: str) -> None:
    page = special_page(case, language)
    for table in page.all("table"):
        assert list(table.all("caption"))
        assert all(cell.attributes.get("scope") for cell in table.all("th"))
        widths = {
            sum(int(cell.attributes.get("colspan", "1")) for cell in _cells(row))
            for row in table.all("tr")
        }
        assert len(widths) == 1, table.text[:80]
    for drawing in page.by_class("drawing"):
        assert drawing.attributes["role"] == "img"
        assert page.by_id(drawing.attributes["aria-labelledby"]).text
        assert page.by_id(drawing.attributes["aria-describedby"]).text
    for svg in page.all("svg"):
        assert svg.attributes["aria-hidden"] == "true"


def _cells(row: Element) -> list[Element]:
    return [item for item in row.children if isinstance(item, Element)]


@both_languages
@every_case
def test_no_sentence_is_missing_or_unfilled(case: str, language: str) -> None:
    """A key that the catalogue lacks would stand there in brackets, a lost value in braces."""
    page = special_page(case, language)
    text = page.text.replace(next(page.all("style")).text, "")
    assert not re.findall(r"\[[a-z_]+\.[a-z_.]+\]", text)
    assert not re.findall(r"\{[a-z_]+\}", text)
    assert "None" not in text
    assert page.attributes["lang"] == language


@both_languages
@every_case
def test_no_page_judges(case: str, language: str) -> None:
    assert "fraud" not in special_bytes(case, language).decode().lower()


@both_languages
def test_the_same_report_gives_the_same_bytes(language: str) -> None:
    again = render_report_page(special_cases()["seats"], load_language(language))
    assert again == special_bytes("seats", language)


@both_languages
def test_the_bundled_example_is_a_small_file_with_the_known_figures(language: str) -> None:
    """It is sent by telephone; 300 KB is a photo, and below what messengers compress."""
    words = load_language(language)
    written = render_report_page(bundled_report(), words)
    assert len(written) < 300_000
    text = read_page(written).text
    for number in (25_073, 30_026, 4_784_626, 6_843_416, 5_081_548, 5_235_738):
        assert words.count(number) in text
    for number in (5_150_092, 5_150_960, 6_480_844):
        assert words.count(number) in text


@both_languages
def test_hostile_text_stays_text(language: str) -> None:
    """Markup, direction marks and broken characters in any name reach nothing around them."""
    page = special_page("hostile", language)
    shown = [item.text for item in page.all("bdi")]
    assert any("<script>alert(1)</script>" in text for text in shown)
    visible = "".join(_outside(page, {"bdi", "title", "pre", "style"}))
    assert "alert(1)" not in visible
    assert "\u202e" not in visible
    assert "\x00" not in page.text
    assert "\ud800" not in page.text
    assert HOSTILE.count("\x00") == 1


def _outside(item: Element, tags: set[str]) -> list[str]:
    if item.tag in tags:
        return []
    return [
        text
        for child in item.children
        for text in ([child] if isinstance(child, str) else _outside(child, tags))
    ]


@both_languages
def test_candidacies_stand_in_the_order_of_the_ballot(language: str) -> None:
    """Also where somebody further down has more votes, and in every table."""
    page = special_page("right to left", language)
    for caption in ("c1-totals-caption", "c1-bounds-main-caption"):
        names = [name[-1] for name in table_of(page, caption) if name.endswith((" a", " b", " c"))]
        assert names == ["a", "b", "c"]


@both_languages
def test_of_many_candidacies_the_picture_shows_those_with_most_votes_in_ballot_order(
    language: str,
) -> None:
    page, words = special_page("200 candidacies", language), load_language(language)
    (drawing,) = page.by_class("totals-bars")
    names = [item.text for item in drawing.by_class("bar-name")]
    assert names == [f"k{number}" for number in range(176, 200)]
    table = table_of(page, "c1-totals-caption")
    assert {f"k{number}" for number in range(200)} <= table.keys()
    assert words.word("page.totals.picture_note_some", left_out=176) in page.text


@both_languages
def test_the_line_of_the_rule_is_drawn_only_where_the_rule_has_one(language: str) -> None:
    """More than half needs a line at 50 %; plurality and seats do not."""
    lines = special_page("run-off", language).by_class("threshold")
    assert {line.attributes["x1"] for line in lines if line.attributes["x1"] != "7"}
    assert not plain_page(language).by_class("threshold")
    assert not special_page("seats", language).by_class("threshold")


@both_languages
def test_nobody_is_said_to_be_elected_while_the_outcome_is_open(language: str) -> None:
    page, words = special_page("stations unknown", language), load_language(language)
    (lead,) = page.by_class("lead")
    assert words.word("outcome.result.elected", candidacy="a") not in lead.text
    assert not page.by_class("range-bars")


@both_languages
def test_what_is_not_known_is_said_and_not_shown_as_zero(language: str) -> None:
    words = load_language(language)
    page = special_page("stations unknown", language)
    assert words.word("page.counts.unknown", counted=1) in page.text
    cells = table_of(page, "c1-coverage-caption")["country"]
    assert (cells[0], cells[3]) == ("–", "–")
    assert words.word("page.totals.no_turnout") in page.text
    assert (
        table_of(special_page("blank not shown", language), "c1-totals-caption")["blank"][0] == "–"
    )


@both_languages
def test_several_contests_each_have_their_own_sections(language: str) -> None:
    page = special_page("several contests", language)
    assert [item.attributes["aria-labelledby"] for item in page.by_class("contest")] == ["c1", "c2"]
    for prefix in ("c1", "c2"):
        for part in ("totals", "coverage", "bounds", "findings", "claims"):
            assert page.by_id(f"{prefix}-{part}").tag == "h3"


@both_languages
def test_an_evidence_file_is_said_to_stand_in_for_the_sheets(language: str) -> None:
    page, words = special_page("from evidence", language), load_language(language)
    assert words.word("page.head.from_evidence") in page.text
    assert words.word("page.findings.from_evidence") in page.text
    assert "--profile" not in page.text


@both_languages
def test_official_sheets_speak_by_their_own_figures(language: str) -> None:
    (lead,) = special_page("official", language).by_class("lead")
    words = load_language(language)
    assert lead.text.startswith(words.word("page.lead.own_figures", sentence=""))


@both_languages
def test_without_claims_the_page_says_so(language: str) -> None:
    page, words = special_page("caps", language), load_language(language)
    assert words.word("page.claims.none") in page.text
    assert not page.by_class("tile")
    assert "--claims" not in page.text


def test_a_claim_without_its_own_statements_leads_to_them() -> None:
    """Two prints of one announcement are compared at the first of them."""
    page = plain_page("en")
    claim = next(a for a in page.all("article") if page.by_id("c1-claim-3") in a.children)
    assert "#c1-claim-1" in {link.attributes["href"] for link in claim.all("a")}


def test_a_name_in_another_direction_is_isolated_inside_a_sentence() -> None:
    """Without isolation the numbers around an Arabic name would change places."""
    report = report_of(with_names(two_counties(), "\u0627\u0644"))
    page = read_page(render_report_page(report, load_language("en")))
    (lead,) = page.by_class("lead")
    assert [item.text for item in lead.all("bdi") if item.text.startswith("\u0627")]


def test_the_command_quotes_what_a_shell_would_read() -> None:
    command = next(special_page("hostile", "en").all("pre")).text
    assert command.startswith("escrutinio check '</title><script>")
    assert next(plain_page("en").all("pre")).text == (
        "escrutinio check sheets.csv --definition DEFINITION --profile profile.toml "
        "--rolls 'our roll.csv' --claims claims.toml --lang en --html REPORT.html "
        "--json REPORT.json"
    )


def test_the_plain_report_has_every_kind_of_content() -> None:
    """The other tests rest on this."""
    (contest,) = plain_report().contests
    assert contest.findings
    assert contest.statements
    assert len(contest.lasting_outcomes) == 2
    assert len(contest.outcomes) == 4
