"""The keys of a simulated election, all of them derived from its seed.

**Anybody who knows the seed knows every key.** They are for rehearsals and tests alone.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cached_property

from escrutinio.primitives.keys import SigningKey
from escrutinio.primitives.vkey import NoteSigner, SignatureType, encode_vkey

__all__ = ["LOG_ORIGIN", "WITNESS_NAMES", "SimulatedKeys"]

#: Origin of the simulated log.
LOG_ORIGIN = "simulation.example/log"
#: Names of its witnesses' keys.
WITNESS_NAMES = ("party-a.example/w", "party-b.example/w", "observers.example/w")


@dataclass(frozen=True)
class SimulatedKeys:
    """The keys that belong to one seed.

    Attributes:
        seed: any text; another one gives other keys.
    """

    seed: str

    def signer(self, name: str) -> SigningKey:
        """Give the key of a signer; the same name always has the same key."""
        return SigningKey(hashlib.sha256(f"simulated key\n{self.seed}\n{name}".encode()).digest())

    @cached_property
    def log(self) -> NoteSigner:
        """The key of the log."""
        return NoteSigner(LOG_ORIGIN, self.signer("log"))

    @cached_property
    def witnesses(self) -> tuple[NoteSigner, ...]:
        """The keys of the witnesses."""
        return tuple(
            NoteSigner(name, self.signer(f"witness {name}"), SignatureType.COSIGNATURE)
            for name in WITNESS_NAMES
        )

    @cached_property
    def policy(self) -> str:
        """The trust policy: two of the three witnesses."""
        names = [name.partition(".")[0] for name in WITNESS_NAMES]
        lines = [f"log {encode_vkey(self.log.vkey)}"]
        lines += [
            f"witness {name} {encode_vkey(witness.vkey)}"
            for name, witness in zip(names, self.witnesses, strict=True)
        ]
        lines += [f"group witnesses 2 {' '.join(names)}", "quorum witnesses"]
        return "".join(f"{line}\n" for line in lines)
