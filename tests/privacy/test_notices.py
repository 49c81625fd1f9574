"""Before residents can sign up, a municipality says by which law and publishes what people are told."""

from pathlib import Path

import pytest
from sqlalchemy import select

from app.families.models import Family
from app.guides.models import Guide, SignUpDraft
from app.languages import MACHINE_TRANSLATED
from app.municipalities.models import Municipality, PrivacyNotice
from app.permissions import Role
from app.privacy.forms.notices import written
from app.privacy.forms.notices_for_families import BACKUP_DAYS
from app.privacy.queries.ageing import DEFAULT_MONTHS
from app.privacy.services.notices import NothingToRestOn, publish_notices, version_of
from app.web.locale import FAMILY_LANGUAGES, LANGUAGES
from tests import cast
from tests.cast import NOW
from tests.families.answers import OPEN_ADDRESS, answers
from tests.guides.answers import ABOUT, CONFIRM, STEPS, fill_in, sign_up
from tests.pages import get_page

ENGLISH = {"Accept-Language": "en"}
EMAIL = ABOUT["email"].lower()
CHAPTERS = 9
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


@pytest.mark.parametrize("language", FAMILY_LANGUAGES)
def test_a_family_reads_the_notice_in_its_own_language(client, asker, language):
    """From whatever page it was sent to, with a browser that asks for another one."""
    concern = get_page(client, f"{asker.url('/concern')}?lang={language}")
    (link,) = concern.footer.select("a[href*='/notices/family']")
    client.delete_cookie("family_language")
    page = get_page(client, link["href"], headers=ENGLISH)
    assert page.html["lang"] == language
    assert page.html["dir"] == ("rtl" if language == "ar" else "ltr")
    assert page.header.select_one(".place").text == "Asker"
    assert len(page.main.select("section")) == CHAPTERS
    for words in ("Asker", "privacy@asker.example", "Datatilsynet", str(BACKUP_DAYS), "loven om"):
        assert words in page.main.text, words
    said = [line.text for line in page.main.select("section")]
    others = get_page(client, asker.url("/data-protection/notices/family?lang=en")).main
    same = [line for line in said if line in {s.text for s in others.select("section")}]
    assert same == [] or language == "en"


@pytest.mark.parametrize("language", FAMILY_LANGUAGES)
def test_the_page_says_what_no_translator_has_read_and_which_words_hold(client, asker, language):
    page = get_page(client, asker.url(f"/data-protection/notices/family?lang={language}"))
    holds = page.main.select(f"a[hreflang='{asker.municipality.locale}']")
    assert bool(page.select(".machine-note")) == (language in MACHINE_TRANSLATED) == bool(holds)
    assert "\u2068privacy@asker.example\u2069" in page.main.text or language != "ar"


def test_the_open_page_about_privacy_has_the_way_in_each_language(client, asker):
    page = get_page(client, asker.url("/privacy"), headers=ENGLISH)
    links = page.main.select("a[href*='/notices/family?lang=']")
    assert [link["lang"] for link in links] == ["uk", "ru", "ar"]
    for link in links:
        assert get_page(client, link["href"]).html["lang"] == link["lang"]


def test_what_was_published_before_the_languages_came_is_shown_as_it_was(
    flask_app, client, asker, session, here
):
    actor = cast.actor(asker, Role.ADMINISTRATOR)
    with flask_app.test_request_context():
        words = written(here, DEFAULT_MONTHS)
    once = {
        audience: {locale: told for locale, told in by_locale.items() if locale in LANGUAGES}
        for audience, by_locale in words.items()
    }
    publish_notices(session, actor, here, once, now=NOW)
    session.commit()
    page = get_page(client, asker.url("/data-protection/notices/family?lang=ar"))
    assert (page.html["lang"], page.html["dir"]) == ("ar", "rtl")
    old = page.main.select_one("[lang=nb][dir=ltr]")
    assert "Hvem som har ansvaret" in old.text
    assert "البلدية" in page.main.text.replace(old.text, "")


def test_the_document_says_that_no_translator_has_read_them():
    text = Path("docs/privacy/notices-for-families.md").read_text("utf-8")
    assert ("Ikke lest av en oversetter" in text) == bool(MACHINE_TRANSLATED)
    assert all(f"?lang={language}" in text for language in MACHINE_TRANSLATED)
