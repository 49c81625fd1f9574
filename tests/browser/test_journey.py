"""The whole journey as people walk it: sign up, interview, register, match, both yes, log, see.

On a phone and on a desk screen, with and without script, in each language; only what a person
sees and presses is used, and the links are taken from the letters that were written.
"""

import datetime as dt
import re

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from app import tenancy
from app.accounts.models import User
from app.activities.models import Activity
from app.guides.models import Guide, GuideStatus
from app.matches.models import Match, MatchStatus
from app.messages.models import OutgoingMessage
from app.oslo import day_of
from tests.accounts.staff import PASSWORD, Desk
from tests.browser.conftest import check_accessible

WALKS = [
    pytest.param({"width": 360, "script": True, "language": "nb"}, id="phone-nb"),
    pytest.param({"width": 1280, "script": True, "language": "en"}, id="desk-en"),
    pytest.param({"width": 360, "script": False, "language": "nn"}, id="phone-without-script-nn"),
    pytest.param({"width": 1280, "script": False, "language": "nb"}, id="desk-without-script-nb"),
]
GUIDE, FAMILY = "Siri O'Brien", "Rahel"


class Walk:
    """One walk: the people in it, each with a browser, and a look at what is stored."""

    def __init__(self, person, session_factory, asker, options):
        self.asker, self.session_factory, self.script = asker, session_factory, options["script"]
        self.guide, self.staff = person(**options), person(**options)

    def stored(self, model, *conditions):
        with self.session_factory() as session:
            tenancy.bind(session, self.asker.municipality.id)
            return session.scalars(select(model).where(*conditions)).all()

    def path_in_letter(self, template, recipient):
        letter = self.stored(
            OutgoingMessage,
            OutgoingMessage.template == template,
            OutgoingMessage.recipient == recipient,
        )[-1]
        other = GUIDE.split(maxsplit=1)[0] if recipient.startswith("rahel") else FAMILY
        assert other not in letter.body + letter.subject
        return re.search(r"http://localhost(/\S+)", letter.body)[1]

    def check(self, page):
        if self.script:
            check_accessible(page)
        for name in (GUIDE, FAMILY):  # shown in histories and on shared screens
            assert name not in page.title() + page.url


@pytest.mark.parametrize("options", WALKS)
def test_from_sign_up_to_a_logged_meeting(person, flask_app, session_factory, asker, options):
    walk = Walk(person, session_factory, asker, options)
    sign_up(walk)
    sign_in_as_coordinator(walk, flask_app)
    guide_id = make_ready(walk)
    match_url = propose(walk, register_family(walk), guide_id)
    press(walk.staff, "/confirmation")
    guide_says_yes(walk)
    family_says_yes(walk, match_url)
    start(walk, match_url)
    log_a_meeting(walk)
    see_it(walk, match_url)


def press(page, action):
    """Press the first button of the form that posts to an address ending so."""
    form = page.locator(f'form[method=post][action$="{action}"]').first
    form.locator("button:not([name])").first.click()


def go_on(page):
    page.locator("main form[method=post] button[type=submit]:not([name])").last.click()


def sign_up(walk):
    page = walk.guide
    page.goto("/asker/")
    walk.check(page)
    page.locator('main a[href*="/asker/sign-up/"]').first.click()
    go_on(page)
    page.locator(".ds-error-summary a").first.wait_for()
    walk.check(page)
    page.fill("#name", GUIDE)
    page.fill("#email", "siri@post.example")
    page.fill("#phone", "900 00 303")
    page.check("#age_group-2")
    page.check("#gender-0")
    page.fill("#postcode", "1383")
    go_on(page)
    tell_languages_and_times(walk, page)
    expect(page.locator("main")).to_contain_text(GUIDE)
    walk.check(page)
    page.check("#consent")
    go_on(page)
    expect(page).to_have_url(re.compile(r"/sign-up/thanks$"))
    confirm_email(walk, page)


def tell_languages_and_times(walk, page):
    page.select_option("#lang-0-level", "4")
    page.select_option("#lang-1-code", "ti")
    page.select_option("#lang-1-level", "2")
    page.check("#interests-0")
    walk.check(page)
    go_on(page)
    page.check('[name="availability"][value="1-2"]')
    page.check('[name="availability"][value="5-0"]')
    page.check("#rhythm-1")
    walk.check(page)
    go_on(page)


def confirm_email(walk, page):
    page.goto(walk.path_in_letter("sign_up_receipt", "siri@post.example"))
    walk.check(page)
    press(page, "/confirmation")
    (guide,) = walk.stored(Guide, Guide.name == GUIDE)
    assert guide.email_confirmed_at


