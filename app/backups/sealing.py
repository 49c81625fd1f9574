"""A backup is packed and sealed to a public key; only the private one, kept elsewhere, opens it.

The file is age's (age-encryption.org/v1). In it is gzip, and in that a line of JSON that says what
follows, and then the database: whoever has the key needs none of our code to get at it.
"""

import fcntl
import hashlib
import json
import os
import signal
import sys
import tempfile
import zlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from itertools import chain
from pathlib import Path
from typing import Any, BinaryIO, NoReturn

import pyrage

from app.errors import Conflict

FORMAT = "flyktningguide backup 1"
READ_AT_ONCE = 1 << 20
LONGEST_LINE = 4096
GZIP = 16 + zlib.MAX_WBITS
GROWING, PART = ".flyktningguide-", ".part"


class NoRecipient(Conflict):
    """Nobody could open what was to be sealed: the public key is missing, or is none."""


class NotOurKey(Conflict):
    """The private key is missing, is none, or is not one that this backup was sealed to."""


class NotWhole(Conflict):
    """The file is no backup, was cut off, or has been changed."""


class WouldOverwrite(Conflict):
    """Something is there already, and it is left alone."""


@dataclass(frozen=True, slots=True)
class Label:
    """What a backup says of itself."""

    engine: str  # as SQLAlchemy names it: sqlite, postgresql
    began_at: str
    revision: str  # of the migrations
    key_mark: str  # of the SECRET_KEY: with another one nobody's code app works
    format: str = FORMAT


def recipients_of(words: str) -> list[Any]:
    """Return the public keys in a setting, with spaces between."""
    try:
        found = [pyrage.x25519.Recipient.from_str(word) for word in words.split()]
    except pyrage.RecipientError:
        raise NoRecipient("not a public key of age's") from None
    if not found:
        raise NoRecipient("no public key")
    return found


def identity_in(path: Path) -> Any:
    """Return the private key in a file as age-keygen writes it: notes begin with #."""
    try:
        lines = path.read_text("ascii").splitlines()
        (key,) = (line.strip() for line in lines if line.strip() and not line.startswith("#"))
        return pyrage.x25519.Identity.from_str(key)
    except (OSError, ValueError, pyrage.IdentityError):
        raise NotOurKey("no private key of age's in the file") from None


def one_time_identity() -> Any:
    """Return a private key that lives as long as this process."""
    return pyrage.x25519.Identity.generate()


def seal(source: Iterable[bytes], label: Label, target: Path, recipients: Sequence[Any]) -> str:
    """Write a sealed backup, whole or not at all; return its SHA-256.

    It grows under another name, readable for its owner alone, and gets its own when it is on
    the disk: what was killed half-way looks like no backup.

    Raises:
        WouldOverwrite: there is such a file.
    """
    if target.exists():
        raise WouldOverwrite(str(target))
    with _beside(target.parent) as growing:
        with growing.open("wb") as out:
            counted, packed = _Counted(out), _Packed(source, label)
            try:
                pyrage.encrypt_io(packed, counted, recipients)
            except pyrage.EncryptError as fault:
                raise packed.fault or fault from None
            out.flush()
            os.fsync(out.fileno())
        growing.rename(target)
    _keep_name(target.parent)
    return counted.digest.hexdigest()


@contextmanager
def unsealed(sealed: Path, identity: Any, folder: Path) -> Iterator[tuple[Label, Path]]:
    """Open a backup into a file of the folder, to the last byte, before anybody looks at it.

    What one that was killed has left there in the clear is removed first.

    Raises:
        NotOurKey: the key opens it not.
        NotWhole: it is no backup, or not all of one, or was changed.
    """
    with _beside(folder) as plain:
        with plain.open("wb") as out, sealed.open("rb") as source:
            unpacked = _Unpacked(out)
            try:
                pyrage.decrypt_io(source, unpacked, [identity])
                label = unpacked.finish()
            except pyrage.DecryptError as refused:
                wrong_key = "key" in str(refused)
                raise (NotOurKey if wrong_key else NotWhole)(str(refused)) from None
            except OSError as fault:
                if fault.errno:  # no room, say
                    raise
                raise NotWhole("was changed, or cut off") from None
            except (ValueError, TypeError, zlib.error):
                raise NotWhole("holds something else") from None
        yield label, plain


