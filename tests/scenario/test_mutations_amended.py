"""A record that was amended in every way there is: other witnesses, keys, places, candidacies.

What is in force follows from proposals and approvals in the log. An outsider's change of one byte
breaks the tree; an insider's rewritten log must go against a rule, or against what a reader kept.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from typing import Any

import pytest

from escrutinio.log import encode_bundle
from escrutinio.log.entries import (
    Amendment,
    Approval,
    CandidacyWithdrawn,
    Change,
    Content,
    KeyReplaced,
    PolicyReplaced,
    SignerEnrolled,
    StationMoved,
    WithdrawnVotes,
)
from escrutinio.polling import Incident, IncidentClass, StationOpening
from escrutinio.primitives.cbor import decode_cbor, encode_cbor
from escrutinio.primitives.cose import decode_message, sign_message
from escrutinio.primitives.vkey import NoteSigner, encode_vkey
from escrutinio.publication import Anchor
from escrutinio.publication.layout import POLICY_NAME
from escrutinio.testing.election import CONTEST, ROOT
from escrutinio.verification import Answer, StepStatus, Verified
from tests.mutations import (
    find_passes,
    find_unnamed,
    relog,
    sign_files,
    small_record,
    verify_files,
)
from tests.other_records import amended_record, witness_policy

RECORD = amended_record()
SIZE = len(RECORD.entries)
BUNDLE = f"tile/entries/000.p/{SIZE}"
STATE = verify_files(RECORD.files, RECORD.anchor).state
KEYS = RECORD.election.keys
STATIONS = RECORD.election.definition.stations or ()
AMENDMENTS = [n for n in range(SIZE) if isinstance(RECORD.content(n), Amendment)]
#: Approved, that is: the last one was only proposed.
IN_FORCE = AMENDMENTS[:-1]


def _change_at(place: int) -> Change:
    content = RECORD.content(place)
    assert isinstance(content, Amendment)
    return content.change


def _place_of(kind: type[Change], *, is_last: bool = False) -> int:
    places = [place for place in IN_FORCE if isinstance(_change_at(place), kind)]
    return places[-1 if is_last else 0]


def _failed(verified: Verified) -> set[str]:
    return {item.code.value for item in verified.steps if item.status is StepStatus.FAILED}


def _replaced(place: int, *contents: tuple[Content, str]) -> list[bytes]:
    """Put other entries into the place of an amendment and its approval."""
    entries = [RECORD.sign(content, signer) for content, signer in contents]
    return [*RECORD.entries[:place], *entries, *RECORD.entries[place + 2 :]]


def _approved(change: Change, *signers: str) -> list[tuple[Content, str]]:
    """Propose a change and have it approved; without other signers by the usual ones."""
    proposer, *others = signers or ("authority-1", "authority-2")
    digest = hashlib.sha256(RECORD.sign(Amendment(change), proposer)).digest()
    return [(Amendment(change), proposer), *((Approval(digest), signer) for signer in others)]


# --- an outsider -----------------------------------------------------------------------------


def test_every_byte_of_every_amendment_and_approval_is_bound() -> None:
    """One byte of each entry at a time."""
    missed: list[str] = []
    for at in range(max(map(len, RECORD.entries))):
        entries = [bytearray(data) for data in RECORD.entries]
        altered = [place for place in range(SIZE) if at < len(entries[place])]
        for place in altered:
            entries[place][at] ^= 1
        bundle = encode_bundle([bytes(data) for data in entries])
        verified = verify_files({**RECORD.files, BUNDLE: bundle}, RECORD.anchor)
        missed += find_unnamed(verified, [("V05", f"{BUNDLE}: entry {place}") for place in altered])
    assert not missed


def _other_policies() -> Iterator[tuple[str, bytes]]:
    data = RECORD.files[POLICY_NAME]
    lines = data.split(b"\n")[:-1]
    for number, line in enumerate(lines):
        head, rest = lines[:number], lines[number + 1 :]
        for at in {0, len(line) // 2, len(line) - 1}:
            other = line[:at] + bytes([line[at] ^ 1]) + line[at + 1 :]
            yield f"line {number}, byte {at}", b"\n".join([*head, other, *rest, b""])
        yield f"line {number} left out", b"\n".join([*head, *rest, b""])
        yield f"line {number} twice", b"\n".join([*head, line, line, *rest, b""])
    yield "of the definition", KEYS.policy.encode()
    first = _change_at(IN_FORCE[0])
    assert isinstance(first, PolicyReplaced)
    yield "in force before", first.policy.encode()
    yield "of another election", small_record(2).files[POLICY_NAME]
    yield "nothing", b""
    yield "no policy", b"<html>"


@pytest.mark.parametrize("data", [pytest.param(item[1], id=item[0]) for item in _other_policies()])
def test_a_policy_that_is_not_in_force_is_named(data: bytes) -> None:
    """By whoever copies the record, and by whoever signs its manifest."""
    files = {**RECORD.files, POLICY_NAME: data}
    verified = verify_files(files, RECORD.anchor)
    assert not list(find_passes(verified, "copied", ("V18", "V19"), POLICY_NAME))
    verified = verify_files(sign_files(RECORD, files), RECORD.anchor)
    assert not list(find_passes(verified, "signed", ("V18",), POLICY_NAME))


# --- approvals -------------------------------------------------------------------------------


def _without_force() -> Iterator[tuple[str, str, list[bytes]]]:
    """Take an amendment out of force on which something depends; give what must notice."""
    for kind, step in ((PolicyReplaced, "V18"), (KeyReplaced, "V08"), (SignerEnrolled, "V08")):
        place = _place_of(kind, is_last=kind is PolicyReplaced)
        change = _change_at(place)
        name = kind.__name__
        proposal, approval = _approved(change)
        yield f"{name}: not approved", step, _replaced(place, proposal)
        yield f"{name}: not proposed", step, _replaced(place, approval)
        yield (
            f"{name}: approved by its proposer",
            step,
            _replaced(place, *_approved(change, "authority-1", "authority-1")),
        )
        yield f"{name}: approved before it was proposed", step, _replaced(place, approval, proposal)
        for stranger in ("auditor-1", "operator", "board-1", "nobody"):
            yield (
                f"{name}: approved by {stranger}",
                step,
                _replaced(place, *_approved(change, "authority-1", stranger)),
            )
            yield (
                f"{name}: proposed by {stranger}",
                step,
                _replaced(place, *_approved(change, stranger, "authority-2")),
            )


@pytest.mark.parametrize(
    ("step", "entries"), [pytest.param(*item[1:], id=item[0]) for item in _without_force()]
)
def test_what_rests_on_an_amendment_that_is_not_in_force_is_named(
    step: str, entries: list[bytes]
) -> None:
    verified = verify_files(relog(RECORD, entries), RECORD.anchor)
    assert not list(find_passes(verified, "not in force", (step,)))


@pytest.mark.parametrize("place", IN_FORCE)
@pytest.mark.parametrize("signer", ["auditor-1", "operator", "board-1", "nobody"])
def test_an_amendment_or_an_approval_under_another_key_is_named(place: int, signer: str) -> None:
    for at in (place, place + 1):
        entries = list(RECORD.entries)
        entries[at] = RECORD.sign(RECORD.content(at), signer)
        verified = verify_files(relog(RECORD, entries), RECORD.anchor)
        assert not list(find_passes(verified, signer, ("V08",), f"entry {at}"))


@pytest.mark.parametrize("place", IN_FORCE)
def test_an_approval_of_what_was_never_proposed_is_named(place: int) -> None:
    """An altered proposal has another digest: its old approvals approve nothing."""
    entries = list(RECORD.entries)
    entries[place] = RECORD.sign(Amendment(KeyReplaced("auditor-1", None)), "authority-1")
    verified = verify_files(relog(RECORD, entries), RECORD.anchor)
    assert not list(find_passes(verified, "proposal", ("V10",), f"entry {place + 1}"))
    entries = list(RECORD.entries)
    entries[place + 1] = RECORD.sign(Approval(bytes(32)), "authority-2")
    verified = verify_files(relog(RECORD, entries), RECORD.anchor)
    assert not list(find_passes(verified, "approval", ("V10",), f"entry {place + 1}"))


@pytest.mark.parametrize("place", range(1, SIZE - 1))
def test_a_rewritten_list_of_amendments_contradicts_what_a_reader_kept(place: int) -> None:
    """Before the first bulletin nothing in the record can; so readers keep checkpoints."""
    entries = RECORD.entries
    assert STATE is not None
    cases = {
        "dropped": [*entries[:place], *entries[place + 1 :]],
        "twice": [*entries[: place + 1], *entries[place:]],
        "exchanged": [*entries[:place], entries[place + 1], entries[place], *entries[place + 2 :]],
    }
    for name, others in cases.items():
        verified = verify_files(relog(RECORD, others), RECORD.anchor, STATE)
        assert verified.answer is not Answer.VERIFIED, name
        assert verified.answer is Answer.CONTRADICTED or len(others) < SIZE


# --- changes that cannot be ------------------------------------------------------------------


def _inapplicable() -> Iterator[tuple[str, Change]]:
    station, division = STATIONS[0], STATIONS[3].division
    free = KEYS.signer("free").public.raw
    taken = KEYS.signer("authority-1").public.raw
    policy = RECORD.files[POLICY_NAME].decode()
    lines = policy.splitlines(keepends=True)
    renamed = NoteSigner("simulation.example/other", KEYS.log.key)
    yield "policy: none", PolicyReplaced("no policy\n")
    yield "policy: no log", PolicyReplaced("".join(lines[1:]))
    yield "policy: two logs", PolicyReplaced(lines[0] + policy)
    yield (
        "policy: another log",
        PolicyReplaced(f"log {encode_vkey(renamed.vkey)}\n{''.join(lines[1:])}"),
    )
    yield "policy: a quorum of nobody", PolicyReplaced(policy.replace("quorum w", "quorum x"))
    yield "policy: no quorum", PolicyReplaced("".join(lines[:-1]))
    yield (
        "policy: a group of three of two",
        PolicyReplaced(policy.replace("witnesses 2", "witnesses 3")),
    )
    yield "key: of nobody", KeyReplaced("nobody", free)
    yield "key: of somebody else", KeyReplaced("auditor-1", taken)
    yield "key: withdrawn of nobody", KeyReplaced("nobody", None)
    yield "signer: enrolled before", SignerEnrolled("auditor-1", free, "auditor", ROOT)
    yield "signer: a key of somebody else", SignerEnrolled("auditor-3", taken, "auditor", ROOT)
    yield "signer: no division", SignerEnrolled("auditor-3", free, "auditor", "nowhere")
    yield "signer: an authority of a part", SignerEnrolled("a-9", free, "authority", division)
    yield "signer: a device of no station", SignerEnrolled("d-9", free, "device", "no-station")
    yield "station: none", StationMoved("no-station", division, "")
    yield "station: to nowhere", StationMoved(str(station.station), "nowhere", "")
    yield "station: to the country", StationMoved(str(station.station), ROOT, "")
    void, transfer = WithdrawnVotes.VOID, WithdrawnVotes.TRANSFER
    yield "candidacy: none", CandidacyWithdrawn(0, "nobody", void, None)
    yield "candidacy: of no contest", CandidacyWithdrawn(7, "ambar", void, None)
    yield "candidacy: withdrawn before", CandidacyWithdrawn(0, "topacio", void, None)
    yield "candidacy: an heir that withdrew", CandidacyWithdrawn(0, "ambar", transfer, "jade")
    yield "candidacy: an heir that is none", CandidacyWithdrawn(0, "ambar", transfer, "nobody")


@pytest.mark.parametrize("change", [pytest.param(item[1], id=item[0]) for item in _inapplicable()])
def test_a_change_that_cannot_be_is_named_and_changes_nothing(change: Change) -> None:
    """In the place of the proposal that nobody approved; the policy in force stays."""
    place = AMENDMENTS[-1]
    entries = [RECORD.sign(content, signer) for content, signer in _approved(change)]
    entries = [*RECORD.entries[:place], *entries, *RECORD.entries[place + 1 :]]
    verified = verify_files(relog(RECORD, entries), RECORD.anchor)
    assert not list(find_passes(verified, "inapplicable", ("V02",), "entry"))
    assert "V18" not in _failed(verified)


_MALFORMED: Sequence[tuple[type[Change], int, tuple[Any, ...]]] = (
    (PolicyReplaced, 3, (0, 1, 2, 3, 4, 6, "5", None)),
    (PolicyReplaced, 15, ("", 1, None, b"log")),
    (KeyReplaced, 4, ("", "a b", 1, None)),
    (KeyReplaced, 5, (bytes(32), bytes(31), b"\x01" + bytes(31), "0" * 64, 1)),
    (SignerEnrolled, 5, (bytes(32), bytes(31), None)),
    (SignerEnrolled, 6, ("", "king", None, 1)),
    (SignerEnrolled, 7, ("", "a b", None)),
    (StationMoved, 8, ("", None)),
    (StationMoved, 9, ("", None)),
    (StationMoved, 10, ("a b", None)),
    (CandidacyWithdrawn, 11, (-1, 2**32, None)),
    (CandidacyWithdrawn, 12, ("", "A B", None)),
    (CandidacyWithdrawn, 13, (0, 3, None)),
    (CandidacyWithdrawn, 14, ("", "topacio", None)),
)


@pytest.mark.parametrize(("kind", "key", "values"), _MALFORMED)
def test_a_malformed_amendment_under_a_good_signature_is_named(
    kind: type[Change], key: int, values: tuple[Any, ...]
) -> None:
    place = _place_of(kind)
    for value in values:
        message = decode_message(RECORD.entries[place], "entry")
        payload = decode_cbor(message.payload, "entry")
        assert isinstance(payload, dict)
        payload[key] = value
        signer = KEYS.signer(RECORD.signers[place])
        data = sign_message(signer, message.content_type, encode_cbor(payload))
        entries = [*RECORD.entries[:place], data, *RECORD.entries[place + 1 :]]
        verified = verify_files(relog(RECORD, entries), RECORD.anchor)
        assert not list(find_passes(verified, f"{value!r:.30}", ("V07",), f"entry {place}"))


# --- keys before and after -------------------------------------------------------------------


def _incident() -> Incident:
    return Incident(ROOT, IncidentClass.OTHER, 1, bytes(32))


def _opening(number: int) -> StationOpening:
    station = STATIONS[number]
    return StationOpening(str(station.station), station.registered[CONTEST], 0)


@pytest.mark.parametrize(
    ("content", "signer"),
    [
        pytest.param(_opening(0), f"device-{STATIONS[0].station}", id="a key that was replaced"),
        pytest.param(_opening(2), f"device-{STATIONS[2].station}", id="a key that was withdrawn"),
        pytest.param(_opening(1), "another machine", id="the new key, of another station"),
    ],
)
def test_an_entry_after_the_amendment_of_its_key_is_named(content: Content, signer: str) -> None:
    entries = [*RECORD.entries, RECORD.sign(content, signer)]
    verified = verify_files(relog(RECORD, entries), RECORD.anchor)
    assert not list(find_passes(verified, signer, ("V08",), f"entry {SIZE}"))


@pytest.mark.parametrize(
    ("content", "signer"),
    [(_opening(0), "another machine"), (_incident(), "auditor-2")],
    ids=["a new key", "a new signer"],
)
def test_an_entry_before_the_amendment_of_its_key_is_named(content: Content, signer: str) -> None:
    entries = [RECORD.entries[0], RECORD.sign(content, signer), *RECORD.entries[1:]]
    verified = verify_files(relog(RECORD, entries), RECORD.anchor)
    assert not list(find_passes(verified, signer, ("V08",), "entry 1"))


def test_a_proposal_alone_changes_nothing_and_its_approval_does() -> None:
    """The last amendment would take the auditor's key away."""
    report = RECORD.sign(_incident(), "auditor-1")
    verified = verify_files(relog(RECORD, [*RECORD.entries, report]), RECORD.anchor)
    assert verified.answer is Answer.VERIFIED
    digest = hashlib.sha256(RECORD.entries[AMENDMENTS[-1]]).digest()
    approval = RECORD.sign(Approval(digest), "authority-1")
    verified = verify_files(relog(RECORD, [*RECORD.entries, approval, report]), RECORD.anchor)
    assert not list(find_passes(verified, "withdrawn", ("V08",), f"entry {SIZE + 1}"))


