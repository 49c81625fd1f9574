"""Who has looked: the pages and the paper, and who may open them."""

import datetime as dt
import io
import re
import uuid

import pypdfium2
import pytest
from sqlalchemy import select

from app.accounts.models import Look, LookKind, LookReason, RecordKind
from app.guides.models import Guide
from app.messages.services import To, send_message
from app.municipalities.models import Municipality
from app.permissions import Role
from app.privacy.services.looks_chain import seal_closed_hours
from tests.cast import sign_in
from tests.pages import fill, get_page
from tests.privacy.looks import make_look, tamper

HOUR = dt.timedelta(hours=1)
NOW = dt.datetime.now(dt.UTC)
LOG = "/data-protection/looks"
LINK = "https://guide.example/asker/sign-in"


@pytest.fixture
def log(session, asker):
    """Three looks: at the family, at its match with a reason, and at the guide."""
    for row in (
        {"at": NOW - 5 * HOUR},
        {
            "at": NOW - 4 * HOUR,
            "user_id": asker.caseworker.id,
            "roles": {Role.CASEWORKER},
            "record": RecordKind.MATCH,
            "record_id": asker.proposal.id,
            "what": LookKind.REVEAL,
            "reason": LookReason.CONCERN,
        },
        {"at": NOW - 3 * HOUR, "record": RecordKind.GUIDE, "record_id": asker.guide.id},
    ):
        make_look(session, asker, **row)
    session.commit()


def as_role(client, asker, role):
    sign_in(client, asker.users[role])
    client.get(asker.url("/?lang=en"))  # from here on
    return client


def lines_of(page):
    return [
        [cell.get_text(" ", strip=True) for cell in row.select("td")]
        for row in page.select("tbody tr")
    ]


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/guides/{guide}", "guides"),
        ("/families/{family}", "families"),
        ("/matches/{match}", "matches"),
    ],
)
def test_from_a_record_it_is_one_click_to_who_has_looked(client, asker, log, path, kind):
    as_role(client, asker, Role.COORDINATOR)
    ids = {"guide": asker.guide.id, "family": asker.family.id, "match": asker.proposal.id}
    page = get_page(client, asker.url(path.format(**ids)))
    link = page.find("a", string="Who has looked?")["href"]
    assert f"/data-protection/{kind}/" in link
    shown = lines_of(get_page(client, link))
    assert shown[0][1] == asker.coordinator.name  # the look of a moment ago
    assert get_page(client, link).find("a", href=asker.url(path.format(**ids)))


def test_a_family_is_seen_through_its_matches_too(client, asker, log):
    as_role(client, asker, Role.COORDINATOR)
    page = get_page(client, asker.url(f"/data-protection/families/{asker.family.id}/looks"))
    told = [(row[1], row[2], row[3], row[5]) for row in lines_of(page)]
    assert told == [
        (asker.caseworker.name, "Caseworker", "Uncovered", "Somebody is worried"),
        (asker.coordinator.name, "Coordinator", "Opened", "–"),
    ]


def test_days_narrow_it(client, asker, log, session):
    make_look(session, asker, at=NOW - dt.timedelta(days=40))
    session.commit()
    as_role(client, asker, Role.COORDINATOR)
    url = asker.url(f"/data-protection/families/{asker.family.id}/looks")
    until = (NOW - dt.timedelta(days=30)).date()
    assert len(lines_of(get_page(client, f"{url}?until={until}"))) == 1
    for junk in (
        "until=9999-12-31",
        "from=0001-01-01",
        "from=x&until=",
        "page=-3",
        "page=10000000",
    ):
        assert client.get(f"{url}?{junk}").status_code == 200


def test_the_leader_reads_the_log_without_a_name_of_those_it_is_about(client, asker, log):
    as_role(client, asker, Role.MANAGER)
    page = get_page(client, asker.url(LOG))
    assert [row[1] for row in lines_of(page)] == [
        asker.coordinator.name,
        asker.caseworker.name,
        asker.coordinator.name,
    ]
    for name in (asker.guide.name, asker.family.contact_name, asker.family.reference):
        assert name not in page.text
    record = page.select_one("tbody a")["href"]
    assert "Back to the access log" in get_page(client, record).text
    assert client.get(asker.url(f"/guides/{asker.guide.id}")).status_code == 404


