"""The commands of ``escrutinio log`` by which the authority proposes and approves."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from escrutinio.cli.exit_codes import explained_errors
from escrutinio.cli.times import read_time

if TYPE_CHECKING:
    from escrutinio.definition import Definition
    from escrutinio.log.entries import Change, Content

__all__ = ["PROPOSALS"]

_PATH = click.Path(path_type=Path)
_DEFINITION = click.option(
    "--definition",
    "definition_path",
    required=True,
    type=_PATH,
    metavar="DIR",
    help="Folder with definition.json; the public record is one.",
)
_KEY = click.option(
    "--key", required=True, type=_PATH, metavar="FILE", help="Key of the authority's signer."
)
_OUT = click.option(
    "--out", required=True, type=_PATH, metavar="FILE", help="The signed entry, to append."
)
_DIGEST_DIGITS = 64
_KINDS = ("release", "annul", "close", "approve", "hold")
_REASONS = (
    "paper",
    "recount",
    "ruling",
    "not-opened",
    "merged",
    "material-lost",
    "capture",
    "complaint",
)


@dataclass(frozen=True)
class _Signing:
    """What every proposal needs: the election, the key, and where the entry goes."""

    definition_path: Path
    key: Path
    out: Path


def _signing(command: Callable[..., None]) -> Callable[..., None]:
    """Add the options of ``_Signing``; the command gets it as its first argument."""

    @functools.wraps(command)
    def with_signing(definition_path: Path, key: Path, out: Path, **fields: object) -> None:
        command(_Signing(definition_path, key, out), **fields)

    for option in (_OUT, _KEY, _DEFINITION):
        with_signing = option(with_signing)
    return with_signing


@click.command(short_help="Sign a decision about a station's sheet.")
@click.argument("kind", type=click.Choice(_KINDS))
@click.option("--station", required=True, metavar="ID", help="The station.")
@click.option("--contest", required=True, metavar="CODE", help="The contest.")
@click.option("--sheet", metavar="DIGEST", help="SHA-256 of the sheet's entry; not for 'close'.")
@click.option("--reason", required=True, type=click.Choice(_REASONS), help="Class of the reason.")
@click.option(
    "--closure",
    type=click.Choice(["not-installed", "merged"]),
    help="Why there will be no sheet; for 'close' only.",
)
@_signing
def decide(
    signing: _Signing,
    kind: str,
    station: str,
    contest: str,
    sheet: str | None,
    reason: str,
    closure: str | None,
) -> None:
    """Sign the decision KIND about the sheet of a station, and write it to a file.

    release: a held sheet counts. annul: a sheet does not count. close: the station will have no
    sheet. approve: this sheet takes the place of the one that counts. hold: a sheet waits.

    It is in force once enough signers of the authority have signed: this is the first signature,
    'escrutinio log approve' makes the others. What is printed is the digest to approve.

    Exit codes: 0 written; 2 wrong arguments, or a file cannot be read or written; 3 no definition
    or no key.
    """
    from escrutinio.errors import Fault, UsageError
    from escrutinio.log.entries import Closure, Decision, DecisionKind, DecisionReason

    with explained_errors():
        is_closing = kind == "close"
        if (closure is not None, sheet is None) != (is_closing, is_closing):
            expected = "--closure for 'close', --sheet for everything else"
            raise UsageError.of(Fault("arguments", expected, "another combination"))

        def make(definition: Definition) -> Content:
            return Decision(
                DecisionKind[_constant(kind)],
                _find_station(definition, station),
                _find_contest(definition, contest),
                None if sheet is None else _read_digest(sheet, "--sheet"),
                DecisionReason[_constant(reason)],
                None if closure is None else Closure[_constant(closure)],
            )

        _sign(make, signing)


@click.command(short_help="Approve a proposal of another signer.")
@click.argument("digest")
@_signing
def approve(
    signing: _Signing,
    digest: str,
) -> None:
    """Sign the approval of the proposal whose entry has this DIGEST, and write it to a file.

    A proposal is a decision, an amendment or a proclamation; 'escrutinio log show' names those
    that wait.

    Exit codes: as for 'escrutinio log decide'.
    """
    from escrutinio.log.entries import Approval

    with explained_errors():
        proposal = _read_digest(digest, "DIGEST")
        _sign(lambda _: Approval(proposal), signing)


@click.command(short_help="Sign the proclamation of a bulletin.")
@click.option("--bulletin", required=True, metavar="DIGEST", help="SHA-256 of its entry.")
@click.option("--number", required=True, type=click.IntRange(1), help="Its number.")
@click.option("--at", metavar="TIME", help="When it is proclaimed; else now.")
@_signing
def proclaim(
    signing: _Signing,
    bulletin: str,
    number: int,
    at: str | None,
) -> None:
    """Sign the proclamation of the outcome of one bulletin, and write it to a file.

    Exit codes: as for 'escrutinio log decide'.
    """
    from escrutinio.log.entries import Proclamation

    with explained_errors():
        content = Proclamation(_read_digest(bulletin, "--bulletin"), number, read_time(at, "--at"))
        _sign(lambda _: content, signing)


@click.group(short_help="Sign a change of the definition.")
def amend() -> None:
    """Sign a change of the definition, and write it to a file.

    It is in force from the place in the log at which enough signers have signed.
    """


@amend.command("key", short_help="Give a signer another key, or none.")
@click.argument("signer")
@click.option("--public-key", metavar="HEX", help="The new key, 64 digits; without it none.")
@_signing
def amend_key(
    signing: _Signing,
    signer: str,
    public_key: str | None,
) -> None:
    """Give SIGNER another key, or withdraw the one it has.

    What it signed before stays valid.

    Exit codes: as for 'escrutinio log decide'.
    """
    from escrutinio.log.entries import KeyReplaced

    with explained_errors():
        raw = None if public_key is None else _read_key(public_key)
        _sign_change(lambda _: KeyReplaced(signer, raw), signing)


@amend.command("signer", short_help="Enrol a new signer.")
@click.argument("signer")
@click.option("--role", required=True, metavar="ROLE", help="As in signers.csv.")
@click.option("--scope", required=True, metavar="ID", help="As in signers.csv.")
@click.option("--public-key", required=True, metavar="HEX", help="Its key, 64 digits.")
@_signing
def amend_signer(
    signing: _Signing,
    signer: str,
    role: str,
    scope: str,
    public_key: str,
) -> None:
    """Enrol SIGNER.

    Exit codes: as for 'escrutinio log decide'.
    """
    from escrutinio.log.entries import SignerEnrolled

    with explained_errors():
        change = SignerEnrolled(signer, _read_key(public_key), role, scope)
        _sign_change(lambda _: change, signing)


@amend.command("station", short_help="Move a station.")
@click.argument("station")
@click.option("--division", required=True, metavar="ID", help="Its new smallest division.")
@click.option("--polling-place", default="", metavar="ID", help="Its new polling place.")
@_signing
def amend_station(
    signing: _Signing,
    station: str,
    division: str,
    polling_place: str,
) -> None:
    """Move STATION to another division or polling place.

    Exit codes: as for 'escrutinio log decide'.
    """
    from escrutinio.log.entries import StationMoved

    with explained_errors():
        _sign_change(
            lambda definition: StationMoved(
                _find_station(definition, station), division, polling_place
            ),
            signing,
        )


@amend.command("candidacy", short_help="Withdraw a candidacy.")
@click.argument("contest")
@click.argument("candidacy")
@click.option("--heir", metavar="CODE", help="The candidacy that gets its votes; else void.")
@_signing
def amend_candidacy(
    signing: _Signing,
    contest: str,
    candidacy: str,
    heir: str | None,
) -> None:
    """Withdraw CANDIDACY from CONTEST; its votes become void, or those of another candidacy.

    Exit codes: as for 'escrutinio log decide'.
    """
    from escrutinio.log.entries import CandidacyWithdrawn, WithdrawnVotes

    with explained_errors():
        votes = WithdrawnVotes.VOID if heir is None else WithdrawnVotes.TRANSFER
        _sign_change(
            lambda definition: CandidacyWithdrawn(
                _find_contest(definition, contest), candidacy, votes, heir
            ),
            signing,
        )


@amend.command("policy", short_help="Name other witnesses, or another key of the log.")
@click.argument("policy", type=_PATH)
@_signing
def amend_policy(
    signing: _Signing,
    policy: Path,
) -> None:
    """Put the text of the file POLICY, a tlog-policy, in the place of the one in force.

    It may name other witnesses, and another key for the log under its old name. The entry that
    brings a new key into force, and everything after it, is appended and published with that key;
    the old one is not needed for it.

    Exit codes: as for 'escrutinio log decide'.
    """
    from escrutinio.adapters import read_bounded
    from escrutinio.definition.limits import MAX_POLICY_BYTES
    from escrutinio.log import decode_policy
    from escrutinio.log.entries import PolicyReplaced

    with explained_errors():
        data = read_bounded(policy, MAX_POLICY_BYTES)
        decode_policy(data, str(policy))
        text = data.decode()
        _sign_change(lambda _: PolicyReplaced(text), signing)


PROPOSALS = (amend, approve, decide, proclaim)


def _sign_change(make: Callable[[Definition], Change], signing: _Signing) -> None:
    from escrutinio.log.entries import Amendment

    _sign(lambda definition: Amendment(make(definition)), signing)


def _sign(make: Callable[[Definition], Content], signing: _Signing) -> None:
    """Sign what was made for a definition, write it, and print its digest."""
    from escrutinio.adapters import load_definition, store_files
    from escrutinio.adapters.key_files import load_signing_key
    from escrutinio.log.entries import sign_entry
    from escrutinio.primitives import sha256_hex
    from escrutinio.sheet.tally_sheet import election_of

    definition = load_definition(signing.definition_path)
    signed = sign_entry(
        make(definition), election_of(definition.identity), load_signing_key(signing.key)
    )
    store_files({signing.out: signed})
    click.echo(sha256_hex(signed))


def _constant(word: str) -> str:
    return word.upper().replace("-", "_")


def _find_contest(definition: Definition, code: str) -> int:
    from escrutinio.errors import Fault, UsageError

    codes = [str(item.code) for item in definition.contests]
    if code not in codes:
        raise UsageError.of(Fault("contest", f"one of {', '.join(codes)}", ascii(code)))
    return codes.index(code)


def _find_station(definition: Definition, station: str) -> str:
    from escrutinio.errors import Fault, UsageError

    known = definition.stations
    if known is not None and station not in {item.station for item in known}:
        raise UsageError.of(Fault("station", "a station of the definition", ascii(station)))
    return station


def _read_digest(text: str, where: str) -> bytes:
    from escrutinio.errors import Fault, UsageError

    if len(text) != _DIGEST_DIGITS or set(text) - set("0123456789abcdef"):
        expected = f"a SHA-256, {_DIGEST_DIGITS} lower-case hexadecimal digits"
        raise UsageError.of(Fault(where, expected, ascii(text[:80])))
    return bytes.fromhex(text)


def _read_key(text: str) -> bytes:
    from escrutinio.primitives.keys import PublicKey

    return PublicKey(_read_digest(text, "--public-key")).raw
