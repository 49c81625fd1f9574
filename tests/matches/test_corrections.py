"""What was true when a match was proposed or asked may not be true any more."""

import re
from dataclasses import replace

import pytest
from sqlalchemy import select

from app import tenancy
from app.errors import NotFound
from app.families.models import ContactWay, Family, FamilyStatus, FamilyWithdrawn
from app.families.services.leaving import withdraw_family
from app.guides.models import Guide
from app.matches import queries, services
from app.matches.models import AnswerWay, Match, MatchStatus
from app.messages import reach
from app.messages.models import OutgoingMessage
from app.messages.services import To
from app.permissions import Role
from app.vocabulary import AgeGroup, Gender, GenderWish
from tests.cast import NOW, TODAY, actor, sign_in
from tests.matches.people import ADDRESSES, match_at
from tests.pages import fill, get_page

S = MatchStatus


def confirm(session, asker):
    coordinator = actor(asker, Role.COORDINATOR)
    match = session.get(Match, asker.proposal.id)
    return services.confirm_match(session, coordinator, match, addresses=ADDRESSES, now=NOW)


def test_a_guide_who_turns_out_to_be_under_18_is_not_asked(session, asker):
    session.get(Guide, asker.guide.id).age_group = AgeGroup.FROM_16
    with pytest.raises(services.GuideTooYoung):
        confirm(session, asker)
    assert session.get(Guide, asker.guide.id).places_taken == 0


@pytest.mark.parametrize("side", ["family", "guide"])
def test_a_wish_that_was_written_down_later_counts(session, asker, side):
    if side == "family":
        session.get(Family, asker.family.id).gender_wish = GenderWish.MAN
    else:
        session.get(Guide, asker.guide.id).gender_wish = GenderWish.MAN
        session.get(Family, asker.family.id).contact_gender = Gender.WOMAN
    with pytest.raises(services.GuideCannotBeProposed):
        confirm(session, asker)


def test_a_fitting_guide_is_asked(session, asker):
    assert confirm(session, asker).status is S.GUIDE_ASKED


@pytest.mark.parametrize("status", [S.PROPOSED, S.WITHDRAWN, S.DECLINED, S.EXPIRED])
def test_a_guide_never_learns_of_a_proposal_that_was_not_confirmed(session, client, asker, status):
    match = session.get(Match, asker.proposal.id)
    match.status = status
    session.commit()
    sign_in(client, asker.guide_user)
    assert client.get(asker.url(f"/matches/{match.id}")).status_code == 404
    answer = client.post(asker.url(f"/matches/{match.id}/guide-answer"), data={"answer": "no"})
    assert answer.status_code == 404
    assert str(match.id) not in client.get(asker.url("/matches")).text
    assert str(match.id) not in client.get(asker.url("/my-page")).text


def test_a_link_that_went_to_an_old_address_opens_no_more(session, asker):
    family = session.get(Family, asker.family.id)
    family.contact_way, family.contact_email = ContactWay.EMAIL, "old@post.example"
    match = match_at(session, asker, S.GUIDE_ACCEPTED)
    caseworker = actor(asker, Role.CASEWORKER)
    link = services.ask_family(session, caseworker, match, addresses=ADDRESSES, now=NOW)
    token = link.rsplit("/", 1)[-1]
    assert queries.get_asked_match(session, token, now=NOW, today=TODAY)[0] is match
    reach.move(session, replace(To.family(match.family), email="new@post.example"), now=NOW)
    with pytest.raises(NotFound):
        queries.get_asked_match(session, token, now=NOW, today=TODAY)


def test_a_familys_no_stands_against_a_yes_noted_at_the_same_time(session, session_factory, asker):
    """Two people at once: the one who notes the yes has looked before the family left."""
    match = match_at(session, asker, S.FAMILY_ASKED)
    assert match.family.takes_part
    session.commit()
    with session_factory() as other:
        tenancy.bind(other, asker.municipality.id)
        family = other.get(Family, match.family_id)
        withdraw_family(other, actor(asker, Role.CASEWORKER), family, now=NOW)
        other.commit()
    with pytest.raises(FamilyWithdrawn):
        services.accept_for_family(
            session,
            actor(asker, Role.CASEWORKER),
            match,
            way=AnswerWay.PHONE,
            addresses=ADDRESSES,
            now=NOW,
        )
    session.rollback()
    assert session.get(Family, match.family_id).status is FamilyStatus.WITHDRAWN


def test_staff_who_correct_the_number_close_the_familys_own_page_to_the_old_one(
    client, session, asker
):
    family = session.get(Family, asker.family.id)
    family.contact_way, family.contact_email = ContactWay.EMAIL, "old@post.example"
    family.locale = "uk"
    match_at(session, asker, S.AGREED)
    old = _page_of(session, "old@post.example")
    session.commit()
    assert client.get(old).status_code == 200
    sign_in(client, asker.caseworker)
    url = asker.url(f"/families/{family.id}/edit")
    page = get_page(client, url + "?lang=en")
    answers = fill(page, "/edit") | {"contact_email": "new@post.example"}
    saved = client.post(url, data=answers, follow_redirects=True)
    assert saved.status_code == 200
    assert "no longer opens" in saved.text
    stranger = client.application.test_client()
    assert stranger.get(old).status_code == 404
    assert stranger.get(_page_of(session, "new@post.example")).status_code == 200


def _page_of(session, address):
    """Return the path of the family's own page in the latest letter to an address."""
    statement = select(OutgoingMessage.body).where(OutgoingMessage.recipient == address)
    bodies = session.scalars(statement.order_by(OutgoingMessage.created_at)).all()
    session.commit()
    [path] = {found for body in bodies[-1:] for found in re.findall(r"/asker/family/\S+", body)}
    return path
