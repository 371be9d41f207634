"""Which pages may differ: what happened at a station, what others' sheets change there, scans."""

from __future__ import annotations

from dataclasses import replace

import pytest

from escrutinio.operations.site_source import SiteSince, SiteSource
from escrutinio.publication import ManifestFile
from escrutinio.publication.layout import MANIFEST_NAME, export_path, scan_path
from escrutinio.site import LANGUAGES
from escrutinio.site.results.site_maker import SiteMaker
from escrutinio.site.results.touched import find_touched
from escrutinio.site.results.view import view_site
from tests.unit.site.results.sites import core_groups
from tests.unit.site.results.worlds import WORLDS

HEADER = b"contest,station,entry,code,severity,fields,expected,found\n"
SINCE = SiteSince(size=7, number=1, fingerprint="")
SCAN = scan_path(bytes(32))


def _source(findings: bytes = HEADER, scans: bytes = b"") -> SiteSource:
    """Give the odd chains, or readings, as they follow on a record that stands."""
    standing = {export_path(1, "findings.csv"): findings, MANIFEST_NAME: scans}
    return replace(WORLDS["odd chains"](), load_file=standing.get)


def test_without_pages_that_stand_everything_is_made() -> None:
    view = view_site(_source(), LANGUAGES)
    assert find_touched(view, None) is None
    assert find_touched(view, replace(SINCE, number=None)) is None


def test_a_finding_that_went_away_touches_its_station() -> None:
    """Another station's sheet was corrected: the figures are no longer the same as there."""
    lost = HEADER + b"president,4,9,SHEET-406,warn,votes,,2\n"
    before = find_touched(view_site(_source(), LANGUAGES), SINCE)
    after = find_touched(view_site(_source(lost), LANGUAGES), SINCE)
    assert before is not None
    assert after is not None
    assert after.stations - before.stations <= {"4"}
    assert "4" in after.places


def test_a_finding_about_one_sheet_alone_touches_nothing() -> None:
    """It cannot have changed without an entry about its station."""
    same = HEADER + b"president,4,9,SHEET-301,hold,votes,,2\n"
    before = find_touched(view_site(_source(), LANGUAGES), SINCE)
    assert find_touched(view_site(_source(same), LANGUAGES), SINCE) == before


@pytest.mark.parametrize("is_there", [True, False])
def test_a_scan_that_comes_or_goes_touches_the_stations_it_is_of(*, is_there: bool) -> None:
    """The link to the image stands on their pages."""
    made = replace(
        WORLDS["transcription"](),
        load_file={
            export_path(1, "findings.csv"): HEADER,
            MANIFEST_NAME: b"" if is_there else f"00 1 {SCAN}\n".encode(),
        }.get,
        files={SCAN: ManifestFile(SCAN, 1, bytes(32))} if is_there else {},
    )
    touched = find_touched(view_site(made, LANGUAGES), SINCE)
    assert touched is not None
    assert {"1", "2", "77"} <= touched.stations
    shown = [
        file
        for file in SiteMaker(groups=core_groups()).make_files(made, None)
        if file.path == "en/p/1.html"
    ]
    assert (f'href="../../{SCAN}"' in shown[0].data.decode()) == is_there


def test_a_record_that_has_lost_its_older_files_is_made_anew() -> None:
    """Nothing says what stood on the pages, so nothing is left alone."""
    view = view_site(replace(_source(), load_file=lambda _: None), LANGUAGES)
    assert find_touched(view, SINCE) is None


def test_one_language_is_a_whole_site() -> None:
    """Languages are a list; nothing but a catalogue belongs to each."""
    maker = SiteMaker(languages=("es",), groups=core_groups())
    files = {file.path: file.data.decode() for file in maker.make_files(_source(), None)}
    assert not [path for path in files if path.startswith("en/")]
    assert '<html lang="es"' in files["index.html"]
    assert 'class="languages"' not in files["index.html"]
