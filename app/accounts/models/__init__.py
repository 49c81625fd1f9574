"""The tables of accounts, one file per subject."""

from app.accounts.models.identities import Identity, IdentityKind
from app.accounts.models.looks import (
    Look,
    LookKind,
    LookOutcome,
    LookReason,
    LookSeal,
    RecordKind,
    SealedLook,
)
from app.accounts.models.passkeys import Passkey, PasskeyChallenge, PasskeyPurpose
from app.accounts.models.people import (
    Invitation,
    Link,
    LinkKind,
    Membership,
    User,
)
from app.accounts.models.sessions import (
    GUIDE_LIMITS,
    STAFF_LIMITS,
    VISITOR_LIMITS,
    Attempt,
    KnownBrowser,
    RecoveryCode,
    SessionLimits,
    UserSession,
)

__all__ = [
    "GUIDE_LIMITS",
    "STAFF_LIMITS",
    "VISITOR_LIMITS",
    "Attempt",
    "Identity",
    "IdentityKind",
    "Invitation",
    "KnownBrowser",
    "Link",
    "LinkKind",
    "Look",
    "LookKind",
    "LookOutcome",
    "LookReason",
    "LookSeal",
    "Membership",
    "Passkey",
    "PasskeyChallenge",
    "PasskeyPurpose",
    "RecordKind",
    "RecoveryCode",
    "SealedLook",
    "SessionLimits",
    "User",
    "UserSession",
]
