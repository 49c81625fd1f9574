"""Before residents can sign up, a municipality says by which law and publishes what people are told."""

import re
from pathlib import Path

import pytest
from sqlalchemy import select

from app.families.models import Family
from app.guides.models import Guide, SignUpDraft
from app.municipalities.models import Municipality, PrivacyNotice
from app.permissions import Role
from app.privacy.forms.notices import BACKUP_DAYS, written
from app.privacy.queries.ageing import DEFAULT_MONTHS
from app.privacy.services.looks_kept import MONTHS_KEPT
from app.privacy.services.notices import NothingToRestOn, publish_notices, version_of
from tests import cast
from tests.cast import NOW
from tests.families.answers import OPEN_ADDRESS, answers
from tests.guides.answers import ABOUT, CONFIRM, STEPS, fill_in, sign_up
from tests.pages import get_page

ENGLISH = {"Accept-Language": "en"}
EMAIL = ABOUT["email"].lower()
GATES = ("privacy_contact", "basis_for_guides", "basis_for_families", "notice_version")


@pytest.fixture
def here(session, asker) -> Municipality:
    found = session.get_one(Municipality, asker.municipality.id)
    session.commit()  # or SQLite keeps the client waiting
    return found


@pytest.fixture
def administrator(client, asker):
    cast.sign_in(client, asker.users[Role.ADMINISTRATOR])
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client


@pytest.mark.parametrize("missing", GATES)
def test_who_has_not_said_all_of_it_takes_no_guides(client, asker, session, here, missing):
    get_page(client, asker.url("/sign-up/about-you"))
    setattr(here, missing, "")
    session.commit()
    page = get_page(client, asker.url("/"), headers=ENGLISH)
    assert "Sign-up has not opened yet" in page.text
    assert not page.select(f"a[href='{asker.url('/sign-up/about-you')}']")
    assert client.get(asker.url("/sign-up/about-you")).location == asker.url("/")
    assert "Closed for new guides" in get_page(client, "/", headers=ENGLISH).text


def test_an_application_that_was_begun_before_waits(client, asker, session, here):
    fill_in(client, asker)
    here.notice_version = ""
    session.commit()
    answer = client.post(asker.url("/sign-up/confirm"), data=CONFIRM)
    assert answer.location == asker.url("/")
    assert session.scalar(select(Guide).where(Guide.email == EMAIL)) is None


def test_who_takes_no_guides_keeps_nothing_of_them(client, asker, session, here):
    here.basis_for_guides = ""
    session.commit()
    for step, told in STEPS:
        client.post(asker.url(f"/sign-up/{step}"), data=told)
    assert session.scalars(select(SignUpDraft)).all() == []


def test_staff_see_what_is_missing_and_where_to_fill_it_in(administrator, asker, session, here):
    here.basis_for_guides = here.notice_version = ""
    session.commit()
    page = get_page(administrator, asker.url("/settings"))
    links = {a["href"] for a in page.select(".ds-alert a")}
    assert links == {asker.url("/settings#basis_for_guides"), asker.url("/data-protection/notices")}
    cast.sign_in(administrator, asker.coordinator)
    assert "Residents cannot sign up yet" in get_page(administrator, asker.url("/desk")).text


def test_publishing_opens_and_keeps_the_words(administrator, asker, session, here):
    here.notice_version = ""
    session.commit()
    page = get_page(administrator, asker.url("/data-protection/notices"))
    assert "Residents cannot sign up before these are published" in page.text
    assert administrator.post(asker.url("/data-protection/notices")).status_code == 303
    session.expire_all()
    (notice,) = session.scalars(select(PrivacyNotice)).all()
    assert session.get_one(Municipality, here.id).notice_version == notice.version
    first = notice.version
    session.commit()
    get_page(administrator, asker.url("/sign-up/about-you"))

    session.get_one(Municipality, here.id).processor = "Drift AS"
    session.commit()
    page = get_page(administrator, asker.url("/data-protection/notices"))
    assert "Changed since they were published" in page.text
    shown = asker.url("/data-protection/notices/guide")
    assert "Drift AS" not in get_page(administrator, shown).text  # people were told the old words
    administrator.post(asker.url("/data-protection/notices"))
    assert "Drift AS" in get_page(administrator, shown).text
    old = get_page(administrator, f"{shown}?version={first}").text
    assert "Drift AS" not in old and "It holds no more" in old
    get_page(administrator, f"{shown}?version=none", status=404)


def test_a_notice_with_holes_is_not_published(session, asker, here):
    here.basis_for_families = ""
    actor = cast.actor(asker, Role.ADMINISTRATOR)
    with pytest.raises(NothingToRestOn):
        publish_notices(session, actor, here, {}, now=NOW)


def test_published_twice_is_one_version(flask_app, session, asker, here):
    actor = cast.actor(asker, Role.ADMINISTRATOR)
    with flask_app.test_request_context():
        words = written(here, DEFAULT_MONTHS)
    first = publish_notices(session, actor, here, words, now=NOW)
    assert publish_notices(session, actor, here, words, now=NOW) is first
    assert version_of(words) == first.version


@pytest.mark.parametrize("audience", ["guide", "family", "staff"])
@pytest.mark.parametrize("language", ["nb", "nn", "en"])
def test_a_notice_says_who_why_how_long_and_whom_to_complain_to(client, asker, audience, language):
    page = get_page(client, f"{asker.url(f'/data-protection/notices/{audience}')}?lang={language}")
    assert page.html["lang"] == language
    for words in ("Asker", "privacy@asker.example", "Datatilsynet", str(BACKUP_DAYS), "24"):
        assert words in page.main.text, words
    if audience != "staff":
        assert "loven om prøver" in page.main.text


def test_the_version_stands_with_the_consent(client, asker, session, here):
    sign_up(client, asker)
    guide = session.scalars(select(Guide).where(Guide.email == EMAIL)).one()
    assert guide.consent_version == f"2026-11 {here.notice_version}"
    session.commit()
    cast.sign_in(client, asker.caseworker)
    told = answers(**OPEN_ADDRESS)
    client.post(asker.url("/families/new"), data=told)
    family = session.scalars(select(Family).where(Family.reference == told["reference"])).one()
    assert family.notice_version == here.notice_version
    session.commit()
    page = get_page(client, asker.url(f"/families/{family.id}"))
    assert here.notice_version in page.main.text


@pytest.mark.parametrize("language", ["Українська", "Русский", "العربية"])
def test_the_drafts_for_families_have_the_chapters_of_the_notice(flask_app, asker, language):
    """Whoever changes the notice sees that three drafts have to follow."""
    with flask_app.test_request_context():
        families = written(asker.municipality, DEFAULT_MONTHS)["family"]["nb"]
    drafts = Path("docs/privacy/notices-for-families.md").read_text("utf-8")
    draft = drafts.split(f"## {language}")[1].split("\n## ")[0]
    assert len(re.findall(r"^\*\*[^\[]", draft, re.MULTILINE)) == len(families)
    assert str(BACKUP_DAYS) in draft and str(MONTHS_KEPT) in draft
    assert "Ikke lest av en oversetter" in drafts
