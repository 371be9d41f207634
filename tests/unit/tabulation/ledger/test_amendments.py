"""What an amendment changes from its place on, and what it can never do."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from escrutinio.definition import DivisionId
from escrutinio.log.entries.model import (
    Amendment,
    Approval,
    CandidacyWithdrawn,
    Change,
    Hold,
    KeyReplaced,
    PolicyReplaced,
    SignerEnrolled,
    StationMoved,
    WithdrawnVotes,
)
from escrutinio.primitives.vkey import SignatureType, VerifierKey, encode_vkey
from escrutinio.tabulation import ContestTally
from escrutinio.tabulation.ledger import Ledger, find_log_keys, record_rows, tabulate_rows
from tests.builders import ROOT, contest
from tests.ledger_world import POLICY, Writer, key_of, official, sheet


def _policy_of(origin: str, kind: SignatureType, name: str = "new log") -> str:
    """Give a policy with another key of a log."""
    size = 1312 if kind is SignatureType.ML_DSA_44 else 32
    key = VerifierKey(origin, kind, (key_of(name) * 41)[:size])
    return f"log {encode_vkey(key)}\nquorum none\n"


def _read(log: Writer) -> Ledger:
    ledger = Ledger.begin(log.definition)
    for entry in log.entries:
        ledger.apply(entry)
    return ledger


def _amend(log: Writer, change: Change) -> None:
    proposal = log.add("a1", Amendment(change))
    log.add("a2", Approval(proposal.digest))


def _tally(log: Writer) -> ContestTally:
    ledger = _read(log)
    return tabulate_rows(ledger, record_rows(ledger, ledger.genesis.contests[0]))


def _votes(tally: ContestTally) -> Mapping[str, int | None]:
    votes: dict[str, int | None] = {str(code): n for code, n in tally.total.candidacies.items()}
    return votes | {str(code): number for code, number in tally.total.categories.items()}


def test_a_replaced_key_signs_nothing_more_and_its_old_sheets_stay() -> None:
    """A lost device does not undo what it sent before it was lost."""
    log = Writer(official())
    log.add("d1", sheet("1"))
    _amend(log, KeyReplaced("d1", key_of("new1")))
    log.add("d1", sheet("1", (0, 0, 9)))
    log.add("new1", sheet("1", (1, 1, 1), version=2, follows=bytes(range(32))))
    ledger = _read(log)
    assert [(item.step, item.index, item.found[-15:]) for item in ledger.departures] == [
        ("V08", 4, "replaced before")
    ]
    assert _tally(log).total.counters.counted == 1
    known = {key for keys in ledger.keys_by_id().values() for key in keys}
    assert {key_of("d1"), key_of("new1")} <= known


def test_a_withdrawn_key_is_replaced_by_none() -> None:
    """The signer is still known, and another amendment can give it a new key."""
    log = Writer(official())
    _amend(log, KeyReplaced("d1", None))
    log.add("d1", sheet("1"))
    _amend(log, KeyReplaced("d1", key_of("new1")))
    log.add("new1", sheet("1"))
    assert [item.index for item in _read(log).departures] == [3]
    assert _tally(log).total.counters.counted == 1


def test_an_amendment_is_in_force_from_its_last_approval() -> None:
    """Before that it is only shown."""
    log = Writer(official())
    enrolled = SignerEnrolled("e1", key_of("new1"), "board", "N")
    log.add("a1", Amendment(enrolled))
    log.add("new1", sheet("1"))
    assert [item.step for item in _read(log).departures] == ["V08"]
    log.add("a3", Approval(log.entries[1].digest))
    log.add("new1", sheet("2"))
    assert len(_read(log).departures) == 1
    assert _read(log).changes == [enrolled]


def test_a_moved_station_takes_its_voters_along() -> None:
    """Expected stations and registered voters of the divisions follow; the sum stays."""
    log = Writer(official())
    log.add("d1", sheet("1"))
    _amend(log, StationMoved("1", "S", "school"))
    ledger = _read(log)
    divisions = ledger.definition.division_by_id
    assert {
        name: (divisions[DivisionId(name)].stations, divisions[DivisionId(name)].registered)
        for name in (ROOT, "N", "S")
    } == {ROOT: (4, 200), "N": (2, 100), "S": (2, 100)}
    counted = {item.division: item.counters.counted for item in _tally(log).divisions}
    assert counted == {ROOT: 1, "N": 0, "S": 1}
    assert ledger.genesis.division_by_id[DivisionId("N")].stations == 3


def test_a_centre_covers_a_station_that_moved_to_it() -> None:
    """Coverage is that of the place in the log."""
    log = Writer(official())
    log.add("c3", sheet("3"))
    _amend(log, StationMoved("3", "S", ""))
    log.add("c3", sheet("3"))
    log.add("c1", sheet("3"))
    assert [(item.step, item.index) for item in _read(log).departures] == [("V08", 1), ("V08", 5)]


def test_void_votes_become_ballots_outside_the_valid_votes() -> None:
    """Nobody gets them, and the ballots are still there."""
    log = Writer(official())
    log.add("d1", sheet("1", (10, 5, 7)))
    _amend(log, CandidacyWithdrawn(0, "A", WithdrawnVotes.VOID, None))
    tally = _tally(log)
    assert _votes(tally) == {"B": 7, "null": 1, "withdrawn:A": 15}
    assert (tally.total.valid, tally.total.cast) == (7, 23)
    made = _read(log).definition.contests[0]
    assert [item.code for item in made.candidacies] == ["B"]
    assert [item.code for item in made.options] == ["B1"]


def test_an_unreadable_line_leaves_void_votes_unknown() -> None:
    """What cannot be read adds nothing, and the station stays open to more."""
    log = Writer(official())
    log.add("d1", sheet("1", (10, None, 7)))
    _amend(log, CandidacyWithdrawn(0, "A", WithdrawnVotes.VOID, None))
    tally = _tally(log)
    assert _votes(tally)["withdrawn:A"] == 0
    assert tally.total.unreadable == 1


def test_transferred_lines_add_to_the_heir() -> None:
    """The lines keep their own totals."""
    log = Writer(official())
    log.add("d1", sheet("1", (10, 5, 7)))
    _amend(log, CandidacyWithdrawn(0, "A", WithdrawnVotes.TRANSFER, "B"))
    tally = _tally(log)
    assert _votes(tally) == {"B": 22, "null": 1}
    assert dict(tally.total.options or {}) == {"A1": 10, "A2": 5, "B1": 7}


def test_transfers_follow_each_other() -> None:
    """An heir that withdraws later passes on everything it holds by then."""
    log = Writer(official(contest("A B C", cap=90)))
    log.add("d1", sheet("1", (10, 5, 7)))
    _amend(log, CandidacyWithdrawn(0, "A", WithdrawnVotes.TRANSFER, "B"))
    assert _votes(_tally(log)) == {"B": 15, "C": 7, "null": 1}
    _amend(log, CandidacyWithdrawn(0, "B", WithdrawnVotes.TRANSFER, "C"))
    tally = _tally(log)
    assert _votes(tally) == {"C": 22, "null": 1}
    assert (tally.total.valid, tally.total.cast) == (22, 23)


def test_what_can_be_read_of_a_transfer_raises_the_cap_of_a_held_sheet() -> None:
    """The heir's own figure is lost; the votes that passed to it are ballots all the same."""
    log = Writer(official(contest("A B C", cap=90)))
    held = log.add("d1", sheet("1", (24, None, 79), null=None))
    log.add("op", Hold(held.digest, ("SHEET-303",)))
    _amend(log, CandidacyWithdrawn(0, "C", WithdrawnVotes.TRANSFER, "B"))
    missing = 60 * (len(official().stations or ()) - 1)
    assert _tally(log).total.outstanding_cap == missing + 24 + 79


