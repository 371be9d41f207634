"""README.txt of a record: what the folder is, and how to verify it, in English and Spanish."""

from __future__ import annotations

__all__ = ["readme_text"]

_TEXT = """\
PUBLIC RECORD OF AN ELECTION COUNT

Election: {identity}
Log:      {origin}

This folder is complete: every tally sheet, every decision and every bulletin, with the proofs that
nothing was changed or taken away. It is genuine wherever you found it, if it verifies. No server
and nobody's word is needed:

    pip install escrutinio
    escrutinio verify THIS-FOLDER --anchor anchor.toml

anchor.toml has the lines that you should hold from elsewhere: from a poster, a newspaper or a
party. Without it the folder can only be shown to agree with itself.

  definition.json, *.csv   what is voted on, where, by which rule, and who may sign
  tile/, checkpoint        the log of all entries
  bulletins/               every bulletin, and its data as one .zip
  data/                    the data of the newest bulletins, for spreadsheets and programs
  MANIFEST                 the SHA-256 of every file

Copy it and give it on: every copy makes it harder to take down or to change.


EXPEDIENTE PÚBLICO DE UN ESCRUTINIO

Elección:  {identity}
Registro:  {origin}

Esta carpeta está completa: todas las actas, todas las decisiones y todos los boletines, con las
pruebas de que nada se cambió ni se quitó. Es auténtica dondequiera que la haya encontrado, si se
verifica. No hace falta ningún servidor ni la palabra de nadie:

    pip install escrutinio
    escrutinio verify ESTA-CARPETA --anchor anchor.toml

anchor.toml contiene las líneas que usted debe tener de otra parte: de un cartel, un periódico o un
partido. Sin ellas solo se puede mostrar que la carpeta concuerda consigo misma.

  definition.json, *.csv   qué se vota, dónde, con qué regla y quién puede firmar
  tile/, checkpoint        el registro de todos los asientos
  bulletins/               cada boletín, y sus datos en un .zip
  data/                    los datos de los últimos boletines, para hojas de cálculo y programas
  MANIFEST                 el SHA-256 de cada archivo

Cópiela y compártala: con cada copia es más difícil retirarla o cambiarla.
"""


def readme_text(identity: str, origin: str) -> bytes:
    """Write the text for an election.

    Args:
        identity: SHA-256 of the genesis definition, 64 digits.
        origin: name of the log.
    """
    return _TEXT.format(identity=identity, origin=origin).encode()
