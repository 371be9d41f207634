"""Keys on disk: signing keys that only their owner can read, and public keys for everybody.

Files are PEM as other programs write them (``openssl pkey -in station.key -pubout``): PKCS #8 for
a signing key, SubjectPublicKeyInfo for a public key, Ed25519 alone (RFC 8410); the same functions
keep the seeds of ``ml_dsa.py``. A key file is created once and never replaced: whoever wants
another key names another file. No error and no output shows any part of a signing key.
"""

from __future__ import annotations

import base64
import contextlib
import os
import secrets
import stat
import textwrap
from pathlib import Path

from escrutinio.errors import AdapterError, Fault, MalformedError
from escrutinio.primitives.keys import SEED_BYTES, PublicKey, SigningKey

__all__ = [
    "create_signing_key",
    "load_private_seed",
    "load_public_key",
    "load_signing_key",
    "store_private_seed",
    "store_public_key",
    "store_signing_key",
]

#: Largest key file read; ours have fewer than 130 bytes.
MAX_KEY_FILE_BYTES = 4096

_PRIVATE_MODE = 0o600
_PUBLIC_MODE = 0o644
_OTHERS = 0o077
_PEM_WIDTH = 64
# The fixed DER around 32 bytes of key: version 0, algorithm 1.3.101.112, octet string of 32.
_PRIVATE_DER = bytes.fromhex("302e020100300506032b657004220420")
_PUBLIC_DER = bytes.fromhex("302a300506032b6570032100")


def create_signing_key(path: Path) -> SigningKey:
    """Make a new signing key and store it.

    Raises:
        AdapterError: something has this name already, or the file cannot be written.
    """
    key = SigningKey(secrets.token_bytes(SEED_BYTES))
    store_signing_key(path, key)
    return key


def store_signing_key(path: Path, key: SigningKey) -> None:
    """Store a signing key so that only its owner can read it; it is on the disk on return.

    Raises:
        AdapterError: something has this name already, or the file cannot be written.
    """
    store_private_seed(path, _PRIVATE_DER, key.seed)


def store_public_key(path: Path, key: PublicKey) -> None:
    """Store a public key for everybody to read; it is on the disk on return.

    Raises:
        AdapterError: something has this name already, or the file cannot be written.
    """
    _store(path, _encode_pem("PUBLIC KEY", _PUBLIC_DER + key.raw), _PUBLIC_MODE)


def load_signing_key(path: Path) -> SigningKey:
    """Read a signing key.

    Raises:
        AdapterError: no such file, not a file, or one that others than its owner may use.
        MalformedError: not an Ed25519 signing key; the error shows nothing of the file.
    """
    return SigningKey(load_private_seed(path, _PRIVATE_DER, "an Ed25519 signing key"))


def store_private_seed(path: Path, prefix: bytes, seed: bytes) -> None:
    """Store the 32 bytes a signing key is made from, as ``store_signing_key`` does.

    Args:
        path: a new name.
        prefix: the fixed DER (PKCS #8) before the seed of a key of this kind.
        seed: the secret.

    Raises:
        AdapterError: something has this name already, or the file cannot be written.
    """
    _store(path, _encode_pem("PRIVATE KEY", prefix + seed), _PRIVATE_MODE)


def load_private_seed(path: Path, prefix: bytes, kind: str) -> bytes:
    """Read the seed of a signing key of one kind, 32 bytes.

    Args:
        path: the key file.
        prefix: the fixed DER before the seed.
        kind: what the key is, for the error.

    Raises:
        AdapterError: no such file, not a file, or one that others than its owner may use.
        MalformedError: not a signing key of this kind; the error shows nothing of the file.
    """
    der = _decode_pem(_load(path, is_private=True), "PRIVATE KEY")
    if not der.startswith(prefix) or len(der) != len(prefix) + SEED_BYTES:
        raise _not_a_key(path, f"{kind} in PEM (PKCS #8)")
    return der[len(prefix) :]


def load_public_key(path: Path) -> PublicKey:
    """Read a public key.

    Raises:
        AdapterError: no such file, or not a file.
        MalformedError: not an Ed25519 public key, or one that no verifier may accept.
    """
    data = _load(path, is_private=False)
    der = _decode_pem(data, "PUBLIC KEY")
    if not der.startswith(_PUBLIC_DER):
        raise _not_a_key(path, "an Ed25519 public key in PEM (SubjectPublicKeyInfo)")
    return PublicKey(der[len(_PUBLIC_DER) :])


def _store(path: Path, data: bytes, mode: int) -> None:
    # Exclusive creation is the whole protection: no check before it, no replacing after it.
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    try:
        descriptor = os.open(path, flags, mode)
    except FileExistsError:
        fault = Fault(str(path), "a new name for the key", "something with this name")
        raise AdapterError.of(fault) from None
    except (OSError, ValueError) as error:
        raise _failed(path, "to write the key", error) from None
    try:
        with os.fdopen(descriptor, "wb") as stream:
            # The umask may have taken more than it should; nothing has been written yet.
            os.fchmod(stream.fileno(), mode)
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        _flush_folder(path.parent)
    except OSError as error:
        # Half a key is worth nothing, and its name would be taken for ever.
        with contextlib.suppress(OSError):
            path.unlink()
        raise _failed(path, "to write the key", error) from None


def _flush_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _load(path: Path, *, is_private: bool) -> bytes:
    try:
        # Without O_NONBLOCK a pipe with this name would wait for a writer.
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        with os.fdopen(descriptor, "rb") as stream:
            # The opened file is looked at, not its name, which may mean another file by now.
            status = os.fstat(stream.fileno())
            if not stat.S_ISREG(status.st_mode):
                raise AdapterError.of(Fault(str(path), "a key file", "no regular file"))
            if is_private and status.st_mode & _OTHERS:
                _refuse_shared(path, status.st_mode)
            data = stream.read(MAX_KEY_FILE_BYTES + 1)
    except (OSError, ValueError) as error:
        raise _failed(path, "a readable key file", error) from None
    if len(data) > MAX_KEY_FILE_BYTES:
        raise _not_a_key(path, f"a key file of at most {MAX_KEY_FILE_BYTES} bytes")
    return data


def _refuse_shared(path: Path, mode: int) -> None:
    raise AdapterError.of(
        Fault(
            str(path),
            "a signing key that only its owner can read (mode 600)",
            f"mode {stat.S_IMODE(mode):o}",
            "Others may have copied it: make a new key, or, if nobody could, 'chmod 600' it.",
        )
    )


def _encode_pem(label: str, der: bytes) -> bytes:
    text = base64.b64encode(der).decode("ascii")
    body = "".join(f"{line}\n" for line in textwrap.wrap(text, _PEM_WIDTH))
    return f"-----BEGIN {label}-----\n{body}-----END {label}-----\n".encode("ascii")


def _decode_pem(data: bytes, label: str) -> bytes:
    """Give the DER inside, or nothing when the file is not exactly such a PEM."""
    lines = data.decode("ascii", errors="replace").splitlines()
    if [*lines[:1], *lines[1:][-1:]] != [f"-----BEGIN {label}-----", f"-----END {label}-----"]:
        return b""
    try:
        return base64.b64decode("".join(lines[1:-1]), validate=True)
    except ValueError:
        return b""


def _not_a_key(path: Path, expected: str) -> MalformedError:
    return MalformedError.of(Fault(str(path), expected, "something else"))


def _failed(path: Path, expected: str, error: OSError | ValueError) -> AdapterError:
    reason = getattr(error, "strerror", None) or str(error)
    return AdapterError.of(Fault(str(path), expected, reason))
