"""A device with passkeys, made of `cryptography` alone: it shares no code with what checks it."""

import hashlib
import json
import secrets
import struct
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass, field

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40


def text(raw: bytes) -> str:
    return urlsafe_b64encode(raw).decode().rstrip("=")


def raw(words: str) -> bytes:
    return urlsafe_b64decode(words + "=" * (-len(words) % 4))


def cbor(value) -> bytes:
    """Write numbers, bytes, texts and maps: all that a key and an attestation hold."""
    if isinstance(value, int):
        return _head(0, value) if value >= 0 else _head(1, -1 - value)
    if isinstance(value, bytes):
        return _head(2, len(value)) + value
    if isinstance(value, str):
        return _head(3, len(value.encode())) + value.encode()
    return _head(5, len(value)) + b"".join(cbor(k) + cbor(v) for k, v in value.items())


def _head(kind: int, number: int) -> bytes:
    if number < 24:
        return bytes([kind << 5 | number])
    width, form = next((w, f) for w, f in ((1, ">B"), (2, ">H"), (4, ">I")) if number < 256**w)
    return bytes([kind << 5 | {1: 24, 2: 25, 4: 26}[width]]) + struct.pack(form, number)


@dataclass
class Device:
    """Holds one key, counts its uses, and believes that the person before it is its owner."""

    origin: str = "http://localhost"
    host: str = "localhost"
    flags: int = PRESENT | VERIFIED
    uses: int = 0
    key: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )
    credential_id: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    handle: bytes = b""

    def create(self, asked: dict) -> str:
        """Return what a browser sends for a key that was just made."""
        self.handle = raw(asked["user"]["id"])
        numbers = self.key.public_key().public_numbers()
        point = {-2: numbers.x.to_bytes(32, "big"), -3: numbers.y.to_bytes(32, "big")}
        public_key = cbor({1: 2, 3: -7, -1: 1} | point)
        length = struct.pack(">H", len(self.credential_id))
        told = self._told(self.flags | ATTESTED) + bytes(16) + length + self.credential_id
        attestation = cbor({"fmt": "none", "attStmt": {}, "authData": told + public_key})
        client = self._client("webauthn.create", asked)
        return self._answer(client, {"attestationObject": text(attestation)})

    def get(self, asked: dict, **changes) -> str:
        """Return what a browser sends for something that was just signed."""
        self.uses += 1
        told, client = self._told(self.flags), self._client("webauthn.get", asked)
        signed = told + hashlib.sha256(client).digest()
        parts = {
            "authenticatorData": text(told),
            "signature": text(self.key.sign(signed, ec.ECDSA(hashes.SHA256()))),
            "userHandle": text(self.handle),
        }
        return self._answer(client, parts | changes)

    def _client(self, kind: str, asked: dict) -> bytes:
        told = {"type": kind, "challenge": asked["challenge"], "origin": self.origin}
        return json.dumps(told | {"crossOrigin": False}).encode()

    def _told(self, flags: int) -> bytes:
        host = hashlib.sha256(self.host.encode()).digest()
        return host + bytes([flags]) + struct.pack(">I", self.uses)

    def _answer(self, client: bytes, parts: dict) -> str:
        name = text(self.credential_id)
        response = {"clientDataJSON": text(client)} | parts
        return json.dumps(
            {
                "id": name,
                "rawId": name,
                "type": "public-key",
                "clientExtensionResults": {},
                "response": response,
            }
        )
