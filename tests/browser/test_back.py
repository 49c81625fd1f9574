"""Back, after a form was refused and put right: what was typed is still there."""

import pytest
from playwright.sync_api import expect


def go_on(page):
    page.locator("main form[method=post] button[type=submit]:not([name])").last.click()


@pytest.mark.parametrize("script", [True, False])
def test_back_to_a_sign_up_step_that_was_corrected(person, asker, script):
    page = person(script=script)
    page.goto("/asker/sign-up/about-you")
    page.fill("#name", "Siri")
    go_on(page)
    page.locator("#error-summary").wait_for()
    page.fill("#email", "siri@post.example")
    page.fill("#phone", "900 00 303")
    page.check("#age_group-2")
    page.check("#gender-0")
    page.fill("#postcode", "1383")
    go_on(page)
    page.locator("#lang-0-level").wait_for()
    page.go_back()
    expect(page.locator("#name")).to_have_value("Siri")


def test_back_to_a_family_that_was_corrected(person, asker):
    page = person(width=1280, user=asker.caseworker)
    page.goto("/asker/families/new")
    page.check("#address_status-0")
    page.fill("#contact_name", "Rahel")
    page.locator('button[name="add_language"]').click()
    page.locator("#lang-2-code").wait_for()
    page.fill("#note", "Third floor")
    go_on(page)
    page.locator("#error-summary").wait_for()
    page.goto("/asker/families")
    page.go_back()
    expect(page.locator("#note")).to_have_value("Third floor")
    page.go_back()
    page.locator("#lang-2-code").wait_for()
    expect(page.locator("#contact_name")).to_have_value("Rahel")
