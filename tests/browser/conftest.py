"""A browser, and a whole record as readers meet it: on a server and on a stick."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser.record_server import RecordServer, serve_records
from tests.unit.site.results.sites import Site
from tests.unit.site.results.whole_sites import lay_into, whole_site

#: Of the record that most tests look at.
STATIONS = 40
WAIT_MS = 10_000
#: The sandbox needs rights that a container does not give; nothing is loaded from outside.
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    # A name that is not this machine's own, as browsers see it: without a secure connection.
    "--host-resolver-rules=MAP record.example 127.0.0.1",
)


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Browser]:
    """Start the browser once for all tests of a file."""
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium, args=list(ARGUMENTS))
        yield started
        started.close()


@pytest.fixture(scope="module")
def server() -> Iterator[RecordServer]:
    """Start a web server."""
    with serve_records() as started:
        yield started


@pytest.fixture(scope="module")
def site() -> Site:
    """Give the record of an election after its proclamation, with every page."""
    return whole_site(STATIONS, 7)


@pytest.fixture(scope="module")
def folder(site: Site, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Lay that record into a folder."""
    return lay_into(tmp_path_factory.mktemp("stick") / "record", site)


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """Open a page that fails its test when the browser complains."""
    opened = browser.new_page(viewport={"width": 768, "height": 800})
    opened.set_default_timeout(WAIT_MS)
    complaints: list[str] = []
    opened.on("console", lambda message: complaints.append(message.text))
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    yield opened
    opened.close()
    assert complaints == []
