"""The page of a report in a real browser: small screens, dark rooms, keyboards, screen readers."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from axe_playwright_python.sync_playwright import Axe

from escrutinio.operations import CheckReport
from escrutinio.site import LANGUAGES, load_language
from escrutinio.site.report_page import render_report_page
from tests.unit.site.pages import bundled_report
from tests.unit.site.reports import (
    BULLETIN,
    NOTE,
    WARNING,
    report_of,
    special_cases,
    two_counties,
)

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

PHONE, DESKTOP = 360, 1280
#: The page that most readers see, and the shapes most likely to break a layout.
CASES = (
    "plain",
    "bundled example",
    "200 candidacies",
    "300-character names",
    "hostile",
    "several contests",
    "seats",
)

both_languages = pytest.mark.parametrize("language", LANGUAGES)
every_case = pytest.mark.parametrize("case", CASES)


def _report(case: str) -> CheckReport:
    if case == "plain":
        return report_of(two_counties(), claims=BULLETIN, findings=(WARNING, NOTE))
    if case == "bundled example":
        return bundled_report()
    return special_cases()[case]


def _open(
    browser: Browser, folder: Path, case: str, language: str, width: int, *, is_dark: bool = False
) -> tuple[Page, list[str]]:
    """Open a page from disk and collect everything the browser complains about."""
    path = folder / "report.html"
    path.write_bytes(render_report_page(_report(case), load_language(language)))
    page = browser.new_page(
        viewport={"width": width, "height": 740}, color_scheme="dark" if is_dark else "light"
    )
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("request", lambda request: complaints.append(request.url))
    page.goto(path.as_uri())
    complaints.remove(path.as_uri())
    return page, complaints


def _open_all_details(page: Page) -> None:
    page.evaluate("document.querySelectorAll('details').forEach(item => { item.open = true })")


@every_case
def test_the_page_never_scrolls_sideways(browser: Browser, tmp_path: Path, case: str) -> None:
    """Only a wide table may, inside its own frame; 320 px is a desktop at 400 % (WCAG 1.4.10).

    In Spanish, whose words are longer.
    """
    page, complaints = _open(browser, tmp_path, case, "es", PHONE)
    for width in (320, PHONE, DESKTOP):
        page.set_viewport_size({"width": width, "height": 740})
        page.evaluate("document.querySelectorAll('details').forEach(item => { item.open = false })")
        for _ in range(2):
            assert page.evaluate("document.documentElement.scrollWidth") <= width
            assert page.evaluate("document.body.scrollWidth") <= width
            _open_all_details(page)
    assert complaints == []
    page.close()


@pytest.mark.parametrize(
    ("case", "language", "width", "is_dark"),
    [
        *((case, "es", PHONE, False) for case in CASES if case != "bundled example"),
        ("plain", "en", PHONE, True),
        ("plain", "en", DESKTOP, False),
        ("bundled example", "en", PHONE, False),
        ("bundled example", "es", DESKTOP, True),
    ],
)
def test_no_accessibility_rule_is_broken(
    browser: Browser, tmp_path: Path, case: str, language: str, width: int, *, is_dark: bool
) -> None:
    page, _ = _open(browser, tmp_path, case, language, width, is_dark=is_dark)
    _open_all_details(page)
    violations = Axe().run(page).response["violations"]
    assert not [
        f"{item['id']}: {node['html'][:200]}" for item in violations for node in item["nodes"]
    ]
    page.close()


@both_languages
def test_nothing_is_fetched_and_nothing_runs(
    browser: Browser, tmp_path: Path, language: str
) -> None:
    """Hostile names are text; the page asks for no other file, not even an icon."""
    page, complaints = _open(browser, tmp_path, "hostile", language, DESKTOP)
    assert complaints == []
    assert page.evaluate("document.scripts.length") == 0
    assert page.evaluate("document.querySelectorAll('article.contest').length") == 1
    page.close()


def test_the_keyboard_reaches_result_links_tables_and_details(
    browser: Browser, tmp_path: Path
) -> None:
    page, _ = _open(browser, tmp_path, "plain", "en", PHONE)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("location.hash") == "#main"
    assert page.evaluate("document.activeElement.id") == "main"
    reached = set()
    for _ in range(400):
        page.keyboard.press("Tab")
        reached.add(
            page.evaluate("document.activeElement.tagName + document.activeElement.className")
        )
    assert {"A", "SUMMARY", "DIVscroll"} <= reached
    page.locator("summary").first.focus()
    before = page.evaluate("document.activeElement.parentElement.open")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.parentElement.open") is not before
    page.close()


def test_a_link_in_the_summary_arrives_at_its_statement(browser: Browser, tmp_path: Path) -> None:
    page, _ = _open(browser, tmp_path, "plain", "en", PHONE)
    link = page.locator(".first-statements a").first
    target = link.get_attribute("href")
    link.click()
    assert target is not None
    assert page.locator(target).bounding_box() is not None
    top = page.evaluate("id => document.getElementById(id).getBoundingClientRect().top", target[1:])
    assert 0 <= top < 740
    page.close()


def test_the_page_is_whole_without_a_program(browser: Browser, tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    path.write_bytes(render_report_page(_report("plain"), load_language("en")))
    context = browser.new_context(
        java_script_enabled=False, viewport={"width": PHONE, "height": 740}
    )
    page = context.new_page()
    page.goto(path.as_uri())
    assert page.locator(".totals-bars .fill").count() == 3
    assert page.locator(".statement").count() > 0
    context.close()


def test_bars_are_as_long_as_their_shares(browser: Browser, tmp_path: Path) -> None:
    """6000, 2500 and 500 of 9000 votes, measured on the screen."""
    page, _ = _open(browser, tmp_path, "plain", "en", DESKTOP)
    widths = [
        box["width"]
        for item in page.locator(".totals-bars .fill").all()
        if (box := item.bounding_box())
    ]
    assert widths[0] / widths[1] == pytest.approx(6000 / 2500, rel=0.01)
    assert widths[0] / widths[2] == pytest.approx(6000 / 500, rel=0.02)
    page.close()


def test_details_are_open_on_paper(browser: Browser, tmp_path: Path) -> None:
    """Nobody can click on paper."""
    page, _ = _open(browser, tmp_path, "plain", "en", DESKTOP)
    row = page.locator("#c1-findings-1-1")
    assert not row.is_visible()
    page.emulate_media(media="print")
    box = row.bounding_box()
    assert box is not None
    assert box["height"] > 0
    page.close()
