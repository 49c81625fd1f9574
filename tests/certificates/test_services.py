"""Asking by law, noting that one was shown, and letting go."""

import datetime as dt

import pytest
from sqlalchemy import inspect, select
from sqlalchemy.exc import IntegrityError

from app.certificates import queries, services
from app.certificates.models import CertificateRequirement, CertificateTask, PoliceCertificate
from app.certificates.queries import Demand
from app.errors import NotFound, NotPermitted
from app.guides.models import Guide, GuideStep, StepCode
from app.guides.queries import missing_steps
from app.guides.services import leaving
from app.guides.services.steps import GuideHasLeft
from app.matches.models import Match
from app.permissions import Actor, Role
from tests.cast import NOW, TODAY, actor
from tests.guides.answers import letters

ADULT, CHILDREN, MINORS = CertificateTask
LAW = "Lov om prøving § 1"
NOTHING = {task: Demand(required=False, legal_basis="") for task in CertificateTask}
EVERYTHING = {task: Demand(required=True, legal_basis=LAW) for task in CertificateTask}


@pytest.fixture
def coordinator(asker):
    return actor(asker, Role.COORDINATOR)


@pytest.fixture
def guide(session, asker):
    return session.get_one(Guide, asker.guide.id)


@pytest.fixture
def demand(session, coordinator):
    """A function that takes over what the municipality asks for."""

    def change(wanted):
        services.change_demands(session, coordinator, wanted, now=NOW)

    return change


@pytest.fixture
def ask(session, coordinator, guide):
    """A function that asks the guide for a certificate."""

    def for_task(task=CHILDREN):
        return services.ask_for_certificate(
            session,
            coordinator,
            guide,
            task,
            now=NOW,
            link_url=lambda token: f"https://guide.example/status/{token}",
        )

    return for_task


@pytest.fixture
def show(session, coordinator):
    """A function that notes that a certificate was shown."""

    def note(certificate, *, shown_on=TODAY, issued_on=TODAY):
        return services.note_shown(
            session, coordinator, certificate, shown_on=shown_on, issued_on=issued_on
        )

    return note


def kept(session):
    return session.scalars(select(PoliceCertificate)).all()


def test_there_is_no_place_for_a_file_a_remark_or_what_it_says():
    assert {column.key for column in inspect(PoliceCertificate).columns} == {
        "id",
        "municipality_id",
        "guide_id",
        "task",
        "legal_basis",
        "requested_on",
        "requested_by_id",
        "shown_on",
        "seen_by_id",
    }


def test_by_default_only_groups_of_minors_ask_for_a_certificate(session):
    asked = {task: demand.required for task, demand in queries.list_demands(session).items()}
    assert asked == {ADULT: False, CHILDREN: False, MINORS: True}


@pytest.mark.parametrize("task", [ADULT, CHILDREN])
@pytest.mark.parametrize("basis", ["", "   "])
def test_nothing_is_asked_for_without_a_law(session, demand, task, basis):
    with pytest.raises(services.NoLegalBasis):
        demand(NOTHING | {task: Demand(required=True, legal_basis=basis)})
    session.rollback()


@pytest.mark.parametrize("task", CertificateTask)
def test_the_database_refuses_a_demand_without_a_law(session, task):
    row = CertificateRequirement(task=task, required=True, legal_basis="", changed_at=NOW)
    session.add(row)
    with pytest.raises(IntegrityError):
        session.flush()
    session.rollback()


def test_no_municipality_can_let_a_group_of_minors_begin_without_certificates(session, demand):
    demand(NOTHING | {MINORS: Demand(required=False, legal_basis=LAW)})
    assert queries.is_required(session, MINORS)
    demand(NOTHING)
    assert queries.is_required(session, MINORS)


def test_who_changed_what_is_asked_for_is_kept(session, demand, coordinator):
    demand(EVERYTHING)
    rows = session.scalars(select(CertificateRequirement)).all()
    assert {(row.changed_by_id, row.changed_at) for row in rows} == {(coordinator.user_id, NOW)}
    services.change_demands(session, coordinator, EVERYTHING, now=NOW + dt.timedelta(days=1))
    assert {row.changed_at for row in rows} == {NOW}


