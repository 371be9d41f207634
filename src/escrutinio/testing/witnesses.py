"""Witnesses that cosign whatever they are asked, at times that are part of the rehearsal."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from escrutinio.log import CosignerKey, LogReader, SignedCheckpoint, sign_cosignature
from escrutinio.log.asking import Asked, AskStatus, WitnessOutcome
from escrutinio.log.cosignature import Cosigner
from escrutinio.primitives.vkey import NoteSigner

__all__ = ["SimulatedWitnesses"]

#: Seconds that each witness needs longer than the one before.
_DELAY_S = 5


@dataclass(frozen=True)
class SimulatedWitnesses:
    """A ``CosignatureSource`` that asks nobody.

    **These witnesses hold no state and see no contradiction**: they are what a log needs that
    tells the truth, and what an attacker has who holds the witnesses too.

    Attributes:
        signers: their keys.
        time_s: when they are asked, in seconds since 1970.
    """

    signers: Sequence[NoteSigner] = field(repr=False)
    time_s: int

    @property
    def cosigners(self) -> Sequence[Cosigner]:
        """The keys that verify their cosignatures."""
        return tuple(CosignerKey(signer.vkey) for signer in self.signers)

    def ask(self, signed: SignedCheckpoint, reader: LogReader) -> Asked:
        """Cosign a checkpoint with every key."""
        del reader
        return Asked(
            tuple(
                WitnessOutcome(
                    signer.vkey.name.partition(".")[0],
                    AskStatus.COSIGNED,
                    line=sign_cosignature(signed, signer, self.time_s + number * _DELAY_S),
                )
                for number, signer in enumerate(self.signers, start=1)
            )
        )
