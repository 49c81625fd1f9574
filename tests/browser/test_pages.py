"""Every page, as each of its readers opens it: accessible, within the screen, silent console."""

import pytest

from app.permissions import Role
from tests.browser.conftest import check_accessible

SIZES = [(320, "light"), (1280, "dark")]
PAGES = {
    None: [
        "/",
        "/asker/",
        "/asker/privacy",
        "/asker/accessibility",
        "/asker/sign-up/about-you",
        "/sign-in",
        "/sign-in/staff",
        "/nowhere",
    ],
    Role.COORDINATOR: [
        "/asker/desk",
        "/asker/round",
        "/asker/round/families/{waiting}",
        "/asker/round/waiting",
        "/asker/guides",
        "/asker/guides/{guide}",
        "/asker/guides/{guide}/edit",
        "/asker/guides/{guide}/certificates",
        "/asker/certificates",
        "/asker/settings/certificates",
        "/asker/families",
        "/asker/families/new",
        "/asker/families/{family}",
        "/asker/families/{waiting}/candidates",
        "/asker/matches",
        "/asker/matches/{match}",
        "/asker/activities",
        "/asker/settlement",
        "/asker/neighbourhoods",
        "/asker/neighbourhoods/{centre}",
        "/me",
    ],
    Role.ADMINISTRATOR: ["/asker/staff", "/asker/staff/invitations/new"],
    Role.GUIDE: [
        "/asker/my-page",
        "/asker/matches/{match}",
        "/asker/matches/{match}/activities/new",
    ],
}
READERS = [(role, path) for role, paths in PAGES.items() for path in paths]


@pytest.mark.parametrize(("role", "path"), READERS, ids=str)
def test_page(person, town, role, path):
    for width, scheme in SIZES:
        page = person(width=width, scheme=scheme, user=town.users.get(role))
        response = page.goto(path.format(**town.ids))
        assert response.status == (404 if path == "/nowhere" else 200), response.status
        check_accessible(page)
