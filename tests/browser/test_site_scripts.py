"""The scripts of the pages in a real browser: over HTTP under a sub-path, and from a folder."""

from __future__ import annotations

import base64
import io
import json
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import zxingcpp
from PIL import Image

from escrutinio.log import (
    Checkpoint,
    decode_checkpoint,
    encode_checkpoint,
    prove_entry,
    read_log,
    sign_checkpoint,
)
from escrutinio.log.merkle import compute_root, hash_leaves
from escrutinio.log.tiles import (
    TILE_WIDTH,
    EntryBundle,
    HashTile,
    encode_bundle,
    encode_tile,
)
from escrutinio.primitives import Value
from escrutinio.primitives.keys import SigningKey
from escrutinio.primitives.vkey import NoteSigner
from escrutinio.sheet.qr_text import encode_qr_text
from escrutinio.site import LANGUAGES, load_language
from escrutinio.testing import make_election
from tests.browser.conftest import STATIONS
from tests.browser.record_server import RecordServer
from tests.unit.site.results.sites import Site
from tests.unit.site.results.whole_sites import whole_site

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

pytestmark = pytest.mark.browser

#: A station with a device, whose first sheet counts.
STATION, PLACE = "010101001.01", "010101001"


def _say(key: str, language: str = "en", **values: Value) -> str:
    return load_language(language).word(f"site.script.{key}", **values)


# --- QR codes and proofs --------------------------------------------------------------------------


def _read_code(picture: bytes) -> list[str]:
    return [found.text for found in zxingcpp.read_barcodes(Image.open(io.BytesIO(picture)))]


def _entry_of(box: Locator, site: Site) -> bytes:
    """Give the bytes of the entry that a place on a page is about."""
    index = int(box.get_attribute("data-entry") or 0)
    record = _Files(site.files)
    head = decode_checkpoint(site.files["checkpoint"], "checkpoint").checkpoint
    return bytes(read_log(record, head).entries[index])


class _Files:
    def __init__(self, files: Mapping[str, bytes]) -> None:
        self._files = files

    def load(self, path: str, most_bytes: int) -> bytes | None:
        data = self._files.get(path)
        assert data is None or len(data) <= most_bytes
        return data


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_code_of_a_sheet_is_drawn_from_the_log_and_read_by_others(
    page: Page, server: RecordServer, site: Site, language: str, tmp_path: Path
) -> None:
    """By the library that phones use, and by zbar where it is installed."""
    page.goto(server.put("honest", site.files) + f"{language}/p/{PLACE}.html")
    box = page.locator(".proof").first
    box.get_by_role("button").click()
    picture = box.locator("svg.qr")
    picture.wait_for()
    image = picture.screenshot()
    expected = encode_qr_text(_entry_of(box, site))
    assert _read_code(image) == [expected]
    if zbarimg := shutil.which("zbarimg"):
        (tmp_path / "code.png").write_bytes(image)
        command = [zbarimg, "--quiet", "--raw", str(tmp_path / "code.png")]
        read = subprocess.run(command, capture_output=True, check=True)  # a fixed command
        assert read.stdout.decode().removesuffix("\n") == expected


def test_the_proof_leads_to_the_first_bulletin_with_the_sheet(
    page: Page, server: RecordServer, site: Site
) -> None:
    page.goto(server.put("honest", site.files) + f"en/p/{PLACE}.html")
    box = page.locator(".proof").first
    bulletin = int(box.get_attribute("data-bulletin") or 0)
    body = json.loads(site.files[f"bulletins/{bulletin:06d}/bulletin.json"])
    assert box.get_attribute("data-root") == body["checkpoint"]["root"]
    assert box.get_attribute("data-size") == str(body["checkpoint"]["size"])
    box.get_by_role("button").click()
    good = box.locator(".v-supported")
    good.wait_for()
    assert good.text_content() == _say(
        "proof.good", bulletin=bulletin, number=box.locator("ol li").count() - 2
    )
    assert page.evaluate("document.activeElement.className") == "shown"
    assert f"verify.html#station={STATION}" in (
        box.get_by_role("link", name=_say("proof.verify")).get_attribute("href") or ""
    )


