"""Another language, pressed in the middle of a form: what was typed is still there."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import check_accessible


@pytest.mark.parametrize("script", [True, False])
def test_another_language_keeps_what_is_typed_and_enter_sends_the_form(person, asker, script):
    page = person(script=script)
    page.goto("/asker/sign-up/about-you")
    page.fill("#name", "Siri")
    page.fill("#email", "siri@")
    page.locator("nav.languages button[lang=nn]").click()
    expect(page.locator("html")).to_have_attribute("lang", "nn")
    expect(page.locator("#name")).to_have_value("Siri")
    expect(page.locator("#email")).to_have_value("siri@")
    expect(page.locator("#error-summary")).to_have_count(0)
    assert "Siri" not in page.url
    if script:
        check_accessible(page)
    page.press("#name", "Enter")  # the form's own button, not a language's
    expect(page.locator("#error-summary")).to_be_visible()
    expect(page.locator("html")).to_have_attribute("lang", "nn")
