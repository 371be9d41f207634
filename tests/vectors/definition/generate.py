"""Write the vectors of the definition format: ``python -m tests.vectors.definition.generate``.

One file per case: ``description``; ``files``, each as text, or as ``{"base64": …}`` where it is
no UTF-8 or long, or null, and ``signers.csv`` only where there is one; ``expected``, which is the
identity or the places of all faults.
"""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

from escrutinio.definition import DefinitionFiles, check_definition, decode_definition
from tests.vectors.definition.cases import Case, bad_cases, good_cases
from tests.vectors.definition.trust_cases import bad_trust_cases, good_trust_cases
from tests.vectors.writing import render_vector, write_vectors

FOLDER = Path(__file__).resolve().parent
_REPEATED_FROM = 10_000


def render_vectors() -> dict[str, str]:
    """Give the text of every vector by file name."""
    vectors = {}
    for case in (*good_cases(), *good_trust_cases()):
        expected = {"identity": decode_definition(case.files).identity}
        vectors[f"{case.name}.json"] = _render(case, expected)
    for case in (*bad_cases(), *bad_trust_cases()):
        faults = check_definition(case.files)
        assert faults, f"{case.name} has no fault"
        assert f"{case.name}.json" not in vectors, case.name
        where = [fault.where for fault in faults]
        vectors[f"{case.name}.json"] = _render(case, {"refused": where})
    return vectors


def read_vector(path: Path) -> tuple[DefinitionFiles, dict[str, Any]]:
    """Give the files of a vector and what is expected of them."""
    vector = json.loads(path.read_text(encoding="utf-8"))
    files = vector["files"]
    definition = _read_bytes(files["definition.json"])
    divisions = _read_bytes(files["divisions.csv"])
    assert definition is not None
    assert divisions is not None
    stations = _read_bytes(files["stations.csv"])
    signers = _read_bytes(files.get("signers.csv"))
    return DefinitionFiles(definition, divisions, stations, signers), vector["expected"]


def _render(case: Case, expected: dict[str, Any]) -> str:
    files = {
        "definition.json": _render_bytes(case.files.definition),
        "divisions.csv": _render_bytes(case.files.divisions),
        "stations.csv": None if case.files.stations is None else _render_bytes(case.files.stations),
    }
    if case.files.signers is not None:
        files["signers.csv"] = _render_bytes(case.files.signers)
    return render_vector({"description": case.why, "files": files, "expected": expected})


def _render_bytes(data: bytes) -> object:
    if len(data) >= _REPEATED_FROM and len(set(data)) == 1:
        return {"repeated": chr(data[0]), "times": len(data)}
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return {"base64": base64.b64encode(data).decode("ascii")}
    return text


def _read_bytes(value: Any) -> bytes | None:  # noqa: ANN401  # here a vector becomes bytes
    if value is None or isinstance(value, str):
        return None if value is None else value.encode("utf-8")
    if "base64" in value:
        return base64.b64decode(value["base64"])
    return str(value["repeated"]).encode("ascii") * int(value["times"])


def main() -> None:
    """Write the files."""
    write_vectors(FOLDER, render_vectors())


if __name__ == "__main__":
    main()