@contextmanager
def _beside(folder: Path) -> Iterator[Path]:
    """Yield an empty file of the owner's alone in a folder; it is gone afterwards.

    It is locked as long as somebody works on it: by that the next one knows what was left.
    """
    _remove_what_was_left(folder)
    handle, path = _locked_file(folder)
    while not path.exists():  # somebody took it for left before it was locked
        os.close(handle)
        handle, path = _locked_file(folder)
    try:
        yield path
    finally:
        with suppress(FileNotFoundError):  # it has got its own name
            path.unlink()
        os.close(handle)


def _locked_file(folder: Path) -> tuple[int, Path]:
    handle, name = tempfile.mkstemp(dir=folder, prefix=GROWING, suffix=PART)  # 0600
    fcntl.flock(handle, fcntl.LOCK_EX)
    return handle, Path(name)


def _remove_what_was_left(folder: Path) -> None:
    """Remove the files of those that were killed; nobody holds a lock on them any more."""
    for left in folder.glob(f"{GROWING}*{PART}"):
        with suppress(OSError), left.open("rb") as file:  # another's, or in use
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            left.unlink()


@contextmanager
def tidy_when_stopped() -> Iterator[None]:
    """Clean up before this process ends because it was asked to, or its terminal went away."""

    def stop(number: int, _frame: object) -> NoReturn:
        sys.exit(128 + number)

    before = {each: signal.signal(each, stop) for each in (signal.SIGTERM, signal.SIGHUP)}
    try:
        yield
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)


def _keep_name(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


class _Packed:
    """What is to be sealed, as a file that age reads: the label and the database, packed."""

    def __init__(self, source: Iterable[bytes], label: Label) -> None:
        self.chunks = self._pack(source, label)
        self.rest = b""
        self.fault: Exception | None = None  # age would give us its name alone

    def read(self, size: int = -1) -> bytes:
        try:
            while (size < 0 or len(self.rest) < size) and (chunk := next(self.chunks, b"")):
                self.rest += chunk
        except Exception as fault:
            self.fault = fault
            raise
        size = len(self.rest) if size < 0 else size
        given, self.rest = self.rest[:size], self.rest[size:]
        return given

    @staticmethod
    def _pack(source: Iterable[bytes], label: Label) -> Iterator[bytes]:
        packer = zlib.compressobj(6, wbits=GZIP)
        for plain in chain([(json.dumps(asdict(label)) + "\n").encode()], source):
            if packed := packer.compress(plain):
                yield packed
        yield packer.flush()


class _Counted:
    """A file that knows the hash of what was written into it."""

    def __init__(self, out: BinaryIO) -> None:
        self.out, self.digest = out, hashlib.sha256()

    def write(self, data: bytes) -> int:
        self.digest.update(data)
        return self.out.write(data)

    def flush(self) -> None:
        self.out.flush()


class _Unpacked:
    """Takes what age opens, unpacks it, reads the label and writes the rest into a file."""

    def __init__(self, out: BinaryIO) -> None:
        self.out, self.unpacker = out, zlib.decompressobj(wbits=GZIP)
        self.head: bytes | None = b""

    def write(self, data: bytes) -> int:
        self._take(self.unpacker.decompress(data))
        return len(data)

    def flush(self) -> None:
        self.out.flush()

    def finish(self) -> Label:
        """Return the label, once everything is there."""
        self._take(self.unpacker.flush())
        if not self.unpacker.eof or self.head is not None:
            raise NotWhole("packed, and cut off")
        return self.label

    def _take(self, plain: bytes) -> None:
        if self.head is None:
            self.out.write(plain)
            return
        self.head += plain
        line, newline, rest = self.head.partition(b"\n")
        if newline:
            self.label, self.head = Label(**json.loads(line)), None
            if self.label.format != FORMAT:
                raise NotWhole("of another kind")
            self.out.write(rest)
        elif len(self.head) > LONGEST_LINE:
            raise NotWhole("says nothing of itself")
