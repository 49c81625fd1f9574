"""Who may reach what, by enumeration: no view can be forgotten."""

import re
import uuid
from types import SimpleNamespace

import pytest
from flask import url_for

from app.permissions import ROLE_PERMISSIONS, Permission, Role
from app.web.transactions import SAFE_METHODS
from tests.cast import sign_in

KEPT_ON_GET = {"accounts.provider_return"}
STRANGERS = ("asker", "nowhere")


def municipal_requests(app, values):
    """Yield (endpoint, method, url) for every rule under a municipality."""
    for rule in app.url_map.iter_rules():
        if "municipality" not in rule.arguments:
            continue
        known = {name: values.get(name) or made_up(rule, name) for name in rule.arguments}
        with app.test_request_context():
            url = url_for(rule.endpoint, **known)
        for method in sorted(rule.methods - {"HEAD", "OPTIONS"}):
            yield rule.endpoint, method, url


def made_up(rule, name):
    """Return an argument that fits the rule and names nothing."""
    if name in (rule.defaults or {}):
        return rule.defaults[name]
    words = getattr(rule._converters[name], "items", None)
    return min(words) if words else uuid.uuid4()


def ids_of(town):
    return {
        "municipality": town.slug,
        "guide_id": town.guide.id,
        "family_id": town.family.id,
        "match_id": town.proposal.id,
        "user_id": town.guide_user.id,
        "neighbourhood_id": town.centre.id,
        "token": "no-such-token",
    }


def access_of(app, endpoint):
    return getattr(app.view_functions[endpoint], "access", None)


def test_every_view_declares_who_may_call_it(one_app):
    undeclared = [
        endpoint
        for endpoint in one_app.view_functions
        if not isinstance(access_of(one_app, endpoint), Permission)
        and access_of(one_app, endpoint) not in {"public", "signed in"}
    ]
    assert undeclared == []


def test_every_view_that_only_reads_says_so(one_app):
    silent = {
        rule.endpoint
        for rule in one_app.url_map.iter_rules()
        if rule.methods <= SAFE_METHODS
        and not getattr(one_app.view_functions[rule.endpoint], "reads_only", False)
        and not getattr(one_app.view_functions[rule.endpoint], "adds_only", ())
        and rule.endpoint not in KEPT_ON_GET
    }
    assert silent == set()


def test_only_the_way_back_from_another_site_is_a_get_that_writes(one_app):
    views = one_app.view_functions
    assert {e for e, view in views.items() if getattr(view, "kept_on_get", False)} == KEPT_ON_GET


def test_every_url_is_kebab_case_and_typed(one_app):
    for rule in one_app.url_map.iter_rules():
        fixed = re.sub(r"<[^>]+>", "", rule.rule)
        assert "_" not in fixed, rule.rule
        assert fixed == fixed.lower(), rule.rule
        for name in re.findall(r"<([^>]+)>", rule.rule):
            assert name in {"municipality", "token"} or name.startswith("uuid:"), rule.rule


def test_outsiders_find_nothing_at_any_municipal_url(flask_app, client, asker, baerum):
    sign_in(client, baerum.coordinator)
    tried = 0
    for endpoint, method, url in municipal_requests(flask_app, ids_of(asker)):
        if access_of(flask_app, endpoint) == "public":
            continue
        assert client.open(url, method=method).status_code == 404, f"{method} {url}"
        tried += 1
    assert tried > 20


def test_records_of_another_municipality_are_not_found_from_inside(
    flask_app, client, asker, baerum
):
    """The coordinator's own municipality in the URL, the other one's record."""
    sign_in(client, asker.coordinator)
    foreign = ids_of(baerum) | {"municipality": asker.slug}
    tried = 0
    for _endpoint, method, url in municipal_requests(flask_app, foreign):
        if not re.search(r"[0-9a-f]{8}-", url):
            continue
        assert client.open(url, method=method).status_code == 404, f"{method} {url}"
        tried += 1
    assert tried > 10


