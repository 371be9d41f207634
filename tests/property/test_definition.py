"""Laws of the definition format: one spelling, no loss, no change unnoticed."""

from __future__ import annotations

import json
from dataclasses import replace
from fractions import Fraction
from typing import Any

import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from escrutinio.definition import (
    Base,
    BulletinSchedule,
    Candidacy,
    CandidacyCode,
    Category,
    CategoryCode,
    CheckProfile,
    Clause,
    Comparison,
    Condition,
    Contest,
    ContestCode,
    Definition,
    DefinitionFiles,
    Division,
    DivisionId,
    Lead,
    Level,
    Option,
    OptionCode,
    Phase,
    RecordKind,
    RegisterTotal,
    Role,
    Rule,
    SeatsRule,
    Severity,
    Share,
    SheetType,
    Signer,
    SignerId,
    Spread,
    Station,
    StationId,
    StationKind,
    TieRule,
    Trust,
    WinnerRule,
    check_definition,
    compute_identity,
    decode_definition,
    encode_definition,
    seal_definition,
    verify_signer_keys,
)
from escrutinio.definition.reach import compute_reach
from escrutinio.errors import MalformedError
from escrutinio.primitives import JsonValue, Names, Sha256Hex, encode_canonical
from escrutinio.primitives.keys import SigningKey

CODES = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9._-]{0,6}", fullmatch=True)
IDS = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9._:/-]{0,8}", fullmatch=True)
LABELS = st.text(st.sampled_from("ab Zñé中ü,\"'-.()👍"), min_size=1, max_size=12).filter(
    lambda text: text == text.strip()
)
NAMES = st.dictionaries(st.sampled_from(["en", "es", "qu"]), LABELS, min_size=1).map(Names)
COUNTS = st.integers(0, 2000)
SHARES = st.builds(
    lambda parts: Fraction(min(parts), max(parts) + 1),
    st.tuples(st.integers(1, 999), st.integers(1, 999)),
)
LEVELS = ("country", "state", "parish")


def _comparisons(kind: type[Share | Lead]) -> st.SearchStrategy[Any]:
    bases = st.sampled_from([Base.VALID, Base.CAST])
    return st.builds(kind, bases, st.sampled_from(Comparison), SHARES)


@st.composite
def rules(draw: st.DrawFn, states: int) -> Rule:
    """Draw a rule over a country with that many states."""
    if draw(st.booleans()):
        threshold = draw(st.none() | _comparisons(Share))
        tie = draw(st.sampled_from([TieRule.LOTS, TieRule.NEW_ELECTION]))
        return SeatsRule(draw(st.integers(1, 300)), threshold, tie)
    conditions: list[st.SearchStrategy[Condition]] = [_comparisons(Share), _comparisons(Lead)]
    if states:
        spread = st.builds(
            Spread,
            st.just(Base.VALID),
            st.sampled_from(Comparison),
            SHARES,
            st.just("state"),
            st.integers(1, states),
        )
        conditions.append(spread)
    clause = st.lists(st.one_of(conditions), min_size=1, max_size=3).map(tuple).map(Clause)
    clauses = draw(st.just([Clause(())]) | st.lists(clause, min_size=1, max_size=3))
    runoff = draw(st.sampled_from([0, 2, 3]))
    ties = [TieRule.LOTS, TieRule.NEW_ELECTION, *([TieRule.RUNOFF] if runoff else [])]
    return WinnerRule(tuple(clauses), runoff, draw(st.sampled_from(ties)))