def sign_in_as_coordinator(walk, flask_app):
    page = walk.staff
    with walk.session_factory() as session:
        desk = Desk(flask_app, session, walk.asker)
    page.goto("/asker/desk")
    expect(page).to_have_url(re.compile(r"/sign-in"))
    page.locator('main a[href*="/sign-in/staff"]').click()
    page.fill("#email", desk.email)
    page.fill("#password", PASSWORD)
    page.press("#password", "Enter")  # beside it stands the way in by passkey
    page.fill("#code", desk.code())
    page.press("#code", "Enter")
    page.wait_for_url("**/asker/desk")
    walk.check(page)


def make_ready(walk):
    page = walk.staff
    page.locator("main a", has_text=GUIDE).first.click()
    walk.check(page)
    for step in ("/contact", "/interview", "/readiness"):
        press(page, step)
    (guide,) = walk.stored(Guide, Guide.name == GUIDE)
    assert guide.status is GuideStatus.READY
    return guide.id


def register_family(walk):
    page = walk.staff
    page.goto("/asker/families/new")
    walk.check(page)
    page.check("#address_status-0")
    page.fill("#informed_by", "Asker")
    page.fill("#informed_on", "2026-03-01")
    page.check("#said_yes")
    page.fill("#consented_on", "2026-03-02")
    page.fill("#contact_name", FAMILY)
    page.check("#contact_is_adult")
    page.check("#contact_gender-1")
    page.check("#contact_way-3")
    page.fill("#contact_email", "rahel@post.example")
    page.fill("#household_size", "3")
    page.fill("#children_6_12", "2")
    page.select_option("#lang-0-code", "ti")
    page.select_option("#lang-0-understands", "4")
    page.select_option("#lang-0-speaks", "4")
    page.select_option("#neighbourhood", str(walk.asker.centre.id))
    page.check('[name="availability"][value="1-2"]')
    page.check("#gender_wish-1")
    page.fill("#settled_on", "2026-02-01")
    page.check("#settlement_category-0")
    page.check("#priority-0")
    go_on(page)
    expect(page).to_have_url(re.compile(r"/families/[0-9a-f-]{36}"))
    walk.check(page)
    return page.url


def propose(walk, family_url, guide_id):
    page = walk.staff
    page.goto(family_url)
    page.locator('main a[href$="/candidates"]').first.click()
    walk.check(page)
    text = page.locator("main").inner_text()
    assert GUIDE in text
    press(page, f"/candidates/{guide_id}")
    expect(page).to_have_url(re.compile(r"/matches/[0-9a-f-]{36}"))
    walk.check(page)
    return page.url


def guide_says_yes(walk):
    page = walk.guide
    page.goto(walk.path_in_letter("guide_asked", "siri@post.example"))
    assert FAMILY not in page.content()
    walk.check(page)
    page.click('button[name="answer"][value="yes"]')
    walk.check(page)


def family_says_yes(walk, match_url):
    staff, page = walk.staff, walk.guide
    staff.goto(match_url)
    press(staff, "/family-question")
    walk.check(staff)
    page.goto(walk.path_in_letter("family_asked", "rahel@post.example"))
    assert GUIDE.split(maxsplit=1)[0] not in page.content()
    page.click('button[name="answer"][value="yes"]')
    assert match_status(walk) is MatchStatus.AGREED


def start(walk, match_url):
    page = walk.staff
    page.goto(match_url)
    walk.check(page)
    page.locator('main a[href$="/start-meeting"]').click()
    walk.check(page)
    signed = day_of(dt.datetime.now(dt.UTC)).isoformat()
    page.fill("#guide_on", signed)
    page.fill("#family_on", signed)
    press(page, "/signatures")
    assert match_status(walk) is MatchStatus.ACTIVE


def match_status(walk):
    (user,) = walk.stored(Guide, Guide.name == GUIDE)
    return next(
        match.status
        for match in walk.stored(Match)
        if match.id != walk.asker.proposal.id and user.places_taken
    )


def log_a_meeting(walk):
    page = walk.guide
    assert walk.stored(User, User.email == "siri@post.example")
    page.goto("/sign-in")
    walk.check(page)
    page.fill("#email", "siri@post.example")
    page.press("#email", "Enter")
    page.goto(walk.path_in_letter("login_link", "siri@post.example"))
    go_on(page)
    page.wait_for_url("**/asker/my-page")
    expect(page.locator("main")).to_contain_text(FAMILY)
    walk.check(page)
    page.locator('main a[href$="/activities/new"]').first.click()
    walk.check(page)
    page.locator('label[for="kind-2"]').click()
    page.locator('label[for="mood-2"]').click()
    page.fill("#note", "Taco")
    go_on(page)
    (activity,) = walk.stored(Activity)
    assert activity.note == "Taco"
    walk.check(page)


def see_it(walk, match_url):
    page = walk.staff
    page.goto(match_url)
    page.locator('main a[href*="/activities"]').last.click()
    expect(page.locator("main")).to_contain_text("Taco")
    walk.check(page)
    page.goto("/asker/activities")
    expect(page.locator("main")).to_contain_text(GUIDE)
    walk.check(page)
