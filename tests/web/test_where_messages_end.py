"""The server that we run knows where a message ends, or refuses it: nobody hides a second in it."""

import re
import socket
import subprocess
import time
from contextlib import suppress
from pathlib import Path

import pytest

from deploy.supervise import SITE

HOST = b"Host: localhost\r\n"
SECOND = b"GET /second HTTP/1.1\r\n" + HOST + b"Connection: close\r\n\r\n"
LENGTH = b"%d" % len(SECOND)
LAST = b"0\r\n\r\n"
START_SECONDS = 20
QUIET_SECONDS = 1
# What is told of where the body ends, and what stands there. Sent by whoever wants one server to
# read one message and the next server two.
REFUSED = {
    "two lengths": (b"Content-Length: 0\r\nContent-Length: " + LENGTH, b""),
    "a list of lengths": (b"Content-Length: 0, " + LENGTH, b""),
    "a sign": (b"Content-Length: +0", b""),
    "less than none": (b"Content-Length: -1", b""),
    "another coding": (b"Transfer-Encoding: xchunked", LAST),
    "not chunked at last": (b"Transfer-Encoding: chunked, identity", LAST),
    "a blank before the colon": (b"Transfer-Encoding : chunked", LAST),
    "a folded line": (b"X: a\r\n Transfer-Encoding: chunked\r\nContent-Length: 0", b""),
    "a sign that is none": (b"X: a\x00b\r\nContent-Length: 0", b""),
}
ENDED = {
    "both ways": (b"Content-Length: 3\r\nTransfer-Encoding: chunked", LAST),
    "both ways, the length over all": (
        b"Content-Length: %d\r\nTransfer-Encoding: chunked" % (len(LAST) + len(SECOND)),
        LAST,
    ),
    "a chunk of no size": (b"Transfer-Encoding: chunked", b"zz\r\n\r\n"),
    "a chunk past all bounds": (b"Transfer-Encoding: chunked", b"f" * 18 + b"\r\n\r\n"),
}


def answer(environ, start_response):
    """Say what was taken for the address and for the body."""
    try:
        body = environ["wsgi.input"].read()
    except OSError:
        body = b"unreadable"
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [environ["PATH_INFO"].encode(), b" ", body]


@pytest.fixture(scope="module")
def port():
    with socket.create_server(("127.0.0.1", 0)) as door:
        free = door.getsockname()[1]
    command = [*SITE, f"--port={free}", "tests.web.test_where_messages_end:answer"]
    root = Path(__file__).parents[2]
    process = subprocess.Popen(command, cwd=root)
    try:
        give_up_at = time.monotonic() + START_SECONDS
        while not is_open(free):
            assert time.monotonic() < give_up_at
            time.sleep(0.05)
        yield free
    finally:
        process.terminate()
        process.wait()


def is_open(port):
    with socket.socket() as caller:
        return caller.connect_ex(("127.0.0.1", port)) == 0


def told(port, sent):
    """Send bytes, and return all that comes until the server closes, or has no more to say."""
    found = b""
    with socket.create_connection(("127.0.0.1", port), timeout=QUIET_SECONDS) as caller:
        caller.sendall(sent)
        with suppress(TimeoutError, ConnectionResetError):
            while part := caller.recv(65536):
                found += part
    return found


def statuses(text):
    return [int(status) for status in re.findall(rb"HTTP/1\.[01] (\d+)", text)]


def message(how, body):
    return b"POST /first HTTP/1.1\r\n" + HOST + how + b"\r\n\r\n" + body + SECOND


def test_two_messages_are_two(port):
    found = told(port, message(b"Content-Length: 5", b"hello"))
    assert statuses(found) == [200, 200]
    assert b"/first hello" in found and b"/second" in found
    found = told(port, message(b"Transfer-Encoding: chunked", b"5\r\nhello\r\n" + LAST))
    assert b"/first hello" in found and b"/second" in found


def test_a_body_is_never_the_next_message(port):
    found = told(
        port,
        b"GET /first HTTP/1.1\r\n" + HOST + b"Content-Length: " + LENGTH + b"\r\n\r\n" + SECOND,
    )
    assert statuses(found) == [200]
    assert found.split(b"\r\n\r\n", 1)[1].startswith(b"/first GET /second")


@pytest.mark.parametrize(("how", "body"), REFUSED.values(), ids=REFUSED)
def test_what_two_servers_could_read_differently_is_refused(port, how, body):
    found = told(port, message(how, body))
    assert statuses(found) == [400]
    assert b"/second" not in found


@pytest.mark.parametrize(("how", "body"), ENDED.values(), ids=ENDED)
def test_after_a_doubtful_end_nothing_more_is_heard(port, how, body):
    assert b"/second" not in told(port, message(how, body)).split(b"\r\n\r\n", 1)[-1]


def test_no_other_protocol_is_spoken_on_the_same_line(port):
    """HTTP/2 has ends of its own, which a proxy would have to put into words of HTTP/1 first."""
    found = told(port, b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + b"\x00" * 3 + b"\x04" + b"\x00" * 5)
    assert not found or statuses(found) == [400]
    upgrade = b"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk"
    assert 101 not in statuses(told(port, message(upgrade + b"\r\nContent-Length: 0", b"")))
