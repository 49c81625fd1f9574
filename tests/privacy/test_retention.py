"""What is too old goes, announced a month before; the page counts with the same statements."""

import datetime as dt

import pytest
from sqlalchemy import select

from app.accounts.models import Link, LinkKind, Look, LookKind, LookOutcome, RecordKind, User
from app.accounts.services import issue_link
from app.activities.models import Activity, ActivityKind, Mood
from app.families.models import Family
from app.guides.models import Guide, GuideStatus
from app.matches.models import Match, MatchStatus
from app.messages.models import MessageStatus, OutgoingMessage
from app.oslo import plus_months
from app.permissions import Role
from app.personal import NOBODY
from app.privacy.models import ErasedRecord, RetentionKind, RetentionRule
from app.privacy.queries import ageing
from app.privacy.services import keeping
from tests import cast
from tests.cast import NOW, TODAY, sign_in
from tests.pages import fill, get_page, post_page

LATER = NOW + dt.timedelta(days=31)  # the rules, written now, hold
K = RetentionKind


def months_ago(months: int) -> dt.date:
    """Return a day that is just past so many months on the day that the rules hold."""
    return plus_months(TODAY + dt.timedelta(days=30), -months) - dt.timedelta(days=1)


def instant(day: dt.date) -> dt.datetime:
    return dt.datetime(day.year, day.month, day.day, 12, tzinfo=dt.UTC)


@pytest.fixture
def old(session, asker) -> dict[RetentionKind, object]:
    """One of each kind that is just too old when the rules hold, and a newer one beside it."""
    match = session.get(Match, asker.proposal.id)
    match.status, match.ended_on = MatchStatus.ENDED, months_ago(3)
    rows = {
        K.SILENT_APPLICANTS: a_guide(session, asker, applied_at=instant(months_ago(6))),
        K.GUIDES_WHO_LEFT: a_guide(
            session,
            asker,
            status=GuideStatus.ENDED,
            ready_on=months_ago(20),
            ended_on=months_ago(12),
        ),
        K.FAMILIES_NEVER_MATCHED: cast.make_family(
            session, asker, reference="F-2", registered_at=instant(months_ago(12))
        ),
        K.FAMILIES_AFTER_MATCH: cast.make_family(
            session, asker, reference="F-3", status="withdrawn", withdrawn_on=months_ago(6)
        ),
        K.MEETING_NOTES: a_note(session, match, asker),
        K.LETTERS: a_letter(session, instant(months_ago(12))),
        K.OLD_LINKS: a_link(session, asker, instant(months_ago(1))),
        K.ACCOUNTS_WITHOUT_ROLE: an_account(session, months_ago(3)),
    }
    a_guide(session, asker, applied_at=instant(months_ago(5)))
    a_letter(session, instant(months_ago(11)))
    a_link(session, asker, NOW + dt.timedelta(days=10))
    session.flush()
    return rows


def a_guide(session, town, **changes):
    return cast.make_guide(session, town, **({"name": "Per", "email": "per@x.example"} | changes))


def a_note(session, match, town):
    row = Activity(
        match_id=match.id,
        guide_id=town.guide.id,
        once_token="once",
        done_on=months_ago(4),
        duration_minutes=60,
        kind=ActivityKind.CHAT,
        mood=Mood.GOOD,
        note="at the library",
        logged_at=NOW,
    )
    session.add(row)
    return row


def a_letter(session, at):
    words = {"template": "x", "locale": "nb", "subject": "x", "body": "", "recipient": ""}
    row = OutgoingMessage(created_at=at, due_at=at, status=MessageStatus.SENT, **words)
    session.add(row)
    return row


def a_link(session, town, expired_at):
    issue_link(
        session, LinkKind.STATUS, town.guide.id, municipality_id=town.municipality.id, now=NOW
    )
    link = session.scalars(select(Link).where(Link.expires_at.is_(None))).one()
    link.expires_at = expired_at
    return link


def an_account(session, last_seen):
    user = User(name="Gone", email="gone@x.example", active=False, created_at=NOW)
    session.add(user)
    session.flush()
    look = Look(
        at=instant(last_seen),
        user_id=user.id,
        roles=frozenset(),
        what=LookKind.VIEW,
        record=RecordKind.GUIDE,
        page="x",
        outcome=LookOutcome.SHOWN,
        request_id=user.id,
    )
    session.add(look)
    return user


def test_nothing_goes_before_it_was_announced_for_a_month(session, old):
    assert keeping.let_go(session, now=NOW) == {}
    assert keeping.let_go(session, now=NOW + dt.timedelta(days=29)) == {}
    assert len(session.scalars(select(RetentionRule)).all()) == len(RetentionKind)


def test_what_is_too_old_goes_and_the_second_time_there_is_nothing(session, old):
    keeping.begin_rules(session, now=NOW)
    gone = keeping.let_go(session, now=LATER)
    assert gone == dict.fromkeys(RetentionKind, 1)
    assert keeping.let_go(session, now=LATER) == {}