@pytest.mark.parametrize("kind", ["entry", "hash"])
def test_a_proof_over_changed_files_says_so(
    page: Page, server: RecordServer, site: Site, kind: str
) -> None:
    """One byte of the sheet, or of a digest on its way to the root."""
    page.goto(server.put("honest", site.files) + f"en/p/{PLACE}.html")
    index = int(page.locator(".proof").first.get_attribute("data-entry") or 0)
    files = dict(site.files)
    if kind == "hash":
        path = next(name for name in files if name.startswith("tile/0/000"))
        at = 32 * (index ^ 1)
    else:
        path = next(name for name in files if name.startswith("tile/entries/000"))
        entry = _entry_of(page.locator(".proof").first, site)
        at = files[path].index(entry) + len(entry) - 1
    data = bytearray(files[path])
    data[at] ^= 1
    files[path] = bytes(data)
    page.goto(server.put("changed", files) + f"en/p/{PLACE}.html")
    box = page.locator(".proof").first
    box.get_by_role("button").click()
    box.locator(".v-contradicted").wait_for()
    assert box.locator(".v-supported").count() == 0


def test_from_a_folder_the_page_says_where_the_proof_is(page: Page, folder: Path) -> None:
    """A browser lets no page of a folder read other files."""
    page.goto((folder / f"en/p/{PLACE}.html").as_uri())
    box = page.locator(".proof").first
    box.get_by_role("button").click()
    box.get_by_text(_say("proof.folder")).wait_for()
    assert box.get_by_role("link", name=_say("proof.verify")).count() == 1


def test_codes_of_every_size_are_read(page: Page, folder: Path) -> None:
    """From one byte to more than any sheet has; each size has its own blocks and patterns."""
    page.goto((folder / f"en/p/{PLACE}.html").as_uri())
    page.wait_for_function("window.escrutinio?.words['proof.show'] !== undefined")
    page.evaluate("escrutinio.load('assets/qr.js')")
    for length in (1, 2, 11, 20, 47, 80, 120, 185, 250, 334, 420, 600, 800, 1100, 1500):
        message = bytes((7 * place * place + length) % 256 for place in range(length))
        expected = encode_qr_text(message)
        rows = page.evaluate(
            "bytes => { const { qr } = escrutinio; const text = qr.textOf(Uint8Array.from(bytes));"
            " return [text, qr.encode(text).map(row => row.map(Number).join(''))]; }",
            list(message),
        )
        assert rows[0] == expected
        side = len(rows[1])
        image = Image.new("L", (side + 8, side + 8), 255)
        for y, row in enumerate(rows[1]):
            for x, module in enumerate(row):
                image.putpixel((x + 4, y + 4), 0 if module == "1" else 255)
        found = zxingcpp.read_barcodes(image.resize((4 * image.width, 4 * image.height)))
        assert [(item.text, item.ec_level) for item in found] == [(expected, "M")]


def _log_of(entries: list[bytes]) -> dict[str, bytes]:
    """Make the files of a log: of 70,000 entries three levels, each with a partial tile."""
    files: dict[str, bytes] = {}
    for index, part in enumerate(_parts(entries)):
        files[EntryBundle(index, len(part)).path] = encode_bundle(part)
    level, hashes = 0, hash_leaves(entries)
    while hashes:
        for index, part in enumerate(_parts(hashes)):
            files[HashTile(level, index, len(part)).path] = encode_tile(part)
        hashes = [compute_root(part) for part in _parts(hashes) if len(part) == TILE_WIDTH]
        level += 1
    return files


def _parts(items: list[bytes]) -> list[list[bytes]]:
    return [items[at : at + TILE_WIDTH] for at in range(0, len(items), TILE_WIDTH)]


def test_roots_and_proofs_are_those_of_the_log(
    page: Page, server: RecordServer, site: Site
) -> None:
    """Against the log's own code, on a tree of three levels of tiles."""
    entries = [place.to_bytes(4) for place in range(70_000)]
    leaves = hash_leaves(entries)
    page.goto(server.put("big", {**site.files, **_log_of(entries)}) + "en/compare.html")
    page.wait_for_function("window.escrutinio?.log !== undefined")
    for size in (1, 2, 255, 256, 257, 4095, 65_536, 65_537, 69_999, 70_000):
        root = page.evaluate(
            "async size => { const { log } = escrutinio;"
            " const tree = new log.Tree(70000, path => escrutinio.fetchBytes(path));"
            " return log.hex(await tree.hash(0, size)); }",
            size,
        )
        assert root == compute_root(leaves[:size]).hex()
    for index, size in ((0, 70_000), (69_999, 70_000), (65_535, 65_537), (300, 301), (255, 256)):
        proof = page.evaluate(
            "async ([index, size, leaf]) => { const { log } = escrutinio;"
            " const tree = new log.Tree(70000, path => escrutinio.fetchBytes(path));"
            " const path = await tree.proof(index, size);"
            " const root = await log.rootOfProof(log.fromBase64(leaf), index, size, path);"
            " return [path.map(log.hex), log.hex(root)]; }",
            [index, size, base64.b64encode(leaves[index]).decode()],
        )
        head = Checkpoint("example.org/log", size, compute_root(leaves[:size]))
        signed = sign_checkpoint(head, NoteSigner("example.org/log", SigningKey(bytes(32))))
        expected = prove_entry(_Files(_log_of(entries[:size])), signed, index)
        assert proof == [[digest.hex() for digest in expected.path], head.root.hex()]


