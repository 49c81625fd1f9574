"""What must be there and is taken back: the meetings rest, and the desk says so until it is mended.

Whatever keeps people from being brought together keeps them apart afterwards, too.
"""

import pytest
from sqlalchemy import delete, select

from app.activities import services as activities
from app.activities.models import ActivityKind, Mood
from app.certificates.models import PoliceCertificate
from app.desk.queries import TaskKind, list_tasks
from app.families.models import ApprovalKind, ChildrenInBand, GroupApproval
from app.follow_ups.models import Light
from app.follow_ups.queries import Sign, find_standing
from app.guides.models import GuardianApproval, GuideStatus
from app.matches import services
from app.matches.models import GuideKind as K
from app.matches.models import MatchGuide
from app.matches.services.allowed import LackCode, MeetingsRest, rests_on
from app.matches.services.resting import tell_who_is_left
from app.messages.models import OutgoingMessage
from app.permissions import Role
from app.vocabulary import ChildAge
from tests.cast import NOW, TODAY, actor, make_family, make_guide, sign_in
from tests.matches.groups import (
    YOUNG,
    approve,
    make_group,
    make_group_guide,
    run_match,
    show_certificate,
)
from tests.matches.people import ADDRESSES
from tests.pages import fill, get_page, post_page


@pytest.fixture
def group(session, asker):
    """A group that meets the town's own guide and one of sixteen; somebody else may step in."""
    asker.guide.status = GuideStatus.READY
    me = session.merge(asker.guide)
    show_certificate(session, me)
    young = make_group_guide(session, asker, "Emil Ung", age_group=YOUNG)
    backup = make_group_guide(session, asker, "Berit Bak")
    parts = {me: K.LEAD, young: K.CO, backup: K.BACKUP}
    return run_match(session, make_group(session, asker), parts)


def take_yes(kind):
    def take(session, group):
        where = {"family_id": group.family_id, "kind": kind}
        session.scalar(select(GroupApproval).filter_by(**where)).withdrawn_on = TODAY

    return take


def take_guardians(session, group):
    session.execute(delete(GuardianApproval))


def take_certificate(kind):
    def take(session, group):
        (who,) = [row.guide_id for row in group.guides if row.kind is kind]
        session.execute(delete(PoliceCertificate).where(PoliceCertificate.guide_id == who))

    return take


def grow(session, group):
    group.family.household_size = 5


C = LackCode
WAYS = {
    "the child welfare's yes": (take_yes(ApprovalKind.CHILD_WELFARE), {C.CHILD_WELFARE}),
    "a guardian's yes": (take_yes(ApprovalKind.GUARDIAN), {C.GUARDIANS}),
    "the yes of a young guide's guardians": (take_guardians, {C.GUARDIANS_OF_GUIDE}),
    "a certificate": (take_certificate(K.LEAD), {C.CERTIFICATE}),
    "the certificate of who steps in": (take_certificate(K.BACKUP), {C.CERTIFICATE}),
    "the yes for one who came later": (grow, {C.CHILD_WELFARE, C.GUARDIANS}),
}
LACKS_OF_HOUSEHOLDS = {
    "no grown-up at home": C.NO_ADULT_IN_HOUSEHOLD,
    "a guide under 18": C.UNDER_18,
}
# Who has a break or said goodbye is looked at in test_groups_alone.py.
OF_WHO_IS_THERE = {C.NUMBER_OF_GUIDES, C.NO_ADULT_GUIDE}


def codes(session, match):
    return {lack.code for lack in services.lacks_of(session, match)}


def kinds(session, asker, match):
    staff = actor(asker, Role.COORDINATOR)
    listed = list_tasks(session, staff, now=NOW, today=TODAY, first_contact_days=7)
    return [task.kind for task in listed if task.record_id == match.id]


def log(session, asker, match):
    told = activities.Meeting(TODAY, 60, ActivityKind.CHAT, Mood.GOOD)
    me = actor(asker, Role.GUIDE)
    return activities.log_activity(session, me, match, told, once_token="once", now=NOW)


def letters(session):
    statement = select(OutgoingMessage.recipient).where(OutgoingMessage.template == "group_rests")
    return set(session.scalars(statement))


def sweep(session):
    return tell_who_is_left(session, addresses=ADDRESSES, now=NOW, today=TODAY)


def test_where_nothing_lacks_they_meet(session, asker, group):
    assert services.lacks_of(session, group) == []
    assert not rests_on(session, group, TODAY)
    assert kinds(session, asker, group) == []
    assert sweep(session) == 0
    assert log(session, asker, group).match_id == group.id


