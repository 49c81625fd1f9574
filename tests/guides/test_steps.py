"""The steps that a municipality asks for: done, missing, waived, taken back."""

import datetime as dt
from types import SimpleNamespace

import pytest
from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError

from app import tenancy
from app.accounts.models import Link, LinkKind
from app.errors import NotFound, NotPermitted
from app.guides import tasks
from app.guides.models import (
    Declaration,
    GuardianApproval,
    Guide,
    GuideStatus,
    GuideStep,
    PipelineStep,
    StepCode,
    StepOverride,
    StepWay,
)
from app.guides.queries import list_lacking, missing_steps
from app.guides.queries.declarations import current_text, our_texts
from app.guides.queries.steps import get_steps, list_asked, list_unasked
from app.guides.services import declarations, leaving, pipeline, steps, vetting
from app.guides.services.declarations import NewVersion, Signature
from app.guides.services.pipeline import Wanted
from app.jobs.tasks import Tools, write
from app.permissions import Role
from app.vocabulary import AgeGroup
from tests.cast import NOW, TODAY, actor, make_guide
from tests.guides.answers import letters, link_in

D, C, P, G = StepCode
YESTERDAY = TODAY - dt.timedelta(days=1)


@pytest.fixture
def coordinator(asker):
    return actor(asker, Role.COORDINATOR)


@pytest.fixture
def guide(session, asker):
    return session.get_one(Guide, asker.guide.id)


@pytest.fixture
def asked(session):
    """The municipality asks for what new ones ask for."""
    pipeline.make_pipeline(session)


def missing(session, guide) -> tuple[StepCode, ...]:
    return missing_steps(session, [guide.id]).get(guide.id, ())


def done(session, guide, *codes) -> None:
    for code in codes:
        steps.tick_step(session, guide, code, way=StepWay.SEEN_BY_STAFF, on=TODAY)


def new_version(**changes) -> NewVersion:
    texts = {"text_nb": "Jeg lover.", "text_nn": "Eg lovar.", "text_en": "I promise."}
    return NewVersion(**(texts | {"asked_anew": False} | changes))


def publish(session, coordinator, *, after=1, **changes) -> int:
    return declarations.publish_declaration(
        session, coordinator, new_version(**changes), after=after, now=NOW
    )


def run_worker(session_factory, town, now=NOW) -> None:
    """Run the day's work and what it defers, as the worker does."""
    with session_factory() as there:
        tenancy.bind(there, town.municipality.id)
        tasks.defer_asking(there, now, now.date())
        there.commit()
    tools = Tools(session_factory, lambda: now, SimpleNamespace(BASE_URL="https://guide.example"))
    write(tools, tasks.ask_for_declarations(tools, str(town.municipality.id)))