# --- whose witnesses count -------------------------------------------------------------------


def _with_cosignatures(*names: str) -> dict[str, bytes]:
    lines = RECORD.files["checkpoint"].decode().splitlines(keepends=True)
    kept = [line for line in lines[5:] if any(f" {name}.example/w " in line for name in names)]
    return {**RECORD.files, "checkpoint": "".join([*lines[:5], *kept]).encode()}


def test_the_witnesses_of_the_reader_count_and_not_those_of_an_amendment() -> None:
    """An authority that lets its witnesses go does not change whom a reader trusts."""
    assert verify_files(_with_cosignatures("party-a"), RECORD.anchor).answer is Answer.UNCHECKED
    two = _with_cosignatures("party-a", "observers")
    assert verify_files(two, RECORD.anchor).answer is Answer.VERIFIED
    identity = RECORD.anchor.identity
    for names, quorum in ((("party-a", "observers"), 2), (("party-a",), 1)):
        anchor = Anchor.of(identity, witness_policy(RECORD.election, *names, quorum=quorum))
        assert verify_files(_with_cosignatures(*names), anchor).answer is Answer.VERIFIED
        for missing in names:
            others = _with_cosignatures(*(set(names) - {missing}))
            assert verify_files(others, anchor).answer is Answer.UNCHECKED


