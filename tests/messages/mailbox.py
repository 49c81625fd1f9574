"""A real mail server on this machine, that keeps what it gets and can be told to be difficult."""

import asyncio
import email
import email.policy
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage

from aiosmtpd.controller import Controller


class Mailbox:
    def __init__(self) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.letters: list[EmailMessage] = []
        self.envelopes: list[list[str]] = []
        self.replies: dict[str, str] = {}  # by recipient, instead of 250
        self.reply_to_content = ""
        self.begun = 0  # letters on their way; `letters` have arrived
        self.seconds_per_letter = 0.0  # once before a letter arrives, once before we say so

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    @contextmanager
    def open(self, **options) -> Iterator["Mailbox"]:
        controller = Controller(self, hostname="127.0.0.1", port=self.port, **options)
        controller.start()
        try:
            yield self
        finally:
            controller.stop()

    async def handle_RCPT(self, _server, _session, envelope, address, _options) -> str:  # noqa: N802
        if reply := self.replies.get(address):
            return reply
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server, _session, envelope) -> str:  # noqa: N802
        if self.reply_to_content:
            return self.reply_to_content
        self.begun += 1
        await asyncio.sleep(self.seconds_per_letter)
        letter = email.message_from_bytes(envelope.content, policy=email.policy.default)
        self.letters.append(letter)
        self.envelopes.append(envelope.rcpt_tos)
        await asyncio.sleep(self.seconds_per_letter)
        return "250 OK"
