"""Pages made one publication after the other are those made all at once, to the byte."""

from __future__ import annotations

from escrutinio.operations import publish_record
from escrutinio.publication import is_page
from escrutinio.site.results.site_maker import SiteMaker
from escrutinio.testing.day import bulletin_time
from escrutinio.testing.election import make_election
from escrutinio.testing.memory import FilesInMemory, workspace_in_memory
from escrutinio.testing.rehearsal import Rehearsal, make_day

#: Enough for every case: corrections, forks, holds, releases, annulments, amendments.
STATIONS = 30


def _pages(record: FilesInMemory) -> dict[str, bytes]:
    return {path: data for path, data in record.files.items() if is_page(path)}


def test_a_whole_evening_leaves_the_pages_that_its_last_publication_makes_alone() -> None:
    """After each of eight publications, the first without a bulletin, the last proclaimed."""
    record = FilesInMemory()
    rehearsal = Rehearsal(make_day(make_election(STATIONS, 3)), workspace_in_memory(), record)
    written = []
    rehearsal.run_to(0)
    rehearsal.pages = SiteMaker()
    for number in range(rehearsal.day.bulletins + 2):
        before = _pages(record)
        if number == 0:
            rehearsal.publish(bulletin_time(0), has_bulletin=False, is_last=True)
        elif number <= rehearsal.day.bulletins:
            rehearsal.publish(rehearsal.log_next(), has_bulletin=True, is_last=True)
        else:
            rehearsal.proclaim()
        whole = FilesInMemory()
        publish_record(rehearsal.log, whole, rehearsal.operator, None, None, SiteMaker())
        after = _pages(record)
        differing = {path for path, data in _pages(whole).items() if after.get(path) != data}
        assert differing == set(), f"publication {number}"
        assert after.keys() == _pages(whole).keys()
        written.append(sum(before.get(path) != data for path, data in after.items()))
    assert written[-1] < written[0] / 2, "a proclamation changes few pages"
