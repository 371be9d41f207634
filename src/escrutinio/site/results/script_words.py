"""The words of the scripts, a file per language: ``assets/words-<language>.js``.

Scripts have no words of their own. They load these when they have something to say; a classic
script loads from ``file:`` too.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator

from escrutinio.log import LogFile
from escrutinio.operations.site_source import SiteSince
from escrutinio.site.language import load_language
from escrutinio.site.results.frame import PageFrames
from escrutinio.site.results.view import SiteView

__all__ = ["ScriptWords"]

_PREFIX = "site.script."
_NUMBERS = ("number.group", "number.group_from", "number.point")


class ScriptWords:
    """The sentences that scripts show."""

    def list_paths(self, view: SiteView) -> Iterable[str]:
        """Name a file per language."""
        return [_path(code) for code in view.languages]

    def make_files(
        self, view: SiteView, pages: PageFrames, since: SiteSince | None
    ) -> Iterator[LogFile]:
        """Make all files; they follow from the catalogues, so nothing when they stand."""
        del pages
        if since is None:
            for code in view.languages:
                yield LogFile(_path(code), _script(code))


def _path(code: str) -> str:
    return f"assets/words-{code}.js"


def _script(code: str) -> bytes:
    words = load_language(code).words
    said = {
        key.removeprefix(_PREFIX): words[key]
        for key in sorted(words)
        if key.startswith(_PREFIX) or key in _NUMBERS
    }
    # ASCII alone: no character of another script ends a line or a string.
    return f"escrutinio.words = {json.dumps(said, indent=1)};\n".encode()
