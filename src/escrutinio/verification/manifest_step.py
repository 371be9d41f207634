"""V19: the manifest is the log's, fits the checkpoint, and covers every file.

The rules stand in ``publication/manifest.py``. Whatever other steps have read is not read again.

Pages are replaced in place, perhaps while they are being read here. So where a page is another one
than the manifest lists, MANIFEST is read again: a newer one of the same key may list it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TypeAlias

from escrutinio.errors import (
    ElectionRecordError,
    Fault,
    MalformedError,
    UnverifiableError,
    VerificationError,
)
from escrutinio.log import CHECKPOINT_PATH, Checkpoint, LogKey
from escrutinio.primitives import say
from escrutinio.publication import (
    Manifest,
    ManifestFile,
    decode_manifest,
    find_strays,
    is_page,
    verify_manifest,
)
from escrutinio.publication.layout import MANIFEST_NAME, POLICY_NAME
from escrutinio.publication.manifest import MAX_MANIFEST_BYTES
from escrutinio.verification.record_files import MAX_FILE_BYTES, RecordFiles
from escrutinio.verification.signatures import RecordTrust
from escrutinio.verification.steps import StepBook, StepCode

__all__ = ["check_files", "check_manifest"]

_STEP = StepCode.V19
#: Unlisted files that are named one by one.
_MAX_NAMED = 5
#: Size and SHA-256 of what was found; None for nothing.
_Content: TypeAlias = tuple[int, bytes] | None
#: How often MANIFEST is read again, at most: a record that lies has us read it no oftener.
_MAX_AGAIN = 8


def check_manifest(
    files: RecordFiles, checkpoint: Checkpoint, trust: RecordTrust | None, book: StepBook
) -> Manifest | None:
    """Read the manifest and hold it against the checkpoint; None when it cannot be relied on."""
    try:
        data = files.load(MANIFEST_NAME, MAX_MANIFEST_BYTES)
        if data is None:
            fault = Fault(MANIFEST_NAME, "a file of the record", "nothing there")
            book.leave(_STEP, say("verification.reason.file_missing"), fault)
            return None
        signed = decode_manifest(data)
        if trust is None:
            book.leave(_STEP, say("verification.reason.no_definition"))
            return None
    except MalformedError as error:
        book.fail(_STEP, *error.faults)
        return None
    try:
        verify_manifest(signed, trust.log_key, checkpoint)
    except (VerificationError, UnverifiableError) as error:
        is_ahead = signed.manifest.size > checkpoint.size
        if is_ahead and isinstance(error, UnverifiableError):
            # The next publication was interrupted, and its log may have another key.
            book.leave(_STEP, say("verification.reason.manifest_ahead"), *error.faults)
        else:
            book.fail(_STEP, *error.faults)
        return None
    files.know(signed.manifest.files)
    return signed.manifest


def check_files(
    files: RecordFiles,
    manifest: Manifest,
    checkpoint: Checkpoint,
    key: LogKey | None,
    book: StepBook,
    known: Mapping[str, ManifestFile],
    progress: Callable[[int, int], None],
) -> None:
    """Read every listed file that nobody has read yet, and hold all of them against the list.

    Args:
        files: the record.
        manifest: verified by ``check_manifest``.
        checkpoint: the record's.
        key: by which the manifest was verified.
        book: where it is noted.
        known: immutable files that an earlier verification found as listed, by path. That they are
            still there is looked at where files can be named without reading them.
        progress: told the files done and all of them.
    """
    before = manifest.pages_before(checkpoint)
    pages = _Pages(files, checkpoint, key, before)
    others = [file for file in manifest.files if files.digest_of(file.path) is None]
    unread = [file for file in others if known.get(file.path) != file]
    skipped = [file for file in others if known.get(file.path) == file]
    files.expect((file.path, _most_bytes(file, before.get(file.path))) for file in unread)
    for number, file in enumerate(unread, start=1):
        _read(files, file, pages, book)
        progress(number, len(unread))
    for file in manifest.files:
        is_ahead = manifest.size > checkpoint.size and file.path == POLICY_NAME
        is_other = files.is_altered(file.path) and not is_ahead
        if is_other and not pages.takes(file.path, found := files.digest_of(file.path)):
            _fail(file, f"{found[0]} bytes with {found[1].hex()}" if found else "", book)
    if skipped:
        book.remark(_STEP, say("verification.note.known_files", number=len(skipped)))
    _check_presence(files, manifest, pages, skipped, book)
    if pages.taken:
        book.remark(_STEP, say("verification.note.pages_replaced", number=pages.taken))
    book.finish(_STEP)


class _Pages:
    """What may stand in the place of pages, beside what the manifest lists.

    Attributes:
        before: what stood there, where the publication that the manifest is of is under way.
    """

    def __init__(
        self,
        files: RecordFiles,
        checkpoint: Checkpoint,
        key: LogKey | None,
        before: Mapping[str, ManifestFile | None],
    ) -> None:
        self.before = before
        self._files = files
        self._checkpoint = checkpoint
        self._key = key
        self._again = 0
        #: Of each manifest that was read again: by path, what pages may be.
        self._newer: list[Mapping[str, set[_Content]]] = []
        #: What was found and is fine, by path.
        self._taken: dict[str, _Content] = {}

    @property
    def taken(self) -> int:
        """Number of pages that are others than the manifest lists, and may be."""
        return len(self._taken)

    def takes(self, path: str, found: _Content) -> bool:
        """Say whether a page may be what was found."""
        if not is_page(path):
            return False
        if path in self._taken and self._taken[path] == found:
            return True
        is_older = path in self.before and _content(self.before[path]) == found
        if not is_older and not self._is_newer(path, found):
            return False
        self._taken[path] = found
        return True

    def newer_bytes(self, path: str) -> int:
        """Give the most bytes that a newer manifest lists for a page; 0 for none."""
        if not is_page(path):
            return 0
        self._read_again()
        contents = [content for newer in self._newer for content in newer.get(path, ())]
        return max((content[0] for content in contents if content is not None), default=0)

    def is_newly_listed(self, path: str) -> bool:
        """Say whether a newer manifest names a page."""
        if not is_page(path):
            return False
        if not any(path in newer for newer in self._newer):
            self._read_again()
        return any(path in newer for newer in self._newer)

    def _is_newer(self, path: str, found: _Content) -> bool:
        def is_known() -> bool:
            # A page that a newer manifest does not list has vanished.
            return any(found in newer.get(path, {None}) for newer in self._newer)

        if not is_known():
            self._read_again()
        return is_known()

    def _read_again(self) -> None:
        if self._key is None or self._again >= _MAX_AGAIN:
            return
        self._again += 1
        try:
            data = self._files.load(MANIFEST_NAME, MAX_MANIFEST_BYTES)
            signed = decode_manifest(data or b"")
            verify_manifest(signed, self._key, self._checkpoint)
        except ElectionRecordError:
            return
        manifest, before = signed.manifest, signed.manifest.before
        pages = {file.path: {_content(file)} for file in manifest.files if is_page(file.path)}
        # What stood beside an older checkpoint than ours is no excuse.
        if before is not None and before.size >= self._checkpoint.size:
            for path, file in before.files.items():
                pages.setdefault(path, {None}).add(_content(file))
        self._newer.append(pages)


def _content(file: ManifestFile | None) -> _Content:
    return None if file is None else (file.size_bytes, file.sha256)


def _read(files: RecordFiles, file: ManifestFile, pages: _Pages, book: StepBook) -> None:
    most_bytes = _most_bytes(file, pages.before.get(file.path))
    try:
        try:
            data = files.load(file.path, most_bytes)
        except MalformedError:
            newer_bytes = pages.newer_bytes(file.path)
            if newer_bytes <= most_bytes:
                raise
            data = files.load(file.path, newer_bytes)
    except MalformedError as error:
        # Larger than listed; its digest is then another one too.
        book.fail(_STEP, *error.faults)
        return
    if data is None and not pages.takes(file.path, None):
        _fail(file, "nothing there", book)


def _most_bytes(file: ManifestFile, before: ManifestFile | None = None) -> int:
    size_bytes = max(file.size_bytes, before.size_bytes if before else 0)
    return min(size_bytes, MAX_FILE_BYTES)


def _fail(file: ManifestFile, found: str, book: StepBook) -> None:
    expected = f"{file.size_bytes} bytes with the SHA-256 {file.sha256.hex()}"
    book.fail(_STEP, Fault(file.path, expected, found))


def _check_presence(
    files: RecordFiles,
    manifest: Manifest,
    pages: _Pages,
    skipped: Sequence[ManifestFile],
    book: StepBook,
) -> None:
    """Look for files that are not listed, and for known ones that are gone."""
    present = files.list_paths()
    if present is None:
        book.remark(_STEP, say("verification.note.no_listing"))
        return
    there = set(present)
    for file in skipped:
        if file.path not in there:
            _fail(file, "nothing there", book)
    listed = {MANIFEST_NAME, CHECKPOINT_PATH, *(file.path for file in manifest.files)}
    for path, old in pages.before.items():
        if path not in listed and path in there and old is not None:
            _read(files, old, pages, book)
            if files.digest_of(path) not in {None, _content(old)}:
                _fail(old, "other bytes", book)
    listed |= pages.before.keys()
    strays = [path for path in find_strays(present, listed) if not pages.is_newly_listed(path)]
    for path in strays:
        fault = Fault(_shown(path), "a file that the manifest lists", "one that it does not")
        book.fail(_STEP, fault)
    leftovers = sorted(path for path in there - listed - set(strays) if not is_page(path))
    if leftovers:
        names = ", ".join(map(_shown, leftovers[:_MAX_NAMED]))
        book.remark(_STEP, say("verification.note.leftovers", number=len(leftovers), names=names))


def _shown(path: str) -> str:
    return ascii(path)[1:-1][:200]
