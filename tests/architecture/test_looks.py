"""Every page that shows a person leaves a row: no view can be forgotten."""

import re
import uuid

import pytest
from sqlalchemy import select

from app import tenancy
from app.accounts.models import Look, RecordKind
from app.permissions import Role
from app.web.transactions import SAFE_METHODS
from tests.architecture.test_routes import access_of, ids_of, municipal_requests
from tests.cast import sign_in

# These name nobody, or nobody but whoever reads them: one's own account, application, declaration
# and courses, and pages behind a link that tell of the two without a name. Change the list on
# purpose: a new page declares `@looks_at(...)` unless it truly shows nobody.
SHOWS_NOBODY = {
    "accounts.arrive",
    "accounts.ask_for_password",
    "accounts.code_app",
    "accounts.confirm",
    "accounts.invitation",
    "accounts.link_sent",
    "accounts.login_link",
    "accounts.me",
    "accounts.new_password",
    "accounts.own_passkeys",
    "accounts.own_password",
    "accounts.password_link_sent",
    "accounts.provider_return",
    "accounts.recovery_code",
    "accounts.recovery_codes",
    "accounts.sign_in",
    "accounts.signed_out",
    "accounts.staff_invite",
    "certificates.demands",
    "certificates.my_purpose",
    "certificates.purpose_by_link",
    "courses.by_link",
    "courses.calendar",
    "courses.calendar_by_link",
    "courses.edit",
    "courses.index",
    "courses.new",
    "courses.own",
    "desk.following",  # leads on to a page that does
    "duties.assignment",  # who of the staff takes a task on, not whose it is
    "duties.index",
    "endings.attest_by_link",
    "endings.guide_thanked",
    "endings.my_attest",
    "endings.questions",
    "endings.thanked",
    "families.new",
    "families.new_group",
    "follow_ups.answer",
    "follow_ups.answered",
    "follow_ups.concern",
    "follow_ups.concern_by_link",
    "follow_ups.family_concern",
    "follow_ups.family_thanked",
    "follow_ups.rules",
    "guides.ask_to_withdraw",
    "guides.confirm_email",
    "guides.declaration",
    "guides.declaration_settings",
    "guides.declaration_signed",
    "guides.declaration_version",
    "guides.own_declaration",
    "guides.pipeline_settings",
    "guides.sign_up",
    "guides.sign_up_about",
    "guides.sign_up_confirm",
    "guides.sign_up_languages",
    "guides.sign_up_thanks",
    "guides.sign_up_time",
    "guides.status",
    "guides.withdrawn",
    "matches.answered",
    "matches.family_left",
    "matches.family_page",
    "matches.family_withdrawal",
    "matches.meeting_place",
    "matches.meeting_places",
    "messages.sent_mail",  # in a demo only
    "municipalities.accessibility",
    "municipalities.home",
    "municipalities.index",
    "municipalities.neighbourhood",
    "municipalities.neighbourhood_edit",
    "municipalities.neighbourhood_new",
    "municipalities.neighbourhood_way",
    "municipalities.neighbourhoods",
    "municipalities.privacy",
    "privacy.notice_family",
    "privacy.notice_guide",
    "privacy.notice_staff",
    "privacy.notices",
    "municipalities.settings",
    "my_page.calendar",
    "my_page.declaration",
    "my_page.feed",
    "my_page.plan_break",
    "privacy.find",
    "privacy.index",
    "privacy.month_by_month",
    "privacy.my_copy",
    "privacy.receipts",
    "privacy.retention",
    "privacy.who_sees_what",
    "protected.choice",  # who of the staff keeps households, not which there are
    "reports.planning",
    "reports.simulation",
    "reports.simulation_run",
    "settlement.new",
    "settlement.removal",
    "settlement.show",
    "static",
    "web.csp_reports",
}
# These two keep a log of their own, which nobody else reads: see ADR 0024.
KEEPS_ITS_OWN_LOG = {
    "protected.edit",
    "protected.erase",
    "protected.index",
    "protected.new",
    "protected.show",
}
# A step's own address holds no page: whoever opens it is led to one that does.
LEADS_ON = {
    "endings.back_to_plan",
    "endings.back_to_transfers",
    "follow_ups.back_to_pair",
    "guides.back_to_record",
    "guides.back_to_steps",
    "matches.back_to_match",
    "rounds.back_to_round",
}
FORMS_OF_THE_LIBRARY = re.compile(r"security\.")


