"""Finding, sorting and refreshing: the small scripts of the pages in a real browser."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from axe_playwright_python.sync_playwright import Axe

from escrutinio.primitives import Value
from escrutinio.site import LANGUAGES, load_language
from tests.browser.conftest import STATIONS
from tests.browser.record_server import RecordServer
from tests.unit.site.results.sites import Site
from tests.unit.site.results.whole_sites import lay_into, single_pages_of_world, whole_site

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

#: Pages of which there is one per language, one of each other kind that stands beside them.
PAGES = (
    "about.html",
    "bulletins.html",
    "b/000004.html",
    "compare.html",
    "data.html",
    "embed.html",
    "incidents.html",
    "mirror.html",
    "search.html",
    "sheets.html",
    "wall.html",
    "witnesses.html",
)
HOSTILE = ("hostile", "right to left", "300-character names", "200 options", "eight levels")
both_languages = pytest.mark.parametrize("language", LANGUAGES)


def _say(key: str, language: str = "en", **values: Value) -> str:
    return load_language(language).word(f"site.script.{key}", **values)


# --- search ---------------------------------------------------------------------------------------


def _search(page: Page, text: str) -> list[tuple[str, str]]:
    """Look something up; give what was found and where it leads."""
    page.locator("#q").fill(text)
    page.locator("form.search button").click()
    page.wait_for_function("text => document.querySelector('#search-answer p') !== null", arg=text)
    page.wait_for_timeout(400)
    links = page.locator(".found a")
    return [
        (link.text_content() or "", (link.get_attribute("href") or "").partition("/en/")[2])
        for link in links.all()
    ]


@pytest.mark.parametrize("is_folder", [False, True])
def test_stations_places_and_divisions_are_found(
    page: Page, server: RecordServer, site: Site, folder: Path, *, is_folder: bool
) -> None:
    """By the whole number, without its zeros, by its beginning, and by a name."""
    base = folder.as_uri() + "/" if is_folder else server.put("honest", site.files)
    page.goto(base + "en/search.html")
    station = ("010101001.01", "p/010101001.html#s-010101001.01")
    assert _search(page, "010101001.01")[0] == station
    assert _search(page, "1010100101")[0] == station
    assert station in _search(page, "0101")
    assert ("010101001", "p/010101001.html") in _search(page, "010101001")
    assert [place for _, place in _search(page, "ej-01-01-01")][:1] == ["d/EJ-01-01-01.html"]
    page.locator(".found a").first.click()
    assert page.url.endswith("/en/d/EJ-01-01-01.html")


def test_what_is_not_there_is_not_found(page: Page, server: RecordServer, site: Site) -> None:
    page.goto(server.put("honest", site.files) + "en/search.html")
    assert _search(page, "no such place") == []
    assert page.get_by_text(_say("search.none")).count() == 1


def test_an_address_with_a_question_is_answered(page: Page, folder: Path) -> None:
    page.goto((folder / "es/search.html").as_uri() + "?q=010101001.01")
    page.locator(".found a").first.wait_for()
    assert _say("search.kind.station", "es") in (
        page.locator(".found li").first.text_content() or ""
    )


def test_an_index_in_many_parts_is_loaded_in_parts(page: Page, server: RecordServer) -> None:
    """A phone loads what it looks for, not the whole country."""
    whole = whole_site(600, 0)
    shards = [path for path in whole.files if path.startswith("assets/search/0")]
    assert len(shards) > 4
    page.goto(server.put("country", whole.files) + "en/search.html")
    server.asked.clear()
    found = _search(page, "010101001.01")
    assert found[0][0] == "010101001.01"
    assert len({path for path in server.asked if path in shards}) <= 4


# --- tables ---------------------------------------------------------------------------------------


def _column(page: Page, table: str, number: int) -> list[str]:
    cells = page.locator(f"{table} tbody tr > :nth-child({number})")
    return [text.strip() for text in cells.all_text_contents()]


def test_a_table_is_sorted_with_the_keyboard(page: Page, folder: Path) -> None:
    """By numbers as numbers, and back again; a screen reader hears which way."""
    page.goto((folder / "es/sheets.html").as_uri())
    table = "table:has(#sections)"
    header = page.locator(f"{table} thead th").nth(2)
    before = _column(page, table, 3)
    header.get_by_role("button").focus()
    page.keyboard.press("Enter")
    assert header.get_attribute("aria-sort") == "ascending"
    numbers = [int(text.replace(".", "")) for text in _column(page, table, 3)]
    assert numbers == sorted(numbers)
    page.keyboard.press("Enter")
    assert header.get_attribute("aria-sort") == "descending"
    assert [int(text.replace(".", "")) for text in _column(page, table, 3)] == numbers[::-1]
    assert sorted(before) == sorted(_column(page, table, 3))


# --- a page that changes --------------------------------------------------------------------------

LIVE_PAGE = "en/bulletins.html"


def _look(page: Page) -> None:
    page.evaluate("escrutinio.look()")


def test_a_page_that_has_not_changed_says_nothing(
    page: Page, server: RecordServer, site: Site
) -> None:
    page.goto(server.put("live", site.files) + LIVE_PAGE)
    server.asked.clear()
    _look(page)
    assert server.asked == [LIVE_PAGE]
    assert page.locator(".live").text_content() == ""


@both_languages
def test_a_newer_page_is_offered_and_nothing_jumps(
    page: Page, server: RecordServer, site: Site, language: str
) -> None:
    """The reader decides; what is being read stays where it is."""
    path = f"{language}/bulletins.html"
    address = server.put("live", whole_site(STATIONS, 5).files) + path
    page.goto(address)
    page.mouse.wheel(0, 400)
    page.wait_for_function("scrollY > 0")
    at = page.evaluate("scrollY")
    server.put("live", site.files)
    _look(page)
    region = page.locator(".live")
    region.get_by_text(_say("live.changed", language)).wait_for()
    assert region.get_attribute("aria-live") == "polite"
    assert page.evaluate("scrollY") == at
    assert page.locator("#b-6").count() == 0
    region.get_by_role("button", name=_say("live.reload", language)).click()
    page.locator("#b-6").wait_for()


def test_a_reader_who_says_later_is_left_alone(
    page: Page, server: RecordServer, site: Site
) -> None:
    page.goto(server.put("live", whole_site(STATIONS, 5).files) + LIVE_PAGE)
    server.put("live", site.files)
    _look(page)
    page.locator(".live").get_by_role("button", name=_say("live.later")).click()
    _look(page)
    assert page.locator(".live").text_content() == ""


def test_a_server_that_fails_is_asked_less_and_less(
    browser: Browser, server: RecordServer, site: Site
) -> None:
    """And the reader is told nothing: the page is as good as it was."""
    page = browser.new_page()
    page.add_init_script(
        "window.waits = []; const real = setTimeout;"
        "window.setTimeout = (call, wait, ...more) =>"
        " wait > 5000 ? (waits.push(wait), 0) : real(call, wait, ...more);"
    )
    page.goto(server.put("live", site.files) + LIVE_PAGE)
    server.statuses[LIVE_PAGE] = 503
    for _ in range(4):
        _look(page)
    server.statuses.clear()
    waits = page.evaluate("waits")
    assert len(waits) == 5
    assert 60_000 <= waits[0] <= 120_000
    assert 2 * 60_000 <= waits[1] <= 2 * 120_000
    assert waits[4] >= 16 * 60_000
    assert max(waits) <= 1_800_000
    assert page.locator(".live").text_content() == ""
    page.close()


def test_a_hidden_page_asks_nothing_until_it_is_seen(
    page: Page, server: RecordServer, site: Site
) -> None:
    page.goto(server.put("live", site.files) + LIVE_PAGE)
    page.evaluate(
        "Object.defineProperty(document, 'visibilityState',"
        " { value: 'hidden', configurable: true })"
    )
    server.asked.clear()
    _look(page)
    assert server.asked == []
    page.evaluate(
        "Object.defineProperty(document, 'visibilityState', { value: 'visible' });"
        "document.dispatchEvent(new Event('visibilitychange'))"
    )
    page.wait_for_timeout(300)
    assert server.asked == [LIVE_PAGE]


@pytest.mark.parametrize("path", ["es/wall.html", "es/index.html#embed"])
def test_the_wall_and_pages_in_a_frame_replace_themselves(
    page: Page, server: RecordServer, site: Site, path: str
) -> None:
    page.goto(server.put("live", whole_site(STATIONS, 2).files) + path)
    server.put("live", site.files)
    before = page.locator("main").inner_text()
    _look(page)
    after = page.locator("main").inner_text()
    assert before != after
    page.goto(server.put("live", site.files) + path)
    assert page.locator("main").inner_text() == after


def test_a_page_in_a_frame_shows_its_figures_alone(
    browser: Browser, server: RecordServer, site: Site
) -> None:
    """The style sheet does it, so that it needs no script."""
    page = browser.new_page(java_script_enabled=False)
    for address in ("en/index.html", "en/d/EJ-01.html"):
        page.goto(server.put("honest", site.files) + address)
        assert page.locator("#c1-children").is_visible()
        assert not page.locator(".framed").is_visible()
        page.goto("about:blank")
        page.goto(f"{server.put('honest', site.files)}{address}#embed")
        shown = page.locator("h1, #c1-votes, #c1-stations + p, #c1-turnout, .framed a")
        assert shown.count() == 5
        assert all(item.is_visible() for item in shown.all())
        for hidden in ("nav", "footer", "figure", "#c1-children", "#c1-counters ~ p", "summary"):
            assert not any(item.is_visible() for item in page.locator(hidden).all()), hidden
    page.close()


# --- every page -----------------------------------------------------------------------------------


@pytest.mark.parametrize("path", [*PAGES, "d/EJ-01.html#embed"])
def test_pages_fit_every_screen_and_break_no_rule(
    page: Page, server: RecordServer, site: Site, path: str
) -> None:
    """Over HTTP under a sub-path, in both languages, light and dark; only tables may scroll."""
    base = server.put("honest", site.files)
    for language, width, is_dark in (("es", 360, False), ("en", 768, True), ("es", 1440, False)):
        page.set_viewport_size({"width": width, "height": 800})
        page.emulate_media(color_scheme="dark" if is_dark else "light")
        page.goto(f"{base}{language}/{path}")
        page.wait_for_function("window.escrutinio !== undefined")
        page.wait_for_timeout(200)
        page.evaluate("document.querySelectorAll('details').forEach(item => { item.open = true })")
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        violations = Axe().run(page).response["violations"]
        assert not [
            f"{item['id']}: {node['html'][:200]}" for item in violations for node in item["nodes"]
        ]


@pytest.mark.parametrize("world", HOSTILE)
def test_hostile_elections_break_no_layout(browser: Browser, tmp_path: Path, world: str) -> None:
    """Markup in names, long names, 200 options, deep trees, names from right to left."""
    made = single_pages_of_world(world)
    base = lay_into(tmp_path / "record", whole_site(STATIONS, 0))
    lay_into(base, made)
    page = browser.new_page(viewport={"width": 360, "height": 800})
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    for path in (item for item in made.pages if item.startswith("es/")):
        page.goto((base / path).as_uri())
        assert page.evaluate("document.documentElement.scrollWidth") <= 360, path
        assert page.evaluate("document.querySelectorAll('main b[title]').length") == 0, path
    assert complaints == []
    page.close()


@pytest.mark.parametrize("path", PAGES)
def test_without_scripts_every_word_and_number_is_there(
    browser: Browser, folder: Path, path: str
) -> None:
    """From a folder: what scripts add is not on the page, what they change is not its content."""
    texts = []
    for has_scripts in (False, True):
        page = browser.new_page(java_script_enabled=has_scripts)
        page.goto((folder / "es" / path).as_uri())
        page.wait_for_timeout(400)
        cells = page.locator("main :is(h1, h2, h3, p, li, td, th, dt, dd, caption)")
        texts.append({text.strip() for text in cells.all_text_contents()} - {""})
        page.close()
    without, with_scripts = texts
    assert without
    # A form and an answer are of use with scripts only.
    added = with_scripts - without
    assert len(added) <= 12
    assert without <= with_scripts
