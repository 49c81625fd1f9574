"""Applicants who do not answer, and those who do not become guides."""

import datetime as dt

import pytest
import time_machine
from sqlalchemy import select

from app.accounts.models import Link, LinkKind
from app.accounts.services import issue_link
from app.desk.queries import list_tasks
from app.errors import NotPermitted
from app.guides import queries
from app.guides.models import DeclinedFor, Guide, GuideStatus, WrongGuideStatus
from app.guides.services import vetting
from app.guides.services.declining import decline_applicant, reasons_for
from app.messages.models import OutgoingMessage
from app.permissions import Role
from tests import cast
from tests.cast import NOW, TODAY, sign_in
from tests.guides.answers import letters
from tests.pages import fill, get_page, post_page

PRIVACY = "https://guides.example/asker/privacy"
ENGLISH = {"Accept-Language": "en"}
LATE = TODAY + dt.timedelta(days=9)


@pytest.fixture
def coordinator(asker):
    return cast.actor(asker, Role.COORDINATOR)


@pytest.fixture
def applicant(session, asker) -> Guide:
    return session.get(Guide, asker.applicant.id)


def call(session, coordinator, guide, day) -> Guide:
    return vetting.note_no_answer(session, coordinator, guide, tried_on=day)


def on_desk(session, coordinator, guide, today):
    now = dt.datetime.combine(today, dt.time(12), tzinfo=dt.UTC)
    rows = list_tasks(session, coordinator, now=now, today=today, first_contact_days=7)
    return next(row for row in rows if row.record_id == guide.id)


def test_who_did_not_answer_is_called_again_in_two_days_and_later_in_a_week(
    session, coordinator, applicant
):
    waits = []
    for day in (LATE, LATE, LATE + dt.timedelta(days=2), LATE + dt.timedelta(days=4)):
        call(session, coordinator, applicant, day)
        waits.append((applicant.tries, (applicant.call_again_on - day).days))
    assert waits == [(1, 2), (1, 2), (2, 2), (3, 7)], "several calls on one day count once"
    assert applicant.status is GuideStatus.APPLIED


def test_a_call_never_makes_the_promised_day_earlier(session, coordinator, applicant):
    promised_on = applicant.contact_due_on(7)
    call(session, coordinator, applicant, TODAY)
    assert applicant.call_again_on < promised_on == applicant.contact_due_on(7)


def test_who_was_called_stays_on_the_desk_and_is_not_late_until_the_next_call(
    session, coordinator, applicant
):
    assert on_desk(session, coordinator, applicant, LATE).days_late(LATE) == 2
    call(session, coordinator, applicant, LATE)
    row = on_desk(session, coordinator, applicant, LATE)
    assert (row.days_late(LATE), row.calls, row.called_on) == (0, 1, LATE)
    later = LATE + dt.timedelta(days=3)
    assert on_desk(session, coordinator, applicant, later).days_late(later) == 1


def test_the_list_puts_first_whom_it_is_time_to_call(session, coordinator, asker, applicant):
    other = cast.make_guide(session, asker, name="Other", applied_at=NOW + dt.timedelta(hours=1))
    call(session, coordinator, applicant, LATE)
    page = queries.list_guides(
        session, coordinator, status=GuideStatus.APPLIED, overdue=queries.overdue_on(LATE, 7)
    )
    assert [row.id for row in page.rows] == [other.id, applicant.id]


def test_nobody_is_called_in_vain_whom_we_have_spoken_with(session, coordinator, applicant):
    vetting.record_contact(session, coordinator, applicant, contacted_on=TODAY)
    with pytest.raises(WrongGuideStatus):
        call(session, coordinator, applicant, TODAY)


@pytest.mark.parametrize(
    ("reason", "template"),
    [
        (DeclinedFor.NOT_REACHED, "applicant_not_reached"),
        (DeclinedFor.NOT_SUITED, "applicant_declined"),
    ],
)
def test_an_applicant_gets_a_kind_no_without_the_reason(
    session, asker, coordinator, applicant, reason, template
):
    town = asker.municipality.id
    issue_link(session, LinkKind.STATUS, applicant.id, municipality_id=town, now=NOW)
    decline_applicant(session, coordinator, applicant, reason, privacy_url=PRIVACY, now=NOW)
    assert (applicant.status, applicant.declined_for) == (GuideStatus.ENDED, reason)
    (letter,) = letters(session, applicant.email)
    assert (letter.template, PRIVACY in letter.body) == (template, True)
    assert all(link.revoked_at for link in session.scalars(select(Link)))
    with pytest.raises(WrongGuideStatus):
        decline_applicant(session, coordinator, applicant, reason, privacy_url=PRIVACY, now=NOW)
    assert len(letters(session, applicant.email)) == 1


def test_only_applicants_are_declined_and_whom_we_spoke_with_was_reached(
    session, asker, coordinator, applicant
):
    guide = session.get(Guide, asker.guide.id)
    assert reasons_for(guide) == []
    assert DeclinedFor.NOT_REACHED in reasons_for(applicant)
    vetting.record_contact(session, coordinator, applicant, contacted_on=TODAY)
    assert DeclinedFor.NOT_REACHED not in reasons_for(applicant)
    for one, reason in ((guide, DeclinedFor.NO_NEED), (applicant, DeclinedFor.NOT_REACHED)):
        with pytest.raises(WrongGuideStatus):
            decline_applicant(session, coordinator, one, reason, privacy_url=PRIVACY, now=NOW)
    with pytest.raises(NotPermitted):
        decline_applicant(
            session,
            cast.actor(asker, Role.CASEWORKER),
            applicant,
            DeclinedFor.NO_NEED,
            privacy_url=PRIVACY,
            now=NOW,
        )


def test_staff_note_a_call_and_see_when_to_call_again(client, session, asker):
    sign_in(client, asker.coordinator)
    record = asker.url(f"/guides/{asker.applicant.id}")
    with time_machine.travel(NOW + dt.timedelta(days=9), tick=False):
        sign_in(client, asker.coordinator)
        for _press in range(2):
            form = fill(get_page(client, record), "contact") | {"no_answer": "1"}
            assert client.post(f"{record}/contact", data=form).status_code == 303
        page = get_page(client, record, headers=ENGLISH)
        assert "Called once, no answer" in page.main.text
        assert "promised" not in page.main.text
        desk = get_page(client, asker.url("/desk"), headers=ENGLISH)
        row = next(row for row in desk.select(".work-row") if row.a["href"] == record)
        assert "called once, " in row.text and "late" not in row.text
        assert "day " in row.text, "the day of the week stands there"


def test_an_application_is_closed_with_a_reason_from_the_list(client, session, asker):
    sign_in(client, asker.coordinator)
    record = asker.url(f"/guides/{asker.applicant.id}")
    page = get_page(client, record)
    assert page.select(f"a[href='{record}/refusal']")
    page = get_page(client, f"{record}/refusal", headers=ENGLISH)
    assert "deleted 6 months later" in page.main.text
    for said in ("", "ill"):
        post_page(client, f"{record}/refusal", {"reason": said})
    assert client.post(f"{record}/refusal", data={"reason": "terms"}).location == record
    assert "The terms of the role" in get_page(client, record, headers=ENGLISH).main.text
    for ask in (client.get, client.post):
        assert ask(f"{record}/refusal").location == record, "once is enough"
    assert session.scalars(select(OutgoingMessage.template)).all() == ["applicant_declined"]
