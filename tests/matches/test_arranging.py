"""Guides come into a match and leave it by hand: places, letters, and what each of them sees."""

import pytest
from sqlalchemy import select

from app.accounts.models import Membership, User
from app.errors import Conflict
from app.guides.models import Guide, GuideStatus
from app.guides.services.vetting import end_guide
from app.matches import services
from app.matches.models import GuideChange, GuideKind, Match, MatchStatus
from app.matches.services import Arrangement
from app.messages.models import OutgoingMessage
from app.permissions import Role
from app.vocabulary import Gender, GenderWish
from tests import cast
from tests.cast import NOW, actor, sign_in
from tests.matches.groups import YOUNG, make_group, make_group_guide
from tests.matches.people import ADDRESSES, Steps, match_at, propose
from tests.pages import fill, get_page, post_page

S, K = MatchStatus, GuideKind


@pytest.fixture
def coordinator(asker):
    return actor(asker, Role.COORDINATOR)


@pytest.fixture
def other(session, asker) -> Guide:
    """Somebody ready, with an account of their own."""
    user = User(name="Ida Andre", email="ida@asker.example", created_at=NOW)
    session.add(user)
    session.flush()
    return cast.make_guide(
        session,
        asker,
        name="Ida Andre",
        email="ida@asker.example",
        status=GuideStatus.READY,
        user_id=user.id,
    )


def arrange(session, coordinator, match, parts: dict[Guide, GuideKind], seen=None) -> Match:
    wanted = Arrangement({g.id: kind for g, kind in parts.items()}, seen, NOW.date())
    return services.arrange_guides(
        session, coordinator, match, wanted, addresses=ADDRESSES, now=NOW
    )


def says_yes(session, coordinator, match, guide) -> None:
    """Note the yes of somebody who is asked to come in."""
    said = services.NewcomersAnswer(guide.id, says_yes=True)
    services.answer_as_newcomer(
        session, coordinator, match, answer=said, addresses=ADDRESSES, now=NOW
    )


def parts_of(match) -> dict:
    return {row.guide.name: row.kind for row in match.guides}


def letters_to(session, guide) -> list[str]:
    sent = select(OutgoingMessage).where(OutgoingMessage.recipient == guide.email)
    return [letter.template for letter in session.scalars(sent)]


def letters_to_family(session, match) -> list[str]:
    sent = select(OutgoingMessage).where(OutgoingMessage.recipient == match.family.contact_email)
    order = OutgoingMessage.template.desc()
    return [letter.template for letter in session.scalars(sent.order_by(order))]


@pytest.mark.parametrize(
    ("status", "places"), [(S.PROPOSED, 0), (S.AGREED, 1), (S.ACTIVE, 1)], ids=str
)
def test_a_co_guide_takes_a_place_where_the_match_does(
    session, asker, coordinator, other, status, places
):
    match = match_at(session, asker, status)
    arrange(session, coordinator, match, {match.lead: K.LEAD, other: K.CO})
    assert (match.lead.places_taken, other.places_taken) == (places, places)
    assert letters_to(session, other) == ([] if status is S.PROPOSED else ["guide_asked"])
    (change,) = session.scalars(select(GuideChange))
    assert (change.guide_id, change.before, change.after) == (other.id, None, K.CO)
    if status is S.PROPOSED:
        Steps(session, asker).guide_asked(match)
        assert (match.lead.places_taken, other.places_taken) == (1, 1)