class TestWhatIsAskedFor:
    def test_a_municipality_that_never_chose_asks_for_nothing(self, session, guide):
        assert not missing(session, guide)
        assert [step.required for step in list_asked(session)] == [False] * 3

    def test_a_new_municipality_asks_for_the_declaration_and_a_course(self, session, guide, asked):
        assert missing(session, guide) == (D, C)

    def test_making_the_steps_again_changes_no_choice(self, session, coordinator, asked):
        choice = {D: Wanted(False, 1), C: Wanted(True, 0)}
        pipeline.change_pipeline(session, coordinator, choice, now=NOW)
        pipeline.make_pipeline(session)
        told = [(step.code, step.required) for step in list_asked(session)]
        assert told == [(C, True), (D, False), (P, False)]

    def test_the_order_is_the_municipalitys(self, session, coordinator, guide):
        choice = {D: Wanted(True, 1), C: Wanted(True, 0)}
        pipeline.change_pipeline(session, coordinator, choice, now=NOW)
        assert missing(session, guide) == (C, D)

    def test_who_chose_is_kept(self, session, coordinator, asked):
        choice = {D: Wanted(True, 0), C: Wanted(False, 1)}
        pipeline.change_pipeline(session, coordinator, choice, now=NOW)
        rows = {row.code: row for row in session.scalars(select(PipelineStep))}
        assert (rows[C].changed_by_id, rows[C].changed_at) == (coordinator.user_id, NOW)
        assert rows[D].changed_at is None

    def test_the_certificate_is_asked_for_by_whoever_keeps_its_rule(self, session, guide):
        pipeline.require_step(session, P, required=True, by=None, now=NOW)
        assert missing(session, guide) == (P,)
        pipeline.require_step(session, P, required=False, by=None, now=NOW)
        assert not missing(session, guide)

    def test_another_municipality_asks_for_its_own_steps(self, asker, baerum, session_factory):
        with session_factory() as there:
            tenancy.bind(there, baerum.municipality.id)
            pipeline.make_pipeline(there)
            there.commit()
        with session_factory() as here:
            tenancy.bind(here, asker.municipality.id)
            assert not missing_steps(here, [asker.guide.id])
            assert not list_lacking(here, actor(asker, Role.COORDINATOR))

    def test_a_caseworker_does_not_choose(self, session, asker):
        with pytest.raises(NotPermitted):
            pipeline.change_pipeline(session, actor(asker, Role.CASEWORKER), {}, now=NOW)


class TestWhatIsDone:
    def test_a_step_is_noted_once_and_the_first_time_counts(self, session, guide, asked):
        for day in (YESTERDAY, TODAY):
            steps.tick_step(session, guide, C, way=StepWay.COURSE, on=day)
        (row,) = session.scalars(select(GuideStep))
        assert (row.done_on, row.way) == (YESTERDAY, StepWay.COURSE)
        assert missing(session, guide) == (D,)

    def test_staff_note_what_they_have_seen_and_take_it_back(
        self, session, coordinator, guide, asked
    ):
        steps.note_step(session, coordinator, guide, D, done_on=YESTERDAY)
        row = get_steps(session, guide).done[D]
        assert (row.by_id, row.way, row.version) == (coordinator.user_id, StepWay.SEEN_BY_STAFF, 1)
        assert steps.take_back_step(session, coordinator, guide, D)
        assert not steps.take_back_step(session, coordinator, guide, D)
        assert missing(session, guide) == (D, C)

    @pytest.mark.parametrize("code", [P, G])
    def test_certificate_and_guardians_are_noted_elsewhere(self, session, coordinator, guide, code):
        with pytest.raises(steps.StepNeverWaived):
            steps.note_step(session, coordinator, guide, code, done_on=TODAY)
        with pytest.raises(steps.StepNeverWaived):
            steps.take_back_step(session, coordinator, guide, code)

    def test_who_has_left_does_no_more_steps(self, session, coordinator, guide):
        leaving.leave(session, guide, now=NOW, today=TODAY)
        with pytest.raises(steps.GuideHasLeft):
            steps.note_step(session, coordinator, guide, C, done_on=TODAY)

    def test_the_certificate_is_not_kept_longer_than_the_role(self, session, guide, asked):
        done(session, guide, D, C, P)
        leaving.leave(session, guide, now=NOW, today=TODAY)
        assert set(session.scalars(select(GuideStep.code))) == {D, C}


class TestReady:
    def test_not_before_every_step_is_done(self, session, coordinator, guide, asked):
        guide.status = GuideStatus.INTERVIEWED
        session.flush()
        with pytest.raises(vetting.StepsMissing) as refusal:
            self.approve(session, coordinator, guide)
        assert refusal.value.codes == (D, C)
        done(session, guide, D, C)
        self.approve(session, coordinator, guide)
        assert guide.status is GuideStatus.READY

    def test_or_waived_with_a_reason(self, session, coordinator, guide, asked):
        guide.status = GuideStatus.INTERVIEWED
        session.flush()
        done(session, guide, D)
        steps.waive_steps(session, coordinator, guide, [C], reason=" Taught it ", now=NOW)
        self.approve(session, coordinator, guide)
        assert guide.status is GuideStatus.READY
        override = get_steps(session, guide).overrides[C]
        assert (override.reason, override.by_id, override.at) == (
            "Taught it",
            coordinator.user_id,
            NOW,
        )

    @staticmethod
    def approve(session, who, guide):
        vetting.approve_guide(
            session, who, guide, sign_in_url="https://guide.example/in", now=NOW, today=TODAY
        )


