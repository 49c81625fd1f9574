import datetime as dt
import itertools
import uuid

import pytest
from sqlalchemy import event, select

from app.accounts.models import UserSession
from app.database import engine_of
from app.families.models import Family, FamilyStatus
from app.guides.models import Guide, GuideStatus
from app.guides.services.coupling import link_couple
from app.jobs.progress import WorkStatus
from app.matches.models import Match, MatchStatus
from app.messages.models import OutgoingMessage
from app.permissions import ROLE_PERMISSIONS, Permission, Role
from app.rounds.models import ChoiceKind, MatchingRound, RoundChoice
from app.web import context
from tests import cast
from tests.cast import NOW, TODAY, sign_in
from tests.matches.people import Steps, propose
from tests.pages import fill, get_page, post_page
from tests.rounds.people import crowd_in

MORNING = 1  # a slot that nobody else has


@pytest.fixture(autouse=True)
def _that_day(monkeypatch):
    """A day on which every press comes a second after the one before."""
    clock = (NOW + dt.timedelta(seconds=second) for second in itertools.count())
    monkeypatch.setattr(context, "now", lambda: NOW)
    for module in ("show", "deciding"):
        monkeypatch.setattr(f"app.rounds.views.{module}.now", lambda: next(clock))


@pytest.fixture
def town(session, asker):
    """Three families that wait, and four guides with a place; all committed.

    The town's own guide has none: a proposal holds it.
    """
    crowd = crowd_in(session, asker)
    crowd.guides.append(
        cast.make_guide(session, asker, name="Guide spare", status=GuideStatus.READY)
    )
    session.commit()
    session.expunge_all()
    return crowd


@pytest.fixture
def desk(client, asker):
    """The coordinator's browser."""
    sign_in(client, asker.coordinator)
    return client


@pytest.fixture
def computed(desk, asker, town):
    assert desk.post(asker.url("/round")).status_code == 303
    return town


def url(asker, path="") -> str:
    return asker.url(f"/round{path}") + "?lang=en"


def pairs_on(page) -> dict[str, str]:
    """Return who is suggested for whom, as the page says it."""
    return {
        pair.h3.text.strip().removeprefix("Family "): pair.select_one(".pair-name").text.strip()
        for pair in page.select(".pair")
    }


def ticks(page) -> list[str]:
    return [tick["value"] for tick in page.select("[form=adopt]")]


def stored(session, model, *wanted):
    session.expire_all()
    rows = session.scalars(select(model).where(*wanted)).all()
    session.commit()
    return rows


def decide(page, family: Family, kind: str) -> dict:
    """Return what the button of one pair posts."""
    pair = page.select_one(f"#family-{family.id}")
    form = next(f for f in pair.select("form") if f.select_one(f"button[value={kind}]"))
    values = {i["name"]: i["value"] for i in form.select("input[name]")}
    return values | {"kind": kind}


# The page


def test_before_the_first_round_there_is_one_button(desk, asker, town):
    page = get_page(desk, url(asker))
    assert "No suggestions yet" in page.text
    assert len(page.select("main form")) == 1
    assert not page.select(".stats")


def test_suggestions_are_made_by_one_press(desk, asker, town):
    answer = desk.post(asker.url("/round"))
    assert (answer.status_code, answer.location) == (303, asker.url("/round"))
    page = get_page(desk, url(asker))
    assert set(pairs_on(page)) == {family.reference for family in town.families}
    figures = [int(number.text) for number in page.select(".stats strong")]
    assert figures == [3, 3, 0, 1]
    assert "by Coordinator Asker" in page.select_one(".lead").text
    assert "Something has changed" not in page.text


@pytest.mark.usefixtures("computed")
def test_a_pair_is_told_with_reasons_and_what_speaks_against_it(desk, asker):
    page = get_page(desk, url(asker))
    for pair in page.select(".pair"):
        assert 0 < int(pair.select_one(".score strong").text) <= 1000
        assert 1 <= len(pair.select(".reasons.for li")) <= 3
        assert len(pair.select(".reasons.against li")) <= 1
    assert "Both speak Arabic, the family's mother tongue" in page.text
    first = page.select_one(".pair")
    assert "Needs a guide first of all" in first.text
    # What sets a pair apart comes before what holds for nearly every pair.
    near = next(p for p in page.select(".pair") if "Guide 0" in p.text)
    assert [li.text.split(":")[0].strip() for li in near.select(".reasons.for li")] == [
        "Live in the same neighbourhood",
        "Both speak Arabic, the family's mother tongue",
        "Free at the same time",
    ]


@pytest.mark.usefixtures("computed")
def test_no_name_of_anybody_stands_in_a_title_and_none_of_a_family_anywhere(desk, asker, town):
    paths = ["", "/waiting", *(f"/families/{family.id}" for family in town.families)]
    for path in paths:
        page = get_page(desk, url(asker, path))
        assert "Kari" not in page.title.text and "Guide 0" not in page.title.text
        assert "Amal" not in str(page)


