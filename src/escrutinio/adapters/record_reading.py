"""A record to read: a folder, or a web address."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from escrutinio.adapters.record_folder import RecordFolder
from escrutinio.adapters.record_http import RecordSite
from escrutinio.errors import AdapterError, Fault

__all__ = ["ReadFolder", "open_folder", "open_record"]


class ReadFolder(RecordFolder):
    """A record in a folder, only read; nothing is gained by looking ahead."""

    def expect(self, paths: Iterable[tuple[str, int]]) -> None:
        """Do nothing."""


@contextmanager
def open_record(place: str) -> Iterator[ReadFolder | RecordSite]:
    """Open a record for reading; at the end its connections are closed.

    Args:
        place: a folder, or an address that begins with http:// or https://.

    Raises:
        AdapterError: no folder of this name.
        UsageError: an address that is none.
    """
    if "://" in place:
        with RecordSite(place) as site:
            yield site
        return
    yield open_folder(Path(place))


def open_folder(folder: Path) -> ReadFolder:
    """Open the folder of a record for reading.

    Raises:
        AdapterError: no folder of this name.
    """
    if not folder.is_dir():
        found = "a file" if folder.exists() else "nothing there"
        raise AdapterError.of(Fault(str(folder), "the folder of a public record", found))
    return ReadFolder(folder)
