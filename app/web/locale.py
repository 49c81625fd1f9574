"""Which language a page is in: what the reader chose, what the browser asks for, or bokmål."""

from collections.abc import Mapping
from urllib.parse import urlencode

from babel import negotiate_locale
from flask import Flask, Response, g, request
from flask_babel import refresh

from app.extensions import babel
from app.languages import MACHINE_TRANSLATED
from app.web.cookies import keep_cookie, read_cookie
from app.web.redrawing import redraw_in

LANGUAGES = {"nb": "Bokmål", "nn": "Nynorsk", "en": "English"}
# Pages for families are there in these too; see `speak_to_family`.
FAMILY_LANGUAGES = LANGUAGES | {"uk": "Українська", "ru": "Русский", "ar": "العربية"}
COOKIE = "language"
FAMILY_COOKIE = "family_language"
A_YEAR = 365 * 24 * 3600


def init_app(app: Flask) -> None:
    app.config["BABEL_DEFAULT_LOCALE"] = "nb"
    app.config["BABEL_DEFAULT_TIMEZONE"] = "Europe/Oslo"
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = "translations"
    babel.init_app(app, locale_selector=choose_language)
    app.after_request(_remember_choice)


def speak_to_family(locale: str = "") -> None:
    """Let the rest of this request speak the languages of families, theirs first.

    A family's choice is remembered apart from staff's: whoever opens a family's link at a desk
    sees what the family sees.

    Args:
        locale: what the family is written to in; "" where it is not known, or not said.
    """
    g.family_locale = locale
    refresh()


def speak_as_written(locale: str) -> None:
    """Let the rest of this request speak the language of the letter that led here.

    Only until the reader chooses another. A borrowed browser's wish counts for less. Whoever reads
    it is no family, though the same address may lead families to a page in theirs.
    """
    g.pop("family_locale", None)
    g.letter_locale = locale
    refresh()


def choose_language() -> str:
    """Return the page's language: `nb`, `nn` or `en`, and on families' pages more.

    Browsers in Norway say `no`, which the usual negotiation takes for English.
    """
    offered, cookie = _offered()
    chosen = redraw_in() or request.args.get("lang")
    for choice in (chosen, read_cookie(cookie), g.get("family_locale"), g.get("letter_locale")):
        if choice in offered:
            return str(choice)
    asked = [tag for tag, _quality in request.accept_languages]
    wanted = [f"nb{tag[2:]}" if tag.lower().startswith("no") else tag for tag in asked]
    home = getattr(g.get("municipality"), "locale", "nb")
    return negotiate_locale(wanted, list(offered), sep="-") or home


def language_links() -> list[dict[str, object]]:
    """Return the languages of the page: code, name, url of this page in it, whether current."""
    current = choose_language()
    asked = {key: values for key, values in request.args.lists() if key != "lang"}
    return [
        {
            "code": code,
            "name": name,
            "url": f"?{urlencode(asked | {'lang': [code]}, doseq=True)}",
            "current": code == current,
        }
        for code, name in _offered()[0].items()
    ]


def is_machine_translated() -> bool:
    """Return whether the page is in a language that no translator has read through yet."""
    return choose_language() in MACHINE_TRANSLATED


def _offered() -> tuple[Mapping[str, str], str]:
    """Return the languages of this page, and where the choice among them is remembered."""
    return (FAMILY_LANGUAGES, FAMILY_COOKIE) if "family_locale" in g else (LANGUAGES, COOKIE)


def _remember_choice(response: Response) -> Response:
    offered, cookie = _offered()
    if (choice := redraw_in() or request.args.get("lang")) in offered:
        keep_cookie(response, cookie, str(choice), seconds=A_YEAR)
    return response
