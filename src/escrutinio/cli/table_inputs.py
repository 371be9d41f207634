"""Tables of sheets and the files written by hand that say how to read them."""

from __future__ import annotations

from pathlib import Path

from escrutinio.adapters import read_bounded, read_table
from escrutinio.claims import ClaimsFile, decode_claims
from escrutinio.definition import Definition
from escrutinio.errors import Fault, UsageError
from escrutinio.operations import CheckReport, ReceivedFile, check_evidence
from escrutinio.primitives import sha256_hex
from escrutinio.sheet import Profile, decode_profile
from escrutinio.tabulation import MAX_EVIDENCE_BYTES, FileRole, SourceFile, decode_evidence

__all__ = ["TableInputs", "receive_table"]

#: Largest profile or claims file read; both are written by hand.
MAX_HAND_WRITTEN_BYTES = 8 * 1024 * 1024


class TableInputs:
    """The files written by hand: loads them under a definition and remembers what was read."""

    def __init__(self, definition: Definition) -> None:
        """Take the definition that they are read under."""
        self.definition = definition
        self.settings: list[SourceFile] = []

    def load_profile(self, path: Path | None, role: FileRole) -> Profile:
        """Load an import profile."""
        if path is None:
            raise UsageError.of(
                Fault(
                    "arguments",
                    "--profile FILE, which says how the sheets are laid out",
                    "none",
                    "Only an evidence file (.json) needs no profile.",
                )
            )
        return decode_profile(self._read(path, role), str(path), self.definition)

    def load_claims(self, path: Path | None) -> ClaimsFile | None:
        """Load the claims, when there are any."""
        if path is None:
            return None
        data = self._read(path, FileRole.CLAIMS)
        return decode_claims(data, self.definition.contests, str(path))

    def load_rolls(
        self,
        path: str | None,
        named: Path | None,
        profile_path: Path | None,
        profile: Profile,
    ) -> tuple[ReceivedFile, Profile] | None:
        """Load the rolls and the profile that reads them: the one named, else the profile's own."""
        if path is None:
            return None
        if named is None and profile.rolls_profile and profile_path is not None:
            named = profile_path.parent / profile.rolls_profile
        if named is not None:
            profile = self.load_profile(named, FileRole.ROLLS_PROFILE)
        return receive_table(path), profile

    def check_evidence(self, path: str, claims: ClaimsFile | None) -> CheckReport:
        """Check claims against an evidence file."""
        data = read_bounded(Path(path), MAX_EVIDENCE_BYTES)
        evidence = decode_evidence(data, path, self.definition)
        return check_evidence(evidence, self.definition, claims=claims, settings=self.settings)

    def _read(self, path: Path, role: FileRole) -> bytes:
        data = read_bounded(path, MAX_HAND_WRITTEN_BYTES)
        self.settings.append(SourceFile(path.name, sha256_hex(data), len(data), None, role))
        return data


def receive_table(path: str) -> ReceivedFile:
    """Read a table of sheets; ``-`` is standard input."""
    table = read_table(path)
    name = "standard input" if path == "-" else path
    return ReceivedFile(name, table.data, table.sha256, table.size_bytes)
