"""The pages of staff and of the guide, and the form for the police."""

import pypdfium2
import pytest
from sqlalchemy import event, select

from app import tenancy
from app.accounts.destinations import workplace
from app.certificates.models import CertificateRequirement, CertificateTask, PoliceCertificate
from app.database import engine_of
from app.guides.models import Guide
from app.matches.models import MatchStatus
from app.permissions import Role
from tests.cast import NOW, TODAY, actor, make_guide, sign_in
from tests.guides.answers import letters, link_in
from tests.matches.groups import make_group
from tests.matches.people import match_at
from tests.pages import fill, get_page, post_page

ADULT, CHILDREN, MINORS = CertificateTask
LAW = "Lov om prøving § 1"
ENGLISH = {"Accept-Language": "en"}


@pytest.fixture
def asked_for(session, asker):
    """The municipality asks those who meet families with children."""
    session.add(
        CertificateRequirement(task=CHILDREN, required=True, legal_basis=LAW, changed_at=NOW)
    )
    session.commit()


@pytest.fixture
def certificate(session, asker, asked_for):
    row = PoliceCertificate(
        guide_id=asker.guide.id,
        task=CHILDREN,
        legal_basis=LAW,
        requested_on=TODAY,
        requested_by_id=asker.coordinator.id,
    )
    session.add(row)
    session.commit()
    return row


@pytest.fixture
def staff(client, asker):
    sign_in(client, asker.coordinator)
    return client


@pytest.fixture
def officer(client, asker):
    sign_in(client, asker.users[Role.CERTIFICATE_OFFICER])
    return client


@pytest.fixture(autouse=True)
def _today(time_machine):
    time_machine.move_to(NOW)


def stored(session_factory, town):
    with session_factory() as session:
        tenancy.bind(session, town.municipality.id)
        return session.scalars(select(PoliceCertificate)).all()


def filled(page, **changes):
    """Return what a browser would post from the form in the middle of the page."""
    return fill(page, "ertificates") | changes


def words_of(answer):
    document = pypdfium2.PdfDocument(answer.data)
    return "\n".join(page.get_textpage().get_text_range() for page in document)


def test_a_coordinator_writes_down_the_law_and_then_asks(staff, asker, session_factory):
    url = asker.url("/settings/certificates")
    page = get_page(staff, url, headers=ENGLISH)
    values = filled(page, family_with_children="y")
    refused = post_page(staff, url, values, status=422)
    assert refused.select_one("#family_with_children").has_attr("checked")
    values = filled(refused, family_with_children_basis=LAW)
    staff.post(url, data=values)
    page = get_page(staff, url)
    assert page.select_one("#family_with_children_basis")["value"] == LAW
    guide_url = asker.url(f"/guides/{asker.guide.id}/certificates")
    page = get_page(staff, guide_url)
    assert [radio["value"] for radio in page.select("input[type=radio]")] == [
        "family_with_children"
    ]
    answer = staff.post(guide_url, data=filled(page, task="family_with_children"))
    assert answer.status_code == 303
    (row,) = stored(session_factory, asker)
    assert (row.task, row.legal_basis, row.requested_on) == (CHILDREN, LAW, TODAY)


def test_two_who_change_the_demands_at_once_do_not_undo_each_other(staff, asker):
    url = asker.url("/settings/certificates")
    first, second = (get_page(staff, url) for _ in range(2))
    staff.post(url, data=filled(first, minors_group_basis=LAW))
    post_page(staff, url, filled(second, minors_group_basis=""), status=422)
    assert get_page(staff, url).select_one("#minors_group_basis")["value"] == LAW


def test_without_a_law_nobody_can_be_asked(staff, asker, session_factory):
    url = asker.url(f"/guides/{asker.guide.id}/certificates")
    page = get_page(staff, url)
    assert not page.select("input[type=radio]")
    answer = staff.post(url, data={"task": "minors_group"})
    assert answer.status_code == 422
    assert stored(session_factory, asker) == []