def test_the_log_is_narrowed_by_who_what_and_kind(client, asker, log):
    as_role(client, asker, Role.PRIVACY_OFFICER)
    url = asker.url(LOG)
    assert len(lines_of(get_page(client, f"{url}?user={asker.caseworker.id}"))) == 1
    assert len(lines_of(get_page(client, f"{url}?what=reveal&record=match"))) == 1
    assert len(lines_of(get_page(client, f"{url}?record=guide"))) == 1
    assert len(lines_of(get_page(client, f"{url}?what=nonsense&user=nobody&record="))) > 3


def test_to_read_the_log_is_a_look_too(client, asker, log, session):
    as_role(client, asker, Role.PRIVACY_OFFICER)
    get_page(client, asker.url(LOG))
    row = session.scalars(select(Look).order_by(Look.at.desc())).first()
    assert (row.record, row.row_count) == (RecordKind.ACCESS_LOG, 3)


@pytest.mark.parametrize("role", Role)
def test_who_may_read_what(client, asker, log, role):
    as_role(client, asker, role)
    whole = client.get(asker.url(LOG)).status_code == 200
    one = (
        client.get(asker.url(f"/data-protection/guides/{asker.guide.id}/looks")).status_code == 200
    )
    paper = client.get(asker.url(f"/data-protection/guides/{asker.guide.id}/looks.pdf"))
    assert whole is (role in {Role.MANAGER, Role.PRIVACY_OFFICER})
    assert one is (role in {Role.MANAGER, Role.PRIVACY_OFFICER, Role.COORDINATOR})
    assert (paper.status_code == 200) is (role is Role.PRIVACY_OFFICER)


def test_the_page_says_whether_the_log_is_whole(client, asker, log, session, flask_app, database):
    seal_closed_hours(session, now=NOW)
    session.commit()
    as_role(client, asker, Role.PRIVACY_OFFICER)
    assert "The last month is whole" in get_page(client, asker.url(LOG)).text
    tamper(database, flask_app, "DELETE FROM access_log WHERE what = 'reveal'")
    page = get_page(client, asker.url(LOG))
    assert "The log has been changed" in page.text
    assert "is whole" not in page.text


def read_pdf(answer):
    assert answer.status_code == 200, answer.status_code
    document = pypdfium2.PdfDocument(io.BytesIO(answer.data))
    text = " ".join(page.get_textpage().get_text_range() for page in document)
    return re.sub(r"\s+", " ", text)


def test_the_extract_tells_role_time_and_reason_and_no_name(client, asker, log):
    as_role(client, asker, Role.PRIVACY_OFFICER)
    answer = client.get(asker.url(f"/data-protection/families/{asker.family.id}/looks.pdf"))
    text = read_pdf(answer)
    assert "Caseworker, uncovered, somebody is worried" in text
    assert "Coordinator, opened" in text
    for name in (asker.coordinator.name, asker.caseworker.name, asker.family.contact_name):
        assert name not in text
    assert asker.family.contact_name not in answer.headers["Content-Disposition"]


def test_the_extract_names_staff_where_the_municipality_has_said_so(client, asker, log, session):
    as_role(client, asker, Role.PRIVACY_OFFICER)
    page = get_page(client, asker.url(LOG))
    form = fill(page, "naming") | {"name_staff": "1"}
    assert client.post(asker.url(f"{LOG}/naming"), data=form).status_code == 303
    assert session.get(Municipality, asker.municipality.id).looks_name_staff
    session.commit()
    answer = client.get(asker.url(f"/data-protection/families/{asker.family.id}/looks.pdf"))
    assert f"{asker.caseworker.name} (Caseworker)" in read_pdf(answer)


def test_an_extract_is_noted_as_taken_out(client, asker, log, session):
    as_role(client, asker, Role.PRIVACY_OFFICER)
    client.get(asker.url(f"/data-protection/guides/{asker.guide.id}/looks.pdf"))
    row = session.scalars(select(Look).order_by(Look.at.desc())).first()
    assert (row.what, row.record_id) == (LookKind.EXPORT, asker.guide.id)


