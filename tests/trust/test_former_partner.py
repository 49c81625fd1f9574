"""What an abusive former partner would try, to find out where a family is, or that it is here.

As somebody who applies, as a guide, as an employee of another municipality. What they are shown is
compared byte by byte: with the family as it is, and with the family elsewhere, or with themselves
on the list of those whom it fears, or not.
"""

import re

import pytest
from flask import url_for
from sqlalchemy import event, select

from app.accounts.models import Membership, User
from app.database import engine_of
from app.families.models import Family, FamilyLanguage
from app.guides.models import GuideStatus
from app.matches.models import Match, MatchStatus
from app.matches.services import confirm_match
from app.messages.models import OutgoingMessage
from app.municipalities.models import Neighbourhood
from app.no_contact import services as lists
from app.no_contact.queries import find_hits
from app.permissions import ROLE_PERMISSIONS, Role
from tests import cast
from tests.architecture.test_routes import access_of
from tests.cast import NOW, sign_in
from tests.families.answers import answers
from tests.guides.answers import CONFIRM, STEPS
from tests.matches.people import ADDRESSES, Steps

NAME, PHONE, EMAIL = "Yusuf Khaleel", "900 00 777", "j.k@example.com"
# New in every answer, and the same for everybody.
CHANGING = re.compile(
    r'nonce-[\w-]+|nonce="[^"]*"|<input[^>]*name="(csrf_token|once_token|seen)"[^>]*>|[0-9a-f]{32,}'
)


def seen(response):
    """Return what an answer tells, without what is new in every answer."""
    kept = {"Location", "Content-Type", "Content-Disposition", "Retry-After"}
    headers = sorted((k, CHANGING.sub("…", v)) for k, v in response.headers if k in kept)
    return response.status_code, headers, CHANGING.sub("…", response.text)


def pages_without_ids(app, town, *allowed):
    """Return the address of every page that names no record and that one of these may open."""
    with app.test_request_context():
        return [
            url_for(rule.endpoint, municipality=town.slug)
            for rule in app.url_map.iter_rules()
            if rule.arguments == {"municipality"}
            and "GET" in rule.methods
            and (
                access_of(app, rule.endpoint) in allowed
                or access_of(app, rule.endpoint) == "public"
            )
        ]


@pytest.fixture
def coordinator(session, asker):
    actor = cast.actor(asker, Role.COORDINATOR)
    lists.become_coordinator(session, actor, session.get(Family, asker.family.id), now=NOW)
    session.commit()
    return actor


def put_on_list(session, asker, coordinator, name=NAME):
    feared = lists.Feared(name=name, phones=(PHONE,), emails=(EMAIL,))
    family = session.get(Family, asker.family.id)
    lists.add_person(session, coordinator, family, feared, once_token=name, now=NOW)
    session.commit()


@pytest.fixture
def statements(session_factory):
    """Return the statements that the database is sent, as they come."""
    sent = []

    def note(_connection, _cursor, statement, *_rest):
        sent.append(statement)

    engine = engine_of(session_factory)
    event.listen(engine, "before_cursor_execute", note)
    yield sent
    event.remove(engine, "before_cursor_execute", note)


def apply(app, town, statements, **about):
    """Apply in a browser of one's own; return all that it was shown, and what that cost."""
    browser, shown = app.test_client(), []
    statements.clear()
    for step, told in STEPS:
        data = told | about if step == "about-you" else told
        shown.append(seen(browser.post(town.url(f"/sign-up/{step}"), data=data)))
    shown.append(seen(browser.post(town.url("/sign-up/confirm"), data=CONFIRM)))
    shown.append(seen(browser.get(town.url("/sign-up/thanks"))))
    return shown, list(statements)


def letters_of(session, email):
    session.rollback()
    found = session.scalars(select(OutgoingMessage).where(OutgoingMessage.recipient == email))
    return [(one.template, one.subject, re.sub(r"/[\w-]{30,}", "/…", one.body)) for one in found]


def test_whoever_applies_cannot_tell_whether_they_are_on_a_list(
    flask_app, session, asker, coordinator, statements
):
    """Same pages, same letters, same statements: the sign-up does not know that there are lists."""
    stranger = {"name": "Yusuf Khaleel", "phone": "900 00 778", "email": "k.j@example.com"}
    without, cost = apply(flask_app, asker, statements, **stranger)
    put_on_list(session, asker, coordinator)
    feared = {"name": NAME, "phone": PHONE, "email": EMAIL}
    with_hit, cost_of_hit = apply(flask_app, asker, statements, **feared)
    assert {hit.guide_name for hit in find_hits(session)} == {NAME}
    assert with_hit == without
    assert cost_of_hit == cost
    assert not [one for one in cost_of_hit if "feared" in one or "hit_decision" in one]
    assert letters_of(session, EMAIL) == letters_of(session, stranger["email"])


@pytest.fixture
def partner(session, asker):
    """Return an account of a guide who is ready, and knows no family."""
    user = User(name=NAME, email=EMAIL, created_at=NOW)
    user.memberships.append(Membership(municipality_id=asker.municipality.id, role=Role.GUIDE))
    session.add(user)
    session.flush()
    cast.make_guide(
        session, asker, name=NAME, email=EMAIL, user_id=user.id, status=GuideStatus.READY
    )
    session.commit()
    return user


def walk(app, client, urls):
    return {url: seen(client.get(url)) for url in urls}


def test_nothing_a_guide_can_open_changes_with_a_hit(
    flask_app, client, session, asker, coordinator, partner
):
    sign_in(client, partner)
    urls = pages_of_guide(flask_app, asker)
    before = walk(flask_app, client, urls)
    put_on_list(session, asker, coordinator)
    assert find_hits(session)
    session.commit()
    assert walk(flask_app, client, urls) == before
    assert len(urls) > 12


