"""Whoever knows the public key can make a file that opens: what is in it is looked at all the same."""

import gzip
import json
import signal
import stat
import subprocess
import sys

import pyrage
import pytest

from app.backups import sealing

LABEL = {
    "engine": "sqlite",
    "began_at": "2026-03-02T09:00:00+00:00",
    "revision": "0001",
    "key_mark": "",
    "format": sealing.FORMAT,
}


def packed(label: object, rest: bytes = b"a database") -> bytes:
    return gzip.compress(json.dumps(label).encode() + b"\n" + rest)


@pytest.fixture
def key():
    return pyrage.x25519.Identity.generate()


def opened(tmp_path, key, inside: bytes) -> bytes:
    file = tmp_path / "made.age"
    file.write_bytes(pyrage.encrypt(inside, [key.to_public()]))
    with sealing.unsealed(file, key, tmp_path) as (_label, plain):
        return plain.read_bytes()


def test_what_is_well_made_opens(tmp_path, key):
    assert opened(tmp_path, key, packed(LABEL)) == b"a database"


@pytest.mark.parametrize(
    "inside",
    [
        b"",
        b"no gzip at all",
        packed(LABEL)[:-12],
        packed(LABEL | {"format": "somebody else's"}),
        packed(LABEL | {"more": "than we know"}),
        packed([1, 2]),
        gzip.compress(b"x" * 10_000),
        gzip.compress(b""),
    ],
    ids=["empty", "plain", "cut", "format", "more", "list", "endless", "nothing"],
)
def test_what_is_made_otherwise_is_refused_and_leaves_nothing(tmp_path, key, inside):
    with pytest.raises(sealing.NotWhole):
        opened(tmp_path, key, inside)
    assert [path.name for path in tmp_path.iterdir()] == ["made.age"]


def test_a_fault_while_copying_is_told_as_it_was_and_leaves_nothing(tmp_path, key):
    def breaks():
        yield b"half a database"
        raise ConnectionError("the server went away")

    label = sealing.Label("sqlite", "", "", "")
    with pytest.raises(ConnectionError, match="went away"):
        sealing.seal(breaks(), label, tmp_path / "new.age", [key.to_public()])
    assert list(tmp_path.iterdir()) == []


def test_two_keys_open_the_same_file(tmp_path, key):
    other = pyrage.x25519.Identity.generate()
    file = tmp_path / "two.age"
    keys = sealing.recipients_of(f"{key.to_public()} {other.to_public()}")
    sealing.seal([b"a ", b"database"], sealing.Label("sqlite", "", "", ""), file, keys)
    for each in (key, other):
        with sealing.unsealed(file, each, tmp_path) as (_label, plain):
            assert plain.read_bytes() == b"a database"


WORKING = """
import signal, sys
from pathlib import Path
from app.backups import sealing
with sealing.tidy_when_stopped():
    identity = sealing.identity_in(Path(sys.argv[2]))
    with sealing.unsealed(Path(sys.argv[1]), identity, Path(sys.argv[3])):
        print("open", flush=True)
        signal.pause()
"""


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGHUP, signal.SIGKILL])
def test_what_lay_open_when_it_was_stopped_is_removed(tmp_path, key, how):
    """At once where it can be, by the next one where not; never what another one works on."""
    sealed, folder = tmp_path / "sealed", tmp_path / "new"
    folder.mkdir()
    (tmp_path / "key").write_text(str(key))
    sealing.seal([b"rows" * 5000], sealing.Label(**LABEL), sealed, [key.to_public()])
    process = subprocess.Popen(
        [sys.executable, "-c", WORKING, str(sealed), str(tmp_path / "key"), str(folder)],
        stdout=subprocess.PIPE,
    )
    with process:
        assert process.stdout.readline() == b"open\n"
        (lies,) = folder.iterdir()
        assert stat.S_IMODE(lies.stat().st_mode) == 0o600 and lies.stat().st_size == 20_000
        with sealing.unsealed(sealed, key, folder) as (_label, other):
            assert sorted(folder.iterdir()) == sorted((lies, other))
        process.send_signal(how)
    assert list(folder.iterdir()) == ([lies] if how == signal.SIGKILL else [])
    with sealing.unsealed(sealed, key, folder) as (_label, other):
        assert list(folder.iterdir()) == [other]
    assert list(folder.iterdir()) == []
