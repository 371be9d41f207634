"""Turning a source's table of sheets into entries of the log."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from escrutinio.definition import Definition
from escrutinio.log.entries import sign_entry
from escrutinio.operations.check import ReceivedFile, decode_received
from escrutinio.primitives.keys import SigningKey
from escrutinio.sheet import Profile, read_sheets
from escrutinio.sheet.tally_sheet import election_of
from escrutinio.sheet.transcribed_table import transcribe_table

__all__ = ["transcribe_files"]


def transcribe_files(
    files: Sequence[ReceivedFile], definition: Definition, profile: Profile, key: SigningKey
) -> Iterator[tuple[str, bytes]]:
    """Sign each row of a source's files as a transcribed sheet.

    Args:
        files: the sheets, as for ``check_sheet_files``.
        definition: the election.
        profile: how they are laid out.
        key: of the source.

    Returns:
        For each row a name, for errors, and the bytes of its entry. The same row gives the same
        bytes.

    Raises:
        MalformedError: a file is not what its profile says.
    """
    frames = [(file.name, decode_received(file, profile)) for file in files]
    for table in read_sheets(frames, profile, definition):
        for sheet in transcribe_table(table, definition):
            name = f"{table.contest.code}, station {sheet.station}"
            yield name, sign_entry(sheet, election_of(definition.identity), key)
