"""Pages of accounts: signing in, one's own account, invitations, the municipality's staff."""

from app.accounts.views import (
    account,
    confirming,
    invitations,
    new_password,
    passkeys,
    providers,
    second_factor,
    signing_in,
    staff,
)
from app.accounts.views.blueprint import bp

__all__ = [
    "account",
    "bp",
    "confirming",
    "invitations",
    "new_password",
    "passkeys",
    "providers",
    "second_factor",
    "signing_in",
    "staff",
]
