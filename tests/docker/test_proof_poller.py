"""The scripts that ask a program, run here against real sockets, and how what they print is read."""

from __future__ import annotations

import re
import shutil
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from locales import IN_UTF_8

from lightship.docker.poller import (
    CLIENTS,
    MOST,
    PortQuestion,
    can_send,
    in_python,
    in_shell,
    longest_output,
    read_answer,
    read_many,
    read_waited,
)
from lightship.proof.measured import Answer
from lightship.smoke.http_request import HttpRequest

BODY = b"one\n\ntwo \xff\x00 three\r\n\r\nfour"
PLAIN = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n" + BODY
CLIENTS_HERE = [name for name in CLIENTS if shutil.which(name)]


def read(connection: socket.socket) -> bytes:
    """A whole request: some clients send it in parts."""
    found = b""
    while not is_whole(found) and (part := connection.recv(65536)):
        found += part
    return found


def is_whole(request: bytes) -> bool:
    head, end, body = request.partition(b"\r\n\r\n")
    length = re.search(rb"(?i)\r\ncontent-length: ([0-9]+)", head)
    return bool(end) and len(body) >= (int(length[1]) if length else 0)


@contextmanager
def serving(*answers: bytes, buffer: int = 0) -> Iterator[tuple[int, list[bytes]]]:
    """The port of a server that gives these answers, the last of them from then on, and the requests it got."""
    requests: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as listening:
        if buffer:  # which the connections have from it
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, buffer)

        def serve() -> None:
            with suppress(OSError):
                while True:
                    connection, _ = listening.accept()
                    with connection:
                        requests.append(read(connection))
                        answer = answers[min(len(requests), len(answers)) - 1]
                        with suppress(OSError):
                            connection.sendall(answer)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        try:
            yield listening.getsockname()[1], requests
        finally:
            listening.shutdown(socket.SHUT_RDWR)
            thread.join()


def ways(question: PortQuestion) -> Iterator[list[str]]:
    yield in_python(sys.executable, question)
    yield from (in_shell(name, question) for name in CLIENTS_HERE)


def output(command: list[str]) -> bytes:
    return subprocess.run(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        check=False,
        timeout=60,
    ).stdout


@pytest.mark.parametrize("way", range(1 + len(CLIENTS_HERE)))
def test_every_way_gives_the_same_answer(way: int) -> None:
    with serving(PLAIN) as (port, requests):
        found = output(
            [*ways(PortQuestion("ask", port, (HttpRequest("/a b?x=1#\n"),), 5))][way]
        )
    kind = ("Content-Type: text/plain",)
    assert read_answer("/", found) == Answer(
        "/", 200, BODY.decode("latin-1"), headers=kind
    )
    (request,) = requests
    assert request.startswith(b"GET /a%20b?x=1%23%0A HTTP/1.1\r\n")


@pytest.mark.parametrize("way", range(1 + len(CLIENTS_HERE)))
def test_every_way_waits_for_a_good_answer(way: int) -> None:
    with serving(b"HTTP/1.0 404 No\r\n\r\n") as (port, _):
        found = read_waited(
            output([*ways(PortQuestion("wait", port, (HttpRequest("/"),), 5))][way])
        )
    assert found is not None
    assert found.is_up
    assert found.seconds is not None
    assert found.seconds >= 0
    assert found.listens(port) == "loopback"
    assert found.head == "HTTP/1.0 404 No"
    assert found.at_once


@pytest.mark.parametrize(
    "answer", [b"HTTP/1.1 503 at 3 or 4\r\n\r\n", b"", b"no HTTP at all"]
)
@pytest.mark.parametrize("way", range(1 + len(CLIENTS_HERE)))
def test_no_way_takes_a_bad_answer_for_a_good_one(way: int, answer: bytes) -> None:
    with serving(answer, answer, PLAIN) as (port, requests):
        found = read_waited(
            output([*ways(PortQuestion("wait", port, (HttpRequest("/"),), 50))][way])
        )
    assert found is not None
    assert found.is_up
    assert not found.at_once
    assert len(requests) == 3


@pytest.mark.parametrize("way", range(1 + len(CLIENTS_HERE)))
def test_an_answer_is_told_though_a_later_question_had_none(way: int) -> None:
    """On a busy machine time is often up while the program is asked once more."""
    with serving(b"HTTP/1.1 503 Later\r\n\r\n", b"") as (port, requests):
        question = PortQuestion("wait", port, (HttpRequest("/"),), 0)
        while len(requests) < 2:
            question = replace(question, patience=question.patience + 1)
            requests.clear()
            waited = read_waited(output([*ways(question)][way]))

    assert waited is not None
    assert not waited.is_up
    assert waited.head == "HTTP/1.1 503 Later"