@st.composite
def contests(draw: st.DrawFn, code: str, division: DivisionId, states: int) -> Contest:
    """Draw a contest of an area with that many states in it."""
    codes = draw(st.lists(CODES, min_size=2, max_size=5, unique=True))
    category, *lines = codes
    candidacies = tuple(Candidacy(CandidacyCode(line), draw(NAMES)) for line in lines)
    options = tuple(Option(OptionCode(item.code), item.code, draw(NAMES)) for item in candidacies)
    return Contest(
        code=ContestCode(code),
        names=draw(NAMES),
        division=division,
        votes_allowed=draw(st.integers(1, 5)),
        candidacies=candidacies,
        options=draw(st.sampled_from([(), options])),
        categories=(Category(CategoryCode(category), draw(NAMES), True, draw(st.booleans())),),  # noqa: FBT003  # in_ballots
        max_ballots_per_station=draw(st.none() | st.integers(4000, 9000)),
        register_totals=tuple(
            RegisterTotal(f"r{index}", draw(COUNTS), draw(NAMES), draw(LABELS))
            for index in range(draw(st.integers(0, 2)))
        ),
        rule=draw(rules(states)),
    )


@st.composite
def territories(draw: st.DrawFn) -> tuple[Division, ...]:
    """Draw a country of states and parishes that state nothing of their stations."""
    ids = draw(st.lists(IDS, min_size=1, max_size=8, unique=True).map(sorted))
    root, *others = [DivisionId(text) for text in ids]
    count = draw(st.integers(0, len(others)))
    states, parishes = others[:count], others[count:]
    parents = [draw(st.sampled_from(states)) if states else root for _ in parishes]
    return (
        Division(root, None, "country", draw(LABELS), None, None),
        *(Division(item, root, "state", draw(LABELS), None, None) for item in states),
        *(
            Division(item, parent, "parish", draw(LABELS), None, None)
            for item, parent in zip(parishes, parents, strict=True)
        ),
    )


@st.composite
def rosters(
    draw: st.DrawFn, divisions: tuple[Division, ...], votes: tuple[Contest, ...]
) -> tuple[Station, ...]:
    """Draw stations in the smallest divisions, with rolls and caps for what they vote in."""
    parents = {division.parent for division in divisions}
    smallest = [item.division for item in divisions if item.division not in parents]
    reach = compute_reach(divisions, votes)
    stations = []
    for text in sorted(draw(st.lists(IDS, max_size=6, unique=True))):
        area = draw(st.sampled_from(smallest))
        shared = draw(COUNTS)
        registered = {}
        max_ballots = {}
        for code in (votes[position].code for position in reach[area]):
            registered[code] = draw(st.just(shared) | COUNTS)
            if draw(st.booleans()):
                max_ballots[code] = registered[code] + draw(st.integers(0, 9))
            if draw(st.integers(0, 3)) == 0:
                del registered[code]
        kind = draw(st.sampled_from(StationKind))
        place = draw(st.just("") | IDS)
        stations.append(Station(StationId(text), area, kind, place, registered, max_ballots))
    return tuple(stations)


TIMES = st.integers(0, 2**32 - 1)
POLICY_LINES = st.lists(st.sampled_from(["", "# año", "witness w x+0+y", "quorum none", "logs"]))
#: Keys are slow to make, so they are drawn from a few; each is used once in a definition.
KEYS = [SigningKey(bytes([number]) * 32).public.raw for number in range(24)]


@st.composite
def trusts(
    draw: st.DrawFn, divisions: tuple[Division, ...], stations: tuple[Station, ...] | None
) -> Trust:
    """Draw what an official or transcribed record with these places can say of its log."""
    root, *areas = [division.division for division in divisions]
    authorities = draw(st.integers(1, 3))
    places = [(Role.AUTHORITY, str(root))] * authorities
    places += [(Role.OPERATOR, str(root)), (Role.SOURCE, str(root))]
    local = st.tuples(
        st.sampled_from([Role.AUDITOR, Role.BOARD, Role.CENTRE]), st.sampled_from([root, *areas])
    )
    places += [(role, str(area)) for role, area in draw(st.lists(local, max_size=4))]
    places += [(Role.DEVICE, str(station.station)) for station in stations or ()]
    ids = st.lists(IDS, min_size=len(places), max_size=len(places), unique=True)
    names = sorted(draw(ids))
    keys = draw(st.permutations(KEYS))
    order = draw(st.permutations(places))
    signers = tuple(
        Signer(SignerId(name), role, scope, key)
        for name, (role, scope), key in zip(names, order, keys, strict=False)
    )
    lines = [*draw(POLICY_LINES), "log l+0+k", *draw(POLICY_LINES)]
    return Trust(
        required={
            Role.AUTHORITY: draw(st.integers(1, authorities)),
            Role.BOARD: draw(st.integers(1, 100)),
            Role.CENTRE: draw(st.integers(1, 100)),
        },
        policy="".join(f"{line}\n" for line in lines),
        bulletins=draw(
            st.none() | st.builds(BulletinSchedule, TIMES, st.integers(1, 365 * 86_400))
        ),
        publish_not_before_s=draw(st.none() | TIMES),
        signers=signers,
        sheets=draw(st.sampled_from(SheetType)),
    )


