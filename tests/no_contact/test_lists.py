"""Whom a family fears: one coordinator is warned, and nobody else can tell that there is a list."""

import datetime as dt
import re

import pytest
from sqlalchemy import func, select

from app import keyed, tenancy
from app.accounts.models import Look, Membership, User
from app.database import Base
from app.desk.queries import TaskKind, list_tasks
from app.duties.services import Away, note_absence
from app.errors import NotFound, NotPermitted
from app.families.models import Family
from app.guides.models import Guide, GuideStatus
from app.matches.models import GuideKind, Match
from app.matches.services import Arrangement, PairVetoed, arrange_guides, propose_match
from app.matches.services.confirming import confirm_match
from app.matches.services.protecting import protect_family
from app.no_contact import queries, services
from app.no_contact.models import FearedMark, FearedPerson, HitDecision, Verdict
from app.no_contact.services import Feared
from app.permissions import Actor, Role
from app.rounds.queries.rounds import list_choices
from app.rounds.queries.situation import read_situation
from app.rounds.services.choosing import veto_pair
from tests import cast
from tests.cast import NOW, TODAY, sign_in
from tests.matches.people import ADDRESSES
from tests.pages import fill, get_page

FEARED = Feared(name="Yousef Al-Khalil", phones=("900 00 777",), emails=("j.k@gmail.com",))


@pytest.fixture
def keeper(session, asker):
    """Return Asker's coordinator, who answers for the family."""
    actor = cast.actor(asker, Role.COORDINATOR)
    family = session.get(Family, asker.family.id)
    services.become_coordinator(session, actor, family, now=NOW)
    session.commit()
    return actor


@pytest.fixture
def colleague(session, asker):
    """Return another coordinator, and their account."""
    user = User(name="Turid Asker", email="turid@asker.example", created_at=NOW)
    town = asker.municipality.id
    user.memberships.append(Membership(municipality_id=town, role=Role.COORDINATOR))
    session.add(user)
    session.commit()
    return user


def put_on_list(session, asker, keeper, feared=FEARED):
    family = session.get(Family, asker.family.id)
    person = services.add_person(session, keeper, family, feared, once_token="t", now=NOW)
    session.commit()
    return person


def turn_up(session, asker, **values):
    """Let somebody be a guide who is on the list."""
    guide = cast.make_guide(
        session,
        asker,
        **{"name": "Yusuf Khaleel", "email": "other@example.com", "status": GuideStatus.READY}
        | values,
    )
    session.commit()
    return guide


def possible_hits(session, actor):
    tasks = list_tasks(session, actor, now=NOW, today=TODAY, first_contact_days=7)
    return [task for task in tasks if task.kind is TaskKind.POSSIBLE_HIT]


def actor_of(asker, user):
    return Actor(user.id, asker.municipality.id, frozenset({Role.COORDINATOR}))


@pytest.mark.parametrize(
    "turned_up",
    [
        {"name": "Yusuf Khaleel"},
        {"name": "Somebody Else", "phone": "+4790000777"},
        {"name": "Somebody Else", "email": "jk+guide@googlemail.com"},
    ],
)
def test_whoever_is_on_the_list_is_recognised(session, asker, keeper, turned_up):
    put_on_list(session, asker, keeper)
    assert possible_hits(session, keeper) == []
    guide = turn_up(session, asker, **turned_up)
    (task,) = possible_hits(session, keeper)
    assert (task.record_id, task.guides) == (asker.family.id, (guide.name,))
    assert task.is_urgent and not task.may_be_given


def test_nothing_that_was_written_is_stored(session, asker, keeper):
    put_on_list(session, asker, keeper)
    stored = " ".join(
        str(value)
        for table in Base.metadata.sorted_tables
        for row in session.connection().execute(select(table))
        for value in row
    )
    for words in ("Yousef", "Khalil", "90000777", "j.k@gmail.com", "yousef", "khalil"):
        assert words not in stored
    marks = session.scalars(select(FearedMark.mark)).all()
    assert len(marks) >= 3 and all(re.fullmatch("[0-9a-f]{64}", mark) for mark in marks)


def test_a_mark_depends_on_the_secret_and_on_nothing_that_can_be_guessed(session, asker, keeper):
    put_on_list(session, asker, keeper)
    marks = set(session.scalars(select(FearedMark.mark)))
    assert keyed.mark(session, queries.PURPOSE, "phone +4790000777") in marks
    assert keyed.mark(session, "another purpose", "phone +4790000777") not in marks


