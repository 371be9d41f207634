"""Files of a finished record that somebody alters: a mirror without keys, or the publisher.

The publisher signs the manifest anew, so that it lists what is there.
"""

from __future__ import annotations

from collections.abc import Callable

from escrutinio.definition import DEFINITION_NAME, STATIONS_NAME
from escrutinio.definition.files import SIGNERS_NAME
from escrutinio.log import LogFile, bundles_of, tiles_of
from escrutinio.primitives.note import Note, encode_note, sign_note
from escrutinio.publication import decode_manifest
from escrutinio.publication.layout import (
    MANIFEST_NAME,
    POLICY_NAME,
    README_NAME,
    body_path,
    export_path,
    rows_path,
    zip_path,
)
from escrutinio.testing.attacks.listing import list_files, load_file, read_lines, store_listed
from escrutinio.testing.attacks.model import Attack
from escrutinio.testing.rehearsal import Rehearsal

__all__ = ["ATTACKS"]

#: A bulletin that is neither the first nor the last.
_BULLETIN = 4


def _alter_mirror(rehearsal: Rehearsal) -> str:
    """Change one byte of a bulletin on a mirror that has no key."""
    rehearsal.run()
    path = body_path(_BULLETIN)
    data = bytearray(load_file(rehearsal.record, path))
    at = data.index(b'"counted":') + len(b'"counted":')
    data[at] ^= 1
    rehearsal.record.store([LogFile(path, bytes(data))])
    return path


