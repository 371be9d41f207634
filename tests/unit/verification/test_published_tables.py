"""Published Parquet files are opened where a reader that dies takes nothing with it."""

from __future__ import annotations

import base64
import io
import zlib
from collections.abc import Sequence

import polars as pl
import pytest

from escrutinio.adapters.processes import WorkerProcesses
from escrutinio.errors import Fault
from escrutinio.publication import ExportFile
from escrutinio.verification import StepBook, StepCode
from escrutinio.verification.published_exports import Computed, ExportSteps
from escrutinio.verification.published_tables import TablePair, compare_tables
from escrutinio.verification.record_files import RecordFiles

NAME, PATH = "sheets-president.parquet", "data/000001/sheets-president.parquet"
#: Two rows; a station and its votes.
TABLE = zlib.decompress(base64.b85decode(
    b"c-nnZOHSiJ5bZXe42vufO0{Ci3vaMMM3D4^I7VzbC?bdmoCpSHcJ??1Bqm0&Nr01Z0*-??0t>cC9Dyp^iddy"
    b"2_p8sVS0#6QYS;iBDp2VoFvd83J{<utScTOZrdOZ@CB`(&>YOiWP&Rg0X~n4iOj19+j>o`+E&>tQEqj?^g9X"
    b"+%IWn!l1)_Q(`ePcWqa>3Yi?RL2?PtymQ?#Hdkc{3N&t1@ry`Daa;}moT<uz@-&>HKTM9?vp>!F-s8a4Zgn~"
    b"T>MuNqXC{i2zRHxlm}2xN1i+sg<QTCG}E!{N#KZu0MH^xv<3@@=x#Ordq@XiqV|9~5zxI#Mc8`xy?@rib-e#"
    b"y?c*vf!bsI^^eP{}f5>crKdrIys<uRCjZKkk|JIM7>lUihF;j;lb}msyH<7VKx^z$eOxmS!d^v<{@@zKeSn)"
    b"|48$@S&34;<NBYA;cXzBidB!j_{N_k*81&3dKHg1tm$Zy;7_*XR%5Gftp|74H=*T3Ze0f9uP6$o6Gd$qHk#6"
    b"D`*qis?oJfR$ni&^D>sZ9UL@V+2R<baU+WiAwva&"
))  # fmt: skip
#: A place where 0x7f makes the engine ask for more memory than there is.
FATAL_PLACE = 35


class OneFile:
    """A record with a single file."""

    def __init__(self, data: bytes) -> None:
        self.data = data

    def load(self, path: str, most_bytes: int) -> bytes | None:
        """Give the file."""
        return self.data[:most_bytes] if path == PATH else None

    def list_paths(self) -> Sequence[str]:
        """Name the file."""
        return [PATH]

    def expect(self, paths: object) -> None:
        """Need no hint."""


def faults_of(*published: bytes) -> list[tuple[Fault, ...]]:
    """Check files, one after the other, with the same processes; give what V18 says of each."""
    found = []
    with WorkerProcesses(1) as workers:
        for data in published:
            book = StepBook()
            steps = ExportSteps(RecordFiles(OneFile(data)), book, workers)
            computed = Computed(lambda: iter([ExportFile(NAME, TABLE)]))
            steps.check_folder({NAME: PATH}, computed)
            results = {item.code: item for item in book.results()}
            found.append(results[StepCode.V18].places)
    return found


def damaged(place: int, value: int) -> bytes:
    """Change one byte."""
    return TABLE[:place] + bytes((value,)) + TABLE[place + 1 :]


def with_votes(*votes: int) -> bytes:
    """Write the same table with other votes, packed in another way."""
    data = io.BytesIO()
    frame = pl.DataFrame({"station": ["a", "b"], "votes": votes})
    frame.write_parquet(data, compression="zstd")
    return data.getvalue()


def test_a_file_that_ends_its_reader_is_a_fault() -> None:
    """Damaged bytes can make the engine abort its process; verification goes on and says so."""
    fatal, other = faults_of(damaged(FATAL_PLACE, 0x7F), with_votes(1, 3))
    assert [(fault.where, fault.expected) for fault in fatal] == [(PATH, "a Parquet file")]
    assert [fault.where for fault in other] == [f"{PATH}: row 2, column votes"]


def test_content_is_compared_and_not_its_packing() -> None:
    assert faults_of(with_votes(1, 2)) == [()]


@pytest.mark.parametrize("published", [b"PAR1", TABLE[:-1], b""])
def test_what_is_no_table_is_named(published: bytes) -> None:
    (fault,) = compare_tables(TablePair(PATH, TABLE, published))
    assert (fault.where, fault.expected) == (PATH, "a Parquet file")
