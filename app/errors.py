"""What can go wrong in the domain. `app.web.errors` decides what the browser sees."""

import datetime as dt


class DomainError(Exception):
    """A use case refused. The message is for developers; views choose the user's words."""


class NotFound(DomainError):
    """The record does not exist for this municipality."""


class NotPermitted(DomainError):
    """The actor's roles, or relation to the record, do not allow this."""


class Unavailable(DomainError):
    """It cannot be done just now, through nobody's fault: the same request later may succeed."""


class Conflict(DomainError):
    """The record's present state does not allow this."""


class TooOften(DomainError):
    """Something was tried more often than it may be, and may be tried again `until` is past."""

    def __init__(self, what: str, until: dt.datetime) -> None:
        super().__init__(what)
        self.what, self.until = what, until