def test_void_votes_are_no_ballots_where_a_ballot_carries_several() -> None:
    """A ballot with another vote beside it was counted with that one."""
    log = Writer(official(contest("A B C", cap=90, votes_allowed=2)))
    log.add("d1", sheet("1", (10, 5, 7)))
    _amend(log, CandidacyWithdrawn(0, "A", WithdrawnVotes.VOID, None))
    total = _tally(log).total
    assert (dict(total.candidacies), total.valid) == ({"B": 5, "C": 7}, 12)
    category = _read(log).definition.contests[0].categories[-1]
    assert (category.code, category.in_ballots, category.in_valid) == (
        "withdrawn:A",
        False,
        False,
    )


def test_sheets_are_checked_on_the_form_as_printed() -> None:
    """The rows keep every line; only totals follow the amendment."""
    log = Writer(official())
    log.add("d1", sheet("1"))
    _amend(log, CandidacyWithdrawn(0, "A", WithdrawnVotes.VOID, None))
    ledger = _read(log)
    rows = record_rows(ledger, ledger.genesis.contests[0])
    assert rows.table.fields[:3] == ("option.A1", "option.A2", "option.B1")


def test_another_policy_is_in_force_from_its_place() -> None:
    """Witnesses can change; the log of the record is still one."""
    log = Writer(official())
    other = POLICY.replace("quorum", "# other witnesses\nquorum")
    _amend(log, PolicyReplaced(other))
    ledger = _read(log)
    assert ledger.policy == other
    assert ledger.genesis.trust is not None
    assert ledger.genesis.trust.policy == POLICY


