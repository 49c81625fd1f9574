"""A corrected e-mail address takes over at once; the old mailbox opens nothing more."""

import pytest

from app import tenancy
from app.accounts import services as accounts
from app.accounts.models import LinkKind, User
from app.errors import NotFound
from app.guides.models import Guide, GuideStatus, StepCode, WrongGuideStatus
from app.guides.queries import find_partner, missing_steps
from app.guides.services import coupling, own_status
from app.matches.models import MatchStatus
from app.my_page.services import take_break
from app.permissions import Role
from app.vocabulary import AgeGroup
from tests.cast import NOW, TODAY, actor, make_guide, sign_in
from tests.guides.answers import letters
from tests.matches.people import match_at
from tests.pages import fill, get_page, post_page


@pytest.fixture
def edit(client, asker):
    """Return a function that edits a guide as the coordinator does, in the page."""

    def edit(guide, *, status=303, **changes):
        url = asker.url(f"/guides/{guide.id}/edit")
        sign_in(client, asker.coordinator)
        answers = fill(get_page(client, url), "/edit") | changes
        if status == 422:
            return post_page(client, url, answers)
        assert client.post(url, data=answers).status_code == status
        return None

    return edit


def status_token(session, town, guide):
    return accounts.issue_link(
        session, LinkKind.STATUS, guide.id, municipality_id=town.municipality.id, now=NOW
    )


def test_the_account_follows_and_the_old_mailbox_is_left_behind(session, client, asker, edit):
    token = status_token(session, asker, asker.guide)
    session.commit()
    edit(asker.guide, email="new@post.example")
    user = session.get(User, asker.guide_user.id)
    assert user.email == "new@post.example"
    assert user.fs_uniquifier != asker.guide_user.fs_uniquifier
    with pytest.raises(NotFound):
        own_status.open_status(session, token, now=NOW)
    assert [letter.template for letter in letters(session, "new@post.example")] == ["status_link"]


@pytest.mark.parametrize("changes", [{"email": "new@post.example"}, {"phone": "+4790000199"}])
def test_the_old_contact_reads_no_calendar_signs_nothing_and_answers_nothing(
    session, asker, edit, changes
):
    match = match_at(session, asker, MatchStatus.GUIDE_ASKED)
    town, guide_id = asker.municipality.id, asker.guide.id
    old = [
        accounts.issue_link(
            session, kind, subject, municipality_id=town, now=NOW, holder_id=guide_id
        )
        for kind, subject in (
            (LinkKind.FEED, guide_id),
            (LinkKind.DECLARATION, guide_id),
            (LinkKind.ANSWER, match.id),
            (LinkKind.FOLLOW_UP, match.id),
            (LinkKind.ENDING, match.id),
        )
    ]
    session.commit()
    edit(asker.guide, **changes)
    session.expire_all()
    assert not any(accounts.find_link(session, token).opens(NOW) for token in old)


def test_a_strangers_link_confirms_nothing(session, client, asker, edit):
    token = status_token(session, asker, asker.applicant)
    session.commit()
    edit(asker.applicant, email="right@post.example")
    assert client.post(asker.url(f"/status/{token}/confirmation")).status_code == 404
    assert session.get(Guide, asker.applicant.id).email_confirmed_at is None


def test_two_guides_cannot_share_an_address(session, asker, edit):
    page = edit(asker.applicant, status=422, email=asker.guide.email)
    assert page.select_one("#email[aria-invalid]")
    assert session.get(Guide, asker.applicant.id).email == asker.applicant.email


def test_a_slip_of_the_age_is_undone_and_the_guardians_are_asked_anew(session, asker, edit):
    edit(asker.guide, age_group="16-17")
    edit(asker.guide, age_group="30-44")
    edit(asker.guide, age_group="16-17")
    session.expire_all()
    assert not session.get(Guide, asker.guide.id).is_adult
    assert StepCode.GUARDIANS in missing_steps(session, [asker.guide.id])[asker.guide.id]


def test_a_guide_who_has_a_family_cannot_become_a_minor(session, asker, edit):
    match_at(session, asker, MatchStatus.ACTIVE)
    session.commit()
    page = edit(asker.guide, status=422, age_group="16-17")
    assert page.select_one(".ds-error-summary a[href^='#age_group']")
    session.expire_all()
    assert session.get(Guide, asker.guide.id).is_adult


def test_a_guide_whose_mail_stays_keeps_the_session(session, asker, edit):
    edit(asker.guide, name="Kari Corrected")
    assert session.get(User, asker.guide_user.id).fs_uniquifier == asker.guide_user.fs_uniquifier


def test_a_pause_cannot_undo_an_end(session, session_factory, asker):
    """The guide's own page was opened before the coordinator ended the role."""
    guide = session.get(Guide, asker.guide.id)
    session.commit()
    with session_factory() as other:
        tenancy.bind(other, asker.municipality.id)
        other.get(Guide, guide.id).status = GuideStatus.ENDED
        other.commit()
    with pytest.raises(WrongGuideStatus):
        take_break(session, actor(asker, Role.GUIDE), guide, until=None)


def test_others_with_the_same_name_are_no_obstacle(session, asker, edit):
    make_guide(session, asker, name=asker.guide.name, email="other@post.example")
    session.commit()
    edit(asker.guide, name="Kari Again")


def test_who_turns_out_to_be_under_18_goes_with_nobody_any_more(session, asker, edit):
    lead, other = session.get(Guide, asker.guide.id), session.get(Guide, asker.applicant.id)
    coordinator = actor(asker, Role.COORDINATOR)
    coupling.link_couple(session, coordinator, lead, other, today=TODAY)
    session.commit()
    edit(asker.applicant, phone="+4790000199")
    assert find_partner(session, coordinator, lead) is not None
    session.rollback()
    edit(asker.applicant, age_group=AgeGroup.FROM_16.value)
    assert find_partner(session, coordinator, lead) is None


def test_the_page_tells_staff_what_is_known_and_asks_them_nothing(client, session, asker):
    session.commit()
    sign_in(client, asker.coordinator)
    form = get_page(client, asker.url(f"/guides/{asker.guide.id}/edit?lang=en")).main.form
    asked = {one.get_text(" ", strip=True) for one in form.select("legend, label")}
    assert {"Age", "Interests", "Would rather meet", "Has a pet"} <= asked
    assert not [words for words in asked if words.endswith("?")]
    assert "you" not in form.get_text(" ").lower().split()
