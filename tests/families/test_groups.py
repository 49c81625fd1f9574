"""Groups of minors: counted, never named, apart from the households."""

import pytest
from sqlalchemy import event, select

from app import tenancy
from app.database import engine_of
from app.errors import NotFound, NotPermitted
from app.families import queries
from app.families.models import ApprovalKind, Family, FamilyKind, FamilyStatus, GroupApproval
from app.families.services import groups
from app.matches.services import GroupChoice, propose_group
from app.permissions import Role
from app.vocabulary import AgeGroup, ChildAge
from tests.architecture.test_pages import ENGLISH_ONLY, MOST_QUERIES, UNCOUNTED
from tests.cast import NOW, TODAY, actor, sign_in
from tests.matches.groups import make_group, make_group_guide
from tests.pages import fill, get_page, post_page

TOKEN = "a-token-of-a-form-that-was-opened-once"


def answers(**changes) -> dict[str, object]:
    """Return what staff post about a group."""
    posted = {
        "once_token": TOKEN,
        "nobody_protected": "y",
        "reference": "G-2026-001",
        "young_6_12": "",
        "young_13_17": "3",
        "informed_by": "Bokollektivet",
        "informed_on": "2026-02-20",
        "consented_on": "2026-02-21",
        "contact_name": "Berit Miljø",
        "contact_way": "phone",
        "contact_phone": "900 00 303",
        "contact_email": "",
        "lang-count": "1",
        "lang-0-code": "ti",
        "lang-0-understands": "4",
        "lang-0-speaks": "4",
        "neighbourhood": "",
        "availability": ["1-2"],
        "interests": ["football"],
    }
    return posted | changes


def a_yes(**changes) -> dict[str, str]:
    posted = {
        "once_token": TOKEN,
        "kind": "guardian",
        "name": "Vera Verge",
        "role": "Verge",
        "covers": "3",
        "given_on": "2026-02-25",
    }
    return posted | changes


@pytest.fixture
def caseworker(client, asker):
    sign_in(client, asker.caseworker)
    return client


def groups_in(session_factory, town) -> list[Family]:
    with session_factory() as session:
        tenancy.bind(session, town.municipality.id)
        found = queries.list_groups(session, actor(town, Role.CASEWORKER))
        session.expunge_all()
        return list(found)


def shown_errors(page) -> list[str]:
    return [link.text.strip() for link in page.select("#error-summary a")]


def test_a_group_is_registered_once_however_often_it_is_sent(caseworker, session_factory, asker):
    for _press in range(2):
        assert caseworker.post(asker.url("/families/groups/new"), data=answers()).status_code == 303
    (group,) = groups_in(session_factory, asker)
    assert (group.kind, group.household_size) == (FamilyKind.MINORS_GROUP, 3)
    assert group.children_by_band == {ChildAge.TEEN: 3}
    assert not group.counts_against_quota
    page = get_page(caseworker, asker.url(f"/families/groups/{group.id}?lang=en"))
    assert "a yes is missing for 3 young people" in page.text


def test_who_answers_by_email_may_have_a_number_too(caseworker, session_factory, asker):
    reached = {"contact_way": "email", "contact_email": "berit@home.example"}
    assert (
        caseworker.post(asker.url("/families/groups/new"), data=answers(**reached)).status_code
        == 303
    )
    [group] = groups_in(session_factory, asker)
    assert (group.contact_phone, group.contact_email) == ("+4790000303", "berit@home.example")


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"young_13_17": "1"}, "A group is two young people or more"),
        ({"young_13_17": "15", "young_6_12": "6"}, "twenty at most"),
        ({"young_13_17": ""}, "A group is two young people or more"),
        ({"nobody_protected": None}, "Whoever has a protected address"),
        ({"contact_name": ""}, "Write the name."),
        ({"reference": "Asker-1"}, "Another family or group has this reference."),
        ({"contact_name": "Berit, Storgata 12 B"}, "This looks like an address"),
    ],
)
def test_what_is_missing_is_told_and_nothing_is_lost(
    caseworker, session_factory, asker, changes, error
):
    sent = {k: v for k, v in answers(**changes).items() if v is not None}
    page = post_page(caseworker, asker.url("/families/groups/new?lang=en"), sent)
    assert error in " ".join(shown_errors(page)) or error in page.text
    kept = fill(page, "/groups/new")
    assert kept["informed_by"] == "Bokollektivet" and kept["lang-0-code"] == "ti"
    assert groups_in(session_factory, asker) == []


def test_no_name_of_a_young_person_can_be_written(caseworker, asker):
    """The numbers are only numbers, and the names are of grown-ups."""
    page = get_page(caseworker, asker.url("/families/groups/new"))
    typed = {tag["name"] for tag in page.select("main form .stack input[type=text], main textarea")}
    assert typed == {"reference", "informed_by", "contact_name", "young_6_12", "young_13_17"}