def test_after_the_secret_was_changed_the_old_one_still_recognises(session, asker, keeper):
    put_on_list(session, asker, keeper)
    turn_up(session, asker)
    old = session.info["secrets"]
    session.info["secrets"] = (b"a new secret of the installation", *old)
    assert possible_hits(session, keeper)
    assert not queries.unreadable(session, asker.family.id)
    session.info["secrets"] = (b"a new secret of the installation",)
    assert possible_hits(session, keeper) == []
    assert queries.unreadable(session, asker.family.id)  # and the page says so


def test_a_colleague_sees_nothing_of_it(session, asker, keeper, colleague):
    put_on_list(session, asker, keeper)
    turn_up(session, asker)
    other = actor_of(asker, colleague)
    assert possible_hits(session, other) == []
    family = session.get(Family, asker.family.id)
    for act in (
        lambda: services.add_person(session, other, family, FEARED, once_token="x", now=NOW),
        lambda: services.hand_over(session, other, family, colleague.id, now=NOW),
        lambda: services.decide_hit(
            session, other, family, asker.guide.id, Verdict.CANNOT_BE, now=NOW
        ),
    ):
        with pytest.raises(NotFound):
            act()
    with pytest.raises(services.CoordinatedByAnother):
        services.become_coordinator(session, other, family, now=NOW)


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.COORDINATOR}))
def test_other_roles_have_no_such_page(session, asker, keeper, role):
    with pytest.raises(NotPermitted):
        queries.get_family(session, cast.actor(asker, role), asker.family.id)


def test_whoever_stands_in_is_asked_by_the_coordinator_and_not_by_themselves(
    session, asker, keeper, colleague
):
    put_on_list(session, asker, keeper)
    turn_up(session, asker)
    other = actor_of(asker, colleague)
    away = Away(keeper.user_id, colleague.id, TODAY, TODAY + dt.timedelta(days=1))
    absence = note_absence(session, other, away, now=NOW)  # a colleague's own word
    assert possible_hits(session, other) == []
    absence.by_id = keeper.user_id
    session.flush()
    assert possible_hits(session, other)


def test_who_hands_over_sees_it_no_more(session, asker, keeper, colleague):
    put_on_list(session, asker, keeper)
    turn_up(session, asker)
    family = session.get(Family, asker.family.id)
    services.hand_over(session, keeper, family, colleague.id, now=NOW)
    assert possible_hits(session, keeper) == []
    assert possible_hits(session, actor_of(asker, colleague))


def test_nobody_can_put_the_two_together_before_it_is_decided(session, asker, keeper, colleague):
    guide = turn_up(session, asker)
    family = cast.make_family(session, asker, reference="F-9")
    services.become_coordinator(session, keeper, family, now=NOW)
    services.add_person(session, keeper, family, FEARED, once_token="t", now=NOW)
    for actor in (keeper, actor_of(asker, colleague)):
        with pytest.raises(PairVetoed):
            propose_match(session, actor, family, guide.id, note="why not", now=NOW)
    services.decide_hit(session, keeper, family, guide.id, Verdict.FAMILY_SAYS_OTHER, now=NOW)
    assert possible_hits(session, keeper) == []
    match = propose_match(session, keeper, family, guide.id, note="why not", now=NOW)
    services.decide_hit(session, keeper, family, guide.id, Verdict.NEVER, now=NOW)
    with pytest.raises(PairVetoed):
        confirm_match(session, keeper, match, addresses=ADDRESSES, now=NOW)


def test_a_decision_holds_until_something_else_agrees(session, asker, keeper):
    put_on_list(session, asker, keeper)
    guide = turn_up(session, asker)
    family = session.get(Family, asker.family.id)
    services.decide_hit(session, keeper, family, guide.id, Verdict.CANNOT_BE, now=NOW)
    assert possible_hits(session, keeper) == []
    guide.phone = "+4790000777"  # and now the number is theirs, too
    session.flush()
    assert possible_hits(session, keeper)


