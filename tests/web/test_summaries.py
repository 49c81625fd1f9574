"""Faults are told in the order in which their fields stand on the page."""

import pytest
from markupsafe import Markup

from app.permissions import Role
from app.web.summaries import in_page_order
from tests.cast import sign_in
from tests.pages import fill, get_page, post_page

# Forms that keep their fields in another order than their pages.
PAGES = [
    (Role.COORDINATOR, "/families/new"),
    (Role.COORDINATOR, "/families/groups/new"),
    (Role.COORDINATOR, "/guides/{guide}/edit"),
    (Role.COORDINATOR, "/settlement/new"),
    (Role.ADMINISTRATOR, "/staff/invitations/new"),
    (None, "/sign-up/about-you"),
]


def emptied(page) -> dict:
    form = page.select_one("main form[method=post][id]")
    hidden = {each["name"] for each in form.select("input[type=hidden]")}
    return {name: value for name, value in fill(page, form["action"]).items() if name in hidden}


@pytest.mark.parametrize(("role", "path"), PAGES)
def test_faults_are_told_from_top_to_bottom(client, asker, role, path):
    if role:
        sign_in(client, asker.users[role])
    url = asker.url(path.format(guide=asker.guide.id))
    page = get_page(client, url)
    action = page.select_one("main form[method=post][id]")["action"]

    refused = post_page(client, action, emptied(page))

    told = [link["href"][1:] for link in refused.select(".ds-error-summary a")]
    ids = [tag["id"] for tag in refused.main.select("[id]")]
    assert len(told) > 1
    assert told == sorted(told, key=ids.index)


def test_what_belongs_to_no_field_comes_first_and_nothing_is_lost():
    page = Markup(
        '<div class="ds-error-summary"><ul class="ds-list"><li><a href="#b">b &lt;</a></li>'
        '<li>of all</li><li><a href="#a">a</a></li></ul></div><input id="a"><input id="b">'
    )

    assert in_page_order(page).index("of all") < in_page_order(page).index("#a")
    assert in_page_order(page).index("#a") < in_page_order(page).index("b &lt;")
    assert sorted(in_page_order(page)) == sorted(page)


def test_a_page_without_faults_is_left_alone():
    page = Markup("<p>All is well</p>")

    assert in_page_order(page) is page
