"""The public site of a record.

Asked for by its modules: ``escrutinio.site.results.site_maker`` makes all pages.
"""

__all__: list[str] = []
