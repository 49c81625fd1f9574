"""Whether people could sign in to a database that has come back: somebody does, through the site."""

import re
import secrets
from contextvars import Context

from flask import Flask, current_app
from flask.testing import FlaskClient
from flask_security import hash_password
from sqlalchemy import delete, select
from sqlalchemy.orm import Session, sessionmaker

from app.accounts.models import Attempt, Membership, User
from app.accounts.sign_in import staff_credentials
from app.permissions import STAFF_ROLES
from app.web.context import settings

CSRF_TOKEN = re.compile(r'name="csrf_token"[^>]*\bvalue="([^"]+)"')
Forms = tuple[tuple[str, dict[str, str]], ...]
LONGEST_WAY = 5  # redirects
OK, SEE_OTHER = 200, range(300, 400)
SIGNS_OUT = "/sign-out"


def try_to_sign_in(app: Flask, factory: sessionmaker[Session]) -> str:
    """Sign a member of staff in with password and code, and open their first page.

    The copy's password is made anew, since nobody knows the real one. The app's secret stays.

    Args:
        app: the site.
        factory: the scratch database's, on which the site stands for now.

    Returns:
        What went wrong; "" is that it worked.
    """
    if app.extensions["session_factory"] is not factory:
        raise RuntimeError("passwords are made anew in a scratch copy alone")
    password = secrets.token_urlsafe(24)
    with factory.begin() as session:
        session.execute(delete(Attempt))  # what somebody tried yesterday is no matter here
        user = _choose(session)
        if user is None:
            return "there is no account of staff"
        email, secret = _let_in(user, password)
    code = current_app.extensions["security"].totp_factory.generate_totp_password(secret)
    forms = (
        ("/sign-in/staff", {"email": email, "password": password}),
        ("/sign-in/code", {"code": code}),
    )
    # In a context of its own: within the command's, all requests would be one to Flask.
    return Context().run(_go_through, app.test_client(), settings().BASE_URL, forms)


def _go_through(client: FlaskClient, site: str, forms: Forms) -> str:
    for path, answers in forms:
        if not _send(client, site, path, answers):
            return f"{path} refused"
    return "" if SIGNS_OUT in _arrive(client, site) else "the first page did not open"


def _choose(session: Session) -> User | None:
    """Return somebody of staff, with a password and an app if there is one."""
    staff = select(User).join(Membership).where(Membership.role.in_(STAFF_ROLES), User.active)
    found = session.scalars(staff.order_by(User.id)).unique().all()
    ready = [user for user in found if user.password and user.tf_totp_secret]
    return next(iter([*ready, *found]), None)


def _let_in(user: User, password: str) -> tuple[str, str]:
    """Give somebody a password that we know; return the address and the secret of the app."""
    if user.tf_totp_secret:
        user.password = hash_password(password)
    else:
        for name, value in staff_credentials(password).items():
            setattr(user, name, value)
    user.totp_counter = None
    return user.email, str(user.tf_totp_secret)


def _send(client: FlaskClient, site: str, path: str, answers: dict[str, str]) -> bool:
    """Fill in a page's form as a browser does; return whether it led on."""
    page = client.get(path, base_url=site)
    token = CSRF_TOKEN.search(page.get_data(as_text=True))
    filled = answers | ({"csrf_token": token[1]} if token else {})
    answer = client.post(path, data=filled, base_url=site)
    return answer.status_code in SEE_OTHER


def _arrive(client: FlaskClient, site: str) -> str:
    path = "/sign-in/done"
    for _step in range(LONGEST_WAY):
        answer = client.get(path, base_url=site)
        if answer.status_code not in SEE_OTHER:
            return answer.get_data(as_text=True) if answer.status_code == OK else ""
        path = answer.location
    return ""
