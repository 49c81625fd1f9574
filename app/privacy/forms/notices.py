"""The privacy notices: chapters for guides, families and staff, in the reader's language."""

from collections.abc import Mapping

from flask_babel import force_locale, ngettext
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app import wording
from app.municipalities.models import Audience, Municipality
from app.privacy.models import RetentionKind
from app.privacy.services.looks_kept import MONTHS_KEPT
from app.web.locale import LANGUAGES

BACKUP_DAYS = 35
Chapter = tuple[str, list[str]]
K = RetentionKind
_KEPT: Mapping[Audience, tuple[RetentionKind, ...]] = {
    Audience.GUIDE: (K.SILENT_APPLICANTS, K.GUIDES_WHO_LEFT, K.MEETING_NOTES, K.LETTERS),
    Audience.FAMILY: (K.FAMILIES_NEVER_MATCHED, K.FAMILIES_AFTER_MATCH, K.LETTERS),
    Audience.STAFF: (K.ACCOUNTS_WITHOUT_ROLE,),
}
wording.register(
    Audience,
    {
        Audience.GUIDE: _l("For guides"),
        Audience.FAMILY: _l("For families"),
        Audience.STAFF: _l("For those who work here"),
    },
)


def written(
    here: Municipality, months: Mapping[RetentionKind, int]
) -> dict[str, dict[str, list[Chapter]]]:
    """Return the notices word for word, by audience and language: what is published."""
    notices: dict[str, dict[str, list[Chapter]]] = {}
    for audience in Audience:
        notices[audience.value] = {}
        for locale in LANGUAGES:
            with force_locale(locale):
                notices[audience.value][locale] = chapters(audience, here, months)
    return notices


def chapters(
    audience: Audience, here: Municipality, months: Mapping[RetentionKind, int]
) -> list[Chapter]:
    """Return one notice in the language of now."""
    told = [
        (_("Who is responsible"), _responsible(here)),
        (_("Why, and by which law"), _why(audience, here)),
        (_("What we keep"), _kept(audience)),
        (
            _("What we never keep"),
            [_("National identity numbers, religion, health, and why somebody fled.")],
        ),
        (_("Who sees it"), _seen(audience)),
        (_("How long"), _how_long(audience, months)),
        (_("It is your choice"), _choice(audience)),
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


def _responsible(here: Municipality) -> list[str]:
    who = _(
        "%(municipality)s decides over what is kept here, and answers for it. The data protection officer is reached at %(address)s.",
        municipality=here.name,
        address=here.privacy_contact,
    )
    if here.processor:
        by = _(
            "%(name)s runs the site for the municipality by an agreement, and may use nothing for itself. What is kept stays within the EEA.",
            name=here.processor,
        )
    else:
        by = _("The municipality runs the site itself. What is kept stays within the EEA.")
    return [who, by]


def _why(audience: Audience, here: Municipality) -> list[str]:
    if audience is Audience.STAFF:
        return [
            _(
                "So that you can do your work here, and so that it can be shown afterwards who saw and did what."
            ),
            _(
                "The law: the municipality has to keep what is entrusted to it safe, and be able to show it (the General Data Protection Regulation, articles 5, 6 (1) e and 32)."
            ),
        ]
    if audience is Audience.GUIDE:
        why = _(
            "To find a family that suits you, to reach you, and to see that both of you are well."
        )
        basis = here.basis_for_guides
    else:
        why = _(
            "To find a guide who suits you, to reach you, and to see that both of you are well."
        )
        basis = here.basis_for_families
    return [why, _("The law: %(basis)s", basis=basis)]


def _kept(audience: Audience) -> list[str]:
    if audience is Audience.GUIDE:
        return [
            _(
                "What you tell us: name, e-mail, phone, age group, gender, neighbourhood, languages, interests, times and wishes. Then what happens: talks, courses, what you have signed, whom you meet, and the meetings that you write down."
            ),
            _(
                "We do not keep your address. If you write it, we use it once to find your neighbourhood."
            ),
        ]
    if audience is Audience.FAMILY:
        return [
            _(
                "How to reach you, which languages you speak, which part of the municipality you live in, how many you are and the children's age groups, when you have time, what you would like, and that you were told and said yes. Somebody in the municipality writes it down together with you."
            ),
            _(
                "If your address is protected, tell us before anything is written down, and at once if it becomes so. Then other rules hold."
            ),
        ]
    return [
        _(
            "Your name, e-mail and roles, when you sign in and with which kind of browser, and what you decide and write here."
        ),
        _(
            "Each time you open the record of a guide, a family or a match, it is noted who, what and when. Nobody can change that note."
        ),
    ]


def _seen(audience: Audience) -> list[str]:
    if audience is Audience.STAFF:
        return [
            _(
                "Colleagues see your name and what you have done in the matters they work with. The leader and the data protection officer read who has looked at whom, and follow it up."
            ),
            _(
                "Somebody who asks who has looked at their record is told the role, the time and the reason, and the name where the municipality has decided so."
            ),
        ]
    return [
        _(
            "Those who run the programme in this municipality. No other municipality sees it. When both have said yes, the family learns the guide's name, and the guide learns the family's name and how to reach them."
        ),
        _(
            "The computer suggests who may suit each other, and shows why. A person decides, every time."
        ),
    ]


def _how_long(audience: Audience, months: Mapping[RetentionKind, int]) -> list[str]:
    lines = [
        f"{wording.label(kind)}: {ngettext('%(num)s month', '%(num)s months', months[kind])}"
        for kind in _KEPT[audience]
    ]
    looks = ngettext("%(num)s month", "%(num)s months", MONTHS_KEPT)
    return [
        *lines,
        _("Who has looked at a record: %(months)s", months=looks),
        _(
            "Backups are kept for %(days)s days. What is erased is gone from them too after that.",
            days=BACKUP_DAYS,
        ),
        _("What the law on archives wants kept goes to the municipality's archive first."),
    ]


def _choice(audience: Audience) -> list[str]:
    if audience is Audience.GUIDE:
        return [_("You can take a break or stop whenever you like, without saying why.")]
    if audience is Audience.FAMILY:
        return [
            _(
                "You choose for yourselves whether you want a guide. Saying no, or changing your mind, has no consequences for anything else."
            )
        ]
    return []


def _rights(here: Municipality) -> list[str]:
    return [
        _(
            "You can ask to see what we have about you, to have it corrected or deleted, and to be told who has looked at it."
        ),
        _(
            "Talk to whoever you know in the programme, or write to %(address)s. We answer within a month.",
            address=here.privacy_contact,
        ),
        _(
            "If you think we do something wrong, you can complain to the Norwegian Data Protection Authority (Datatilsynet)."
        ),
    ]
