"""Several guides of one match: they know of each other, and the other side knows that they are."""

import pytest
import time_machine

from app.guides.models import GuideStatus
from app.matches import services
from app.matches.forms.together import lack_words
from app.matches.models import GuideKind, MatchGuide, MatchStatus
from app.matches.services import Lack, LackCode
from app.permissions import Role
from app.vocabulary import SLOTS, AgeGroup
from tests import cast
from tests.cast import NOW, TODAY, sign_in
from tests.matches.groups import make_group, make_group_guide, show_certificate
from tests.matches.people import WAY_TO, Steps
from tests.pages import fill, get_page, post_page

S = MatchStatus
FIRST, SECOND, THIRD = (slot for slot in SLOTS[:3])


def bits(*slots):
    return sum(1 << SLOTS.index(slot) for slot in slots)


@pytest.fixture(autouse=True)
def _noon():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def two(session, asker):
    """A proposal for a group: the town's own guide, and one of sixteen; one time suits all."""
    me = session.merge(asker.guide)
    me.status, me.availability = GuideStatus.READY, bits(FIRST, SECOND)
    show_certificate(session, me)
    young = make_group_guide(
        session,
        asker,
        "Emil Jonas Ung",
        age_group=AgeGroup.FROM_16,
        availability=bits(SECOND, THIRD),
    )
    group = make_group(
        session, asker, availability=bits(FIRST, SECOND, THIRD), contact_email="berit@home.example"
    )
    choice = services.GroupChoice(me.id, frozenset({young.id}))
    staff = cast.actor(asker, Role.COORDINATOR)
    return services.propose_group(session, staff, group, choice, now=NOW)


def go(session, asker, match, status):
    for step in WAY_TO[status]:
        Steps(session, asker).take(match, step)
    session.commit()


@pytest.mark.parametrize("status", [S.GUIDE_ASKED, S.FAMILY_ASKED, S.AGREED, S.ACTIVE])
def test_guides_hear_how_many_come_and_by_name_when_all_have_said_yes(
    client, session, asker, two, status
):
    go(session, asker, two, status)
    sign_in(client, asker.guide_user)
    text = get_page(client, asker.url(f"/matches/{two.id}?lang=en")).main.text
    known = status in {S.AGREED, S.ACTIVE}
    assert ("1 more guide" in text) is not known
    assert ("Emil" in text) is known
    assert "Ung" not in text
    assert ("Everybody has said yes!" in text) is (status is S.AGREED)


def test_who_is_asked_to_come_in_hears_of_those_who_are_there_and_no_name(
    client, session, asker, two
):
    go(session, asker, two, S.ACTIVE)
    newcomer = make_group_guide(session, asker, "Nina Ny")
    two.guides.append(
        MatchGuide(guide=newcomer, kind=GuideKind.CO, awaits_yes=True, joined_on=TODAY)
    )
    session.commit()
    sign_in(client, asker.guide_user)
    text = get_page(client, asker.url(f"/matches/{two.id}?lang=en")).main.text
    assert "Emil" in text and "Nina" not in text


def test_the_question_to_a_group_speaks_of_all_who_come_and_of_their_common_times(
    client, session, asker, two
):
    for step in WAY_TO[S.GUIDE_ACCEPTED]:
        Steps(session, asker).take(two, step)
    link = Steps(session, asker).family_asked(two)
    session.commit()
    page = get_page(client, "/asker/answers/" + link.split("/answers/")[1] + "?lang=en")
    assert page.h1.text.strip() == "Would you like to meet these guides?"
    assert "this guide" not in page.main.text
    facts = {dt.text: dt.find_next("dd").text for dt in page.main.select("dt")}
    assert "When you are both free" not in facts
    told = facts["When all can come"]
    young = next(guide for guide in two.takers if not guide.is_adult)
    young.availability = bits(THIRD)  # the one who leads has no time then
    session.commit()
    page = get_page(client, "/asker/answers/" + link.split("/answers/")[1] + "?lang=en")
    facts = {dt.text: dt.find_next("dd").text for dt in page.main.select("dt")}
    assert facts["When all can come"] == "At no time that we know of: you agree on one together"
    assert told


def test_what_lacks_of_somebody_unnamed_is_a_sentence():
    for code in (LackCode.UNDER_18, LackCode.CERTIFICATE, LackCode.GUARDIANS_OF_GUIDE):
        (told,) = lack_words([Lack(code)])
        assert "%" not in told and "of One" not in told


def test_a_guide_who_is_under_18_by_now_is_called_that(client, session, asker):
    sign_in(client, asker.coordinator)
    url = asker.url(f"/matches/{asker.proposal.id}")
    sent = fill(get_page(client, url), "/confirmation")
    session.merge(asker.guide).age_group = AgeGroup.FROM_16
    session.commit()
    page = post_page(client, f"{url}/confirmation?lang=en", sent, status=409)
    assert "under 18 meets groups only" in page.main.text
    assert "takes a break" not in page.main.text


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"age_group": AgeGroup.FROM_16}, "under 18 meets groups only"),
        ({"status": GuideStatus.ENDED}, "takes a break or has left"),
    ],
)
def test_a_page_of_a_candidate_that_has_grown_old_says_why_and_keeps_the_note(
    client, session, asker, change, why
):
    family = cast.make_family(session, asker, reference="F-2")
    session.commit()
    sign_in(client, asker.coordinator)
    url = asker.url(f"/families/{family.id}/candidates/{asker.guide.id}")
    assert client.get(url).status_code == 200
    for name, value in change.items():
        setattr(session.merge(asker.guide), name, value)
    session.commit()
    page = post_page(client, f"{url}?lang=en", {"note": "Knows <them> from choir"}, status=409)
    assert why in page.select_one(".ds-error-summary").text
    assert "Knows <them> from choir" in page.main.text
    unknown = asker.url(f"/families/{family.id}/candidates/{family.id}")
    assert client.post(unknown, data={"note": "x"}).status_code == 404