@pytest.mark.parametrize("way", range(1 + len(CLIENTS_HERE)))
def test_where_nobody_listens_every_way_says_so(way: int) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    found = read_waited(
        output([*ways(PortQuestion("wait", port, (HttpRequest("/"),), 0.2))][way])
    )
    assert found is not None
    assert not found.is_up
    assert found.listens(port) == ""
    assert read_answer(
        "/", output([*ways(PortQuestion("ask", port, (HttpRequest("/"),), 1))][way])
    ).error


SENT = HttpRequest("/notes", "POST", ("X-Note: a",), '{"text": "mïlk"}')


@IN_UTF_8
@pytest.mark.parametrize("way", range(1 + len(CLIENTS_HERE)))
def test_every_way_but_wget_sends_method_headers_and_body(way: int) -> None:
    names = ["python", *CLIENTS_HERE]
    if names[way] == "wget":
        assert not can_send("wget", SENT)
        return
    with serving(PLAIN) as (port, requests):
        output([*ways(PortQuestion("ask", port, (SENT,), 5))][way])
    head, _, _ = requests[0].partition(b"\r\n\r\n")
    rows = head.split(b"\r\n")
    assert rows[0] == b"POST /notes HTTP/1.1"
    assert b"X-Note: a" in rows
    length = len(SENT.body.encode())
    assert f"content-length: {length}".encode() in head.lower()


ODD = [
    HttpRequest("/a?ids[0]=1&x={1,2}"),
    HttpRequest("/a/../b"),
    HttpRequest("/up", "POST", (), "@/etc/hostname"),
    HttpRequest("/up", "POST", ("Content-Type: application/json", "X-Empty: "), "{}"),
    HttpRequest("/up", "PUT", ("User-Agent: own", "Host: shop.example"), "x" * 2000),
    HttpRequest("/up", "DELETE"),
]


@pytest.mark.parametrize("request_", ODD)
@pytest.mark.parametrize("name", [name for name in CLIENTS_HERE if name != "wget"])
def test_every_way_but_wget_sends_what_python_sends(
    name: str, request_: HttpRequest
) -> None:
    """The same line, headers and body: nothing of the client's own, no file, no pattern."""
    with serving(PLAIN) as (port, requests):
        question = PortQuestion("ask", port, (request_,), 5)
        output(in_python(sys.executable, question))
        output(in_shell(name, question))
    expected, sent = map(parts, requests)
    assert sent == expected


def parts(request: bytes) -> tuple[bytes, set[bytes], bytes]:
    """Its line, headers and body; that it will be closed each says in its way."""
    head, _, body = request.partition(b"\r\n\r\n")
    first, *rows = head.split(b"\r\n")
    headers = {row.strip() for row in rows if not row.startswith(b"Connection:")}
    return first, headers, body


def test_several_requests_are_sent_by_one_command() -> None:
    """Each has its own port, and its own answer; what does not come does not shift the others."""
    pages = (HttpRequest("/one"), HttpRequest("/gone", port=1), SENT)
    with serving(b"HTTP/1.0 200 OK\r\n\r\none\n1 2\n", PLAIN) as (port, requests):
        question = PortQuestion("many", port, pages, 5)
        found = output(in_python(sys.executable, question))
    names = [page.question for page in pages]
    one, gone, sent = read_many(names, found)
    assert (one.status, one.text) == (200, "one\n1 2\n")
    assert (gone.question, gone.error) == (":1/gone", "it does not answer")
    assert (sent.question, sent.text) == ("POST /notes", BODY.decode("latin-1"))
    assert [request.split(b" ")[1] for request in requests] == [b"/one", b"/notes"]
    assert one.seconds is not None


def test_several_answers_that_are_too_long_are_cut_alone() -> None:
    """Each to the limit, so that the last one comes whole within the limit of all."""
    large = b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * (MOST + 100_000)
    pages = tuple(HttpRequest(f"/{number}") for number in range(4))
    # A small buffer makes parts that do not add up to the limit
    with serving(large, large, large, PLAIN, buffer=10_000) as (port, _):
        question = PortQuestion("many", port, pages, 20)
        found = output(in_python(sys.executable, question))
    assert 3 * MOST < len(found) < 3 * MOST + len(PLAIN) + 4 * 64
    *cut, last = read_many(
        [page.question for page in pages], found[: longest_output(question)]
    )
    assert [len(answer.text) for answer in cut] == [MOST - len(large[:19])] * 3
    assert last.text == BODY.decode("latin-1")


