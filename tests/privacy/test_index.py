"""The privacy officer's first page, and who may open it."""

import pytest

from app.permissions import Role
from tests.cast import sign_in
from tests.pages import get_page


def test_the_privacy_officer_finds_the_page_in_the_menu(client, asker):
    sign_in(client, asker.users[Role.PRIVACY_OFFICER])
    page = get_page(client, asker.url("/data-protection?lang=en"))
    assert page.h1.text == "Data protection"
    assert page.select_one(f'nav a[href="{asker.url("/data-protection")}"]')


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.PRIVACY_OFFICER}))
def test_nobody_else_opens_it(client, asker, role):
    sign_in(client, asker.users[role])
    assert client.get(asker.url("/data-protection")).status_code == 404