class TestOverrides:
    def test_an_override_that_ends_is_kept_and_the_step_is_missing(
        self, session, coordinator, guide, asked
    ):
        steps.waive_steps(session, coordinator, guide, [D, C], reason="Old hand", now=NOW)
        assert not missing(session, guide)
        assert steps.ask_again(session, coordinator, guide, C, now=NOW)
        assert not steps.ask_again(session, coordinator, guide, C, now=NOW)
        assert missing(session, guide) == (C,)
        ended = session.scalars(select(StepOverride).where(StepOverride.code == C)).one()
        assert (ended.ended_at, ended.ended_by_id) == (NOW, coordinator.user_id)

    def test_only_what_is_missing_is_waived(self, session, coordinator, guide, asked):
        done(session, guide, D)
        steps.waive_steps(session, coordinator, guide, [D, C], reason="Old hand", now=NOW)
        assert [row.code for row in session.scalars(select(StepOverride))] == [C]
        with pytest.raises(steps.NothingToWaive):
            steps.waive_steps(session, coordinator, guide, [C], reason="Again", now=NOW)

    @pytest.mark.parametrize("code", [P, G])
    def test_some_steps_no_reason_is_good_enough_for(self, session, coordinator, guide, code):
        pipeline.require_step(session, P, required=True, by=None, now=NOW)
        with pytest.raises(steps.StepNeverWaived):
            steps.waive_steps(session, coordinator, guide, [code], reason="In a hurry", now=NOW)

    @pytest.mark.parametrize("code", [P, G])
    def test_nor_does_the_database_take_one(self, session, guide, code):
        session.add(StepOverride(guide_id=guide.id, code=code, reason="In a hurry", at=NOW))
        with pytest.raises(IntegrityError, match="never_waived"):
            session.flush()

    def test_there_is_none_without_a_reason(self, session, coordinator, guide, asked):
        with pytest.raises(ValueError, match="reason"):
            steps.waive_steps(session, coordinator, guide, [C], reason="  ", now=NOW)

    def test_a_guide_does_not_waive(self, session, asker, guide, asked):
        with pytest.raises(NotPermitted):
            steps.waive_steps(
                session, actor(asker, Role.GUIDE), guide, [C], reason="Why not", now=NOW
            )


class TestGuardians:
    @pytest.fixture
    def young(self, session, asker):
        return make_guide(session, asker, email="emil@asker.example", age_group=AgeGroup.FROM_16)

    def test_their_yes_is_missing_wherever_somebody_is_under_18(self, session, guide, young):
        assert missing(session, young) == (G,)
        assert not missing(session, guide)

    def test_a_yes_is_a_name_a_day_and_who_noted_it(self, session, coordinator, young):
        steps.note_guardians(session, coordinator, young, guardian_name="Anne", given_on=YESTERDAY)
        row = session.scalars(select(GuardianApproval)).one()
        assert (row.guardian_name, row.given_on, row.noted_by_id) == (
            "Anne",
            YESTERDAY,
            coordinator.user_id,
        )
        assert not missing(session, young)
        assert steps.take_back_guardians(session, coordinator, young)
        assert missing(session, young) == (G,)

    def test_nobody_answers_for_an_adult(self, session, coordinator, guide):
        with pytest.raises(steps.GuideIsAdult):
            steps.note_guardians(session, coordinator, guide, guardian_name="Anne", given_on=TODAY)

    def test_the_name_goes_when_the_role_ends(self, session, coordinator, young):
        steps.note_guardians(session, coordinator, young, guardian_name="Anne", given_on=TODAY)
        leaving.leave(session, young, now=NOW, today=TODAY)
        assert session.scalar(select(GuardianApproval)) is None