def test_each_page_takes_at_most_twelve_queries(desk, session, asker, computed):
    for number in range(6):
        cast.make_family(session, asker, reference=f"more-{number}", availability=1 << number)
        cast.make_guide(session, asker, name=f"More {number}", status=GuideStatus.READY)
    session.commit()
    page = get_page(desk, url(asker))
    desk.post(asker.url("/round/choices"), data=decide(page, computed.families[0], "pin"))
    desk.post(asker.url("/round/choices"), data=decide(page, computed.families[1], "veto"))
    get_page(desk, url(asker))  # shows what was said after the press, and forgets it
    engine = engine_of(desk.application.extensions["session_factory"])
    seen = []
    event.listen(engine, "before_cursor_execute", lambda *a: seen.append(a[2]))
    for path in ("", "/waiting", f"/families/{computed.families[0].id}"):
        seen.clear()
        get_page(desk, url(asker, path))
        asked = [s for s in seen if s.startswith("SELECT")]
        assert len(asked) <= 12, (path, [s[:100] for s in asked])


def test_a_couple_is_called_by_both_names(desk, session, asker, town):
    guides = [session.get(Guide, guide.id) for guide in town.guides]
    link_couple(session, town.actor, guides[0], guides[1], today=TODAY)
    for guide in guides[2:]:
        guide.status = GuideStatus.PAUSED
    session.commit()
    desk.post(asker.url("/round"))
    suggested = list(pairs_on(get_page(desk, url(asker))).values())
    assert suggested == ["Guide 0 asker and Guide 1 asker"]


# What has changed


def test_a_guide_who_pauses_makes_the_suggestions_old_and_then_others(
    desk, session, asker, computed
):
    before = pairs_on(get_page(desk, url(asker)))
    paused = next(guide for guide in computed.guides if guide.name in before.values())
    session.get(Guide, paused.id).status = GuideStatus.PAUSED
    session.commit()
    for path in ("", "/waiting"):
        page = get_page(desk, url(asker, path))
        assert "Something has changed since the suggestions were made" in page.text
    desk.post(asker.url("/round"))
    page = get_page(desk, url(asker))
    assert "Something has changed" not in page.text
    assert paused.name not in pairs_on(page).values()
    family = next(family for family, guide in before.items() if guide == paused.name)
    told = page.select_one(".changes").text
    assert f"Family {family}" in told and "Takes a break" in told
    row = next(pair for pair in page.select(".pair") if family in pair.h3.text)
    assert "Changed since last time" in row.text
    assert f"Last time: {paused.name}." in row.text


def test_a_family_that_has_come_since_is_called_new(desk, session, asker, computed):
    cast.make_family(session, asker, reference="F-new", priority=2)
    session.commit()
    desk.post(asker.url("/round"))
    page = get_page(desk, url(asker))
    row = next(pair for pair in page.select(".pair") if "F-new" in pair.h3.text)
    assert "New" in [badge.text for badge in row.select(".badge")]


def test_a_family_whose_match_was_stopped_is_back_and_not_new(desk, session, asker, computed):
    page = get_page(desk, url(asker))
    chosen = ticks(page)[:1]
    desk.post(asker.url("/round/proposals"), data={"pairs": chosen})
    family = uuid.UUID(chosen[0].split(":")[0])
    Steps(session, asker).withdrawn(session.scalar(select(Match).where(Match.family_id == family)))
    session.commit()
    desk.post(asker.url("/round"))
    page = get_page(desk, url(asker))
    row = page.select_one(f"#family-{family}")
    assert "Waits again" in [badge.text for badge in row.select(".badge")]
    assert "its proposal or match has ended" in row.text
    assert "The family is new" not in page.text


def test_new_suggestions_say_whether_they_differ_and_since_when(desk, session, asker, computed):
    answer = desk.post(url(asker))
    assert answer.status_code == 303
    page = get_page(desk, url(asker))
    assert "The suggestions are the same as before." in page.select_one(".flashes").text
    cast.make_family(session, asker, reference="F-new", priority=2)
    session.commit()
    desk.post(asker.url("/round"))
    page = get_page(desk, url(asker))
    assert "The suggestions are new." in page.select_one(".flashes").text
    assert " since " in page.select_one("details:has(.changes) summary").text
    assert "since last time" not in page.select_one("details:has(.changes) summary").text


# Deciding


