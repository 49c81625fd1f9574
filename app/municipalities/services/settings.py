from dataclasses import dataclass

from sqlalchemy.orm import Session

from app.municipalities.models import Municipality
from app.permissions import Actor, Permission, ensure_may
from app.vocabulary import Rhythm


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingsInput:
    """What a municipality decides for itself. Named as the columns of `Municipality`."""

    contact_name: str
    contact_email: str
    contact_phone: str
    sender_name: str
    sms_sender: str
    privacy_contact: str
    basis_for_guides: str
    basis_for_families: str
    processor: str
    accessibility_url: str
    locale: str
    sign_up_open: bool
    first_contact_days: int
    answer_days: int
    reminder_days: int
    long_wait_days: int
    agreement_months: int
    agreement_rhythm: Rhythm


def change_settings(
    session: Session, actor: Actor, municipality: Municipality, wanted: SettingsInput
) -> None:
    """Take over what the municipality has decided.

    Raises:
        NotPermitted: the actor is neither coordinator nor administrator.
    """
    ensure_may(actor, Permission.MUNICIPALITY_CHANGE, municipality)
    for name in SettingsInput.__slots__:
        setattr(municipality, name, getattr(wanted, name))
    session.flush()
