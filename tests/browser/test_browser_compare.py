"""Comparing two copies of a record that two servers give out, as `escrutinio serve` does."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from escrutinio.adapters.record_reading import open_folder
from escrutinio.service import RecordPreview
from escrutinio.site import load_language
from escrutinio.site.not_found_page import render_not_found
from escrutinio.site.results.frame import CONTENT_POLICY
from tests.browser.conftest import STATIONS
from tests.unit.service.servers import running
from tests.unit.site.results.whole_sites import lay_into, whole_site

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser


@contextmanager
def _served(folder: Path) -> Iterator[str]:
    """Give out a record; give the address."""
    not_found = render_not_found(load_language("en"))
    preview = RecordPreview(open_folder(folder), CONTENT_POLICY, not_found)
    with running(preview.answer) as server:
        yield f"http://127.0.0.1:{server.port}/"


def test_a_copy_on_another_server_is_fetched_and_compared(
    page: Page, folder: Path, tmp_path: Path
) -> None:
    """Each of them from the other's page; the address of a page does as well."""
    early = lay_into(tmp_path / "early", whole_site(STATIONS, 3))
    with ExitStack() as stack:
        newer, older = (stack.enter_context(_served(path)) for path in (folder, early))
        page.goto(older + "en/compare.html#address=" + newer)
        page.locator("form").get_by_role("button", name="Compare").click()
        page.get_by_text("Consistent: the other copy is newer").wait_for()
        page.goto(newer + "en/compare.html#address=" + older + "checkpoint")
        page.locator("form").get_by_role("button", name="Compare").click()
        page.get_by_text("Consistent: the other copy is older").wait_for()


def test_only_the_page_that_compares_reaches_another_server(browser: Browser, folder: Path) -> None:
    """A browser says so on its console where it refuses."""
    reach = "address => fetch(address).then(() => true, () => false)"
    with ExitStack() as stack:
        here, there = (stack.enter_context(_served(folder)) for _ in range(2))
        page = browser.new_page()
        for name, is_let_out in (("index", False), ("verify", False), ("compare", True)):
            page.goto(f"{here}en/{name}.html")
            assert page.evaluate(reach, f"{here}checkpoint") is True
            assert page.evaluate(reach, f"{there}checkpoint") is is_let_out
        page.close()
