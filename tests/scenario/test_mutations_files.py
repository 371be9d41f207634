"""Every file of a record deleted, cut, extended, changed, exchanged: by whoever has no key.

Each mutation is done alone, and verified with the reader's anchor. It must be contradicted by the
step that is about the file, and by V19 because the manifest lists it. Where something is only
missing, "not checked" is an answer too, but "verified" never is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

import pytest

from escrutinio.verification import Answer, StepStatus
from tests.mutations import find_passes, small_record, step_of_file, verify_files

#: Replaced last, and not listed in the manifest.
_UNLISTED = frozenset({"MANIFEST", "checkpoint"})
#: Whose content is compared and not their bytes; only the manifest binds all of them.
_WRAPPED = (".zip", ".parquet")
_AROUND = ("byte changed", "a byte more")


def _alterations(path: str, files: Mapping[str, bytes]) -> Iterator[tuple[str, dict[str, bytes]]]:
    data = files[path]
    middle = len(data) // 2
    flipped = bytearray(data)
    flipped[middle] ^= 1
    altered = {
        "made empty": b"",
        "cut in half": data[:middle],
        "without its last byte": data[:-1],
        "with a byte more": data + b"\n",
        "middle byte changed": bytes(flipped),
        "last byte changed": data[:-1] + bytes([data[-1] ^ 1]),
    }
    if path.startswith("data/000001/"):
        # Of these only the manifest speaks: one way to change them is as good as another.
        del altered["made empty"], altered["cut in half"], altered["with a byte more"]
    for name, broken in altered.items():
        yield f"{path} {name}", {**files, path: broken}
    other = _like(path, files)
    yield f"{path} exchanged with {other}", {**files, path: files[other], other: data}


def _like(path: str, files: Mapping[str, bytes]) -> str:
    """Name another file of the same kind, of another bulletin or size where there is one."""
    kind = re.sub(r"[0-9]", "0", path)
    others = [
        item
        for item in sorted(files)
        if item not in {path, *_UNLISTED} and files[item] != files[path]
    ]
    alike = [item for item in others if re.sub(r"[0-9]", "0", item) == kind]
    return (alike or others)[0]


@pytest.mark.parametrize("path", sorted(small_record().files))
def test_a_file_that_was_altered_is_contradicted_by_its_step(path: str) -> None:
    record = small_record()
    steps = (
        {step_of_file(small_record(), path), "V19"}
        if path not in _UNLISTED
        else {step_of_file(small_record(), path)}
    )
    altered_cosignature = path == "checkpoint"
    passes: list[str] = []
    for mutation, files in _alterations(path, record.files):
        verified = verify_files(files, record.anchor)
        # What is around the content of a zip or a Parquet file does not follow from the log.
        if not (path.endswith(_WRAPPED) and mutation.endswith(_AROUND)):
            missed = list(find_passes(verified, mutation, steps))
            # The middle of a checkpoint is the cosignature of a witness.
            if altered_cosignature and "middle" in mutation:
                missed = list(find_passes(verified, mutation, ("V04",)))
            passes += missed
        if path not in _UNLISTED:
            passes += find_passes(verified, mutation, ("V19",), path)
    assert not passes


@pytest.mark.parametrize("path", sorted(small_record().files))
def test_a_file_that_was_deleted_is_missed_by_its_step(path: str) -> None:
    """A mirror that is not whole is not verified; that it was cut on purpose nobody can know."""
    record = small_record()
    files = {name: data for name, data in record.files.items() if name != path}
    verified = verify_files(files, record.anchor)
    status = {item.code.value: item.status for item in verified.steps}
    assert status[step_of_file(small_record(), path)] in {StepStatus.FAILED, StepStatus.NOT_CHECKED}
    if path in _UNLISTED:
        assert verified.answer is Answer.UNCHECKED
    else:
        assert not list(find_passes(verified, f"{path} deleted", ("V19",), path))


@pytest.mark.parametrize(
    "path",
    ["results.html", "bulletins/000002/extra.csv", "data/000002/extra.csv", "scans/none"],
)
def test_a_file_that_was_added_is_contradicted_by_the_manifest(path: str) -> None:
    record = small_record()
    verified = verify_files({**record.files, path: b"1\n"}, record.anchor)
    assert not list(find_passes(verified, f"{path} added", ("V19",), path))


@pytest.mark.parametrize("name", ["data/", "bulletins/", "tile/", ""])
def test_a_folder_that_was_deleted_is_never_verified(name: str) -> None:
    record = small_record()
    files = {path: data for path, data in record.files.items() if not path.startswith(name)}
    assert verify_files(files, record.anchor).answer is not Answer.VERIFIED