def test_a_pair_that_is_kept_says_so_and_can_be_let_go(desk, session, asker, computed):
    family = computed.families[0]
    page = get_page(desk, url(asker))
    answer = desk.post(asker.url("/round/choices"), data=decide(page, family, "pin"))
    assert answer.status_code == 303
    assert answer.location.endswith(f"/round#family-{family.id}")
    assert [choice.kind for choice in stored(session, RoundChoice)] == [ChoiceKind.PIN]
    page = get_page(desk, url(asker))
    row = page.select_one(f"#family-{family.id}")
    assert "Kept by you" in row.text
    assert "Coordinator Asker" in page.select_one("section:has(#decided)").text
    desk.post(asker.url("/round/choices"), data=decide(page, family, "clear"))
    assert stored(session, RoundChoice) == []
    assert not get_page(desk, url(asker)).select("#decided")


def test_not_these_two_gives_the_family_somebody_else_at_once(desk, session, asker, computed):
    family = computed.families[2]
    page = get_page(desk, url(asker))
    before = pairs_on(page)[family.reference]
    desk.post(asker.url("/round/choices"), data=decide(page, family, "veto"))
    page = get_page(desk, url(asker))
    assert pairs_on(page)[family.reference] != before
    assert "You have said: not these two." in page.select_one(f"#family-{family.id}").text
    assert before in page.select_one("section:has(#decided)").text
    undo = page.select_one("section:has(#decided) form")
    desk.post(
        asker.url("/round/choices"),
        data={i["name"]: i["value"] for i in undo.select("[name]")},
    )
    assert stored(session, RoundChoice) == []


@pytest.mark.parametrize("change", [{"family": "x"}, {"guide": ""}, {"kind": "love"}])
def test_a_choice_that_makes_no_sense_changes_nothing(desk, session, asker, computed, change):
    data = decide(get_page(desk, url(asker)), computed.families[0], "pin") | change
    page = post_page(desk, url(asker, "/choices"), data)
    assert "That pair is not here any more" in page.select_one("[role=alert]").text
    assert stored(session, RoundChoice) == []


def test_a_choice_about_somebody_who_is_not_here_is_not_found(desk, asker, baerum, computed):
    data = {"family": computed.families[0].id, "guide": baerum.guide.id}
    for kind in ("pin", "veto", "clear"):
        answer = desk.post(asker.url("/round/choices"), data=data | {"kind": kind})
        assert answer.status_code == 404


def test_a_guide_kept_for_others_already_is_refused_on_the_page_it_was_asked_from(
    desk, session, asker, computed
):
    first, second = computed.families[:2]
    guide = computed.guides[0]
    data = {"family": first.id, "guide": guide.id, "kind": "pin"}
    assert desk.post(asker.url("/round/choices"), data=data).status_code == 303
    data = {"family": second.id, "guide": guide.id, "kind": "pin", "page": "family"}
    page = post_page(desk, url(asker, "/choices"), data, status=409)
    assert "All this guide's places are kept" in page.select_one("[role=alert]").text
    assert second.reference in page.h1.text
    assert len(stored(session, RoundChoice)) == 1


def test_who_was_ruled_out_for_whom_is_said_with_what_it_costs(desk, session, asker, computed):
    for guide in session.scalars(select(Guide).where(Guide.name.in_(["Guide spare"]))):
        guide.status = GuideStatus.PAUSED
    session.commit()
    desk.post(asker.url("/round"))
    page = get_page(desk, url(asker))
    family = computed.families[0]
    for _number in range(3):
        page = get_page(desk, url(asker))
        if not page.select_one(f"#family-{family.id} form"):
            break
        lost = pairs_on(page)[family.reference]
        answer = desk.post(asker.url("/round/choices"), data=decide(page, family, "veto"))
    said = get_page(desk, url(asker)).select_one(".flashes").text
    assert "The family has no suggestion now." in said
    assert "Noted: not these two." in said
    assert lost not in said and family.reference not in said  # it waited in the browser's session
    assert "In all, 1 family fewer gets a guide." in said
    assert answer.location.endswith("/round#decided")


def test_a_pin_that_cannot_be_kept_is_marked_with_the_reason(desk, session, asker, computed):
    family = computed.families[0]
    page = get_page(desk, url(asker))
    name = pairs_on(page)[family.reference]
    desk.post(asker.url("/round/choices"), data=decide(page, family, "pin"))
    assert "Cannot be kept now" not in get_page(desk, url(asker)).text
    session.scalars(select(Guide).where(Guide.name == name)).one().status = GuideStatus.PAUSED
    session.commit()
    desk.post(asker.url("/round"))
    told = get_page(desk, url(asker)).select_one("section:has(#decided)").text
    assert "Cannot be kept now" in told and "because: takes a break" in told


def test_what_a_colleague_has_decided_is_not_overturned_from_a_page_left_open(
    desk, session, asker, computed
):
    family = computed.families[0]
    page = get_page(desk, url(asker))
    keep, never = decide(page, family, "pin"), decide(page, family, "veto")
    assert desk.post(asker.url("/round/choices"), data=never).status_code == 303
    page = post_page(desk, url(asker, "/choices"), keep, status=409)
    assert "Somebody has decided something else" in page.select_one("[role=alert]").text
    assert [choice.kind for choice in stored(session, RoundChoice)] == [ChoiceKind.VETO]


