"""Write the vectors of the log: ``python -m tests.vectors.log.generate``.

One file per case: ``description``, ``origin`` of the numbers, ``kind``, ``input``, ``expected``.
"""

from __future__ import annotations

import json
from pathlib import Path

from tests.vectors.log.cases import note_cases
from tests.vectors.log.tree_cases import tree_cases
from tests.vectors.log.trust_cases import trust_cases

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
        vectors[f"{case.name}.json"] = json.dumps(vector, ensure_ascii=False, indent=2) + "\n"
    return vectors


def main() -> None:
    """Write the files and remove those of cases that are gone."""
    vectors = render_vectors()
    for path in FOLDER.glob("*.json"):
        if path.name not in vectors:
            path.unlink()
    for name, text in vectors.items():
        (FOLDER / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
