"""What happened to accounts, as lines of the log: identifiers, never a name or an address."""

import logging
import uuid
from enum import StrEnum

log = logging.getLogger("app.security")


class Event(StrEnum):
    """What is worth a line."""

    SIGNED_IN = "signed in"
    SIGN_IN_FAILED = "sign-in failed"
    CODE_FAILED = "code failed"
    CONFIRMED = "confirmed"
    LIMIT_HIT = "limit hit"
    ROLES_CHANGED = "roles changed"
    INVITATION_WAITS = "invitation waits for a second"
    INVITATION_AGREED = "invitation agreed to"
    ACCESS_GIVEN = "access given by one alone"
    ROLE_REFUSED = "role refused"
    SESSIONS_ENDED = "sessions ended"
    SIGNED_OUT = "signed out"
    NEW_BROWSER = "new browser"
    CODES_MADE = "recovery codes made"
    CODE_USED = "recovery code used"
    APP_CHANGED = "code app changed"
    APP_RESET = "code app reset"
    IDENTITY_BOUND = "identity bound"
    IDENTITY_RELEASED = "identity released"
    PASSKEY_ADDED = "passkey added"
    PASSKEY_REMOVED = "passkey removed"
    PASSKEY_REFUSED = "passkey refused"
    PROTECTED_CHOSEN = "choice about protected households"
    RECORD_ERASED = "record erased"
    RECORD_EXPORTED = "record exported"
    RECORD_REVEALED = "record revealed"
    RETENTION_CHANGED = "retention changed"
    PASSWORD_CHANGED = "password changed"  # noqa: S105 (no password)


def note(
    event: Event,
    *,
    user_id: uuid.UUID | None = None,
    by_id: uuid.UUID | None = None,
    municipality_id: uuid.UUID | None = None,
    record_id: uuid.UUID | None = None,
    what: str = "",
) -> None:
    """Write a line of the security log.

    Args:
        event: what happened.
        user_id: whose account it happened to, if that is known.
        by_id: who did it, if not the person.
        municipality_id: where, if it belongs to one.
        record_id: whose record it happened to, where that is no account.
        what: a word from a closed list of ours, such as the name of a limit. Never what somebody
            has typed.
    """
    told = {
        "user": user_id,
        "by": by_id,
        "municipality": municipality_id,
        "record": record_id,
        "what": what,
    }
    facts = {name: str(value) for name, value in told.items() if value}
    words = " ".join(f"{name}={value}" for name, value in facts.items())
    log.info("%s %s", event.value, words, extra={"event": event.value, "facts": facts})
