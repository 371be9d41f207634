"""Cosignatures of type 0x06: counted where ML-DSA-44 is installed, kept everywhere."""

from __future__ import annotations

import stat
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from escrutinio.adapters.key_files import load_signing_key, store_signing_key
from escrutinio.adapters.ml_dsa import create_ml_dsa_signer, find_ml_dsa, load_ml_dsa_signer
from escrutinio.adapters.witness_client import HttpWitnessAsker
from escrutinio.adapters.witness_database import WitnessDatabase, create_witness_database
from escrutinio.errors import AdapterError, MalformedError, VerificationError
from escrutinio.log import (
    AskStatus,
    Checkpoint,
    MlDsaCosignerKey,
    MlDsaSigner,
    add_cosignatures,
    collect_cosignatures,
    create_log,
    decode_policy,
    evaluate_policy,
    find_cosigner,
    sign_checkpoint,
    sign_cosignature,
)
from tests.unit.log.worlds import LOG, WITNESS, MemoryStore, make_entries
from tests.unit.service.servers import head, witness

NAME = "party.example/w"
HEAD = head(9)


@pytest.fixture(name="signer")
def _signer(tmp_path: Path) -> MlDsaSigner:
    return create_ml_dsa_signer(tmp_path / "pq.key", NAME)


def _key(signer: MlDsaSigner) -> MlDsaCosignerKey:
    key = find_cosigner(signer.vkey, find_ml_dsa())
    assert isinstance(key, MlDsaCosignerKey)
    return key


def test_the_signed_bytes_are_those_of_the_specification(signer: MlDsaSigner) -> None:
    """Put together here by hand from tlog-cosignature, and verified by the library itself."""
    line = sign_cosignature(HEAD, signer, 1_700_000_000)
    message = (
        b"subtree/v1\n\0\x0fparty.example/w"
        + (1_700_000_000).to_bytes(8, "big")
        + b"\x12"
        + b"actas.example/2024"
        + bytes(8)
        + (9).to_bytes(8, "big")
        + HEAD.checkpoint.root
    )
    verify = find_ml_dsa()
    assert verify is not None
    assert line.signature[:8] == (1_700_000_000).to_bytes(8, "big")
    verify(signer.vkey.raw, message, line.signature[8:], "test")
    assert len(line.signature) == 8 + 2420


def test_a_cosignature_is_verified_with_its_time(signer: MlDsaSigner) -> None:
    """And a changed one rejects the checkpoint, as for type 0x04."""
    key = _key(signer)
    line = sign_cosignature(HEAD, signer, 7)
    (cosigning,) = collect_cosignatures(add_cosignatures(HEAD, [line], [key]), [key], "test")
    assert (cosigning.time, cosigning.line) == (7, line)
    changed = [
        replace(line, signature=bytes(7) + b"\x08" + line.signature[8:]),
        replace(line, signature=line.signature[:-1] + bytes([line.signature[-1] ^ 1])),
        sign_cosignature(head(8), signer, 7),
    ]
    for bad in changed:
        with pytest.raises(VerificationError):
            add_cosignatures(HEAD, [bad], [key])
    with pytest.raises(MalformedError):
        add_cosignatures(HEAD, [replace(line, signature=line.signature[:-1])], [key])


def test_lines_that_it_does_not_sign_are_not_vouched_for(signer: MlDsaSigner) -> None:
    """Type 0x06 leaves out extension lines, so a checkpoint that has some is not cosigned."""
    plain = HEAD.checkpoint
    extended = sign_checkpoint(Checkpoint(LOG.name, 9, plain.root, ("more",)), LOG)
    with pytest.raises(MalformedError):
        sign_cosignature(extended, signer, 7)
    line = sign_cosignature(HEAD, signer, 7)
    with pytest.raises(VerificationError, match="extension"):
        add_cosignatures(extended, [line], [_key(signer)])


