"""A real HTTP server on loopback that speaks like Kartverket's address register."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

KNOWN_PARAMETERS = {"sok", "fuzzy", "kommunenummer", "treffPerSide", "utkoordsys"}


def address(
    text: str = "Kirkeveien 204",
    lat: float = 59.83333,
    lon: float = 10.43777,
    **more: Any,
) -> dict[str, Any]:
    """One address as the register gives it, more of it than we read."""
    return {
        "adressetekst": text,
        "adressenavn": text,
        "postnummer": "1383",
        "poststed": "ASKER",
        "kommunenummer": "3203",
        "kommunenavn": "ASKER",
        "objtype": "Vegadresse",
        "representasjonspunkt": {"epsg": "EPSG:4258", "lat": lat, "lon": lon},
        **more,
    }


class RegisterStub:
    """What the server says next, and what it has been asked."""

    def __init__(self) -> None:
        self.asked: list[dict[str, str]] = []
        self.user_agents: list[str | None] = []
        self.status = 200
        self.headers: dict[str, str] = {}
        self.addresses: list[dict[str, Any]] = [address()]
        self.body: bytes | None = None
        self.hangs = False
        self.released = threading.Event()
        self.domain = ""

    def reply(self) -> bytes:
        if self.body is not None:
            return self.body
        metadata = {"totaltAntallTreff": len(self.addresses), "side": 0, "sokeStreng": "..."}
        return json.dumps({"metadata": metadata, "adresser": self.addresses}).encode()


@contextmanager
def running_register() -> Iterator[RegisterStub]:
    """Serve a `RegisterStub` on a free port of the loopback until the block ends."""
    stub = RegisterStub()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            url = urlsplit(self.path)
            question = {key: values[0] for key, values in parse_qs(url.query).items()}
            stub.asked.append(question)
            stub.user_agents.append(self.headers["User-Agent"])
            if stub.hangs:
                stub.released.wait(30)
                return
            fits = url.path == "/adresser/v1/sok" and set(question) <= KNOWN_PARAMETERS
            self.send_response(stub.status if fits else 400)
            for name, value in stub.headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(stub.reply())

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
            """Keep quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    stub.domain = f"127.0.0.1:{server.server_port}"
    try:
        yield stub
    finally:
        stub.released.set()
        server.shutdown()
        thread.join()
        server.server_close()
