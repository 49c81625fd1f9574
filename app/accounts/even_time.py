"""Whoever asks for a letter waits as long for the answer, known here or not.

A link and a letter cost some twenty milliseconds that an unknown address does not: measured over a
few dozen tries the time told who is a guide.
"""

import time
from collections.abc import Callable
from functools import wraps

from flask import make_response, request
from flask.typing import ResponseReturnValue

from app.web.transactions import is_kept, keep_so_far

ANSWERS_AFTER = 0.3  # seconds: several times what the longest way takes


def even(view: Callable[[], ResponseReturnValue]) -> Callable[[], ResponseReturnValue]:
    """Let a view's answers to what is sent leave at one time after it came, with all written."""

    @wraps(view)
    def wrapped() -> ResponseReturnValue:
        began = time.monotonic()
        answer = view()
        if request.method == "POST" and is_kept(make_response(answer)):
            keep_so_far()
            time.sleep(max(0.0, began + ANSWERS_AFTER - time.monotonic()))
        return answer

    return wrapped