class TestDeclaration:
    def sign(self, session, guide, version=1, name="Kari Asker"):
        signature = Signature(version, name, StepWay.LINK)
        return declarations.sign(session, guide, signature, now=NOW, today=TODAY)

    def test_ours_is_kept_word_for_word_when_the_first_one_signs(self, session, guide, asked):
        assert current_text(session).is_ours and session.scalar(select(Declaration)) is None
        step = self.sign(session, guide)
        row = session.scalars(select(Declaration)).one()
        assert (row.version, row.text_nn) == (1, our_texts()["nn"])
        assert (step.version, step.signed_as, step.done_on) == (1, "Kari Asker", TODAY)
        assert missing(session, guide) == (C,)

    def test_the_three_languages_say_as_much(self):
        lengths = {code: text.count("\n") for code, text in our_texts().items()}
        assert set(lengths) == {"nb", "nn", "en"} and len(set(lengths.values())) == 1

    def test_an_earlier_signature_goes_on_counting(self, session, coordinator, guide, asked):
        self.sign(session, guide)
        assert publish(session, coordinator) == 0
        assert current_text(session).version == 2
        assert missing(session, guide) == (C,)

    def test_unless_everybody_is_asked_anew(self, session, coordinator, guide, asked):
        self.sign(session, guide)
        assert publish(session, coordinator, asked_anew=True) == 1
        assert missing(session, guide) == (D, C)
        self.sign(session, guide, version=2)
        assert missing(session, guide) == (C,)
        publish(session, coordinator, after=2)
        assert missing(session, guide) == (C,)
        assert len(session.scalars(select(GuideStep)).all()) == 2

    def test_nobody_is_written_to_where_none_is_asked_for(self, session, coordinator, guide):
        assert publish(session, coordinator, asked_anew=True) == 0

    def test_the_worker_writes_once_to_everybody_who_lacks_it(
        self, session, asker, guide, asked, session_factory
    ):
        interviewed = make_guide(
            session, asker, email="x@asker.example", status=GuideStatus.INTERVIEWED
        )
        signed = make_guide(session, asker, email="y@asker.example", status=GuideStatus.READY)
        done(session, signed, D)
        session.commit()
        for _ in range(2):
            run_worker(session_factory, asker)
        assert [len(letters(session, one.email)) for one in (guide, interviewed, signed)] == [
            1,
            1,
            0,
        ]
        assert not letters(session, asker.applicant.email)
        assert link_in(letters(session, guide.email)[0]).startswith("/asker/declarations/")

    def test_whoever_has_to_sign_anew_gets_a_new_link(
        self, session, asker, coordinator, guide, asked, session_factory
    ):
        session.commit()
        run_worker(session_factory, asker)
        publish(session, coordinator)
        session.commit()
        run_worker(session_factory, asker)
        assert len(letters(session, guide.email)) == 1
        tomorrow = NOW + dt.timedelta(days=1)
        declarations.publish_declaration(
            session, coordinator, new_version(asked_anew=True), after=2, now=tomorrow
        )
        session.commit()
        run_worker(session_factory, asker, tomorrow)
        assert len(letters(session, guide.email)) == 2

    def test_many_are_written_to_a_few_at_a_time(
        self, session, asker, asked, session_factory, monkeypatch
    ):
        monkeypatch.setattr(declarations, "AT_A_TIME", 1)
        make_guide(session, asker, email="x@asker.example", status=GuideStatus.READY)
        session.commit()
        run_worker(session_factory, asker)
        assert len(list_unasked(session, now=NOW)) == 1
        session.rollback()
        run_worker(session_factory, asker)
        assert not list_unasked(session, now=NOW)

    def test_who_let_the_link_grow_old_is_asked_once_more(
        self, session, asker, guide, asked, session_factory
    ):
        session.commit()
        for day, written in [(0, 1), (29, 1), (31, 2), (32, 2), (90, 2)]:
            run_worker(session_factory, asker, NOW + dt.timedelta(days=day))
            assert len(letters(session, guide.email)) == written, day
            session.rollback()
        session.execute(delete(Link))  # what is dead goes after a month
        session.commit()
        run_worker(session_factory, asker, NOW + dt.timedelta(days=120))
        assert len(letters(session, guide.email)) == 2

    def test_who_has_signed_is_not_asked_once_more(
        self, session, asker, guide, asked, session_factory
    ):
        session.commit()
        run_worker(session_factory, asker)
        done(session, guide, D)
        session.commit()
        run_worker(session_factory, asker, NOW + dt.timedelta(days=31))
        assert len(letters(session, guide.email)) == 1

    def test_what_was_not_read_cannot_be_signed(self, session, coordinator, guide, asked):
        publish(session, coordinator)
        with pytest.raises(declarations.DeclarationChanged):
            self.sign(session, guide, version=1)
        assert missing(session, guide) == (D, C)

    def test_two_who_publish_at_once_see_each_other(self, session, coordinator):
        publish(session, coordinator)
        with pytest.raises(declarations.DeclarationChanged):
            publish(session, coordinator, after=1)

    def test_a_paper_that_staff_have_seen_keeps_no_typed_name(self, session, coordinator, guide):
        steps.note_step(session, coordinator, guide, D, done_on=YESTERDAY)
        assert self.sign(session, guide).signed_as == ""

    def test_a_link_opens_once_and_the_newest_alone(self, session, coordinator, guide, asked):
        first, second = (
            self.send(session, coordinator, guide),
            self.send(session, coordinator, guide),
        )
        signature = Signature(1, "Kari Asker", StepWay.LINK)
        with pytest.raises(NotFound):
            declarations.sign_by_link(session, first, signature, now=NOW, today=TODAY)
        declarations.sign_by_link(session, second, signature, now=NOW, today=TODAY)
        with pytest.raises(NotFound):
            declarations.sign_by_link(session, second, signature, now=NOW, today=TODAY)
        assert missing(session, guide) == (C,)

    def test_a_link_is_closed_when_the_role_ends(self, session, coordinator, guide):
        token = self.send(session, coordinator, guide)
        leaving.leave(session, guide, now=NOW, today=TODAY)
        link = session.scalars(select(Link).where(Link.kind == LinkKind.DECLARATION)).one()
        assert link.revoked_at == NOW
        with pytest.raises(NotFound):
            declarations.open_declaration(session, token, now=NOW)

    def test_a_link_opens_in_its_own_municipality_alone(
        self, baerum, session, coordinator, guide, session_factory
    ):
        token = self.send(session, coordinator, guide)
        session.commit()
        with session_factory() as there:
            tenancy.bind(there, baerum.municipality.id)
            with pytest.raises(NotFound):
                declarations.open_declaration(there, token, now=NOW)

    @staticmethod
    def send(session, coordinator, guide) -> str:
        tokens = []
        declarations.send_declaration(
            session,
            coordinator,
            guide,
            now=NOW,
            link_url=lambda token: tokens.append(token) or f"https://guide.example/{token}",
        )
        return tokens[0]


class TestTheDesksList:
    def test_who_is_interviewed_or_ready_and_lacks_a_step(
        self, session, coordinator, asker, guide, asked
    ):
        interviewed = make_guide(
            session, asker, email="x@asker.example", status=GuideStatus.INTERVIEWED
        )
        done(session, interviewed, D)
        found = {row.guide.id: row.codes for row in list_lacking(session, coordinator)}
        assert found == {guide.id: (D, C), interviewed.id: (C,)}
        done(session, guide, D, C)
        assert [row.guide.id for row in list_lacking(session, coordinator)] == [interviewed.id]