def test_witnesses_that_an_insider_appoints_count_for_nobody() -> None:
    """Approved by the authority, in the log, in tlog-policy: and still not the reader's."""
    other = small_record(2).election
    policy = (
        KEYS.policy.splitlines()[0]
        + "\n"
        + "".join(f"{line}\n" for line in other.keys.policy.splitlines()[1:])
    )
    place = _place_of(PolicyReplaced, is_last=True)
    entries = _replaced(place, *_approved(PolicyReplaced(policy)))
    files = relog(RECORD, entries, {POLICY_NAME: policy.encode()})
    lines = files["checkpoint"].decode().splitlines(keepends=True)
    head = "".join(lines[:5])
    foreign = small_record(2).files["checkpoint"].decode().splitlines(keepends=True)[5:]
    for cosignatures in ([], foreign):
        checkpoint = "".join([head, *cosignatures]).encode()
        verified = verify_files({**files, "checkpoint": checkpoint}, RECORD.anchor)
        assert verified.answer is not Answer.VERIFIED


# --- another key of the log ------------------------------------------------------------------

NEW_KEY = NoteSigner(KEYS.log.name, KEYS.signer("another log key"))
NEW_POLICY = "".join(
    [
        f"log {encode_vkey(NEW_KEY.vkey)}\n",
        *RECORD.files[POLICY_NAME].decode().splitlines(keepends=True)[1:],
    ]
)


