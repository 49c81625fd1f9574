import pytest

from tests.cast import sign_in

EVERYWHERE = {
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Opener-Policy": "same-origin",
}


@pytest.mark.parametrize("path", ["/", "/asker/", "/nowhere", "/asker/desk", "/csp-reports"])
def test_every_answer_carries_the_headers(client, asker, path):
    response = client.get(path)
    for name, value in EVERYWHERE.items():
        assert response.headers[name] == value
    policy = response.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'")
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy


@pytest.mark.parametrize(
    ("path", "hidden"),
    [("/", False), ("/asker/", False), ("/asker/sign-up/about-you", True), ("/sign-in", True)],
)
def test_search_engines_find_the_invitation_and_nothing_else(client, asker, path, hidden):
    assert ("X-Robots-Tag" in client.get(path).headers) is hidden


def test_pages_are_never_kept_by_a_cache(client, asker):
    sign_in(client, asker.coordinator)
    assert client.get(asker.url("/desk")).headers["Cache-Control"] == "no-store"


def test_a_form_shown_again_is_kept_for_the_way_back_and_nothing_else_is(client, asker):
    sign_in(client, asker.caseworker)
    new = asker.url("/families/new")
    for data in ({}, {"add_language": "1"}):
        assert client.post(new, data=data).headers["Cache-Control"] == "private, no-cache"
    assert client.get(new).headers["Cache-Control"] == "no-store"
    assert client.post(asker.url("/nowhere")).headers["Cache-Control"] == "no-store"


def test_each_answer_has_its_own_nonce(client, asker):
    policies = {client.get("/").headers["Content-Security-Policy"] for _ in range(3)}
    assert len(policies) == 3


@pytest.mark.parametrize("junk", ["\x00", "a\x1bb", "\x7f", "\x85"])
def test_control_characters_are_refused_before_any_view(client, asker, junk):
    assert client.get("/asker/", query_string={"q": junk}).status_code == 400
    assert client.post("/sign-in", data={"email": f"x{junk}"}).status_code == 400
    assert client.post("/sign-in", data={f"x{junk}": "y"}).status_code == 400


def test_line_breaks_and_every_script_are_let_in(client, asker):
    response = client.get("/asker/", query_string={"q": "ሰላም\tمحمد\r\n😀"})
    assert response.status_code == 200


def test_a_body_past_the_limit_is_refused(client, asker):
    assert client.post("/sign-in", data={"email": "x" * 300_000}).status_code == 413


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "TRACE"])
def test_unused_methods_are_refused_with_a_page(client, asker, method):
    response = client.open("/asker/", method=method)
    assert response.status_code == 405
    assert "GET" in response.headers["Allow"]
