"""Whom to recruit next, and a public text that leads to nobody."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import update

from app.errors import NotPermitted
from app.families.models import FamilyLanguage
from app.matches.models import Match, MatchStatus
from app.matching.advice.newcomers import RecruitType, TimeOfWeek
from app.matching.advice.recruits import RecruitGain, RecruitPlan
from app.matching.planning import People
from app.matching.solving.rounds import Totals
from app.matching.types import Travel
from app.permissions import Role
from app.reports.forms import newcomers
from app.reports.queries import recruiting
from app.vocabulary import Gender, GenderWish
from tests import cast
from tests.cast import TODAY, actor, sign_in
from tests.matching.profiles import BORGEN, HEGGEDAL, TOFTE, a_guide
from tests.matching.strategies import seeded
from tests.pages import get_page

PAGE = "/recruiting"
EVENINGS = TimeOfWeek.WEEKDAY_EVENINGS
NOTHING = Totals(0, 0, 0, 0)
PLACES = [HEGGEDAL, BORGEN, TOFTE]


@pytest.fixture
def coordinator(client, asker):
    sign_in(client, asker.coordinator)
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client


def kind(language=None, place=None, gender=None, time=None):
    return RecruitType(language, place, gender, time)


def gain(of, priority=0, family=1):
    return RecruitGain(
        type=of,
        profile=a_guide(),
        family_id=UUID(int=family),
        served_id=UUID(int=family),
        families_more=1,
        priority=priority,
        score=500,
        totals=Totals(1, 0, 0, 500),
    )


def found(*kinds):
    steps = tuple(gain(one, family=number) for number, one in enumerate(kinds))
    return RecruitPlan(steps, steps, NOTHING)


# The public call


def test_a_language_is_named_only_if_three_families_here_have_it_as_mother_tongue():
    wanted = found(kind("ti"), kind("so"))
    call = recruiting.public_call(wanted, {"ti": 3, "so": 2, "ar": 40})
    assert call.languages == ("ti",) and call.others
    call = recruiting.public_call(wanted, {"ti": 3, "so": 3})
    assert call.languages == ("so", "ti") and not call.others
    assert recruiting.public_call(wanted, {}).languages == ()


def test_no_language_is_named_where_none_is_missed():
    call = recruiting.public_call(found(kind(gender=Gender.MAN)), {"ti": 9})
    assert call.languages == () and not call.others


def test_a_gender_is_named_only_if_three_or_more_are_missed():
    three = [kind("ti", gender=Gender.MAN)] * 3
    assert recruiting.public_call(found(*three), {}).genders == (Gender.MAN,)
    assert recruiting.public_call(found(*three[:2]), {}).genders == ()
    assert recruiting.public_call(found(*three[:2], kind("so")), {}).genders == ()


@pytest.mark.parametrize("women, told", [(1, ()), (2, ()), (3, (Gender.WOMAN, Gender.MAN))])
def test_women_and_men_are_named_alike_or_neither_where_both_are_missed(women, told):
    both = found(*[kind("ti", gender=Gender.MAN)] * 3, *[kind(gender=Gender.WOMAN)] * women)
    assert recruiting.public_call(both, {}).genders == told


@pytest.mark.parametrize(
    "genders, words",
    [
        ((), None),
        ((Gender.WOMAN,), "Women are especially welcome."),
        ((Gender.MAN,), "Men are especially welcome."),
        ((Gender.WOMAN, Gender.MAN), "We need both women and men."),
    ],
)
def test_the_text_asks_for_whom_the_call_names(flask_app, genders, words):
    call = recruiting.Call((), False, (), genders)
    with flask_app.test_request_context(headers={"Accept-Language": "en"}):
        *_, english = newcomers.call_texts(call, municipality="Asker", address="x")
    said = [one for one in ("especially", "both women") if one in english.text]
    assert (words in english.text and len(said) == 1) if words else said == []


@pytest.mark.parametrize(
    "of, words",
    [
        (kind(), "Somebody"),
        (kind(gender=Gender.MAN), "A man"),
        (kind(place=TOFTE), "Somebody who lives in or near Tofte"),
        (
            kind("ti", time=EVENINGS),
            "Somebody who speaks Tigrinya and has time on weekday evenings",
        ),
        (
            kind("ti", TOFTE, Gender.WOMAN, EVENINGS),
            "A woman who speaks Tigrinya, lives in or near Tofte and has time on weekday evenings",
        ),
    ],
)
def test_a_newcomer_is_told_in_one_whole_sentence(flask_app, of, words):
    with flask_app.test_request_context(headers={"Accept-Language": "en"}):
        assert newcomers.person_words(of, {TOFTE: "Tofte"}) == words


def test_three_newcomers_for_one_family_are_no_three_families():
    steps = tuple(gain(kind("ti", gender=Gender.MAN), family=7) for _ in range(3))
    assert recruiting.public_call(RecruitPlan(steps, steps, NOTHING), {}).genders == ()


def test_times_are_named_if_they_matter_to_all():
    call = recruiting.public_call(found(kind("ti", time=EVENINGS)), {})
    assert call.times == (EVENINGS,)
    call = recruiting.public_call(found(kind("ti", time=EVENINGS), kind("so")), {})
    assert call.times == ()


def test_who_takes_part_is_counted_by_mother_tongue_whether_they_wait_or_not(session, asker):
    cast.make_family(session, asker, reference="a", languages={"ti": (4, 4), "ar": (2, 2)})
    cast.make_family(session, asker, reference="b", languages={"ti": (4, 4)}, status="matched")
    gone = cast.make_family(session, asker, reference="c", languages={"ti": (4, 4)})
    gone.withdraw(on=TODAY)
    refusing = cast.make_family(session, asker, reference="d", languages={"so": (2, 2)})
    refusing.languages.append(
        FamilyLanguage(position=1, code="ti", understands=4, speaks=4, unacceptable=True)
    )
    session.flush()
    spoken = recruiting.read_names(session).spoken
    assert (spoken["ti"], spoken["so"], spoken["ar"]) == (2, 1, 1)  # the cast's own


KINDS = st.builds(
    RecruitType,
    st.sampled_from([None, "ti", "so", "ar", "kmr"]),
    st.sampled_from([None, *PLACES]),
    st.sampled_from([None, Gender.WOMAN, Gender.MAN]),
    st.sampled_from([None, *TimeOfWeek]),
)


@seeded
@given(
    st.lists(KINDS, max_size=10),
    st.dictionaries(st.sampled_from(["ti", "so", "ar", "kmr"]), st.integers(1, 5)),
)
def test_whatever_is_missed_no_call_leads_to_fewer_than_three(kinds, spoken):
    call = recruiting.public_call(found(*kinds), spoken)
    assert all(spoken[code] >= 3 for code in call.languages)
    if call.genders:
        assert min(sum(one.gender is named for one in kinds) for named in call.genders) >= 3
        assert set(call.genders) == {one.gender for one in kinds} - {None}
    unnamed = {one.language for one in kinds} - {None, *call.languages}
    assert call.others == bool(unnamed)
    assert all(spoken.get(code, 0) < 3 for code in unnamed)


@pytest.mark.parametrize(
    "locale, words",
    [
        ("nb", ["Vil du vise noen rundt i Asker?", "arabisk", "hverdagskvelder", "Menn er"]),
        ("nn", ["Vil du vise nokon rundt i Asker?", "arabisk", "kvardagskveldar", "Menn er"]),
        ("en", ["Would you show somebody around in Asker?", "Arabic", "weekday evenings", "Men "]),
    ],
)
def test_the_text_is_written_in_three_languages_whatever_its_writer_reads(flask_app, locale, words):
    call = recruiting.Call(("ar", "so", "ti"), False, (EVENINGS,), (Gender.MAN,))
    with flask_app.test_request_context(headers={"Accept-Language": "en"}):
        texts = newcomers.call_texts(call, municipality="Asker", address="https://x.example/asker/")
    text = next(one.text for one in texts if one.locale == locale)
    assert all(word in text for word in words)
    assert "https://x.example/asker/" in text


def test_a_text_without_wishes_welcomes_everybody(flask_app):
    with flask_app.test_request_context(headers={"Accept-Language": "en"}):
        *_, english = newcomers.call_texts(
            recruiting.Call((), False, (), ()), municipality="Asker", address="x"
        )
    assert "Everybody over 18 is welcome." in english.text
    assert "Just now" not in english.text


# Who mostly volunteers, and what one of them would change


def test_the_usual_newcomer_is_as_most_guides_are():
    guides = (
        a_guide(guide_id=UUID(int=1), gender=Gender.MAN, neighbourhood_id=TOFTE),
        a_guide(guide_id=UUID(int=2), gender=Gender.MAN, neighbourhood_id=BORGEN),
        a_guide(guide_id=UUID(int=3), gender=Gender.WOMAN, neighbourhood_id=BORGEN),
    )
    usual = recruiting.usual_type(People((), guides, Travel()))
    assert usual == kind(None, BORGEN, Gender.MAN, EVENINGS)
    assert recruiting.usual_type(People((), (), Travel())).gender is Gender.WOMAN


@pytest.mark.parametrize(
    "of, is_one",
    [
        (kind(), True),
        (kind(None, BORGEN, Gender.MAN, EVENINGS), True),
        (kind("ti"), False),
        (kind(None, TOFTE), False),
        (kind(gender=Gender.WOMAN), False),
        (kind(time=TimeOfWeek.WEEKENDS), False),
    ],
)
def test_a_person_is_of_a_kind_if_every_trait_that_matters_is_theirs(of, is_one):
    assert recruiting.covers(of, kind(None, BORGEN, Gender.MAN, EVENINGS)) is is_one


# The page


def a_family_nobody_fits(session, town, **changes):
    values = {
        "reference": f"{town.slug}-7",
        "languages": {"ti": (4, 4)},
        "must_share_language": True,
        "gender_wish": GenderWish.MAN,
        "priority": 2,
    } | changes
    return cast.make_family(session, town, **values)


def test_the_page_says_whom_to_look_for_and_for_which_family(coordinator, session, asker):
    family = a_family_nobody_fits(session, asker)
    session.commit()
    page = get_page(coordinator, asker.url(PAGE))
    steps = page.select("ol.recruits > li")
    assert len(steps) == 1
    assert "A man who speaks Tigrinya" in steps[0].text
    assert "A family that needs a guide first of all would get one." in steps[0].text
    assert steps[0].select_one("a")["href"].endswith(f"/families/{family.id}")
    usual = page.select_one("section[aria-labelledby=usual]").text
    assert "Nobody who waits now would get a guide." in usual
    rows = page.select("section[aria-labelledby=gains] tbody tr")
    assert rows and all("Tigrinya" in row.text and "Man" in row.text for row in rows)


def texts_of(client, town):
    return get_page(client, town.url(PAGE)).select("main textarea")


def test_the_only_family_of_a_language_in_the_only_area_is_not_in_the_text_to_share(
    coordinator, session, asker
):
    family = a_family_nobody_fits(session, asker)
    home = family.neighbourhood.name
    for number in range(3):  # the area has families enough, the language has one
        cast.make_family(session, asker, reference=f"asker-1{number}", languages={"uk": (4, 4)})
    session.commit()
    texts = texts_of(coordinator, asker)
    assert [text["lang"] for text in texts] == ["nb", "nn", "en"]
    for text, language in zip(texts, ("tigrinja", "tigrinja", "Tigrinya"), strict=True):
        assert language.lower() not in text.text.lower()
        assert family.reference not in text.text and "Amal" not in text.text
        assert home not in text.text
        assert "Centre" not in text.text and "Village" not in text.text
    assert "people who speak other languages than Norwegian and English" in texts[-1].text


def test_a_language_of_three_families_is_in_the_text_to_share(coordinator, session, asker):
    a_family_nobody_fits(session, asker)
    for number in range(2):
        reference = f"asker-1{number}"
        cast.make_family(
            session, asker, reference=reference, languages={"ti": (4, 4)}, status="matched"
        )
    session.commit()
    assert "people who speak Tigrinya." in texts_of(coordinator, asker)[-1].text
    page = get_page(coordinator, asker.url(PAGE)).main.text
    assert "never a place smaller than the municipality" in page


def test_the_table_is_narrowed_by_language_and_place(coordinator, session, asker):
    a_family_nobody_fits(session, asker)
    a_family_nobody_fits(session, asker, reference="asker-8", languages={"so": (4, 4)}, priority=0)
    session.commit()
    everything = get_page(coordinator, asker.url(PAGE)).select("section[aria-labelledby=gains] tr")
    page = get_page(coordinator, asker.url(f"{PAGE}?language=so"))
    rows = page.select("section[aria-labelledby=gains] tbody tr")
    assert 0 < len(rows) < len(everything) - 1
    assert all("Somali" in row.text for row in rows)
    assert page.select_one("#filter-language option[selected]")["value"] == "so"
    page = get_page(coordinator, asker.url(f"{PAGE}?language=xx"))
    assert not page.select("section[aria-labelledby=gains] tbody tr")


def test_nobody_is_missing_where_nobody_waits(coordinator, asker):
    page = get_page(coordinator, asker.url(PAGE))  # the cast's family has a proposal
    assert "Nobody is missing just now" in page.main.text
    assert not page.select("ol.recruits")


def test_whoever_would_be_missed_most_is_named_to_the_coordinator(coordinator, session, asker):
    cast.make_family(session, asker, reference="asker-9")
    cast.make_guide(
        session, asker, name="Only One", email="only@asker.example", status="ready", capacity=2
    )
    session.commit()
    page = get_page(coordinator, asker.url(PAGE))
    losses = page.select_one("section[aria-labelledby=losses]")
    assert "Only One" in losses.text
    assert "in the next round 1 family more would be left without one" in losses.text
    assert asker.guide.name not in losses.text
    assert " more whom families would miss" not in losses.text


def test_a_list_of_the_most_missed_says_how_many_more_there_are(
    coordinator, session, asker, monkeypatch
):
    monkeypatch.setattr("app.reports.views.recruiting.MOST_LOSSES", 1)
    for number in range(3):
        cast.make_family(session, asker, reference=f"asker-9{number}")
        cast.make_guide(session, asker, name=f"Only {number}", status="ready", capacity=1)
    session.commit()
    losses = get_page(coordinator, asker.url(PAGE)).select_one("section[aria-labelledby=losses]")
    assert len(losses.select("li")) == 1
    assert "And 2 guides more whom families would miss." in losses.text


@pytest.mark.parametrize(
    "status, has",
    [("guide_asked", False), ("family_asked", False), ("agreed", True), ("active", True)],
)
def test_a_guide_has_a_family_only_when_both_have_said_yes(
    coordinator, session, asker, status, has
):
    session.execute(update(Match).values(status=MatchStatus(status)))
    session.commit()
    assert (asker.guide.id in recruiting.read_names(session).held) is has
    session.rollback()
    page = get_page(coordinator, asker.url(PAGE))
    assert ("1 family has this guide now" in page.main.text) is has


def test_the_text_to_share_can_be_changed_before_it_is_copied(coordinator, asker):
    texts = get_page(coordinator, asker.url(PAGE)).select("main textarea")
    assert texts and not [one for one in texts if one.has_attr("readonly")]
    assert not [one for one in texts if one.find_parent("form") or one.get("name")]


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.COORDINATOR])
def test_only_a_coordinator_sees_it(client, session, asker, role):
    sign_in(client, asker.users[role])
    assert client.get(asker.url(PAGE)).status_code == 404
    with pytest.raises(NotPermitted):
        recruiting.get_outlook(session, actor(asker, role), today=TODAY)
