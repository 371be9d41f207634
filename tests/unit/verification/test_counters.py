"""V14: what the counters of a body must be, whoever wrote them."""

from __future__ import annotations

import json
from pathlib import Path

import msgspec
import pytest

from escrutinio.definition import DefinitionFiles, decode_definition
from escrutinio.verification.body_reading import find_counter_faults

VECTORS = Path(__file__).resolve().parents[2] / "vectors" / "bulletin"


@pytest.mark.parametrize("name", ["day", "governor", "transcription", "unlisted"])
def test_the_counters_of_honest_bodies_add_up(name: str) -> None:
    """Without a list a division may miss fewer stations than its parts do: some name it alone."""
    day = json.loads((VECTORS / f"{name}.json").read_text(encoding="utf-8"))
    texts = day["definition"]

    def table(name: str) -> bytes | None:
        text = texts.get(name)
        return None if text is None else text.encode()

    definition = decode_definition(
        DefinitionFiles(
            texts["definition.json"].encode(),
            texts["divisions.csv"].encode(),
            table("stations.csv"),
            table("signers.csv"),
        )
    )
    for item in day["bulletins"]:
        assert not list(find_counter_faults(msgspec.json.decode(item["body"]), definition, "body"))
