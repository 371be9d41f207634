"""What a reader holds from elsewhere."""

from __future__ import annotations

import pytest

from escrutinio.errors import MalformedError
from escrutinio.primitives.keys import SigningKey
from escrutinio.primitives.vkey import NoteSigner, SignatureType, encode_vkey
from escrutinio.publication import Anchor, decode_anchor, encode_anchor

LOG = NoteSigner("actas.example/2024", SigningKey(b"\x01" * 32))
SECOND = NoteSigner("actas.example/2024", SigningKey(b"\x03" * 32))
WITNESS = NoteSigner("party.example/w", SigningKey(b"\x02" * 32), SignatureType.COSIGNATURE)
IDENTITY = "5b" * 32
LOG_LINE = f"log {encode_vkey(LOG.vkey)}\n"
POLICY = f"# the log\n{LOG_LINE}witness party {encode_vkey(WITNESS.vkey)}\nquorum party\n"
FILE = encode_anchor(Anchor.of(IDENTITY, POLICY)).decode()


def test_an_anchor_is_read_as_it_was_written() -> None:
    """The policy's text is kept to the letter, comments too: it is compared with tlog-policy."""
    read = decode_anchor(FILE.encode(), "anchor.toml")
    assert read == Anchor.of(IDENTITY, POLICY)
    assert read.policy_text == POLICY
    assert read.log_key.origin == LOG.name


@pytest.mark.parametrize(
    ("before", "after", "named"),
    [
        ("escrutinio-anchor/1", "escrutinio-anchor/2", "format"),
        (IDENTITY, IDENTITY[:-1], "identity"),
        (IDENTITY, IDENTITY.upper(), "identity"),
        (f'"{IDENTITY}"', "5", "identity"),
        (f'identity = "{IDENTITY}"\n', "", "identity"),
        ("policy", "polcy", "policy"),
        (LOG_LINE, "", "log key"),
        (LOG_LINE, f"{LOG_LINE}log {encode_vkey(SECOND.vkey)}\n", "log key"),
        ("quorum party", "quorum nobody", "policy"),
        ("format", "seal = 1\nformat", "seal"),
    ],
)
def test_a_wrong_anchor_is_refused_by_name(before: str, after: str, named: str) -> None:
    """A mistyped anchor must not pass for a record that cannot be checked."""
    assert before in FILE
    with pytest.raises(MalformedError, match=named):
        decode_anchor(FILE.replace(before, after, 1).encode(), "anchor.toml")
