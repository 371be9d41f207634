"""A newsroom that publishes what it read on copies of four sheets, through the command line."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path

from click.testing import CliRunner

from escrutinio.adapters import store_definition_files
from escrutinio.adapters.key_files import store_signing_key
from escrutinio.cli.main import main
from escrutinio.definition import encode_definition
from escrutinio.primitives.keys import SigningKey
from tests.builders import contest
from tests.ledger_world import transcription

__all__ = ["Newsroom"]

#: Who read the sheets: the signer of the record, and the source of the table.
SOURCE = "s1"
_SHEETS = "station,A,B,null\n1,30,12,1\n2,20,15,0\n3,11,25,2\n"
_PROFILE = f"""\
format = "escrutinio-profile/1"
source = "{SOURCE}"
names = "Sheets read by the newsroom"
sheet_type = "handwritten"
station = {{ parts = [{{ column = "station" }}] }}
[contest.president.columns]
"candidacy.A" = "A"
"candidacy.B" = "B"
"category.null" = "null"
"""


class Newsroom:
    """A folder with everything that the commands need.

    Attributes:
        folder: of all files.
        record: what is published.
        sheets: arguments of ``check`` for the same table.
    """

    def __init__(self, folder: Path) -> None:
        """Log three of four sheets."""
        self.folder, self.record = folder, folder / "record"
        made = transcription(contest("A B", cap=90))
        assert made.trust is not None
        signers = tuple(item for item in made.trust.signers if item.signer != "s2")
        made = replace(made, trust=replace(made.trust, signers=signers))
        definition = folder / "definition"
        definition.mkdir()
        store_definition_files(definition, encode_definition(made))
        keys = {name: folder / f"{name}.key" for name in ("log", "op", SOURCE)}
        for name, path in keys.items():
            store_signing_key(path, SigningKey(hashlib.sha256(name.encode()).digest()))
        log_key, operator = ("--log-key", keys["log"]), ("--operator-key", keys["op"])
        self._keys = (*log_key, *operator)
        table, profile = self.write("sheets.csv", _SHEETS), self.write("profile.toml", _PROFILE)
        self.sheets = (table, "--definition", definition, "--profile", profile)
        election = folder / "election"
        self.run("log", "create", election, "--definition", definition, *self._keys)
        reading = ("--profile", profile, "--source-key", keys[SOURCE])
        self.run("log", "transcribe", election, table, *reading, *log_key)
        self.run("log", "anchor", election, folder / "anchor.toml")

    def write(self, name: str, text: str) -> Path:
        """Write a file."""
        path = self.folder / name
        path.write_text(text, encoding="utf-8")
        return path

    def run(self, *arguments: object, code: int = 0) -> str:
        """Run a command and give what it printed on both streams."""
        result = CliRunner().invoke(main, [str(item) for item in arguments])
        assert result.exit_code == code, result.output
        assert "Traceback" not in result.output
        return result.output

    def publish(self, hour: int | None, *options: object, code: int = 0) -> str:
        """Publish, with a bulletin at an hour of the evening or without one."""
        at = ("--no-bulletin",) if hour is None else ("--at", f"2030-07-28T{hour}:00:00-04:00")
        places = (self.folder / "election", self.record)
        return self.run("publish", *places, *self._keys, *at, *options, code=code)

    def verify(self) -> None:
        """Verify the record as a reader does."""
        output = self.run("verify", self.record, "--anchor", self.folder / "anchor.toml")
        assert "VERIFIED" in output

    def files(self) -> dict[str, bytes]:
        """Give the files of the record by path."""
        return {
            path.relative_to(self.record).as_posix(): path.read_bytes()
            for path in self.record.rglob("*")
            if path.is_file()
        }