def test_a_group_is_corrected_but_never_to_one(caseworker, session, session_factory, asker):
    group = make_group(session, asker, size=4)
    session.commit()
    url = asker.url(f"/families/groups/{group.id}/edit")
    typed = fill(get_page(caseworker, url), "/edit")
    post_page(caseworker, url, typed | {"young_13_17": "1"})
    assert caseworker.post(url, data=typed | {"young_13_17": "5"}).status_code == 303
    (stored,) = groups_in(session_factory, asker)
    assert stored.household_size == 5
    page = post_page(caseworker, url + "?lang=en", typed | {"young_13_17": "3"})
    assert "in the meantime" in page.text
    page = get_page(caseworker, asker.url(f"/families/groups/{group.id}?lang=en"))
    assert page.text.count("a yes is missing for 1 young person") == 2


def test_nobody_in_a_group_is_counted_twice(caseworker, session, session_factory, asker):
    """Two yeses for the same young people would hide that one of them has none."""
    group = make_group(session, asker, size=4, approved=False)
    session.commit()
    url = asker.url(f"/families/groups/{group.id}/approvals/new")
    page = post_page(caseworker, url + "?lang=en", a_yes(covers="9"))
    assert "missing for 4 young people only" in page.select_one("#covers-error").text
    assert page.select_one("#name")["value"] == "Vera Verge"
    assert caseworker.post(url, data=a_yes(covers="3")).status_code == 303
    page = post_page(caseworker, url + "?lang=en", a_yes(covers="3", once_token=TOKEN + "2"))
    assert "missing for 1 young person only" in page.select_one("#covers-error").text
    again = a_yes(covers="1", once_token=TOKEN + "3")
    assert caseworker.post(url, data=again).status_code == 303
    page = post_page(caseworker, url + "?lang=en", a_yes(covers="1", once_token=TOKEN + "4"))
    assert "Everybody in the group has a yes" in page.select_one("#covers-error").text
    other = a_yes(covers="4", kind="child_welfare", once_token=TOKEN + "5")
    assert caseworker.post(url, data=other).status_code == 303


def test_a_yes_is_noted_once_and_taken_back(caseworker, session, session_factory, asker):
    group = make_group(session, asker, size=3, approved=False)
    session.commit()
    url = asker.url(f"/families/groups/{group.id}/approvals/new")
    page = post_page(caseworker, url + "?lang=en", a_yes(covers="", name="", kind=""))
    assert len(shown_errors(page)) == 3
    for _press in range(2):
        assert caseworker.post(url, data=a_yes()).status_code == 303
    caseworker.post(url, data=a_yes(kind="child_welfare", once_token=TOKEN + "2"))
    page = get_page(caseworker, asker.url(f"/families/groups/{group.id}?lang=en"))
    assert page.text.count("everybody has a yes") == 2
    assert page.text.count("for 3 young people") == 2  # one of each kind
    assert page.select_one("form[action*=approvals]") is None  # asked first, on a page of its own
    asks = page.select_one("a[href*='/approvals/'][href$=withdrawal]")["href"]
    page = get_page(caseworker, f"{asks}?lang=en")
    assert "the meetings rest" in page.main.text
    with_nothing_done = get_page(caseworker, asker.url(f"/families/groups/{group.id}?lang=en"))
    assert with_nothing_done.text.count("everybody has a yes") == 2
    form = page.select_one("main form")
    for _press in range(2):
        assert caseworker.post(form["action"]).status_code == 303
    assert caseworker.get(asks).status_code == 303
    page = get_page(caseworker, asker.url(f"/families/groups/{group.id}?lang=en"))
    assert "taken back" in page.text and page.text.count("everybody has a yes") == 1


def test_a_yes_for_another_group_is_not_found(caseworker, session, asker):
    group, other = make_group(session, asker), make_group(session, asker, reference="G-2")
    approval = session.scalars(
        select(GroupApproval).where(GroupApproval.family_id == other.id)
    ).first()
    session.commit()
    url = asker.url(f"/families/groups/{group.id}/approvals/{approval.id}/withdrawal")
    assert caseworker.post(url).status_code == 404
    assert caseworker.get(url).status_code == 404


def test_a_group_that_leaves_is_on_no_list_and_its_approvals_are_gone(caseworker, session, asker):
    group = make_group(session, asker)
    session.commit()
    url = asker.url(f"/families/groups/{group.id}")
    get_page(caseworker, f"{url}/withdrawal")
    assert caseworker.post(f"{url}/withdrawal").status_code == 303
    assert "Vera Verge" not in get_page(caseworker, url).text
    assert "G-1" not in get_page(caseworker, asker.url("/families/groups")).text
    for path in ("/withdrawal", "/edit", "/approvals/new"):
        assert caseworker.get(url + path).status_code == 409
    assert caseworker.post(f"{url}/approvals/new", data=a_yes()).status_code == 409


