"""What a resident fills in, step by step, and the walk through the steps."""

import re

from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from app.guides.models import Guide
from app.messages.models import OutgoingMessage
from app.tenancy import bind

ABOUT = {
    "name": "Sinéad O'Brien",
    "email": "Sinead@Example.COM",
    "phone": "900 00 123",
    "age_group": "30-44",
    "gender": "woman",
    "postcode": "3470",
    "neighbourhood": "",
}
LANGUAGES = {
    "lang-count": "2",
    "lang-0-code": "no",
    "lang-0-level": "4",
    "lang-1-code": "ti",
    "lang-1-level": "2",
    "interests": ["cooking", "football"],
}
TIME = {
    "availability": ["0-2", "5-1"],
    "rhythm": "fortnightly",
    "hours_per_meeting": "2",
    "capacity": "1",
    "gender_wish": "none",
    "children_wish": "with_children",
    "own_children": ["6-12"],
    "has_pets": "y",
    "max_travel_minutes": "30",
    "occupation": "health",
}
CONFIRM = {"consent": "y", "consent_version": "2026-11"}
STEPS = (("about-you", ABOUT), ("languages", LANGUAGES), ("time", TIME))


def fill_in(client: FlaskClient, town, **about) -> None:
    """Take the first three steps."""
    for step, answers in STEPS:
        data = answers | about if step == "about-you" else answers
        response = client.post(town.url(f"/sign-up/{step}"), data=data)
        assert response.status_code == 303, response.text


def sign_up(client: FlaskClient, town, **about) -> None:
    """Take all four steps."""
    fill_in(client, town, **about)
    response = client.post(town.url("/sign-up/confirm"), data=CONFIRM)
    assert response.location == town.url("/sign-up/thanks")


def letters(session, recipient: str) -> list[OutgoingMessage]:
    statement = select(OutgoingMessage).where(OutgoingMessage.recipient == recipient)
    return list(session.scalars(statement.order_by(OutgoingMessage.created_at)))


def read_guide(session_factory, town, condition, **changes) -> Guide:
    """Return a guide as it is in the database now, after changing it if asked. Locks nothing."""
    with session_factory() as session:
        bind(session, town.municipality.id)
        named = select(Guide).where(condition).options(selectinload(Guide.languages))
        guide = session.scalar(named)
        for name, value in changes.items():
            setattr(guide, name, value)
        session.commit()
        return guide


def link_in(letter: OutgoingMessage) -> str:
    """Return the path of the link in a letter."""
    return re.search(r"https?://[^/]+(/\S+)", letter.body)[1]
