"""The front end's files: names from the manifest, headers, and what is said when nothing is built."""

import json

import pytest
from flask import Flask

from app.web import assets


@pytest.fixture
def dist(tmp_path):
    (tmp_path / "app_css.ABCD2345.css").write_text("body { color: #123 }")
    (tmp_path / "app_css.ABCD2345.css.gz").write_bytes(b"squeezed")
    (tmp_path / "licences.txt").write_text("MIT")
    (tmp_path / "manifest.json").write_text(json.dumps({"app.css": "app_css.ABCD2345.css"}))
    return tmp_path


@pytest.fixture
def web(dist):
    app = Flask(__name__, static_folder=None)
    assets.init_app(app, dist)
    app.add_url_rule("/page", view_func=lambda: "long enough to be worth it " * 100)
    return app


def fetch(app, path, **headers):
    # Buffered: the file behind the answer is closed at once.
    return app.test_client().get(path, headers=headers, buffered=True)


def asset(app, name):
    return app.jinja_env.globals["asset"](name)


def test_a_bundle_is_named_by_its_content(web):
    assert asset(web, "app.css") == "/static/app_css.ABCD2345.css"


def test_a_hashed_file_may_be_kept_for_good_and_a_plain_one_may_not(web):
    hashed = fetch(web, "/static/app_css.ABCD2345.css")
    plain = fetch(web, "/static/licences.txt")
    assert "immutable" in hashed.headers["Cache-Control"]
    assert "immutable" not in plain.headers["Cache-Control"]


def test_a_browser_that_takes_gzip_gets_the_squeezed_twin(web):
    answer = fetch(web, "/static/app_css.ABCD2345.css", **{"Accept-Encoding": "gzip"})
    assert answer.headers["Content-Encoding"] == "gzip"
    assert answer.data == b"squeezed"


def test_static_files_carry_the_headers_of_every_answer(web):
    answer = fetch(web, "/static/licences.txt")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "Access-Control-Allow-Origin" not in answer.headers


def test_pages_are_compressed_on_their_way(web):
    answer = fetch(web, "/page", **{"Accept-Encoding": "br"})
    assert answer.headers["Content-Encoding"] == "br"


def test_a_name_nobody_built_says_what_to_run(web):
    with pytest.raises(assets.AssetsNotBuilt, match="run make assets"):
        asset(web, "map.js")


def test_without_a_build_the_error_says_what_to_run(tmp_path):
    app = Flask(__name__, static_folder=None)
    assets.init_app(app, tmp_path / "nowhere")
    with pytest.raises(assets.AssetsNotBuilt, match="run make assets"):
        asset(app, "app.css")
