"""Signing up, the coordinator's steps, and what guides may do themselves."""

import dataclasses
import datetime as dt

import pytest
from sqlalchemy import func, select

from app.accounts.models import Membership, User
from app.errors import NotFound, NotPermitted
from app.guides.forms.staff import answers_of
from app.guides.forms.steps import SkillsForm, TermsForm
from app.guides.models import (
    Guide,
    GuideStatus,
    PipelineStep,
    SignUpDraft,
    StepCode,
    WrongGuideStatus,
)
from app.guides.services import correcting, leaving, own_status, signing_up, steps, vetting
from app.guides.services.offers import Home, Person
from app.guides.services.signing_up import SENT, Application
from app.municipalities.models import PlacedBy
from app.permissions import Role
from app.vocabulary import AgeGroup, Gender
from tests import cast
from tests.cast import NOW, TODAY
from tests.guides.answers import LANGUAGES, TIME, letters, link_in

SKILLS = SkillsForm.skills_in({"lang": {"no": 4, "ti": 2}, "interests": LANGUAGES["interests"]})
TERMS = TermsForm.terms_in(TIME | {"hours_per_meeting": 2, "capacity": 1, "has_pets": True})


def application(town, **person) -> Application:
    values = {
        "name": "Sinéad O'Brien",
        "email": "sinead@example.com",
        "phone": "+4790000123",
        "age_group": AgeGroup.FROM_30,
        "gender": Gender.WOMAN,
        "home": Home(town.village.id, PlacedBy.POSTCODE),
    }
    return Application(
        person=Person(**(values | person)),
        skills=SKILLS,
        terms=TERMS,
        consent_version="2026-11",
        locale="nn",
    )


def apply_as_guide(session, town, *, now=NOW, **person) -> Guide:
    _token, draft = signing_up.keep_answers(session, None, "about", {}, now=now)
    return signing_up.apply_as_guide(
        session,
        draft,
        application(town, **person),
        now=now,
        link_url=lambda token: f"https://guide.example/status/{token}",
    )


def interview(session, coordinator, guide) -> None:
    vetting.record_interview(
        session,
        coordinator,
        guide,
        interviewed_on=TODAY,
        now=NOW,
        link_url=lambda token: f"https://guide.example/status/{token}",
    )


def count_guides(session) -> int:
    return session.scalar(select(func.count(Guide.id)))


def token_of(session, guide) -> str:
    return link_in(letters(session, guide.email)[-1]).rsplit("/", 1)[-1]


@pytest.fixture
def coordinator(asker):
    return cast.actor(asker, Role.COORDINATOR)


@pytest.fixture
def guide(session, asker):
    """The town's applicant, in this session."""
    return session.get_one(Guide, asker.applicant.id)


class TestDrafts:
    def test_steps_gather_in_one_draft(self, session):
        token, first = signing_up.keep_answers(session, None, "about", {"name": "Kari"}, now=NOW)
        again, second = signing_up.keep_answers(session, token, "time", {"a": 1}, now=NOW)
        assert (token, first) == (again, second)
        assert second.answers == {"about": {"name": "Kari"}, "time": {"a": 1}}

    def test_the_cookie_itself_is_not_stored(self, session):
        token, draft = signing_up.keep_answers(session, None, "about", {}, now=NOW)
        assert token not in draft.token_hash
        assert len(token) >= 22

    def test_after_a_day_a_draft_is_gone(self, session):
        token, old = signing_up.keep_answers(session, None, "about", {"name": "K"}, now=NOW)
        later = NOW + dt.timedelta(hours=24)
        new_token, new = signing_up.keep_answers(session, token, "time", {}, now=later)
        assert new_token != token
        assert "about" not in new.answers
        assert signing_up.delete_old_drafts(session, now=later) == 1
        assert session.scalars(select(SignUpDraft)).all() == [new]
        assert old is not new

    def test_a_sent_draft_takes_no_more_answers(self, session, asker):
        token, draft = signing_up.keep_answers(session, None, "about", {}, now=NOW)
        draft.answers = {SENT: True}
        new_token, _new = signing_up.keep_answers(session, token, "about", {}, now=NOW)
        assert new_token != token