def _alter_entry(rehearsal: Rehearsal) -> str:
    """Change a figure in the bytes of a logged sheet."""
    rehearsal.run()
    sheet = rehearsal.day.sheet(rehearsal.day.plain_station()).data
    altered = bytearray(sheet)
    altered[len(sheet) // 2] ^= 1
    path = next(
        place.path
        for place in bundles_of(rehearsal.log.ledger.size)
        if sheet in load_file(rehearsal.record, place.path)
    )
    return _alter(rehearsal, path, lambda data: data.replace(sheet, bytes(altered)))


def _alter_hashes(rehearsal: Rehearsal) -> str:
    """Change a hash in a tile of the tree."""
    rehearsal.run()
    path = next(iter(tiles_of(rehearsal.log.ledger.size))).path
    _alter(rehearsal, path, lambda data: bytes([data[0] ^ 1]) + data[1:])
    return "entry 0"


def _alter_older_tile(rehearsal: Rehearsal) -> str:
    """Change a hash that only readers of the checkpoint before need."""
    rehearsal.run()
    current = {place.path for place in tiles_of(rehearsal.log.ledger.size)}
    path = next(
        path
        for path in read_lines(rehearsal.record)
        if path.startswith("tile/0/") and ".p/" in path and path not in current
    )
    return _alter(rehearsal, path, lambda data: bytes([data[0] ^ 1]) + data[1:])


def _alter_body(rehearsal: Rehearsal) -> str:
    """Change the votes in a bulletin that was published."""
    rehearsal.run()
    return _alter(
        rehearsal, body_path(_BULLETIN), lambda data: data.replace(b'"valid":', b'"valid":1', 1)
    )


def _alter_rows(rehearsal: Rehearsal) -> str:
    """Change what a published bulletin says of a station."""
    rehearsal.run()
    return _alter(
        rehearsal,
        rows_path(rehearsal.day.bulletins),
        lambda data: data.replace(b",counted,", b",held,", 1),
    )


def _alter_findings(rehearsal: Rehearsal) -> str:
    """Take a finding out of the published ones."""
    rehearsal.run()
    path = export_path(rehearsal.day.bulletins, "findings.csv")
    return _alter(
        rehearsal, path, lambda data: data.rpartition(b"\n")[0].rpartition(b"\n")[0] + b"\n"
    )


def _alter_export(rehearsal: Rehearsal) -> str:
    """Change the votes of a division in the published table."""
    rehearsal.run()
    path = export_path(rehearsal.day.bulletins, "divisions-president.csv")
    return _alter(rehearsal, path, _raise_last_figure)


def _alter_zip(rehearsal: Rehearsal) -> str:
    """Put the packed exports of one bulletin in the place of another's."""
    rehearsal.run()
    other = load_file(rehearsal.record, zip_path(2))
    return _alter(rehearsal, zip_path(_BULLETIN), lambda _: other)


def _alter_definition(rehearsal: Rehearsal) -> str:
    """Change the name of the election in its definition."""
    rehearsal.run()
    return _alter(
        rehearsal, DEFINITION_NAME, lambda data: data.replace(b"Simulated", b"simulated", 1)
    )


def _alter_stations(rehearsal: Rehearsal) -> str:
    """Change the roll of a station."""
    rehearsal.run()
    return _alter(rehearsal, STATIONS_NAME, _raise_last_figure)


def _alter_signers(rehearsal: Rehearsal) -> str:
    """Enrol another key for a signer in the published list."""
    rehearsal.run()
    own = rehearsal.operator.public.raw.hex().encode()
    other = rehearsal.day.key("nobody").public.raw.hex().encode()
    return _alter(rehearsal, SIGNERS_NAME, lambda data: data.replace(own, other))


def _alter_policy(rehearsal: Rehearsal) -> str:
    """Publish a policy with which one witness is enough."""
    rehearsal.run()
    return _alter(
        rehearsal, POLICY_NAME, lambda data: data.replace(b"witnesses 2 ", b"witnesses 1 ")
    )


def _add_file(rehearsal: Rehearsal) -> str:
    """Add a page that the manifest does not list."""
    rehearsal.run()
    path = "results.html"
    rehearsal.record.store([LogFile(path, b"<h1>Final results</h1>\n")])
    return path


def _omit_file(rehearsal: Rehearsal) -> str:
    """Leave a file out of the manifest."""
    rehearsal.run()
    lines = read_lines(rehearsal.record)
    del lines[README_NAME]
    list_files(rehearsal.record, lines, rehearsal.log.writer.signer)
    return README_NAME


def _leave_folder(rehearsal: Rehearsal) -> str:
    """List a file outside the record's folder."""
    rehearsal.run()
    text = decode_manifest(load_file(rehearsal.record, MANIFEST_NAME)).note.text
    outside = "../anchor.toml"
    text = text.replace(f" {README_NAME}\n", f" {outside}\n")
    note = Note(text, (sign_note(text, rehearsal.log.writer.signer),))
    rehearsal.record.store([LogFile(MANIFEST_NAME, encode_note(note))])
    return outside


def _alter(rehearsal: Rehearsal, path: str, change: Callable[[bytes], bytes]) -> str:
    """Change a file, and sign the manifest anew."""
    data = load_file(rehearsal.record, path)
    altered = change(data)
    if altered == data:
        raise LookupError(path)
    store_listed(rehearsal.record, {path: altered}, rehearsal.log.writer.signer)
    return path


def _raise_last_figure(data: bytes) -> bytes:
    """Add one to the last digit of a table that is not a nine."""
    at = max(data.rfind(bytes([digit])) for digit in b"012345678")
    return data[:at] + bytes([data[at] + 1]) + data[at + 1 :]


#: The attacks of this module.
ATTACKS = (
    Attack(
        name="mirror-byte",
        step="V19",
        also=("V15",),
        run=_alter_mirror,
        en="A mirror without any key changes one byte of a bulletin",
        es="Un espejo sin clave alguna cambia un byte de un boletín",
    ),
    Attack(
        name="field-altered",
        step="V05",
        run=_alter_entry,
        en="A figure of a logged sheet is changed in the log's files",
        es="Se cambia una cifra de un acta en los archivos del registro",
    ),
    Attack(
        name="hash-altered",
        step="V05",
        run=_alter_hashes,
        en="A hash of the log's tree is changed",
        es="Se cambia un resumen del árbol del registro",
    ),
    Attack(
        name="older-tile-altered",
        step="V05",
        run=_alter_older_tile,
        en="A hash that only readers of an older checkpoint need is changed",
        es="Se cambia un resumen que solo necesitan lectores de un punto de control anterior",
    ),
    Attack(
        name="bulletin-altered",
        step="V15",
        also=("V14",),
        run=_alter_body,
        en="A bulletin is changed after it was published",
        es="Se cambia un boletín después de publicado",
    ),
    Attack(
        name="rows-altered",
        step="V15",
        also=("V16",),
        run=_alter_rows,
        en="A published bulletin says something else of a station",
        es="Un boletín publicado dice otra cosa de una mesa",
    ),
    Attack(
        name="findings-altered",
        step="V11",
        also=("V18",),
        run=_alter_findings,
        en="A finding is taken out of the published ones",
        es="Se quita un hallazgo de los publicados",
    ),
    Attack(
        name="export-altered",
        step="V18",
        run=_alter_export,
        en="A published table says something else than the bulletin",
        es="Una tabla publicada dice otra cosa que el boletín",
    ),
    Attack(
        name="zip-exchanged",
        step="V18",
        also=("V11",),
        run=_alter_zip,
        en="The packed exports of a bulletin are those of another one",
        es="Las exportaciones empacadas de un boletín son las de otro",
    ),
    Attack(
        name="policy-altered",
        step="V18",
        run=_alter_policy,
        en="The published policy needs fewer witnesses",
        es="La política publicada exige menos cofirmantes",
    ),
    Attack(
        name="definition-altered",
        step="V01",
        also=(
            "V07",
            "V11",
            "V15",
            "V16",
            "V17",
            "V18",
        ),
        run=_alter_definition,
        en="The definition of the election is changed",
        es="Se cambia la definición de la elección",
    ),
    Attack(
        name="roll-altered",
        step="V02",
        run=_alter_stations,
        en="The roll of a station is changed",
        es="Se cambia el número de inscritos de una mesa",
    ),
    Attack(
        name="signer-altered",
        step="V02",
        run=_alter_signers,
        en="Another key is put into the list of signers",
        es="Se pone otra clave en la lista de firmantes",
    ),
    Attack(
        name="file-added",
        step="V19",
        run=_add_file,
        en="A page is added that the manifest does not list",
        es="Se añade una página que el manifiesto no nombra",
    ),
    Attack(
        name="file-omitted",
        step="V19",
        run=_omit_file,
        en="The manifest leaves out a file",
        es="El manifiesto omite un archivo",
    ),
    Attack(
        name="path-outside",
        step="V19",
        run=_leave_folder,
        en="The manifest names a file outside the folder",
        es="El manifiesto nombra un archivo fuera de la carpeta",
    ),
)
