"""Suggestions in a browser: a Monday's work without script, and a bar that goes on by itself."""

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from app import tenancy
from app.guides.models import GuideStatus
from app.jobs.progress import WorkStatus
from app.matches.models import Match, MatchStatus
from app.permissions import Role
from app.rounds.models import MatchingRound
from tests.browser.conftest import check_accessible
from tests.cast import NOW, make_family, make_guide


@pytest.fixture
def waiting(session_factory, asker):
    """Two families that wait and two guides with a place."""
    with session_factory() as session:
        tenancy.bind(session, asker.municipality.id)
        for number in range(2):
            make_family(session, asker, reference=f"F-{number}")
            make_guide(session, asker, name=f"Guide {number}", status=GuideStatus.READY)
        session.commit()


@pytest.mark.usefixtures("waiting")
@pytest.mark.parametrize(("width", "script"), [(360, False), (1280, True)])
def test_from_the_desk_to_a_guide_who_has_been_asked(person, session_factory, asker, width, script):
    page = person(width=width, script=script, language="nb", user=asker.users[Role.COORDINATOR])
    page.goto("/asker/round")
    page.get_by_role("button", name="Lag forslag").click()
    first = page.locator(".pair").first
    first.get_by_role("button", name="Behold").click()
    expect(page.locator(".pair", has_text="Beholdes")).to_have_count(1)
    page.locator(".pair").last.get_by_role("link", name="Velg en annen").click()
    if script:
        check_accessible(page)
    page.goto("/asker/round")
    page.locator(".pair-tick").first.click()
    page.get_by_role("button", name="Spør disse guidene …").click()
    expect(page.get_by_text("1 guide får en e-post")).to_be_visible()
    if script:
        check_accessible(page)
    page.get_by_role("button", name="Spør dem nå").click()
    expect(page.get_by_text("1 guide er spurt på e-post")).to_be_visible()
    with session_factory() as session:
        tenancy.bind(session, asker.municipality.id)
        asked = select(Match).where(Match.status == MatchStatus.GUIDE_ASKED)
        assert len(session.scalars(asked).all()) == 1


def test_the_bar_goes_on_to_the_suggestions_by_itself(person, session_factory, asker):
    with session_factory() as session:
        tenancy.bind(session, asker.municipality.id)
        row = MatchingRound(status=WorkStatus.RUNNING, asked_at=NOW, updated_at=NOW, progress=20)
        session.add(row)
        session.commit()
        page = person(user=asker.users[Role.COORDINATOR])
        page.goto("/asker/round")
        check_accessible(page)
        expect(page.get_by_role("progressbar")).to_have_attribute("value", "20")
        row.progress = 90
        session.commit()
        page.locator("progress[value='90']").wait_for()
        row.status = WorkStatus.FAILED
        session.commit()
        page.get_by_role("button", name="Prøv en gang til").wait_for()


@pytest.mark.usefixtures("waiting")
@pytest.mark.parametrize("script", [True, False])
def test_back_to_suggestions_that_were_gone_on_with_ticks_nobody_elses(
    person, session_factory, asker, script
):
    """The browser fills in by name what was ticked: on the new page that was another pair."""
    page = person(width=1280, script=script, language="en", user=asker.users[Role.COORDINATOR])
    page.goto("/asker/round")
    page.get_by_role("button", name="Make suggestions").click()
    page.locator(".pair-tick").first.click()
    page.get_by_role("button", name="Save the ticked as proposals").click()
    expect(page.get_by_text("1 proposal is saved")).to_be_visible()
    expect(page.get_by_text("Taken further just now")).to_be_visible()
    page.go_back()
    page.locator(".pair").first.wait_for()
    expect(page.locator("[form=adopt]")).to_have_count(1)
    expect(page.locator("[form=adopt]:checked")).to_have_count(0)
