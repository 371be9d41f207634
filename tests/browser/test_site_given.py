"""Claims and maps with shapes in a real browser: small screens, dark rooms, keyboards."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.unit.site.results.given_sites import hostile_text, whole_given_site
from tests.unit.site.results.whole_sites import lay_into

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

#: A plain election, hostile names, and names of 300 characters.
WORLDS = ("plain", "hostile", "300-character names")
PAGES = (*((world, "claims.html") for world in WORLDS), ("plain", "index.html"))
every_page = pytest.mark.parametrize(("world", "name"), PAGES)


@pytest.fixture(scope="module")
def sites(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Lay the sites into folders."""
    folder = tmp_path_factory.mktemp("given")
    return {
        world: lay_into(folder / str(number), whole_given_site(world))
        for number, world in enumerate(WORLDS)
    }


def _unfold(page: Page) -> None:
    page.evaluate("document.querySelectorAll('details').forEach(item => { item.open = true })")


@every_page
def test_no_page_scrolls_sideways(
    page: Page, sites: dict[str, Path], world: str, name: str
) -> None:
    page.goto((sites[world] / "es" / name).as_uri())
    _unfold(page)
    for width in (320, 360, 768, 1440):
        page.set_viewport_size({"width": width, "height": 740})
        assert page.evaluate("document.documentElement.scrollWidth") <= width


@every_page
@pytest.mark.parametrize(
    ("language", "width", "scheme"), [("en", 1440, "dark"), ("es", 360, "light")]
)
def test_no_accessibility_rule_is_broken(  # the two tables of cases
    browser: Browser,
    sites: dict[str, Path],
    world: str,
    name: str,
    language: str,
    width: int,
    scheme: str,
) -> None:
    """WCAG 2.1 AA as far as a program can tell, with everything unfolded."""
    page = browser.new_page(
        viewport={"width": width, "height": 740},
        color_scheme="dark" if scheme == "dark" else "light",
    )
    page.goto((sites[world] / language / name).as_uri())
    _unfold(page)
    violations = Axe().run(page).response["violations"]
    assert not [
        f"{item['id']}: {node['html'][:200]}" for item in violations for node in item["nodes"]
    ]
    page.close()


def test_verdicts_stand_there_without_scripts(browser: Browser, sites: dict[str, Path]) -> None:
    page = browser.new_page(java_script_enabled=False)
    page.goto((sites["plain"] / "en" / "claims.html").as_uri())
    text = page.inner_text("main")
    assert "CONTRADICTED" in text.upper()
    assert "Plain: 3 announced, but at least 30" in text
    page.close()


def test_the_summary_leads_to_the_statement(page: Page, sites: dict[str, Path]) -> None:
    page.goto((sites["plain"] / "en" / "claims.html").as_uri())
    link = page.locator(".verdict-list[open] a").first
    link.focus()
    page.keyboard.press("Enter")
    target = page.locator(".statement:target")
    assert target.count() == 1
    assert target.is_visible()


def test_nothing_of_a_claim_runs(page: Page, sites: dict[str, Path]) -> None:
    """A script in a title would open a dialog; the page fixture fails on what the console says."""
    opened: list[str] = []
    page.on("dialog", lambda dialog: opened.append(dialog.message))
    page.goto((sites["hostile"] / "en" / "claims.html").as_uri())
    assert page.evaluate("document.querySelectorAll('main script, main b[title]').length") == 0
    assert hostile_text() in page.text_content("main")  # type: ignore[operator]  # main is there
    assert opened == []


def test_a_shape_is_filled_and_its_link_leads_to_the_division(
    page: Page, sites: dict[str, Path]
) -> None:
    """With the keyboard as with the mouse."""
    page.goto((sites["plain"] / "en" / "index.html").as_uri())
    shape = page.locator(".chart-geo a").first
    box = shape.locator("use").bounding_box()
    assert box is not None
    assert min(box["width"], box["height"]) > 40, "it is drawn"
    fill = shape.locator("use").evaluate("item => getComputedStyle(item).fill")
    assert "level-" in fill
    shape.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/d/N.html")
