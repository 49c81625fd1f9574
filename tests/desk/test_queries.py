import datetime as dt

import pytest

from app.desk.queries import TaskKind, list_tasks
from app.duties.models import Absence, Assignment
from app.errors import NotPermitted
from app.families.models import ApprovalKind, Family, FamilyStatus
from app.follow_ups.models import Concern, PairSide
from app.guides.models import Guide, GuideStatus
from app.matches.models import (
    GuideKind,
    Match,
    MatchGuide,
    MatchStatus,
    MeetingPlace,
    StartMeeting,
)
from app.messages.models import MessageStatus, OutgoingMessage
from app.municipalities.models import Municipality
from app.permissions import Role
from app.vocabulary import AgeGroup
from tests.cast import NOW, TODAY, actor, make_family, make_guide
from tests.matches.groups import approve, make_group

DAY = dt.timedelta(days=1)


@pytest.fixture
def tasks(session, asker):
    def at(today=TODAY):
        session.flush()
        coordinator = actor(asker, Role.COORDINATOR)
        now = dt.datetime.combine(today, dt.time(12), tzinfo=dt.UTC)
        return list_tasks(session, coordinator, now=now, today=today, first_contact_days=7)

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
        (MatchStatus.AGREED, TaskKind.PLAN_START),
    ],
)
def test_a_match_asks_for_its_next_step(session, tasks, asker, status, kind):
    session.get(Match, asker.proposal.id).status = status
    assert [task.record_id for task in of_kind(tasks(), kind)] == [asker.proposal.id]


@pytest.mark.parametrize("status", [MatchStatus.GUIDE_ASKED, MatchStatus.FAMILY_ASKED])
def test_an_unanswered_question_shows_two_days_before_its_last(session, tasks, asker, status):
    match = session.get(Match, asker.proposal.id)
    match.status, match.expires_on = status, TODAY + dt.timedelta(days=5)
    match.family.contact_email = "rahel@asker.example"
    assert asker.proposal.id not in {task.record_id for task in tasks(TODAY + 2 * DAY)}
    (task,) = [one for one in tasks(TODAY + 3 * DAY) if one.record_id == asker.proposal.id]
    assert task.due_on == match.expires_on


def test_a_family_that_no_letter_reaches_is_called_from_the_first_day(session, tasks, asker):
    match = session.get(Match, asker.proposal.id)
    match.status, match.expires_on = MatchStatus.FAMILY_ASKED, TODAY + 5 * DAY
    match.family.contact_email = ""
    (task,) = of_kind(tasks(), TaskKind.REMIND_FAMILY)
    assert (task.record_id, task.due_on) == (match.id, match.expires_on)


def test_a_guide_who_is_asked_to_come_in_and_does_not_answer_is_reminded(session, tasks, asker):
    match = session.get_one(Match, asker.proposal.id)
    match.status, match.agreed_on = MatchStatus.ACTIVE, TODAY
    guide = make_guide(session, asker, name="Newcomer", status=GuideStatus.READY)
    row = MatchGuide(guide_id=guide.id, kind=GuideKind.CO, joined_on=TODAY, awaits_yes=True)
    match.guides.append(row)
    last_day = TODAY + 7 * DAY  # five days, as for any answer: a Saturday, so the Monday after
    assert of_kind(tasks(last_day - 3 * DAY), TaskKind.REMIND_GUIDE) == []
    (task,) = of_kind(tasks(last_day - 2 * DAY), TaskKind.REMIND_GUIDE)
    assert (task.record_id, task.due_on) == (match.id, last_day)
    row.awaits_yes = False
    assert of_kind(tasks(last_day), TaskKind.REMIND_GUIDE) == []


def test_a_pair_that_never_met_shows_too(session, tasks, asker):
    match = session.get(Match, asker.proposal.id)
    match.status, match.started_on = MatchStatus.ACTIVE, TODAY - dt.timedelta(days=28)
    assert [task.record_id for task in of_kind(tasks(), TaskKind.SILENT_PAIR)] == [match.id]


def test_a_start_meeting_is_due_on_its_day_and_not_before(session, tasks, asker):
    match, place = session.get(Match, asker.proposal.id), MeetingPlace(name="Library")
    match.status = MatchStatus.AGREED
    session.add(place)
    session.flush()
    at = NOW + dt.timedelta(days=3)
    session.add(StartMeeting(match_id=match.id, place_id=place.id, at=at, planned_at=NOW))
    assert asker.proposal.id not in {task.record_id for task in tasks()}
    (task,) = of_kind(tasks(TODAY + dt.timedelta(days=4)), TaskKind.START_MEETING)
    assert task.days_late(TODAY + dt.timedelta(days=4)) == 1


def test_a_task_says_who_has_taken_it_on_or_stands_in(session, tasks, asker):
    colleague, other = asker.users[Role.COORDINATOR], asker.users[Role.ADMINISTRATOR]
    key = (TaskKind.CONTACT_APPLICANT, asker.applicant.id)
    session.add(
        Assignment(kind=key[0], record_id=key[1], user_id=colleague.id, assigned_at=NOW, by_id=None)
    )
    (task,) = of_kind(tasks(), TaskKind.CONTACT_APPLICANT)
    assert (task.colleague.name, task.colleague.instead_of) == (colleague.name, "")
    session.add(
        Absence(
            user_id=colleague.id,
            substitute_id=other.id,
            from_on=TODAY,
            until_on=TODAY,
            noted_at=NOW,
        )
    )
    (task,) = of_kind(tasks(), TaskKind.CONTACT_APPLICANT)
    assert (task.colleague.user_id, task.colleague.instead_of) == (other.id, colleague.name)
    (task,) = of_kind(tasks(TODAY + dt.timedelta(days=1)), TaskKind.CONTACT_APPLICANT)
    assert task.colleague.user_id == colleague.id


