"""The words of the room's closed lists, and of the matching's rules and terms."""

from collections.abc import Mapping

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from app.matches.models import (
    AnswerWay,
    DeclineReason,
    EndReason,
    Match,
    MatchStatus,
    Origin,
    Side,
    StartCheck,
    StartGap,
)
from app.matching.types import RuleCode, TermCode
from app.wording import label, register

register(
    MatchStatus,
    {
        MatchStatus.PROPOSED: _l("Proposed"),
        MatchStatus.GUIDE_ASKED: _l("Guide asked"),
        MatchStatus.GUIDE_ACCEPTED: _l("Guide said yes"),
        MatchStatus.FAMILY_ASKED: _l("Family asked"),
        MatchStatus.AGREED: _l("Both said yes"),
        MatchStatus.ACTIVE: _l("Active"),
        MatchStatus.ENDED: _l("Finished"),
        MatchStatus.DECLINED: _l("Declined"),
        MatchStatus.EXPIRED: _l("Not answered in time"),
        MatchStatus.WITHDRAWN: _l("Withdrawn"),
    },
)
register(
    Side,
    {
        Side.GUIDE: _l("The guide"),
        Side.FAMILY: _l("The family"),
        Side.COORDINATOR: _l("The municipality"),
    },
)
# What is said of a match with a group of minors in other words.
_OF_GROUP: Mapping[MatchStatus | Side, LazyString] = {
    MatchStatus.FAMILY_ASKED: _l("Group asked"),
    MatchStatus.AGREED: _l("All said yes"),
    Side.FAMILY: _l("The group"),
}
# And of one with several guides.
_OF_SEVERAL: Mapping[MatchStatus | Side, LazyString] = {
    MatchStatus.GUIDE_ASKED: _l("Guides asked"),
    MatchStatus.GUIDE_ACCEPTED: _l("Guides said yes"),
    MatchStatus.AGREED: _l("All said yes"),
}


def label_in(match: Match, value: MatchStatus | Side) -> str:
    """Return the label of a status or side, in the words that fit the match."""
    of_group = _OF_GROUP.get(value) if match.family.is_group else None
    of_several = _OF_SEVERAL.get(value) if len(match.takers) > 1 else None
    return str(of_group or of_several or label(value))


register(
    Origin,
    {Origin.MATCHING: _l("From the ranking"), Origin.BY_HAND: _l("Chosen by hand")},
)
register(
    AnswerWay,
    {
        AnswerWay.LINK: _l("Through the link"),
        AnswerWay.MY_PAGE: _l("On their own page"),
        AnswerWay.IN_PERSON: _l("In person"),
        AnswerWay.PHONE: _l("By phone"),
        AnswerWay.THROUGH_INTERPRETER: _l("Through an interpreter"),
    },
)
register(
    DeclineReason,
    {
        DeclineReason.NO_TIME: _l("No time just now"),
        DeclineReason.TOO_FAR: _l("Too far to travel"),
        DeclineReason.NOT_A_FIT: _l("Not the right fit"),
        DeclineReason.KNOWS_THE_OTHER: _l("Thinks they may know each other"),
        DeclineReason.CHANGED_SITUATION: _l("Life has changed"),
        DeclineReason.FOUND_ANOTHER: _l("Has found somebody else"),
        DeclineReason.NO_REASON: _l("No reason given"),
    },
)
register(
    EndReason,
    {
        EndReason.COMPLETED: _l("The agreed time is over"),
        EndReason.MOVED: _l("Somebody moved"),
        EndReason.NEVER_MET: _l("They never met"),
        EndReason.NOT_A_FIT: _l("Not the right fit"),
        EndReason.GUIDE_STOPPED: _l("The guide could not go on"),
        EndReason.FAMILY_STOPPED: _l("The family did not want to go on"),
        EndReason.OTHER: _l("Another reason"),
    },
)
register(
    StartCheck,
    {
        StartCheck.VOLUNTEER: _l("The guide is a volunteer and not the municipality"),
        StartCheck.VOLUNTARY: _l("It is voluntary, and either may stop without a reason"),
        StartCheck.BOUNDARIES: _l("Limits: money, children, what a guide does not do"),
        StartCheck.CONFIDENTIALITY: _l("What they learn about each other stays between them"),
        StartCheck.FIRST_MEETING: _l("When and where they meet the next time"),
        StartCheck.WHOM_TO_CALL: _l("Whom each of them can call"),
    },
)
register(
    RuleCode,
    {
        RuleCode.LANGUAGE_REQUIRED: _l("No shared language, which the family needs"),
        RuleCode.AVAILABILITY: _l("No time in common"),
        RuleCode.TRAVEL: _l("Too far to travel"),
        RuleCode.GENDER_OF_GUIDE: _l("The family's wish about gender is not met"),
        RuleCode.GENDER_OF_CONTACT: _l("The guide's wish about gender is not met"),
        RuleCode.PETS: _l("Has pets, which the family wants to avoid"),
        RuleCode.CHILDREN_WISH: _l("The guide's wish about children is not met"),
        RuleCode.DECLINED: _l("Was matched with the family before: somebody said no, or it ended"),
        RuleCode.CAPACITY: _l("No free place"),
        RuleCode.PAUSED: _l("Takes a break"),
        RuleCode.NOT_READY: _l("Not ready yet"),
        RuleCode.STEPS: _l("Has not done all that is asked of a guide"),
        RuleCode.UNDER_18: _l("Under 18"),
        RuleCode.CERTIFICATE: _l("No police certificate, which is needed here"),
        RuleCode.MUNICIPALITY: _l("Lives in another municipality"),
        RuleCode.PROTECTED: _l("The family's address is protected"),
    },
)
register(
    TermCode,
    {
        TermCode.NEIGHBOURHOOD: _l("Where they live"),
        TermCode.LANGUAGE: _l("Language"),
        TermCode.AVAILABILITY: _l("Time to meet"),
        TermCode.FAMILY_SITUATION: _l("Children"),
        TermCode.AGE: _l("The guide's age"),
        TermCode.INTERESTS: _l("Interests"),
        TermCode.OCCUPATION: _l("Work"),
        TermCode.WAITING: _l("The family's wait"),
        TermCode.BURDEN: _l("The guide's other families"),
    },
)
register(
    StartGap,
    {
        StartGap.HELD_EARLIER: _l("They met on another day than planned"),
        StartGap.ANOTHER_DAY: _l("We talked about the rest on another day"),
        StartGap.NOT_NEEDED: _l("The rest does not matter for these two"),
        StartGap.SOON: _l("We talk about the rest soon"),
    },
)