class TestApplying:
    def test_an_application_keeps_everything_that_was_told(self, session, asker):
        guide = apply_as_guide(session, asker)
        assert guide.status is GuideStatus.APPLIED
        assert (guide.name, guide.neighbourhood_id) == ("Sinéad O'Brien", asker.village.id)
        assert {row.code: row.level for row in guide.languages} == {"no": 4, "ti": 2}
        assert (guide.consent_version, guide.locale) == ("2026-11", "nn")
        assert guide.max_travel_minutes == 30
        assert guide.email_confirmed_at is None

    def test_the_receipt_leads_to_the_status_page(self, session, asker):
        guide = apply_as_guide(session, asker)
        (receipt,) = letters(session, "sinead@example.com")
        assert (receipt.template, receipt.locale) == ("sign_up_receipt", "nn")
        token = token_of(session, guide)
        assert own_status.open_status(session, token, now=NOW) == guide

    def test_the_answers_leave_the_draft_when_it_is_sent(self, session, asker):
        _token, draft = signing_up.keep_answers(session, None, "about", {"name": "K"}, now=NOW)
        signing_up.apply_as_guide(
            session, draft, application(asker), now=NOW, link_url="https://x.example/{}".format
        )
        assert draft.answers == {SENT: "30-44"}

    def test_the_same_address_again_gets_a_link_and_no_second_guide(self, session, asker):
        first = apply_as_guide(session, asker)
        before = count_guides(session)
        later = NOW + dt.timedelta(hours=1)
        again = apply_as_guide(session, asker, now=later, name="Somebody Else")
        assert again == first and first.name == "Sinéad O'Brien"
        assert count_guides(session) == before
        templates = [letter.template for letter in letters(session, "sinead@example.com")]
        assert templates == ["sign_up_receipt", "known_address"]

    def test_two_who_share_an_address_hear_of_it_at_once(self, session, asker):
        apply_as_guide(session, asker)
        apply_as_guide(session, asker, name="Ola", now=NOW + dt.timedelta(minutes=1))
        letter = letters(session, "sinead@example.com")[-1]
        assert "to personar" in letter.body and "Ola" not in letter.body

    def test_those_under_eighteen_are_promised_a_group_and_no_family(self, session, asker):
        apply_as_guide(session, asker, age_group=AgeGroup.FROM_16)
        (letter,) = letters(session, "sinead@example.com")
        assert letter.template == "sign_up_receipt_young"
        assert "ungdomsgrupp" in letter.body and "familie" not in letter.body

    def test_a_form_cannot_flood_a_mailbox(self, session, asker):
        for _ in range(3):
            apply_as_guide(session, asker)
        assert len(letters(session, "sinead@example.com")) == 1

    def test_who_has_stopped_may_sign_up_again(self, session, asker):
        first = apply_as_guide(session, asker)
        own_status.withdraw(session, token_of(session, first), now=NOW, today=TODAY)
        assert apply_as_guide(session, asker) != first

    def test_a_closed_municipality_takes_nobody(self, session, asker):
        municipality = session.get_one(type(asker.municipality), asker.municipality.id)
        municipality.sign_up_open = False
        session.flush()
        with pytest.raises(signing_up.SignUpClosed):
            apply_as_guide(session, asker)

    def test_a_neighbourhood_that_vanished_in_between_stops_nobody(self, session, asker):
        session.get_one(type(asker.village), asker.village.id).active = False
        session.flush()
        assert apply_as_guide(session, asker).neighbourhood_id is None


