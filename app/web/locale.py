"""Which language a page is in: what the reader chose, what the browser asks for, or bokmål."""

from babel import negotiate_locale
from flask import Flask, Response, g, request

from app.extensions import babel
from app.web import context

LANGUAGES = {"nb": "Bokmål", "nn": "Nynorsk", "en": "English"}
COOKIE = "language"
A_YEAR = 365 * 24 * 3600


def init_app(app: Flask) -> None:
    app.config["BABEL_DEFAULT_LOCALE"] = "nb"
    app.config["BABEL_DEFAULT_TIMEZONE"] = "Europe/Oslo"
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = "translations"
    babel.init_app(app, locale_selector=choose_language)
    app.after_request(_remember_choice)


def choose_language() -> str:
    """Return the page's language, `nb`, `nn` or `en`.

    Browsers in Norway say `no`, which the usual negotiation takes for English.
    """
    for choice in (request.args.get("lang"), request.cookies.get(COOKIE)):
        if choice in LANGUAGES:
            return choice
    asked = [tag for tag, _quality in request.accept_languages]
    wanted = [f"nb{tag[2:]}" if tag.lower().startswith("no") else tag for tag in asked]
    home = getattr(g.get("municipality"), "locale", "nb")
    return negotiate_locale(wanted, list(LANGUAGES), sep="-") or home


def language_links() -> list[dict[str, object]]:
    """Return the languages of the page: code, name, url of this page in it, whether current."""
    current = choose_language()
    return [
        {"code": code, "name": name, "url": f"?lang={code}", "current": code == current}
        for code, name in LANGUAGES.items()
    ]


def _remember_choice(response: Response) -> Response:
    if (choice := request.args.get("lang")) in LANGUAGES:
        response.set_cookie(
            COOKIE,
            str(choice),
            max_age=A_YEAR,
            httponly=True,
            samesite="Lax",
            secure=context.settings().SESSION_COOKIE_SECURE,
        )
    return response
