"""A group of minors for the demo, for whom everybody has said yes, and guides who may meet it."""

import datetime as dt
from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.certificates.models import CertificateRequirement, CertificateTask, PoliceCertificate
from app.families.models import (
    ApprovalKind,
    ChildrenInBand,
    ContactWay,
    Family,
    FamilyKind,
    FamilyLanguage,
    GroupApproval,
    SettlementCategory,
)
from app.guides.models import Guide, GuideStatus
from app.municipalities.models import Neighbourhood, PlacedBy
from app.oslo import day_of
from app.vocabulary import ChildAge, Day, DayPart, GenderWish, Interest, Slot, availability_mask

SIZE = 4
LAW = "Barnevernsloven § 12-10"
SHOWN = 3  # guides who have shown a police certificate for meeting minors
GROWN_UPS = (
    (ApprovalKind.CHILD_WELFARE, "Mona Strand", "Barnevernleder", SIZE),
    (ApprovalKind.GUARDIAN, "Arne Holm", "Verge", 3),
    (ApprovalKind.GUARDIAN, "Liv Aasen", "Verge", 1),
)


def add_group(
    session: Session, guides: Iterable[Guide], home: Neighbourhood, *, now: dt.datetime
) -> None:
    """Add a group that waits, and let a few guides have shown their certificates."""
    today = day_of(now)
    group = _group(home, now)
    group.languages = [FamilyLanguage(position=0, code="fa", understands=4, speaks=4)]
    group.children = [ChildrenInBand(band=ChildAge.TEEN, count=SIZE)]
    session.add(group)
    session.flush()
    for number, (kind, name, role, covers) in enumerate(GROWN_UPS):
        session.add(
            GroupApproval(
                family_id=group.id,
                once_token=f"demo-approval-{number}",
                kind=kind,
                name=name,
                role=role,
                covers=covers,
                given_on=today - dt.timedelta(days=12),
                noted_at=now,
            )
        )
    session.add(
        CertificateRequirement(
            task=CertificateTask.MINORS_GROUP, required=True, legal_basis=LAW, changed_at=now
        )
    )
    _show_certificates(session, guides, today)


def _group(home: Neighbourhood, now: dt.datetime) -> Family:
    today = day_of(now)
    return Family(
        kind=FamilyKind.MINORS_GROUP,
        reference=f"G-{today.year}-001",
        once_token="demo-group",  # noqa: S106 (no password)
        contact_name="Berit Moen",
        contact_way=ContactWay.PHONE,
        contact_phone="+4790000991",
        household_size=SIZE,
        settled_on=today,
        settlement_category=SettlementCategory.ASYLUM,
        counts_against_quota=False,
        neighbourhood_id=home.id,
        placed_by=PlacedBy.CHOICE,
        availability=availability_mask(
            [Slot(Day.WEDNESDAY, DayPart.EVENING), Slot(Day.SATURDAY, DayPart.MORNING)]
        ),
        interests=frozenset({Interest.FOOTBALL, Interest.COOKING}),
        gender_wish=GenderWish.NONE,
        informed_by="Bokollektivet, med tolk",
        informed_on=today - dt.timedelta(days=20),
        consented_on=today - dt.timedelta(days=18),
        registered_at=now - dt.timedelta(days=18),
        waiting_since=today - dt.timedelta(days=18),
    )


def _show_certificates(session: Session, guides: Iterable[Guide], today: dt.date) -> None:
    task = CertificateTask.MINORS_GROUP
    seen = set(
        session.scalars(select(PoliceCertificate.guide_id).where(PoliceCertificate.task == task))
    )
    free = (g for g in guides if g.status is GuideStatus.READY and g.free_places > 0)
    for guide in sorted(free, key=lambda guide: guide.name)[:SHOWN]:
        if guide.id not in seen:
            session.add(
                PoliceCertificate(
                    guide_id=guide.id,
                    task=task,
                    legal_basis=LAW,
                    requested_on=today - dt.timedelta(days=30),
                    shown_on=today - dt.timedelta(days=10),
                )
            )
    session.flush()
