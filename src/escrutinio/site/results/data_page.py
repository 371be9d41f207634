"""Every download with its size and digest: ``<language>/data.html``.

Sizes and digests are those of MANIFEST, which the log's key signs; the page only repeats them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from escrutinio.log import CHECKPOINT_PATH
from escrutinio.publication import ManifestFile
from escrutinio.publication.layout import (
    DEFINITION_FILES,
    MANIFEST_NAME,
    POLICY_NAME,
    README_NAME,
    bulletin_of,
    zip_path,
)
from escrutinio.site.page_words import PageWords
from escrutinio.site.results.linking import Linker
from escrutinio.site.results.single_page import SinglePage
from escrutinio.site.results.view import SiteView

__all__ = ["DataPage"]

#: What a file of an export is, by how its name begins and ends; the first that fits.
_KINDS = (
    ("sheets-", ".csv", "sheets_csv"),
    ("sheets-", ".parquet", "sheets_parquet"),
    ("divisions-", ".csv", "divisions_csv"),
    ("findings", ".csv", "findings_csv"),
    ("nist-side", ".json", "nist_side"),
    ("nist", ".json", "nist"),
    ("dictionary", ".md", "dictionary"),
    ("diccionario", ".md", "dictionary_es"),
    ("bulletin", ".json", "body"),
    ("rows", ".csv", "rows"),
    ("", ".zip", "zip"),
)


@dataclass(frozen=True, slots=True)
class OfferedFile:
    """A file and what it is, as a message key ends."""

    file: ManifestFile
    kind: str


@dataclass(frozen=True, slots=True)
class BulletinFiles:
    """The files of one bulletin, packed first."""

    number: int
    files: Sequence[OfferedFile]


@dataclass(frozen=True, slots=True)
class DataFacts:
    """What the page shows, without a language.

    Attributes:
        bulletins: those with unpacked exports, newest first.
        packed: the zip of every older bulletin, newest first.
        definition: files of the genesis definition, the policy and the text for readers.
        given: files that the publisher gave to the site.
        tiles: number of files of the log, and their bytes.
        contests: codes of the contests.
    """

    bulletins: Sequence[BulletinFiles]
    packed: Sequence[OfferedFile]
    definition: Sequence[OfferedFile]
    given: Sequence[OfferedFile]
    tiles: tuple[int, int]
    contests: Sequence[str]


class DataPage(SinglePage[DataFacts]):
    """Downloads."""

    def __init__(self) -> None:
        """Name the page."""
        super().__init__("data", gather_data, _show, is_live=True)


def gather_data(view: SiteView) -> DataFacts:
    """Sort the files of the record by what they are."""
    files = view.source.files
    by_number: dict[int, list[ManifestFile]] = {}
    for path, file in files.items():
        place = bulletin_of(path)
        if place is not None:
            by_number.setdefault(place[1], []).append(file)
    unpacked = [
        number
        for number in sorted(by_number, reverse=True)
        if any(file.path.startswith("data/") for file in by_number[number])
    ]
    tiles = [file.size_bytes for path, file in files.items() if path.startswith("tile/")]
    return DataFacts(
        bulletins=[
            BulletinFiles(number, sorted(map(_offer, by_number[number]), key=_order))
            for number in unpacked
        ],
        packed=[
            OfferedFile(files[zip_path(number)], "zip")
            for number in sorted(by_number, reverse=True)
            if number not in unpacked and zip_path(number) in files
        ],
        definition=[
            OfferedFile(files[name], name.rpartition(".")[0] or "policy")
            for name in (*DEFINITION_FILES, POLICY_NAME, README_NAME)
            if name in files
        ],
        given=[
            OfferedFile(file.line(path), path.removeprefix("assets/").partition(".")[0])
            for path, file in view.source.given.items()
        ],
        tiles=(len(tiles), sum(tiles)),
        contests=[str(item.code) for item in view.ledger.genesis.contests],
    )


def _offer(file: ManifestFile) -> OfferedFile:
    name = file.path.rpartition("/")[2]
    fits = (kind for start, end, kind in _KINDS if name.startswith(start) and name.endswith(end))
    return OfferedFile(file, next(fits, "other"))


def _order(offered: OfferedFile) -> tuple[bool, bool, str]:
    path = offered.file.path
    return (not path.endswith(".zip"), not path.startswith("data/"), path)


def _show(facts: DataFacts, linker: Linker, words: PageWords) -> Mapping[str, object]:
    del words
    return {
        "facts": facts,
        "download": linker.download,
        "manifest": linker.file(MANIFEST_NAME),
        "checkpoint": linker.file(CHECKPOINT_PATH),
        "mirror": linker.single("mirror"),
        "bulletins_page": linker.single("bulletins"),
        "embed": linker.single("embed"),
    }