def test_who_knows_whom_a_family_is_kept_for_may_decide_otherwise(desk, session, asker, computed):
    family = computed.families[0]
    page = get_page(desk, url(asker))
    desk.post(asker.url("/round/choices"), data=decide(page, family, "pin"))
    page = get_page(desk, url(asker, f"/families/{family.id}"))
    form = page.select_one("section:has(#others) form")
    data = {i["name"]: i["value"] for i in form.select("[name]")}
    assert desk.post(asker.url("/round/choices"), data=data).status_code == 303
    data = decide(get_page(desk, url(asker)), family, "veto")
    assert desk.post(asker.url("/round/choices"), data=data).status_code == 303
    assert [choice.kind for choice in stored(session, RoundChoice)] == [ChoiceKind.VETO]


def test_to_undo_what_is_undone_already_leads_back_to_the_page(desk, session, asker, computed):
    family = computed.families[0]
    page = get_page(desk, url(asker))
    desk.post(asker.url("/round/choices"), data=decide(page, family, "pin"))
    data = decide(get_page(desk, url(asker)), family, "clear")
    for _press in range(2):
        answer = desk.post(asker.url("/round/choices"), data=data)
        assert answer.status_code == 303
    assert answer.location == asker.url("/round")
    assert "That was undone already." in get_page(desk, url(asker)).select_one(".flashes").text


@pytest.fixture
def kept_away(desk, session, asker, town):
    """One guide alone is ready, and kept for the first family; the second one waits."""
    for guide in session.scalars(select(Guide)):
        guide.status = GuideStatus.PAUSED
    session.get(Guide, town.guides[0].id).status = GuideStatus.READY
    session.commit()
    desk.post(asker.url("/round"))
    kept, waits = town.families[0], town.families[2]
    data = {"family": kept.id, "guide": town.guides[0].id, "kind": "pin"}
    assert desk.post(asker.url("/round/choices"), data=data).status_code == 303
    return kept, waits


def test_who_waits_because_of_a_pin_is_told_so_and_can_undo_it(desk, session, asker, kept_away):
    kept, waits = kept_away
    page = get_page(desk, url(asker, "/waiting"))
    card = next(c for c in page.select("main section.card") if waits.reference in c.text)
    assert "you have kept this guide for another family" in card.select_one(".because").text
    told = f"You have kept Guide 0 asker for family {kept.reference}."
    assert told in card.text and "share" not in card.text
    assert not card.select(f"a[href*='/round/families/{waits.id}']")  # nobody to choose yet
    page = get_page(desk, url(asker, f"/families/{waits.id}"))
    assert told in page.text and "not even by hand" not in page.text
    form = page.select_one("form:has(button[value=clear])")
    data = {i["name"]: i["value"] for i in form.select("[name]")}
    answer = desk.post(form["action"], data=data)
    assert answer.location == asker.url(f"/round/families/{waits.id}")
    assert stored(session, RoundChoice) == []
    page = get_page(desk, answer.location + "?lang=en")
    assert told not in page.text and "Guide 0 asker" in page.select_one("h3").text


# Going on with pairs


def test_ticked_pairs_become_proposals_and_nobody_is_asked(desk, session, asker, computed):
    page = get_page(desk, url(asker))
    chosen = ticks(page)[:2]
    answer = desk.post(asker.url("/round/proposals"), data={"pairs": chosen})
    assert answer.status_code == 303
    page = get_page(desk, url(asker))
    assert "2 proposals are saved. Nobody has been asked yet." in page.text
    made = stored(session, Match, Match.id != asker.proposal.id)
    assert {match.status for match in made} == {MatchStatus.PROPOSED}
    assert stored(session, OutgoingMessage) == []
    assert len(ticks(page)) == 1
    assert "2 pairs have been taken further" in page.text
    for match in made:
        row = page.select_one(f"#family-{match.family_id}")
        assert row.select_one(f"a[href$='/matches/{match.id}']")
        assert not row.select("form")


def test_guides_are_asked_at_once_if_wished(desk, session, asker, computed):
    chosen = ticks(get_page(desk, url(asker)))
    desk.post(asker.url("/round/proposals"), data={"pairs": chosen, "ask": "now", "sure": "yes"})
    made = stored(session, Match, Match.id != asker.proposal.id)
    assert [match.status for match in made] == [MatchStatus.GUIDE_ASKED] * 3
    assert len(stored(session, OutgoingMessage)) == 3
    assert "3 guides have been asked by e-mail" in get_page(desk, url(asker)).text


