"""A group of minors is a group on every page of its match, and never called a family."""

import re

import pytest
from sqlalchemy import select

from app.matches import services
from app.matches.models import MatchStatus
from app.messages.models import OutgoingMessage
from app.permissions import Role
from app.vocabulary import AgeGroup
from tests.cast import NOW, actor, sign_in
from tests.matches.groups import make_group, make_group_guide
from tests.matches.people import WAY_TO, Steps
from tests.pages import get_page, post_page

S = MatchStatus
OPEN_TO = [S.PROPOSED, S.GUIDE_ASKED, S.GUIDE_ACCEPTED, S.FAMILY_ASKED, S.AGREED, S.ACTIVE, S.ENDED]


@pytest.fixture
def group_match(session, asker):
    group = make_group(session, asker)
    lead = make_group_guide(session, asker, "Anne Voksen")
    young = make_group_guide(session, asker, "Emil Ung", age_group=AgeGroup.FROM_16)
    choice = services.GroupChoice(lead.id, frozenset({young.id}))
    coordinator = actor(asker, Role.COORDINATOR)
    return services.propose_group(session, coordinator, group, choice, now=NOW)


@pytest.fixture(autouse=True)
def _today(time_machine):
    time_machine.move_to(NOW)


def said_of_families(page):
    for who_sees in page.main.select("details"):  # its words stand for everybody, by the table
        if "Who sees this?" in who_sees.text:
            who_sees.extract()
    words = " ".join([page.title.text, page.main.get_text(" ")])
    labels = [one["aria-label"] for one in page.main.select("[aria-label]")]
    return re.findall(
        r".{0,40}\bfamil(?:y|ies)\b.{0,40}", " ".join([words, *labels]), re.IGNORECASE
    )


@pytest.mark.parametrize("status", OPEN_TO)
def test_the_page_of_a_groups_match_speaks_of_a_group(client, session, asker, group_match, status):
    for step in WAY_TO.get(status, ()):
        Steps(session, asker).take(group_match, step)
    session.commit()
    sign_in(client, asker.coordinator)
    page = get_page(client, asker.url(f"/matches/{group_match.id}?lang=en"))
    assert said_of_families(page) == []


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (S.GUIDE_ASKED, "Guides asked"),
        (S.GUIDE_ACCEPTED, "Guides said yes"),
        (S.FAMILY_ASKED, "Group asked"),
    ],
)
def test_lists_say_at_which_step_it_is_in_the_same_words(
    client, session, asker, group_match, status, words
):
    for step in WAY_TO[status]:
        Steps(session, asker).take(group_match, step)
    session.commit()
    sign_in(client, asker.coordinator)
    for url in ("/matches", f"/families/groups/{group_match.family_id}"):
        rows = get_page(client, asker.url(f"{url}?lang=en")).select(".work-row")
        assert [row for row in rows if "G-1" in row.text and words in row.text]


def test_whoever_answers_for_a_group_is_written_to_of_guides_and_of_everybody(
    session, asker, group_match
):
    group_match.family.contact_email = "contact@group.example"
    for guide in group_match.takers:
        guide.locale = "en"
    for step in WAY_TO[S.AGREED]:
        Steps(session, asker).take(group_match, step)
    letters = session.scalars(select(OutgoingMessage).order_by(OutgoingMessage.template)).all()
    assert [letter.template for letter in letters] == [
        *("family_agreed_several", "family_asked_group"),
        *("guide_asked_group", "guide_asked_group"),
        *("match_agreed_several", "match_agreed_several"),
    ]
    told, asked, *_questions, guides = letters
    assert "flyktningguider som vi tror gruppa vil" in asked.body
    assert told.subject == "Alle har sagt ja" and "begge" not in told.body
    assert guides.subject == "Everybody has said yes" and "both" not in guides.body
    for letter in letters:
        for hidden in ("Anne", "Emil", group_match.family.reference):
            greeted = letter.body.split("!", 1)[1]
            assert hidden not in letter.subject + greeted


def test_the_form_of_its_end_speaks_of_a_group(client, session, asker, group_match):
    for step in WAY_TO[S.ACTIVE]:
        Steps(session, asker).take(group_match, step)
    session.commit()
    sign_in(client, asker.coordinator)
    url = asker.url(f"/matches/{group_match.id}/ending")
    assert said_of_families(get_page(client, f"{url}?lang=en")) == []
    refused = post_page(client, f"{url}?lang=en", {"wish": "other"})
    assert "The group moves" in refused.main.text
    answer = client.post(url, data={"wish": "family_moved"})
    assert answer.status_code == 303


def test_its_start_meeting_speaks_of_a_group(client, session, asker, group_match):
    for step in WAY_TO[S.AGREED]:
        Steps(session, asker).take(group_match, step)
    session.commit()
    sign_in(client, asker.coordinator)
    page = get_page(client, asker.url(f"/matches/{group_match.id}/start-meeting?lang=en"))
    assert "Start meeting, group" in page.title.text
    assert "group" in page.main.text


def letters_to(session, guide) -> list[OutgoingMessage]:
    statement = select(OutgoingMessage).where(OutgoingMessage.about_id == guide.id)
    return list(session.scalars(statement.order_by(OutgoingMessage.created_at)))


def ask_guides(session, asker, group_match) -> None:
    for step in WAY_TO[S.GUIDE_ASKED]:
        Steps(session, asker).take(group_match, step)
    session.commit()


def test_the_letters_to_a_groups_guides_speak_of_the_group(session, asker, group_match):
    ask_guides(session, asker, group_match)
    for guide in group_match.takers:
        bodies = " ".join(letter.body for letter in letters_to(session, guide))
        assert re.search(r"\b(gruppe|group)", bodies)
        assert not re.search(r"\bfamili", bodies, re.IGNORECASE)


def test_the_page_behind_a_guides_link_speaks_of_the_group(client, session, asker, group_match):
    ask_guides(session, asker, group_match)
    letter = letters_to(session, group_match.lead)[-1]
    path = re.search(r"https?://[^/]+(/\S+)", letter.body)[1]
    session.commit()
    assert said_of_families(get_page(client, f"{path}?lang=en")) == []


@pytest.mark.parametrize(("spoken", "told"), [({"ti": 4}, False), ({"fr": 4}, True)])
def test_staff_read_that_a_group_and_its_guides_cannot_talk(client, session, asker, spoken, told):
    group = make_group(session, asker, languages={"ti": (4, 4), "am": (2, 2)})
    guides = [make_group_guide(session, asker, name, languages=spoken) for name in ("Al A", "Bo B")]
    choice = services.GroupChoice(guides[0].id, frozenset({guides[1].id}))
    session.commit()
    sign_in(client, asker.coordinator)
    page = get_page(client, asker.url(f"/families/groups/{group.id}/guides?lang=en"))
    assert "Tigrinya" in page.main.find("dl").text
    match = services.propose_group(session, actor(asker, Role.COORDINATOR), group, choice, now=NOW)
    session.commit()
    page = get_page(client, asker.url(f"/matches/{match.id}?lang=en"))
    assert ("speaks a language of the group" in page.main.text) is told
