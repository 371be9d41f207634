"""The pages of a site in a real browser: small screens, dark rooms, keyboards, screen readers."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.unit.site.results.sites import Site, simulated_site
from tests.unit.site.results.worlds import site_of_world

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

WIDTHS = (360, 768, 1440)
#: Each kind of page, and the shapes most likely to break a layout.
PAGES = (
    ("plain evening", "index.html"),
    ("plain evening", "{}/index.html"),
    ("plain evening", "{}/d/EJ-01.html"),
    ("plain evening", "{}/d/EJ-01-01-01.html"),
    ("plain evening", "{}/p/010101001.html"),
    ("hostile", "{}/index.html"),
    ("hostile", "{}/d/N.html"),
    ("hostile", "{}/p/1.html"),
    ("right to left", "{}/p/1.html"),
    ("300-character names", "{}/index.html"),
    ("300-character names", "{}/p/1.html"),
    ("200 options", "{}/p/1.html"),
    ("200 options", "{}/index.html"),
    ("eight levels", "{}/d/L7.html"),
    ("no stations", "{}/index.html"),
    ("several contests", "{}/index.html"),
    ("odd chains", "{}/p/1.html"),
    ("transcription", "{}/p/1.html"),
)
every_page = pytest.mark.parametrize(("site", "path"), PAGES)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("sites")


def _site(name: str) -> Site:
    return simulated_site(60, 5) if name == "plain evening" else site_of_world(name)


def _write(folder: Path, name: str) -> Path:
    target = folder / name.replace(" ", "-")
    if not target.exists():
        for path, data in _site(name).files.items():
            file = target / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(data)
    return target


def _open(  # what a reader has, one by one
    browser: Browser,
    folder: Path,
    site: str,
    path: str,
    width: int,
    *,
    is_dark: bool = False,
    has_scripts: bool = False,
) -> tuple[Page, list[str]]:
    """Open a page from disk and collect everything the browser complains about."""
    page = browser.new_page(
        viewport={"width": width, "height": 740},
        color_scheme="dark" if is_dark else "light",
        java_script_enabled=has_scripts,
    )
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("dialog", lambda dialog: complaints.append(f"dialog: {dialog.message}"))
    page.on("requestfailed", lambda request: complaints.append(request.url))
    page.goto((_write(folder, site) / path).as_uri())
    return page, complaints


def _open_all_details(page: Page) -> None:
    page.evaluate("document.querySelectorAll('details').forEach(item => { item.open = true })")


@every_page
def test_no_page_scrolls_sideways(browser: Browser, folder: Path, site: str, path: str) -> None:
    """Only a wide table may, inside its own frame; 320 px is a desktop at 400 % (WCAG 1.4.10).

    In Spanish, whose words are longer.
    """
    page, complaints = _open(browser, folder, site, path.format("es"), 360)
    for width in (320, *WIDTHS):
        page.set_viewport_size({"width": width, "height": 740})
        for _ in range(2):
            assert page.evaluate("document.documentElement.scrollWidth") <= width
            _open_all_details(page)
    assert complaints == []
    page.close()


@every_page
@pytest.mark.parametrize(("language", "width", "is_dark"), [("en", 1440, True), ("es", 360, False)])
def test_no_accessibility_rule_is_broken(  # the two tables of cases
    browser: Browser,
    folder: Path,
    site: str,
    path: str,
    language: str,
    width: int,
    *,
    is_dark: bool,
) -> None:
    """WCAG 2.1 AA as far as a program can tell, light and dark, with everything unfolded."""
    page, _ = _open(
        browser, folder, site, path.format(language), width, is_dark=is_dark, has_scripts=True
    )
    _open_all_details(page)
    violations = Axe().run(page).response["violations"]
    assert not [
        f"{item['id']}: {node['html'][:200]}" for item in violations for node in item["nodes"]
    ]
    page.close()


def test_names_are_text_and_run_nothing(browser: Browser, folder: Path) -> None:
    """A script in a name would say so by a dialog."""
    for path in ("en/index.html", "en/d/N.html", "en/p/1.html"):
        page, complaints = _open(browser, folder, "hostile", path, 768, has_scripts=True)
        assert page.evaluate("document.querySelectorAll('main script, main b[title]').length") == 0
        assert "alert(1)" in page.inner_text("main")
        assert [text for text in complaints if "dialog" in text] == []
        page.close()


def test_the_keyboard_goes_from_the_country_to_a_station(browser: Browser, folder: Path) -> None:
    """Skip link, a division, one inside it, a place: with Tab and Enter alone."""
    page, _ = _open(browser, folder, "plain evening", "en/index.html", 768, has_scripts=True)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    for part in ("d/EJ-01.html", "d/EJ-01-01.html", "d/EJ-01-01-01.html", "p/010101001.html"):
        for _ in range(400):
            page.keyboard.press("Tab")
            found = page.evaluate("document.activeElement.href || ''")
            if found.endswith(part) and page.evaluate(
                "document.activeElement.closest('table') !== null"
            ):
                break
        page.keyboard.press("Enter")
        page.wait_for_url(f"**/{part}")
    assert page.locator("section.station").count() > 0
    page.close()


@pytest.mark.parametrize("has_scripts", [True, False])
def test_all_numbers_are_there_without_scripts(
    browser: Browser, folder: Path, *, has_scripts: bool
) -> None:
    """Scripts add sorting and proofs; no figure waits for one."""
    page, _ = _open(
        browser, folder, "plain evening", "en/p/010101001.html", 360, has_scripts=has_scripts
    )
    text = page.text_content("main") or ""
    shown = _site("plain evening").page("en/p/010101001.html")
    for cell in shown.all("td"):
        assert cell.text in text or cell.text == "–"
    page.close()
