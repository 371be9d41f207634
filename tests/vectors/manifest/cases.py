"""Manifests: good ones, and one per way to break them; see ``generate.py``.

What is broken in the text of a manifest is signed all the same: nothing but the named rule refuses
it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

from escrutinio.log import Checkpoint
from escrutinio.primitives.spelling import encode_base64
from escrutinio.primitives.vkey import NoteSigner
from tests.vectors.definition.documents import key_of

__all__ = ["CHECKPOINT", "EXAMPLE", "LOG", "ManifestCase", "manifest_cases"]

#: The log that the policy of Ejemplia names.
LOG = NoteSigner("log.ejemplia.example/2030", key_of("log.ejemplia.example/2030"))
OTHER_KEY = NoteSigner(LOG.name, key_of("another"))
OTHER_LOG = NoteSigner("log.ejemplia.example/2031", LOG.key)
ROOT = hashlib.sha256(b"root").digest()
CHECKPOINT = Checkpoint(LOG.name, 3, ROOT)

_NAMES = ("README.txt", "bulletins/000001.zip", "bulletins/000001/bulletin.json", "definition.json")
_LINES = tuple(
    f"{hashlib.sha256(name.encode()).hexdigest()} {len(name)} {name}\n" for name in _NAMES
)
_HEAD = (
    "escrutinio-manifest/1\n"
    f"origin {LOG.name}\n"
    "size 3\n"
    f"root {encode_base64(ROOT)}\n"
    f"files {len(_LINES)}\n"
)
TEXT = _HEAD + "".join(_LINES)


@dataclass(frozen=True)
class ManifestCase:
    """A manifest: name of its file, why it is there, its text, and the checkpoint beside it."""

    name: str
    why: str
    text: str
    checkpoint: Checkpoint = CHECKPOINT


def _signature(text: str, signer: NoteSigner = LOG) -> str:
    signature = encode_base64(signer.vkey.key_id + signer.key.sign(text.encode()))
    return f"\u2014 {signer.name} {signature}\n"


def _signed(text: str, signer: NoteSigner = LOG) -> str:
    return f"{text}\n{_signature(text, signer)}"


EXAMPLE = _signed(TEXT)


def _replace(before: str, after: str, text: str = TEXT) -> str:
    assert text.count(before) == 1, before
    return text.replace(before, after)


def _with_line(line: str) -> str:
    """Give a text whose only file is on this line."""
    return _replace(f"files {len(_LINES)}\n", f"files 1\n{line}\n", _HEAD)


def _with_path(path: str) -> str:
    return _with_line(f"{'0a' * 32} 12 {path}")


def manifest_cases() -> Iterator[ManifestCase]:
    """Give every case."""
    yield from _good()
    yield from _good_pages()
    for name, (why, text) in {**_heads(), **_files(), **_paths(), **_pages()}.items():
        yield ManifestCase(name, why, _signed(text))
    for name, (why, text) in _notes().items():
        yield ManifestCase(name, why, text)
    yield from _misfits()


def _good() -> Iterator[ManifestCase]:
    unknown = _signature(TEXT, NoteSigner("other.example", OTHER_KEY.key))
    yield ManifestCase(
        "good", "four files, in the order of the ASCII bytes of their paths", EXAMPLE
    )
    ahead = Checkpoint(LOG.name, 2, hashlib.sha256(b"before").digest())
    why = "of a larger size than the checkpoint: the publisher has not replaced that one yet"
    yield ManifestCase("good-ahead", why, EXAMPLE, ahead)
    why = "a line by a key that the reader does not know is ignored"
    yield ManifestCase("good-unknown-line", why, EXAMPLE + unknown)
    none = _replace(f"files {len(_LINES)}", "files 0", _HEAD)
    yield ManifestCase("good-no-files", "it may list nothing", _signed(none))
    why = "a path of 200 characters"
    yield ManifestCase("good-longest-path", why, _signed(_with_path("a" * 200)))
    why = "an empty file has the size 0"
    empty = f"{hashlib.sha256(b'').hexdigest()} 0 empty"
    yield ManifestCase("good-empty-file", why, _signed(_with_line(empty)))


def _heads() -> dict[str, tuple[str, str]]:
    root = encode_base64(ROOT)
    spare = root[:-2] + chr(ord(root[-2]) + 1) + "="
    return {
        "format-later": ("another version", _replace("manifest/1", "manifest/2")),
        "format-missing": ("the first line says what it is", _replace(_HEAD[:22], "")),
        "checkpoint": ("a checkpoint of the same key", f"{LOG.name}\n3\n{root}\n"),
        "origin-missing": ("five lines of head", _replace(f"origin {LOG.name}\n", "")),
        "head-order": (
            "one order of the lines",
            _replace(
                f"size 3\nroot {root}\n",
                f"root {root}\nsize 3\n",
            ),
        ),
        "head-cut": ("nothing behind the size", _HEAD[: _HEAD.index("root")]),
        "size-leading-zero": ("one spelling of a number", _replace("size 3", "size 03")),
        "size-sign": ("no signs", _replace("size 3", "size +3")),
        "size-large": ("numbers are below 2^63", _replace("size 3", f"size {2**63}")),
        "root-short": ("a root has 32 bytes", _replace(root, encode_base64(ROOT[:31]))),
        "root-spare-bits": ("one spelling of base64", _replace(root, spare)),
        "files-fewer": ("a line more than announced", _replace("files 4", "files 3")),
        "files-more": ("a line less than announced", _replace("files 4", "files 5")),
        "files-leading-zero": ("one spelling of a number", _replace("files 4", "files 04")),
    }


def _files() -> dict[str, tuple[str, str]]:
    digest, path = "0a" * 32, "README.txt"
    return {
        "line-digest-upper-case": ("digits are lower case", _with_line(f"{'0A' * 32} 12 {path}")),
        "line-digest-short": ("32 bytes", _with_line(f"{digest[2:]} 12 {path}")),
        "line-size-leading-zero": ("one spelling", _with_line(f"{digest} 012 {path}")),
        "line-size-negative": ("a size is not negative", _with_line(f"{digest} -12 {path}")),
        "line-size-hexadecimal": ("digits 0 to 9", _with_line(f"{digest} 0xc {path}")),
        "line-size-large": ("numbers are below 2^63", _with_line(f"{digest} {2**63} {path}")),
        "line-size-missing": ("three items", _with_line(f"{digest} {path}")),
        "line-two-spaces": ("one space between items", _with_line(f"{digest}  12 {path}")),
        "line-space-at-end": ("nothing behind the path", _with_line(f"{digest} 12 {path} ")),
        "line-empty": ("no empty line", _with_line("")),
        "line-carriage-return": ("lines end in a line feed", _with_line(f"{digest} 12 {path}\r")),
        "order": ("files stand in the order of their paths", _HEAD + "".join(_LINES[::-1])),
        "order-of-folders": (
            "the dot comes before the stroke",
            _HEAD + _LINES[0] + _LINES[2] + _LINES[1] + _LINES[3],
        ),
        "path-twice": (
            "a file has one digest",
            _HEAD + _LINES[0] + _LINES[0] + "".join(_LINES[2:]),
        ),
    }


def _paths() -> dict[str, tuple[str, str]]:
    return {
        "path-parent": ("it leads out of the folder", _with_path("../README.txt")),
        "path-parent-inside": ("so does this", _with_path("data/../../README.txt")),
        "path-absolute": ("it leads elsewhere", _with_path("/etc/passwd")),
        "path-hidden": ("a part begins with a letter or a digit", _with_path("data/.htaccess")),
        "path-here": ("a second spelling of a path", _with_path("./README.txt")),
        "path-empty-part": ("a second spelling too", _with_path("data//README.txt")),
        "path-folder": ("a folder is no file", _with_path("data/")),
        "path-backslash": ("a way out on some systems", _with_path("data\\README.txt")),
        "path-drive": ("so is this", _with_path("C:README.txt")),
        "path-escape": ("no escapes", _with_path("a%2e%2e")),
        "path-not-ascii": ("the text is ASCII", _with_path("r\u00e9sum\u00e9.txt")),
        "path-long": ("a path has at most 200 characters", _with_path("a" * 201)),
        "path-manifest": ("it does not list itself", _with_path("MANIFEST")),
        "path-checkpoint": ("nor the checkpoint", _with_path("checkpoint")),
    }


def _notes() -> dict[str, tuple[str, str]]:
    line = _signature(TEXT)
    altered = line[:-8] + ("A" if line[-8] != "A" else "B") + line[-7:]
    return {
        "note-empty": ("nothing", ""),
        "note-no-blank-line": ("text and signatures are apart", TEXT + line),
        "note-no-signature": ("a text alone", TEXT),
        "note-two-blank-lines": ("one blank line", f"{TEXT}\n\n{line}"),
        "note-hyphen": ("an em dash begins a signature", EXAMPLE.replace("\u2014", "-")),
        "note-cut": ("the last line ends in a line feed", EXAMPLE[:-1]),
        "note-trailing-byte": ("nothing behind the last line", f"{EXAMPLE}x"),
        "note-trailing-line": ("every line there is a signature", f"{EXAMPLE}more\n"),
        "note-carriage-returns": ("lines end in a line feed", EXAMPLE.replace("\n", "\r\n")),
        "signature-altered": ("a bit of the signature", f"{TEXT}\n{altered}"),
        "signature-of-another-text": (
            "a digit of a digest, signed before it was altered",
            _replace(_LINES[0][:4], "0000", EXAMPLE),
        ),
        "signature-bad-beside-good": (
            "one bad line of a known key is enough",
            f"{TEXT}\n{line}{altered}",
        ),
        "signature-short": (
            "an Ed25519 signature has 64 bytes",
            f"{TEXT}\n\u2014 {LOG.name} {encode_base64(LOG.vkey.key_id + bytes(63))}\n",
        ),
        "signature-by-another-key": (
            "a key that the reader does not know proves nothing and contradicts nothing",
            _signed(TEXT, OTHER_KEY),
        ),
        "origin-other": (
            "another log of the same key",
            _signed(TEXT.replace(LOG.name, OTHER_LOG.name), OTHER_LOG),
        ),
    }


_CHANGED, _NEW, _GONE = "en/index.html", "en/p/0417.html", "en/p/0418.html"


def _line(path: str, content: str) -> str:
    return f"{hashlib.sha256(content.encode()).hexdigest()} {len(content)} {path}\n"


_PAGES = _line(_CHANGED, "new") + _line(_NEW, "new")
_OLDER = (_line(_CHANGED, "older"), f"- 0 {_NEW}\n", _line(_GONE, "gone"))


def _replacing(*older: str, head: str | None = None) -> str:
    """Give a text of three entries whose pages stood beside the checkpoint of two."""
    listed = _replace("files 4\n", "files 2\n", _HEAD)
    return listed + _PAGES + (head or f"before 2 {len(older)}\n") + "".join(older)


def _good_pages() -> Iterator[ManifestCase]:
    text = _signed(_replacing(*_OLDER))
    before = Checkpoint(LOG.name, 2, hashlib.sha256(b"before").digest())
    why = "pages are being replaced: one changes, one is new, one goes"
    yield ManifestCase("good-pages", why, text, before)
    why = "the checkpoint has been replaced: what stood there before means nothing any more"
    yield ManifestCase("good-pages-later", why, text)
    why = "the older pages stood beside an older checkpoint than this one"
    first = Checkpoint(LOG.name, 1, hashlib.sha256(b"first").digest())
    yield ManifestCase("good-pages-of-another", why, text, first)
    why = "pages are replaced at the same size of the log, by another program"
    same = _signed(_replacing(*_OLDER, head="before 3 3\n"))
    yield ManifestCase("good-pages-of-the-same-size", why, same)


def _pages() -> dict[str, tuple[str, str]]:
    changed, new, gone = _OLDER
    listed = _line(_CHANGED, "new")
    return {
        "before-empty": ("a list of nothing is left out", _replacing(head="before 2 0\n")),
        "before-fewer": ("a line more than announced", _replacing(*_OLDER, head="before 2 2\n")),
        "before-more": ("a line less than announced", _replacing(*_OLDER, head="before 2 4\n")),
        "before-later": (
            "pages of a later checkpoint cannot stand there",
            _replacing(*_OLDER, head="before 4 3\n"),
        ),
        "before-leading-zero": ("one spelling", _replacing(*_OLDER, head="before 02 3\n")),
        "before-no-size": ("two numbers", _replacing(*_OLDER, head="before 3\n")),
        "before-twice": ("one list", _replacing(*_OLDER) + f"before 2 1\n{changed}"),
        "before-order": ("in the order of their paths", _replacing(new, changed, gone)),
        "before-path-twice": ("a page has one older content", _replacing(changed, changed)),
        "before-as-listed": ("nothing is being replaced", _replacing(listed, new)),
        "before-no-page": (
            "other files are never replaced",
            _replacing(_line("definition.json", "older")),
        ),
        "before-nothing-of-nothing": (
            "neither listed nor there before",
            _replacing(f"- 0 {_GONE}\n"),
        ),
        "before-nothing-with-size": ("nothing has no size", _replacing(f"- 1 {_NEW}\n")),
        "before-hidden": ("a path of a record", _replacing(_line("en/.htaccess", "older"))),
        "line-nothing": ("only the second list may say so", _with_line("- 0 README.txt")),
    }


def _misfits() -> Iterator[ManifestCase]:
    larger = Checkpoint(LOG.name, 4, hashlib.sha256(b"later").digest())
    why = "a manifest of last night beside the checkpoint of today"
    yield ManifestCase("checkpoint-larger", why, EXAMPLE, larger)
    other = Checkpoint(LOG.name, 3, hashlib.sha256(b"other").digest())
    yield ManifestCase(
        "checkpoint-other-root", "of the same size the root is the same", EXAMPLE, other
    )
