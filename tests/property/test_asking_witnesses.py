"""Whatever a witness answers is an outcome, and whatever a stranger sends is survived."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from escrutinio.log import (
    AskedWitness,
    AskStatus,
    CosignerKey,
    PolicyWitness,
    create_log,
    sign_cosignature,
)
from escrutinio.log.asking import (
    MAX_REQUESTS,
    NoReply,
    WitnessReply,
    ask_witness,
    prove_extension,
)
from escrutinio.primitives.note import encode_signature_lines
from escrutinio.service import HttpAnswer
from tests.unit.log.worlds import LOG, WITNESS, MemoryStore, make_entries
from tests.unit.service.servers import PATIENCE_S, Running, running

STORE = MemoryStore()
WRITER = create_log(STORE, LOG)
WRITER.append(make_entries(300))
SIGNED = WRITER.signed
ASKED = AskedWitness(PolicyWitness("w", WITNESS.vkey, "http://x"), CosignerKey(WITNESS.vkey))
PROVE = prove_extension(STORE, SIGNED.checkpoint)
GOOD = encode_signature_lines([sign_cosignature(SIGNED, WITNESS, 7)])

bodies = st.one_of(
    st.binary(max_size=200),
    st.integers(0, 2**64).map(lambda size: f"{size}\n".encode()),
    st.tuples(st.integers(0, len(GOOD) - 1), st.integers(0, 255)).map(
        lambda change: GOOD[: change[0]] + bytes([change[1]]) + GOOD[change[0] + 1 :]
    ),
)
replies = st.one_of(
    st.builds(
        WitnessReply,
        st.sampled_from([200, 204, 301, 400, 404, 409, 422, 500, 599]),
        st.sampled_from(["text/x.tlog.size", "text/plain", ""]),
        bodies,
    ),
    st.builds(NoReply, st.sampled_from([AskStatus.SLOW, AskStatus.UNREACHABLE]), st.just("x")),
)


@given(answers=st.lists(replies, min_size=MAX_REQUESTS, max_size=MAX_REQUESTS))
def test_only_a_good_cosignature_is_ever_counted(
    answers: list[WitnessReply | NoReply],
) -> None:
    """No answer raises, none is asked for without end, and a changed line is never taken."""
    left = iter(answers)
    (outcome,) = ask_witness([ASKED], SIGNED, PROVE, lambda _: next(left))
    assert (outcome.status is AskStatus.COSIGNED) == (outcome.line is not None)
    if outcome.line is not None:
        assert encode_signature_lines([outcome.line]) == GOOD
    else:
        assert outcome.reason


@given(old=st.integers(0, 300))
def test_a_proof_can_be_made_from_every_size(old: int) -> None:
    """A witness may name any size that our log once had."""
    assert len(PROVE(old)) <= 20


@pytest.fixture(name="server", scope="module")
def _server() -> Iterator[Running]:
    with running(lambda request: HttpAnswer(200, request.body), 1000) as server:
        yield server


@given(
    data=st.one_of(
        st.binary(min_size=1, max_size=300),
        st.lists(
            st.sampled_from(
                [
                    *(b"GET ", b"POST ", b"/", b" HTTP/1.1", b"\r\n", b"\n", b"\r", b"x: y", b":"),
                    *(
                        b"Content-Length: ",
                        b"Transfer-Encoding: chunked",
                        b"5",
                        b"-",
                        b"\x00",
                        b" ",
                    ),
                ]
            ),
            min_size=1,
        ).map(b"".join),
    )
)
def test_a_server_answers_every_request_and_lives(server: Running, data: bytes) -> None:
    """Every connection ends with a status, and the next one is served."""
    with server.connect() as connection:
        connection.settimeout(PATIENCE_S)
        connection.sendall(data)
        connection.shutdown(1)
        received = b""
        while piece := connection.recv(65536):
            received += piece
    assert received.startswith(b"HTTP/1.1 ")
    assert server.send(b"GET / HTTP/1.1\r\n\r\n").status == 200
    assert "Error" not in server.journal.getvalue()
