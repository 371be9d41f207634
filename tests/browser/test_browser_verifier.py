"""The browser verifier against `escrutinio verify`: two programs, one answer, step by step."""

from __future__ import annotations

import base64
import json
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from axe_playwright_python.sync_playwright import Axe

from escrutinio.operations import make_anchor
from escrutinio.publication import Anchor, encode_anchor
from escrutinio.site import LANGUAGES, load_language
from escrutinio.testing import ATTACKS, Attack, FilesInMemory, make_election
from escrutinio.testing.attacks import files as file_attacks
from escrutinio.testing.held import ANNOUNCED_NAME
from escrutinio.verification import Verified
from tests.browser.conftest import STATIONS as RECORD_STATIONS
from tests.browser.record_server import RecordServer, page_files
from tests.mutations import small_record, verify_files
from tests.unit.operations import handover
from tests.unit.testing.reading import (
    SEED,
    STATIONS,
    finished,
    kept,
    new_rehearsal,
    read_record,
)

if TYPE_CHECKING:
    from playwright.sync_api import Browser, FilePayload, Page

pytestmark = pytest.mark.browser

#: The sandbox needs rights that a container does not give. An address that is no loopback shows
#: what a page gets over plain http.
#: Steps that the page leaves to the program, and says so.
LEFT = {"V11", "V12", "V13", "V18"}
WAIT_MS = 60_000
both_languages = pytest.mark.parametrize("language", LANGUAGES)


