"""The page on settlement, and the form that adds to it."""

import datetime as dt

import pytest
import time_machine

from app.families.models import FamilyStatus, SettlementCategory
from app.permissions import Role
from app.settlement.models import FigureKind, SettlementFigure
from tests import cast
from tests.cast import sign_in
from tests.pages import fill, get_page, post_page

FIGURE = {
    "year": "2023",
    "kind": "decided",
    "dated_on": "2023-08-22",
    "persons": "435",
    "minors_under_15": "4",
    "minors_over_15": "18",
    "source": "Formannskapet, sak 112/23",
}


@pytest.fixture
def coordinator(client, asker):
    sign_in(client, asker.coordinator)
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client


def rows_on(page):
    return [
        [cell.get_text(" ", strip=True) for cell in row.select("td")]
        for row in page.select("main tbody tr")
    ]


def test_a_figure_is_added_shown_and_removed(coordinator, asker):
    page = get_page(coordinator, asker.url("/settlement"))
    assert "No figures yet" in page.select_one("main").text
    typed = fill(get_page(coordinator, asker.url("/settlement/new")), "/settlement/new")
    assert typed["year"] == str(dt.date.today().year)  # noqa: DTZ011 (the page reads the clock)
    assert coordinator.post(asker.url("/settlement/new"), data=typed | FIGURE).status_code == 303
    page = get_page(coordinator, asker.url("/settlement"))
    assert rows_on(page)[0][:6] == [
        "22 August 2023",
        "Decided by the municipality",
        "435",
        "4",
        "18",
        "Formannskapet, sak 112/23",
    ]
    assert "435 Decided by the municipality, 22 August 2023" in page.select_one(".stats").text
    assert not page.select("main form")
    asks = get_page(coordinator, page.select_one("main a[href$='/removal']")["href"])
    assert "435" in asks.main.text and "22 August 2023" in asks.main.text
    remove = asks.select_one("main form[action$='/removal']")["action"]
    assert coordinator.post(remove).status_code == 303
    assert rows_on(get_page(coordinator, asker.url("/settlement"))) == []


def test_only_the_month_is_shown_where_no_more_is_known_and_examples_are_marked(
    coordinator, session, asker
):
    session.add(
        SettlementFigure(
            year=2023,
            kind=FigureKind.DECIDED,
            dated_on=dt.date(2023, 1, 31),
            date_is_approximate=True,
            persons=360,
            is_example=True,
        )
    )
    session.commit()
    row = rows_on(get_page(coordinator, asker.url("/settlement")))[0]
    assert row[:5] == ["January 2023", "Decided by the municipality example", "360", "–", "–"]


def test_families_inside_and_outside_the_quota_are_counted(coordinator, session, asker, baerum):
    outside = {
        "settlement_category": SettlementCategory.FAMILY_REUNIFICATION,
        "counts_against_quota": False,
    }
    for reference in ("F-2", "F-3"):
        cast.make_family(session, asker, reference=reference, **outside)
    cast.make_family(session, asker, reference="F-4", status=FamilyStatus.WITHDRAWN, **outside)
    cast.make_family(session, asker, reference="F-5", settled_on=dt.date(2025, 12, 31))
    session.commit()
    with time_machine.travel("2026-06-01"):
        page = get_page(coordinator, asker.url("/settlement"))
    assert "settled in 2026 that take part" in page.main.text
    assert [dd.text for dd in page.select("main .facts dd")] == ["1", "2"]


@pytest.mark.parametrize(
    "name, value",
    [
        ("year", ""),
        ("year", "1999"),
        ("year", "2099"),
        ("year", "next"),
        ("kind", "promised"),
        ("dated_on", ""),
        ("dated_on", "2023-02-30"),
        ("dated_on", "2999-01-01"),
        ("dated_on", "1999-12-31"),
        ("persons", ""),
        ("persons", "-1"),
        ("persons", "20001"),
        ("minors_under_15", "x"),
        ("minors_over_15", "432"),
        ("source", "x" * 201),
        ("source", "sak 01019012345"),
    ],
)
def test_a_wrong_figure_is_explained_and_not_stored(coordinator, asker, name, value):
    page = post_page(coordinator, asker.url("/settlement/new"), FIGURE | {name: value})
    assert len(page.select("#error-summary li")) == 1
    assert page.select_one(f"#error-summary a[href^='#{name}']")
    assert rows_on(get_page(coordinator, asker.url("/settlement"))) == []


def test_the_same_figure_twice_is_explained(coordinator, asker):
    assert coordinator.post(asker.url("/settlement/new"), data=FIGURE).status_code == 303
    page = post_page(coordinator, asker.url("/settlement/new"), FIGURE)
    assert "already" in page.select_one("#error-summary").text


def test_a_manager_reads_and_changes_nothing(client, session, asker):
    session.add(
        SettlementFigure(
            year=2023, kind=FigureKind.DECIDED, dated_on=dt.date(2023, 8, 22), persons=435
        )
    )
    session.commit()
    sign_in(client, asker.users[Role.MANAGER])
    page = get_page(client, asker.url("/settlement"))
    assert len(rows_on(page)) == 1
    assert not page.select("main form, main a[href$='/new']")
    assert client.get(asker.url("/settlement/new")).status_code == 404
    assert client.post(asker.url("/settlement/new"), data=FIGURE).status_code == 404


def test_outsiders_find_nothing(client, session, asker, baerum):
    figure = SettlementFigure(
        year=2023, kind=FigureKind.DECIDED, dated_on=dt.date(2023, 8, 22), persons=435
    )
    session.add(figure)
    session.commit()
    sign_in(client, baerum.coordinator)
    assert client.get(asker.url("/settlement")).status_code == 404
    for town in (asker, baerum):
        url = town.url(f"/settlement/{figure.id}/removal")
        assert client.post(url).status_code == 404
    assert rows_on(get_page(client, baerum.url("/settlement"))) == []
