"""Rules of single functions that no vector shows."""

from __future__ import annotations

import pytest

from escrutinio.errors import MalformedError, UnverifiableError, VerificationError
from escrutinio.log import (
    EMPTY_EDGE,
    Checkpoint,
    CosignerKey,
    Edge,
    LogKey,
    LogProof,
    add_cosignatures,
    append_entries,
    decode_policy,
    evaluate_policy,
    sign_checkpoint,
    sign_cosignature,
    verify_policy,
)
from escrutinio.log.witnessing import WitnessAnswer, answer_add_checkpoint
from escrutinio.primitives.keys import SigningKey
from escrutinio.primitives.note import Note, NoteSignature, TextKey, collect_signatures
from escrutinio.primitives.vkey import (
    NoteSigner,
    SignatureType,
    VerifierKey,
    decode_signer_key,
    encode_signer_key,
)
from tests.unit.log.worlds import LOG, WITNESS
from tests.vectors.log.running import MemoryOfWitness
from tests.vectors.log.trust_cases import BASE, KEY, A, _fork, _request

HEAD = Checkpoint(LOG.name, 1, bytes(32))


def test_a_log_signs_only_under_its_own_name() -> None:
    """The name on the line is the origin, so that a key belongs to one log."""
    with pytest.raises(MalformedError):
        sign_checkpoint(Checkpoint("other.example/log", 1, bytes(32)), LOG)
    with pytest.raises(MalformedError):
        sign_checkpoint(HEAD, NoteSigner(LOG.name, LOG.key, SignatureType.COSIGNATURE))
    with pytest.raises(MalformedError):
        sign_checkpoint(Checkpoint("añil", 1, bytes(32)), NoteSigner("añil", LOG.key))


def test_a_witness_signs_only_with_a_witness_key() -> None:
    """The same key as a log key would say something else."""
    signed = sign_checkpoint(HEAD, LOG)
    with pytest.raises(MalformedError):
        sign_cosignature(signed, LOG, 0)
    for time in (-1, 2**63):
        with pytest.raises(MalformedError):
            sign_cosignature(signed, WITNESS, time)


def test_answers_of_strangers_are_left_out() -> None:
    """A witness's answer may hold lines of keys that we do not know."""
    signed = sign_checkpoint(HEAD, LOG)
    stranger = NoteSigner("x.example", SigningKey(b"\x09" * 32), SignatureType.COSIGNATURE)
    lines = [sign_cosignature(signed, stranger, 5), sign_cosignature(signed, WITNESS, 5)]
    cosigned = add_cosignatures(signed, lines, [CosignerKey(WITNESS.vkey)])
    assert cosigned.note.signatures == (*signed.note.signatures, lines[1])
    assert add_cosignatures(signed, [], []) == signed


@pytest.mark.parametrize("text", ["", "no line feed", "tab\there\n", "carriage\r\n", "nul\x00\n"])
def test_a_note_that_could_not_be_read_is_not_made(text: str) -> None:
    """What we write, we and others can read."""
    line = NoteSignature("a", bytes(4), b"x")
    with pytest.raises(MalformedError):
        Note(text, (line,))
    with pytest.raises(MalformedError):
        Note("text\n", ())


@pytest.mark.parametrize("name", ["", "a b", "a+b", "a\nb", "a\u2003b", "\ud800", "a" * 256])
def test_a_bad_key_name_is_refused(name: str) -> None:
    """A name with a space or a plus would be read as something else."""
    with pytest.raises(MalformedError):
        NoteSigner(name, LOG.key)
    with pytest.raises(MalformedError):
        NoteSignature(name, bytes(4), b"x")


def test_a_signing_key_is_never_shown() -> None:
    """Neither in its text form's errors nor in the form of the object."""
    text = encode_signer_key(LOG)
    assert decode_signer_key(text) == LOG
    secret = text.rsplit("+", 1)[1]
    assert secret not in repr(LOG)
    for broken in (text[:-4], text + "A", text.replace("PRIVATE", "PUBLIC"), f"x{text}"):
        with pytest.raises(MalformedError) as caught:
            decode_signer_key(broken)
        assert secret[:20] not in str(caught.value)


def test_two_known_keys_of_one_name_and_id_are_ambiguous() -> None:
    """Four bytes can be made to collide; then nobody can say whose signature it is."""

    class Colliding(VerifierKey):
        __slots__ = ()
        key_id = LOG.vkey.key_id  # what an attacker searches for

    other = NoteSigner(LOG.name, SigningKey(b"\x05" * 32)).vkey
    twin = Colliding(other.name, other.kind, other.raw)
    signed = sign_checkpoint(HEAD, LOG)
    with pytest.raises(UnverifiableError):
        collect_signatures(signed.note, [TextKey(LOG.vkey), TextKey(twin)], "note")
    twice = collect_signatures(signed.note, [TextKey(LOG.vkey), TextKey(LOG.vkey)], "note")
    assert len(twice) == 1