def test_a_backup_takes_no_place_and_sees_nothing_before_stepping_in(
    session, client, asker, coordinator, other
):
    match = match_at(session, asker, S.ACTIVE)
    first = match.lead
    arrange(session, coordinator, match, {first: K.LEAD, other: K.BACKUP})
    session.commit()
    user = session.get_one(User, other.user_id)
    assert (other.places_taken, letters_to(session, other)) == (0, ["guide_backup"])
    assert match.guide_user_ids == {first.user_id}
    arrange(session, coordinator, match, {first: K.LEAD, other: K.CO})
    assert match.guide_user_ids == {first.user_id}
    says_yes(session, coordinator, match, other)
    arrange(session, coordinator, match, {other: K.LEAD})  # the lead cannot any more
    session.commit()
    assert (match.lead, other.places_taken, first.places_taken) == (other, 1, 0)
    assert match.guide_user_ids == {user.id}
    written = ["guide_asked", "newcomer_agreed", "other_guide_left"]
    assert letters_to(session, other)[1:] == written
    assert letters_to(session, first)[-1] == "guide_left"
    session.rollback()
    sign_in(client, asker.guide_user)
    assert client.get(asker.url(f"/matches/{match.id}")).status_code == 404
    page = client.get(asker.url("/my-page?lang=en")).text
    assert "Amal" not in page
    assert "Certificate of volunteering" in page


def test_why_the_first_guide_was_chosen_is_not_told_of_the_next(
    session, client, asker, coordinator, other
):
    match = match_at(session, asker, S.ACTIVE)
    match.explanation = {"inputs": {"guide": {"guide_id": str(match.lead.id)}}}
    arrange(session, coordinator, match, {match.lead: K.LEAD, other: K.CO})
    says_yes(session, coordinator, match, other)
    arrange(session, coordinator, match, {other: K.LEAD})
    session.commit()
    sign_in(client, asker.coordinator)
    page = get_page(client, asker.url(f"/matches/{match.id}?lang=en"))
    assert "Why this guide" not in page.text


@pytest.mark.parametrize("status", [S.GUIDE_ASKED, S.GUIDE_ACCEPTED, S.FAMILY_ASKED, S.ENDED])
def test_nobody_comes_in_while_a_question_is_out(session, asker, coordinator, other, status):
    match = match_at(session, asker, status)
    with pytest.raises(services.QuestionIsOut):
        arrange(session, coordinator, match, {match.lead: K.LEAD, other: K.CO})


def test_a_proposal_stays_with_the_guide_it_was_made_for(session, asker, coordinator, other):
    match = match_at(session, asker, S.PROPOSED)
    for parts in ({other: K.LEAD}, {match.lead: K.CO, other: K.LEAD}, {match.lead: K.CO}):
        with pytest.raises(services.GuidesOutOfOrder):
            arrange(session, coordinator, match, parts)


def test_one_leads_and_three_is_the_most(session, asker, coordinator, other):
    match = match_at(session, asker, S.ACTIVE)
    more = [
        cast.make_guide(session, asker, name=f"G{n}", status=GuideStatus.READY) for n in range(3)
    ]
    lead = match.lead
    for parts in ({}, {lead: K.LEAD, other: K.LEAD}, {lead: K.BACKUP}):
        with pytest.raises(services.GuidesOutOfOrder):
            arrange(session, coordinator, match, parts)
    with pytest.raises(services.MayNotMeet), session.begin_nested():
        arrange(session, coordinator, match, {lead: K.LEAD} | dict.fromkeys(more, K.BACKUP))
    session.expire_all()
    assert parts_of(match) == {"Kari Asker": K.LEAD}


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"status": GuideStatus.PAUSED}, services.GuideNotReady),
        ({"places_taken": 1}, services.GuideAtCapacity),
        ({"gender": Gender.MAN}, services.GuideCannotBeProposed),
        ({"age_group": YOUNG}, (services.MayNotMeet, services.GuideCannotBeProposed)),
    ],
    ids=["paused", "no room", "the family asked for a woman", "under 18"],
)
def test_what_holds_for_a_proposal_holds_for_who_comes_in(
    session, asker, coordinator, other, changes, refusal
):
    match = match_at(session, asker, S.ACTIVE)
    match.family.gender_wish = GenderWish.WOMAN
    for name, value in changes.items():
        setattr(other, name, value)
    session.commit()
    with pytest.raises(refusal), session.begin_nested():
        arrange(session, coordinator, match, {match.lead: K.LEAD, other: K.CO})
    session.rollback()
    assert parts_of(match) == {"Kari Asker": K.LEAD}
    assert match.lead.places_taken == 1