def test_exactly_what_the_table_says_goes(session, asker, old):
    keeping.begin_rules(session, now=NOW)
    ids = {kind: row.id for kind, row in old.items()}
    keeping.let_go(session, now=LATER)
    nobody = set(session.scalars(select(Guide.id).where(Guide.name == NOBODY)))
    assert nobody == {ids[K.SILENT_APPLICANTS], ids[K.GUIDES_WHO_LEFT]}
    nobody = set(session.scalars(select(Family.id).where(Family.contact_name == NOBODY)))
    assert nobody == {ids[K.FAMILIES_NEVER_MATCHED], ids[K.FAMILIES_AFTER_MATCH]}
    assert session.get(Activity, ids[K.MEETING_NOTES]).note == ""
    assert session.get(OutgoingMessage, ids[K.LETTERS]) is None
    assert len(session.scalars(select(OutgoingMessage)).all()) == 1
    assert len(session.scalars(select(Link)).all()) == 1
    assert session.get(User, ids[K.ACCOUNTS_WITHOUT_ROLE]).name == NOBODY
    assert session.get(User, asker.coordinator.id).name != NOBODY
    receipts = session.scalars(select(ErasedRecord)).all()
    assert len(receipts) == 4
    assert {receipt.by_id for receipt in receipts} == {None}


def test_what_waits_for_the_archive_waits_and_holds_up_nobody(session, asker, old, monkeypatch):
    monkeypatch.setattr(keeping, "BATCH", 1)
    held = session.get(Match, asker.proposal.id)
    held.agreed_on, held.family_id = months_ago(9), old[K.FAMILIES_AFTER_MATCH].id
    another = cast.make_family(
        session, asker, reference="F-4", status="withdrawn", withdrawn_on=months_ago(6)
    )
    session.flush()
    keeping.begin_rules(session, now=NOW)
    assert keeping.let_go(session, now=LATER)[K.FAMILIES_AFTER_MATCH] == 1
    assert session.get(Family, another.id).contact_name == NOBODY
    assert session.get(Family, held.family_id).contact_name != NOBODY
    officer = cast.actor(asker, Role.PRIVACY_OFFICER)
    outlook = {row.rule.kind: row for row in ageing.list_outlook(session, officer, LATER.date())}
    line = outlook[K.FAMILIES_AFTER_MATCH]
    assert (line.due, line.held) == (1, 1)


def test_a_batch_bounds_what_a_mistake_can_take(session, asker, monkeypatch):
    monkeypatch.setattr(keeping, "BATCH", 2)
    for _number in range(3):
        a_guide(session, asker, applied_at=instant(months_ago(20)))
    keeping.begin_rules(session, now=NOW)
    assert keeping.let_go(session, now=LATER)[K.SILENT_APPLICANTS] == 2
    assert keeping.let_go(session, now=LATER)[K.SILENT_APPLICANTS] == 1


def test_the_dry_run_tells_what_will_go(session, asker, old):
    officer = cast.actor(asker, Role.PRIVACY_OFFICER)
    keeping.begin_rules(session, now=NOW)
    before = {row.rule.kind: row for row in ageing.list_outlook(session, officer, TODAY)}
    assert before[K.SILENT_APPLICANTS].due == 0
    assert before[K.SILENT_APPLICANTS].soon == 1
    then = ageing.list_outlook(session, officer, LATER.date())
    gone = keeping.let_go(session, now=LATER)
    assert {row.rule.kind: row.due for row in then} == gone


def test_a_changed_rule_holds_a_month_later(session, asker):
    officer = cast.actor(asker, Role.PRIVACY_OFFICER)
    keeping.begin_rules(session, now=NOW - dt.timedelta(days=90))
    guide = a_guide(session, asker, applied_at=instant(plus_months(TODAY, -3)))
    keeping.change_rules(session, officer, {K.SILENT_APPLICANTS: 2}, now=NOW)
    assert keeping.let_go(session, now=NOW) == {}
    assert keeping.let_go(session, now=LATER) == {K.SILENT_APPLICANTS: 1}
    assert session.get(Guide, guide.id).name == NOBODY


def test_the_letter_names_nobody_and_comes_once_a_week(session, asker, old):
    a_month_before = NOW - dt.timedelta(days=3)
    options = {"page_url": "https://x.example/asker/people", "now": a_month_before}
    assert keeping.announce(session, **options) == 4
    assert keeping.announce(session, **options) == 4
    statement = select(OutgoingMessage).where(OutgoingMessage.template == "retention_warning")
    (letter,) = session.scalars(statement)
    assert letter.recipient == asker.users[Role.PRIVACY_OFFICER].email
    assert "4 " in letter.body
    assert "Per" not in letter.body + letter.subject


def test_the_neighbours_records_stay(session, asker, baerum, baerum_session, old):
    keeping.begin_rules(session, now=NOW)
    session.commit()
    guide = baerum_session.get(Guide, baerum.applicant.id)
    guide.applied_at = instant(plus_months(TODAY, -30))
    baerum_session.commit()
    keeping.let_go(session, now=LATER)
    session.commit()
    baerum_session.refresh(guide)
    assert guide.name == "Ola Baerum"


def test_the_privacy_officer_sees_what_would_go_and_changes_the_months(client, session, asker, old):
    session.commit()
    sign_in(client, asker.users[Role.PRIVACY_OFFICER])
    url = asker.url("/data-protection/retention")
    page = get_page(client, f"{url}?lang=en")
    answer = fill(page, "/retention") | {"silent_applicants": "9"}
    assert client.post(url, data=answer).location == url
    session.expire_all()
    rule = select(RetentionRule.months).where(RetentionRule.kind == K.SILENT_APPLICANTS)
    assert session.scalar(rule) == 9
    session.commit()
    wrong = post_page(client, url, fill(get_page(client, url), "/retention") | {"letters": ""})
    assert wrong.select("[id=letters][aria-invalid]")
    get_page(client, asker.url("/data-protection/retention/people"))