def test_households_and_groups_are_never_mixed(caseworker, session, asker):
    before = queries.count_by_status(session), queries.count_by_quota(session, 2026)
    group = make_group(session, asker, counts_against_quota=True)
    session.commit()
    assert (queries.count_by_status(session), queries.count_by_quota(session, 2026)) == before
    worker = actor(asker, Role.CASEWORKER)
    assert group.id not in {f.id for f in queries.list_families(session, worker).rows}
    assert group.id not in {f.id for f in queries.list_waiting_families(session)}
    assert [f.id for f in queries.list_groups(session, worker)] == [group.id]
    with pytest.raises(NotFound):
        queries.get_family(session, worker, group.id)
    with pytest.raises(NotFound):
        queries.get_family(session, worker, asker.family.id, kind=FamilyKind.MINORS_GROUP)
    group_id = group.id
    session.rollback()
    # An old address leads on; a household is no group.
    answer = caseworker.get(asker.url(f"/families/{group_id}"))
    assert (answer.status_code, answer.location.endswith(f"/groups/{group_id}")) == (303, True)
    for path in ("/edit", "/withdrawal"):
        assert caseworker.get(asker.url(f"/families/{group_id}{path}")).status_code == 404
    for path in ("", "/edit", "/withdrawal", "/approvals/new"):
        url = asker.url(f"/families/groups/{asker.family.id}{path}")
        assert caseworker.get(url).status_code == 404


def test_another_municipality_sees_no_group(client, session, asker, baerum):
    group = make_group(session, asker)
    session.commit()
    sign_in(client, baerum.coordinator)
    for path in ("", "/edit", "/approvals/new", "/withdrawal", "/guides"):
        assert client.get(baerum.url(f"/families/groups/{group.id}{path}")).status_code == 404
    assert "G-1" not in get_page(client, baerum.url("/families/groups")).text


def test_a_guide_may_nothing_of_this(session, asker):
    group, guide = make_group(session, asker), actor(asker, Role.GUIDE)
    approval = groups.Approval(
        kind=ApprovalKind.GUARDIAN, name="Mor", role="Mor", covers=4, given_on=TODAY
    )
    with pytest.raises(NotPermitted):
        queries.list_groups(session, guide)
    with pytest.raises(NotPermitted):
        groups.note_approval(session, guide, group, approval, once_token=TOKEN, now=NOW)
    household = session.get_one(Family, asker.family.id)
    worker = actor(asker, Role.CASEWORKER)
    with pytest.raises(NotFound):
        groups.note_approval(session, worker, household, approval, once_token=TOKEN, now=NOW)
    assert group.status is FamilyStatus.WAITING


@pytest.mark.parametrize("language", ["nb", "nn", "en"])
def test_the_pages_of_a_group_and_its_match_are_whole_in_every_language(
    client, session, session_factory, asker, language
):
    group, waits = make_group(session, asker), make_group(session, asker, reference="G-2")
    adult = make_group_guide(session, asker, "Anne Voksen")
    young = make_group_guide(session, asker, "Emil Ung", age_group=AgeGroup.FROM_16)
    choice = GroupChoice(adult.id, frozenset({young.id}))
    coordinator = actor(asker, Role.COORDINATOR)
    match = propose_group(session, coordinator, group, choice, now=NOW)
    session.commit()
    paths = ["/families/groups", "/families/groups/new", f"/matches/{match.id}", "/matches"]
    paths += [f"/matches/{match.id}/guides", f"/families/groups/{group.id}"]
    pages = ("/edit", "/withdrawal", "/approvals/new", "/guides", "")
    paths += [f"/families/groups/{waits.id}{page}" for page in pages]
    given = select(GroupApproval.id).where(GroupApproval.family_id == waits.id)
    paths += [
        f"/families/groups/{waits.id}/approvals/{one}/withdrawal" for one in session.scalars(given)
    ]
    session.rollback()
    sign_in(client, asker.coordinator)
    seen, engine = [], engine_of(session_factory)
    event.listen(engine, "before_cursor_execute", lambda *args: seen.append(args[2]))
    for path in paths:
        seen.clear()
        page = get_page(client, asker.url(f"{path}?lang={language}"))
        asked = [statement for statement in seen if not UNCOUNTED.match(statement)]
        assert len(asked) <= MOST_QUERIES, (path, asked)
        if language != "en":
            assert not ENGLISH_ONLY.findall(page.main.get_text(" ")), path