def test_ml_dsa_keys_are_kept_and_never_count() -> None:
    """What this version cannot verify is not a pass, and not an error of the policy."""
    key = VerifierKey("pq.example/w", SignatureType.ML_DSA_44, bytes(1312))
    with pytest.raises(UnverifiableError):
        _ = key.ed25519
    with pytest.raises(MalformedError):
        NoteSigner("pq.example/w", LOG.key, SignatureType.ML_DSA_44)
    text = f"log {KEY}\nwitness pq {key}\nquorum pq\n"
    policy = decode_policy(text.encode(), "policy")
    answer = evaluate_policy(policy, sign_checkpoint(HEAD, LOG), "checkpoint")
    assert not answer.is_satisfied
    assert answer.absent == ("pq",)


def test_too_few_witnesses_is_not_a_contradiction() -> None:
    """A checkpoint is published at once; that cosignatures are missing is not known to be wrong."""
    policy = decode_policy(f"{BASE}group g all a b\nquorum g\n".encode(), "policy")
    signed = sign_checkpoint(HEAD, LOG)
    line = sign_cosignature(signed, WITNESS, 7)
    signed = add_cosignatures(signed, [line], [CosignerKey(WITNESS.vkey)])
    answer = evaluate_policy(policy, signed, "checkpoint")
    assert {name: item.time for name, item in answer.cosigned.items()} == {"a": 7}
    with pytest.raises(UnverifiableError, match="those of 'a'"):
        verify_policy(policy, signed, "checkpoint")
    verify_policy(decode_policy(f"{BASE}quorum a\n".encode(), "policy"), signed, "checkpoint")


def test_a_policy_keeps_octets_that_are_no_text() -> None:
    """Names are octets; a name in another encoding is still a name."""
    data = f"log {KEY}\nwitness ".encode() + b"\xff\xfe " + A.encode() + b"\nquorum \xff\xfe\n"
    policy = decode_policy(data, "policy")
    assert policy.quorum == "\udcff\udcfe"


def test_a_log_key_of_an_exception_is_still_a_log_key() -> None:
    """The exception is about the name, never about the type."""
    with pytest.raises(MalformedError):
        LogKey.with_other_name(WITNESS.vkey, "some log")


def test_the_edge_and_the_tail_belong_together() -> None:
    """Entries under another edge would give hashes and bundles of two logs."""
    appended = append_entries(EMPTY_EDGE, (), [b"one"])
    for tail in ((), (b"two",), (b"one", b"two")):
        with pytest.raises(MalformedError):
            append_entries(appended.edge, tail, [b"more"])
    with pytest.raises(MalformedError):
        Edge(2, ((bytes(32),),))
    with pytest.raises(MalformedError):
        Edge(1, ((bytes(31),),))


def test_a_receipt_has_bounds() -> None:
    """No tree has a longer path, and nothing is read without end."""
    signed = sign_checkpoint(HEAD, LOG)
    for index, path, extra in (
        (0, (bytes(32),) * 64, None),
        (-1, (), None),
        (0, (bytes(31),), None),
        (0, (), bytes(65_536)),
    ):
        with pytest.raises(MalformedError):
            LogProof(index, path, signed, extra)


def _ask(body: str, memory: MemoryOfWitness) -> WitnessAnswer:
    logs = {LOG.name: [LogKey.of(LOG.vkey)]}
    return answer_add_checkpoint(body.encode(), logs, memory, [WITNESS], 1)


def test_a_witness_follows_a_log_and_keeps_what_contradicts_it() -> None:
    """The fork that the log signed is the evidence; it must outlive the refusal."""
    memory = MemoryOfWitness()
    assert _ask(_request(0, 3), memory).status == 200
    assert _ask(_request(3, 10), memory).status == 200
    stored = memory.stored
    answer = _ask(_request(10, 10, _fork(10)), memory)
    assert (answer.status, answer.evidence) == (422, _fork(10).encode())
    assert memory.stored == stored
    assert _ask(_request(3, 10), memory).body == b"10\n"


def test_a_witness_with_a_damaged_memory_stops() -> None:
    """To forget is to be ready to sign a fork."""
    good = MemoryOfWitness()
    _ask(_request(0, 10), good)
    assert good.stored is not None
    for stored in (b"", b"rubbish", good.stored.replace(b"\n10\n", b"\n9\n")):
        with pytest.raises((MalformedError, VerificationError)):
            _ask(_request(10, 10), MemoryOfWitness(stored))