class TestCoordinatorsSteps:
    def test_contact_interview_and_ready_follow_each_other(self, session, coordinator, guide):
        vetting.record_contact(session, coordinator, guide, contacted_on=TODAY)
        interview(session, coordinator, guide)
        vetting.approve_guide(
            session,
            coordinator,
            guide,
            sign_in_url="https://guide.example/sign-in",
            now=NOW,
            today=TODAY,
        )
        assert guide.status is GuideStatus.READY
        assert (guide.contacted_on, guide.interviewed_on, guide.ready_on) == (TODAY,) * 3

    @pytest.mark.parametrize(
        ("asked", "told"),
        [((), []), ((StepCode.DECLARATION,), []), ((StepCode.COURSE,), ["steps_remain"])],
        ids=["nothing", "the declaration, which has a letter of its own", "a course"],
    )
    def test_after_the_interview_a_guide_is_told_what_remains(
        self, session, coordinator, guide, asked, told
    ):
        session.add_all(PipelineStep(code=code, required=True, position=0) for code in asked)
        vetting.record_contact(session, coordinator, guide, contacted_on=TODAY)
        interview(session, coordinator, guide)
        written = letters(session, guide.email)
        assert [letter.template for letter in written] == told
        for letter in written:
            token = link_in(letter).rpartition("/")[2]
            assert own_status.open_status(session, token, now=NOW).id == guide.id

    def test_a_ready_guide_has_an_account_and_a_letter(self, session, coordinator, guide):
        guide.status = GuideStatus.INTERVIEWED
        session.flush()
        self.approve(session, coordinator, guide)
        user = session.get_one(User, guide.user_id)
        assert user.email == guide.email
        roles = session.scalars(select(Membership.role).where(Membership.user_id == user.id)).all()
        assert roles == [Role.GUIDE]
        (letter,) = letters(session, guide.email)
        assert letter.template == "guide_ready"

    def test_no_step_is_skipped(self, session, coordinator, guide):
        with pytest.raises(WrongGuideStatus):
            interview(session, coordinator, guide)
        with pytest.raises(WrongGuideStatus):
            self.approve(session, coordinator, guide)
        with pytest.raises(WrongGuideStatus):
            vetting.pause_guide(session, coordinator, guide, until=None)
        with pytest.raises(WrongGuideStatus):
            vetting.bring_back_guide(session, coordinator, guide)
        assert guide.status is GuideStatus.APPLIED
        assert not letters(session, guide.email)

    def test_a_paused_guide_is_not_approved_again(self, session, coordinator, guide):
        guide.status = GuideStatus.PAUSED
        with pytest.raises(WrongGuideStatus):
            self.approve(session, coordinator, guide)

    def test_nobody_under_eighteen_becomes_ready_without_the_guardians_yes(
        self, session, coordinator, guide
    ):
        guide.age_group, guide.status = AgeGroup.FROM_16, GuideStatus.INTERVIEWED
        session.flush()
        with pytest.raises(vetting.StepsMissing) as missing:
            self.approve(session, coordinator, guide)
        assert missing.value.codes == (StepCode.GUARDIANS,)
        assert guide.status is GuideStatus.INTERVIEWED and guide.user_id is None
        steps.note_guardians(
            session, coordinator, guide, guardian_name="Anne Asker", given_on=TODAY
        )
        self.approve(session, coordinator, guide)
        assert guide.status is GuideStatus.READY
        (letter,) = letters(session, guide.email)
        assert letter.template == "guide_ready_young"

    def test_a_break_begins_and_ends(self, session, coordinator, asker):
        guide = session.get_one(Guide, asker.guide.id)
        until = TODAY + dt.timedelta(days=30)
        vetting.pause_guide(session, coordinator, guide, until=until)
        assert (guide.status, guide.paused_until) == (GuideStatus.PAUSED, until)
        vetting.bring_back_guide(session, coordinator, guide)
        assert (guide.status, guide.paused_until) == (GuideStatus.READY, None)

    @pytest.mark.parametrize(
        ("until", "back"), [(TODAY - dt.timedelta(days=1), True), (TODAY, False), (None, False)]
    )
    def test_a_pause_ends_by_itself_on_the_morning_after_its_last_day(
        self, session, coordinator, asker, until, back
    ):
        guide = session.get_one(Guide, asker.guide.id)
        vetting.pause_guide(session, coordinator, guide, until=until)
        assert vetting.end_pauses(session, today=TODAY) == int(back)
        assert (guide.status is GuideStatus.READY) is back

    def test_a_guide_with_a_family_is_not_ended(self, session, coordinator, asker):
        guide = session.get_one(Guide, asker.guide.id)
        guide.places_taken = 1
        session.flush()
        with pytest.raises(leaving.GuideHasFamily):
            vetting.end_guide(session, coordinator, guide, now=NOW, today=TODAY)
        assert guide.status is GuideStatus.READY

    def test_whose_role_has_ended_cannot_sign_in(self, session, coordinator, asker):
        guide = session.get_one(Guide, asker.guide.id)
        user = session.get_one(User, guide.user_id)
        before = user.fs_uniquifier
        vetting.end_guide(session, coordinator, guide, now=NOW, today=TODAY)
        assert user.memberships == [] and not user.active
        assert user.fs_uniquifier != before  # every session is dead

    def test_who_also_works_here_stays_at_work(self, session, coordinator, asker):
        guide = session.get_one(Guide, asker.guide.id)
        guide.user_id = asker.caseworker.id
        vetting.end_guide(session, coordinator, guide, now=NOW, today=TODAY)
        user = session.get_one(User, asker.caseworker.id)
        assert [m.role for m in user.memberships] == [Role.CASEWORKER]
        assert user.active

    def test_capacity_never_falls_below_the_places_taken(self, session, coordinator, asker):
        guide = session.get_one(Guide, asker.guide.id)
        guide.capacity = guide.places_taken = 2
        session.flush()
        with pytest.raises(correcting.CapacityInUse):
            self.change(session, coordinator, guide, capacity=1)
        self.change(session, coordinator, guide, capacity=3)
        assert guide.capacity == 3

    def test_languages_are_replaced_by_the_new_list(self, session, coordinator, asker):
        guide = session.get_one(Guide, asker.guide.id)
        self.change(session, coordinator, guide)
        session.expire_all()
        assert {row.code: row.level for row in guide.languages} == {"no": 4, "ti": 2}

    def test_a_new_address_is_not_confirmed(self, session, coordinator, asker):
        guide = session.get_one(Guide, asker.guide.id)
        guide.email_confirmed_at = NOW
        self.change(session, coordinator, guide, email=guide.email)
        assert guide.email_confirmed_at == NOW
        self.change(session, coordinator, guide, email="new@example.com")
        assert guide.email_confirmed_at is None

    @pytest.mark.parametrize("role", [Role.GUIDE, Role.CASEWORKER, Role.MANAGER])
    def test_only_coordinators_take_steps(self, session, asker, guide, role):
        somebody = cast.actor(asker, role)
        with pytest.raises(NotPermitted):
            vetting.record_contact(session, somebody, guide, contacted_on=TODAY)
        with pytest.raises(NotPermitted):
            self.approve(session, somebody, guide)
        with pytest.raises(NotPermitted):
            vetting.end_guide(session, somebody, guide, now=NOW, today=TODAY)
        with pytest.raises(NotPermitted):
            self.change(session, somebody, guide)

    @staticmethod
    def approve(session, actor, guide):
        url = "https://guide.example/sign-in"
        vetting.approve_guide(session, actor, guide, sign_in_url=url, now=NOW, today=TODAY)

    @staticmethod
    def change(session, actor, guide, *, capacity=1, email="sinead@example.com"):
        person = application_person(guide, email)
        terms = dataclasses.replace(TERMS, capacity=capacity)
        correcting.change_guide(
            session,
            actor,
            guide,
            correcting.Correction(person, SKILLS, terms),
            now=NOW,
            link_url=lambda token: f"https://guide.example/s/{token}",
        )


