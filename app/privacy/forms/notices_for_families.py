"""The privacy notice for families, in all their languages, and what others are told as well.

All that stands here is translated into the languages of families; what does not concern them
stands in `notices`.
"""

from collections.abc import Mapping
from typing import NamedTuple

from flask_babel import get_locale, ngettext
from flask_babel import gettext as _

from app.municipalities.models import Municipality
from app.privacy.models import RetentionKind
from app.privacy.services.looks_kept import MONTHS_KEPT

BACKUP_DAYS = 35
Chapter = tuple[str, list[str]]


class Own(NamedTuple):
    """What is said to one audience in words of its own."""

    why: list[str]
    kept: list[str]
    seen: list[str]
    how_long: list[str]
    choice: list[str]


def chapters(here: Municipality, own: Own) -> list[Chapter]:
    """Return a notice in the language of now: what all are told, with what one audience is."""
    told = [
        (_("Who is responsible"), _responsible(here)),
        (_("Why, and by which law"), own.why),
        (_("What we keep"), own.kept),
        (
            _("What we never keep"),
            [_("National identity numbers, religion, health, and why somebody fled.")],
        ),
        (_("Who sees it"), own.seen),
        (_("How long"), [*own.how_long, *_how_long_for_all()]),
        (_("It is your choice"), own.choice),
        (_("What you can ask of us"), _rights(here)),
        (
            _("How it is kept safe"),
            [
                _(
                    "Municipalities are kept apart. Staff sign in with a password and a code, or with something as strong, and every look at somebody's record is noted. Letters hold a first name and a link, nothing else."
                ),
            ],
        ),
    ]
    return [(str(title), [str(line) for line in lines]) for title, lines in told if lines]


def for_families(here: Municipality, months: Mapping[RetentionKind, int]) -> Own:
    """Return what families alone are told."""
    never, after = RetentionKind.FAMILIES_NEVER_MATCHED, RetentionKind.FAMILIES_AFTER_MATCH
    return Own(
        why=[
            _("To find a guide who suits you, to reach you, and to see that both of you are well."),
            law(here.basis_for_families),
        ],
        kept=[
            _(
                "How to reach you, which languages you speak, which part of the municipality you live in, how many you are and the children's age groups, when you have time, what you would like, and that you were told and said yes. Somebody in the municipality writes it down together with you."
            ),
            _(
                "If your address is protected, tell us before anything is written down, and at once if it becomes so. Then other rules hold."
            ),
        ],
        seen=seen_by(),
        how_long=[
            _("While you wait and nothing happens: %(months)s", months=in_months(months[never])),
            _("After you have stopped taking part: %(months)s", months=in_months(months[after])),
            _(
                "That we have written to you: %(months)s",
                months=in_months(months[RetentionKind.LETTERS]),
            ),
        ],
        choice=[
            _(
                "You choose for yourselves whether you want a guide. Saying no, or changing your mind, has no consequences for anything else."
            )
        ],
    )


def law(basis: str) -> str:
    return str(_("The law: %(basis)s", basis=apart(basis)))


def seen_by() -> list[str]:
    """Return who sees what is kept of those who meet."""
    return [
        _(
            "Those who run the programme in this municipality. No other municipality sees it. When both have said yes, the family learns the guide's name, and the guide learns the family's name and how to reach them."
        ),
        _(
            "The computer suggests who may suit each other, and shows why. A person decides, every time."
        ),
    ]


def in_months(number: int) -> str:
    return str(ngettext("%(num)s month", "%(num)s months", number))


def apart(words: str) -> str:
    """Return a name or an address so that it stays in its place among words from right to left."""
    return f"\u2068{words}\u2069" if get_locale().text_direction == "rtl" else words


def _responsible(here: Municipality) -> list[str]:
    who = _(
        "%(municipality)s decides over what is kept here, and answers for it. The data protection officer is reached at %(address)s.",
        municipality=apart(here.name),
        address=apart(here.privacy_contact),
    )
    if here.processor:
        by = _(
            "%(name)s runs the site for the municipality by an agreement, and may use nothing for itself. What is kept stays within the EEA.",
            name=apart(here.processor),
        )
    else:
        by = _("The municipality runs the site itself. What is kept stays within the EEA.")
    return [who, by]


def _how_long_for_all() -> list[str]:
    return [
        _("Who has looked at a record: %(months)s", months=in_months(MONTHS_KEPT)),
        _(
            "Backups are kept for %(days)s days. What is erased is gone from them too after that.",
            days=BACKUP_DAYS,
        ),
        _("What the law on archives wants kept goes to the municipality's archive first."),
    ]


def _rights(here: Municipality) -> list[str]:
    return [
        _(
            "You can ask to see what we have about you, to have it corrected or deleted, and to be told who has looked at it."
        ),
        _(
            "Talk to whoever you know in the programme, or write to %(address)s. We answer within a month.",
            address=apart(here.privacy_contact),
        ),
        _(
            "If you think we do something wrong, you can complain to the Norwegian Data Protection Authority (Datatilsynet)."
        ),
    ]
