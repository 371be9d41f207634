"""``escrutinio witness``: be a witness of a log, or ask the witnesses of one."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from escrutinio.cli.exit_codes import ExitCode, explained_errors
from escrutinio.cli.options import language_option
from escrutinio.cli.serving import serve_until_stopped

if TYPE_CHECKING:
    from escrutinio.adapters.witness_database import WitnessDatabase
    from escrutinio.log import LogKey
    from escrutinio.log.asking import Asked
    from escrutinio.log.cosignature import MlDsaSigner
    from escrutinio.log.policy import Policy
    from escrutinio.primitives.vkey import NoteSigner, VerifierKey
    from escrutinio.site import Language

__all__ = ["witness"]

#: Largest TCP port.
MAX_PORT = 65535

_FILE = click.Path(path_type=Path)
_LANGUAGE = language_option("answer")


@click.group(short_help="Be a witness of a log, or ask the witnesses of one.")
def witness() -> None:
    """Be a witness of a log, or ask the witnesses of one.

    A witness cosigns the checkpoints of a log as long as each extends the one before, so that the
    log cannot show different entries to different people.
    """


@witness.command("new-key", short_help="Make the key and the memory of a new witness.")
@click.argument("name")
@click.argument("file", type=_FILE)
@click.option(
    "--database",
    type=_FILE,
    metavar="FILE",
    help="Memory of the witness; else FILE with the ending .sqlite3.",
)
@click.option("--ml-dsa", is_flag=True, help="Add an ML-DSA-44 key to a witness that is there.")
@_LANGUAGE
def new_key(name: str, file: Path, database: Path | None, ml_dsa: bool, language: str) -> None:  # noqa: FBT001  # an option of the command
    """Make the key FILE of a new witness called NAME, and its memory.

    NAME is a plain address of the witness without its scheme, such as party.example/witness. The
    key file can be read by its owner alone and is never replaced. What is printed is public: the
    key, and the line for the policies of those who trust this witness; its address is added there.

    With --ml-dsa the memory must be there: a second key, of type 0x06, is added to its witness.

    Exit codes: 0 made; 2 a file is there already or cannot be written; 3 no name of a witness, or
    a file that is no memory of one.
    """
    from escrutinio.site import load_language

    words = load_language(language)
    memory = database or file.with_suffix(".sqlite3")
    with explained_errors():
        vkey = _add_ml_dsa_key(name, file, memory) if ml_dsa else _make_witness(name, file, memory)
        click.echo(words.word("witness.key", vkey=str(vkey)))
        click.echo(words.word("witness.policy_line", line=f"witness {name} {vkey}"))
        click.echo(words.word("witness.memory", path=str(memory)))


def _make_witness(name: str, file: Path, memory: Path) -> VerifierKey:
    from escrutinio.adapters.key_files import create_signing_key
    from escrutinio.adapters.witness_database import create_witness_database
    from escrutinio.errors import AdapterError, Fault
    from escrutinio.primitives.vkey import NoteSigner, SignatureType, require_key_name

    require_key_name(name, "name of the witness")
    if memory.exists():
        # Looked at before the key is made: a key without a memory would be of no use.
        fault = Fault(str(memory), "a new name for the memory", "something with this name")
        raise AdapterError.of(fault)
    vkey = NoteSigner(name, create_signing_key(file), SignatureType.COSIGNATURE).vkey
    create_witness_database(memory, vkey)
    return vkey


def _add_ml_dsa_key(name: str, file: Path, memory: Path) -> VerifierKey:
    from escrutinio.adapters.ml_dsa import create_ml_dsa_signer
    from escrutinio.adapters.witness_database import WitnessDatabase
    from escrutinio.primitives.vkey import require_key_name

    require_key_name(name, "name of the witness")
    database = WitnessDatabase(memory)
    try:
        vkey = create_ml_dsa_signer(file, name).vkey
        database.add_key(vkey)
    finally:
        database.close()
    return vkey


@witness.command(short_help="Run a witness until it is stopped.")
@click.option("--key", required=True, type=_FILE, metavar="FILE", help="Key of the witness.")
@click.option("--ml-dsa-key", type=_FILE, metavar="FILE", help="Its second key, of type ML-DSA-44.")
@click.option(
    "--database", required=True, type=_FILE, metavar="FILE", help="Memory of the witness."
)
@click.option("--log", "vkeys", multiple=True, metavar="VKEY", help="Key of a log to follow.")
@click.option("--policy", type=_FILE, metavar="FILE", help="Policy whose logs to follow.")
@click.option(
    "--listen", default="127.0.0.1:8081", show_default=True, metavar="HOST:PORT", help="Address."
)
@click.option("--prefix", default="/", show_default=True, help="Begins every path.")
@_LANGUAGE
def serve(
    key: Path,
    ml_dsa_key: Path | None,
    database: Path,
    vkeys: tuple[str, ...],
    policy: Path | None,
    listen: str,
    prefix: str,
    language: str,
) -> None:
    """Run a witness until it gets SIGTERM or SIGINT.

    Follows the logs of --log and --policy. One line of JSON per request is written to standard
    error, without addresses of clients.

    Exit codes: 0 stopped; 2 wrong arguments, or a file or the address cannot be used; 3 the key,
    the memory or the policy is not what it should be.
    """
    from escrutinio.adapters.witness_database import WitnessDatabase
    from escrutinio.log.witnessing import MAX_REQUEST_BYTES
    from escrutinio.service import HttpServer, WitnessService
    from escrutinio.site import load_language

    words = load_language(language)
    with explained_errors():
        address = _split_address(listen)
        _require_prefix(prefix)
        logs = _find_logs(vkeys, policy)
        memory = WitnessDatabase(database)
        try:
            signers = _load_signers(memory, key, ml_dsa_key)
            service = WitnessService(logs, memory, signers, lambda: int(time.time()), prefix)
            with HttpServer(address, service.answer, MAX_REQUEST_BYTES, sys.stderr) as server:
                place = f"{address[0]}:{server.server_address[1]}"
                click.echo(words.word("witness.serves", vkey=str(signers[0].vkey), place=place))
                serve_until_stopped(server)
        finally:
            memory.close()


def _split_address(text: str) -> tuple[str, int]:
    from escrutinio.errors import Fault, UsageError

    host, _, port = text.rpartition(":")
    if not host or not port.isdecimal() or int(port) > MAX_PORT:
        expected = "HOST:PORT, such as 127.0.0.1:8081 or [::1]:8081"
        raise UsageError.of(Fault("--listen", expected, ascii(text)))
    return host.removeprefix("[").removesuffix("]"), int(port)


def _require_prefix(prefix: str) -> None:
    from escrutinio.errors import Fault, UsageError

    is_path = prefix.isascii() and prefix.isprintable() and not set(prefix) & set(" ?#%")
    if not prefix.startswith("/") or not is_path:
        fault = Fault("--prefix", "a path that begins with '/', in plain ASCII", ascii(prefix))
        raise UsageError.of(fault)


def _find_logs(vkeys: tuple[str, ...], policy: Path | None) -> dict[str, list[LogKey]]:
    """Give the keys of each log to follow, by its origin."""
    from escrutinio.errors import Fault, UsageError
    from escrutinio.log import LogKey, decode_log_key
    from escrutinio.primitives.vkey import SignatureType

    keys = [decode_log_key(vkey, "--log") for vkey in vkeys]
    if policy is not None:
        # A log may also have a key of type 0x06, which never signs alone.
        keys += [
            LogKey.of(log.vkey)
            for log in _load_policy(policy).logs
            if log.vkey.kind is SignatureType.ED25519
        ]
    if not keys:
        raise UsageError.of(Fault("arguments", "a log to follow: --log or --policy", "none"))
    logs: dict[str, list[LogKey]] = {}
    for key in dict.fromkeys(keys):
        logs.setdefault(key.origin, []).append(key)
    return logs


def _load_signers(
    memory: WitnessDatabase, key: Path, ml_dsa_key: Path | None
) -> list[NoteSigner | MlDsaSigner]:
    """Load the keys; their names are in the memory, which must be theirs."""
    from escrutinio.adapters.key_files import load_signing_key
    from escrutinio.adapters.ml_dsa import load_ml_dsa_signer
    from escrutinio.primitives.vkey import NoteSigner, SignatureType

    names = {item.kind: item.name for item in reversed(memory.load_keys())}
    name = names.get(SignatureType.COSIGNATURE, "")
    signers: list[NoteSigner | MlDsaSigner] = [
        NoteSigner(name, load_signing_key(key), SignatureType.COSIGNATURE)
    ]
    if ml_dsa_key is not None:
        second = names.get(SignatureType.ML_DSA_44, name)
        signers.append(load_ml_dsa_signer(ml_dsa_key, second))
    memory.require_keys([signer.vkey for signer in signers])
    return signers


@witness.command(short_help="Ask the witnesses of a log that is published.")
@click.argument("folder", metavar="LOG_FOLDER", type=_FILE)
@click.option("--policy", required=True, type=_FILE, metavar="FILE", help="Whom to ask, and where.")
@_LANGUAGE
def ask(folder: Path, policy: Path, language: str) -> None:
    """Ask the witnesses of a policy to cosign the published checkpoint in LOG_FOLDER.

    Those that have cosigned it already are not asked. New cosignatures are added to the file
    'checkpoint'; its text stays as it is. No key of the log is needed.

    Exit codes: 0 the quorum of the policy has cosigned; 1 a witness says that it cosigned another
    history of this log; 2 wrong arguments, or a file cannot be read or written; 3 too few have
    cosigned so far, or the log or the policy is not what it should be.
    """
    from escrutinio.adapters.log_folder import LogFolder
    from escrutinio.adapters.ml_dsa import find_ml_dsa
    from escrutinio.adapters.witness_client import HttpWitnessAsker
    from escrutinio.errors import Fault, UnverifiableError
    from escrutinio.log import CHECKPOINT_PATH, evaluate_policy, load_checkpoint
    from escrutinio.log.asking import AskStatus, store_late_cosignatures
    from escrutinio.site import load_language

    words = load_language(language)
    with explained_errors():
        rules, log, ml_dsa = _load_policy(policy), LogFolder(folder), find_ml_dsa()
        signed = load_checkpoint(log)
        if signed is None:
            place = str(folder / CHECKPOINT_PATH)
            raise UnverifiableError.of(Fault(place, "a published checkpoint", "no such file"))
        evaluate_policy(rules, signed, CHECKPOINT_PATH, ml_dsa)
        asker = HttpWitnessAsker(rules, ml_dsa)
        asked = asker.ask(signed, log)
        if set(asked.lines) - set(signed.note.signatures):
            with log.writing():
                signed = store_late_cosignatures(
                    log, signed.checkpoint, asked.lines, asker.cosigners
                )
        is_reached = evaluate_policy(rules, signed, CHECKPOINT_PATH, ml_dsa).is_satisfied
        _print(words, asked, signed.checkpoint.size, is_reached=is_reached)
    if any(item.status is AskStatus.CONTRADICTED for item in asked.outcomes):
        sys.exit(ExitCode.CONTRADICTED)
    sys.exit(ExitCode.OK if is_reached else ExitCode.UNREADABLE)


def _print(words: Language, asked: Asked, size: int, *, is_reached: bool) -> None:
    for item in asked.outcomes:
        ending = words.word(f"witness.{item.status.value}")
        reason = f" ({item.reason})" if item.reason else ""
        # A name in a policy may be no text at all.
        name = item.name.encode(errors="surrogateescape").decode(errors="replace")
        click.echo(f"{name}: {ending}{reason}")
    counts = {"cosigned": asked.cosigned, "asked": len(asked.outcomes), "size": size}
    click.echo(words.word("witness.asked", **counts))
    click.echo(words.word("witness.quorum" if is_reached else "witness.no_quorum"))


def _load_policy(path: Path) -> Policy:
    from escrutinio.adapters import read_bounded
    from escrutinio.log import decode_policy
    from escrutinio.log._policy_reading import MAX_POLICY_BYTES

    return decode_policy(read_bounded(path, MAX_POLICY_BYTES), str(path))
