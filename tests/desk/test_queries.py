import datetime as dt

import pytest

from app.activities.models import Activity, ActivityKind, Mood
from app.desk.queries import SILENT_AFTER_DAYS, TaskKind, list_tasks
from app.errors import NotPermitted
from app.families.models import Family, FamilyStatus
from app.guides.models import Guide, GuideStatus
from app.matches.models import GuideKind, Match, MatchGuide, MatchStatus
from app.messages.models import MessageStatus, OutgoingMessage
from app.permissions import Role
from app.vocabulary import AgeGroup
from tests.cast import NOW, TODAY, actor, make_family, make_guide


@pytest.fixture
def tasks(session, asker):
    def at(today=TODAY):
        session.flush()
        coordinator = actor(asker, Role.COORDINATOR)
        return list_tasks(session, coordinator, today=today, first_contact_days=7)

    return at


def of_kind(tasks, kind):
    return [task for task in tasks if task.kind is kind]


def test_an_applicant_is_due_after_the_promised_days(tasks, asker):
    (task,) = of_kind(tasks(), TaskKind.CONTACT_APPLICANT)
    assert task.record_id == asker.applicant.id
    assert task.due_on == TODAY + dt.timedelta(days=7)
    assert task.days_late(TODAY + dt.timedelta(days=7)) == 0
    assert task.days_late(TODAY + dt.timedelta(days=8)) == 1


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (GuideStatus.CONTACTED, TaskKind.INTERVIEW),
        (GuideStatus.INTERVIEWED, TaskKind.APPROVE),
    ],
)
def test_each_step_of_a_guide_asks_for_the_next(session, tasks, asker, status, kind):
    guide = make_guide(session, asker, name="Next", status=status, contacted_on=TODAY)
    assert [task.record_id for task in of_kind(tasks(), kind)] == [guide.id]


def test_ready_guides_need_nothing(tasks, asker):
    assert asker.guide.id not in {task.record_id for task in tasks()}


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (MatchStatus.PROPOSED, TaskKind.CONFIRM),
        (MatchStatus.GUIDE_ACCEPTED, TaskKind.ASK_FAMILY),
        (MatchStatus.AGREED, TaskKind.START_MEETING),
    ],
)
def test_a_match_asks_for_its_next_step(session, tasks, asker, status, kind):
    session.get(Match, asker.proposal.id).status = status
    assert [task.record_id for task in of_kind(tasks(), kind)] == [asker.proposal.id]


@pytest.mark.parametrize("status", [MatchStatus.GUIDE_ASKED, MatchStatus.FAMILY_ASKED])
def test_an_unanswered_question_shows_only_when_the_answer_is_late(session, tasks, asker, status):
    match = session.get(Match, asker.proposal.id)
    match.status = status
    match.expires_on = TODAY + dt.timedelta(days=5)
    assert asker.proposal.id not in {task.record_id for task in tasks()}
    late = {task.record_id for task in tasks(TODAY + dt.timedelta(days=5))}
    assert asker.proposal.id in late


def test_a_pair_that_stopped_meeting_shows_after_four_weeks(session, tasks, asker):
    match = session.get(Match, asker.proposal.id)
    match.status, match.started_on = MatchStatus.ACTIVE, TODAY - dt.timedelta(days=90)
    met_on = TODAY - dt.timedelta(days=SILENT_AFTER_DAYS - 1)
    session.add(
        Activity(
            match_id=match.id,
            guide_id=asker.guide.id,
            once_token="once",
            done_on=met_on,
            duration_minutes=60,
            kind=ActivityKind.CHAT,
            mood=Mood.GOOD,
            logged_at=NOW,
        )
    )
    assert of_kind(tasks(), TaskKind.SILENT_PAIR) == []
    (task,) = of_kind(tasks(TODAY + dt.timedelta(days=1)), TaskKind.SILENT_PAIR)
    assert task.since == met_on


def test_a_pair_that_never_met_shows_too(session, tasks, asker):
    match = session.get(Match, asker.proposal.id)
    match.status, match.started_on = MatchStatus.ACTIVE, TODAY - dt.timedelta(days=28)
    assert [task.record_id for task in of_kind(tasks(), TaskKind.SILENT_PAIR)] == [match.id]


def test_a_pair_that_staff_have_asked_rests_for_four_weeks(session, tasks, asker):
    match = session.get(Match, asker.proposal.id)
    match.status, match.started_on = MatchStatus.ACTIVE, TODAY - dt.timedelta(days=90)
    match.checked_on = TODAY
    rests = TODAY + dt.timedelta(days=SILENT_AFTER_DAYS - 1)
    assert of_kind(tasks(rests), TaskKind.SILENT_PAIR) == []
    (task,) = of_kind(tasks(rests + dt.timedelta(days=1)), TaskKind.SILENT_PAIR)
    assert task.since == TODAY