def test_anonymous_visitors_are_sent_to_sign_in(flask_app, client, asker):
    for endpoint, method, url in municipal_requests(flask_app, ids_of(asker)):
        if access_of(flask_app, endpoint) == "public":
            continue
        response = client.open(url, method=method)
        assert (response.status_code, response.location.split("?")[0]) == (303, "/sign-in"), url


@pytest.mark.campaign
@pytest.mark.parametrize("role", Role)
def test_each_role_reaches_what_the_table_says_and_nothing_else(flask_app, client, asker, role):
    sign_in(client, asker.users[role])
    for endpoint, method, url in municipal_requests(flask_app, ids_of(asker)):
        permission = access_of(flask_app, endpoint)
        if permission == "public":
            continue
        status = client.open(url, method=method).status_code
        if permission not in ROLE_PERMISSIONS[role] or permission is Permission.PROTECTED_KEEP:
            assert status == 404  # nobody is one of the two, f"{role} {method} {url}"
        elif "token" not in url and not re.search(r"[0-9a-f]{8}-", url):
            assert status in {200, 303, 422}, f"{role} {method} {url} gave {status}"
        else:  # own records only, or a step out of order
            assert status in {200, 302, 303, 404, 409, 422}, f"{role} {method} {url} gave {status}"


def test_what_is_public_is_a_closed_list(one_app):
    """Change this list on purpose, with the reason in the commit."""
    public = {e for e in one_app.view_functions if access_of(one_app, e) == "public"}
    assert public <= SimpleNamespace(names=PUBLIC).names


PUBLIC = {
    "accounts.accept_at_provider",  # of somebody who holds the invitation
    "accounts.ask_for_password",
    "accounts.invitation",
    "accounts.link_sent",
    "accounts.login_link",
    "accounts.new_password",
    "accounts.passkey_challenge",  # what to sign; it tells of nobody
    "accounts.passkey_sign_in",
    "accounts.password_link_sent",
    "accounts.provider_return",  # the answer of another sign-in, to the browser that asked
    "accounts.provider_sign_in",
    "accounts.recovery_code",  # of somebody whose password is known
    "accounts.redeem_login_link",
    "accounts.second_passkey",  # of somebody whose password is known
    "accounts.second_passkey_challenge",
    "accounts.sign_in",
    "accounts.signed_out",
    "certificates.purpose_by_link",
    "courses.book_by_link",
    "courses.by_link",
    "courses.calendar_by_link",
    "courses.give_up_by_link",
    "endings.attest_by_link",
    "endings.guide_thanked",
    "endings.questions",
    "endings.thanked",
    "follow_ups.answer",
    "follow_ups.answered",
    "follow_ups.concern",
    "follow_ups.concern_by_link",
    "follow_ups.family_concern",
    "follow_ups.family_thanked",
    "guides.apply",
    "guides.ask_to_withdraw",
    "guides.confirm_email",
    "guides.declaration",
    "guides.declaration_signed",
    "guides.own_declaration",
    "guides.save_about",
    "guides.save_languages",
    "guides.save_time",
    "guides.sign_declaration",
    "guides.sign_own_declaration",
    "guides.sign_up",
    "guides.sign_up_about",
    "guides.sign_up_confirm",
    "guides.sign_up_languages",
    "guides.sign_up_thanks",
    "guides.sign_up_time",
    "guides.status",
    "guides.withdraw",
    "guides.withdrawn",
    "matches.answer",
    "matches.answered",
    "matches.family_left",
    "matches.family_page",
    "matches.family_withdrawal",
    "matches.withdraw_family",
    "municipalities.accessibility",
    "municipalities.home",
    "municipalities.index",
    "my_page.feed",
    "municipalities.privacy",
    "privacy.notice_family",
    "privacy.notice_guide",
    "privacy.notice_staff",
    "security.login",
    "security.logout",
    "security.tf_select",  # this one, rescue, verify and setup_validate answer 404
    "security.two_factor_rescue",
    "security.two_factor_setup",
    "security.two_factor_setup_validate",
    "security.two_factor_token_validation",
    "security.verify",
    "web.csp_reports",
}
