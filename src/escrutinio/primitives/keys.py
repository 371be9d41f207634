"""Ed25519 keys and signatures, by one rule: what libsodium accepts.

Libraries disagree on crafted signatures, and two verifiers that disagree about one sheet are worse
than one that is slow. So there is one rule: a key is enrolled only if libsodium calls it a valid
point (canonical, on the main subgroup, not of small order), and a signature is good only if
libsodium verifies it. With such keys libsodium, OpenSSL and the browsers' WebCrypto agree.

Reference: RFC 8032; edge cases: C2SP/CCTV ed25519, ed25519-speccheck.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from nacl import bindings
from nacl.exceptions import BadSignatureError

from escrutinio.errors import Fault, MalformedError, VerificationError

__all__ = [
    "PUBLIC_KEY_BYTES",
    "SEED_BYTES",
    "SIGNATURE_BYTES",
    "PublicKey",
    "SigningKey",
    "verify_signature",
]

PUBLIC_KEY_BYTES = 32
SEED_BYTES = 32
SIGNATURE_BYTES = 64


@dataclass(frozen=True, slots=True)
class PublicKey:
    """An enrolled Ed25519 public key.

    Attributes:
        raw: 32 bytes; a valid point that is not of small order.
    """

    raw: bytes

    def __post_init__(self) -> None:
        """Refuse what libsodium does not call a valid point.

        Raises:
            MalformedError: not 32 bytes, not a canonical point, or of small order.
        """
        if len(self.raw) != PUBLIC_KEY_BYTES or not bindings.crypto_core_ed25519_is_valid_point(
            self.raw
        ):
            raise MalformedError.of(
                Fault("public key", "a valid Ed25519 point of 32 bytes", f"{self.raw.hex()[:80]}")
            )


@dataclass(frozen=True, slots=True)
class SigningKey:
    """An Ed25519 signing key; its seed is never shown.

    Attributes:
        seed: 32 secret bytes.
        public: the public key that belongs to it.
    """

    seed: bytes = field(repr=False)
    public: PublicKey = field(init=False, repr=False, compare=False)
    _secret: bytes = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Refuse a seed of another length, without showing it, and derive the key pair once."""
        if len(self.seed) != SEED_BYTES:
            raise MalformedError.of(
                Fault("signing key", f"{SEED_BYTES} bytes of seed", f"{len(self.seed)} bytes")
            )
        public, secret = bindings.crypto_sign_seed_keypair(self.seed)
        object.__setattr__(self, "public", PublicKey(public))
        object.__setattr__(self, "_secret", secret)

    def sign(self, message: bytes) -> bytes:
        """Sign a message; the signature has 64 bytes."""
        return bindings.crypto_sign(message, self._secret)[:SIGNATURE_BYTES]


def verify_signature(key: PublicKey, message: bytes, signature: bytes, where: str) -> None:
    """Check a signature over the message exactly as received.

    Args:
        key: an enrolled key.
        message: the signed bytes.
        signature: 64 bytes.
        where: what is signed and where it stands, for the error.

    Raises:
        MalformedError: the signature has another length.
        VerificationError: libsodium does not accept it under this key.
    """
    if len(signature) != SIGNATURE_BYTES:
        raise MalformedError.of(
            Fault(where, f"a signature of {SIGNATURE_BYTES} bytes", f"{len(signature)} bytes")
        )
    try:
        bindings.crypto_sign_open(signature + message, key.raw)
    except BadSignatureError:
        raise VerificationError.of(
            Fault(where, f"a signature under the key {key.raw.hex()}", "one that does not verify")
        ) from None
