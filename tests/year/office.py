"""The coordinators: they do what the desk shows, by the services that the pages call."""

import datetime as dt
import random
import uuid

from sqlalchemy.orm import Session

from app.certificates.models import CertificateTask
from app.certificates.services import ask_for_certificate, note_shown
from app.courses.models import CourseSession
from app.courses.services import add_walk_in, note_attendance
from app.duties.services import assign_task
from app.endings import services as endings
from app.endings.models import EndWish, FamilyAfter, Transfer, TransferStatus
from app.families.models import ApprovalKind
from app.families.models import Family as FamilyRow
from app.families.services import groups
from app.follow_ups import services as follow_ups
from app.follow_ups.models import Concern, ContactedBy, Light, SpokeWith
from app.guides.models import DeclinedFor, StepCode
from app.guides.models import Guide as GuideRow
from app.guides.services import declining, steps, vetting
from app.matches import services as matches
from app.matches.models import AnswerWay, DeclineReason, Match, Side, StartCheck
from app.matches.queries.helpers import list_group_guides
from app.matches.services.prolonging import MoreTime, prolong_agreement
from app.messages.models import OutgoingMessage
from app.messages.services import note_handled, send_again
from app.no_contact import services as no_contact
from app.no_contact.models import Verdict
from app.oslo import OSLO
from app.permissions import Actor
from tests.year.oracle import (
    REST_DAYS,
    Books,
    Course,
    Due,
    Family,
    Fear,
    Guide,
    Move,
    Pair,
    Wish,
    days,
)
from tests.year.town import ADDRESSES, CASEWORKER, HOME, MAIN, SECOND, Town

PAGES = endings.Pages(
    questions=lambda token: f"{HOME}/how-it-was/{token}", my_page=f"{HOME}/my-page"
)
BOTH = ("guide", "family")
RESTS = {"no_time", "changed_situation", "found_another"}  # a guide who says no for these
RELUCTANT = 0.25  # of the lines on the desk stay for another day


