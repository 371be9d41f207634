"""README.txt of a record tells a finder what the folder is, with pages and without."""

from __future__ import annotations

import pytest

from escrutinio.definition import RecordKind
from escrutinio.publication.readme_text import readme_text

IDENTITY, ORIGIN = "ab" * 32, "log.example/2030"


@pytest.mark.parametrize("kind", RecordKind)
def test_it_names_election_log_and_pages_in_both_languages(kind: RecordKind) -> None:
    """Whoever is given a folder opens this file; the pages must be found from it."""
    text = readme_text(IDENTITY, ORIGIN, kind).decode()
    assert text.count(IDENTITY) == text.count(ORIGIN) == 2
    assert "where this folder has them: open index.html" in text
    assert "en/verify.html" in text
    assert "si esta carpeta las tiene: abra index.html" in text
    assert "es/verify.html" in text
    assert "{" not in text


def test_readings_are_not_called_sheets() -> None:
    text = readme_text(IDENTITY, ORIGIN, RecordKind.TRANSCRIPTION).decode()
    assert "NOT OFFICIAL" in text
    assert "NO ES OFICIAL" in text
    assert "every tally sheet" not in text
    assert "NOT OFFICIAL" not in readme_text(IDENTITY, ORIGIN, RecordKind.OFFICIAL).decode()
