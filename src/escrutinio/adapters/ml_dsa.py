"""ML-DSA-44 for cosignatures of type 0x06, where the package ``cryptography`` is installed.

    pip install 'escrutinio[mldsa]'

A signature that stays good when somebody can break Ed25519. Nobody needs it today: whoever lacks
the package keeps such lines on a checkpoint and does not count them.

Keys are made from 32 bytes of seed and stored as PKCS #8 that holds the seed alone, which
``cryptography`` and OpenSSL read. Reference: FIPS 204; RFC 9881.
"""

from __future__ import annotations

import secrets
from pathlib import Path

from escrutinio.adapters.key_files import load_private_seed, store_private_seed
from escrutinio.errors import AdapterError, Fault, MalformedError, VerificationError
from escrutinio.log.cosignature import MlDsaSigner, MlDsaVerifier
from escrutinio.primitives.keys import SEED_BYTES
from escrutinio.primitives.vkey import SignatureType, VerifierKey

try:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey, MLDSA44PublicKey
except ImportError:
    IS_INSTALLED = False
else:
    IS_INSTALLED = True

__all__ = ["IS_INSTALLED", "create_ml_dsa_signer", "find_ml_dsa", "load_ml_dsa_signer"]

# The fixed DER before the seed: version 0, algorithm 2.16.840.1.101.3.4.3.17, [0] of 32 bytes.
_PRIVATE_DER = bytes.fromhex("3034020100300b060960864801650304031104228020")


def find_ml_dsa() -> MlDsaVerifier | None:
    """Give what verifies ML-DSA-44; None when it is not installed."""
    return _verify if IS_INSTALLED else None


def create_ml_dsa_signer(path: Path, name: str) -> MlDsaSigner:
    """Make a new ML-DSA-44 key of a witness and store it.

    Raises:
        AdapterError: not installed, something has this name already, or it cannot be written.
    """
    seed = secrets.token_bytes(SEED_BYTES)
    signer = _make_signer(seed, name)
    store_private_seed(path, _PRIVATE_DER, seed)
    return signer


def load_ml_dsa_signer(path: Path, name: str) -> MlDsaSigner:
    """Read an ML-DSA-44 key of a witness.

    Raises:
        AdapterError: not installed, no such file, or one that others than its owner may use.
        MalformedError: not an ML-DSA-44 key; the error shows nothing of the file.
    """
    return _make_signer(load_private_seed(path, _PRIVATE_DER, "an ML-DSA-44 seed"), name)


def _make_signer(seed: bytes, name: str) -> MlDsaSigner:
    if not IS_INSTALLED:
        remedy = "Install 'escrutinio[mldsa]'."
        raise AdapterError.of(Fault("ML-DSA-44", "the package cryptography", "none", remedy))
    key = MLDSA44PrivateKey.from_seed_bytes(seed)
    public = key.public_key().public_bytes_raw()
    return MlDsaSigner(VerifierKey(name, SignatureType.ML_DSA_44, public), key.sign)


def _verify(key: bytes, message: bytes, signature: bytes, where: str) -> None:
    try:
        public = MLDSA44PublicKey.from_public_bytes(key)
    except ValueError:
        expected = "a public key of ML-DSA-44"
        raise MalformedError.of(Fault(where, expected, f"{len(key)} bytes")) from None
    try:
        public.verify(signature, message)
    except InvalidSignature:
        expected = f"a signature under the key {key[:8].hex()}..."
        raise VerificationError.of(Fault(where, expected, "one that does not verify")) from None