def test_who_has_left_is_told_without_a_name(client, asker, session):
    make_look(session, asker, at=NOW - HOUR, user_id=uuid.uuid4())
    make_look(session, asker, at=NOW - 2 * HOUR, user_id=None, roles=frozenset())
    session.commit()
    as_role(client, asker, Role.COORDINATOR)
    page = get_page(client, asker.url(f"/data-protection/families/{asker.family.id}/looks"))
    assert [row[1] for row in lines_of(page)] == [
        "Somebody who has no account any more",
        "Through a link of their own",
    ]


def test_another_municipality_s_looks_are_not_found(client, asker, baerum):
    as_role(client, asker, Role.COORDINATOR)
    url = asker.url(f"/data-protection/families/{baerum.family.id}/looks")
    assert client.get(url).status_code == 404


def looks_of_a_day(session, asker, count, **changes):
    """Add looks of one person at one record on one day, some minutes apart."""
    noon = dt.datetime(2026, 11, 19, 12, tzinfo=dt.UTC)
    for minutes in range(count):
        make_look(session, asker, at=noon + dt.timedelta(minutes=minutes), **changes)
    session.commit()


def test_looks_of_one_person_on_one_day_are_one_line_that_opens(client, asker, session):
    looks_of_a_day(session, asker, 3)
    looks_of_a_day(session, asker, 1, user_id=asker.caseworker.id)
    make_look(session, asker, at=dt.datetime(2026, 11, 18, 12, tzinfo=dt.UTC))
    session.commit()
    as_role(client, asker, Role.COORDINATOR)
    url = asker.url(f"/data-protection/families/{asker.family.id}/looks?until=2026-11-19")
    page = get_page(client, url)
    assert [row[:2] for row in lines_of(page)] == [
        ["19 November, 3 times 13:02 13:01 13:00", asker.coordinator.name],
        ["19 November 13:00", asker.caseworker.name],
        ["18 November 13:00", asker.coordinator.name],
    ]
    assert page.select_one("tbody details:not([open]) summary") is not None


def test_lists_of_a_day_are_one_line_and_each_has_its_length(client, asker, session):
    for length in (12, 30):
        looks_of_a_day(session, asker, 1, what=LookKind.LIST, record_id=None, row_count=length)
    as_role(client, asker, Role.PRIVACY_OFFICER)
    first = lines_of(get_page(client, asker.url(f"{LOG}?until=2026-11-19&record=family")))[0]
    assert "List of 12" in first[0] and "List of 30" in first[0]
    assert first[3] == "Stood on a list"


def test_who_may_open_the_records_reads_what_they_are_called(client, asker, log):
    as_role(client, asker, Role.PRIVACY_OFFICER)
    page = get_page(client, asker.url(LOG))
    both = f"{asker.family.reference} – {asker.guide.name}"
    assert [row[4] for row in lines_of(page)] == [
        f"Guide {asker.guide.name}",
        f"Match {both}",
        f"Family {asker.family.reference}",
    ]
    of_family = get_page(client, asker.url(f"/data-protection/families/{asker.family.id}/looks"))
    assert of_family.select_one(".eyebrow").text == asker.family.reference


def test_what_was_erased_is_told_apart_by_its_key_alone(client, asker, session):
    gone = uuid.uuid4()
    make_look(session, asker, at=NOW - HOUR, record=RecordKind.GUIDE, record_id=gone)
    session.commit()
    as_role(client, asker, Role.PRIVACY_OFFICER)
    assert lines_of(get_page(client, asker.url(LOG)))[0][4] == f"Guide {gone.hex[:8]}"


def test_a_message_is_called_after_whom_it_was_for(client, asker, session):
    guide = session.get(Guide, asker.guide.id)
    message = send_message(session, "guide_ready", To.guide(guide), {"link": LINK}, now=NOW)
    make_look(session, asker, at=NOW - HOUR, record=RecordKind.MESSAGE, record_id=message.id)
    session.commit()
    as_role(client, asker, Role.COORDINATOR)
    page = get_page(client, asker.url(f"/data-protection/guides/{asker.guide.id}/looks"))
    assert lines_of(page)[0][4] == f"Message {asker.guide.name}"