def test_an_officer_notes_that_one_was_shown(officer, asker, certificate, session_factory):
    page = get_page(officer, asker.url("/certificates"))
    assert asker.guide.name in page.text
    url = asker.url(f"/certificates/{certificate.id}/showing")
    page = get_page(officer, url)
    values = filled(page, issued_on="2026-02-20", for_this="y")
    assert officer.post(url, data=values).status_code == 303
    (row,) = stored(session_factory, asker)
    assert (row.shown_on, row.seen_by_id) == (TODAY, asker.users[Role.CERTIFICATE_OFFICER].id)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"issued_on": "2025-12-01"}, "issued_on"),
        ({"issued_on": "2026-03-03"}, "issued_on"),
        ({"issued_on": ""}, "issued_on"),
        ({"shown_on": "2026-03-03"}, "shown_on"),
        ({"shown_on": "2026-03-01"}, "shown_on"),
        ({"shown_on": ""}, "shown_on"),
        ({"for_this": None}, "for_this"),
    ],
)
def test_what_does_not_count_is_refused_at_its_field(
    staff, asker, certificate, session_factory, changes, field
):
    url = asker.url(f"/certificates/{certificate.id}/showing")
    values = filled(get_page(staff, url), issued_on="2026-02-20", for_this="y") | changes
    page = post_page(staff, url, {k: v for k, v in values.items() if v is not None}, status=422)
    assert page.select_one(f"#{field}")["aria-invalid"] == "true"
    (row,) = stored(session_factory, asker)
    assert row.shown_on is None


def test_no_form_takes_a_file_or_a_remark(staff, asker, certificate):
    for path in (
        f"/guides/{asker.guide.id}/certificates",
        f"/certificates/{certificate.id}/showing",
        f"/certificates/{certificate.id}/removal",
        "/certificates",
    ):
        page = get_page(staff, asker.url(path))
        assert not page.select("main input[type=file], main textarea, main input[type=text]")


def test_what_is_noted_can_be_deleted(staff, asker, certificate, session_factory):
    url = asker.url(f"/certificates/{certificate.id}/removal")
    get_page(staff, url)
    assert staff.post(url).status_code == 303
    assert stored(session_factory, asker) == []


def test_the_form_for_the_police_says_what_they_need(staff, asker, certificate):
    answer = staff.get(asker.url(f"/certificates/{certificate.id}/purpose"))
    assert answer.status_code == 200
    assert answer.content_type == "application/pdf"
    assert answer.headers["Cache-Control"] == "no-store"
    assert asker.guide.name not in str(answer.headers)
    words = " ".join(words_of(answer).split())
    for wanted in (asker.guide.name, LAW, "Asker kommune", "familie med barn", "Fødselsdato"):
        assert wanted in words
    assert asker.family.contact_name not in words
    assert asker.guide.name.encode() not in answer.data  # neither in its metadata


def test_the_form_is_in_norwegian_whatever_the_page_is_in(staff, asker, certificate):
    answer = staff.get(asker.url(f"/certificates/{certificate.id}/purpose"), headers=ENGLISH)
    assert "Formål" in words_of(answer) or "formål" in words_of(answer)


def test_a_guide_finds_the_form_by_the_link_in_the_letter(staff, client, session, asker, asked_for):
    url = asker.url(f"/guides/{asker.applicant.id}/certificates")
    client.post(url, data=filled(get_page(staff, url), task="family_with_children"))
    with client.session_transaction() as browser:
        browser.clear()
    (letter,) = letters(session, asker.applicant.email)
    status = link_in(letter)
    page = get_page(client, status)
    form_url = page.select_one("main a[href*='/certificates/']")["href"]
    answer = client.get(form_url)
    assert asker.applicant.name in words_of(answer)
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert client.get(form_url.replace("/status/", "/status/x")).status_code == 404


def test_a_link_opens_the_form_of_its_own_guide_alone(
    staff, client, session, asker, certificate, asked_for
):
    url = asker.url(f"/guides/{asker.applicant.id}/certificates")
    client.post(url, data=filled(get_page(staff, url), task="family_with_children"))
    (letter,) = letters(session, asker.applicant.email)
    status = link_in(letter)
    session.commit()
    assert client.get(f"{status}/certificates/{certificate.id}").status_code == 404