def _with_new_key(
    *signers: str, log: NoteSigner = NEW_KEY, is_in_force: bool = True
) -> dict[str, bytes]:
    """Amend the key of the log at the end; sign the record with a key."""
    entries = [
        RECORD.sign(content, signer)
        for content, signer in _approved(PolicyReplaced(NEW_POLICY), *signers)
    ]
    policy = {POLICY_NAME: NEW_POLICY.encode()} if is_in_force else None
    return relog(RECORD, [*RECORD.entries, *entries], policy, log)


def test_a_key_that_the_authority_replaced_is_followed_from_the_old_anchor() -> None:
    """Whole, and from what was remembered under the key before."""
    files = _with_new_key()
    for anchor in (RECORD.anchor, Anchor.of(RECORD.anchor.identity, NEW_POLICY)):
        for since in (None, STATE):
            assert verify_files(files, anchor, since).answer is Answer.VERIFIED


def _false_keys() -> Iterator[tuple[str, str, dict[str, bytes]]]:
    old = KEYS.log
    yield "in no entry", "V03", relog(RECORD, RECORD.entries, None, NEW_KEY)
    policy = {POLICY_NAME: NEW_POLICY.encode()}
    yield "in tlog-policy alone", "V03", relog(RECORD, RECORD.entries, policy, NEW_KEY)
    for signers in (("authority-1",), ("authority-1", "authority-1"), ("authority-1", "auditor-1")):
        approvers = " and ".join(signers[1:]) or "nobody"
        for is_in_force in (False, True):
            files = _with_new_key(*signers, is_in_force=is_in_force)
            yield f"approved by {approvers}, tlog-policy {is_in_force}", "V03", files
    files = _with_new_key("auditor-1", "authority-2", is_in_force=False)
    yield "proposed by the auditor", "V03", files
    yield "the old one goes on signing", "V03", _with_new_key(log=old)
    mixed = _with_new_key()
    yield (
        "the old one signs the manifest",
        "V19",
        {
            **mixed,
            "MANIFEST": sign_files(RECORD, mixed, old)["MANIFEST"],
        },
    )
    yield (
        "the old one signs the checkpoint",
        "V03",
        {
            **mixed,
            "checkpoint": _with_new_key(log=old)["checkpoint"],
        },
    )


@pytest.mark.parametrize(
    ("step", "files"), [pytest.param(*item[1:], id=item[0]) for item in _false_keys()]
)
def test_a_key_of_the_log_that_is_not_in_force_is_rejected(
    step: str, files: dict[str, bytes]
) -> None:
    verified = verify_files(files, RECORD.anchor)
    assert not list(find_passes(verified, "key", (step,)))
