"""A station's evening at the command line: sign, print, photograph, read, verify, and compare."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from escrutinio.adapters.definition_files import store_definition_files
from escrutinio.adapters.key_files import store_public_key, store_signing_key
from escrutinio.cli.main import main
from tests.paper import Camera, draw_pages
from tests.vectors.definition.documents import assemble, assemble_with_trust, key_of

FIGURES = f"""format = "escrutinio-figures/1"
station = "N1.1"
contest = "president"
closed_at = 2030-02-28T18:20:00-04:00
seal = "{bytes(range(32)).hex()}"

[figures]
registered = 500
admitted = 412
ballots = 412

[votes]
blue = 101
green = 99
red = 200

[categories]
blank = 5
null = 7
"""
SIGNERS = ("device-N1.1", "board-N-1", "operator-1")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a folder with an election, its keys, and the figures of a sheet."""
    monkeypatch.chdir(tmp_path)
    for name, files in (("trusted", assemble_with_trust()), ("plain", assemble())):
        (tmp_path / name).mkdir()
        store_definition_files(tmp_path / name, files)
    for name in SIGNERS:
        store_signing_key(tmp_path / f"{name}.key", key_of(name))
        store_public_key(tmp_path / f"{name}.pub", key_of(name).public)
    (tmp_path / "n11.toml").write_text(FIGURES, encoding="utf-8")
    return tmp_path


def _run(*words: str, definition: str = "trusted", stdin: bytes | None = None) -> Result:
    return CliRunner().invoke(main, ["sheet", *words, "--definition", definition], input=stdin)


def _sign(key: str = "device-N1.1", *more: str, definition: str = "trusted") -> Result:
    return _run("sign", "n11.toml", "--key", f"{key}.key", *more, definition=definition)


def test_a_sheet_goes_to_paper_and_back(folder: Path) -> None:
    """What was signed is read from the photo to the byte, and its signer is named."""
    signed = _sign()
    assert signed.exit_code == 0, signed.output
    words = signed.stdout.splitlines()[1].strip()
    printed = _run("print", "n11.sheet", "--out", "n11.pdf", "--paper", "roll", "--lang", "es")
    assert (printed.exit_code, printed.stdout) == (0, "Impresa: n11.pdf\n")
    (page,) = draw_pages((folder / "n11.pdf").read_bytes(), 150)
    Camera(3, tilt=0.03, turn=14, blur=0.8, noise=15).photograph(page).save("photo.png")
    (folder / "out").mkdir()
    read = _run("read", "photo.png", "--out-dir", "out", "--lang", "es")
    assert read.exit_code == 0, read.output
    assert "La firma no se ha comprobado" in read.stdout
    assert "Verde · Ana Ríos [green]" in read.stdout
    (stored,) = (folder / "out").iterdir()
    assert stored.read_bytes() == (folder / "n11.sheet").read_bytes()
    verified = _run("verify", "photo.png", "--words", words)
    assert verified.exit_code == 0, verified.output
    assert "device-N1.1 (station device) signed it" in verified.stdout
    assert "No check that a single sheet can decide has anything to report." in verified.stdout


def test_a_sheet_is_verified_from_its_text_in_every_form(folder: Path) -> None:
    """As an argument, from a file, and from standard input; a blank at the end is part of it."""
    text = _sign("device-N1.1", "--qr-text").stdout.splitlines()[-1]
    assert text.startswith("ESC1:")
    (folder / "qr.txt").write_text(f"{text}\r\n{text}\n", encoding="ascii")
    assert _run("verify", text).exit_code == 0
    assert _run("verify", "-", stdin=text.encode()).exit_code == 0
    twice = _run("verify", "qr.txt")
    assert twice.exit_code == 0
    assert "qr.txt: line 2:" in twice.stdout


def test_what_does_not_add_up_is_shown_and_changes_no_exit_code(folder: Path) -> None:
    """A signed sheet with a wrong sum is a signed sheet; nobody may call it forged."""
    path = folder / "n11.toml"
    path.write_text(FIGURES.replace("ballots = 412", "ballots = 413"), encoding="utf-8")
    for answer in (_sign(), _run("verify", "n11.sheet")):
        assert answer.exit_code == 0
        assert "SHEET-202" in answer.stdout
        assert "found 413" in answer.stdout


def test_a_changed_figure_contradicts_its_signature(folder: Path) -> None:
    """Exit code 1, and no figure of it is shown."""
    _sign()
    entry = (folder / "n11.sheet").read_bytes()
    forged = entry.replace(bytes((0x18, 101, 0x18, 99)), bytes((0x18, 201, 0x18, 99)))
    assert forged != entry
    (folder / "forged.sheet").write_bytes(forged)
    answer = _run("verify", "forged.sheet")
    assert answer.exit_code == 1
    assert "one that does not verify" in answer.stderr
    assert not answer.stdout


@pytest.mark.usefixtures("folder")
def test_a_key_that_may_not_sign_for_the_station_contradicts() -> None:
    """The operator's key is enrolled, but for the log."""
    _sign("operator-1")
    answer = _run("verify", "n11.sheet")
    assert answer.exit_code == 1
    assert "operator-1, enrolled as operator for EJ" in answer.stderr


@pytest.mark.usefixtures("folder")
def test_a_board_s_sheet_says_that_others_must_sign_too() -> None:
    """One signature of two is not a sheet that counts."""
    _sign("board-N-1")
    answer = _run("verify", "n11.sheet")
    assert answer.exit_code == 0
    assert "board-N-1 (board) signed it" in answer.stdout
    assert "counts with 2 signers" in answer.stdout


