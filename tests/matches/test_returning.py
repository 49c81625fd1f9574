"""A family that had left takes part again: with a new yes, its days of waiting and its match."""

import datetime as dt

import pytest
from sqlalchemy import select

from app.errors import NotPermitted
from app.families.models import Family, FamilyStatus
from app.families.services.leaving import leave
from app.families.services.registering import Consent
from app.matches.models import GuideKind, MatchStatus
from app.matches.services.returning import EarlierYes, TakesPartAlready, take_in_again
from app.messages.models import OutgoingMessage
from app.permissions import Role
from tests.cast import NOW, TODAY, actor, make_family, sign_in
from tests.matches.groups import make_group, make_group_guide, run_match
from tests.matches.people import ADDRESSES, match_at
from tests.pages import fill, get_page, post_page

LATER = NOW + dt.timedelta(days=30)
NEW_YES = Consent(informed_by="Tolk", informed_on=LATER.date(), consented_on=LATER.date())


@pytest.fixture
def caseworker(asker):
    return actor(asker, Role.CASEWORKER)


@pytest.fixture
def waiting(session, asker):
    family = make_family(session, asker, reference="F-7")
    family.waiting_since = TODAY - dt.timedelta(days=40)
    leave(session, family, now=NOW)
    return family


def come_back(session, who, family, consent=NEW_YES):
    return take_in_again(session, who, family, consent, addresses=ADDRESSES, now=LATER)


def test_who_waited_keeps_the_days_of_before_and_not_those_away(session, caseworker, waiting):
    assert come_back(session, caseworker, waiting) == (False, False, False)
    assert (waiting.status, waiting.left_on) == (FamilyStatus.WAITING, None)
    assert waiting.days_waited(LATER.date()) == 40
    assert (waiting.informed_by, waiting.consented_on) == ("Tolk", LATER.date())


def test_the_time_with_a_guide_was_no_waiting(session, asker, caseworker):
    match = match_at(session, asker, MatchStatus.ENDED)
    family = match.family
    family.waiting_since = TODAY - dt.timedelta(days=400)
    if family.takes_part:
        leave(session, family, now=NOW)
    come_back(session, caseworker, family)
    assert family.days_waited(LATER.date()) == 0


def test_a_match_that_is_still_open_goes_on_and_the_page_gets_a_new_link(
    session, asker, caseworker
):
    match = match_at(session, asker, MatchStatus.ACTIVE)
    match.family.contact_email = "amal@home.example"
    leave(session, match.family, now=NOW)
    assert come_back(session, caseworker, match.family) == (True, True, False)
    assert match.family.status is FamilyStatus.MATCHED
    to_them = OutgoingMessage.recipient == "amal@home.example"
    written = session.scalars(select(OutgoingMessage.template).where(to_them)).all()
    assert "family_new_link" in written
    assert "match_goes_on" in session.scalars(select(OutgoingMessage.template)).all()


def test_that_it_left_and_came_back_stays_in_the_history_of_the_match(
    client, session, asker, caseworker
):
    match = match_at(session, asker, MatchStatus.ACTIVE)
    leave(session, match.family, now=NOW)
    come_back(session, caseworker, match.family)
    match_id = match.id
    session.commit()
    sign_in(client, asker.coordinator)
    page = get_page(client, asker.url(f"/matches/{match_id}?lang=en"))
    happened = page.select_one("[aria-labelledby=happened]").text
    left, back = (f"The family {words}" for words in ("no longer takes part", "takes part again"))
    assert 0 < happened.index(left) < happened.index(back)


def test_who_came_back_counts_as_here_and_who_left_does_not(session, asker, caseworker, waiting):
    here = select(Family.id).where(Family.left_on.is_(None))
    assert waiting.id not in session.scalars(here).all()
    come_back(session, caseworker, waiting)
    session.flush()
    assert waiting.id in session.scalars(here).all()


def test_who_was_thinking_about_a_guide_must_be_asked_again(session, asker, caseworker):
    match = match_at(session, asker, MatchStatus.FAMILY_ASKED)
    leave(session, match.family, now=NOW)
    assert come_back(session, caseworker, match.family) == (False, False, True)
    assert match.family.status is FamilyStatus.WAITING


def test_the_yes_of_before_went_with_them(session, caseworker, waiting):
    before = TODAY - dt.timedelta(days=1)
    earlier = Consent(informed_by="Tolk", informed_on=before, consented_on=before)
    with pytest.raises(EarlierYes):
        come_back(session, caseworker, waiting, earlier)
    assert not waiting.takes_part


def test_nobody_is_taken_in_twice_or_by_who_registers_nobody(session, asker, caseworker, waiting):
    with pytest.raises(NotPermitted):
        come_back(session, actor(asker, Role.MANAGER), waiting)
    come_back(session, caseworker, waiting)
    with pytest.raises(TakesPartAlready):
        come_back(session, caseworker, waiting)


def test_the_page_asks_for_a_new_yes_beside_the_field(client, session, asker, waiting):
    family_id = waiting.id
    session.commit()
    sign_in(client, asker.users[Role.CASEWORKER])
    shown = get_page(client, asker.url(f"/families/{family_id}?lang=en"))
    assert shown.select_one(f"a[href$='/{family_id}/return']")
    url = asker.url(f"/families/{family_id}/return")
    typed = fill(get_page(client, url), "/return") | {
        "informed_by": "Refugee service, with interpreter",
        "informed_on": (TODAY - dt.timedelta(days=3)).isoformat(),
        "consented_on": (TODAY - dt.timedelta(days=2)).isoformat(),
        "said_yes": "y",
    }
    page = post_page(client, url + "?lang=en", typed, status=422)
    assert "Ask them anew" in page.select_one("#consented_on-error, .ds-validation-message").text
    assert page.select_one("[name=informed_by]")["value"] == typed["informed_by"]
    without = {name: value for name, value in typed.items() if name != "said_yes"}
    assert "Ask them first" in post_page(client, url + "?lang=en", without, status=422).text
    right = typed | {"consented_on": TODAY.isoformat()}
    assert client.post(url, data=right).status_code == 303
    assert client.post(url, data=right).status_code == 303  # pressed twice
    session.expire_all()
    assert session.get_one(Family, family_id).status is FamilyStatus.WAITING


def test_nobody_is_told_that_a_group_meets_before_all_have_said_yes_anew(
    session, asker, caseworker
):
    group = make_group(session, asker)
    lead, other = (make_group_guide(session, asker, name) for name in ("Lise Ro", "Per Ek"))
    run_match(session, group, {lead: GuideKind.LEAD, other: GuideKind.CO})
    leave(session, group, now=NOW)
    assert come_back(session, caseworker, group).goes_on is False
    assert "match_goes_on" not in session.scalars(select(OutgoingMessage.template)).all()


def test_a_group_comes_back_without_the_names_of_those_who_said_yes(
    client, session, asker, caseworker
):
    group = make_group(session, asker)
    leave(session, group, now=NOW)
    come_back(session, caseworker, group)
    group_id = group.id
    session.commit()
    sign_in(client, asker.users[Role.CASEWORKER])
    page = get_page(client, asker.url(f"/families/groups/{group_id}?lang=en"))
    assert "a yes is missing for 4 young people" in page.text