def test_a_round_does_not_propose_them_and_tells_whom_the_list_speaks_to(
    session, asker, keeper, colleague
):
    guide = turn_up(session, asker)
    family = cast.make_family(session, asker, reference="F-9")
    services.become_coordinator(session, keeper, family, now=NOW)
    before = read_situation(session, today=TODAY)
    services.add_person(session, keeper, family, FEARED, once_token="t", now=NOW)
    situation = read_situation(session, today=TODAY)
    assert (family.id, guide.id) in situation.choices.vetoes
    assert situation.input_hash != before.input_hash
    pairs = {(pair.family_id, pair.guide_id) for pair in situation.solve().pairs}
    assert (family.id, guide.id) not in pairs
    (veto,) = [row for row in situation.decisions if row.guide_id == guide.id]
    assert veto.by.id == keeper.user_id
    session.flush()
    assert veto not in session  # it is said, and stored nowhere
    assert list_choices(session, keeper, situation.decisions, today=TODAY) == [veto]
    stranger = actor_of(asker, colleague)
    assert list_choices(session, stranger, situation.decisions, today=TODAY) == []


def test_a_name_that_is_put_in_asks_no_list_for_a_colleague(
    client, session, asker, keeper, colleague
):
    """A stranger applies, or a guide is renamed: the page of the suggestions is as it was."""
    put_on_list(session, asker, keeper)
    veto_pair(session, keeper, asker.family.id, asker.guide.id, now=NOW)
    session.commit()
    sign_in(client, colleague)
    assert client.post(asker.url("/round")).status_code == 303
    before = _read(client, asker.url("/round"))
    turn_up(session, asker, status=GuideStatus.APPLIED)
    assert possible_hits(session, keeper)
    session.commit()
    assert _read(client, asker.url("/round")) == before
    assert asker.guide.name in before[1]


def test_it_goes_with_the_family_and_decisions_with_the_guide(session, asker, keeper):
    family = cast.make_family(session, asker, reference="F-9")
    guide = turn_up(session, asker)
    services.become_coordinator(session, keeper, family, now=NOW)
    services.add_person(session, keeper, family, FEARED, once_token="t", now=NOW)
    services.decide_hit(session, keeper, family, guide.id, Verdict.CANNOT_BE, now=NOW)
    protect_family(session, keeper, family, now=NOW)
    for kind in (FearedPerson, FearedMark, HitDecision):
        assert session.scalar(select(func.count()).select_from(kind)) == 0


def test_two_clicks_put_one_on_the_list(session, asker, keeper):
    one = put_on_list(session, asker, keeper)
    assert put_on_list(session, asker, keeper).id == one.id


def test_other_municipalities_compare_nothing(session, baerum_session, asker, baerum, keeper):
    put_on_list(session, asker, keeper)
    cast.make_guide(baerum_session, baerum, name="Yusuf Khalil", email="y@example.com")
    assert queries.find_hits(baerum_session) == []


def test_the_page_tells_how_many_when_and_by_whom(client, session, asker, keeper):
    put_on_list(session, asker, keeper)
    sign_in(client, asker.coordinator)
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
    url = asker.url(f"/families/{asker.family.id}/no-contact")
    text = get_page(client, url).select_one("main").text
    assert "1 person on the list" in text and asker.coordinator.name in text
    for words in ("Yousef", "Khalil", "900 00 777", "j.k@"):
        assert words not in text


def test_the_form_puts_somebody_there_and_keeps_what_was_typed_on_a_mistake(
    client, session, asker, keeper
):
    sign_in(client, asker.coordinator)
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
    url = asker.url(f"/families/{asker.family.id}/no-contact")
    form = fill(get_page(client, url), url)
    response = client.post(url, data=form | {"name": "Yousef"})
    assert response.status_code == 422 and 'value="Yousef"' in response.text
    typed = {"name": "Yousef Khalil", "phone": "900 00 777"}
    assert client.post(url, data=form | typed).status_code == 303
    session.expire_all()
    assert len(queries.list_persons(session, asker.family.id)) == 1


def test_the_coordinator_decides_on_the_page(client, session, asker, keeper):
    put_on_list(session, asker, keeper)
    guide = turn_up(session, asker)
    sign_in(client, asker.coordinator)
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
    url = asker.url(f"/families/{asker.family.id}/no-contact")
    page = get_page(client, url)
    assert "Possible hit" in page.select_one("main").text
    action = f"{url}/guides/{guide.id}"
    form = page.select_one(f"form[action='{action}']")
    assert client.post(action, data=fill(page, action)).status_code == 422
    name = form.select_one("input[type=radio]")["name"]
    assert client.post(action, data=fill(page, action) | {name: "never"}).status_code == 303
    session.expire_all()
    assert session.scalar(select(HitDecision.verdict)) is Verdict.NEVER