def test_it_counts_only_where_it_is_verified(signer: MlDsaSigner) -> None:
    """Without the library the line is kept and the witness is absent."""
    text = f"log {LOG.vkey}\nwitness pq {signer.vkey}\nquorum pq\n"
    policy = decode_policy(text.encode(), "policy")
    signed = add_cosignatures(HEAD, [sign_cosignature(HEAD, signer, 7)], [_key(signer)])
    assert evaluate_policy(policy, signed, "test", find_ml_dsa()).is_satisfied
    without = evaluate_policy(policy, signed, "test")
    assert (without.is_satisfied, without.absent) == (False, ("pq",))


def test_a_key_is_kept_as_other_programs_write_it(tmp_path: Path, signer: MlDsaSigner) -> None:
    """For its owner alone, once, and readable without us."""
    path = tmp_path / "pq.key"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert load_ml_dsa_signer(path, NAME) == signer
    other = load_pem_private_key(path.read_bytes(), None)
    assert isinstance(other, MLDSA44PrivateKey)
    assert other.public_key().public_bytes_raw() == signer.vkey.raw
    assert other.private_bytes_raw().hex() not in repr(signer)
    with pytest.raises(AdapterError):
        create_ml_dsa_signer(path, NAME)


def test_the_two_kinds_of_keys_are_not_confused(tmp_path: Path, signer: MlDsaSigner) -> None:
    """Both have 32 bytes of seed; one seed must not become two keys."""
    del signer
    with pytest.raises(MalformedError):
        load_signing_key(tmp_path / "pq.key")
    store_signing_key(tmp_path / "ed.key", WITNESS.key)
    with pytest.raises(MalformedError):
        load_ml_dsa_signer(tmp_path / "ed.key", NAME)
    with pytest.raises(MalformedError):
        MlDsaSigner(WITNESS.vkey, bytes)


def test_a_witness_answers_with_both_its_keys(tmp_path: Path, signer: MlDsaSigner) -> None:
    """One decision, one memory, two lines; who cannot verify the second says so."""
    path = tmp_path / "witness.sqlite3"
    create_witness_database(path, WITNESS.vkey)
    memory = WitnessDatabase(path)
    memory.add_key(signer.vkey)
    memory.close()
    store = MemoryStore()
    writer = create_log(store, LOG)
    writer.append(make_entries(9))
    with witness(path, signers=(WITNESS, signer)) as server:
        text = (
            f"log {LOG.vkey}\nwitness ed {WITNESS.vkey} {server.url}\n"
            f"witness pq {signer.vkey} {server.url}\ngroup one any ed pq\nquorum one\n"
        )
        policy = decode_policy(text.encode(), "policy")
        without = HttpWitnessAsker(policy).ask(writer.signed, store)
        asker = HttpWitnessAsker(policy, find_ml_dsa())
        asked = asker.ask(writer.signed, store)
    assert [item.status for item in without.outcomes] == [AskStatus.COSIGNED, AskStatus.UNVERIFIED]
    assert (without.cosigned, asked.cosigned) == (1, 2)
    published = writer.publish(asked.lines, asker.cosigners)
    answer = evaluate_policy(policy, published, "test", find_ml_dsa())
    assert set(answer.cosigned) == {"ed", "pq"}


WITHOUT = """
import sys
sys.modules["cryptography"] = None
from pathlib import Path
from escrutinio.adapters.ml_dsa import create_ml_dsa_signer, find_ml_dsa
from escrutinio.errors import AdapterError
assert find_ml_dsa() is None
try:
    create_ml_dsa_signer(Path(sys.argv[1]), "party.example/w")
except AdapterError as error:
    print(error)
"""


def test_without_the_package_it_says_what_to_install(tmp_path: Path) -> None:
    """Nothing else of the program needs it, and no half of a key is left behind."""
    path = tmp_path / "new.key"
    answer = subprocess.run(
        [sys.executable, "-c", WITHOUT, path],
        check=True,
        timeout=60,
        capture_output=True,
        text=True,
    )
    assert "Install 'escrutinio[mldsa]'" in answer.stdout
    assert not path.exists()