def test_the_lines_of_numbers_fit_beside_the_longest_answers() -> None:
    question = PortQuestion("many", 1, (HttpRequest("/"),) * 40, 1)
    row = b"%d %d\n" % (10**9, MOST)
    assert longest_output(question) >= 40 * (len(row) + MOST)


@given(st.lists(st.text(max_size=3), max_size=3), st.binary(max_size=100))
def test_law_whatever_was_printed_each_question_has_an_answer(
    names: list[str], output: bytes
) -> None:
    assert [answer.question for answer in read_many(names, output)] == names


def test_an_answer_without_an_end_is_cut() -> None:
    with serving(b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * (MOST * 3)) as (port, _):
        found = read_answer(
            "/",
            output(
                in_python(
                    sys.executable, PortQuestion("ask", port, (HttpRequest("/"),), 5)
                )
            ),
        )
    assert found.status == 200
    assert MOST - 100 < len(found.text) <= MOST


@given(st.binary(max_size=400), st.lists(st.integers(1, 50), max_size=20))
def test_law_chunks_are_put_together(body: bytes, sizes: list[int]) -> None:
    parts, at = [], 0
    for size in [*sizes, len(body) or 1]:
        if part := body[at : at + size]:
            parts.append(b"%x;note=1\r\n%s\r\n" % (len(part), part))
        at += size
    head = b"HTTP/1.1 201 Made\r\nTransfer-Encoding: Chunked\r\n\r\n"
    found = read_answer("q", head + b"".join(parts) + b"0\r\n\r\n")
    headers = ("Transfer-Encoding: Chunked",)
    assert found == Answer("q", 201, body.decode("latin-1"), headers=headers)


@given(st.binary(max_size=300))
def test_law_whatever_a_container_prints_is_read(output: bytes) -> None:
    for text in (
        output,
        b"HTTP/1.1 200 OK\r\ntransfer-encoding:chunked\r\n\r\n" + output,
    ):
        found = read_answer("q", text)
        assert bool(found.error) == (found.status == 0)
    for text in (
        output,
        b"up\n==\n1.0\n==\n" + output,
        b"up\n==\n" + output + b"\n==\n\n==\n\n==\n\n==\n",
        b"up\n==\n1.0\n==\n\n==\n" + output + b"\n==\n\n==\n",
    ):
        waited = read_waited(text)
        assert waited is None or waited.seconds is None or waited.seconds >= 0


@given(st.text(max_size=60))
def test_law_no_path_leaves_its_line(path: str) -> None:
    *_, request, _, _ = in_python(
        "python3", PortQuestion("ask", 80, (HttpRequest(path),), 1)
    )
    first, *fields = bytes.fromhex(request).split(b"\r\n")
    assert first.split(b" ")[0::2] == [b"GET", b"HTTP/1.1"]
    assert first.startswith(b"GET /")
    assert fields[0] == b"Host: localhost:80"
    assert b"\n" not in first


TABLE = "  sl  local_address rem_address   st\n"


@pytest.mark.parametrize(
    ("rows", "listens"),
    [
        ("   0: 0100007F:1F40 00000000:0000 0A 0\n", "loopback"),
        ("   0: 00000000:1F40 00000000:0000 0A 0\n", "everywhere"),
        (
            "   0: 00000000000000000000000000000000:1F40 00000000000000000000000000000000:0000 0A 0\n",
            "everywhere",
        ),
        (
            "   0: 00000000000000000000000001000000:1F40 00000000000000000000000000000000:0000 0A 0\n",
            "loopback",
        ),
        ("   0: 0100007F:1F40 00000000:0000 01 0\n", ""),  # a connection
        ("   0: 0A00007F:1F40 00000000:0000 0A 0\n", ""),  # another address
        ("   0: 0100007F:1F41 00000000:0000 0A 0\n", ""),
    ],
)
def test_where_a_port_is_listened_at(rows: str, listens: str) -> None:
    found = read_waited(
        f"up\n==\n100.50 1.0\n==\n1 (a) b) S {'0 ' * 18}9876 0\n==\n5 1000000 3\n7 250000000 4\n9 500000000 1\n==\n{TABLE}{rows}\n==\nHTTP/1.1 200".encode()
    )
    assert found is not None
    assert found.listens(8000) == listens
    assert found.seconds == 1.74
    # Of process 1, and of that child which waited longest
    assert found.queued == 0.501
