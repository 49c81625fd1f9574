"""The use cases of accounts, one file per subject."""

from app.accounts.services.links import (
    LIFETIMES,
    get_open_link,
    hash_token,
    issue_link,
    revoke_links,
    use_link,
)
from app.accounts.services.sessions import end_sessions, sweep_sessions

__all__ = [
    "LIFETIMES",
    "end_sessions",
    "get_open_link",
    "hash_token",
    "issue_link",
    "revoke_links",
    "sweep_sessions",
    "use_link",
]
