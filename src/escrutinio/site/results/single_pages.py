"""The pages of which there is one per language, with the files that they and scripts need."""

from __future__ import annotations

from collections.abc import Sequence

from escrutinio.site.results.about_page import AboutPage
from escrutinio.site.results.bulletins_pages import BulletinPages
from escrutinio.site.results.claims_page import ClaimsPage
from escrutinio.site.results.compare_page import ComparePage
from escrutinio.site.results.data_page import DataPage
from escrutinio.site.results.embed_page import EmbedPages
from escrutinio.site.results.incidents_page import IncidentsPage
from escrutinio.site.results.mirror_page import MirrorPage
from escrutinio.site.results.page_group import PageGroup
from escrutinio.site.results.script_words import ScriptWords
from escrutinio.site.results.search_page import SearchPages
from escrutinio.site.results.sheets_page import SheetsPage
from escrutinio.site.results.verifier_page import VerifierPage
from escrutinio.site.results.wall_page import WallPage
from escrutinio.site.results.witnesses_page import WitnessesPage

__all__ = ["single_pages"]


def single_pages() -> Sequence[PageGroup]:
    """Give them in the order in which they are written."""
    return (
        ScriptWords(),
        SearchPages(),
        EmbedPages(),
        AboutPage(),
        MirrorPage(),
        ComparePage(),
        VerifierPage(),
        WitnessesPage(),
        IncidentsPage(),
        SheetsPage(),
        ClaimsPage(),
        DataPage(),
        BulletinPages(),
        WallPage(),
    )
