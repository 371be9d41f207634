"""The error tree.

ElectionRecordError
├── MalformedError        the bytes are not a well-formed document; the sender acts
├── VerificationError     checked, and the evidence contradicts the claim; the public acts
├── UnverifiableError     could not be checked (missing, unknown, newer version); never a pass
├── RefusedError          refused by a rule of this election; the station or centre acts
├── UsageError            the arguments or a profile written by the user are wrong; the user acts
└── AdapterError          the outside world failed; the operator acts

A sheet whose own numbers do not add up is none of these: it is a finding (see ``sheet``).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

__all__ = [
    "AdapterError",
    "ElectionRecordError",
    "Fault",
    "MalformedError",
    "RefusedError",
    "UnverifiableError",
    "UsageError",
    "VerificationError",
]


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong with an input, said so that somebody can mend it.

    Attributes:
        where: file and place in it, such as ``sheets.csv: row 12, column VOTOS``.
        expected: what a correct input has there.
        found: what is there instead, shortened when it is long.
        remedy: what to do about it; empty when the expectation already says it.
    """

    where: str
    expected: str
    found: str
    remedy: str = ""

    def __str__(self) -> str:
        """Give the fault as one line, in which nothing steers a terminal.

        Names and texts of an input stand in it as they are, but for characters that are not
        printed: those are escaped.
        """
        line = f"{self.where}: expected {self.expected}, found {self.found}"
        line = f"{line}. {self.remedy}" if self.remedy else line
        if line.isprintable():
            return line
        return "".join(item if item.isprintable() else ascii(item)[1:-1] for item in line)


class ElectionRecordError(Exception):
    """Root of every error this package raises on purpose.

    Attributes:
        faults: everything that was found wrong, in the order of the input.
    """

    def __init__(self, message: str, faults: tuple[Fault, ...] = ()) -> None:
        """Keep the message and the faults behind it."""
        super().__init__(message)
        self.faults = faults

    @classmethod
    def of(cls, *faults: Fault) -> Self:
        """Build the error from one or more faults; the message lists all of them."""
        return cls("\n".join(str(fault) for fault in faults), faults)


class MalformedError(ElectionRecordError):
    """The bytes are not a well-formed document of the expected kind."""


class VerificationError(ElectionRecordError):
    """The evidence was checked and contradicts the claim."""


class UnverifiableError(ElectionRecordError):
    """Something could not be checked; this is never a pass."""


class RefusedError(ElectionRecordError):
    """A rule of this election refuses a well-formed input."""


class UsageError(ElectionRecordError):
    """The arguments, or a profile that the user wrote, are wrong."""


class AdapterError(ElectionRecordError):
    """The outside world failed.

    Attributes:
        retryable: whether the same call may succeed later.
    """

    def __init__(
        self, message: str, faults: tuple[Fault, ...] = (), *, retryable: bool = False
    ) -> None:
        """Keep the message and whether trying again can help."""
        super().__init__(message, faults)
        self.retryable = retryable

    @classmethod
    def of(cls, *faults: Fault, retryable: bool = False) -> Self:
        """Build the error from its faults, and say whether trying again can help."""
        return cls("\n".join(str(fault) for fault in faults), faults, retryable=retryable)
