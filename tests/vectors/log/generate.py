"""Write the vectors of the log: ``python -m tests.vectors.log.generate``.

One file per case: ``description``, ``origin`` of the numbers, ``kind``, ``input``, ``expected``.
"""

from __future__ import annotations

from pathlib import Path

from tests.vectors.log.cases import note_cases
from tests.vectors.log.tree_cases import tree_cases
from tests.vectors.log.trust_cases import trust_cases
from tests.vectors.writing import render_vector, write_vectors

FOLDER = Path(__file__).resolve().parent


def render_vectors() -> dict[str, str]:
    """Give the text of every vector by file name."""
    vectors: dict[str, str] = {}
    for case in (*note_cases(), *tree_cases(), *trust_cases()):
        vector = {
            "description": case.description,
            "origin": case.origin,
            "kind": case.kind,
            "input": case.input,
            "expected": case.expected,
        }
        assert f"{case.name}.json" not in vectors, case.name
        vectors[f"{case.name}.json"] = render_vector(vector)
    return vectors


def main() -> None:
    """Write the files."""
    write_vectors(FOLDER, render_vectors())


if __name__ == "__main__":
    main()
