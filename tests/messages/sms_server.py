"""A real HTTP server on loopback that speaks like the SMS provider."""

import base64
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

USER, PASSWORD = "asker", "p@ss/word"
NEEDED = {"source", "destination", "userData", "platformId", "platformPartnerId"}


class SmsServer:
    """What the provider says next, and what it has been asked."""

    def __init__(self) -> None:
        self.asked: list[dict[str, Any]] = []
        self.paths: list[str] = []
        self.status = 200
        self.headers: dict[str, str] = {}
        self.reply: Any = {"messageId": "Dcshuhod0PMAAAFQ", "resultCode": 1005}
        self.port = 0

    @property
    def url(self) -> str:
        return f"linkmobility://{USER}:p%40ss%2Fword@127.0.0.1:{self.port}?partner=4711"

    def answer(self, authorization: str | None, body: bytes) -> tuple[int, Any]:
        account = base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
        if authorization != f"Basic {account}":
            return 401, {"resultCode": 106100}
        asked = json.loads(body)
        if not set(asked) >= NEEDED:
            return 400, {"resultCode": 106200}
        self.asked.append(asked)
        return self.status, self.reply


@contextmanager
def running_sms_server() -> Iterator[SmsServer]:
    """Serve an `SmsServer` on a free port of the loopback until the block ends."""
    stub = SmsServer()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            stub.paths.append(self.path)
            body = self.rfile.read(int(self.headers["Content-Length"]))
            status, reply = stub.answer(self.headers["Authorization"], body)
            said = reply if isinstance(reply, bytes) else json.dumps(reply).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(said)))
            for name, value in stub.headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(said)

        def log_message(self, *_arguments: object) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    stub.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield stub
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