def test_each_key_of_the_log_signs_for_the_sizes_above_its_place() -> None:
    """Up to the place that replaces it the old one, and from the next size on the new one."""
    log = Writer(official())
    old, one, two = (
        POLICY,
        *(_policy_of("example.org/log", SignatureType.ED25519, name) for name in ("one", "two")),
    )
    # Other witnesses under the same key are no other key.
    for policy in (one, one.replace("quorum", "# others\nquorum"), two):
        _amend(log, PolicyReplaced(policy))
    keys = find_log_keys(_read(log))
    expected = dict.fromkeys((0, 1, 2), old) | dict.fromkeys((3, 4, 5, 6), one) | {7: two}
    for size, policy in expected.items():
        assert keys.at(size).origin == "example.org/log"
        assert encode_vkey(keys.at(size).text_key.vkey) == policy.split()[1]
    assert [keys.since(size) for size in (2, 3, 7)] == [None, 2, 6]
    assert [keys.lead_to(size, keys.at(3)) for size in (2, 3, 7)] == [False, True, True]


def test_a_key_of_the_log_that_was_only_proposed_signs_nothing() -> None:
    """One authority signer of two is not enough."""
    log = Writer(official())
    policy = _policy_of("example.org/log", SignatureType.ED25519)
    log.add("a1", Amendment(PolicyReplaced(policy)))
    assert not find_log_keys(_read(log)).later


@pytest.mark.parametrize(
    "change",
    [
        KeyReplaced("nobody", key_of("new1")),
        KeyReplaced("d1", key_of("d2")),
        KeyReplaced("d1", bytes(32)),
        SignerEnrolled("d1", key_of("new1"), "board", "N"),
        SignerEnrolled("e1", key_of("d1"), "board", "N"),
        SignerEnrolled("e1", key_of("new1"), "mayor", "N"),
        SignerEnrolled("e1", key_of("new1"), "operator", "N"),
        SignerEnrolled("e1", key_of("new1"), "device", "N"),
        StationMoved("nowhere", "S", ""),
        StationMoved("1", ROOT, ""),
        CandidacyWithdrawn(5, "A", WithdrawnVotes.VOID, None),
        CandidacyWithdrawn(0, "Z", WithdrawnVotes.VOID, None),
        CandidacyWithdrawn(0, "A", WithdrawnVotes.TRANSFER, "A"),
        CandidacyWithdrawn(0, "A", WithdrawnVotes.TRANSFER, "Z"),
        PolicyReplaced("quorum none\n"),
        PolicyReplaced("log nothing\n"),
        PolicyReplaced(_policy_of("other.example/log", SignatureType.ED25519)),
        PolicyReplaced(_policy_of("example.org/log", SignatureType.ML_DSA_44)),
    ],
    ids=[
        "key of nobody",
        "key of another signer",
        "key that is no point",
        "signer twice",
        "key twice",
        "unknown role",
        "operator of a part",
        "device of a division",
        "unknown station",
        "division with parts",
        "unknown contest",
        "unknown candidacy",
        "heir of itself",
        "unknown heir",
        "policy without a log",
        "policy that cannot be read",
        "policy of another log",
        "policy with a log key of another type",
    ],
)
def test_what_cannot_be_applied_departs_and_changes_nothing(change: Change) -> None:
    """V02: the authority agreed on something that is not possible."""
    log = Writer(official())
    _amend(log, change)
    ledger = _read(log)
    assert [(item.step, item.index) for item in ledger.departures] == [("V02", 2)]
    assert not ledger.changes
    assert ledger.definition == ledger.genesis
    assert ledger.policy == POLICY


def test_the_last_candidacy_cannot_withdraw() -> None:
    """A contest without candidacies has no outcome to speak of."""
    log = Writer(official())
    _amend(log, CandidacyWithdrawn(0, "A", WithdrawnVotes.VOID, None))
    _amend(log, CandidacyWithdrawn(0, "B", WithdrawnVotes.VOID, None))
    assert [(item.step, item.index) for item in _read(log).departures] == [("V02", 4)]
