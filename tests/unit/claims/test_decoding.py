"""Reading a claims file: what is kept, and every way to write it wrong."""

from __future__ import annotations

from fractions import Fraction

import pytest

from escrutinio.claims import (
    Assertion,
    AssertionKind,
    ClaimKind,
    CoverageUnit,
    PrintedShare,
    Scope,
    decode_claims,
)
from escrutinio.claims.limits import MAX_CLAIMS, MAX_CLAIMS_BYTES, MAX_COUNT
from escrutinio.definition import CandidacyCode, ContestCode
from escrutinio.errors import MalformedError
from escrutinio.primitives.faults import MAX_LISTED_FAULTS
from tests.unit.claims.world import World

WORLD = World()

WHOLE = """
id = "F1"
contest = "president"
kind = "bulletin"
date = "2024-08-02"
source = "a paper"
speaker = { en = "council", es = "consejo" }
title = "Second bulletin"
announcement = "bulletin-2"
series = "council"
number = 2
leads = "A"
elected = "B"
asserts = ["irreversible"]
valid = 100
cast = 101
registered = 200
turnout = "59.97"
margin = "0.5"
[claim.coverage]
of = "stations"
percent = "96.87"
stations = 9
stations_expected = 10
registered = 190
[claim.votes]
A = 60
others = [30, 10]
[claim.shares]
A = "60.00"
others = ["30", "10.0"]
[claim.categories]
null = 1
"""


def _faults(claim: str, start: str = "") -> list[str]:
    with pytest.raises(MalformedError) as caught:
        WORLD.read(claim, turnouts=start)
    return [str(fault) for fault in caught.value.faults]


def test_every_key_is_kept_as_printed() -> None:
    """A figure that changes while it is read is no longer what the source printed."""
    claim = WORLD.read_one(WHOLE)
    assert claim.id == "F1"
    assert claim.kind is ClaimKind.BULLETIN
    assert claim.speaker.by_language == {"en": "council", "es": "consejo"}
    assert claim.title.by_language == {"en": "Second bulletin"}
    assert (claim.series, claim.number) == ("council", 2)
    assert claim.coverage is not None
    assert claim.coverage.of is CoverageUnit.STATIONS
    assert claim.coverage.percent == PrintedShare("96.87", Fraction(9687, 10_000), 2)
    assert claim.coverage.registered == 190
    assert claim.figures.votes == {"A": 60}
    assert claim.figures.other_votes == (30, 10)
    assert claim.figures.shares[CandidacyCode("A")].text == "60.00"
    assert [share.decimals for share in claim.figures.other_shares] == [0, 1]
    assert claim.figures.categories == {"null": 1}
    assert claim.assertions == (
        Assertion(AssertionKind.LEADS, CandidacyCode("A")),
        Assertion(AssertionKind.ELECTED, CandidacyCode("B")),
        Assertion(AssertionKind.IRREVERSIBLE, None),
    )


def test_the_contest_may_be_left_out_when_there_is_one() -> None:
    """Most files are about one contest, and nobody should have to repeat it."""
    assert WORLD.read_one('id = "x"').contest == ContestCode("president")


@pytest.mark.parametrize(
    ("claim", "scope"),
    [
        ('kind = "exit_poll"', Scope.WHOLE),
        ('kind = "parallel"', Scope.COUNTED),
        ('kind = "parallel"\nscope = "whole"', Scope.WHOLE),
    ],
    ids=["an exit poll is about all", "a count is about its part", "said otherwise"],
)
def test_the_scope_follows_the_kind_unless_it_is_said(claim: str, scope: Scope) -> None:
    """The share of a part must not be held against the whole result."""
    assert WORLD.read_one(claim).scope is scope


BAD_CLAIMS = {
    "unknown key": ("vote = 3", "key vote: expected one of the keys id, contest,"),
    "nearest key": ("vote = 3", "found an unknown key. Did you mean 'votes'?"),
    "count of thousands of digits": (f"valid = 0x{'f' * 5_000}", "found a number of 20000 bits"),
    "unknown key in coverage": (
        '[claim.coverage]\nof = "stations"\npercent = "1"\npct = 3',
        "key coverage.pct: expected one of the keys of, percent, stations",
    ),
    "share as a number": (
        "[claim.shares]\nA = 51.20",
        'found the number 51.20. Write it as text, so that its decimals are kept: "51.20".',
    ),
    "share as an integer": ("[claim.shares]\nA = 51", "Write it as text, in quotes."),
    "share with a percent sign": ('[claim.shares]\nA = "51 %"', "no % sign"),
    "share with a comma": ('[claim.shares]\nA = "51,2"', "Use a point"),
    "negative share": ('[claim.shares]\nA = "-1"', "found '-1'"),
    "share beyond any percentage": ('[claim.shares]\nA = "1001"', "at most 1000 %"),
    "share with endless decimals": ('[claim.shares]\nA = "1.1234567890123"', "12 decimals"),
    "negative count": ("valid = -1", f"a whole number from 0 to {MAX_COUNT}, found -1"),
    "fractional count": ("valid = 1.5", "found the number 1.5"),
    "huge count": (f"valid = {MAX_COUNT + 1}", f"found {MAX_COUNT + 1}"),
    "count as text": ('valid = "12"', "Write it with digits only, without quotes."),
    "count as true": ("valid = true", "found true"),
    "unknown candidacy": ("[claim.votes]\nZ = 3", "one of the keys A, B, C, rest, others"),
    "unknown category": ("[claim.categories]\nblank = 3", "one of the keys null"),
    "unknown contest": ('contest = "senate"', "a contest of the definition (president)"),
    "unknown kind": ('kind = "rumour"', "one of 'bulletin', 'parallel'"),
    "unknown leader": ('leads = "Z"', "a candidacy (A, B, C), found 'Z'"),
    "unknown assertion": ('asserts = ["won"]', "words out of 'irreversible'"),
    "assertion twice": ('asserts = ["irreversible", "irreversible"]', "at most 1"),
    "date without quotes": ("date = 2024-07-29", "Put it in quotes."),
    "no such day": ('date = "2024-02-30"', "found '2024-02-30'"),
    "id with a space": ('id = "a b"', "key id: expected letters, digits"),
    "empty source": ('source = ""', "key source: expected one line of text"),
    "text that drives the terminal": (
        r'title = "\u001b[2J"',
        "key title: expected one line of text",
    ),
    "text that turns around": (r'source = "a\u202eb"', "key source: expected one line of text"),
    "number without series": ("number = 1", "key series: expected series and number together"),
    "series without number": ('series = "s"', "key number: expected series and number together"),
    "coverage of nothing": ('[claim.coverage]\nof = "stations"', "percent, stations or registered"),
    "coverage without unit": ('[claim.coverage]\npercent = "80"', "key coverage.of: expected one"),
    "coverage as text": ('coverage = "80 %"', "key coverage: expected a table"),
    "rest and others": ("[claim.votes]\nrest = 1\nothers = [1]", "either rest or others"),
    "more others than candidacies": ("[claim.votes]\nA = 1\nothers = [1, 1, 1]", "at most 2"),
    "others that do not pair": (
        '[claim.votes]\nothers = [1, 2]\n[claim.shares]\nothers = ["1"]',
        "as many percentages as there are votes.others",
    ),
    "title in no language": ("title = {}", "1 to 50 languages"),
    "title in a strange language": ('title = { English = "x" }', "language codes such as en"),
}


