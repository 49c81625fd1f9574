from dataclasses import replace

import pytest

from app import tenancy
from app.accounts.models import User
from app.database import engine_of
from app.factory import create_app
from app.messages import services
from app.messages.views import Piece, paragraphs
from tests.cast import NOW
from tests.pages import get_page


@pytest.fixture
def demo(flask_app):
    app = create_app(replace(flask_app.extensions["settings"], DEMO=True))
    yield app
    engine_of(app.extensions["session_factory"]).dispose()


def write(factory, town, link: str, **values) -> None:
    with factory() as session:
        tenancy.bind(session, town.municipality.id)
        services.send_email(
            session,
            template="guide_ready",
            recipient=f"guide@{town.slug}.example",
            locale="en",
            values={"first_name": "Kari", "link": link} | values,
            now=NOW,
        )
        session.commit()


def test_mail_page_is_not_there_outside_a_demo(client, asker):
    get_page(client, "/demo/mail", status=404)


def test_demo_shows_the_mail_of_every_town_with_links_that_work(
    demo, session_factory, asker, baerum
):
    write(session_factory, asker, "http://localhost/asker/status/token")
    write(session_factory, baerum, "https://elsewhere.example/x")

    page = get_page(demo.test_client(), "/demo/mail")

    assert "guide@asker.example" in page.main.text
    assert "guide@baerum.example" in page.main.text
    assert "Hello Kari!" in page.main.text
    links = [a["href"] for a in page.main.select(".panel a")]
    assert links == ["http://localhost/asker/status/token"]
    assert "https://elsewhere.example/x" in page.main.text
    assert page.footer.select_one("a[href='/demo/mail']")  # found from every page


def test_demo_shows_what_a_letter_says_and_not_what_it_would_do(demo, session_factory, asker):
    write(session_factory, asker, "http://localhost/<script>alert(1)</script>")

    page = get_page(demo.test_client(), "/demo/mail")

    assert page.main.select("script") == []
    assert "<script>alert(1)</script>" in page.main.text


def test_demo_without_mail_says_so(demo, asker):
    assert get_page(demo.test_client(), "/demo/mail").main.select(".panel") == []


def test_demo_shows_the_codes_that_its_staff_sign_in_with(demo, session_factory, asker):
    totp = demo.extensions["security"].totp_factory
    secret = totp.generate_totp_secret()
    with session_factory() as session:
        session.get(User, asker.coordinator.id).tf_totp_secret = secret
        session.commit()

    page = get_page(demo.test_client(), "/demo/mail")

    shown = [cell.text.strip() for cell in page.main.select("td")]
    assert shown[:2] == [asker.coordinator.name, asker.coordinator.email]
    assert shown[2].isdecimal() and len(shown[2]) == 6
    assert secret not in str(page)


def test_only_addresses_of_ours_become_links():
    [[first, second]] = paragraphs(
        "See http://localhost/a\nnot http://localhost.evil.example/b\n", "http://localhost"
    )

    assert first == [Piece("See "), Piece("http://localhost/a", "http://localhost/a")]
    assert second == [Piece("not http://localhost.evil.example/b")]
