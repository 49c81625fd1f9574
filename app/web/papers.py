"""Documents as answers to the browser."""

from collections.abc import Callable
from typing import TypeVar

from flask import Flask, Response, current_app, request

from app import paper

F = TypeVar("F", bound=Callable[..., object])


def init_app(app: Flask) -> None:
    app.url_value_preprocessor(_make_ready)  # before the one that asks the database


def prints(view: F) -> F:
    """Declare that a view answers with a document.

    What writes documents takes more than a second to load, once: that is done before the
    request's transaction begins, which a busy machine would otherwise leave idle for too long.
    """
    view.prints = True  # type: ignore[attr-defined]
    return view


def _make_ready(endpoint: str | None, _values: object) -> None:
    if getattr(current_app.view_functions.get(endpoint or ""), "prints", False):
        paper.make_ready()


def paper_answer(content: bytes, *, name: str) -> Response:
    """Return a PDF that opens in the browser, and is kept nowhere on the way.

    Args:
        content: the finished document.
        name: what a copy is called when somebody saves it: what it is, never whose.
    """
    view = current_app.view_functions[request.endpoint or ""]
    if not getattr(view, "prints", False):
        raise RuntimeError(f"{request.endpoint} does not declare that it prints")
    answer = Response(content, mimetype="application/pdf")
    answer.headers["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    answer.headers["Cache-Control"] = "no-store"
    return answer