def pages_of(app):
    """Return the names of all views that answer GET."""
    return {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if rule.methods & SAFE_METHODS and "GET" in rule.methods
    } - {endpoint for endpoint in app.view_functions if FORMS_OF_THE_LIBRARY.match(endpoint)}


def declared_by(app, endpoint):
    return getattr(app.view_functions[endpoint], "looks", ())


def test_every_page_says_whom_it_shows_or_is_listed_as_showing_nobody(one_app):
    silent = {endpoint for endpoint in pages_of(one_app) if not declared_by(one_app, endpoint)}
    assert silent - SHOWS_NOBODY - LEADS_ON - KEEPS_ITS_OWN_LOG == set()


def test_a_page_that_shows_somebody_is_not_listed_as_showing_nobody(one_app):
    declared = {endpoint for endpoint in pages_of(one_app) if declared_by(one_app, endpoint)}
    assert declared & (SHOWS_NOBODY | LEADS_ON) == set()


def test_a_declared_record_is_named_by_the_address(one_app):
    for rule in one_app.url_map.iter_rules():
        for showing in declared_by(one_app, rule.endpoint):
            assert not showing.argument or showing.argument in rule.arguments, rule.endpoint


def test_every_address_of_a_person_is_declared_with_that_person(one_app):
    named = {"guide_id": "guide", "family_id": "family", "match_id": "match", "user_id": "staff"}
    for rule in one_app.url_map.iter_rules():
        if "GET" not in rule.methods or rule.endpoint in LEADS_ON:
            continue
        declared = {(s.argument, s.record) for s in declared_by(one_app, rule.endpoint)}
        for argument in rule.arguments & set(named):
            assert (argument, RecordKind(named[argument])) in declared, rule.rule


@pytest.mark.parametrize("role", Role)
def test_what_is_opened_leaves_rows_exactly_where_somebody_is_shown(
    flask_app, client, asker, baerum, session_factory, role
):
    """And no page names anybody without a row."""
    user = asker.users[role]
    sign_in(client, user)
    people = [asker.guide.name, asker.applicant.name, asker.family.reference]
    if asker.family.contact_name:
        people.append(asker.family.contact_name)
    shown = 0
    for endpoint, method, url in municipal_requests(flask_app, ids_of(asker)):
        if method != "GET" or access_of(flask_app, endpoint) == "public":
            continue
        before = rows_of(session_factory, asker)
        response = client.get(url)
        new = rows_of(session_factory, asker)[len(before) :]
        if response.status_code != 200 or not declared_by(flask_app, endpoint):
            assert new == [], f"{endpoint} gave {response.status_code}"
            body = response.get_data(as_text=True) if response.mimetype == "text/html" else ""
            own = {asker.guide.name} if role is Role.GUIDE else set()
            assert not [name for name in people if name in body and name not in own], endpoint
            continue
        shown += 1
        assert {row.page for row in new} <= {endpoint}
        assert {row.user_id for row in new} <= {user.id}
        ids = {row.record_id for row in new if row.record_id}
        assert {uuid.UUID(part) for part in re.findall(r"[0-9a-f-]{36}", url)} <= ids, endpoint
    assert shown >= {Role.COORDINATOR: 20, Role.ADMINISTRATOR: 1, Role.GUIDE: 2}.get(role, 0)


def rows_of(session_factory, town):
    with session_factory() as session:
        tenancy.bind(session, town.municipality.id)
        return session.scalars(select(Look).order_by(Look.at, Look.id)).all()
