"""The log's key and its witnesses, as the policy in force names them: ``witnesses.html``.

Who has cosigned changes from minute to minute, and pages do not: what stands here is who should,
and how anybody sees who has. A script reads ``checkpoint`` and adds it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from escrutinio.errors import ElectionRecordError
from escrutinio.log.policy import Policy, PolicyGroup, decode_policy
from escrutinio.primitives.vkey import SignatureType, VerifierKey, encode_vkey
from escrutinio.publication.layout import POLICY_NAME
from escrutinio.site.page_words import PageWords
from escrutinio.site.results.linking import Linker
from escrutinio.site.results.single_page import SinglePage
from escrutinio.site.results.view import SiteView

__all__ = ["KeyRow", "WitnessesPage", "log_keys"]

_GROUP_DIGITS = 4


@dataclass(frozen=True, slots=True)
class KeyRow:
    """A key of the policy.

    Attributes:
        role: ``log`` or ``witness``.
        name: what the policy calls it.
        vkey: its line as tools read it.
        kind: what it signs with, as a message key ends.
        fingerprint: SHA-256 of the public key, in groups of four hexadecimal digits.
        url: where it answers, if the policy says so.
    """

    role: str
    name: str
    vkey: str
    kind: str
    fingerprint: str
    url: str | None


@dataclass(frozen=True, slots=True)
class PolicyFacts:
    """What the page shows, without a language.

    Attributes:
        keys: the log's key first, then the witnesses.
        groups: groups of witnesses.
        quorum: name of the group or witness that must have cosigned; None asks for nobody.
        identity: of the election.
    """

    keys: Sequence[KeyRow]
    groups: Sequence[PolicyGroup]
    quorum: str | None
    identity: str


class WitnessesPage(SinglePage[PolicyFacts]):
    """Witnesses of the log."""

    def __init__(self) -> None:
        """Name the page."""
        super().__init__("witnesses", gather_policy, _show)


def gather_policy(view: SiteView) -> PolicyFacts:
    """Read the policy in force."""
    policy = _policy(view)
    keys = [_key_row("log", item.vkey.name, item.vkey, item.url) for item in policy.logs]
    keys += [_key_row("witness", item.name, item.vkey, item.url) for item in policy.witnesses]
    return PolicyFacts(keys, policy.groups, policy.quorum, str(view.definition.identity))


def log_keys(view: SiteView) -> Sequence[KeyRow]:
    """Give the keys of the log."""
    return [item for item in gather_policy(view).keys if item.role == "log"]


def _policy(view: SiteView) -> Policy:
    # The ledger refuses a policy that cannot be read, except for keys of types yet to come.
    try:
        return decode_policy(view.ledger.policy.encode(), POLICY_NAME)
    except ElectionRecordError:
        return Policy((), (), (), None)


def _key_row(role: str, name: str, vkey: VerifierKey, url: str | None) -> KeyRow:
    digest = hashlib.sha256(vkey.raw).hexdigest()
    groups = (digest[at : at + _GROUP_DIGITS] for at in range(0, len(digest), _GROUP_DIGITS))
    kind = "ml_dsa" if vkey.kind is SignatureType.ML_DSA_44 else "ed25519"
    return KeyRow(role, name, encode_vkey(vkey), kind, " ".join(groups), url)


def _show(facts: PolicyFacts, linker: Linker, words: PageWords) -> Mapping[str, object]:
    del words
    return {
        "facts": facts,
        "policy_file": linker.file(POLICY_NAME),
        "checkpoint_file": linker.file("checkpoint"),
        "compare": linker.single("compare"),
        "verify": linker.single("verify"),
    }
