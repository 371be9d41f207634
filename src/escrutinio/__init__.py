"""Escrutinio: an election count that anyone can check."""

__all__ = ["__version__"]

__version__ = "0.1.0"