def test_a_guide_is_asked_by_the_law_as_it_stands_then(session, demand, ask, guide, coordinator):
    demand(EVERYTHING)
    certificate = ask()
    demand(EVERYTHING | {CHILDREN: Demand(required=True, legal_basis="Another law § 2")})
    assert (certificate.guide_id, certificate.task) == (guide.id, CHILDREN)
    assert (certificate.legal_basis, certificate.requested_on) == (LAW, TODAY)
    assert certificate.requested_by_id == coordinator.user_id
    assert certificate.shown_on is None and certificate.seen_by_id is None


def test_the_letter_has_a_link_and_says_nothing_of_the_police(session, demand, ask, guide):
    demand(EVERYTHING)
    ask()
    (letter,) = letters(session, guide.email)
    assert "https://guide.example/status/" in letter.body
    words = f"{letter.subject} {letter.body}".lower()
    assert "politi" not in words and "attest" not in words


def test_nobody_is_asked_where_nothing_is_asked_for(demand, ask):
    demand(NOTHING)
    with pytest.raises(services.NotAskedFor):
        ask(ADULT)


def test_nobody_is_asked_for_minors_groups_before_the_law_is_written_down(ask):
    with pytest.raises(services.NoLegalBasis):
        ask(MINORS)


def test_nobody_is_asked_twice_for_the_same_task(session, demand, ask):
    demand(EVERYTHING)
    ask()
    with pytest.raises(services.AlreadyAsked):
        ask()
    ask(MINORS)
    assert len(kept(session)) == 2


def test_what_is_noted_is_when_and_by_whom_and_nothing_else(
    session, demand, ask, show, coordinator
):
    demand(EVERYTHING)
    certificate = show(ask(), issued_on=dt.date(2026, 1, 17))
    assert (certificate.shown_on, certificate.seen_by_id) == (TODAY, coordinator.user_id)
    stored = {
        str(getattr(certificate, column.key)) for column in inspect(PoliceCertificate).columns
    }
    assert not any("2026-01-17" in value for value in stored)


@pytest.mark.parametrize(
    ("issued_on", "last_day"),
    [
        (dt.date(2026, 1, 15), dt.date(2026, 4, 15)),
        (dt.date(2026, 11, 30), dt.date(2027, 2, 28)),
        (dt.date(2027, 11, 29), dt.date(2028, 2, 29)),
        (dt.date(2026, 10, 1), dt.date(2027, 1, 1)),
        (dt.date(2026, 12, 31), dt.date(2027, 3, 31)),
    ],
)
def test_three_months_are_counted_in_the_calendar(issued_on, last_day):
    assert services.last_day_to_show(issued_on) == last_day


def test_one_of_three_months_counts_and_one_a_day_older_does_not(demand, ask, show):
    demand(EVERYTHING)
    with pytest.raises(services.CertificateTooOld):
        show(ask(CHILDREN), issued_on=dt.date(2025, 12, 1))
    assert show(ask(MINORS), issued_on=dt.date(2025, 12, 2)).shown_on == TODAY


def test_the_age_is_counted_on_the_day_it_was_shown(demand, ask, show):
    demand(EVERYTHING)
    later = TODAY + dt.timedelta(days=60)
    with pytest.raises(services.CertificateTooOld):
        show(ask(), shown_on=later, issued_on=dt.date(2026, 1, 15))


@pytest.mark.parametrize(("shown", "issued"), [(0, 1), (-1, -2)])
def test_days_that_cannot_be_right_are_refused(demand, ask, show, shown, issued):
    demand(EVERYTHING)
    days = [TODAY + dt.timedelta(days=number) for number in (shown, issued)]
    with pytest.raises(services.IssuedLater):
        show(ask(), shown_on=days[0], issued_on=days[1])


def test_it_is_noted_once(demand, ask, show):
    demand(EVERYTHING)
    certificate = show(ask())
    with pytest.raises(services.AlreadyShown):
        show(certificate)


def test_a_certificate_counts_for_its_own_task_alone(session, demand, ask, show, guide):
    demand(EVERYTHING)
    show(ask(CHILDREN))
    ask(MINORS)
    assert queries.guides_with_certificate(session, CHILDREN) == {guide.id}
    assert queries.guides_with_certificate(session, MINORS) == frozenset()
    assert queries.guides_with_certificate(session, ADULT) == frozenset()