@pytest.mark.parametrize(("claim", "words"), BAD_CLAIMS.values(), ids=BAD_CLAIMS.keys())
def test_a_fault_names_the_claim_the_line_and_the_key(claim: str, words: str) -> None:
    """An author who is told the place mends the file in one go."""
    faults = _faults(claim)
    assert any(words in fault for fault in faults), faults
    assert all(fault.startswith("c.toml: claim ") for fault in faults)


def test_every_missing_key_is_named_at_once() -> None:
    """One run, one list: nobody mends a file fault by fault."""
    data = b'format = "escrutinio-claims/1"\n[[claim]]\n'
    with pytest.raises(MalformedError) as caught:
        decode_claims(data, [WORLD.contest], "c.toml")
    places = [fault.where for fault in caught.value.faults]
    keys = ["kind", "id", "date", "source", "speaker", "title"]
    assert places == [f"c.toml: claim number 1 (line 2), key {key}" for key in keys]


def test_two_claims_with_one_id_are_named_with_both_places() -> None:
    """A statement names its claim by id; two with one id could not be told apart."""
    with pytest.raises(MalformedError) as caught:
        WORLD.read('id = "B1"', 'id = "B1"')
    (fault,) = caught.value.faults
    assert fault.where == "c.toml: claim B1 (line 9), key id"
    assert fault.found == '"B1", which is also the id of claim B1 (line 2)'


BAD_FILES = {
    "empty": (b"", "key format: expected 'escrutinio-claims/1', found nothing"),
    "another version": (b'format = "escrutinio-claims/2"', "found 'escrutinio-claims/2'"),
    "not TOML": (b"format =", "expected valid TOML 1.0"),
    "not UTF-8": (b'\nformat = "\xff"', "c.toml: line 2: expected text in UTF-8, found byte 0xff"),
    "unknown key": (b'format = "escrutinio-claims/1"\nclaims = 1', "format, turnouts, claim"),
    "claim without brackets": (
        b'format = "escrutinio-claims/1"\n[claim]\nid = "x"',
        "expected [[claim]] tables",
    ),
    "nested beyond sense": (b"a = " + b"[" * 100_000, "expected valid TOML 1.0"),
    "a number of 5,000 digits": (b"a = " + b"9" * 5_000, "expected valid TOML 1.0"),
    "too large": (b"#" * (MAX_CLAIMS_BYTES + 1), f"at most {MAX_CLAIMS_BYTES} bytes"),
    "too many claims": (b"[[claim]]\n" * (MAX_CLAIMS + 1), f"at most {MAX_CLAIMS} claims"),
    "turnout above 100": (
        b'format = "escrutinio-claims/1"\nturnouts = ["101"]',
        'turnouts above 0 and up to 100, found "101"',
    ),
    "turnout twice": (
        b'format = "escrutinio-claims/1"\nturnouts = ["59", "59.0"]',
        'each turnout once, found "59.0" again',
    ),
    "turnout as a number": (b'format = "escrutinio-claims/1"\nturnouts = [59]', "in quotes"),
}


@pytest.mark.parametrize(("data", "words"), BAD_FILES.values(), ids=BAD_FILES.keys())
def test_a_file_that_is_not_a_claims_file_is_refused(data: bytes, words: str) -> None:
    """Bytes from anywhere give one clear error and never another exception."""
    with pytest.raises(MalformedError) as caught:
        decode_claims(data, [WORLD.contest], "c.toml")
    assert words in str(caught.value)


def test_a_flood_of_faults_is_counted_and_not_listed() -> None:
    """A file of another kind must not print for an hour."""
    keys = "\n".join(f"k{index} = 1" for index in range(MAX_LISTED_FAULTS + 5))
    faults = _faults(keys)
    assert len(faults) == MAX_LISTED_FAULTS + 1
    assert faults[-1] == "c.toml: expected no faults, found 5 more that are not listed"