@st.composite
def definitions(draw: st.DrawFn) -> Definition:
    """Draw a definition that follows the rules of the format."""
    divisions = draw(territories())
    states = sum(division.level == "state" for division in divisions)
    root = divisions[0].division
    votes = [draw(contests("nation", root, states))]
    if states:
        votes.append(draw(contests("governor", divisions[1].division, 1)))
        votes = draw(st.permutations(votes))
    stations = draw(st.none() | rosters(divisions, tuple(votes)))
    if stations is not None:
        count = draw(st.sampled_from([None, len(stations)]))
        divisions = (replace(divisions[0], stations=count), *divisions[1:])
    severities = st.dictionaries(st.sampled_from(SheetType), st.sampled_from(Severity), min_size=1)
    trust = draw(st.none() | trusts(divisions, stations))
    # Who opens a log of official sheets lists the stations.
    kinds = [RecordKind.TRANSCRIPTION] if trust and stations is None else list(RecordKind)
    definition = Definition(
        identity=Sha256Hex(""),
        record_kind=draw(st.sampled_from(kinds)),
        phase=draw(st.sampled_from(Phase)),
        names=draw(NAMES),
        date=draw(st.dates()).isoformat(),
        time_zone=draw(st.sampled_from(["UTC", "America/Argentina/Buenos_Aires", "Etc/GMT+4"])),
        levels=tuple(Level(code, draw(NAMES)) for code in LEVELS),
        divisions=divisions,
        stations=stations,
        contests=tuple(votes),
        check_profile=CheckProfile(
            draw(st.dictionaries(st.just("a_limit"), COUNTS)),
            draw(st.dictionaries(st.just("SHEET-001"), severities)),
        ),
        sources=tuple(draw(st.lists(LABELS, max_size=2))),
        trust=trust,
    )
    return replace(definition, identity=compute_identity(definition))


@given(definitions())
def test_decoding_gives_what_was_encoded(definition: Definition) -> None:
    """Nothing is lost on the way to bytes and back."""
    files = encode_definition(definition)
    assert check_definition(files) == ()
    assert decode_definition(files) == definition
    if definition.trust is not None:
        verify_signer_keys(definition.trust.signers)


@given(definitions())
def test_there_is_one_spelling(definition: Definition) -> None:
    """The bytes that were read are the bytes that are written; sealing adds nothing."""
    files = encode_definition(definition)
    assert encode_definition(decode_definition(files)) == files
    assert _seal(files) == files


def _seal(files: DefinitionFiles) -> DefinitionFiles:
    return seal_definition(files.definition, files.divisions, files.stations, files.signers)


@given(definitions(), st.randoms(use_true_random=False))
def test_the_order_an_author_writes_in_does_not_matter(definition: Definition, order: Any) -> None:  # noqa: ANN401  # hypothesis gives a random.Random
    """Rows, keys and spaces of a draft change nothing in what is sealed."""
    files = encode_definition(definition)

    def shuffle(table: bytes) -> bytes:
        header, *rows = table.splitlines(keepends=True)
        order.shuffle(rows)
        return b"".join([header, *rows])

    draft = json.loads(files.definition)
    keys = list(draft)
    order.shuffle(keys)
    text = json.dumps({key: draft[key] for key in keys}, indent=1).encode()
    draft_files = DefinitionFiles(
        text,
        shuffle(files.divisions),
        None if files.stations is None else shuffle(files.stations),
        None if files.signers is None else shuffle(files.signers),
    )
    assert _seal(draft_files) == files