def test_warnings_stand_on_the_pages_of_that_family_for_its_coordinator_alone(
    client, session, asker, keeper, colleague
):
    put_on_list(session, asker, keeper)
    guide = turn_up(session, asker)
    other = cast.make_family(session, asker, reference="F-9")
    session.commit()
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
    warned = [
        asker.url("/desk"),
        asker.url(f"/families/{asker.family.id}/candidates"),
        asker.url(f"/families/{asker.family.id}/candidates/{guide.id}"),
    ]
    silent = [
        asker.url(f"/families/{other.id}/candidates/{guide.id}"),
        asker.url(f"/guides/{guide.id}"),
        asker.url("/guides"),
        asker.url("/families"),
    ]
    sign_in(client, asker.coordinator)
    for url in warned:
        assert "Possible hit" in client.get(url).text, url
    for url in silent:
        assert "Possible hit" not in client.get(url).text, url
    sign_in(client, colleague)
    for url in warned + silent:
        assert "Possible hit" not in client.get(url).text, url


def test_a_colleagues_pages_are_the_same_with_an_entry_and_without(
    client, session, asker, keeper, colleague
):
    """Also of the page of the list itself: it does not say whether there is one."""
    turn_up(session, asker)
    sign_in(client, colleague)
    urls = [
        asker.url("/desk"),
        asker.url(f"/families/{asker.family.id}"),
        asker.url(f"/families/{asker.family.id}/no-contact"),
        asker.url(f"/families/{asker.family.id}/candidates"),
        asker.url(f"/matches/{asker.proposal.id}"),
    ]
    before = [_read(client, url) for url in urls]
    put_on_list(session, asker, keeper)
    assert possible_hits(session, keeper)
    session.commit()
    assert [_read(client, url) for url in urls] == before


def _read(client, url):
    response = client.get(url)
    body = re.sub(r'(name="csrf_token"[^>]*value|nonce)="[^"]*"', "", response.text)
    return response.status_code, body


def test_the_look_at_the_page_is_logged(client, session, asker, keeper):
    sign_in(client, asker.coordinator)
    client.get(asker.url(f"/families/{asker.family.id}/no-contact"))
    looks = select(Look).where(Look.record_id == asker.family.id)
    assert session.scalars(looks).all()


def test_a_guide_of_the_family_has_no_such_page(client, session, asker, keeper):
    tenancy.bound_municipality(session)
    guide = session.get(Guide, asker.guide.id)
    guide.user_id = keeper.user_id
    session.flush()
    with pytest.raises(NotFound):
        queries.get_family(session, keeper, asker.family.id)
    assert not queries.is_heard(session, keeper, asker.family.id, TODAY)


def test_nobody_on_the_list_comes_into_a_match_that_there_is(session, asker, keeper):
    put_on_list(session, asker, keeper)
    guide = turn_up(session, asker)
    match = session.get(Match, asker.proposal.id)
    parts = {row.guide_id: row.kind for row in match.guides} | {guide.id: GuideKind.CO}
    with pytest.raises(PairVetoed):
        arrange_guides(session, keeper, match, Arrangement(parts), addresses=ADDRESSES, now=NOW)


def test_whoever_is_in_a_match_already_can_be_taken_out_of_it(session, asker, keeper):
    """The list is written when it is known: what runs is not held fast by it."""
    match = session.get(Match, asker.proposal.id)
    guide = turn_up(session, asker)
    parts = {row.guide_id: row.kind for row in match.guides}
    wanted = Arrangement(parts | {guide.id: GuideKind.BACKUP})
    arrange_guides(session, keeper, match, wanted, addresses=ADDRESSES, now=NOW)
    put_on_list(session, asker, keeper)
    assert possible_hits(session, keeper)
    wanted = Arrangement(parts)
    arrange_guides(session, keeper, match, wanted, addresses=ADDRESSES, now=NOW)
    assert guide.id not in {row.guide_id for row in match.guides}