def test_a_backup_who_leaves_is_counted_on_no_more(session, asker, coordinator, other):
    match = match_at(session, asker, S.ACTIVE)
    arrange(session, coordinator, match, {match.lead: K.LEAD, other: K.BACKUP})
    end_guide(session, coordinator, other, now=NOW, today=NOW.date())
    session.expire_all()
    assert parts_of(match) == {"Kari Asker": K.LEAD}


def test_whoever_saw_other_guides_changes_nothing(session, asker, coordinator, other):
    match = match_at(session, asker, S.ACTIVE)
    seen = {match.lead.id: K.LEAD}
    arrange(session, coordinator, match, {match.lead: K.LEAD, other: K.BACKUP}, seen)
    with pytest.raises(services.SeenGuidesChanged):
        arrange(session, coordinator, match, {match.lead: K.LEAD}, seen)
    with pytest.raises(services.SeenGuidesChanged):
        arrange(session, coordinator, match, {match.lead: K.LEAD}, {})


def test_all_places_are_given_back_at_the_end(session, asker, coordinator, other):
    match = match_at(session, asker, S.ACTIVE)
    arrange(session, coordinator, match, {match.lead: K.LEAD, other: K.CO})
    Steps(session, asker).ended(match)
    assert (match.lead.places_taken, other.places_taken) == (0, 0)


def test_the_page_takes_one_in_and_lets_another_go(session, client, asker, coordinator, other):
    match = match_at(session, asker, S.ACTIVE)
    session.commit()
    match_id, other_id = match.id, other.id
    session.rollback()
    sign_in(client, asker.coordinator)
    url = asker.url(f"/matches/{match_id}/guides")
    typed = fill(get_page(client, url), "/guides")
    page = post_page(client, url + "?lang=en", typed | {"newcomer": str(other_id)})
    assert "Talk to them first." in page.text
    posted = typed | {"newcomer": str(other_id), "newcomers_part": "lead", "all_agree": "y"}
    page = post_page(client, url + "?lang=en", posted)
    assert "only one, gets the letters" in page.select_one("#newcomers_part-error").text
    posted["newcomers_part"] = "co"
    for on, words in (
        ("", "Ask the family first"),
        ("2020-06-01", "between the day both said yes and today"),
        ("2026-12-01", "between the day both said yes and today"),
    ):
        page = post_page(client, url + "?lang=en", posted | {"family_yes_on": on})
        assert words in page.select_one("#family_yes_on-error").text
    posted["family_yes_on"] = NOW.date().isoformat()
    assert client.post(url, data=posted).status_code == 303
    session.expire_all()
    match = session.get_one(Match, match_id)
    assert parts_of(match) == {"Kari Asker": K.LEAD, "Ida Andre": K.CO}
    assert [guide.name for guide in match.present] == ["Kari Asker"]
    session.rollback()
    # The page that was left open is too late, and shows who it is now.
    page = post_page(client, url + "?lang=en", posted, status=409)
    assert "Here they are as they are now" in page.text
    assert page.select_one(f"[name=part_{other_id.hex}]")
    assert page.select_one("[name=seen]")["value"] != typed["seen"]


def test_who_came_and_who_left_is_told_to_the_family_and_stands_in_the_history(
    session, client, asker, coordinator, other
):
    match = match_at(session, asker, S.ACTIVE)
    match.family.contact_email = "amal@home.example"
    first = match.lead
    arrange(session, coordinator, match, {first: K.LEAD, other: K.CO})
    says_yes(session, coordinator, match, other)
    arrange(session, coordinator, match, {other: K.LEAD})
    assert letters_to_family(session, match) == ["family_new_guide", "family_guide_left"]
    url, left = asker.url(f"/matches/{match.id}?lang=en"), first.name
    session.commit()
    sign_in(client, asker.coordinator)
    happened = get_page(client, url).select_one("[aria-labelledby=happened]").text
    for words in (
        f"{other.name} was asked to come in",
        f"{left} left",
        "gets the letters from now",
    ):
        assert words in happened


