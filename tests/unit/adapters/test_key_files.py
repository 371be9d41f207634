"""Keys on disk: private from the first byte, never replaced, never shown."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from escrutinio.adapters.key_files import (
    create_signing_key,
    load_public_key,
    load_signing_key,
    store_public_key,
    store_signing_key,
)
from escrutinio.errors import AdapterError, ElectionRecordError, MalformedError
from escrutinio.primitives.keys import SigningKey

KEY = SigningKey(bytes(range(32)))


def test_a_key_is_read_back(tmp_path: Path) -> None:
    """And two new keys are never the same."""
    first = create_signing_key(tmp_path / "first.key")
    assert load_signing_key(tmp_path / "first.key") == first
    assert create_signing_key(tmp_path / "second.key") != first
    store_public_key(tmp_path / "first.pub", first.public)
    assert load_public_key(tmp_path / "first.pub") == first.public


@pytest.mark.parametrize("umask", [0o000, 0o022, 0o777])
def test_only_the_owner_can_read_a_signing_key(tmp_path: Path, umask: int) -> None:
    """Whatever the umask, and a public key is for everybody."""
    before = os.umask(umask)
    try:
        store_signing_key(tmp_path / "station.key", KEY)
        store_public_key(tmp_path / "station.pub", KEY.public)
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "station.key").stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "station.pub").stat().st_mode) == 0o644


@pytest.mark.parametrize("kind", ["file", "folder", "link", "link to nothing"])
def test_nothing_is_ever_replaced(tmp_path: Path, kind: str) -> None:
    """A lost signing key cannot be made again."""
    path = tmp_path / "station.key"
    target = tmp_path / "target"
    if kind == "file":
        path.write_bytes(b"older")
    elif kind == "folder":
        path.mkdir()
    else:
        if kind == "link":
            target.write_bytes(b"older")
        path.symlink_to(target)
    with pytest.raises(AdapterError, match="a new name for the key"):
        store_signing_key(path, KEY)
    with pytest.raises(AdapterError, match="a new name for the key"):
        store_public_key(path, KEY.public)
    if kind == "file":
        assert path.read_bytes() == b"older"
    if kind == "link":
        assert target.read_bytes() == b"older"
    if kind == "link to nothing":
        assert not target.exists()


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o666, 0o610, 0o601])
def test_a_signing_key_that_others_may_use_is_refused(tmp_path: Path, mode: int) -> None:
    """Who reads it can sign for the station."""
    path = tmp_path / "station.key"
    store_signing_key(path, KEY)
    path.chmod(mode)
    with pytest.raises(AdapterError, match=rf"mode 600\), found mode {mode:o}"):
        load_signing_key(path)


def test_a_folder_that_cannot_be_written_is_the_operators_matter(tmp_path: Path) -> None:
    """No foreign exception crosses the border."""
    for path in (tmp_path / "missing" / "x.key", Path("/dev/full/x.key"), tmp_path / "a\0b"):
        with pytest.raises(AdapterError):
            store_signing_key(path, KEY)


def test_what_is_no_file_is_not_read(tmp_path: Path) -> None:
    """A pipe would wait for ever."""
    os.mkfifo(tmp_path / "pipe", 0o600)
    for name in ("pipe", "missing", "", "\0"):
        with pytest.raises(AdapterError):
            load_signing_key(tmp_path / name)


PEM = "-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "c2VjcmV0\n",
        PEM.format("c2VjcmV0"),
        PEM.format("secret!"),
        PEM.format("MC4CAQAwBQYDK2VwBCIEIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4="),
        PEM.replace("PRIVATE", "RSA PRIVATE").format("c2VjcmV0"),
        "x" * 5000,
        "\u00e9",
    ],
)
def test_an_error_shows_nothing_of_a_key_file(tmp_path: Path, text: str) -> None:
    """A damaged key file may still hold most of a key."""
    path = tmp_path / "station.key"
    path.write_text(text, encoding="utf-8")
    path.chmod(0o600)
    with pytest.raises(MalformedError) as caught:
        load_signing_key(path)
    assert "secret" not in str(caught.value)
    assert "c2Vj" not in str(caught.value)


def test_a_public_key_of_small_order_is_refused(tmp_path: Path) -> None:
    """The rule of enrolment holds for files too."""
    path = tmp_path / "station.pub"
    store_public_key(path, KEY.public)
    text = path.read_text(encoding="ascii")
    body = "MCowBQYDK2VwAyEA" + "AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="
    path.write_text(text.replace(text.splitlines()[1], body), encoding="ascii")
    with pytest.raises(MalformedError, match="valid Ed25519 point"):
        load_public_key(path)


def test_the_two_kinds_are_not_confused(tmp_path: Path) -> None:
    """A public key is no signing key, and the reverse would publish a secret."""
    store_signing_key(tmp_path / "station.key", KEY)
    store_public_key(tmp_path / "station.pub", KEY.public)
    (tmp_path / "station.pub").chmod(0o600)
    with pytest.raises(ElectionRecordError):
        load_signing_key(tmp_path / "station.pub")
    with pytest.raises(ElectionRecordError):
        load_public_key(tmp_path / "station.key")


def test_another_program_reads_our_keys(tmp_path: Path) -> None:
    """PKCS #8 and SubjectPublicKeyInfo, as cryptography and openssl write them."""
    path = tmp_path / "station.key"
    store_signing_key(path, KEY)
    theirs = load_pem_private_key(path.read_bytes(), None)
    assert isinstance(theirs, Ed25519PrivateKey)
    assert theirs.private_bytes_raw() == KEY.seed
    if shutil.which("openssl"):
        answer = subprocess.run(
            ["openssl", "pkey", "-in", path, "-pubout"], capture_output=True, check=True
        )
        store_public_key(tmp_path / "station.pub", KEY.public)
        assert answer.stdout == (tmp_path / "station.pub").read_bytes()