def test_nobody_decides_about_a_guide_under_18(session, tasks, asker):
    young = {"age_group": AgeGroup.FROM_16, "contacted_on": TODAY}
    make_guide(session, asker, name="Talked", status=GuideStatus.INTERVIEWED, **young)
    applicant = make_guide(session, asker, name="New", age_group=AgeGroup.FROM_16)
    listed = tasks()
    assert of_kind(listed, TaskKind.APPROVE) == []
    young_ones = [t.record_id for t in listed if t.under_18]
    assert young_ones == [applicant.id]


def test_families_without_a_guide_stand_last_and_the_urgent_first(session, tasks, asker):
    calm = make_family(session, asker, reference="F-7")
    urgent = make_family(session, asker, reference="F-8", priority=2)
    make_family(session, asker, reference="F-9", status=FamilyStatus.WITHDRAWN)
    listed = tasks()
    assert [task.record_id for task in of_kind(listed, TaskKind.FIND_GUIDE)] == [urgent.id, calm.id]
    assert [task.kind for task in listed[-2:]] == [TaskKind.FIND_GUIDE] * 2


def test_a_family_in_an_open_match_is_not_looked_after_twice(tasks, asker):
    assert asker.family.id not in {task.record_id for task in tasks()}


@pytest.mark.parametrize("status", [MatchStatus.GUIDE_ASKED, MatchStatus.ACTIVE])
def test_an_open_match_of_a_family_that_left_must_be_closed(session, tasks, asker, status):
    session.get(Match, asker.proposal.id).status = status
    session.get(Family, asker.family.id).withdraw(on=TODAY)
    assert [task.kind for task in tasks() if task.record_id == asker.proposal.id] == [
        TaskKind.FAMILY_LEFT
    ]


def test_what_is_late_stands_first(session, tasks, asker):
    make_guide(session, asker, name="Forgotten", applied_at=NOW - dt.timedelta(days=30))
    assert tasks()[0].subject == "Forgotten"


def test_a_message_that_failed_is_shown(session, tasks, asker):
    session.add(
        OutgoingMessage(
            template="login_link",
            recipient="lost@asker.example",
            locale="nb",
            subject="s",
            body="b",
            status=MessageStatus.FAILED,
            created_at=NOW,
            due_at=NOW,
        )
    )
    assert [t.subject for t in of_kind(tasks(), TaskKind.FAILED_MESSAGE)] == ["lost@asker.example"]


def test_nothing_of_another_municipality_is_on_the_desk(tasks, asker, baerum):
    subjects = " ".join(task.subject for task in tasks())
    assert "Baerum" not in subjects
    assert "Asker" in subjects


def test_caseworkers_have_no_desk(session, asker):
    with pytest.raises(NotPermitted):
        list_tasks(session, actor(asker, Role.CASEWORKER), today=TODAY, first_contact_days=7)


def test_the_pair_is_named_by_reference_and_the_guides_who_take_it(session, tasks, asker):
    second = make_guide(session, asker, name="Co Guide")
    match = session.get(Match, asker.proposal.id)
    waits = make_guide(session, asker, name="Backup Guide")
    match.guides.append(MatchGuide(guide_id=second.id, kind=GuideKind.CO))
    match.guides.append(MatchGuide(guide_id=waits.id, kind=GuideKind.BACKUP))
    session.flush()
    session.refresh(match)
    (task,) = of_kind(tasks(), TaskKind.CONFIRM)
    assert (task.subject, task.guides) == (asker.family.reference, (asker.guide.name, "Co Guide"))


def test_a_proposal_whose_guide_has_become_full_says_so_and_not_that_it_can_be_confirmed(
    session, tasks, asker
):
    guide = session.get(Guide, asker.guide.id)
    guide.places_taken = guide.capacity
    (task,) = of_kind(tasks(), TaskKind.GUIDE_TAKEN)
    assert task.record_id == asker.proposal.id
    assert of_kind(tasks(), TaskKind.CONFIRM) == []


def test_a_proposal_of_last_night_has_waited_since_the_day_it_was_in_norway(session, tasks, asker):
    match = session.get(Match, asker.proposal.id)
    match.proposed_at = dt.datetime(2026, 3, 1, 23, 55, tzinfo=dt.UTC)  # 00:55 on 2 March in Oslo
    (task,) = of_kind(tasks(), TaskKind.CONFIRM)
    assert task.days_waited(dt.date(2026, 3, 2)) == 0