def test_who_steps_back_to_be_backup_is_not_told_that_it_is_over(
    session, asker, coordinator, other
):
    match = match_at(session, asker, S.ACTIVE)
    first = match.lead
    arrange(session, coordinator, match, {first: K.LEAD, other: K.CO})
    says_yes(session, coordinator, match, other)
    arrange(session, coordinator, match, {other: K.LEAD, first: K.BACKUP})
    assert letters_to(session, first)[-1] == "guide_backup"
    assert "guide_left" not in letters_to(session, first)


def test_who_never_said_yes_is_not_missed_by_the_family(session, asker, coordinator, other):
    match = match_at(session, asker, S.ACTIVE)
    match.family.contact_email = "amal@home.example"
    arrange(session, coordinator, match, {match.lead: K.LEAD, other: K.CO})
    arrange(session, coordinator, match, {match.lead: K.LEAD})
    assert letters_to_family(session, match) == []
    assert "other_guide_left" not in letters_to(session, match.lead)


def test_the_page_of_the_match_notes_the_answer_of_who_was_asked(
    session, client, asker, coordinator, other
):
    match = match_at(session, asker, S.ACTIVE)
    arrange(session, coordinator, match, {match.lead: K.LEAD, other: K.CO})
    session.commit()
    match_id, other_id = match.id, other.id
    session.rollback()
    sign_in(client, asker.coordinator)
    page = get_page(client, asker.url(f"/matches/{match_id}?lang=en"))
    assert "A guide is asked to come in" in page.text
    said = fill(page, "/guide-answer") | {"answer-answer": "yes"}
    assert said["answer-guide"] == str(other_id)
    heard = asker.url(f"/matches/{match_id}/guide-answer")
    assert client.post(heard, data=said).status_code == 303
    session.expire_all()
    assert len(session.get_one(Match, match_id).present) == 2


def test_one_chooses_among_those_who_can_come_and_reads_why_the_others_cannot(
    session, client, asker, other
):
    match = match_at(session, asker, S.ACTIVE)
    at_work = {"status": GuideStatus.READY, "email": "full@asker.example"}
    full = cast.make_guide(session, asker, name="Full Opp", capacity=1, places_taken=1, **at_work)
    young = cast.make_guide(
        session, asker, name="Emil Ung", age_group=YOUNG, status=GuideStatus.READY
    )
    url = asker.url(f"/matches/{match.id}/guides?lang=en")
    coming = str(other.id)
    session.commit()
    sign_in(client, asker.coordinator)
    page = get_page(client, url)
    assert {o["value"] for o in page.select("select[name=newcomer] option")} == {"", coming}
    kept_out = "".join(part.text for part in page.select("main details"))
    assert f"{full.name}: No free place" in kept_out and f"{young.name}: Under 18" in kept_out


def test_the_page_says_who_lacks_what(session, client, asker, coordinator):
    group = make_group(session, asker)
    adult = make_group_guide(session, asker, "Anne Voksen")
    young = make_group_guide(session, asker, "Emil Ung", age_group=YOUNG)
    make_group_guide(session, asker, "Tor Voksen", status=GuideStatus.PAUSED)
    cast.make_guide(session, asker, name="Uten Attest", status=GuideStatus.READY)
    session.commit()
    sign_in(client, asker.coordinator)
    url = asker.url(f"/families/groups/{group.id}/guides")
    page = get_page(client, url + "?lang=en")
    offered = {tag["value"] for tag in page.select("[name=lead]")}
    assert offered == {str(adult.id), str(young.id)}
    kept_out = "".join(part.text for part in page.select("main details"))
    assert "Tor Voksen: Takes a break" in kept_out
    assert "Uten Attest: No police certificate" in kept_out
    chosen = {"lead": str(young.id), "others": [str(young.id)], "all_agree": "y"}
    page = post_page(client, url + "?lang=en", chosen)
    assert "Two or three guides meet a group" in page.select_one("#others-error").text
    chosen |= {"others": [str(adult.id)]}
    answer = client.post(url, data=chosen)
    assert answer.status_code == 303
    page = get_page(client, answer.location + "?lang=en")
    assert "Group G-1" in page.h1.text and "16–17 years" in page.text
    assert "A group of 4 young people (13–17 years)" in page.text
    group.household_size = 5
    session.commit()
    page = get_page(client, answer.location + "?lang=en")
    assert "They may not meet as it is now" in page.text
    page = post_page(client, answer.location + "/confirmation?lang=en", {}, status=409)
    assert "A guardian's yes is missing for 1 young person." in page.text


