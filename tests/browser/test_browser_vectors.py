"""The published test vectors, read by the browser verifier."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.browser.record_server import RecordServer

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

VECTORS = Path(__file__).resolve().parents[1] / "vectors"
#: The election of the examples on the pages about entries.
EXAMPLE_ELECTION = "00112233445566778899aabbccddeeff"


@pytest.fixture(scope="module")
def page(browser: Browser, server: RecordServer) -> Iterator[Page]:
    """Give a page with the verifier in it."""
    opened = browser.new_page()
    opened.goto(server.put("empty", {}) + "en/verify.html")
    yield opened
    opened.close()


def _cases(folder: str) -> list[tuple[str, Any]]:
    paths = sorted((VECTORS / folder).glob("*.json"))
    return [(path.stem, json.loads(path.read_text(encoding="utf-8"))) for path in paths]


#: Gives the name of the error that reading something raised, or null.
_ATTEMPT = """
const V = EscrutinioVerifier;
const bytes = text => Uint8Array.from(atob(text), letter => letter.charCodeAt(0));
const attempt = async work => {
  try {
    return await work() ?? null;
  } catch (error) {
    if (error instanceof V.LaterVersion) return 'UnverifiableError';
    if (error instanceof V.Bad) return 'MalformedError';
    throw error;
  }
};
"""


def _ask(page: Page, work: str, inputs: list[Any]) -> list[Any]:
    """Do something with each input in the page; give what came of it."""
    script = f"""async inputs => {{
      {_ATTEMPT}
      const results = [];
      for (const input of inputs) results.push(await attempt(async () => {{ {work} }}));
      return results;
    }}"""
    answers = page.evaluate(script, inputs)
    assert isinstance(answers, list)
    return answers


def _encoded(data: bytes) -> str:
    return base64.b64encode(data).decode()


@pytest.mark.parametrize("folder", ["entries", "sheet"])
def test_messages_are_read_as_the_vectors_say(page: Page, folder: str) -> None:
    """Every way to break an entry or a sheet, each with the class of answer that the page gives."""
    # One example is of another election.
    cases = [(name, case) for name, case in _cases(folder) if name != "good-worst-case"]
    work = """
      const entry = V.readEntry(0, V.fromHex(input.input), V.fromHex(input.election));
      const key = V.fromHex(input.key);
      if (V.toHex(V.sha256(key).slice(0, 8)) !== entry.kid) return 'UnverifiableError';
      const isGood = await new V.Signatures().isSigned(key, V.signedBytes(entry), entry.signature);
      return isGood ? null : 'VerificationError';
    """
    inputs = [
        {"input": case["input"], "key": case["key"], "election": EXAMPLE_ELECTION}
        for _, case in cases
    ]
    answers = _ask(page, work, inputs)
    expected = {name: case["expected"].get("refused") for name, case in cases}
    assert {name: answer for (name, _), answer in zip(cases, answers, strict=True)} == expected
    assert len(cases) > 40


def test_cbor_is_refused_where_the_vectors_refuse_it(page: Page) -> None:
    cases = _cases("cbor")
    answers = _ask(
        page, "V.Cbor.decode(V.fromHex(input)); return null;", [case["input"] for _, case in cases]
    )
    refused = {name for (name, _), answer in zip(cases, answers, strict=True) if answer}
    assert refused == {name for name, case in cases if "refused" in str(case["expected"])}


def _file(item: Any) -> str | None:  # noqa: ANN401  # JSON
    if item is None:
        return None
    if isinstance(item, str):
        return _encoded(item.encode())
    if "base64" in item:
        return str(item["base64"])
    return _encoded((item["repeated"] * item["times"]).encode())


def test_definitions_are_refused_where_the_vectors_refuse_them(page: Page) -> None:
    """Of version 2 those that are good are taken, of both versions those that are not refused."""
    work = """
      const files = Object.fromEntries(Object.entries(input).map(
        ([name, text]) => [name, text === null ? null : bytes(text)]));
      const definition = new V.Definition(files['definition.json'] ?? new Uint8Array());
      for (const [name, header] of V.TABLES) {
        const table = files[name] ?? null;
        definition.take(name, header, table, table ? V.toHex(V.sha256(table)) : '');
      }
      const keys = [...definition.signers.values()].map(signer => signer.key);
      return (await V.findBadKeys(keys, new V.Pace())).length ? 'MalformedError' : null;
    """
    cases = []
    for name, case in _cases("definition"):
        is_good = "refused" not in case["expected"]
        if not is_good or '"escrutinio-definition/2"' in str(case["files"]["definition.json"]):
            cases.append((name, is_good, {k: _file(v) for k, v in case["files"].items()}))
    answers = _ask(page, work, [files for _, _, files in cases])
    wrong = [
        name
        for (name, is_good, _), answer in zip(cases, answers, strict=True)
        if (answer is None) != is_good
    ]
    assert wrong == []
    assert sum(is_good for _, is_good, _ in cases) > 1


def test_anchors_are_read_as_the_vectors_say(page: Page) -> None:
    cases = _cases("anchor")
    answers = _ask(page, "V.readAnchor(input); return null;", [case["input"] for _, case in cases])
    refused = {name for (name, _), answer in zip(cases, answers, strict=True) if answer}
    assert refused == {name for name, case in cases if "refused" in case["expected"]}


def test_manifests_are_read_as_the_vectors_say(page: Page) -> None:
    """Refused, contradicted by the checkpoint beside it, signed by nobody known, or good."""
    work = """
      const manifest = V.readManifest(new TextEncoder().encode(input.input));
      const log = V.readVkey(input.log, [1]);
      const reading = new V.Verification({list: () => null, read: async () => null},
        {trust: {identity: ''}}, new V.Pace());
      const {size, root} = input.checkpoint;
      Object.assign(reading, {manifest, policy: {log}, support: 'yes',
        checkpoint: {origin: log.name, size, root: V.fromHex(root)}});
      if (!await reading.checkManifest()) return 'not relied on';
      const list = files => [...files].map(([path, file]) =>
        ({path, size_bytes: file?.size ?? 0, sha256: file?.sha256 ?? null}));
      const before = manifest.before && {size: manifest.before.size,
        files: list(manifest.before.files), counts: manifest.before.size === size};
      return JSON.stringify({files: list(manifest.files), size: manifest.size, before});
    """
    cases = _cases("manifest")
    answers = _ask(page, work, [case for _, case in cases])
    wrong = []
    for (name, case), answer in zip(cases, answers, strict=True):
        expected = case["expected"]
        if "refused" in expected:
            is_right = answer in {"not relied on", expected["refused"]}
        else:
            found = json.loads(answer)
            is_right = all(found[key] == expected.get(key) for key in ("files", "size", "before"))
        if not is_right:
            wrong.append((name, answer, expected))
    assert wrong == []
    assert len(cases) > 40


def test_paths_of_records_and_pages_are_those_of_the_vectors(page: Page) -> None:
    cases = [(name, case) for name, case in _cases("record") if name.startswith("path-")]
    work = "return V.isPath(input) ? (V.isPage(input) ? 'page' : 'file') : 'none';"
    answers = _ask(page, work, [case["input"] for _, case in cases])
    expected = [
        "none" if "refused" in case["expected"] else "page" if case["expected"]["page"] else "file"
        for _, case in cases
    ]
    assert dict(zip((name for name, _ in cases), answers, strict=True)) == dict(
        zip((name for name, _ in cases), expected, strict=True)
    )


@pytest.mark.parametrize("name", ["day", "governor", "seats", "transcription", "unlisted"])
def test_bulletins_are_computed_to_the_published_bytes(page: Page, name: str) -> None:
    """Definition and entries in, bodies and rows out: totals, bounds, outcomes and changes."""
    work = """
      const text = value => new TextEncoder().encode(value);
      const definition = new V.Definition(text(input.definition['definition.json']));
      for (const [table, header] of V.TABLES) {
        const found = input.definition[table] ?? null;
        const data = found === null ? null : text(found);
        definition.take(table, header, data, data ? V.toHex(V.sha256(data)) : '');
      }
      const report = new V.Report();
      const ledger = new V.Ledger(definition, report);
      const heads = input.bulletins.map(item => ({number: item.number, size: item.size,
        time: item.time_s, bytes: text(item.body), body: JSON.parse(item.body),
        rows: text(item.rows)}));
      const bulletins = new V.Bulletins(ledger, report, heads, new Map(), new V.Pace());
      for (const [place, hex] of input.entries.entries()) {
        for (const item of input.bulletins.filter(one => one.size === place)) {
          await bulletins.atPlace(place, V.fromHex(item.root));
        }
        const entry = V.readEntry(place, V.fromHex(hex), definition.identity.slice(0, 16));
        entry.good = ledger.keys.get(entry.kid) ?? [];
        ledger.add(entry);
      }
      for (const item of input.bulletins.filter(one => one.size === input.entries.length)) {
        await bulletins.atPlace(input.entries.length, V.fromHex(item.root));
      }
      return JSON.stringify([...report.steps.values()].flatMap(step => step.places));
    """
    case = json.loads((VECTORS / "bulletin" / f"{name}.json").read_text(encoding="utf-8"))
    assert _ask(page, work, [case]) == ["[]"]
    del case["entries"][3]
    assert _ask(page, work, [case]) != ["[]"]


def test_small_order_and_unreduced_signatures_are_refused(page: Page) -> None:
    """Some browsers accept what libsodium does not: S of the order or more, R of small order."""
    order = 2**252 + 27742317777372353535851937790883648493
    good = bytes(range(1, 33)) + (order - 1).to_bytes(32, "little")
    cases = [
        good,
        good[:32] + order.to_bytes(32, "little"),
        good[:32] + (2**256 - 1).to_bytes(32, "little"),
        (1).to_bytes(32, "little") + good[32:],
        (2**255 - 20).to_bytes(32, "little") + good[32:],
        bytes(32) + good[32:],
        bytes.fromhex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85")
        + good[32:],
        good[:63],
    ]
    answers = _ask(page, "return V.isGoodForm(bytes(input));", [_encoded(item) for item in cases])
    assert answers == [True, *[False] * (len(cases) - 1)]


def test_keys_outside_of_the_main_subgroup_are_found_among_many(page: Page) -> None:
    """The sums of random subsets name the same keys as a look at each."""
    work = """
      const pairs = await Promise.all(Array.from({length: 40}, () =>
        crypto.subtle.generateKey({name: 'Ed25519'}, true, ['sign', 'verify'])));
      const keys = await Promise.all(pairs.map(async pair =>
        new Uint8Array(await crypto.subtle.exportKey('raw', pair.publicKey))));
      const clean = await V.findBadKeys(keys, new V.Pace());
      for (const [at, hex] of Object.entries(input)) keys[at] = V.fromHex(hex);
      const found = await V.findBadKeys(keys, new V.Pace());
      return JSON.stringify([clean, found, keys.map(V.isGoodKey).map(Number)]);
    """
    cases = {path: case for path, case in _cases("definition") if path.startswith("signers-point")}
    bad = sorted(
        {
            line.rsplit(",", 1)[1]
            for case in cases.values()
            for line in case["files"]["signers.csv"].splitlines()[1:]
        }
        - {line.rsplit(",", 1)[1] for line in _good_signers().splitlines()[1:]}
    )
    assert len(bad) >= 3
    places = {str(5 * number): key for number, key in enumerate(bad)}
    [answer] = _ask(page, work, [places])
    clean, found, each = json.loads(answer)
    assert clean == []
    assert found == sorted(int(place) for place in places)
    assert [place for place, is_good in enumerate(each) if not is_good] == found


def _good_signers() -> str:
    case = json.loads((VECTORS / "definition" / "good-2.json").read_text(encoding="utf-8"))
    return str(case["files"]["signers.csv"])