def test_nothing_a_guide_can_open_changes_with_a_family_that_is_not_theirs(
    flask_app, client, session, asker, partner
):
    """It moves, changes its name and number, is another size; one more comes, and one goes."""
    sign_in(client, partner)
    urls = pages_of_guide(flask_app, asker)
    before = walk(flask_app, client, urls)
    family = session.get(Family, asker.family.id)
    family.neighbourhood_id, family.reference = asker.village.id, "F-77"
    family.contact_name, family.contact_phone = "Somebody Else", "+4790000999"
    family.household_size, family.note = 9, "another note"
    session.flush()
    family.languages = [FamilyLanguage(code="ti", understands=4, speaks=4)]
    session.commit()
    moved = walk(flask_app, client, urls)
    cast.make_family(session, asker, reference="F-78", neighbourhood_id=asker.village.id)
    session.commit()
    more = walk(flask_app, client, urls)
    assert before == moved == more


def pages_of_guide(app, town):
    return pages_without_ids(app, town, "signed in", *ROLE_PERMISSIONS[Role.GUIDE])


def ask_guide(session, asker):
    """Ask Asker's guide about the family; return what they may open about it, and the letters."""
    match = session.get(Match, asker.proposal.id)
    confirm_match(session, cast.actor(asker, Role.COORDINATOR), match, addresses=ADDRESSES, now=NOW)
    session.commit()
    return [
        asker.url("/my-page"),
        asker.url("/my-page/calendar"),
        asker.url(f"/matches/{match.id}"),
    ]


def test_an_asked_guide_cannot_measure_where_the_family_lives(client, session, asker):
    """The points move by kilometres, and not a byte changes: what they see is minutes in steps."""
    urls = ask_guide(session, asker)
    sign_in(client, asker.guide_user)
    before = walk(None, client, urls)
    assert any(status == 200 for status, _headers, _text in before.values())
    for place in (asker.centre, asker.village):
        point = session.get(Neighbourhood, place.id)
        point.latitude, point.longitude = point.latitude + 0.05, point.longitude - 0.05
    session.commit()
    assert walk(None, client, urls) == before


def test_an_asked_guide_reads_nothing_that_leads_to_the_family(client, session, asker):
    session.get(Family, asker.family.id).neighbourhood_id = asker.village.id
    urls = ask_guide(session, asker)
    sign_in(client, asker.guide_user)
    text = " ".join(client.get(url).text for url in urls)
    sent = session.scalars(select(OutgoingMessage)).all()
    assert sent
    letters = " ".join(f"{one.subject} {one.body}" for one in sent)
    for secret in ("Amal", "+4790000202", "900 00 202", "Asker Village", ">F-1<", "F-1 "):
        assert secret not in text + letters


def test_who_was_the_guide_is_shown_nothing_after_the_end(client, session, asker):
    match = session.get(Match, asker.proposal.id)
    for status in ("guide_asked", "guide_accepted", "family_asked", "agreed", "active"):
        Steps(session, asker).take(match, MatchStatus(status))
    session.commit()
    sign_in(client, asker.guide_user)
    urls = [asker.url("/my-page"), asker.url(f"/matches/{match.id}")]
    assert "Amal" in " ".join(client.get(url).text for url in urls)
    Steps(session, asker).take(match, MatchStatus.ENDED)
    session.commit()
    after = " ".join(client.get(url).text for url in urls)
    for secret in ("Amal", "900 00 202", "+4790000202"):
        assert secret not in after


def test_an_employee_elsewhere_cannot_ask_by_registering_the_family_again(
    flask_app, client, session, asker, baerum
):
    """With the family's own number and name, or with any others: one answer."""
    family = session.get(Family, asker.family.id)
    sign_in(client, baerum.caseworker)
    known = answers(
        reference="F-901",
        contact_name=family.contact_name,
        contact_phone=family.contact_phone,
    )
    unknown = answers(reference="F-900", contact_name="Xyz Qqq", contact_phone="+4790000888")
    session.commit()
    url = baerum.url("/families/new")
    statuses = [client.post(url, data=data).status_code for data in (known, unknown)]
    assert statuses == [303, 303]


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.CASEWORKER, Role.ADMINISTRATOR])
def test_an_employee_elsewhere_searches_as_for_a_random_word(client, session, asker, baerum, role):
    family = session.get(Family, asker.family.id)
    words = [family.contact_name, family.contact_phone, family.reference, NAME]
    session.commit()
    sign_in(client, baerum.users[role])
    for page in ("/families", "/guides", "/matches"):
        client.post(baerum.url(page), data={"q": "Qzxwv"})
        nothing = seen(client.get(baerum.url(page)))[2].replace("Qzxwv", "…")
        for word in words:
            if word == "F-1":  # the neighbour's own family is called so, too
                continue
            client.post(baerum.url(page), data={"q": word})
            assert seen(client.get(baerum.url(page)))[2].replace(word, "…") == nothing


def test_public_pages_do_not_change_with_families(flask_app, client, session, asker):
    """Nobody who looks at them every day can count who comes and goes."""
    urls = pages_without_ids(flask_app, asker)
    before = walk(flask_app, client, urls)
    cast.make_family(session, asker, reference="F-78")
    session.delete(session.get(Match, asker.proposal.id))
    session.commit()
    assert walk(flask_app, client, urls) == before
    assert len(urls) > 3


def test_no_column_holds_where_a_family_lives():
    """There is nothing to hand out to somebody who calls: a neighbourhood at most."""
    columns = {column.name for column in Family.__table__.columns}
    assert not [name for name in columns if re.search("address|street|lat|lon|post", name)]
    assert "neighbourhood_id" in columns
