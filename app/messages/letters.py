"""The words of our messages: templates/email/, in the recipient's language, without Flask.

An SMS is made of the same templates. A letter names nobody but its recipient, by first name, and
says nothing that a link does not say better: it may be read by others on a locked phone, and it
stays in mailboxes for years.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from babel.support import Translations
from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from app.contact import written_phone
from app.languages import MACHINE_TRANSLATED, WRITTEN, WRITTEN_TO_FAMILIES

ROOT = Path(__file__).resolve().parents[2]
LOCALES = frozenset(WRITTEN)
FAMILY_LOCALES = frozenset(WRITTEN_TO_FAMILIES)  # of letters whose name begins with "family_"
LONGEST_NAME = 40
NAME_MARKS = "'’ʼ-‐ .\u200c\u200d"  # the last two join letters or keep them apart, in Persian
LINE_BREAKERS = frozenset({"Cc", "Cs", "Zl", "Zp"})
LONGEST_VALUE = 500

# What each letter is given: these values and no others.
TEMPLATES: Mapping[str, frozenset[str]] = {
    "sign_up_receipt": frozenset({"first_name", "link", "days", "municipality"}),
    "sign_up_receipt_young": frozenset({"first_name", "link", "municipality"}),
    "login_link": frozenset({"first_name", "link"}),
    "password_link": frozenset({"first_name", "link"}),
    "new_browser": frozenset({"first_name", "link"}),
    "recovery_code_used": frozenset({"first_name", "link"}),
    "code_app_changed": frozenset({"first_name", "link"}),
    "code_app_reset": frozenset({"first_name", "link"}),
    "password_changed": frozenset({"first_name", "link"}),
    "passkey_added": frozenset({"first_name", "link"}),
    "passkey_removed": frozenset({"first_name", "link"}),
    "roles_changed": frozenset({"first_name", "link"}),
    "access_given": frozenset({"first_name", "link"}),
    "invitation_waits": frozenset({"first_name", "link"}),
    "identity_bound": frozenset({"first_name", "link"}),
    "invitation": frozenset({"first_name", "link", "municipality"}),
    "course_place": frozenset({"first_name", "link"}),
    "course_changed": frozenset({"first_name", "link"}),
    "course_called_off": frozenset({"first_name", "link"}),
    "nobody_hears": frozenset({"first_name", "link"}),
    "desk_digest": frozenset({"first_name", "link", "tasks", "late"}),
    "looks_week": frozenset({"first_name", "link", "count"}),
    "looks_changed": frozenset({"first_name", "link"}),
    "two_chosen": frozenset({"first_name", "link"}),
    "guide_asked": frozenset({"first_name", "link", "days"}),
    "guide_asked_group": frozenset({"first_name", "link", "days"}),
    "family_asked": frozenset({"first_name", "link", "days"}),
    "family_asked_several": frozenset({"first_name", "link", "days"}),
    "family_asked_group": frozenset({"first_name", "link", "days"}),
    "guide_reminded": frozenset({"first_name", "link"}),
    "family_reminded": frozenset({"first_name", "link"}),
    "family_agreed": frozenset({"first_name", "link"}),
    "family_agreed_several": frozenset({"first_name", "link"}),
    "family_new_link": frozenset({"first_name", "link"}),
    "family_new_guide": frozenset({"first_name", "link"}),
    "family_guide_left": frozenset({"first_name", "link"}),
    "family_closed": frozenset({"first_name", "link"}),
    "match_agreed": frozenset({"first_name", "link"}),
    "match_agreed_several": frozenset({"first_name", "link"}),
    "newcomer_agreed": frozenset({"first_name", "link"}),
    "match_goes_on": frozenset({"first_name", "link"}),
    "match_closed": frozenset({"first_name", "link"}),
    "match_not_with_all": frozenset({"first_name", "link"}),
    "group_rests": frozenset({"first_name", "link"}),
    "family_rests": frozenset({"first_name", "link"}),
    "group_goes_on": frozenset({"first_name", "link"}),
    "family_goes_on": frozenset({"first_name", "link"}),
    "guide_backup": frozenset({"first_name", "link"}),
    "guide_backup_over": frozenset({"first_name", "link"}),
    "guide_left": frozenset({"first_name", "link"}),
    "other_guide_left": frozenset({"first_name", "link"}),
    "guide_ended": frozenset({"first_name", "link"}),
    "family_ended": frozenset({"first_name", "link"}),
    "family_ended_several": frozenset({"first_name", "link"}),
    "family_ended_group": frozenset({"first_name", "link"}),
    "guide_how_is_it": frozenset({"first_name", "link"}),
    "family_how_is_it": frozenset({"first_name", "link"}),
    "guide_ready": frozenset({"first_name", "link"}),
    "start_meeting": frozenset({"first_name", "link"}),
    "family_start_meeting": frozenset({"first_name", "link"}),
    "start_meeting_moved": frozenset({"first_name", "link"}),
    "family_start_meeting_moved": frozenset({"first_name", "link"}),
    "guide_ready_young": frozenset({"first_name", "link"}),
    "declaration": frozenset({"first_name", "link"}),
    "paper_wanted": frozenset({"first_name", "link"}),
    "known_address": frozenset({"first_name", "link"}),
    "known_address_grown_up": frozenset({"first_name", "link"}),
    "steps_remain": frozenset({"first_name", "link"}),
    "applicant_declined": frozenset({"first_name", "link"}),
    "applicant_not_reached": frozenset({"first_name", "link"}),
    "retention_warning": frozenset({"first_name", "link", "people"}),
    "status_link": frozenset({"first_name", "link"}),
}

# Somebody has just asked for these and sits waiting: they leave at night too.
AT_ONCE = frozenset(
    {
        "login_link",
        "password_link",
        "sign_up_receipt",
        "sign_up_receipt_young",
        "known_address",
        "known_address_grown_up",
        "invitation",
        # Whoever gets these may have to act at once: it was somebody else.
        "new_browser",
        "recovery_code_used",
        "code_app_changed",
        "code_app_reset",
        "password_changed",
        "passkey_added",
        "passkey_removed",
        "roles_changed",
        "two_chosen",
        "identity_bound",
    }
)
# Their link is dead before staff could send them again.
SHORT_LIVED = frozenset({"login_link", "password_link"})


class UnknownTemplateError(ValueError):
    """A programming error: there is no letter of that name."""


class UnfitValueError(ValueError):
    """A programming error: a value is missing, not asked for, or not fit for a letter."""


@dataclass(frozen=True, slots=True)
class Sender:
    """Whom to call: the municipality and its contact."""

    municipality: str
    contact_name: str = ""
    contact_phone: str = ""


@dataclass(frozen=True, slots=True)
class Letter:
    subject: str
    body: str


def write_letter(template: str, locale: str, values: Mapping[str, str], sender: Sender) -> Letter:
    """Return a letter's subject, one line without personal data, and its body in plain text.

    Args:
        template: a name in `TEMPLATES`.
        locale: one of `locales_of(template)`.
        values: exactly what the template asks for, all of them one line of text.
        sender: who signs.

    Raises:
        UnknownTemplateError: no such template.
        UnfitValueError: a value is missing, was not asked for, is too long or not one line,
            or the link is no web address.
    """
    found = _find_template(template, locale, values)
    text = found.render(_told(values, sender), by_machine=locale in MACHINE_TRANSLATED)
    subject, _, body = text.strip().partition("\n")
    return Letter(subject.strip(), re.sub(r"\n{3,}", "\n\n", body).strip() + "\n")


def write_sms(template: str, locale: str, values: Mapping[str, str], sender: Sender) -> Letter:
    """Return a letter as an SMS: a greeting, its one sentence, the link, who sends it and where to call.

    The sentence is the letter's block `sms`, or its subject. Raises as `write_letter` does.
    """
    found = _find_template(template, locale, values)
    told = _told(values, sender)
    context = found.new_context(told)
    subject, sentence = (
        " ".join("".join(found.blocks[name](context)).split())
        for name in ("subject", "sms" if "sms" in found.blocks else "subject")
    )
    text = _environment(locale).get_template("sms.txt").render({**told, "sentence": sentence})
    return Letter(subject, text.strip() + "\n")


def subject_of(template: str, locale: str) -> str:
    """Return what a letter was about, for staff, in their language and not the recipient's.

    "" for a letter that is no longer written.
    """
    if template not in TEMPLATES:
        return ""
    found = _environment(locale).get_template(f"{template}.txt")
    return "".join(found.blocks["subject"](found.new_context())).strip()


def locales_of(template: str) -> frozenset[str]:
    """Return the languages that a letter is written in."""
    return FAMILY_LOCALES if template.startswith("family_") else LOCALES


def _find_template(template: str, locale: str, values: Mapping[str, str]) -> Template:
    if template not in TEMPLATES:
        raise UnknownTemplateError(template)
    if set(values) != TEMPLATES[template]:
        raise UnfitValueError(f"{template} takes {sorted(TEMPLATES[template])}")
    for name, value in values.items():
        _check(name, value)
    if locale not in locales_of(template):
        raise UnfitValueError(f"no {template} in {locale}")
    return _environment(locale).get_template(f"{template}.txt")


def _told(values: Mapping[str, str], sender: Sender) -> dict[str, object]:
    return {**values, "first_name": name_to_greet(values["first_name"]), "sender": sender}


def name_to_greet(name: str) -> str:
    """Return a first name as it may stand in a letter, or "" for a greeting without one.

    Anybody may sign up with any address, and the receipt goes there: what the form calls a
    name must not carry a stranger's advertisement, e.g. a web address, in our letter.
    """
    name = unicodedata.normalize("NFC", name.strip())
    plain = all(c in NAME_MARKS or unicodedata.category(c)[0] in "LM" for c in name)
    if not plain or len(name) > LONGEST_NAME or re.search(r"\.\w", name):
        return ""
    return name


def _check(name: str, value: str) -> None:
    if len(value) > LONGEST_VALUE or LINE_BREAKERS & {unicodedata.category(c) for c in value}:
        raise UnfitValueError(f"{name}: too long, or not one line of text")
    if name == "link" and not re.fullmatch(r"https?://\S+", value):
        raise UnfitValueError("link: not a web address")
    if name == "days" and not re.fullmatch(r"[1-9]\d{0,2}", value):
        raise UnfitValueError("days: not a count of days")


@cache
def _environment(locale: str) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(ROOT / "templates" / "email"),
        extensions=["jinja2.ext.i18n"],
        autoescape=False,  # noqa: S701 (plain text; nothing here is read as HTML)
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["phone"] = written_phone
    translations = Translations.load(ROOT / "app" / "translations", [locale])
    environment.install_gettext_translations(translations, newstyle=True)  # type: ignore[attr-defined]
    return environment
