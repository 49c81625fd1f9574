"""Who may do what: the only module that answers that question. Pure; no Flask, no ORM."""

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from app.errors import NotPermitted


class Role(StrEnum):
    """What somebody is in one municipality. One person may be several things."""

    GUIDE = "guide"
    CASEWORKER = "caseworker"
    COORDINATOR = "coordinator"
    MANAGER = "manager"
    PRIVACY_OFFICER = "privacy_officer"
    CERTIFICATE_OFFICER = "certificate_officer"
    ADMINISTRATOR = "administrator"


class Permission(StrEnum):
    """Named `<area>:<verb>`, alphabetically."""

    ACCESS_LOG_VIEW = "access-log:view"
    ACCESS_LOG_VIEW_RECORD = "access-log:view-record"
    ACTIVITIES_LOG = "activities:log"
    ACTIVITIES_VIEW = "activities:view"
    CERTIFICATES_SEE = "certificates:see"
    COURSES_CHANGE = "courses:change"
    DESK_VIEW = "desk:view"
    DUTIES_CHANGE = "duties:change"
    FAMILIES_REGISTER = "families:register"
    FAMILIES_VIEW = "families:view"
    FOLLOW_UPS_HANDLE = "follow-ups:handle"
    GUIDES_CHANGE = "guides:change"
    GUIDES_VIEW = "guides:view"
    MATCHES_ANSWER_FOR_FAMILY = "matches:answer-for-family"
    MATCHES_ANSWER_FOR_GUIDE = "matches:answer-for-guide"
    MATCHES_CONFIRM = "matches:confirm"
    MATCHES_END = "matches:end"
    MATCHES_PROPOSE = "matches:propose"
    MATCHES_VIEW = "matches:view"
    MATCHING_CHANGE = "matching:change"
    MESSAGES_CHANGE = "messages:change"
    MUNICIPALITY_CHANGE = "municipality:change"
    MY_PAGE_VIEW = "my-page:view"
    NO_CONTACT_KEEP = "no-contact:keep"
    PLACES_CHANGE = "places:change"
    PLACES_VIEW = "places:view"
    PRIVACY_HANDLE = "privacy:handle"
    PROTECTED_CHOOSE = "protected:choose"
    PROTECTED_KEEP = "protected:keep"  # the two whom the municipality has named, and no others
    RECRUITING_VIEW = "recruiting:view"
    SETTLEMENT_CHANGE = "settlement:change"
    SETTLEMENT_VIEW = "settlement:view"
    SIMULATION_VIEW = "simulation:view"
    STAFF_INVITE = "staff:invite"
    STAFF_VIEW = "staff:view"
    WHO_SEES_VIEW = "who-sees:view"


@dataclass(frozen=True, slots=True)
class Actor:
    """Someone acting in one municipality, in one or more roles."""

    user_id: uuid.UUID
    municipality_id: uuid.UUID
    roles: frozenset[Role]


ROLE_PERMISSIONS: Mapping[Role, frozenset[Permission]] = {
    Role.GUIDE: frozenset(
        {
            Permission.ACTIVITIES_LOG,
            Permission.ACTIVITIES_VIEW,
            Permission.MATCHES_ANSWER_FOR_GUIDE,
            Permission.MATCHES_END,
            Permission.MATCHES_VIEW,
            Permission.MY_PAGE_VIEW,
        }
    ),
    Role.CASEWORKER: frozenset(
        {
            Permission.FAMILIES_REGISTER,
            Permission.FAMILIES_VIEW,
            Permission.MATCHES_ANSWER_FOR_FAMILY,
            Permission.MATCHES_VIEW,
            Permission.PLACES_VIEW,
            Permission.WHO_SEES_VIEW,
        }
    ),
    Role.COORDINATOR: frozenset(Permission)
    - {
        Permission.ACCESS_LOG_VIEW,
        Permission.MY_PAGE_VIEW,
        Permission.ACTIVITIES_LOG,
        Permission.PRIVACY_HANDLE,
        Permission.PROTECTED_CHOOSE,
        Permission.STAFF_INVITE,
    },
    # What a manager sees of people is counted, never told of one family.
    Role.MANAGER: frozenset(
        {
            Permission.ACCESS_LOG_VIEW,
            Permission.ACCESS_LOG_VIEW_RECORD,
            Permission.SETTLEMENT_VIEW,
            Permission.SIMULATION_VIEW,
            Permission.STAFF_VIEW,
            Permission.WHO_SEES_VIEW,
        }
    ),
    Role.PRIVACY_OFFICER: frozenset(
        {
            Permission.ACCESS_LOG_VIEW,
            Permission.ACCESS_LOG_VIEW_RECORD,
            Permission.PRIVACY_HANDLE,
            Permission.STAFF_VIEW,
            Permission.WHO_SEES_VIEW,
        }
    ),
    Role.CERTIFICATE_OFFICER: frozenset({Permission.CERTIFICATES_SEE, Permission.WHO_SEES_VIEW}),
    Role.ADMINISTRATOR: frozenset(
        {
            Permission.MUNICIPALITY_CHANGE,
            Permission.PLACES_CHANGE,
            Permission.PLACES_VIEW,
            Permission.PROTECTED_CHOOSE,
            Permission.SETTLEMENT_CHANGE,
            Permission.SETTLEMENT_VIEW,
            Permission.STAFF_INVITE,
            Permission.STAFF_VIEW,
            Permission.WHO_SEES_VIEW,
        }
    ),
}
GUIDE_ROLE = Role.GUIDE  # a volunteer's; all others work for the municipality
STAFF_ROLES = frozenset(Role) - {GUIDE_ROLE}
FIRST_ROLES = frozenset({Role.ADMINISTRATOR})  # of the first account: it invites all others

