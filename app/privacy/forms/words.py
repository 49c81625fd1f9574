"""The words for whom something is kept about, and for what."""

from flask_babel import lazy_gettext as _l

from app import wording
from app.families.models import FamilyKind
from app.matches.models import MatchKind
from app.messages.models import MessageStatus
from app.personal import Facts, Person
from app.privacy.models import Measure

wording.register(
    Person,
    {
        Person.GUIDE: _l("Guide"),
        Person.FAMILY: _l("Family"),
        Person.USER: _l("Account"),
    },
)
wording.register(
    Facts,
    {
        Facts.GUIDE_NAME: _l("Name of the guide"),
        Facts.GUIDE_CONTACT: _l("How to reach the guide"),
        Facts.GUIDE_ABOUT: _l("About the guide"),
        Facts.GUIDE_PLACE: _l("Where the guide lives"),
        Facts.GUIDE_LANGUAGES: _l("The guide's languages and interests"),
        Facts.GUIDE_TERMS: _l("What the guide wants, and when"),
        Facts.GUIDE_STEPS: _l("The way to becoming a guide"),
        Facts.GUIDE_CERTIFICATE: _l("Police certificate"),
        Facts.GUIDE_WORDS: _l("The guide's own words"),
        Facts.FAMILY_NAME: _l("Name of the family"),
        Facts.FAMILY_CONTACT: _l("How to reach the family"),
        Facts.FAMILY_HOUSEHOLD: _l("Who the family is"),
        Facts.FAMILY_PLACE: _l("Where the family lives, and where it moves"),
        Facts.FAMILY_LANGUAGES: _l("The family's languages and interests"),
        Facts.FAMILY_WISHES: _l("What the family wants, and when"),
        Facts.FAMILY_BACKGROUND: _l("How the family was settled"),
        Facts.FAMILY_CONSENT: _l("What the family was told and said yes to"),
        Facts.FAMILY_APPROVALS: _l("Who said yes for young people"),
        Facts.FAMILY_WORDS: _l("A note about the family"),
        Facts.FAMILY_QUIET: _l("What was said to staff alone"),
        Facts.FAMILY_PROTECTED: _l(
            "Households with a protected address: two persons, if the municipality has decided so"
        ),
        Facts.MATCH_FACTS: _l("Matches: steps, dates and reasons"),
        Facts.MATCH_REASONING: _l("What the matching calculated"),
        Facts.MATCH_WORDS: _l("Why the two were put together"),
        Facts.MEETING_FACTS: _l("Start meetings and agreements"),
        Facts.ACTIVITY_FACTS: _l("Meetings that were logged"),
        Facts.ACTIVITY_WORDS: _l("Notes about meetings"),
        Facts.FOLLOW_UP_FACTS: _l("How it went"),
        Facts.STAFF_WORDS: _l("Notes by staff"),
        Facts.MESSAGE: _l("Letters and SMS"),
        Facts.ACCOUNT: _l("The account to sign in with"),
        Facts.SECRET: _l("Secret keys, stored so that nobody can read them"),
        Facts.STAFF_WORK: _l("Who did what"),
        Facts.LOOK: _l("Who has looked"),
        Facts.NOTHING: _l("Nothing about people"),
    },
)
wording.register(
    Measure,
    {
        Measure.FAMILIES_REGISTERED: _l("Families registered"),
        Measure.FAMILIES_WAITING: _l("Families waiting at the end"),
        Measure.WAITED_BEFORE_GUIDE: _l("Waited before there was a guide"),
        Measure.GUIDES_APPLIED: _l("Guides who signed up"),
        Measure.GUIDES_READY: _l("Guides ready at the end"),
        Measure.GUIDES_LEFT: _l("Guides who stopped"),
        Measure.MATCHES_AGREED: _l("Matches agreed"),
        Measure.MATCHES_STARTED: _l("Matches started"),
        Measure.MATCHES_ENDED: _l("Matches ended"),
        Measure.MATCHES_ACTIVE: _l("Matches going on at the end"),
        Measure.MEETINGS: _l("Meetings"),
        Measure.MEETING_MINUTES: _l("Minutes together"),
    },
)
wording.register(
    FamilyKind,
    {
        FamilyKind.HOUSEHOLD: _l("Household"),
        FamilyKind.MINORS_GROUP: _l("Group of young people"),
    },
)
wording.register(
    MatchKind,
    {
        MatchKind.HOUSEHOLD: _l("With a household"),
        MatchKind.GROUP: _l("With a group of young people"),
    },
)
wording.register(
    MessageStatus,
    {
        MessageStatus.WAITING: _l("Waits to be sent"),
        MessageStatus.SENT: _l("Sent"),
        MessageStatus.FAILED: _l("Did not arrive"),
    },
)
