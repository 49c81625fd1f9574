"""Documents as answers to the browser."""

from flask import Response


def paper_answer(content: bytes, *, name: str) -> Response:
    """Return a PDF that opens in the browser, and is kept nowhere on the way.

    Args:
        content: the finished document.
        name: what a copy is called when somebody saves it: what it is, never whose.
    """
    answer = Response(content, mimetype="application/pdf")
    answer.headers["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    answer.headers["Cache-Control"] = "no-store"
    return answer
