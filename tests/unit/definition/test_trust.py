"""What a definition says of its signed log: read whole, every fault once, keys checked apart."""

from __future__ import annotations

from dataclasses import replace

import pytest

from escrutinio.definition import (
    BulletinSchedule,
    DefinitionFiles,
    RecordKind,
    Role,
    Signer,
    SignerId,
    Trust,
    check_definition,
    compute_identity,
    decode_definition,
    encode_definition,
    verify_signer_keys,
)
from escrutinio.definition.limits import MAX_FAULTS
from escrutinio.errors import MalformedError
from escrutinio.log import decode_policy
from tests.vectors.definition.documents import (
    POLICY,
    SIGNERS,
    SIGNERS_WITH_SOURCE,
    STATIONS,
    assemble,
    assemble_with_trust,
    document,
    document_with_trust,
    key_of,
    signer,
)

SMALL_ORDER = bytes(32)


def _places(files: DefinitionFiles) -> list[str]:
    return [fault.where for fault in check_definition(files)]


def _trust(files: DefinitionFiles) -> Trust:
    trust = decode_definition(files).trust
    assert trust is not None
    return trust


def _signer(name: str, key: bytes) -> Signer:
    return Signer(SignerId(name), Role.AUDITOR, "EJ", key)


def test_trust_is_read_whole() -> None:
    """What stands in the files stands in the object."""
    trust = _trust(assemble_with_trust())
    assert trust.required == {Role.AUTHORITY: 2, Role.BOARD: 2, Role.CENTRE: 2}
    assert trust.policy == POLICY
    assert trust.bulletins == BulletinSchedule(begin_s=1898546400, every_s=1800)
    assert trust.publish_not_before_s == 1898546400
    assert len(trust.signers) == 10
    device = trust.signers[8]
    assert device.signer == "device-N1.1"
    assert (device.role, device.scope) == (Role.DEVICE, "N1.1")
    assert device.key == key_of("device-N1.1").public.raw


def test_the_policy_is_one_that_a_reader_of_policies_reads() -> None:
    """The text goes into the record as a file, for any client of that format."""
    policy = decode_policy(_trust(assemble_with_trust()).policy.encode(), "policy")
    assert [log.vkey.name for log in policy.logs] == ["log.ejemplia.example/2030"]


def test_a_schedule_need_not_be_promised() -> None:
    """Null is said; a key that is not there would be a slip."""
    doc = document_with_trust("transcription")
    doc["trust"]["bulletins"] = doc["trust"]["publish_not_before_s"] = None
    trust = _trust(assemble_with_trust(doc, None, SIGNERS_WITH_SOURCE))
    assert trust.bulletins is None
    assert trust.publish_not_before_s is None


def test_version_1_has_no_trust_and_keeps_its_identity() -> None:
    """Who holds an identity of version 1 holds it for ever."""
    definition = decode_definition(assemble())
    assert definition.trust is None
    assert definition.identity == (
        "1b1ad6def1606383e4e17baf8c307b6e98b77e99a5c209ab304570d4c6214149"
    )


def test_the_identity_covers_the_keys() -> None:
    """A key that is exchanged before the vote makes another election."""
    one = decode_definition(assemble_with_trust())
    exchanged = SIGNERS.replace(_hex("centre-2"), _hex("other"))
    other = decode_definition(assemble_with_trust(signers=exchanged))
    assert one.identity != other.identity


def _hex(name: str) -> str:
    return key_of(name).public.raw.hex()


def test_signers_are_written_in_order() -> None:
    """The order in the object does not matter, so there is one table."""
    definition = decode_definition(assemble_with_trust())
    assert definition.trust is not None
    signers = tuple(reversed(definition.trust.signers))
    shuffled = replace(definition, trust=replace(definition.trust, signers=signers))
    assert encode_definition(shuffled) == assemble_with_trust()
    assert compute_identity(shuffled) == definition.identity


def test_one_run_names_every_fault_of_trust() -> None:
    """An author mends the files once instead of once per fault."""
    doc = document_with_trust()
    doc["trust"]["required"]["board"] = 0
    doc["trust"]["policy"] = POLICY[:-1]
    doc["trust"]["bulletins"]["every_s"] = "1800"
    signers = SIGNERS.replace(",auditor,", ",observer,").replace("-1,board,N", "-1,board,X")
    signers = signers.replace(_hex("centre-1"), "00" * 32)
    assert _places(assemble_with_trust(doc, signers=signers)) == [
        "definition.json: trust.required.board",
        "definition.json: trust.policy",
        "definition.json: trust.bulletins.every_s",
        "signers.csv: row 2, column role",
        "signers.csv: row 6, column scope",
        "signers.csv: row 8, column key",
    ]


def test_an_unreadable_document_does_not_hide_the_signers() -> None:
    """The rows are looked at even when the document is no JSON at all."""
    files = assemble_with_trust(signers=SIGNERS.replace(",auditor,", ",observer,"))
    assert _places(replace(files, definition=b"{")) == [
        "definition.json",
        "signers.csv: row 2, column role",
    ]


def test_a_later_version_is_one_fault() -> None:
    """The keys of a version that is not known yet are not called unknown too."""
    doc = {**document_with_trust(), "format": "escrutinio-definition/3"}
    assert _places(assemble_with_trust(doc)) == ["definition.json: format"]


