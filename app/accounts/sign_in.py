"""Flask-Login's side of a user, so that the model need not know Flask."""

from flask import Flask
from flask_login import LoginManager, UserMixin
from sqlalchemy import select

from app.accounts.models import User
from app.web.context import current_session

login_manager = LoginManager()


class SignedInUser(UserMixin):
    def __init__(self, user: User) -> None:
        self.id = user.id
        self.name = user.name
        self.fs_uniquifier = user.fs_uniquifier

    def get_id(self) -> str:
        return self.fs_uniquifier


def init_app(app: Flask) -> None:
    login_manager.init_app(app)
    login_manager.user_loader(_load)


def _load(uniquifier: str) -> SignedInUser | None:
    user = current_session().scalar(select(User).where(User.fs_uniquifier == uniquifier))
    return SignedInUser(user) if user and user.active else None