def test_before_guides_are_asked_they_are_listed_with_what_will_be_sent(
    desk, session, asker, computed
):
    page = get_page(desk, url(asker))
    chosen, names = ticks(page), pairs_on(page)
    page = post_page(desk, url(asker, "/proposals"), {"pairs": chosen, "ask": "now"}, status=200)
    assert "3 guides get an e-mail" in page.select_one(".lead").text
    assert {p.text for p in page.select(".pair-name")} == set(names.values())
    assert stored(session, OutgoingMessage) == []
    assert stored(session, Match, Match.id != asker.proposal.id) == []
    form = page.select_one("main form")
    sent = {"pairs": [i["value"] for i in form.select("[name=pairs]")]}
    assert sent["pairs"] == chosen
    desk.post(form["action"], data=sent | {"ask": "now", "sure": "yes"})
    assert len(stored(session, OutgoingMessage)) == 3


def test_nothing_ticked_is_an_error_that_leads_to_the_first_box(desk, session, asker, computed):
    page = post_page(desk, url(asker, "/proposals"), {})
    assert page.title.text.startswith("Error")
    link = page.select_one("#error-summary a")
    assert "Tick at least one pair" in link.text
    assert page.select_one(link["href"])["type"] == "checkbox"
    assert desk.get(url(asker, "/proposals")).location.endswith("/round?lang=en")


def test_what_failed_stands_next_to_its_pair_and_the_rest_is_saved(desk, session, asker, computed):
    page = get_page(desk, url(asker))
    chosen = ticks(page)
    gone = session.get(Guide, uuid.UUID(chosen[0].split(":")[1]))
    gone.status = GuideStatus.PAUSED
    session.commit()
    page = post_page(desk, url(asker, "/proposals"), {"pairs": chosen}, status=200)
    family = chosen[0].split(":")[0]
    row = page.select_one(f"#family-{family}")
    assert row.select_one(".ds-validation-message")
    assert not row.select_one("[type=checkbox]").has_attr("checked")  # it is another pair now
    assert [int(number.text) for number in page.select(".stats strong")][:2] == [1, 1]
    assert "Something has changed" not in page.text
    assert "1 pair could not be taken further" in page.select_one("[role=alert]").text
    assert "2 proposals are saved" in page.text
    assert len(stored(session, Match, Match.id != asker.proposal.id)) == 2


def test_a_pair_that_was_another_when_it_was_ticked_is_not_proposed(desk, session, asker, computed):
    family, guide = ticks(get_page(desk, url(asker)))[0].split(":")
    other = next(g.id for g in computed.guides if str(g.id) != guide)
    data = {"pairs": [f"{family}:{other}", f"{uuid.uuid4()}:{other}"]}
    page = post_page(desk, url(asker, "/proposals"), data, status=409)
    row = page.select_one(f"#family-{family}")
    assert "This suggestion has changed in the meantime" in row.text
    assert stored(session, Match, Match.id != asker.proposal.id) == []


@pytest.mark.parametrize("pair", ["nonsense", "a:b", f"{uuid.UUID(int=7)}:"])
def test_a_pair_that_cannot_be_read_is_refused_in_words(desk, session, asker, computed, pair):
    chosen = ticks(get_page(desk, url(asker)))[:1]
    page = post_page(desk, url(asker, "/proposals"), {"pairs": [*chosen, pair]}, status=422)
    assert "That pair is not here any more" in page.select_one("#error-summary").text
    assert stored(session, Match, Match.id != asker.proposal.id) == []


def test_what_failed_is_told_also_where_the_family_has_no_suggestion_any_more(
    desk, session, asker, computed
):
    """Nobody is left for it: no row on the page is about the family."""
    chosen = ticks(get_page(desk, url(asker)))[:2]
    guides = {pair.split(":")[1] for pair in chosen[1:]}
    for guide in session.scalars(select(Guide)):
        if str(guide.id) not in guides:
            guide.status = GuideStatus.PAUSED
    session.commit()
    page = post_page(desk, url(asker, "/proposals"), {"pairs": chosen}, status=200)
    family = session.get(Family, uuid.UUID(chosen[0].split(":")[0]))
    assert not page.select_one(f"#family-{family.id}")
    assert f"Family {family.reference}: " in page.select_one("[role=alert]").text


def test_what_was_saved_just_now_is_named_and_nobody_in_the_browsers_session(
    desk, session, asker, computed
):
    page = get_page(desk, url(asker))
    chosen, suggested = ticks(page)[:1], pairs_on(page)
    answer = desk.post(asker.url("/round/proposals"), data={"pairs": chosen})
    waiting = str([row.content for row in stored(session, UserSession)])
    session.commit()
    assert "1 proposal is saved" in waiting
    assert not [one for pair in suggested.items() for one in pair if one in waiting]
    page = get_page(desk, answer.location + "&lang=en")
    family = session.get(Family, uuid.UUID(chosen[0].split(":")[0]))
    session.commit()
    told = [li.text for li in page.select(".ds-alert[data-color=success] li")]
    assert told == [f"Family {family.reference} and {suggested[family.reference]}"]
    for saved in ("", "x", uuid.uuid4()):
        page = get_page(desk, url(asker) + f"&saved={saved}")
        assert not page.select(".ds-alert[data-color=success]")