@pytest.fixture
def page(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    """Give a page that must not complain."""
    opened = browser.new_page(viewport={"width": 1024, "height": 768})
    complaints: list[str] = []
    opened.on("console", lambda message: complaints.append(message.text))
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    yield opened
    opened.close()
    if "path-outside" in request.node.name:
        # Without a manifest only asking tells which bulletin is the last, and a browser says so.
        complaints = [text for text in complaints if "404" not in text]
    assert complaints == []


def _anchor() -> str:
    return encode_anchor(make_anchor(make_election(STATIONS, SEED).definition)).decode()


def _files(rehearsal: object) -> dict[str, bytes]:
    record = rehearsal.record  # type: ignore[attr-defined]  # a Rehearsal
    assert isinstance(record, FilesInMemory)
    return dict(record.files)


def _verify(page: Page, *, anchor: str | None, is_every_file: bool = False) -> None:
    """Fill the form in and wait for the answer."""
    page.fill("#anchor", anchor or "")
    page.set_checked("#every-file", is_every_file)
    page.click("#verify")
    page.locator("#results:visible, #trouble:visible").first.wait_for(timeout=WAIT_MS)
    assert not page.is_visible("#trouble"), page.inner_text("#trouble")


def _statuses(page: Page) -> dict[str, str]:
    script = "items => items.map(item => [item.dataset.code, item.dataset.status])"
    return dict(page.eval_on_selector_all("section.step", script))


def _theirs(verified: Verified) -> dict[str, str]:
    return {step.code.value: step.status.value for step in verified.steps}


def _without(statuses: Mapping[str, str], left: set[str]) -> dict[str, str]:
    return {code: status for code, status in statuses.items() if code not in left}


@both_languages
def test_an_honest_record_is_verified_as_far_as_the_page_goes(
    page: Page, server: RecordServer, language: str
) -> None:
    page.goto(server.put("honest", _files(finished())) + f"{language}/verify.html")
    _verify(page, anchor=_anchor(), is_every_file=True)
    mine = _statuses(page)
    assert _without(mine, LEFT) == _without(_theirs(read_record(finished())), LEFT)
    assert {mine[code] for code in LEFT} == {"not_checked"}
    words = load_language(language)
    assert page.inner_text("#verdict") == words.word("verify_page.answer.verified")
    assert all(code in page.inner_text("#left") for code in LEFT)


def test_files_that_were_not_read_are_said_not_to_be_compared(
    page: Page, server: RecordServer
) -> None:
    page.goto(server.put("honest", _files(finished())) + "en/verify.html")
    _verify(page, anchor=_anchor())
    assert _statuses(page)["V19"] == "not_checked"
    assert "V19" in page.inner_text("#left")
    assert page.get_attribute("#verdict", "data-answer") == "verified"


def test_without_an_anchor_a_record_is_at_best_consistent_with_itself(
    page: Page, server: RecordServer
) -> None:
    page.goto(server.put("honest", _files(finished())) + "en/verify.html")
    _verify(page, anchor=None)
    mine = _statuses(page)
    assert {mine[code] for code in ("V01", "V03", "V04")} == {"not_checked"}
    assert "CONSISTENT WITH ITSELF" in page.inner_text("#verdict")
    assert page.get_attribute("#verdict", "data-answer") == "unchecked"


def _rehearsed() -> list[Attack]:
    """Give two attacks on each step, so that the time stays bounded.

    Announcements are for the program: the page has no field for them.
    """
    by_step: dict[str, list[Attack]] = {}
    for attack in ATTACKS:
        if ANNOUNCED_NAME not in attack.held:
            by_step.setdefault(attack.step, []).append(attack)
    return [attack for attacks in by_step.values() for attack in attacks[:2]]


@pytest.mark.parametrize("attack", _rehearsed(), ids=lambda attack: attack.name)
def test_an_attack_gets_the_answers_of_the_program(
    page: Page, server: RecordServer, attack: Attack
) -> None:
    """A record is attacked, and both answer alike in every step that the page checks."""
    rehearsal = finished() if attack in file_attacks.ATTACKS else new_rehearsal()
    attack.run(rehearsal)
    papers = {**kept(), **rehearsal.kept} if attack.held else {}
    theirs = _theirs(read_record(rehearsal, make_election(STATIONS, SEED), attack.held, papers))
    # The folder of a web server cannot be listed: what is only unlisted is for who has the folder.
    if attack.name in {"file-added", "file-omitted"}:
        theirs["V19"] = "passed"
    page.goto(server.put(attack.name, _files(rehearsal)) + "en/verify.html")
    page.set_input_files("#held", [_payload(name, papers[name]) for name in attack.held])
    _verify(page, anchor=_anchor(), is_every_file=True)
    assert _without(_statuses(page), LEFT) == _without(theirs, LEFT)


def _payload(name: str, data: bytes) -> FilePayload:
    return {"name": name, "mimeType": "application/octet-stream", "buffer": data}


def _flipped(data: bytes) -> bytes:
    altered = bytearray(data)
    altered[len(data) // 2] ^= 1
    return bytes(altered)


#: Records in the memory of the page: many alterations without a request for each file.
_IN_MEMORY = """
async ({base, changed, gone, anchor, now}) => {
  const V = EscrutinioVerifier;
  const bytes = text => Uint8Array.from(atob(text), letter => letter.charCodeAt(0));
  window.base ??= Object.fromEntries(
    Object.entries(base).map(([path, text]) => [path, bytes(text)]));
  const files = {...window.base};
  for (const [path, text] of Object.entries(changed)) files[path] = bytes(text);
  for (const path of gone) delete files[path];
  const source = {list: () => Object.keys(files), read: async path => files[path] ?? null};
  const inputs = {trust: V.readAnchor(anchor), isEveryFile: true, nowSeconds: now};
  const report = await new V.Verification(source, inputs, new V.Pace()).run();
  return V.STEPS.map(code => [code, report.status(code),
    report.steps.get(code).places.map(place => JSON.stringify(place.where))]);
}
"""


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _read_in_memory(
    page: Page, anchor: Anchor, files: Mapping[str, bytes], changes: Mapping[str, bytes | None]
) -> tuple[dict[str, str], list[str]]:
    """Give the answers of the page about a record with files altered or gone, and its places."""
    steps = page.evaluate(
        _IN_MEMORY,
        {
            "base": {name: _text(item) for name, item in files.items()},
            "changed": {name: _text(item) for name, item in changes.items() if item is not None},
            "gone": [name for name, item in changes.items() if item is None],
            "anchor": encode_anchor(anchor).decode(),
            "now": 1_911_600_000,
        },
    )
    statuses = {code: status for code, status, _ in steps}
    return statuses, [place for _, _, places in steps for place in places]


def test_every_file_with_another_byte_is_named_and_answered_as_by_the_program(
    page: Page, server: RecordServer
) -> None:
    """One byte in the middle of each file, or no such file: a mirror that lies, or is not whole."""
    record = small_record()
    page.goto(server.put("empty", {}) + "en/verify.html")
    wrong = []
    for number, (path, data) in enumerate(sorted(record.files.items())):
        altered = None if number % 3 == 0 else _flipped(data)
        files = {**record.files, path: altered or b""}
        if altered is None:
            del files[path]
        theirs = _theirs(verify_files(files, record.anchor))
        mine, places = _read_in_memory(page, record.anchor, record.files, {path: altered})
        if _without(mine, LEFT) != _without(theirs, LEFT):
            wrong.append((path, "another answer"))
        is_named = any(path in place for place in places)
        if not is_named and not (path == "checkpoint" and altered):
            wrong.append((path, "not named"))
    assert wrong == []


def _in_folder(folder: Path) -> dict[str, bytes]:
    paths = [path for path in folder.rglob("*") if path.is_file()]
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}


def test_only_keys_that_the_log_names_sign_its_checkpoint(
    page: Page, server: RecordServer, tmp_path: Path
) -> None:
    """A key that one of the authority named, the replaced one, and the one in force."""
    made = handover.records()
    unapproved = shutil.copytree(made.unapproved, tmp_path / "unapproved")
    handover.sign_again(unapproved, handover.NEW)
    stolen = shutil.copytree(made.handed_over, tmp_path / "stolen")
    handover.sign_again(stolen, handover.OLD)
    page.goto(server.put("empty", {}) + "en/verify.html")
    ends = set()
    for folder in (made.before, made.handed_over, unapproved, stolen):
        for policy in (handover.OLD_POLICY, handover.NEW_POLICY):
            anchor = handover.anchor_with(policy)
            page.evaluate("window.base = undefined")
            mine, _ = _read_in_memory(page, anchor, _in_folder(folder), {})
            theirs = _theirs(handover.verify(folder, anchor))
            assert _without(mine, LEFT) == _without(theirs, LEFT), (folder.name, policy)
            ends.add(mine["V03"])
    assert ends == {"passed", "failed"}


def test_a_folder_is_verified_from_a_disk(page: Page, tmp_path: Path) -> None:
    """From file: a page reads only what its reader picks; unlisted files are found there."""
    for name, data in {**page_files(), **_in("record", _files(finished()))}.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(data)
    page.goto((tmp_path / "en/verify.html").as_uri())
    page.click("#verify")
    page.wait_for_selector("#trouble", state="visible")
    page.set_input_files("#folder", tmp_path / "record")
    _verify(page, anchor=_anchor(), is_every_file=True)
    assert _without(_statuses(page), LEFT) == _without(_theirs(read_record(finished())), LEFT)
    (tmp_path / "record" / "results.html").write_bytes(b"<p>won</p>")
    page.set_input_files("#folder", tmp_path / "record")
    _verify(page, anchor=_anchor(), is_every_file=True)
    assert _statuses(page)["V19"] == "failed"
    assert "results.html" in page.inner_text("section[data-code=V19]")


def _in(folder: str, files: Mapping[str, bytes]) -> dict[str, bytes]:
    return {f"{folder}/{path}": data for path, data in files.items()}


def test_a_byte_of_any_page_in_a_folder_is_named(page: Page, folder: Path, tmp_path: Path) -> None:
    """Of a folder every file is compared, pages and scripts too."""
    copy = shutil.copytree(folder, tmp_path / "record")
    places = sorted(path.name for path in (copy / "en" / "p").iterdir())
    altered = ["en/index.html", f"es/p/{places[0]}", "assets/site.css", "assets/words-en.js"]
    for path in altered:
        (copy / path).write_bytes(_flipped((copy / path).read_bytes()))
    page.goto((copy / "en" / "verify.html").as_uri())
    page.set_input_files("#folder", copy)
    _verify(
        page,
        anchor=encode_anchor(make_anchor(make_election(RECORD_STATIONS, 1).definition)).decode(),
    )
    statuses = _statuses(page)
    assert [code for code, status in statuses.items() if status == "failed"] == ["V19"]
    shown = page.inner_text("section[data-code=V19]")
    assert all(path in shown for path in altered)
    assert "4" in page.inner_text("section[data-code=V19] summary")


def test_over_plain_http_signatures_are_not_checked_and_everything_else_is(
    browser: Browser, server: RecordServer
) -> None:
    """Browsers withhold their cryptography there. Nothing passes because of that."""
    address = server.put("honest", _files(finished())).replace("127.0.0.1", "record.example")
    page = browser.new_page()
    page.goto(address + "en/verify.html")
    assert page.evaluate("globalThis.crypto.subtle === undefined")
    _verify(page, anchor=_anchor(), is_every_file=True)
    mine = _statuses(page)
    not_checked = {"V03", "V04", "V08", "V19"}
    assert {mine[code] for code in not_checked} == {"not_checked"}
    assert set(_without(mine, {*LEFT, *not_checked, "V06", "V21"}).values()) == {"passed"}
    assert page.get_attribute("#verdict", "data-answer") == "unchecked"
    page.close()


def test_a_web_page_in_the_place_of_a_file_is_said_to_be_one(
    page: Page, server: RecordServer
) -> None:
    files = _files(finished())
    tile = max(path for path in files if path.startswith("tile/entries/"))
    broken = {**files, tile: b"<!DOCTYPE html><title>Welcome</title>"}
    page.goto(server.put("portal", broken) + "en/verify.html")
    _verify(page, anchor=_anchor())
    assert page.get_attribute("#verdict", "data-answer") == "unchecked"
    assert "web page" in page.inner_text("section[data-code=V05]")
    assert tile in page.inner_text("section[data-code=V05]")


def test_hostile_names_are_text(page: Page, server: RecordServer) -> None:
    """Markup and marks of direction in names and tables reach the page as characters."""
    files = _files(finished())
    document = json.loads(files["definition.json"])
    name = "<img src=x onerror=\"document.title='taken'\"><b>Elección</b>"
    document["names"] = {"en": name, "es": name}
    spelling = json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    rows = files["bulletins/000001/rows.csv"].replace(b",counted,", ",\u202e<i>".encode(), 1)
    files |= {"definition.json": spelling.encode(), "bulletins/000001/rows.csv": rows}
    page.goto(server.put("hostile", files) + "en/verify.html")
    title = page.title()
    _verify(page, anchor=_anchor())
    assert name in page.inner_text("#facts")
    assert page.locator("main img, main b, main i").count() == 0
    assert "\u202e" not in page.inner_text("main")
    assert page.title() == title


@both_languages
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_accessibility_rule_is_broken(
    page: Page, server: RecordServer, language: str, scheme: str
) -> None:
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    attack = next(item for item in ATTACKS if item.name == "rows-altered")
    rehearsal = finished()
    attack.run(rehearsal)
    page.goto(server.put("altered", _files(rehearsal)) + f"{language}/verify.html")
    _verify(page, anchor=_anchor())
    page.fill(
        "#station", next(iter(make_election(STATIONS, SEED).definition.stations or ())).station
    )
    page.click("#station-form button")
    page.wait_for_selector("#station-result", state="visible")
    page.evaluate("document.querySelectorAll('details').forEach(item => { item.open = true })")
    violations = Axe().run(page).response["violations"]
    assert not [
        f"{item['id']}: {node['html'][:200]}" for item in violations for node in item["nodes"]
    ]
    page.set_viewport_size({"width": 320, "height": 740})
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_the_keyboard_alone_is_enough(page: Page, server: RecordServer) -> None:
    page.goto(server.put("honest", _files(finished())) + "en/verify.html")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    _tab_to(page, "anchor")
    page.keyboard.insert_text(_anchor())
    _tab_to(page, "verify")
    page.keyboard.press("Enter")
    page.wait_for_selector("#results", state="visible", timeout=WAIT_MS)
    assert page.evaluate("document.activeElement.id") == "results-title"
    assert page.get_attribute("#verdict", "data-answer") == "verified"


def _tab_to(page: Page, name: str) -> None:
    for _ in range(40):
        if page.evaluate("document.activeElement.id") == name:
            return
        page.keyboard.press("Tab")
    raise AssertionError(name)


def test_a_key_can_be_typed_by_its_fingerprint(page: Page, server: RecordServer) -> None:
    """From a poster: the identity, and digits enough that nobody finds another key with them."""
    definition = make_election(STATIONS, SEED).definition
    page.goto(server.put("honest", _files(finished())) + "en/verify.html")
    _verify(page, anchor=None)
    shown = page.locator("#facts .digest").nth(1).inner_text()
    page.click("summary")
    page.fill("#identity", definition.identity)
    page.fill("#log-key", shown[:32])
    _verify(page, anchor=None)
    assert _statuses(page)["V03"] == "passed"
    assert _statuses(page)["V04"] == "not_checked"
    page.fill("#log-key", ("1" if shown[0] == "0" else "0") + shown[1:])
    _verify(page, anchor=None)
    assert _statuses(page)["V03"] == "failed"
    page.fill("#log-key", shown[:8])
    page.click("#verify")
    page.wait_for_selector("#trouble", state="visible")


def _station(page: Page, typed: str) -> str:
    page.fill("#station", typed)
    page.click("#station-form button")
    shown = page.locator("#station-result:visible, #station-trouble:visible")
    shown.first.wait_for(timeout=WAIT_MS)
    assert not page.is_visible("#station-trouble"), page.inner_text("#station-trouble")
    return page.get_attribute("#station-result", "data-answer") or ""


def test_one_station_is_found_and_proven_from_a_few_files(page: Page, server: RecordServer) -> None:
    page.goto(server.put("honest", _files(finished())) + "en/verify.html")
    page.fill("#anchor", _anchor())
    server.asked.clear()
    rows = _files(finished())["bulletins/000006/rows.csv"].decode().splitlines()
    counted = next(row.split(",") for row in rows if ",counted," in row)
    assert _station(page, counted[1]) == "good"
    assert f"entry {counted[4]}" in page.inner_text("#station-result").lower()
    assert page.locator("#station-result table tr").count() > 10
    assert len(server.asked) < 12
    assert _station(page, "no-such-station") == "bad"


def test_a_sheet_that_the_log_does_not_have_is_found_by_its_owner(
    page: Page, server: RecordServer
) -> None:
    """A party agent pastes the code of the copy; the attacker never logged that sheet."""
    attack = next(item for item in ATTACKS if item.name == "sheet-withheld")
    rehearsal = new_rehearsal()
    attack.run(rehearsal)
    papers = {**kept(), **rehearsal.kept}
    page.goto(server.put("withheld", _files(rehearsal)) + "en/verify.html")
    page.fill("#anchor", _anchor())
    assert _station(page, papers["sheet.txt"].decode().strip()) == "bad"
    page.goto(server.put("honest", _files(finished())) + "en/verify.html")
    page.fill("#anchor", _anchor())
    assert _station(page, kept()["sheet.txt"].decode().strip()) == "good"
    assert "the very sheet" in page.inner_text("#station-result")


def test_the_page_of_a_station_hands_its_number_over(page: Page, server: RecordServer) -> None:
    page.goto(server.put("honest", _files(finished())) + "en/verify.html#station=N1.1%2Fa")
    assert page.input_value("#station") == "N1.1/a"
    assert page.evaluate("document.activeElement.id") == "station"