class Office:
    def __init__(self, town: Town, books: Books, rng: random.Random) -> None:
        self.town, self.books, self.rng = town, books, rng
        self.luck = random.Random(7)  # noqa: S311 - of its own: it moves nothing else
        self.who = MAIN
        self.forms = 0
        self.done = 0

    # The day.

    def clear_desk(self, lines: set[Due]) -> None:
        """Do most of what the desk shows; what somebody else has taken on is left to them."""
        for line in sorted(lines):
            if line.doer not in ("", self.who):
                continue
            if line.kind != "failed_message" and self.rng.random() < RELUCTANT:
                continue
            getattr(self, line.kind)(line)
            self.done += 1

    @property
    def actor(self) -> Actor:
        return self.town.staff(self.who)

    @property
    def today(self) -> dt.date:
        return self.town.today

    @property
    def now(self) -> dt.datetime:
        return self.town.now

    def once(self) -> str:
        self.forms += 1
        return f"form {self.forms}"

    def guide_of(self, line: Due) -> Guide:
        return next(guide for guide in self.books.guides if guide.name == line.who)

    def pair_of(self, line: Due) -> Pair:
        return next(pair for pair in self.books.pairs if pair.name == line.who)

    def family_of(self, line: Due) -> Family:
        return next(one for one in self.books.families if one.reference == line.who)

    # Guides on their way.

    def contact_applicant(self, line: Due) -> None:
        guide = self.guide_of(line)
        with self.town.at_work() as session:
            row = session.get_one(GuideRow, guide.key)
            if self.rng.random() < 0.05 and not guide.for_group:  # does not want to, after all
                vetting.end_guide(session, self.actor, row, now=self.now, today=self.today)
                self.books.let_go(guide, self.today)
                return
            if guide.calls > 2 and self.luck.random() < 0.5:
                self.decline_applicant(session, row, DeclinedFor.NOT_REACHED)
                self.books.let_go(guide, self.today)
                return
            if line.on > self.today and guide.calls:
                return  # waits for the day
            if not guide.young and self.luck.random() < 0.25:
                vetting.note_no_answer(session, self.actor, row, tried_on=self.today)
                guide.not_reached(self.today)
                return
            vetting.record_contact(session, self.actor, row, contacted_on=self.today)
        guide.status, guide.contacted_on = "contacted", self.today

    def decline_applicant(self, session: Session, row: GuideRow, reason: DeclinedFor) -> None:
        url = f"{HOME}/privacy"
        declining.decline_applicant(session, self.actor, row, reason, privacy_url=url, now=self.now)

    def interview(self, line: Due) -> None:
        guide = self.guide_of(line)
        with self.town.at_work() as session:
            row = session.get_one(GuideRow, guide.key)
            if not guide.young and self.luck.random() < 0.03:
                self.decline_applicant(session, row, DeclinedFor.NOT_SUITED)
                self.books.let_go(guide, self.today)
                return
            vetting.record_interview(
                session,
                self.actor,
                row,
                interviewed_on=self.today,
                now=self.now,
                link_url=lambda token: f"{HOME}/status/{token}",
            )
        guide.status, guide.interviewed_on = "interviewed", self.today

    def steps_missing(self, line: Due) -> None:
        """Note the guardians' yes at once; the paper and the course when they take too long."""
        guide = self.guide_of(line)
        lacking = guide.lacks()
        with self.town.at_work() as session:
            row = session.get_one(GuideRow, guide.key)
            if "guardians" in lacking:
                given = {"guardian_name": "Mor", "given_on": self.today}
                steps.note_guardians(session, self.actor, row, **given)
                guide.guardians = True
            if line.on + days(7) < self.today and "declaration" in lacking:
                code, on = StepCode.DECLARATION, self.today
                steps.note_step(session, self.actor, row, code, done_on=on)
                guide.signed = True
            if line.on + days(40) < self.today and "course" in lacking:
                wanted, why = {StepCode.COURSE}, "Has led such courses"
                steps.waive_steps(session, self.actor, row, wanted, reason=why, now=self.now)
                guide.waived.add("course")

    def approve(self, line: Due) -> None:
        guide = self.guide_of(line)
        with self.town.at_work() as session:
            row = session.get_one(GuideRow, guide.key)
            when = {"now": self.now, "today": self.today}
            vetting.approve_guide(session, self.actor, row, sign_in_url=f"{HOME}/sign-in", **when)
            guide.user_key = row.user_id
        guide.status = "ready"

    def see_certificate(self, guide: Guide) -> None:
        """See the paper of somebody who will meet minors."""
        with self.town.at_work() as session:
            paper = ask_for_certificate(
                session,
                self.actor,
                session.get_one(GuideRow, guide.key),
                CertificateTask.MINORS_GROUP,
                now=self.now,
                link_url=lambda token: f"{HOME}/status/{token}",
            )
            shown = {"shown_on": self.today, "issued_on": self.today - days(20)}
            note_shown(session, self.actor, paper, **shown)
        guide.certificate = True

    def attendance(self, line: Due) -> None:
        course = next(one for one in self.books.courses if one.name == line.who)
        came = [guide for guide in course.booked if self.rng.random() < 0.85]
        with self.town.at_work() as session:
            row = session.get_one(CourseSession, course.key)
            keys = {guide.key for guide in came}
            note_attendance(session, self.actor, row, keys, now=self.now)
            if unbooked := self._drops_in(course):
                came.append(unbooked)
                other = session.get_one(GuideRow, unbooked.key)
                add_walk_in(session, self.actor, row, other, now=self.now)
        course.booked += [guide for guide in came if guide not in course.booked]
        course.queue = [guide for guide in course.queue if guide not in came]
        course.ticked = set(course.booked)
        for guide in came:
            guide.schooled = True

    def _drops_in(self, course: Course) -> Guide | None:
        """Return somebody who came without a place, now and then."""
        others = [
            guide
            for guide in self.books.guides
            if guide.status == "interviewed" and guide not in course.booked
        ]
        return self.luck.choice(others) if others and self.luck.random() < 0.3 else None

    # From a family that waits to two who meet.

    def find_guide(self, line: Due) -> None:
        family = self.family_of(line)
        free = [
            guide
            for guide in self.books.guides
            if self.books.is_free(guide) and not guide.young and not guide.for_group
            if not guide.partner or (guide.leads_couple and self.books.is_free(guide.partner))
            if not any(self.books.have_met(half, family) for half in (guide, guide.partner))
        ]
        if free:
            self.propose(family, self.rng.choice(free[:4]))

    def propose(self, family: Family, guide: Guide) -> Pair:
        others = [guide.partner] if guide.partner else []
        with self.town.at_work() as session:
            row = session.get_one(FamilyRow, family.key)
            match = matches.propose_match(
                session, self.actor, row, guide.key, note="A good start", now=self.now
            )
            return self._keep(match, family, guide, others)

    def _offered_to(self, group: Family) -> set[uuid.UUID | None]:
        """Return whom the page offers: nobody who has said no to the group, or it to them."""
        with self.town.at_work() as session:
            row = session.get_one(FamilyRow, group.key)
            return {guide.id for guide in list_group_guides(session, self.actor, row).guides}

    def find_group_guides(self, line: Due) -> None:
        group = self.family_of(line)
        offered = self._offered_to(group)
        able = [guide for guide in self.books.guides if guide.certificate and guide.key in offered]
        able = [guide for guide in able if self.books.is_free(guide)]
        lead = next((guide for guide in able if not guide.young), None)
        rest = [guide for guide in able if guide is not lead]
        others = sorted(rest, key=lambda guide: not guide.young)[:2]
        if not (lead and others) or self._young_one_comes():
            return
        with self.town.at_work() as session:
            row = session.get_one(FamilyRow, group.key)
            choice = matches.GroupChoice(lead.key, frozenset(guide.key for guide in others))
            match = matches.propose_group(session, self.actor, row, choice, now=self.now)
            self._keep(match, group, lead, others)

    def _young_one_comes(self) -> bool:
        """Whether to wait for the guide of 16, who would like to come along: until April."""
        young = [one for one in self.books.guides if one.young and one.for_group]
        on_the_way = any(one.status != "ended" and not one.certificate for one in young)
        return on_the_way and self.today < dt.date(2030, 4, 1)

    def _keep(self, match: Match, family: Family, lead: Guide, others: list[Guide]) -> Pair:
        number = 1 + sum(pair.family is family for pair in self.books.pairs)
        name = f"{family.reference} #{number} with {lead.name}"
        pair = Pair(name, family, lead, self.today, others=list(others), key=match.id)
        self.books.pairs.append(pair)
        self.town.names[match.id] = name
        return pair

    def confirm(self, line: Due) -> None:
        pair = self.pair_of(line)
        if any(guide.status != "ready" for guide in pair.takers) or self._thinks_better():
            self.withdraw(pair)
        elif any(guide.lacks() for guide in pair.takers):
            return  # until they have signed the new text
        elif self.rng.random() < 0.05 and not pair.family.is_group:  # there is one all year
            self.decline(pair, Side.COORDINATOR, DeclineReason.NOT_A_FIT)
        else:
            with self.at(pair) as (session, match):
                matches.confirm_match(session, self.actor, match, addresses=ADDRESSES, now=self.now)
            pair.take_places()
            pair.ask("guide_asked", self.today)

    def _thinks_better(self) -> bool:
        """Whether one proposal is taken back on purpose: by summer, if chance has brought none."""
        none = all(pair.status != "withdrawn" for pair in self.books.pairs)
        return none and self.today >= dt.date(2030, 6, 3)

    def guide_taken(self, line: Due) -> None:
        self.withdraw(self.pair_of(line))

    def ask_family(self, line: Due) -> None:
        pair = self.pair_of(line)
        with self.at(pair) as (session, match):
            matches.ask_family(session, self.actor, match, addresses=ADDRESSES, now=self.now)
        pair.ask("family_asked", self.today)

    def remind_guide(self, line: Due) -> None:
        pair = self.pair_of(line)
        if pair.status == "active":
            self.hear_newcomer(pair, says_yes=self.rng.random() < 0.5)
            return
        if pair.expires_on < self.today or self.rng.random() < 0.4:
            return  # does not pick up: time closes it
        if self.rng.random() < 0.3 and not pair.family.is_group:  # it would meet nobody then
            self.decline(pair, Side.GUIDE, DeclineReason.NO_TIME, AnswerWay.PHONE, pair.unheard[0])
            return
        with self.at(pair) as (session, match):
            matches.accept_as_guide(
                session,
                self.actor,
                match,
                way=AnswerWay.PHONE,
                guide_id=pair.unheard[0].key,
                now=self.now,
            )
        pair.hear_yes(pair.unheard[0], self.today)

    def hear_newcomer(self, pair: Pair, *, says_yes: bool) -> None:
        """Hear from somebody who is asked to come into a running match."""
        guide = pair.others[-1]
        with self.at(pair) as (session, match):
            matches.answer_as_newcomer(
                session,
                self.actor,
                match,
                answer=matches.NewcomersAnswer(guide.key, says_yes),
                addresses=ADDRESSES,
                now=self.now,
            )
        self.newcomer_answered(pair, guide, None if says_yes else "no_reason")

    def newcomer_answered(self, pair: Pair, guide: Guide, no_because: str | None) -> None:
        pair.newcomer_on = None
        if no_because:
            pair.others.remove(guide)
            guide.taken -= 1
            self._let_rest(guide, no_because)

    def remind_family(self, line: Due) -> None:
        pair = self.pair_of(line)
        if pair.expires_on < self.today or self.rng.random() < 0.2:
            return
        if self.rng.random() < 0.15:
            self.ask_family(line)  # puts the question anew
        else:
            self.hear_family(pair, says_yes=self.rng.random() < 0.7 or pair.family.is_group)

    def hear_family(self, pair: Pair, *, says_yes: bool) -> None:
        if not says_yes:
            reason, way = DeclineReason.CHANGED_SITUATION, AnswerWay.THROUGH_INTERPRETER
            self.decline(pair, Side.FAMILY, reason, way)
            return
        with self.at(pair) as (session, match):
            way, who = AnswerWay.PHONE, self.town.staff(CASEWORKER)
            matches.accept_for_family(
                session, who, match, way=way, addresses=ADDRESSES, now=self.now
            )
        self.agreed(pair)

    def agreed(self, pair: Pair) -> None:
        pair.step("agreed", self.today)
        pair.agreed_on, pair.family.status = self.today, "matched"

    def plan_start(self, line: Due) -> None:
        pair = self.pair_of(line)
        if self.rng.random() < 0.03 and not pair.family.is_group:
            self.decline(pair, Side.FAMILY, DeclineReason.NO_REASON)
            return
        self.set_meeting(pair)

    def set_meeting(self, pair: Pair) -> None:
        on = self.today + days(self.rng.randint(1, 9))
        at = dt.datetime.combine(on, dt.time(self.rng.choice((9, 17, 23))), tzinfo=OSLO)
        with self.at(pair) as (session, match):
            plan = matches.Plan(at.astimezone(dt.UTC), self.town.place)
            matches.plan_start_meeting(
                session, self.actor, match, plan, addresses=ADDRESSES, now=self.now
            )
        pair.meets_on = on

    def start_meeting(self, line: Due) -> None:
        pair = self.pair_of(line)
        chance = self.rng.random()
        if chance < 0.15:  # nobody came
            self.set_meeting(pair)
            return
        with self.at(pair) as (session, match):
            matches.tick_checks(session, self.actor, match, frozenset(StartCheck))
            family_on = None if chance < 0.3 else pair.meets_on
            signed = matches.Signatures(pair.meets_on, family_on)
            matches.note_signatures(session, self.actor, match, signed, now=self.now)
        if family_on:
            pair.step("active", self.today)
            pair.started_on = pair.meets_on

    def family_left(self, line: Due) -> None:
        pair = self.pair_of(line)
        if pair.status != "active":
            self.withdraw(pair)
            return
        self.decide(pair, EndWish.NO_GUIDE, last_on=self.today, after="leaves")

    def withdraw(self, pair: Pair) -> None:
        with self.at(pair) as (session, match):
            matches.withdraw_match(session, self.actor, match, addresses=ADDRESSES, now=self.now)
        pair.close("withdrawn", self.today)

    def decline(
        self,
        pair: Pair,
        side: Side,
        reason: DeclineReason,
        way: AnswerWay | None = None,
        guide: Guide | None = None,
    ) -> None:
        with self.at(pair) as (session, match):
            refusal = matches.Refusal(side, reason, way, guide_id=guide and guide.key)
            matches.decline_match(
                session, self.actor, match, refusal=refusal, addresses=ADDRESSES, now=self.now
            )
        self.refused(pair, guide, reason.value)

    def refused(self, pair: Pair, guide: Guide | None, reason: str) -> None:
        """Note a no: a guide's own, for some reasons, means that the guide rests."""
        pair.close("declined", self.today)
        if guide:
            self._let_rest(guide, reason)

    def _let_rest(self, guide: Guide, reason: str) -> None:
        if reason in RESTS and guide.status == "ready":
            guide.rest(self.today + days(REST_DAYS))

    # Pairs that meet.

    def call(self, line: Due) -> None:
        pair = self.pair_of(line)
        light = self.rng.choice(list(Light))
        spoke_with = self.rng.choice([SpokeWith.BOTH, SpokeWith.BOTH, SpokeWith.FAMILY])
        if light is Light.GOOD:
            spoke_with = SpokeWith.BOTH  # of one alone it would perhaps be against what is said
        again_on = self.today + days(self.rng.randint(2, 20)) if self.rng.random() < 0.2 else None
        noted_late = days((0, 0, 0, 1, 4)[self.done % 5])
        on = max(self.today - noted_late, pair.started_on or self.today)
        with self.at(pair) as (session, match):
            told = follow_ups.Contact(spoke_with, ContactedBy.PHONE, light, again_on, on)
            follow_ups.note_contact(
                session, self.actor, match, told, once_token=self.once(), now=self.now
            )
        sides = BOTH if spoke_with is SpokeWith.BOTH else ("family",)
        pair.call(sides, again_on, on)

    contact_pair = silent_pair = not_meeting = talk = call

    def concern(self, line: Due) -> None:
        worry = next((one for one in self.books.worries if one.name == line.who), None)
        if worry is None:
            self.call(line)
            return
        with self.town.at_work() as session:
            row = session.get_one(Concern, worry.key)
            follow_ups.handle_concern(session, self.actor, row, today=self.today)
        worry.handled = True

    def group_alone(self, line: Due) -> None:
        """Bring somebody back who has a break; or else nobody meets the group any more."""
        pair = self.pair_of(line)
        resting = [guide for guide in pair.takers if guide.status == "paused"]
        for guide in resting:
            with self.town.at_work() as session:
                row = session.get_one(GuideRow, guide.key)
                vetting.bring_back_guide(session, self.actor, row)
            guide.status, guide.paused_until = "ready", None
        if not resting:
            self.decide(pair, EndWish.OTHER, last_on=self.today, after="waits")

    def may_not_meet(self, line: Due) -> None:
        self._ask_child_welfare(self.pair_of(line).family)

    def approve_group(self, line: Due) -> None:
        self._ask_child_welfare(self.family_of(line))

    def _ask_child_welfare(self, group: Family) -> None:
        """Ask the child welfare service once more: it had taken its yes back."""
        said = groups.Approval(
            kind=ApprovalKind.CHILD_WELFARE,
            name="Vera Verge",
            role="Leder",
            covers=4,
            given_on=self.today,
        )
        with self.town.at_work() as session:
            row, token = session.get_one(FamilyRow, group.key), self.once()
            groups.note_approval(session, self.actor, row, said, once_token=token, now=self.now)
        group.approved = True

    # Endings.

    def guide_stops(self, line: Due) -> None:
        pair = self.pair_of(line)
        said = pair.said or pair.wish
        if said is None or said.side != "guide":
            return  # settled the same day by what was done about another line
        with self.at(pair) as (session, match):
            endings.note_talk(session, self.actor, match, said.guide.key, today=self.today)
        said.heard = True

    too_much = guide_stops

    def tell_guide(self, line: Due) -> None:
        pair = self.pair_of(line)
        with self.at(pair) as (session, match):
            endings.tell_guide(session, self.actor, match, pages=PAGES, now=self.now)
        pair.wish.heard = pair.wish.told = True
        pair.take_plan()
        if pair.meets and pair.wish.last_on <= self.today:
            self.books.end(pair, self.today)

    def runs_out(self, line: Due) -> None:
        """Half of them go on for three months; of the others the end is planned."""
        pair = self.pair_of(line)
        if self.done % 2:
            after = self.rng.choice(("waits", "leaves"))
            self.decide(pair, EndWish.COMPLETED, last_on=self.today + days(3), after=after)
            return
        more = MoreTime(3, self.today, self.today)
        with self.at(pair) as (session, match):
            prolong_agreement(
                session, self.actor, match, more, once_token=self.once(), now=self.now
            )
        pair.months += 3
        pair.contacts = [one for one in pair.contacts if one.kind != "end"]

    def decide_ending(self, line: Due) -> None:
        pair = self.pair_of(line)
        what, soon = EndWish(pair.wish.what), self.today + days(self.rng.randint(0, 5))
        if what is EndWish.FAMILY_MOVED:
            self.move(pair, soon)
            return
        after = "waits" if what is not EndWish.COMPLETED else self.rng.choice(("waits", "leaves"))
        self.decide(pair, what, last_on=soon, after=after)

    def move(self, pair: Pair, last_on: dt.date, *, told: bool = True) -> None:
        """Plan the end of a pair whose family moves; tell the guide now, or later."""
        moving = endings.Moving("Drammen", self.today + days(30))
        what = EndWish.FAMILY_MOVED
        self.decide(pair, what, last_on=last_on, after="transfers", moving=moving, told=told)

    def decide(
        self,
        pair: Pair,
        what: EndWish,
        *,
        last_on: dt.date,
        after: str,
        moving: endings.Moving | None = None,
        told: bool = True,
    ) -> None:
        """Decide how a pair ends, today or on a day to come."""
        said_by = pair.wish.guide if pair.wish else None
        with self.at(pair) as (session, match):
            wish = endings.Wish(
                what,
                last_meeting_on=last_on,
                family_after=FamilyAfter(after),
                moving=moving,
                guide_knows=told,
                whose=said_by.key if said_by else None,
            )
            endings.end_now_or_later(session, self.actor, match, wish, pages=PAGES, now=self.now)
            kept = self._keep_move(session, pair.family, moving) if moving else None
            for move in self.books.moves:  # what was decided before counts no more
                move.closed |= move.family is pair.family and move.key != kept
        if pair.wish and pair.wish.side == "guide":
            pair.said = pair.wish
        pair.wish = Wish(
            what.value,
            "staff",
            self.today,
            said_by,
            last_on=last_on,
            family_after=after,
            told=told,
        )
        if told:
            pair.take_plan()
        if last_on <= self.today:
            self.books.end(pair, self.today)

    def _keep_move(self, session: Session, family: Family, moving: endings.Moving) -> uuid.UUID:
        row = session.query(Transfer).filter_by(family_id=family.key, status="pending").one()
        name = f"move {len(self.books.moves) + 1}"
        self.books.moves.append(Move(name, family, moving.on, key=row.id))
        self.town.names[row.id] = name
        return row.id

    def transfer(self, line: Due) -> None:
        move = next(one for one in self.books.moves if one.name == line.who)
        if move.on - days(20) > self.today:
            return
        with self.town.at_work() as session:
            row = session.get_one(Transfer, move.key)
            endings.close_transfer(session, self.actor, row, TransferStatus.TOLD, today=self.today)
        move.closed = True

    def failed_message(self, line: Due) -> None:
        bounce = next(one for one in self.books.bounces if one.name == line.who)
        with self.town.at_work() as session:
            # Gone with whoever it was to, where an earlier line of this morning let them leave.
            if row := session.get(OutgoingMessage, bounce.key):
                mended = row.recipient not in self.town.post.no_such
                (send_again if mended else note_handled)(session, self.actor, row, now=self.now)
        bounce.handled = True

    # Whom families fear.

    def note_fear(self, family: Family, email: str) -> None:
        """Answer for a family, and note somebody whom they fear by an address."""
        feared = no_contact.Feared(emails=(email,))
        with self.town.at_work() as session:
            row, actor = session.get_one(FamilyRow, family.key), self.town.staff(MAIN)
            no_contact.become_coordinator(session, actor, row, now=self.now)
            no_contact.add_person(session, actor, row, feared, once_token=self.once(), now=self.now)
        self.books.fears.append(Fear(family, email, self.today))

    def possible_hit(self, line: Due) -> None:
        """Decide about it; to a colleague there is no such line."""
        if self.who != MAIN:
            return
        fear = next(one for one in self.books.fears if one.family is self.family_of(line))
        guide = next(one for one in self.books.guides if one.email == fear.email)
        with self.town.at_work() as session:
            row = session.get_one(FamilyRow, fear.family.key)
            no_contact.decide_hit(
                session, self.actor, row, guide.key, Verdict.FAMILY_SAYS_OTHER, now=self.now
            )
        fear.decided = True

    # Duties.

    def hand_over(self, line: Due, to: str | None) -> None:
        """Give a line to a colleague, or to nobody."""
        keys = {name: key for key, name in self.town.names.items()}
        user = self.town.users[to] if to else None
        with self.town.at_work() as session:
            assign_task(session, self.actor, line.kind, keys[line.who], user_id=user, now=self.now)
        self.books.duties[line.kind, line.who] = to or ""

    # How a record is taken in hand.

    def at(self, pair: Pair) -> "_Opened":
        return _Opened(self.town, pair)


class _Opened:
    """A pair's record, open for one change."""

    def __init__(self, town: Town, pair: Pair) -> None:
        self.work, self.key = town.at_work(), pair.key

    def __enter__(self) -> tuple[Session, Match]:
        session = self.work.__enter__()
        return session, session.get_one(Match, self.key)

    def __exit__(self, *error: object) -> None:
        self.work.__exit__(*error)


__all__ = ["SECOND", "Office"]