def test_a_guide_with_an_account_finds_it_on_their_page(client, asker, certificate):
    sign_in(client, asker.guide_user)
    page = get_page(client, asker.url("/my-page"))
    form_url = page.select_one("main a[href*='/certificates/']")["href"]
    assert asker.guide.name in words_of(client.get(form_url))


def test_a_guide_does_not_get_the_form_of_another(client, session, asker, certificate):
    other = PoliceCertificate(
        guide_id=asker.applicant.id, task=CHILDREN, legal_basis=LAW, requested_on=TODAY
    )
    session.add(other)
    session.commit()
    sign_in(client, asker.guide_user)
    assert client.get(asker.url(f"/my-page/certificates/{other.id}")).status_code == 404


def test_it_is_not_on_their_page_any_longer_when_it_was_shown(client, session, asker, certificate):
    certificate.shown_on = TODAY
    session.commit()
    sign_in(client, asker.guide_user)
    page = get_page(client, asker.url("/my-page"))
    assert not page.select("main a[href*='/certificates/']")


def test_another_municipality_sees_none_of_it(client, asker, baerum, certificate):
    sign_in(client, baerum.coordinator)
    for path in ("showing", "purpose", "removal"):
        url = baerum.url(f"/certificates/{certificate.id}/{path}")
        assert client.get(url).status_code == 404
    assert asker.guide.name not in get_page(client, baerum.url("/certificates")).text


def test_a_guide_who_was_asked_is_not_asked_again(staff, asker, certificate):
    page = get_page(staff, asker.url(f"/guides/{asker.guide.id}/certificates"))
    assert not page.select("main input[type=radio]")


def test_the_list_asks_the_database_no_more_often_for_many(staff, session, asker, one_app):
    for number in range(20):
        guide = make_guide(session, asker, name=f"G {number}", email=f"g{number}@x.example")
        session.add(
            PoliceCertificate(
                guide_id=guide.id,
                task=CHILDREN,
                legal_basis=LAW,
                requested_on=TODAY,
                shown_on=TODAY if number % 2 else None,
                seen_by_id=asker.coordinator.id if number % 2 else None,
            )
        )
    session.commit()
    asked = []
    engine = engine_of(one_app.extensions["session_factory"])
    listener = lambda *args: asked.append(args[2])  # noqa: E731
    event.listen(engine, "before_cursor_execute", listener)
    try:
        get_page(staff, asker.url("/certificates"))
    finally:
        event.remove(engine, "before_cursor_execute", listener)
    assert len(asked) <= 12, asked


def test_the_officer_begins_there_and_finds_nothing_of_other_rooms(officer, asker):
    page = get_page(officer, asker.url("/certificates"))
    (menu,) = page.select("nav a[href='/asker/certificates']")
    assert menu["aria-current"] == "page"
    assert officer.get(asker.url("/guides")).status_code == 404
    with officer.application.test_request_context():
        assert workplace("asker", actor(asker, Role.CERTIFICATE_OFFICER)).endswith("/certificates")


def test_the_menu_of_a_coordinator_is_long_enough(staff, asker):
    page = get_page(staff, asker.url("/guides"))
    assert not page.select("nav a[href='/asker/certificates']")
    assert page.select("main a[href='/asker/certificates']")


def test_the_only_task_to_ask_for_is_chosen_already(staff, asker, asked_for):
    page = get_page(staff, asker.url(f"/guides/{asker.guide.id}/certificates"))
    assert page.select_one("input[value=family_with_children]").has_attr("checked")


@pytest.mark.parametrize(
    ("tasks", "answer"),
    [
        ((), "Not to be the guide of a family"),
        ((CHILDREN,), "For families with children"),
        ((CHILDREN, ADULT), "every guide"),
    ],
)
def test_who_thinks_of_joining_reads_whether_one_is_needed(client, session, asker, tasks, answer):
    for task in tasks:
        session.add(
            CertificateRequirement(task=task, required=True, legal_basis=LAW, changed_at=NOW)
        )
    session.commit()
    assert (
        answer
        in get_page(client, asker.url("/"), headers=ENGLISH).select_one("#questions").parent.text
    )


@pytest.fixture
def pair_with_children(session, asker):
    match = match_at(session, asker, MatchStatus.ACTIVE)
    session.commit()
    return match