@pytest.mark.usefixtures("computed")
def test_no_two_boxes_share_a_name_and_the_browser_remembers_none(desk, asker):
    """Whoever goes back would else find another family's pair ticked."""
    page = get_page(desk, url(asker))
    boxes = page.select("[form=adopt]")
    assert len({box["name"] for box in boxes}) == len({box["id"] for box in boxes}) == 3
    assert page.select_one("#adopt")["autocomplete"] == "off"
    assert desk.post(
        asker.url("/round/proposals"), data={box["name"]: box["value"] for box in boxes}
    ).location
    assert "3 proposals are saved" in get_page(desk, url(asker)).text


@pytest.mark.usefixtures("computed")
def test_who_may_not_confirm_is_offered_no_asking(desk, session, asker, monkeypatch):
    less = ROLE_PERMISSIONS[Role.COORDINATOR] - {Permission.MATCHES_CONFIRM}
    monkeypatch.setitem(ROLE_PERMISSIONS, Role.COORDINATOR, less)
    page = get_page(desk, url(asker))
    assert [b.text.strip() for b in page.select("#adopt button")] == [
        "Save the ticked as proposals"
    ]
    data = {"pairs": ticks(page), "ask": "now"}
    assert desk.post(asker.url("/round/proposals"), data=data).status_code == 404
    assert stored(session, Match, Match.id != asker.proposal.id) == []


@pytest.mark.usefixtures("computed")
def test_all_pairs_are_ticked_by_one_link(desk, asker):
    page = get_page(desk, url(asker))
    assert not page.select("[form=adopt][checked]")
    link = next(a["href"] for a in page.select("a") if a.text == "Tick all")
    page = get_page(desk, link.split("#")[0] + "&lang=en")
    assert len(page.select("[form=adopt][checked]")) == 3
    assert "Tick none" in page.text


def test_many_pairs_are_shown_a_page_at_a_time(desk, asker, computed, monkeypatch):
    monkeypatch.setattr("app.rounds.views.show.PAGE_SIZE", 2)
    first, last = (pairs_on(get_page(desk, url(asker) + f"&page={n}")) for n in (1, 9))
    assert (len(first), len(last)) == (2, 1)
    assert set(first) | set(last) == {family.reference for family in computed.families}
    assert next(iter(first)) == computed.families[2].reference  # the most urgent


def test_a_family_that_was_given_somebody_else_by_hand_is_shown_with_that_guide(
    desk, session, asker, computed
):
    family = computed.families[0]
    suggested = pairs_on(get_page(desk, url(asker)))[family.reference]
    other = next(guide for guide in computed.guides if guide.name != suggested)
    made = propose(session, asker, session.get(Family, family.id), session.get(Guide, other.id))
    session.commit()
    page = get_page(desk, url(asker))
    row = page.select_one(f"#family-{family.id}")
    assert row.select_one(".pair-name").text == other.name
    assert f"You chose {other.name} instead of {suggested}." in row.text
    assert row.select_one(f"a[href$='/matches/{made.id}']")
    assert int(row.select_one(".score strong").text) == made.score


def test_the_head_counts_those_who_wait_with_a_proposal(desk, asker, computed):
    page = get_page(desk, url(asker))
    assert "4 families wait in all · 1 of them has a proposal already" in page.text
    desk.post(asker.url("/round/proposals"), data={"pairs": ticks(page)[:1]})
    page = get_page(desk, url(asker))
    assert "4 families wait in all · 2 of them have a proposal already" in page.text


def test_going_on_with_pairs_leaves_nothing_old_behind(desk, session, asker, computed):
    chosen = ticks(get_page(desk, url(asker)))
    for number in range(2):
        desk.post(asker.url("/round/proposals"), data={"pairs": [chosen[number]]})
        page = get_page(desk, url(asker))
        assert "Something has changed" not in page.text
        assert len(page.select("section:has(#further) .pair")) == number + 1
    desk.post(asker.url("/round"))  # nothing is new: the same page, with what was taken further
    assert get_page(desk, url(asker)).select("section:has(#further) .pair")


