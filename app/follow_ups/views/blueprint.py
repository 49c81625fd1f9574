from flask import Blueprint, Response, make_response

from app.web.links import absolute_url

bp = Blueprint("follow_ups", __name__, url_prefix="/<municipality>")


def answer_page(token: str) -> str:
    """Return the whole address of the page behind a link."""
    return absolute_url("follow_ups.answer", token=token)


def private(page: str, status: int = 200) -> Response:
    """The address is a secret: no other site may learn it, and no cache may keep the page."""
    response = make_response(page, status)
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["Cache-Control"] = "no-store"
    return response