def test_whatever_can_lack_is_tried_here():
    of_groups = set().union(*(lacking for _, lacking in WAYS.values()))
    assert of_groups | set(LACKS_OF_HOUSEHOLDS.values()) | OF_WHO_IS_THERE == set(LackCode)


@pytest.mark.parametrize(("way", "lacking"), WAYS.values(), ids=WAYS)
def test_what_is_taken_back_stops_the_meetings_until_it_is_there_again(
    session, asker, group, way, lacking
):
    way(session, group)
    session.flush()
    session.expire_all()
    assert codes(session, group) == lacking
    standing = find_standing(session, actor(asker, Role.COORDINATOR), group.id, TODAY)
    assert Sign.LACKS in standing.signs
    assert standing.light is Light.BAD
    assert kinds(session, asker, group) == [TaskKind.MAY_NOT_MEET]
    with pytest.raises(MeetingsRest):
        log(session, asker, group)
    assert (sweep(session), sweep(session)) == (2, 0)
    assert letters(session) == {row.guide.email for row in group.guides if row.takes_part}


def test_a_new_yes_lets_them_meet_again(session, asker, group):
    take_yes(ApprovalKind.CHILD_WELFARE)(session, group)
    session.flush()
    assert sweep(session) == 2
    approve(session, group.family, ApprovalKind.CHILD_WELFARE, covers=3)
    assert kinds(session, asker, group) == [TaskKind.MAY_NOT_MEET]
    approve(session, group.family, ApprovalKind.CHILD_WELFARE, covers=1)
    assert kinds(session, asker, group) == []
    assert sweep(session) == 0
    assert log(session, asker, group).match_id == group.id
    assert all(row.rest_told_on is None for row in group.guides)


def test_whoever_is_only_asked_to_come_in_lacks_nothing_for_the_others(session, asker, group):
    newcomer = make_guide(
        session, asker, name="Ny Spurt", email="ny@asker.example", status=GuideStatus.READY
    )
    group.guides.remove(next(row for row in group.guides if row.kind is K.BACKUP))
    group.guides.append(MatchGuide(guide=newcomer, kind=K.CO, awaits_yes=True, joined_on=TODAY))
    session.flush()
    assert not rests_on(session, group, TODAY)
    assert kinds(session, asker, group) == []


@pytest.mark.parametrize("lack", LACKS_OF_HOUSEHOLDS)
def test_a_household_rests_too(session, asker, lack):
    family = make_family(session, asker, reference="F-77", household_size=3)
    guide = make_guide(session, asker, name="Kari Nabo", email="kari@asker.example")
    match = run_match(session, family, {guide: K.LEAD})
    assert not rests_on(session, match, TODAY)
    if lack == "a guide under 18":
        guide.age_group = YOUNG
    else:
        family.children.clear()
        session.flush()
        family.children.append(ChildrenInBand(band=ChildAge.TEEN, count=3))
    session.flush()
    assert codes(session, match) == {LACKS_OF_HOUSEHOLDS[lack]}
    assert rests_on(session, match, TODAY)
    assert kinds(session, asker, match) == [TaskKind.MAY_NOT_MEET]


def test_the_guides_pages_rest_and_log_nothing(client, session, asker, group, time_machine):
    time_machine.move_to(NOW, tick=False)
    pages = [asker.url("/my-page?lang=en"), asker.url(f"/matches/{group.id}?lang=en")]
    form = asker.url(f"/matches/{group.id}/activities/new?lang=en")
    phone = group.family.contact_phone[-3:]
    session.commit()
    sign_in(client, asker.guide_user)
    for url in pages:
        page = get_page(client, url)
        assert phone in page.main.text
        assert "The meetings rest" not in page.main.text
    take_guardians(session, group)
    session.commit()
    for url in pages:
        page = get_page(client, url)
        assert "The meetings rest" in page.main.text
        assert phone not in page.main.text
        assert not page.select("a[href$='/activities/new']")
        assert "Emil" not in page.main.text
    page = get_page(client, form)
    assert "Do not meet before we have called you" in page.main.text
    told = {
        "day": "today",
        "kind": ActivityKind.CHAT.value,
        "length": "60",
        "mood": Mood.GOOD.value,
    }
    page = post_page(client, form, fill(page) | told, status=422)
    assert "Do not meet before we have called you" in page.main.text