def test_of_a_guide_under_18_the_guardians_yes_is_asked_before_anything_is_decided(
    session, tasks, asker
):
    young = {"age_group": AgeGroup.FROM_16, "contacted_on": TODAY}
    talked = make_guide(session, asker, name="Talked", status=GuideStatus.INTERVIEWED, **young)
    applicant = make_guide(session, asker, name="New", age_group=AgeGroup.FROM_16)
    listed = tasks()
    assert of_kind(listed, TaskKind.APPROVE) == []
    assert [task.record_id for task in of_kind(listed, TaskKind.STEPS_MISSING)] == [talked.id]
    assert {t.record_id for t in listed if t.under_18} == {applicant.id, talked.id}


def test_families_without_a_guide_stand_last_and_the_urgent_first(session, tasks, asker):
    calm = make_family(session, asker, reference="F-7")
    urgent = make_family(session, asker, reference="F-8", priority=2)
    make_family(session, asker, reference="F-9", status=FamilyStatus.WITHDRAWN)
    listed = tasks()
    assert [task.record_id for task in of_kind(listed, TaskKind.FIND_GUIDE)] == [urgent.id, calm.id]
    assert [task.kind for task in listed[-2:]] == [TaskKind.FIND_GUIDE] * 2


def test_a_family_that_has_waited_very_long_is_late_and_stands_among_what_is_due(
    session, tasks, asker
):
    family = make_family(session, asker, reference="F-7")
    family.waiting_since = TODAY - dt.timedelta(days=90)
    (task,) = of_kind(tasks(), TaskKind.FIND_GUIDE)
    assert (task.days_late(TODAY), tasks()[-1].record_id) == (0, family.id)
    family.waiting_since = TODAY - dt.timedelta(days=202)
    listed = tasks()
    assert listed[0].record_id == family.id
    assert (listed[0].days_late(TODAY), listed[0].days_waited(TODAY)) == (112, 202)


def test_a_municipality_says_itself_how_long_is_too_long(session, tasks, asker):
    family = make_family(session, asker, reference="F-7")
    family.waiting_since = TODAY - dt.timedelta(days=40)
    session.get(Municipality, asker.municipality.id).long_wait_days = 30
    (task,) = of_kind(tasks(), TaskKind.FIND_GUIDE)
    assert task.days_late(TODAY) == 10


def test_a_group_of_minors_is_looked_after_apart_from_the_families(session, tasks, asker):
    family, group = make_family(session, asker, reference="F-7"), make_group(session, asker)
    listed = tasks()
    assert [t.record_id for t in of_kind(listed, TaskKind.FIND_GUIDE)] == [family.id]
    assert [t.record_id for t in of_kind(listed, TaskKind.FIND_GROUP_GUIDES)] == [group.id]


def test_a_group_needs_every_yes_before_guides_are_found_for_it(session, tasks, asker):
    group = make_group(session, asker, approved=False)
    first, *others = ApprovalKind
    for kind in others:
        approve(session, group, kind, covers=group.household_size)
    (task,) = of_kind(tasks(), TaskKind.APPROVE_GROUP)
    assert (task.record_id, of_kind(tasks(), TaskKind.FIND_GROUP_GUIDES)) == (group.id, [])
    approve(session, group, first, covers=group.household_size)
    assert [t.record_id for t in of_kind(tasks(), TaskKind.FIND_GROUP_GUIDES)] == [group.id]


def test_a_family_in_an_open_match_is_not_looked_after_twice(tasks, asker):
    assert asker.family.id not in {task.record_id for task in tasks()}


@pytest.mark.parametrize("status", [MatchStatus.GUIDE_ASKED, MatchStatus.ACTIVE])
def test_an_open_match_of_a_family_that_left_must_be_closed(session, tasks, asker, status):
    session.get(Match, asker.proposal.id).status = status
    session.get(Family, asker.family.id).withdraw(on=TODAY)
    [task] = [task for task in tasks() if task.record_id == asker.proposal.id]
    assert (task.kind, task.since) == (TaskKind.FAMILY_LEFT, TODAY)


def test_what_is_late_stands_first(session, tasks, asker):
    make_guide(session, asker, name="Forgotten", applied_at=NOW - dt.timedelta(days=30))
    assert tasks()[0].subject == "Forgotten"


def test_whoever_asks_to_be_called_stands_before_all_that_is_late(session, tasks, asker):
    session.add(
        Concern(
            side=PairSide.GUIDE,
            guide_id=asker.guide.id,
            once_token="x",
            raised_at=NOW + dt.timedelta(days=39),
        )
    )
    session.flush()
    first, second, *_rest = tasks(today=TODAY + dt.timedelta(days=40))
    assert first.kind is TaskKind.CONCERN and first.is_urgent
    assert second.due_on < first.due_on


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
        list_tasks(
            session,
            actor(asker, Role.CASEWORKER),
            now=NOW,
            today=TODAY,
            first_contact_days=7,
        )


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