def test_trust_in_version_1_is_refused_with_its_file() -> None:
    """A reader of version 1 would not look at the keys; so nobody may think they count."""
    doc = {**document_with_trust(), "format": "escrutinio-definition/1"}
    assert _places(assemble_with_trust(doc)) == ["definition.json: trust", "signers.csv"]


def test_an_unknown_kind_of_record_asks_for_nothing() -> None:
    """Whether it needs a list of stations or a source cannot be told."""
    doc = {**document_with_trust(), "record_kind": "x"}
    assert _places(assemble_with_trust(doc)) == ["definition.json: record_kind"]
    signers = SIGNERS.replace(signer("device-N1.1", "device", "N1.1"), "")
    assert _places(assemble_with_trust(doc, None, signers)) == ["definition.json: record_kind"]


def test_a_station_in_no_division_still_has_its_device() -> None:
    """Where the station stands is one fault, not one more for its key."""
    stations = STATIONS.replace("N1.1,N1,", "N1.1,X1,")
    places = _places(assemble_with_trust(stations=stations))
    assert places == ["stations.csv: row 2, column division"]


def test_a_station_on_a_row_left_out_may_still_have_its_device() -> None:
    """The row has a fault of its own; that nobody could read it is not the device's."""
    stations = STATIONS.replace("N1.1,N1,device,", "N1.1,N1,")
    assert _places(assemble_with_trust(stations=stations)) == ["stations.csv: row 2"]


def test_an_official_record_says_which_stations_there_are() -> None:
    """An unlisted station could be invented after the vote."""
    files = assemble_with_trust(stations=None)
    faults = check_definition(files)
    assert [fault.where for fault in faults] == [
        "definition.json: stations",
        "signers.csv: row 10, column scope",
    ]
    assert "official record" in faults[0].expected


def test_version_1_may_be_official_without_a_list() -> None:
    """It opens no log, so the rule of version 2 does not reach it."""
    doc = {**document(), "record_kind": "official"}
    definition = decode_definition(assemble(doc, stations=None))
    assert definition.record_kind is RecordKind.OFFICIAL


def test_too_few_signers_are_counted() -> None:
    """The message alone must be enough to mend the file."""
    doc = document_with_trust()
    doc["trust"]["required"]["authority"] = 4
    (fault,) = check_definition(assemble_with_trust(doc))
    assert str(fault) == "signers.csv: expected 4 or more signers of role authority, found 3"


def test_reading_leaves_points_to_their_own_check() -> None:
    """30,000 of them take a second, which a reader may spend on all cores, or later."""
    files = assemble_with_trust(signers=SIGNERS.replace(_hex("centre-2"), SMALL_ORDER.hex()))
    trust = _trust(files)
    verify_signer_keys(trust.signers[:7])
    with pytest.raises(MalformedError) as caught:
        verify_signer_keys(trust.signers[7:])
    (fault,) = caught.value.faults
    assert fault.where == "signers.csv: signer centre-2"
    assert _places(files) == ["signers.csv: row 9, column key"]


def test_every_bad_key_is_named_up_to_a_bound() -> None:
    """A hostile table cannot make the answer larger than itself."""
    good = key_of("good").public.raw
    some = [_signer("bad-1", SMALL_ORDER), _signer("good", good), _signer("bad-2", b"short")]
    with pytest.raises(MalformedError) as caught:
        verify_signer_keys(some)
    assert [fault.where for fault in caught.value.faults] == [
        "signers.csv: signer bad-1",
        "signers.csv: signer bad-2",
    ]
    with pytest.raises(MalformedError) as caught:
        verify_signer_keys(_signer(f"s{n}", SMALL_ORDER) for n in range(MAX_FAULTS + 1))
    assert len(caught.value.faults) == MAX_FAULTS


def test_no_signers_are_no_bad_ones() -> None:
    """A process that gets an empty part has nothing to say."""
    verify_signer_keys(())


HOSTILE_SIGNERS: dict[str, str | bytes] = {
    "a cell of 10 MB": SIGNERS.replace("auditor-1", "x" * 10_000_000),
    "a key of 10 MB": SIGNERS.replace(_hex("auditor-1"), "0" * 10_000_000),
    "a key of spaces": SIGNERS.replace(_hex("auditor-1"), " " * 64),
    "a key of other digits": SIGNERS.replace(_hex("auditor-1"), "\u0660" * 64),
    "one line of commas": "," * 5_000_000,
    "no UTF-8": SIGNERS.replace("auditor-1", "ñ").encode("latin-1"),
}


@pytest.mark.parametrize("name", HOSTILE_SIGNERS)
def test_a_hostile_table_of_signers_is_refused(name: str) -> None:
    """Whoever sends a table must not be able to do more than have it refused."""
    faults = check_definition(assemble_with_trust(signers=HOSTILE_SIGNERS[name]))
    assert faults
    assert all(len(str(fault)) < 500 for fault in faults)


def test_a_source_may_stand_beside_devices() -> None:
    """A role that a record does not use does no harm and may be needed by a later part."""
    assert not _places(assemble_with_trust(signers=SIGNERS + signer("source-1", "source", "EJ")))