def test_a_guide_who_is_backup_is_no_obstacle_to_another_match(session, asker, coordinator, other):
    match = match_at(session, asker, S.ACTIVE)
    arrange(session, coordinator, match, {match.lead: K.LEAD, other: K.BACKUP})
    family = cast.make_family(session, asker, reference="F-2")

    second = propose(session, asker, family, other)
    Steps(session, asker).guide_asked(second)
    assert other.places_taken == 1
    with pytest.raises(Conflict):  # and then there is no room to step in
        arrange(session, coordinator, match, {other: K.LEAD})


def test_a_group_is_called_a_group_where_it_is_followed_up(session, client, asker, coordinator):
    group = make_group(session, asker)
    guides = [make_group_guide(session, asker, name) for name in ("Anne Voksen", "Bo Voksen")]
    choice = services.GroupChoice(guides[0].id, frozenset({guides[1].id}))
    match = services.propose_group(session, coordinator, group, choice, now=NOW)
    steps = Steps(session, asker)
    for step in (steps.guide_asked, steps.guide_accepted, steps.family_asked, steps.agreed):
        step(match)
    steps.active(match)
    session.commit()
    sign_in(client, asker.coordinator)
    page = get_page(client, asker.url(f"/matches/{match.id}/follow-ups?lang=en"))
    assert "group G-1" in page.title.text and "group G-1" in page.h1.text
    page = get_page(client, asker.url(f"/matches/{match.id}/guides?lang=en"))
    assert "When did the group's adult say yes" in page.text


def test_a_backup_hears_when_both_have_said_yes_and_when_it_comes_to_nothing(
    session, asker, coordinator, other
):
    match = match_at(session, asker, S.PROPOSED)
    arrange(session, coordinator, match, {match.lead: K.LEAD, other: K.BACKUP})
    steps = Steps(session, asker)
    for status in (S.GUIDE_ASKED, S.GUIDE_ACCEPTED, S.FAMILY_ASKED):
        steps.take(match, status)
        assert letters_to(session, other) == []
    steps.agreed(match)
    assert letters_to(session, other) == ["guide_backup"]
    steps.withdrawn(match)
    assert letters_to(session, other) == ["guide_backup", "guide_backup_over"]


def test_a_backup_of_a_question_that_was_never_agreed_hears_nothing(
    session, asker, coordinator, other
):
    match = match_at(session, asker, S.PROPOSED)
    arrange(session, coordinator, match, {match.lead: K.LEAD, other: K.BACKUP})
    steps = Steps(session, asker)
    steps.guide_asked(match)
    steps.withdrawn(match)
    assert letters_to(session, other) == []


def test_a_backup_who_is_let_go_is_told(session, asker, coordinator, other):
    match = match_at(session, asker, S.ACTIVE)
    arrange(session, coordinator, match, {match.lead: K.LEAD, other: K.BACKUP})
    arrange(session, coordinator, match, {match.lead: K.LEAD})
    assert letters_to(session, other) == ["guide_backup", "guide_backup_over"]


def test_a_backup_reads_on_their_page_that_they_are(session, client, asker, coordinator, other):
    match = match_at(session, asker, S.ACTIVE)
    user = session.get_one(User, other.user_id)
    user.memberships.append(Membership(municipality_id=asker.municipality.id, role=Role.GUIDE))
    arrange(session, coordinator, match, {match.lead: K.LEAD, other: K.BACKUP})
    session.commit()
    sign_in(client, user)
    words, name = "You are backup", match.family.first_name
    session.commit()
    text = get_page(client, asker.url("/my-page?lang=en")).main.text
    assert words in text and name not in text
    match.family.withdraw(on=NOW.date())
    session.commit()
    assert words not in get_page(client, asker.url("/my-page?lang=en")).main.text