def test_whom_a_demand_concerns_is_told_before_it_is_saved(
    staff, session, asker, pair_with_children
):
    concerned = "#families-group .ds-alert"
    url = asker.url("/settings/certificates")
    told = get_page(staff, url, headers=ENGLISH).select_one(concerned).get_text(" ")
    guides = len(session.scalars(select(Guide).where(Guide.status != "ended")).all())
    session.commit()
    assert f"{guides} guides have not shown one" in told
    assert "1 pair that meets now has a guide without" in told
    assert "adults only" in told
    session.add(
        PoliceCertificate(
            guide_id=pair_with_children.lead.id,
            task=CHILDREN,
            legal_basis=LAW,
            requested_on=TODAY,
            shown_on=TODAY,
        )
    )
    session.commit()
    page = get_page(staff, url, headers=ENGLISH)
    told = page.select_one(concerned).get_text(" ")
    assert f"{guides - 1} guide" in told and "0 pairs that meet now" in told
    assert "1 pair that meets now" in page.select_one("#adults-group .ds-alert").get_text(" ")


def test_pairs_of_adults_are_not_concerned_by_what_is_asked_for_children(
    staff, session, asker, pair_with_children
):
    pair_with_children.family.children.clear()
    session.commit()
    page = get_page(staff, asker.url("/settings/certificates"), headers=ENGLISH)
    assert "0 pairs" in page.select_one("#families-group .ds-alert").get_text(" ")
    assert "1 pair " in page.select_one("#adults-group .ds-alert").get_text(" ")


@pytest.mark.parametrize("path", ["", "/steps"])
def test_the_page_of_a_guide_tells_which_one_was_not_seen(staff, session, asker, asked_for, path):
    url = asker.url(f"/guides/{asker.guide.id}{path}")
    told = get_page(staff, url, headers=ENGLISH).main.get_text(" ")
    assert "No police certificate seen" in told and "has not been asked yet" in told
    row = PoliceCertificate(
        guide_id=asker.guide.id, task=CHILDREN, legal_basis=LAW, requested_on=TODAY
    )
    session.add(row)
    session.commit()
    told = get_page(staff, url, headers=ENGLISH).main.get_text(" ")
    assert "No police certificate seen" in told and "Asked for on" in told
    row.shown_on = TODAY
    session.commit()
    assert "No police certificate" not in get_page(staff, url, headers=ENGLISH).main.get_text(" ")


def test_a_guide_reads_what_is_asked_for_before_it_is_asked_of_them(client, asker, asked_for):
    sign_in(client, asker.guide_user)
    page = get_page(client, asker.url("/my-page"), headers=ENGLISH)
    assert "if you meet a family with children" in page.main.get_text(" ")
    assert not page.select("main a[href*='/certificates/']")


def test_both_sign_the_form_for_the_police(staff, asker, certificate):
    answer = staff.get(asker.url(f"/certificates/{certificate.id}/purpose"))
    words = words_of(answer)
    assert words.count("Dato") >= 2 and "For kommunen" in words and "Den som søker" in words
    assert len(pypdfium2.PdfDocument(answer.data)) == 1
    page = get_page(staff, asker.url(f"/guides/{asker.applicant.id}/certificates"), headers=ENGLISH)
    assert "has to be signed" in page.main.text and "filled in" not in page.main.text


def test_the_pages_of_a_group_and_of_the_settings_say_that_the_law_is_missing(
    client, session, asker
):
    group = make_group(session, asker)
    session.commit()
    sign_in(client, asker.coordinator)
    pages = [asker.url(f"/families/groups/{group.id}"), asker.url("/settings/certificates")]
    words = ["nobody has written which law", "no law is written here yet"]
    for url, missing in zip(pages, words, strict=True):
        assert missing in get_page(client, url, headers=ENGLISH).main.get_text(" ")
    session.add(CertificateRequirement(task=MINORS, required=True, legal_basis=LAW, changed_at=NOW))
    session.commit()
    for url, missing in zip(pages, words, strict=True):
        assert missing not in get_page(client, url, headers=ENGLISH).main.get_text(" ")