def test_the_one_for_adults_is_a_step_on_the_way_to_ready(session, demand, ask, show, guide):
    assert StepCode.CERTIFICATE not in missing_steps(session, [guide.id]).get(guide.id, ())
    demand(EVERYTHING)
    show(ask(CHILDREN))
    assert missing_steps(session, [guide.id])[guide.id] == (StepCode.CERTIFICATE,)
    certificate = show(ask(ADULT))
    assert missing_steps(session, [guide.id]) == {}
    services.remove_certificate(session, actor_of(certificate), certificate)
    assert missing_steps(session, [guide.id])[guide.id] == (StepCode.CERTIFICATE,)
    demand(NOTHING)
    assert missing_steps(session, [guide.id]) == {}


def actor_of(certificate):
    """Whoever saw it, as a certificate officer."""
    return Actor(
        certificate.seen_by_id,
        certificate.municipality_id,
        frozenset({Role.CERTIFICATE_OFFICER}),
    )


def test_when_the_role_ends_everything_is_gone(session, demand, ask, show, asker, guide):
    demand(EVERYTHING)
    show(ask(ADULT))
    show(ask(CHILDREN))
    ask(MINORS)
    session.delete(session.get_one(Match, asker.proposal.id))
    leaving.leave(session, guide, now=NOW, today=TODAY)
    assert kept(session) == []
    steps = select(GuideStep).where(GuideStep.code == StepCode.CERTIFICATE)
    assert session.scalars(steps).all() == []


def test_what_was_noted_of_others_stays_when_a_role_ends(session, demand, ask, asker, coordinator):
    demand(EVERYTHING)
    ask()
    applicant = session.get_one(Guide, asker.applicant.id)
    leaving.leave(session, applicant, now=NOW, today=TODAY)
    assert len(kept(session)) == 1


def test_nobody_is_asked_after_the_role_has_ended(session, demand, ask, asker, guide):
    demand(EVERYTHING)
    session.delete(session.get_one(Match, asker.proposal.id))
    leaving.leave(session, guide, now=NOW, today=TODAY)
    with pytest.raises(GuideHasLeft):
        ask()


def test_where_nobody_asks_any_longer_what_was_noted_is_deleted(session, demand, ask, show):
    demand(EVERYTHING)
    show(ask(ADULT))
    show(ask(CHILDREN))
    show(ask(MINORS))
    demand(NOTHING | {CHILDREN: EVERYTHING[CHILDREN]})
    assert {row.task for row in kept(session)} == {CHILDREN, MINORS}
    assert session.scalars(select(GuideStep)).all() == []


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.COORDINATOR, Role.CERTIFICATE_OFFICER}))
def test_others_learn_nothing_of_certificates(session, demand, ask, asker, role):
    demand(EVERYTHING)
    certificate, somebody = ask(), actor(asker, role)
    with pytest.raises(NotPermitted):
        queries.list_certificates(session, somebody)
    with pytest.raises(NotPermitted):
        queries.get_certificate(session, somebody, certificate.id)
    with pytest.raises(NotPermitted):
        services.note_shown(session, somebody, certificate, shown_on=TODAY, issued_on=TODAY)
    with pytest.raises(NotPermitted):
        services.remove_certificate(session, somebody, certificate)
    with pytest.raises(NotPermitted):
        services.ask_for_certificate(
            session, somebody, certificate.guide, MINORS, now=NOW, link_url=str
        )


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.COORDINATOR, Role.ADMINISTRATOR}))
def test_others_do_not_decide_what_is_asked_for(session, asker, role):
    with pytest.raises(NotPermitted):
        services.change_demands(session, actor(asker, role), EVERYTHING, now=NOW)


def test_a_guide_finds_their_own_alone(session, demand, ask, asker, guide):
    demand(EVERYTHING)
    certificate = ask()
    assert queries.get_own_certificate(session, guide.id, certificate.id) is certificate
    with pytest.raises(NotFound):
        queries.get_own_certificate(session, asker.applicant.id, certificate.id)


def test_a_guide_cannot_have_one_of_another_municipality(session, baerum):
    session.add(
        PoliceCertificate(
            guide_id=baerum.guide.id, task=CHILDREN, legal_basis=LAW, requested_on=TODAY
        )
    )
    with pytest.raises(IntegrityError):
        session.flush()
    session.rollback()
