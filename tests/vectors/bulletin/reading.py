"""A day read from its vector, as a stranger reads it: from the entries, and from nothing else."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from escrutinio.definition import DefinitionFiles, decode_definition
from escrutinio.log.entries import decode_entry, verify_entry
from escrutinio.log.merkle import compute_root, hash_leaf
from escrutinio.primitives.keys import PublicKey
from escrutinio.publication import (
    ComposedBulletin,
    ExportFile,
    compose_bulletin,
    decode_rows,
    export_files,
    take_cut,
)
from escrutinio.tabulation.ledger import Ledger, find_findings

__all__ = ["ReadDay"]


@dataclass(frozen=True)
class ReadDay:
    """A vector of bulletins."""

    path: Path

    @cached_property
    def vector(self) -> dict[str, Any]:
        """What stands in the file."""
        vector: dict[str, Any] = json.loads(self.path.read_text(encoding="utf-8"))
        return vector

    def ledger_at(self, size: int) -> Ledger:
        """Verify and apply the entries before a place."""
        texts = self.vector["definition"].items()
        files = {name: text.encode() for name, text in texts if text is not None}
        definition = decode_definition(
            DefinitionFiles(
                files["definition.json"],
                files["divisions.csv"],
                files.get("stations.csv"),
                files.get("signers.csv"),
            )
        )
        ledger = Ledger.begin(definition)
        for index, digits in enumerate(self.vector["entries"][:size]):
            received = decode_entry(bytes.fromhex(digits), index, f"entry {index}")
            keys = [PublicKey(raw) for raw in ledger.keys_by_id()[received.message.kid]]
            ledger.apply(verify_entry(received, keys, f"entry {index}"))
        return ledger

    def compose(self, number: int, ledger: Ledger) -> ComposedBulletin:
        """Make a bulletin again, at its place."""
        expected = self.vector["bulletins"][number - 1]
        rows = None
        if number > 1:
            before = self.vector["bulletins"][number - 2]["rows"]
            rows = decode_rows(before.encode(), "rows.csv")
        leaves = [
            hash_leaf(bytes.fromhex(digits))
            for digits in self.vector["entries"][: expected["size"]]
        ]
        return compose_bulletin(
            take_cut(ledger),
            number,
            expected["time_s"],
            compute_root(leaves),
            previous=ledger.bulletins[-1].digest if ledger.bulletins else None,
            previous_rows=rows,
        )

    def exports(self, number: int) -> tuple[ComposedBulletin, tuple[ExportFile, ...]]:
        """Make a bulletin and all its exports again."""
        ledger = self.ledger_at(self.vector["bulletins"][number - 1]["size"])
        cut = take_cut(ledger)
        findings = [find_findings(ledger, item.records) for item in cut.contests]
        composed = self.compose(number, ledger)
        return composed, export_files(cut, composed, findings)