def application_person(guide, email) -> Person:
    answers = answers_of(guide)
    return Person(
        name=answers["name"],
        email=email,
        phone=answers["phone"],
        age_group=guide.age_group,
        gender=guide.gender,
        home=Home(guide.neighbourhood_id, guide.placed_by),
    )


class TestOwnStatus:
    def test_confirming_twice_keeps_the_first_time(self, session, asker):
        guide = apply_as_guide(session, asker)
        token = token_of(session, guide)
        own_status.confirm_email(session, token, now=NOW)
        own_status.confirm_email(session, token, now=NOW + dt.timedelta(days=1))
        assert guide.email_confirmed_at == NOW

    def test_withdrawing_closes_the_link(self, session, asker):
        guide = apply_as_guide(session, asker)
        token = token_of(session, guide)
        own_status.withdraw(session, token, now=NOW, today=TODAY)
        assert (guide.status, guide.ended_on) == (GuideStatus.ENDED, TODAY)
        with pytest.raises(NotFound):
            own_status.open_status(session, token, now=NOW)

    def test_a_link_opens_in_its_own_municipality_only(self, session, baerum_session, asker):
        token = token_of(session, apply_as_guide(session, asker))
        session.commit()
        with pytest.raises(NotFound):
            own_status.open_status(baerum_session, token, now=NOW)
