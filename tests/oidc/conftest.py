"""A real provider program on loopback, and a browser that walks to it and back."""

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest
import requests
from bs4 import BeautifulSoup

from app.accounts.models import Identity, IdentityKind
from app.accounts.oidc.client import Client
from app.accounts.oidc.providers import Provider
from tests import cast

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
SECRET = "a secret that only the two know"
RETURN = "http://localhost/sign-in/return"
LEVELS = ("idporten-loa-substantial", "idporten-loa-high")
OLDEST_NODE = 20


def find_node() -> str:
    """Return a Node that runs the provider: the machine's own, or the one that pip brought."""
    for name in ("node", str(ROOT / ".venv" / "bin" / "node")):
        if found := shutil.which(name):
            version = subprocess.check_output([found, "--version"], text=True)
            if int(version.strip().lstrip("v").split(".")[0]) >= OLDEST_NODE:
                return found
    pytest.fail("The provider needs Node 20 or newer: make .venv/.node")


class FarSide:
    """The provider program. What it does next is told to it."""

    def __init__(self, port: int) -> None:
        self.issuer = f"http://127.0.0.1:{port}"

    def next(self, account: str | None = "kari-at-work", **wishes) -> None:
        """Say who signs in next and how, and what is to be spoiled."""
        wishes = {"account": account, "acr": "idporten-loa-substantial"} | wishes
        answer = requests.post(f"{self.issuer}/test", data=json.dumps(wishes), timeout=10)
        assert answer.ok


@pytest.fixture(scope="session")
def program():
    command = [find_node(), str(HERE / "provider.mjs"), "flyktningguide", SECRET, RETURN]
    environment = os.environ | {"NODE_NO_WARNINGS": "1"}
    with subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=environment,
        cwd=ROOT,
    ) as process:
        lines = (line for line in process.stdout if line.startswith(b'{"port"'))
        yield FarSide(json.loads(next(lines))["port"])
        process.stdin.close()


@pytest.fixture
def far_side(program) -> FarSide:
    program.next()
    return program


def provider_of(far_side: FarSide, kind: IdentityKind, **changes) -> Provider:
    values = {
        "key": "asker" if kind is IdentityKind.STAFF else "id-porten",
        "name": "Asker kommune" if kind is IdentityKind.STAFF else "ID-porten",
        "kind": kind,
        "issuer": far_side.issuer,
        "client_id": "flyktningguide",
        "client_secret": SECRET,
        "municipalities": frozenset({"asker"} if kind is IdentityKind.STAFF else ()),
        "demands": {"acr": LEVELS},
    }
    return Provider(**values | changes)


@pytest.fixture
def doors(flask_app, far_side):
    """The site's other sign-ins by key: staff's alone, until a test adds or changes one."""
    before = flask_app.extensions["oidc"]
    clients = {"asker": Client(provider_of(far_side, IdentityKind.STAFF))}
    flask_app.extensions["oidc"] = clients
    yield clients
    flask_app.extensions["oidc"] = before


class Walker:
    """A browser: our pages by the test client, the provider's over loopback."""

    def __init__(self, client) -> None:
        self.client = client
        self.away = requests.Session()

    def leave(self, path: str, provider: str = "asker") -> str:
        """Press a button of ours; return the address that the browser is sent to."""
        page = self.client.post(path, data={"provider": provider})
        assert page.status_code == 200, (page.status_code, page.location)
        address = BeautifulSoup(page.text, "html.parser").select_one("main a.ds-button")["href"]
        assert page.headers["Refresh"] == f"0; url={address}"
        return address

    def sign_in_there(self, address: str) -> str:
        """Follow the provider until it sends us back; return that path of ours."""
        for _ in range(10):
            answer = self.away.get(address, allow_redirects=False, timeout=10)
            assert answer.is_redirect, answer.text
            address = requests.compat.urljoin(address, answer.headers["Location"])
            if address.startswith(RETURN):
                return address.removeprefix("http://localhost")
        raise AssertionError(address)

    def go(self, path: str = "/sign-in/provider", provider: str = "asker"):
        """Go there and come back; return our answer."""
        return self.client.get(self.sign_in_there(self.leave(path, provider)))


@pytest.fixture
def walker(client) -> Walker:
    return Walker(client)


def bind(session, user, far_side: FarSide, kind: IdentityKind, subject: str) -> None:
    """Let a sign-in open somebody's account, as if they had bound it before."""
    session.add(
        Identity(
            user_id=user.id, kind=kind, issuer=far_side.issuer, subject=subject, bound_at=cast.NOW
        )
    )
    session.commit()


@pytest.fixture
def bound(doors, asker, session, far_side):
    """The coordinator of Asker, whose account kari-at-work opens."""
    bind(session, asker.coordinator, far_side, IdentityKind.STAFF, "kari-at-work")
    return asker.coordinator