# --- witnesses ------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_says_who_has_cosigned_and_how_long_ago(
    page: Page, server: RecordServer, site: Site, language: str
) -> None:
    head = decode_checkpoint(site.files["checkpoint"], "checkpoint")
    page.goto(server.put("honest", site.files) + f"{language}/witnesses.html")
    entries = head.checkpoint.size
    status = page.locator("#witnesses-now")
    expected = _say("witness.sum", language, entries=entries, cosigned=3, witnesses=3)
    status.get_by_text(expected).wait_for()
    states = page.locator("td.now").all_text_contents()
    assert states[0] == _say("witness.log", language)
    beginning = _say("witness.good", language, age="|").split("|")[0]
    assert len(states) == 4
    assert all(state.startswith(beginning) for state in states[1:])


def test_a_wrong_cosignature_is_not_counted(page: Page, server: RecordServer, site: Site) -> None:
    """And a witness that has not signed has no age."""
    head, *lines = site.files["checkpoint"].decode().split("\n\u2014 ")
    name, blob = lines[1].strip().split(" ")
    changed = bytearray(base64.b64decode(blob))
    changed[-1] ^= 1
    lines[1] = f"{name} {base64.b64encode(bytes(changed)).decode()}"
    text = "\n\u2014 ".join([head, *[line.strip() for line in lines[:-1]]]) + "\n"
    files = {**site.files, "checkpoint": text.encode()}
    page.goto(server.put("cosigned", files) + "en/witnesses.html")
    page.locator("#witnesses-now").get_by_text("have cosigned it: 1 of 3").wait_for()
    states = page.locator("td.now").all_text_contents()
    assert _say("witness.bad") in states
    assert _say("witness.none") in states


def test_from_a_folder_the_page_says_how_to_read_the_checkpoint(page: Page, folder: Path) -> None:
    page.goto((folder / "en/witnesses.html").as_uri())
    page.get_by_text(_say("witness.folder")).wait_for()
    assert page.locator("td.now a").count() == 4


# --- comparing checkpoints ------------------------------------------------------------------------


def _signed(site: Site, size: int, root: bytes | None = None, origin: str | None = None) -> str:
    """Sign another checkpoint with the key of the log.

    Args:
        site: whose log it is.
        size: of the checkpoint.
        root: of it; None takes that of the log's first entries.
        origin: name of another log.
    """
    signed = decode_checkpoint(site.files["checkpoint"], "checkpoint")
    entries = read_log(_Files(site.files), signed.checkpoint).entries
    made = Checkpoint(
        origin or signed.checkpoint.origin,
        size,
        compute_root(hash_leaves(entries[:size])) if root is None else root,
    )
    signer = make_election(STATIONS, 1).keys.log
    if origin is not None:
        signer = NoteSigner(origin, signer.key)
    return encode_checkpoint(sign_checkpoint(made, signer)).decode()


def _size(site: Site) -> int:
    return decode_checkpoint(site.files["checkpoint"], "checkpoint").checkpoint.size


def _compare(page: Page, text: str, key: str, verdict: str) -> None:
    page.get_by_label("Or the text").fill(text)
    page.locator("form").get_by_role("button", name="Compare").click()
    answer = page.locator(f"#compare-answer .v-{verdict}")
    beginning = load_language("en").words[f"site.script.{key}"].split("{")[0]
    answer.get_by_text(beginning).wait_for()


