"""Import profiles: a country is a file, and every fault of that file is named in one run."""

from __future__ import annotations

import pytest

from escrutinio.definition import SheetType
from escrutinio.errors import Fault, UsageError
from escrutinio.sheet import CellState, SheetStatus, decode_profile
from escrutinio.sheet.checks.structure import MARK_CODES
from escrutinio.sheet.profile import IdPart, IdRule, Layout
from escrutinio.sheet.profile_decoding import MARKS, MAX_PROFILE_BYTES
from tests.builders import contest, definition
from tests.unit.sheet.profiles import ELECTION, PROFILE, profile


def _faults(text: str) -> list[Fault]:
    with pytest.raises(UsageError) as caught:
        decode_profile(text.encode(), "test.toml", ELECTION)
    return list(caught.value.faults)


def _changed(old: str, new: str) -> str:
    assert old in PROFILE
    return PROFILE.replace(old, new)


def test_the_least_profile_has_plain_defaults() -> None:
    """UTF-8, commas, quotes, every record a sheet, and only the empty cell is special."""
    read = profile()
    assert read.layout == Layout()
    assert read.sheet_type is SheetType.MACHINE
    assert read.station == IdRule((IdPart("MESA"),))
    assert (read.also_station, read.division, read.image, read.status) == (None,) * 4
    assert (read.rows, read.identity, read.marks, read.rolls_profile) == ({}, {}, (), "")
    assert read.special == {"": CellState.EMPTY}


def test_every_key_is_read() -> None:
    """A key the program forgets would be a rule of the source that nobody applies."""
    text = """
    [file]
    encoding = "cp1252"
    delimiter = ";"
    quote = "'"
    skip_lines = 3
    thousands = "."
    [rows]
    CARGO = ["PRESIDENTE", "PRES"]
    [also_station]
    parts = [{ column = "QR", pattern = '^([0-9]+)' }]
    [division]
    parts = [{ column = "EDO", pad = 2, values = { "1" = "N" } }, { column = "MUN" }]
    separator = "-"
    [image]
    parts = [{ column = "URL" }]
    [status]
    column = "ESTADO"
    values = { "ANULADA" = "annulled", "ACTA" = "sheet" }
    [identity]
    contest = { column = "CARGO", value = "PRESIDENTE" }
    phase = { column = "FASE", value = "OFICIAL" }
    [[marks]]
    column = "FIRMAS"
    values = { "NO" = "unsigned" }
    [special]
    "-" = "dash"
    "Ilegible" = "illegible"
    "NA" = "not_on_source"
    [rolls]
    profile = "padron.toml"
    """
    read = profile(text)
    assert read.layout == Layout("cp1252", ";", "'", 3, ".")
    assert read.rows == {"CARGO": ("PRESIDENTE", "PRES")}
    assert read.also_station == IdRule((IdPart("QR", "^([0-9]+)"),))
    assert read.division == IdRule((IdPart("EDO", "", 2, {"1": "N"}), IdPart("MUN")), "-")
    assert read.status is not None
    assert read.status.values == {"ANULADA": SheetStatus.ANNULLED, "ACTA": SheetStatus.SHEET}
    assert read.identity == {"contest": ("CARGO", "PRESIDENTE"), "phase": ("FASE", "OFICIAL")}
    assert read.marks[0].values == {"NO": "unsigned"}
    assert read.special["-"] is CellState.DASH
    assert read.rolls_profile == "padron.toml"
    assert read.source_columns() == (
        *("MESA", "QR", "EDO", "MUN", "URL", "CARGO", "ESTADO", "FASE", "FIRMAS", "A", "B"),
        "NULOS",
    )


def test_a_file_may_have_no_quotes() -> None:
    """Then a quote is a character like any other."""
    assert profile('[file]\nquote = ""').layout.quote is None


