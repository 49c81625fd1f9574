from flask import Blueprint

from app.web.links import absolute_url

bp = Blueprint("follow_ups", __name__, url_prefix="/<municipality>")


def answer_page(token: str) -> str:
    """Return the whole address of the page behind a link."""
    return absolute_url("follow_ups.answer", token=token)
