"""A group of minors, and guides who have all that is asked of those who meet one."""

import datetime as dt

from app.certificates.models import CertificateTask, PoliceCertificate
from app.families.models import ApprovalKind, ContactWay, Family, FamilyKind, GroupApproval
from app.guides.models import GuardianApproval, Guide, GuideStatus
from app.matches.models import GuideKind, Match, MatchGuide, MatchKind, MatchStatus
from app.vocabulary import AgeGroup, ChildAge
from tests import cast
from tests.cast import NOW, TODAY

YOUNG = AgeGroup.FROM_16
EARLIER = TODAY - dt.timedelta(days=20)


def make_group(session, town, *, size=4, approved=True, **changes) -> Family:
    """Add a group of four, for whom guardians and the child welfare service said yes."""
    group = cast.make_family(
        session,
        town,
        **{
            "reference": "G-1",
            "kind": FamilyKind.MINORS_GROUP,
            "contact_name": "Berit Miljø",
            "contact_way": ContactWay.PHONE,
            "household_size": size,
            "children": {ChildAge.TEEN: size},
        }
        | changes,
    )
    if approved:
        for kind in ApprovalKind:
            approve(session, group, kind, covers=size)
    return group


def approve(session, group, kind: ApprovalKind, *, covers: int) -> GroupApproval:
    row = GroupApproval(
        family_id=group.id,
        once_token=f"{group.id}{kind}{covers}",
        kind=kind,
        name="Vera Verge",
        role="Verge",
        covers=covers,
        given_on=EARLIER,
        noted_at=NOW,
    )
    session.add(row)
    session.flush()
    return row


def make_group_guide(session, town, name: str, **changes) -> Guide:
    """Add a ready guide who has shown a certificate; one under 18 with the guardians' yes."""
    guide = cast.make_guide(
        session,
        town,
        name=name,
        email=f"{name.split(maxsplit=1)[0]}@{town.slug}.example".lower(),
        **{"status": GuideStatus.READY} | changes,
    )
    show_certificate(session, guide)
    if not guide.is_adult:
        session.add(GuardianApproval(guide_id=guide.id, guardian_name="Mor", given_on=EARLIER))
    session.flush()
    return guide


def let_guardians_agree(session, guide: Guide) -> None:
    """Let the guardians of a young guide say yes, who has shown a certificate, too."""
    session.add(GuardianApproval(guide_id=guide.id, guardian_name="Mor", given_on=EARLIER))
    show_certificate(session, guide)


def show_certificate(session, guide: Guide) -> None:
    session.add(
        PoliceCertificate(
            guide_id=guide.id,
            task=CertificateTask.MINORS_GROUP,
            legal_basis="barnevernsloven § 12-10",
            requested_on=EARLIER,
            shown_on=EARLIER,
        )
    )
    session.flush()


def run_match(session, family: Family, parts: dict[Guide, GuideKind]) -> Match:
    """Add a match of these guides that runs since today, in which each has said yes."""
    match = Match(
        family=family,
        kind=MatchKind.GROUP if family.is_group else MatchKind.HOUSEHOLD,
        status=MatchStatus.ACTIVE,
        proposed_at=NOW,
        asked_on=TODAY,
        agreed_on=TODAY,
        started_on=TODAY,
    )
    for guide, kind in parts.items():
        guide.places_taken += kind is not GuideKind.BACKUP
        match.guides.append(MatchGuide(guide=guide, kind=kind, said_yes_on=TODAY))
    session.add(match)
    session.flush()
    return match
