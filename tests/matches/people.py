"""Matches brought to any step of their life by the services themselves."""

import datetime as dt

from app.families.models import Family
from app.guides.models import Guide
from app.matches import services
from app.matches.models import (
    AnswerWay,
    DeclineReason,
    EndReason,
    Match,
    MatchStatus,
    Side,
)
from app.permissions import Role
from tests import cast
from tests.cast import NOW

S = MatchStatus
ADDRESSES = services.Addresses(
    answer=lambda token: f"https://guide.example/asker/answers/{token}",
    my_page="https://guide.example/asker/my-page",
    family_page=lambda token: f"https://guide.example/asker/family/{token}",
)
LATER = NOW + dt.timedelta(days=30)


class Steps:
    """Every step of a match, taken by the town's coordinator."""

    def __init__(self, session, town, now: dt.datetime = NOW) -> None:
        self.session, self.town, self.now = session, town, now
        self.actor = cast.actor(town, Role.COORDINATOR)

    def take(self, match: Match, to: MatchStatus) -> None:
        """Take the step that ends in a status, whatever the present one is."""
        getattr(self, to.value)(match)

    def proposed(self, match: Match) -> None:
        raise AssertionError("nothing leads back to a proposal")

    def guide_asked(self, match: Match) -> None:
        services.confirm_match(self.session, self.actor, match, addresses=ADDRESSES, now=self.now)

    def guide_accepted(self, match: Match) -> None:
        for _guide in match.takers:  # each says yes for themselves
            services.accept_as_guide(
                self.session, self.actor, match, way=AnswerWay.PHONE, now=self.now
            )

    def family_asked(self, match: Match) -> str:
        return services.ask_family(
            self.session, self.actor, match, addresses=ADDRESSES, now=self.now
        )

    def agreed(self, match: Match) -> None:
        services.accept_for_family(
            self.session,
            self.actor,
            match,
            way=AnswerWay.THROUGH_INTERPRETER,
            addresses=ADDRESSES,
            now=self.now,
        )

    def active(self, match: Match) -> None:
        signed = services.Signatures(self.now.date(), self.now.date())
        services.note_signatures(self.session, self.actor, match, signed, now=self.now)

    def ended(self, match: Match) -> None:
        services.end_match(
            self.session,
            self.actor,
            match,
            ending=services.Ending(EndReason.COMPLETED, family_waits=True),
            now=self.now,
        )

    def declined(self, match: Match, side: Side = Side.COORDINATOR) -> None:
        refusal = services.Refusal(side, DeclineReason.NO_TIME)
        services.decline_match(
            self.session, self.actor, match, refusal=refusal, addresses=ADDRESSES, now=self.now
        )

    def withdrawn(self, match: Match) -> None:
        services.withdraw_match(self.session, self.actor, match, addresses=ADDRESSES, now=self.now)

    def expired(self, match: Match) -> None:
        services.expire_overdue_matches(self.session, now=LATER, today=LATER.date())


WAY_TO: dict[MatchStatus, tuple[MatchStatus, ...]] = {
    S.PROPOSED: (),
    S.GUIDE_ASKED: (S.GUIDE_ASKED,),
    S.GUIDE_ACCEPTED: (S.GUIDE_ASKED, S.GUIDE_ACCEPTED),
    S.FAMILY_ASKED: (S.GUIDE_ASKED, S.GUIDE_ACCEPTED, S.FAMILY_ASKED),
    S.AGREED: (S.GUIDE_ASKED, S.GUIDE_ACCEPTED, S.FAMILY_ASKED, S.AGREED),
    S.ACTIVE: (S.GUIDE_ASKED, S.GUIDE_ACCEPTED, S.FAMILY_ASKED, S.AGREED, S.ACTIVE),
    S.ENDED: (S.GUIDE_ASKED, S.GUIDE_ACCEPTED, S.FAMILY_ASKED, S.AGREED, S.ACTIVE, S.ENDED),
    S.DECLINED: (S.GUIDE_ASKED, S.DECLINED),
    S.EXPIRED: (S.GUIDE_ASKED, S.EXPIRED),
    S.WITHDRAWN: (S.GUIDE_ASKED, S.WITHDRAWN),
}


def match_at(session, town, status: MatchStatus, *, now: dt.datetime = NOW) -> Match:
    """Return the town's own proposal, brought to a status."""
    match = session.get(Match, town.proposal.id)
    steps = Steps(session, town, now)
    for step in WAY_TO[status]:
        steps.take(match, step)
    assert match.status is status
    return match


def propose(session, town, family: Family, guide: Guide, **changes) -> Match:
    actor = cast.actor(town, Role.COORDINATOR)
    return services.propose_match(session, actor, family, guide.id, now=NOW, **changes)