#: Name of a case to a profile and what its only fault says.
WRONG = {
    "no TOML": ("format = ", "valid TOML 1.0"),
    "another format": (_changed("profile/1", "profile/2"), "'escrutinio-profile/1'"),
    "no source": (_changed('source = "test"\n', ""), "Add 'source'"),
    "a name that drives the terminal": (
        _changed('names = "test"', 'names = "\\u001b[2J"'),
        "key names: expected one line of text",
    ),
    "a name in a strange language": (
        _changed('names = "test"', 'names = { English = "x" }'),
        "language codes such as en",
    ),
    "a number that loses decimals": (
        _changed('source = "test"', "source = 1.50"),
        "found the number 1.50",
    ),
    "a source with blanks": (_changed('source = "test"', 'source = "a b"'), "letters, digits"),
    "no station": (_changed('parts = [{ column = "MESA" }]', "parts = []"), "at least one"),
    "no name": (_changed('names = "test"', "names = {}"), "1 to 50 languages"),
    "another sheet type": (_changed('"machine"', '"printed"'), "one of 'machine', 'handwritten'"),
    "unknown encoding": (f'{PROFILE}[file]\nencoding = "ebcdic"', "one of 'utf-8', 'latin-1'"),
    "long delimiter": (f'{PROFILE}[file]\ndelimiter = "||"', "one ASCII character"),
    "digit as thousands": (f'{PROFILE}[file]\nthousands = "0"', "no letter or digit"),
    "letter as quote": (f'{PROFILE}[file]\nquote = "x"', "no letter or digit"),
    "line break as delimiter": (f'{PROFILE}[file]\ndelimiter = "\\n"', "one ASCII character"),
    "quote is the delimiter": (f'{PROFILE}[file]\nquote = ","', "another character"),
    "too many lead-in lines": (f"{PROFILE}[file]\nskip_lines = 1001", "from 0 to 1000"),
    "unknown status": (
        f'{PROFILE}[status]\ncolumn = "E"\nvalues = {{ "x" = "gone" }}',
        "one of 'sheet', 'annulled'",
    ),
    "unknown mark": (
        f'{PROFILE}[[marks]]\ncolumn = "E"\nvalues = {{ "x" = "ugly" }}',
        "one of 'unsigned'",
    ),
    "unknown state": (f'{PROFILE}[special]\n"x" = "zero"', "one of 'empty', 'dash'"),
    "a number as special": (f'{PROFILE}[special]\n"0" = "empty"', "a text that is not a number"),
    "a pattern without group": (_changed('"MESA"', "\"MESA\", pattern = '^[0-9]'"), "one group"),
    "a pattern with two": (_changed('"MESA"', "\"MESA\", pattern = '(a)(b)'"), "one group"),
    "a broken pattern": (_changed('"MESA"', "\"MESA\", pattern = '(a'"), "a regular expression"),
    "look-ahead": (_changed('"MESA"', "\"MESA\", pattern = '(?=a)(a)'"), "without look-ahead"),
    "a back reference": (_changed('"MESA"', "\"MESA\", pattern = '(a)\\1'"), "without look-ahead"),
    "too wide a pad": (_changed('"MESA"', '"MESA", pad = 33'), "from 0 to 32"),
    "unknown contest": (_changed("contest.president", "contest.mayor"), "(president)"),
    "unknown candidacy": (_changed('"category.null"', '"candidacy.C"'), "must stand in the def"),
    "unknown field": (_changed('"category.null"', '"turnout"'), "import-profile.md"),
    "candidacy neither placed nor absent": (
        _changed('"candidacy.B" = "B"\n', ""),
        "candidacy.B: expected its column, or its name in 'absent', found neither",
    ),
    "candidacy both placed and absent": (
        f'{PROFILE}[contest.president]\nabsent = ["candidacy.B"]',
        "found both",
    ),
    "one column for two candidacies": (
        _changed('"candidacy.B" = "B"', '"candidacy.B" = "A"'),
        "another column than that of candidacy.A",
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_profile_says_where_and_what_was_expected(name: str) -> None:
    """The author mends the profile from the message alone."""
    text, said = WRONG[name]
    faults = _faults(text)
    assert any(said in str(fault) for fault in faults), faults
    assert all(fault.where.startswith("test.toml") for fault in faults)


@pytest.mark.parametrize(
    ("table", "wrong", "near", "path"),
    [
        ("", "sources", "source", "sources"),
        ("[file]", "encodin", "encoding", "file.encodin"),
        ("[rolls]", "profil", "profile", "rolls.profil"),
        ('[division]\nparts = [{ column = "X" }]', "seperator", "separator", "division.seperator"),
        ('[status]\ncolumn = "X"\nvalues = {}', "value", "values", "status.value"),
        ('[identity.phase]\ncolumn = "X"\nvalue = "Y"', "colum", "column", "identity.phase.colum"),
        ('[[marks]]\ncolumn = "X"\nvalues = {}', "vals", "values", "marks[0].vals"),
    ],
)
def test_an_unknown_key_names_the_nearest_known_one(
    table: str, wrong: str, near: str, path: str
) -> None:
    """A misspelt key that is silently ignored is a rule that does not hold."""
    text = f"{wrong} = 'x'\n{PROFILE}" if not table else f"{PROFILE}\n{table}\n{wrong} = 'x'"
    (fault,) = _faults(text)
    assert fault.where == f"test.toml: key {path}"
    assert fault.remedy == f"Did you mean '{near}'?"


def test_all_faults_come_in_one_run() -> None:
    """Mending one fault per run wastes a night."""
    text = PROFILE.replace('"machine"', '"x"').replace('"candidacy.A" = "A"', "")
    assert len(_faults(f'{text}[file]\nencoding = "x"\n[special]\n"5" = "dash"')) == 4


def test_every_party_line_is_placed_or_absent() -> None:
    """Once lines are read, a forgotten line takes its votes from a candidacy."""
    lined = definition(contest(lines={"A": "a1 a2", "B": "b1"}))
    text = PROFILE.replace('"candidacy.A" = "A"', '"option.a1" = "A1"')
    with pytest.raises(UsageError) as caught:
        decode_profile(text.encode(), "test.toml", lined)
    places = [fault.where for fault in caught.value.faults]
    assert places == [f"test.toml: key contest.president.option.{code}" for code in ("a2", "b1")]
    absent = f'{text}[contest.president]\nabsent = ["option.a2", "option.b1"]'
    assert decode_profile(absent.encode(), "test.toml", lined).contests[0].absent


def test_a_rolls_file_may_show_no_votes() -> None:
    """A list of rolls is read by a profile as well; its candidacies are named as absent."""
    text = PROFILE.replace(
        '"candidacy.A" = "A"\n"candidacy.B" = "B"\n"category.null" = "NULOS"', '"registered" = "RE"'
    )
    absent = f'{text}[contest.president]\nabsent = ["candidacy.A", "candidacy.B"]'
    read = decode_profile(absent.encode(), "test.toml", ELECTION)
    assert read.contests[0].columns == {"registered": "RE"}


def test_a_contest_without_columns_is_refused() -> None:
    """There would be nothing to read."""
    text = PROFILE.partition("[contest")[0]
    absent = f'{text}[contest.president]\nabsent = ["candidacy.A", "candidacy.B"]\ncolumns = {{}}'
    assert any("at least one field" in str(fault) for fault in _faults(absent))


def test_a_profile_has_a_largest_size() -> None:
    """A file of another kind is named before it is parsed."""
    assert "at most" in str(_faults("#" * (MAX_PROFILE_BYTES + 1))[0])


@pytest.mark.parametrize("data", [b"\xff\xfe", b"a = [" * 5000, b"a = " + b"9" * 5_000])
def test_bytes_that_are_no_profile_are_refused(data: bytes) -> None:
    """Neither a foreign encoding, nor deep nesting, nor a huge number may end the program."""
    with pytest.raises(UsageError):
        decode_profile(data, "test.toml", ELECTION)


def test_every_mark_is_a_check() -> None:
    """A mark without a check would be read and never shown."""
    ticks = {"ticked_equal", "ticked_more", "ticked_fewer"}

    assert set(MARKS) == set(MARK_CODES) | ticks