# Roles that hold a permission only for what is their own, and whose "own" a record is.
OWN_ONLY: Mapping[Permission, frozenset[Role]] = {
    Permission.ACTIVITIES_LOG: frozenset({Role.GUIDE}),
    Permission.ACTIVITIES_VIEW: frozenset({Role.GUIDE}),
    Permission.MATCHES_ANSWER_FOR_GUIDE: frozenset({Role.GUIDE}),
    Permission.MATCHES_END: frozenset({Role.GUIDE}),
    Permission.MATCHES_VIEW: frozenset({Role.GUIDE}),
    Permission.MY_PAGE_VIEW: frozenset({Role.GUIDE}),
}
Owners = Callable[[Any], frozenset[uuid.UUID | None]]
OWNERS_OF: Mapping[Permission, Owners] = {
    Permission.ACTIVITIES_LOG: lambda match: match.guide_user_ids,
    Permission.ACTIVITIES_VIEW: lambda activity: frozenset({activity.guide.user_id}),
    Permission.MATCHES_ANSWER_FOR_GUIDE: lambda match: match.guide_user_ids,
    Permission.MATCHES_END: lambda match: match.guide_user_ids,
    Permission.MATCHES_VIEW: lambda match: match.guide_user_ids,
    Permission.MY_PAGE_VIEW: lambda guide: frozenset({guide.user_id}),
}


def _granting(actor: Actor, permission: Permission, record: object = None) -> frozenset[Role]:
    """Return the roles that allow it. Whoever is a guide of a match is never staff for it.

    What a family says in confidence stays from its guide, also from one who works here: a record
    tells in `taking_part_user_ids` for whom it is their own, in `left_user_ids` for whom it was.
    """
    roles = actor.roles
    if actor.user_id in getattr(record, "taking_part_user_ids", ()) or (
        GUIDE_ROLE in roles
        and roles != {GUIDE_ROLE}
        and actor.user_id in getattr(record, "left_user_ids", ())
    ):
        roles = roles & {GUIDE_ROLE}
    return frozenset(role for role in roles if permission in ROLE_PERMISSIONS[role])


def roles_granting(permission: Permission) -> frozenset[Role]:
    """Return the roles that hold a permission."""
    return frozenset(role for role in Role if permission in ROLE_PERMISSIONS[role])


def limited_to_own(actor: Actor, permission: Permission, record: object = None) -> bool:
    """Return whether lists must be narrowed to the actor's own records.

    With a record: whether the actor meets it as its owner, and not as staff.
    """
    granting = _granting(actor, permission, record)
    return bool(granting) and granting <= OWN_ONLY.get(permission, frozenset())


def may(actor: Actor, permission: Permission, record: object = None) -> bool:
    """Return whether one of the actor's roles, and relation to `record` if given, allows it."""
    if not _granting(actor, permission, record):
        return False
    if record is None or not limited_to_own(actor, permission, record):
        return True
    return actor.user_id in OWNERS_OF[permission](record)


def ensure_may(actor: Actor, permission: Permission, record: object = None) -> None:
    """Raise NotPermitted unless `may` says yes."""
    if not may(actor, permission, record):
        raise NotPermitted(f"{sorted(actor.roles)} may not {permission}")


def is_staff(roles: frozenset[Role]) -> bool:
    """Return whether somebody works for the municipality: a second factor is then a must."""
    return bool(roles & STAFF_ROLES)