@pytest.mark.usefixtures("folder")
def test_an_unknown_key_is_not_checked() -> None:
    """Exit code 3: an amendment may have enrolled it."""
    _sign()
    answer = _run("verify", "n11.sheet", "--public-key", "board-N-1.pub")
    assert answer.exit_code == 3
    assert "the unknown kid" in answer.stderr


@pytest.mark.usefixtures("folder")
def test_a_definition_without_signers_needs_a_key() -> None:
    """And says which argument; with the key it verifies and says what it did not look up."""
    _sign(definition="plain")
    answer = _run("verify", "n11.sheet", definition="plain")
    assert answer.exit_code == 2
    assert "--public-key FILE or --key-hex HEX" in answer.stderr
    digits = key_of("device-N1.1").public.raw.hex()
    for more in (("--key-hex", digits), ("--public-key", "device-N1.1.pub")):
        good = _run("verify", "n11.sheet", *more, definition="plain")
        assert good.exit_code == 0
        assert digits in good.stdout
        assert "was not looked up" in good.stdout


@pytest.mark.parametrize("digits", ["", "12", "g" * 64, "0" * 64])
@pytest.mark.usefixtures("folder")
def test_a_key_that_is_none_is_refused(digits: str) -> None:
    """Too short, no digits, or of small order."""
    _sign()
    assert _run("verify", "n11.sheet", "--key-hex", digits).exit_code in {2, 3}


@pytest.mark.usefixtures("folder")
def test_a_sheet_of_another_election_contradicts() -> None:
    """Replayed from the other definition of the same country."""
    _sign(definition="plain")
    answer = _run("verify", "n11.sheet")
    assert answer.exit_code == 1
    assert "2, election" in answer.stderr
    assert _run("read", "n11.sheet").exit_code == 3


def test_words_of_another_sheet_contradict_and_misheard_ones_are_wrong_arguments(
    folder: Path,
) -> None:
    """Two answers: it is another sheet, or read them to me again."""
    words = _sign().stdout.splitlines()[1].split()
    (folder / "n11.toml").write_text(FIGURES.replace("101", "102"), encoding="utf-8")
    _sign("device-N1.1", "--out", "other.sheet")
    other = _run("verify", "other.sheet", "--words", " ".join(words))
    assert other.exit_code == 1
    assert "It is another sheet." in other.stderr
    misheard = _run("verify", "n11.sheet", "--words", " ".join((words[1], words[0], *words[2:])))
    assert misheard.exit_code == 2
    assert "read it again" in misheard.stderr


def test_every_sheet_is_answered_and_the_worst_answer_is_the_exit_code(folder: Path) -> None:
    """A missing file before a contradiction, and a contradiction before an unreadable file."""
    _sign()
    _sign("operator-1", "--out", "operator.sheet")
    (folder / "noise").write_bytes(b"\x00\x01")
    answer = _run("verify", "noise", "operator.sheet", "n11.sheet")
    assert answer.exit_code == 1
    assert "n11.sheet:" in answer.stdout
    assert "expected a signed sheet: its file" in answer.stderr
    assert _run("verify", "noise", "operator.sheet", "nothing", "n11.sheet").exit_code == 2
    assert _run("verify", "noise", "n11.sheet").exit_code == 3


def test_signing_never_writes_over_another_sheet(folder: Path) -> None:
    """The same sheet again is the same file; another one needs another name."""
    assert _sign().exit_code == 0
    before = (folder / "n11.sheet").read_bytes()
    assert _sign().exit_code == 0
    (folder / "n11.toml").write_text(FIGURES.replace("101", "102"), encoding="utf-8")
    answer = _sign()
    assert answer.exit_code == 2
    assert "a new name for the sheet" in answer.stderr
    assert (folder / "n11.sheet").read_bytes() == before


def test_a_slip_is_named_and_nothing_is_written(folder: Path) -> None:
    """Before a signature makes it public."""
    (folder / "n11.toml").write_text(FIGURES.replace("red = 200", "rde = 200"), encoding="utf-8")
    answer = _sign()
    assert answer.exit_code == 3
    assert "Did you mean 'red'?" in answer.stderr
    assert not (folder / "n11.sheet").exists()


def test_printing_takes_exactly_one_sheet(folder: Path) -> None:
    """Two codes on a picture make two files first, with 'read'."""
    _sign()
    text = _sign("device-N1.1", "--qr-text").stdout.splitlines()[-1]
    (folder / "two.txt").write_text(f"{text}\n{text}\n", encoding="ascii")
    answer = _run("print", "two.txt", "--out", "x.pdf")
    assert answer.exit_code == 3
    assert "one signed sheet" in answer.stderr


@pytest.mark.parametrize("command", ["print", "verify"])
@pytest.mark.usefixtures("folder")
def test_without_the_packages_for_paper_it_is_said_what_to_install(command: str) -> None:
    """In a process that cannot import them, as after a plain installation."""
    _sign()
    assert _run("print", "n11.sheet", "--out", "n11.pdf").exit_code == 0
    words = {
        "print": ["print", "n11.sheet", "--out", "again.pdf"],
        "verify": ["verify", "n11.pdf"],
    }[command]
    code = (
        "import sys\n"
        "for name in ('PIL', 'pypdfium2', 'typst', 'zxingcpp'): sys.modules[name] = None\n"
        "from escrutinio.cli.main import main\nmain()"
    )
    answer = subprocess.run(
        [sys.executable, "-c", code, "sheet", *words, "--definition", "trusted"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert answer.returncode == 2
    assert "Install them: pip install 'escrutinio[paper]'." in answer.stderr
    assert "Traceback" not in answer.stderr