def test_a_pasted_checkpoint_is_held_against_this_copy(
    page: Page, server: RecordServer, site: Site
) -> None:
    page.goto(server.put("honest", site.files) + "en/compare.html")
    size = _size(site)
    own = site.files["checkpoint"].decode()
    _compare(page, own, "compare.same", "supported")
    # Copied by hand, from a mail or a page.
    _compare(page, own.removesuffix("\n"), "compare.same", "supported")
    _compare(page, _signed(site, 57), "compare.older", "supported")
    _compare(page, _signed(site, 57, bytes(32)), "compare.split", "contradicted")
    _compare(page, _signed(site, size, bytes(32)), "compare.split", "contradicted")
    assert page.locator("#compare-answer pre").count() == 2
    _compare(page, _signed(site, size + 9, bytes(32)), "compare.newer_pasted", "cannot_be_checked")
    _compare(
        page, _signed(site, size, origin="other.example/log"), "compare.origin", "cannot_be_checked"
    )
    _compare(page, "nothing of the kind", "compare.no_checkpoint", "cannot_be_checked")


def test_a_text_that_the_log_did_not_sign_proves_nothing(
    page: Page, server: RecordServer, site: Site
) -> None:
    """A look-alike must not make anybody doubt the real log."""
    page.goto(server.put("honest", site.files) + "en/compare.html")
    head = decode_checkpoint(site.files["checkpoint"], "checkpoint").checkpoint
    forger = NoteSigner(head.origin, SigningKey(bytes(31) + b"\x01"))
    forged = sign_checkpoint(replace(head, root=bytes(32)), forger)
    _compare(page, encode_checkpoint(forged).decode(), "compare.unsigned", "cannot_be_checked")
    own = _signed(site, head.size)
    other_root = own.replace(own.split("\n")[2], base64.b64encode(bytes(32)).decode())
    _compare(page, other_root, "compare.unsigned", "cannot_be_checked")


def test_another_copy_is_fetched_with_the_tiles_that_decide(
    page: Page, server: RecordServer, site: Site
) -> None:
    """An older copy, read from a newer one and the other way round; then one of another history."""
    early = whole_site(STATIONS, 3)
    newer, older = server.put("newer", site.files), server.put("older", early.files)
    page.goto(older + "en/compare.html#address=" + newer)
    page.locator("form").get_by_role("button", name="Compare").click()
    page.get_by_text("Consistent: the other copy is newer").wait_for()
    page.goto(newer + "en/compare.html#address=" + older)
    page.locator("form").get_by_role("button", name="Compare").click()
    page.get_by_text("Consistent: the other copy is older").wait_for()
    split = {**early.files, "checkpoint": _signed(early, _size(early), bytes(32)).encode()}
    page.goto("about:blank")
    # The address of the record's file, or of a page, does as well.
    page.goto(newer + "en/compare.html#address=" + server.put("split", split) + "checkpoint")
    page.locator("form").get_by_role("button", name="Compare").click()
    page.locator("#compare-answer .v-contradicted").get_by_text("SPLIT VIEW").wait_for()


def test_a_browser_that_cannot_check_says_so(page: Page, server: RecordServer, site: Site) -> None:
    """Without https there is no hashing, and old browsers know no Ed25519: never a silent pass."""
    page.add_init_script("Object.defineProperty(crypto, 'subtle', { value: undefined })")
    base = server.put("honest", site.files)
    page.goto(base + "en/witnesses.html")
    unchecked = _say("witness.sum_unchecked", entries=_size(site), cosigned=3, witnesses=3)
    page.get_by_text(unchecked).wait_for()
    page.goto(base + f"en/p/{PLACE}.html")
    page.locator(".proof").first.get_by_role("button").click()
    page.get_by_text(_say("proof.no_hashing")).wait_for()
    assert page.locator("svg.qr").count() == 1
    assert page.locator(".v-supported, .v-contradicted").count() == 0
    page.goto(base + "en/compare.html")
    _compare(page, site.files["checkpoint"].decode(), "compare.same", "supported")
    page.get_by_text(_say("compare.unchecked")).wait_for()
    _compare(page, _signed(site, 57), "compare.no_hashing", "cannot_be_checked")


def test_from_a_folder_both_checkpoints_are_given_by_hand(
    page: Page, folder: Path, site: Site
) -> None:
    page.goto((folder / "en/compare.html").as_uri())
    page.get_by_label("Or that file").set_input_files(folder / "checkpoint")
    own = site.files["checkpoint"].decode()
    _compare(page, own, "compare.same", "supported")
    _compare(page, _signed(site, _size(site), bytes(32)), "compare.split", "contradicted")
    _compare(page, _signed(site, 57), "compare.folder", "cannot_be_checked")