def test_what_was_done_in_another_tab_is_told_as_it_is(desk, session, asker, computed):
    chosen = ticks(get_page(desk, url(asker)))
    family, guide = chosen[0].split(":")
    desk.post(asker.url("/round/proposals"), data={"pairs": chosen[:1]})
    page = post_page(desk, url(asker, "/proposals"), {"pairs": chosen[:1]}, status=409)
    told = page.select_one(f"#family-{family} .ds-validation-message").text
    assert "You have saved this proposal already." in told
    made = stored(session, Match, Match.family_id == uuid.UUID(family))[0]
    desk.post(asker.url(f"/matches/{made.id}/confirmation"))
    other = next(g.id for g in computed.guides if str(g.id) != guide)
    page = post_page(desk, url(asker, "/proposals"), {"pairs": [f"{family}:{other}"]}, status=409)
    assert "The family has a proposal already." in page.select_one(f"#family-{family}").text


def test_what_a_round_gave_says_so_in_the_record_and_why_others_were_passed_over(
    desk, session, asker, computed
):
    """By points somebody else was first: the round gave that guide to another family."""
    page = get_page(desk, url(asker))
    desk.post(asker.url("/round/proposals"), data={"pairs": ticks(page)})
    made = stored(session, Match, Match.id != asker.proposal.id)
    for rank, match in enumerate(made[:2], start=1):
        match.explanation = match.explanation | {"rank": rank}
    session.commit()
    for rank, match in enumerate(made[:2], start=1):
        record = get_page(desk, asker.url(f"/matches/{match.id}?lang=en")).main.text
        assert "From the suggested matches" in record and "From the ranking" not in record
        paper = get_page(desk, asker.url(f"/matches/{match.id}/reason?lang=en")).main.text
        assert ("put together with guides at once" in paper) is (rank > 1)
    record = get_page(desk, asker.url(f"/matches/{asker.proposal.id}?lang=en")).main.text
    assert "From the suggested matches" not in record


# A long computation


@pytest.mark.parametrize("status", [WorkStatus.QUEUED, WorkStatus.RUNNING])
def test_a_round_under_way_shows_a_bar_until_it_is_done(desk, session, asker, town, status):
    row = MatchingRound(status=status, asked_at=NOW, updated_at=NOW, progress=40)
    session.add(row)
    session.commit()
    page = get_page(desk, url(asker))
    bar = page.select_one("progress")
    assert (bar["value"], bar["max"]) == ("40", "100")
    assert page.select_one("noscript meta[http-equiv=refresh]")
    assert page.select_one("[data-follow]")
    session.delete(row)
    session.commit()
    assert not get_page(desk, url(asker)).select("[data-follow]")


def test_a_round_that_failed_is_told_and_can_be_tried_again(desk, session, asker, computed):
    later = NOW + dt.timedelta(minutes=1)
    session.add(MatchingRound(status=WorkStatus.FAILED, asked_at=later, updated_at=later))
    session.commit()
    page = get_page(desk, url(asker))
    assert "did not work" in page.text
    assert page.select(".pair")
    assert page.select_one("form[action$='/round'] button")


# One family among all


def test_another_guide_is_shown_with_what_it_would_cost(desk, asker, computed):
    family = computed.families[2]
    page = get_page(desk, url(asker, f"/families/{family.id}"))
    assert (
        pairs_on(get_page(desk, url(asker)))[family.reference]
        in page.select_one("section:has(#chosen)").text
    )
    others = page.select("section:has(#others) .candidate")
    assert len(others) == 3
    for other in others:
        assert other.select_one(".cost h4").text
        assert other.select_one("button[value=pin]")
    assert "instead of" in page.select_one("section:has(#others)").text


def test_choosing_another_keeps_the_two_together(desk, session, asker, computed):
    family = computed.families[2]
    page = get_page(desk, url(asker, f"/families/{family.id}"))
    form = page.select_one("section:has(#others) form")
    chosen = page.select_one("section:has(#others) .candidate h3").text.strip()
    data = {i["name"]: i["value"] for i in form.select("[name]")}
    assert desk.post(asker.url("/round/choices"), data=data).status_code == 303
    assert pairs_on(get_page(desk, url(asker)))[family.reference] == chosen


def test_a_family_with_an_open_match_says_so(desk, asker, computed):
    page = get_page(desk, url(asker, f"/families/{asker.family.id}"))
    assert "has an open match already" in page.text
    assert not page.select(".candidate")


@pytest.mark.parametrize("status", [FamilyStatus.WITHDRAWN, FamilyStatus.MATCHED])
def test_a_family_that_waits_for_nobody_says_so(desk, session, asker, town, status):
    session.get(Family, town.families[0].id).status = status
    session.commit()
    page = get_page(desk, url(asker, f"/families/{town.families[0].id}"))
    assert "no longer takes part" in page.text or "does not wait" in page.text
    assert not page.select("main form")


# Still waiting


@pytest.fixture
def left_over(session, asker, town):
    """One family whose only free time is nobody's."""
    family = cast.make_family(
        session, asker, reference="F-alone", availability=MORNING, must_share_language=True
    )
    session.commit()
    return family