@given(definitions(), st.data())
def test_no_byte_changes_unnoticed(definition: Definition, data: st.DataObject) -> None:
    """Whoever holds the identity notices every change: refused, or another identity."""
    files = encode_definition(definition)
    name = data.draw(st.sampled_from(["definition", "divisions", "stations", "signers"]))
    original = getattr(files, name)
    if original is None:
        return
    position = data.draw(st.integers(0, len(original) - 1))
    change = data.draw(st.integers(1, 255))
    altered = bytearray(original)
    altered[position] ^= change
    _expect_noticed(replace(files, **{name: bytes(altered)}), definition)


@given(definitions(), st.data())
def test_no_lost_or_added_byte_goes_unnoticed(definition: Definition, data: st.DataObject) -> None:
    """The same for a byte that is missing or one too many."""
    files = encode_definition(definition)
    name = data.draw(st.sampled_from(["definition", "divisions", "signers"]))
    original: bytes | None = getattr(files, name)
    if original is None:
        return
    position = data.draw(st.integers(0, len(original) - 1))
    added = data.draw(st.binary(max_size=1))
    altered = original[:position] + added + original[position + (not added) :]
    if altered != original:
        _expect_noticed(replace(files, **{name: altered}), definition)


def _expect_noticed(files: DefinitionFiles, definition: Definition) -> None:
    try:
        read = decode_definition(files)
    except MalformedError:
        return
    assert read.identity != definition.identity


TABLES = st.none() | st.binary(max_size=200)


@given(st.binary(max_size=200), st.binary(max_size=200), TABLES, TABLES)
def test_no_bytes_do_more_than_be_refused(
    document: bytes, divisions: bytes, stations: bytes | None, signers: bytes | None
) -> None:
    """Whatever is sent, the answer is a list of faults and never another error."""
    assert check_definition(DefinitionFiles(document, divisions, stations, signers))


@given(st.lists(st.lists(st.sampled_from(["EJ", "device", "authority", "", "é", '"', "0" * 64]))))
def test_no_rows_of_signers_do_more_than_be_refused(rows: list[list[str]]) -> None:
    """Cells of the format in any place are faults, never another error."""
    lines = ["signer,role,scope,key", *(",".join(row) for row in rows), ""]
    table = "\n".join(lines).encode()
    assert check_definition(DefinitionFiles(b"{}", b"", None, table))


JSON_VALUES: st.SearchStrategy[Any] = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: (
        st.lists(inner) | st.dictionaries(st.text(st.characters(max_codepoint=127)), inner)
    ),
    max_leaves=20,
)


@given(JSON_VALUES)
def test_canonical_json_is_what_another_implementation_writes(value: JsonValue) -> None:
    """RFC 8785 is a public format; the ``rfc8785`` package is written by others."""
    assert encode_canonical(value) == rfc8785.dumps(value)


@given(definitions())
def test_the_document_is_canonical_for_others_too(definition: Definition) -> None:
    """A reader in another language can recompute the identity from the values."""
    document = encode_definition(definition).definition
    assert rfc8785.dumps(json.loads(document)) == document


SOME_KEYS = (
    *("code", "names", "rule", "kind", "contests", "levels", "en"),
    *("trust", "required", "policy", "bulletins", "signers", "authority", "every_s"),
)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
        lambda inner: (
            st.lists(inner, max_size=4)
            | st.dictionaries(
                st.sampled_from(SOME_KEYS),
                inner,
            )
        ),
        max_leaves=30,
    )
)
def test_no_document_does_more_than_be_refused(value: object) -> None:
    """Keys of the format with values of any kind are faults, never another error."""
    document = json.dumps(value).encode()
    assert check_definition(DefinitionFiles(document, b"", None))
