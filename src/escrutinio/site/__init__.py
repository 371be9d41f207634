"""Words, and pages.

The page is asked for by its module, ``escrutinio.site.report_page``: whoever only needs words
does not wait for the tables and templates behind it.
"""

from escrutinio.site.language import LANGUAGES, Language, load_language

__all__ = ["LANGUAGES", "Language", "load_language"]
