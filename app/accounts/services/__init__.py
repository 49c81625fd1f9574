"""The use cases of accounts, one file per subject."""

from app.accounts.services.invitations import (
    AccountsExist,
    AlreadyStaff,
    HasPassword,
    NotInvited,
    accept_signed_in,
    accept_with_password,
    get_invitation,
    invite_first,
    invite_staff,
    needs_password,
    oldest_open,
    withdraw_invitation,
)
from app.accounts.services.letters import LinkMail, SendEmail
from app.accounts.services.links import (
    LIFETIMES,
    get_open_link,
    hash_token,
    issue_link,
    revoke_links,
    use_link,
)
from app.accounts.services.login_links import redeem_login_link, send_login_link
from app.accounts.services.people import (
    EmailInUse,
    LastAdministrator,
    NoStaffRole,
    change_guide_email,
    change_roles,
    choose_letter_language,
    deactivate,
    end_guide_account,
    ensure_guide_account,
)
from app.accounts.services.sessions import end_sessions, sweep_sessions

__all__ = [
    "LIFETIMES",
    "AccountsExist",
    "AlreadyStaff",
    "EmailInUse",
    "HasPassword",
    "LastAdministrator",
    "LinkMail",
    "NoStaffRole",
    "NotInvited",
    "SendEmail",
    "accept_signed_in",
    "accept_with_password",
    "change_guide_email",
    "change_roles",
    "choose_letter_language",
    "deactivate",
    "end_guide_account",
    "end_sessions",
    "ensure_guide_account",
    "get_invitation",
    "get_open_link",
    "hash_token",
    "invite_first",
    "invite_staff",
    "issue_link",
    "needs_password",
    "oldest_open",
    "redeem_login_link",
    "revoke_links",
    "send_login_link",
    "sweep_sessions",
    "use_link",
    "withdraw_invitation",
]
