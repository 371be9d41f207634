"""The checks, one file per family; each file holds entries and rules side by side."""

__all__: list[str] = []
