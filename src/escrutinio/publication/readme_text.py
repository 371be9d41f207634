"""README.txt of a record: what the folder is, and how to verify it, in English and Spanish."""

from __future__ import annotations

from collections.abc import Mapping

from escrutinio.definition import RecordKind

__all__ = ["readme_text"]

_TEXT = """\
PUBLIC RECORD OF AN ELECTION COUNT

Election: {identity}
Log:      {origin}

{english}

Pages to look at, where this folder has them: open index.html in a browser. en/verify.html checks
the folder in the browser itself, with nothing to install.

It is genuine wherever you found it, if it verifies. No server and nobody's word is needed:

    pip install escrutinio
    escrutinio verify THIS-FOLDER --anchor anchor.toml

anchor.toml has the lines that you should hold from elsewhere: from a poster, a newspaper or a
party. Without it the folder can only be shown to agree with itself.

  definition.json, *.csv   what is voted on, where, by which rule, and who may sign
  tile/, checkpoint        the log of all entries
  bulletins/               every bulletin, and its data as one .zip
  data/                    the data of the newest bulletins, for spreadsheets and programs
  index.html, en/, es/     the pages; they prove nothing, everything they say follows from the rest
  MANIFEST                 the SHA-256 of every file

Copy it and give it on: every copy makes it harder to take down or to change.


EXPEDIENTE PÚBLICO DE UN ESCRUTINIO

Elección:  {identity}
Registro:  {origin}

{spanish}

Páginas para mirar, si esta carpeta las tiene: abra index.html en un navegador. es/verify.html
comprueba la carpeta en el propio navegador, sin instalar nada.

Es auténtica dondequiera que la haya encontrado, si se verifica. No hace falta ningún servidor ni
la palabra de nadie:

    pip install escrutinio
    escrutinio verify ESTA-CARPETA --anchor anchor.toml

anchor.toml contiene las líneas que usted debe tener de otra parte: de un cartel, un periódico o un
partido. Sin ellas solo se puede mostrar que la carpeta concuerda consigo misma.

  definition.json, *.csv   qué se vota, dónde, con qué regla y quién puede firmar
  tile/, checkpoint        el registro de todos los asientos
  bulletins/               cada boletín, y sus datos en un .zip
  data/                    los datos de los últimos boletines, para hojas de cálculo y programas
  index.html, en/, es/     las páginas; no prueban nada, todo lo que dicen se sigue del resto
  MANIFEST                 el SHA-256 de cada archivo

Cópiela y compártala: con cada copia es más difícil retirarla o cambiarla.
"""

#: What the folder has, in both languages.
_CONTENTS: Mapping[RecordKind, Mapping[str, str]] = {
    RecordKind.OFFICIAL: {
        "english": """\
This folder is complete: every tally sheet, every decision and every bulletin, with the proofs that
nothing was changed or taken away.""",
        "spanish": """\
Esta carpeta está completa: todas las actas, todas las decisiones y todos los boletines, con las
pruebas de que nada se cambió ni se quitó.""",
    },
    RecordKind.TRANSCRIPTION: {
        "english": """\
NOT OFFICIAL. These are readings of copies of tally sheets, signed by those who read them and by no
polling station. Every figure holds if the copies are true. The folder has every reading and every
bulletin, with the proofs that nothing was changed or taken away.""",
        "spanish": """\
NO ES OFICIAL. Son lecturas de copias de actas, firmadas por quienes las leyeron y por ninguna mesa.
Cada cifra vale si las copias son fieles. La carpeta tiene todas las lecturas y todos los boletines,
con las pruebas de que nada se cambió ni se quitó.""",
    },
}


def readme_text(identity: str, origin: str, kind: RecordKind) -> bytes:
    """Write the text for an election.

    It is written once and never replaced, so what it says holds with pages and without them.

    Args:
        identity: SHA-256 of the genesis definition, 64 digits.
        origin: name of the log.
        kind: what counts in the record.
    """
    return _TEXT.format(identity=identity, origin=origin, **_CONTENTS[kind]).encode()
