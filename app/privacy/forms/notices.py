"""The privacy notices: chapters for guides, families and staff, in the reader's language."""

from collections.abc import Mapping

from flask_babel import force_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app import wording
from app.municipalities.models import Audience, Municipality
from app.privacy.forms import notices_for_families as shared
from app.privacy.forms.notices_for_families import Chapter, Own
from app.privacy.models import RetentionKind
from app.web.locale import FAMILY_LANGUAGES, LANGUAGES

K = RetentionKind
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
        for locale in FAMILY_LANGUAGES if audience is Audience.FAMILY else LANGUAGES:
            with force_locale(locale):
                notices[audience.value][locale] = chapters(audience, here, months)
    return notices


def chapters(
    audience: Audience, here: Municipality, months: Mapping[RetentionKind, int]
) -> list[Chapter]:
    """Return one notice in the language of now."""
    if audience is Audience.FAMILY:
        return shared.chapters(here, shared.for_families(here, months))
    own = _for_guides(here, months) if audience is Audience.GUIDE else _for_staff(months)
    return shared.chapters(here, own)


def _for_guides(here: Municipality, months: Mapping[RetentionKind, int]) -> Own:
    kinds = (K.SILENT_APPLICANTS, K.GUIDES_WHO_LEFT, K.MEETING_NOTES, K.LETTERS)
    return Own(
        why=[
            _(
                "To find a family that suits you, to reach you, and to see that both of you are well."
            ),
            shared.law(here.basis_for_guides),
        ],
        kept=[
            _(
                "What you tell us: name, e-mail, phone, age group, gender, neighbourhood, languages, interests, times and wishes. Then what happens: talks, courses, what you have signed, whom you meet, and the meetings that you write down."
            ),
            _(
                "We do not keep your address. If you write it, we use it once to find your neighbourhood."
            ),
        ],
        seen=shared.seen_by(),
        how_long=[_kept_for(kind, months) for kind in kinds],
        choice=[_("You can take a break or stop whenever you like, without saying why.")],
    )


def _for_staff(months: Mapping[RetentionKind, int]) -> Own:
    return Own(
        why=[
            _(
                "So that you can do your work here, and so that it can be shown afterwards who saw and did what."
            ),
            _(
                "The law: the municipality has to keep what is entrusted to it safe, and be able to show it (the General Data Protection Regulation, articles 5, 6 (1) e and 32)."
            ),
        ],
        kept=[
            _(
                "Your name, e-mail and roles, when you sign in and with which kind of browser, and what you decide and write here."
            ),
            _(
                "Each time you open the record of a guide, a family or a match, it is noted who, what and when. Nobody can change that note."
            ),
        ],
        seen=[
            _(
                "Colleagues see your name and what you have done in the matters they work with. The leader and the data protection officer read who has looked at whom, and follow it up."
            ),
            _(
                "Somebody who asks who has looked at their record is told the role, the time and the reason, and the name where the municipality has decided so."
            ),
        ],
        how_long=[_kept_for(K.ACCOUNTS_WITHOUT_ROLE, months)],
        choice=[],
    )


def _kept_for(kind: RetentionKind, months: Mapping[RetentionKind, int]) -> str:
    return f"{wording.label(kind)}: {shared.in_months(months[kind])}"
