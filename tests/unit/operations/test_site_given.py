"""What a publisher gives to the site: it stands as given, stays, goes, and is never half taken."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from escrutinio.adapters.election_folder import writing_workspace
from escrutinio.adapters.record_folder import RecordFolder
from escrutinio.errors import MalformedError, VerificationError
from escrutinio.operations import ElectionLog, Published, begin_election, publish_record
from escrutinio.operations.site_given import CLAIMS_PATH, GEOMETRY_PATH, GivenFile
from escrutinio.operations.site_source import MADE_BY_PATH
from escrutinio.publication import decode_manifest
from escrutinio.publication.layout import MANIFEST_NAME
from escrutinio.testing.election import BULLETIN_EVERY_S, CLOSING_S
from tests.unit.operations.days import small_day
from tests.unit.operations.pages import SmallPages
from tests.unit.operations.readers import require_verified

DAY = small_day()
CLAIMS = GivenFile("claims.toml", b"claims\n")
SHAPES = GivenFile("shapes.json", b"shapes\n")


@pytest.fixture
def election(tmp_path: Path) -> Iterator[ElectionLog]:
    """Give an election that has begun, open for writing."""
    with writing_workspace(tmp_path / "election") as workspace:
        yield begin_election(workspace, DAY.world.files, DAY.log_key, DAY.operator)


def _publish(
    election: ElectionLog,
    folder: Path,
    given: Mapping[str, GivenFile | None],
    pages: SmallPages | None,
    number: int | None = None,
) -> Published:
    time_s = None if number is None else CLOSING_S + number * BULLETIN_EVERY_S
    record = RecordFolder(folder)
    return publish_record(election, record, DAY.operator, time_s, None, pages, given)


def _bytes_of(folder: Path) -> dict[str, bytes]:
    return {path: (folder / path).read_bytes() for path in RecordFolder(folder).list_paths()}


def test_files_stand_as_given_until_others_are_given(election: ElectionLog, tmp_path: Path) -> None:
    """Whoever publishes the next bulletin need not know of them."""
    folder, pages = tmp_path / "record", SmallPages()
    _publish(election, folder, {CLAIMS_PATH: CLAIMS, GEOMETRY_PATH: SHAPES}, pages, 1)
    require_verified(folder, DAY)
    listed = {
        item.path for item in decode_manifest((folder / MANIFEST_NAME).read_bytes()).manifest.files
    }
    assert {CLAIMS_PATH, GEOMETRY_PATH} <= listed
    _publish(election, folder, {}, pages, 2)
    assert (folder / CLAIMS_PATH).read_bytes() == CLAIMS.data
    assert (folder / GEOMETRY_PATH).read_bytes() == SHAPES.data
    _publish(election, folder, {}, None, 3)
    assert (folder / CLAIMS_PATH).read_bytes() == CLAIMS.data
    other = GivenFile("other.toml", b"other claims\n")
    _publish(election, folder, {CLAIMS_PATH: other}, pages)
    assert (folder / CLAIMS_PATH).read_bytes() == other.data
    assert (folder / GEOMETRY_PATH).read_bytes() == SHAPES.data
    require_verified(folder, DAY)


def test_files_go_when_they_are_taken_away(election: ElectionLog, tmp_path: Path) -> None:
    """The record is then the one that never had them."""
    folder, never = tmp_path / "record", tmp_path / "never"
    _publish(election, folder, {CLAIMS_PATH: CLAIMS, GEOMETRY_PATH: SHAPES}, SmallPages(), 1)
    _publish(election, folder, {CLAIMS_PATH: None, GEOMETRY_PATH: None}, SmallPages())
    _publish(election, never, {}, SmallPages())
    assert _bytes_of(folder) == _bytes_of(never)
    require_verified(folder, DAY)


def test_pages_are_made_again_for_shapes_and_not_for_claims(
    election: ElectionLog, tmp_path: Path
) -> None:
    """Maps stand on many pages, claims on one that is made each time; the maker tells."""
    folder, pages = tmp_path / "record", SmallPages()
    _publish(election, folder, {CLAIMS_PATH: CLAIMS}, pages, 1)
    _publish(election, folder, {CLAIMS_PATH: GivenFile("c", b"more claims")}, pages)
    _publish(election, folder, {}, pages)
    assert [since is None for since in pages.asked] == [True, False], (
        "nothing is news the third time"
    )
    _publish(election, folder, {GEOMETRY_PATH: SHAPES}, pages)
    assert pages.asked[2:] == [None]


def test_a_file_that_cannot_be_read_stops_everything(election: ElectionLog, tmp_path: Path) -> None:
    """The faults of both files are named at once, before a bulletin is logged."""
    folder = tmp_path / "record"
    _publish(election, folder, {CLAIMS_PATH: CLAIMS}, SmallPages(), 1)
    size, before = election.ledger.size, _bytes_of(folder)
    bad = {CLAIMS_PATH: GivenFile("c.toml", b"!"), GEOMETRY_PATH: GivenFile("g.json", b"!")}
    with pytest.raises(MalformedError) as caught:
        _publish(election, folder, bad, SmallPages(), 2)
    assert [fault.where for fault in caught.value.faults] == ["c.toml", "g.json"]
    assert election.ledger.size == size
    assert _bytes_of(folder) == before


CHANGES: dict[str, Callable[[Path], object]] = {
    "longer": lambda file: file.write_bytes(CLAIMS.data + b"#"),
    "other": lambda file: file.write_bytes(CLAIMS.data.upper()),
    "empty": lambda file: file.write_bytes(b""),
    "gone": lambda file: file.unlink(),
}


@pytest.mark.parametrize("name", CHANGES)
def test_a_standing_file_that_somebody_changed_is_not_published_as_ours(
    election: ElectionLog, tmp_path: Path, name: str
) -> None:
    """Pages can be made again, this file cannot: only its giver knows what it was."""
    folder = tmp_path / "record"
    _publish(election, folder, {CLAIMS_PATH: CLAIMS}, SmallPages(), 1)
    CHANGES[name](folder / CLAIMS_PATH)
    size = election.ledger.size
    with pytest.raises(VerificationError, match=CLAIMS_PATH):
        _publish(election, folder, {}, SmallPages(), 2)
    assert election.ledger.size == size
    _publish(election, folder, {CLAIMS_PATH: CLAIMS}, SmallPages())
    assert (folder / CLAIMS_PATH).read_bytes() == CLAIMS.data
    assert (folder / MADE_BY_PATH).exists()