def test_who_changes_a_familys_wishes_is_led_back_to_those_who_wait(desk, asker, left_over):
    path = asker.url(f"/families/{left_over.id}/edit?back=round&lang=en")
    page = get_page(desk, path)
    action = next(f["action"] for f in page.select("form") if "/edit" in f["action"])
    answer = desk.post(action, data=fill(page, "/edit"))
    assert answer.location == asker.url("/round/waiting")
    page = get_page(desk, answer.location + "?lang=en")
    assert "The changes are saved." in page.select_one(".flashes").text


def test_a_family_left_over_is_told_why_and_what_would_help(desk, asker, left_over):
    desk.post(asker.url("/round"))
    page = get_page(desk, url(asker, "/waiting"))
    card = next(c for c in page.select("main section.card") if "F-alone" in c.text)
    assert "None of the" in card.select_one(".because").text
    assert "No time in common: " in card.text
    assert "One more time" in card.select_one(".helps").text
    assert card.select_one(f"a[href$='/families/{left_over.id}/edit?back=round#part-when']")
    assert not card.select(f"a[href*='/round/families/{left_over.id}']")  # nobody to choose there
    own = get_page(desk, url(asker, f"/families/{left_over.id}"))
    assert "Still waiting because" in own.text
    assert "One more time" in own.text


def test_who_waits_most_urgently_is_told_of_first(desk, session, asker, left_over):
    for reference, priority, days in (("F-soon", 1, 9), ("F-first", 2, 1), ("F-long", 0, 99)):
        cast.make_family(
            session,
            asker,
            reference=reference,
            priority=priority,
            waiting_since=NOW.date() - dt.timedelta(days=days),
            availability=MORNING,
        )
    session.commit()
    desk.post(asker.url("/round"))
    page = get_page(desk, url(asker, "/waiting"))
    told = [h.text.removeprefix("Family ") for h in page.select("section.card h3")]
    assert told[:4] == ["F-first", "F-soon", "F-long", left_over.reference]


def test_families_who_need_the_same_guide_are_told_of_each_other(desk, session, asker, town):
    for guide in session.scalars(select(Guide)):
        guide.status = GuideStatus.PAUSED
    session.get(Guide, town.guides[0].id).status = GuideStatus.READY
    session.commit()
    desk.post(asker.url("/round"))
    page = get_page(desk, url(asker, "/waiting"))
    cards = [c.text for c in page.select("main section.card") if "Family" in c.text]
    assert len(cards) == 2
    assert all("1 guide fits, and is needed by others too." in card for card in cards)


@pytest.mark.usefixtures("computed")
def test_a_guide_without_a_family_is_told_why(desk, asker):
    page = get_page(desk, url(asker, "/waiting"))
    assert "Every waiting family has a suggestion." in page.text
    idle = page.select_one("section:has(#guides) section.card")
    assert "have other guides in the suggestions" in idle.text


def test_empty_states_say_what_is_the_case(desk, session, asker, town):
    for guide in session.scalars(select(Guide)):
        guide.status = GuideStatus.ENDED
    session.commit()
    desk.post(asker.url("/round"))
    assert "No guide has a free place" in get_page(desk, url(asker)).text
    for family in session.scalars(select(Family)):
        family.status = FamilyStatus.WITHDRAWN
    for guide in session.scalars(select(Guide)):
        guide.status = GuideStatus.READY
    session.commit()
    desk.post(asker.url("/round"))
    assert "No family waits" in get_page(desk, url(asker)).text


# Who, and from where


def test_only_those_who_propose_come_in(client, asker, town):
    for role in Role:
        sign_in(client, asker.users[role])
        allowed = Permission.MATCHES_PROPOSE in ROLE_PERMISSIONS[role]
        for path in ("", "/waiting", f"/families/{town.families[0].id}"):
            status = client.get(asker.url(f"/round{path}")).status_code
            assert (status == 200) is allowed, (role, path)
        assert (client.post(asker.url("/round/choices")).status_code == 422) is allowed


@pytest.mark.usefixtures("computed")
def test_desk_and_family_lead_to_the_suggestions(desk, asker):
    page = get_page(desk, asker.url("/desk?lang=en"))
    assert page.select_one(f"main a[href='{asker.url('/round')}']")
    assert page.select_one(f".site-nav a[href='{asker.url('/round')}']")


def test_family_page_leads_to_its_suggestion_while_it_waits(desk, asker, town):
    waiting = town.families[0]
    page = get_page(desk, asker.url(f"/families/{waiting.id}"))
    assert page.select_one(f"a[href$='/round/families/{waiting.id}']")
    page = get_page(desk, asker.url(f"/families/{asker.family.id}"))
    assert not page.select("a[href*='/round/families/']")
