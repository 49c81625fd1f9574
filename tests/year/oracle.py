"""What must stand on the desk, known from what has happened alone.

A second and simpler telling of the rules, in plain lists and days: it never asks the product. What
the script does to people it also writes down here, and `Books.due` says what follows from it.
"""

import datetime as dt
import uuid
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

FIRST_CONTACT_DAYS = 7
STEP_DAYS = 7
ANSWER_DAYS = 5
REST_DAYS = 60
SILENT_DAYS = 28
UNANSWERED_DAYS = 7
NEAR_DAYS = 3
TELL_WITHIN_DAYS = 90
NEVER = dt.date.min
ASKED = ("did_you_meet", "mid_term")
OPEN = ("proposed", "guide_asked", "guide_accepted", "family_asked", "agreed", "active")
HOLDS_PLACE = OPEN[1:]


def days(number: int) -> dt.timedelta:
    return dt.timedelta(days=number)


CALL_BEFORE = days(2)  # when whoever has not answered is called


def last_day(asked_on: dt.date) -> dt.date:
    """Return by when somebody answers; of a weekend it is the Monday after."""
    on = asked_on + days(ANSWER_DAYS)
    while on.isoweekday() in (6, 7):
        on += days(1)
    return on


def months_later(day: dt.date, months: int) -> dt.date:
    """Return the same day of the month so many months later, or the month's last."""
    count = day.year * 12 + day.month - 1 + months
    for last in (day.day, 30, 29, 28):
        try:
            return dt.date(count // 12, count % 12 + 1, min(day.day, last))
        except ValueError:
            continue
    raise AssertionError(day)


class Due(NamedTuple):
    """A line of the desk: what, about whom, by when, who does it and for whom."""

    kind: str
    who: str
    on: dt.date
    doer: str = ""
    instead_of: str = ""


@dataclass(eq=False)
class Guide:
    name: str
    email: str
    young: bool
    applied_on: dt.date
    capacity: int
    key: uuid.UUID | None = None
    user_key: uuid.UUID | None = None
    status: str = "applied"
    calls: int = 0  # that nobody took
    call_again_on: dt.date = NEVER
    contacted_on: dt.date | None = None
    interviewed_on: dt.date | None = None
    signed: bool = False
    schooled: bool = False
    waived: set[str] = field(default_factory=set)
    guardians: bool = False
    certificate: bool = False
    for_group: bool = False  # kept for a group of minors
    paused_until: dt.date | None = None
    taken: int = 0
    partner: "Guide | None" = None
    leads_couple: bool = False
    status_link: str = ""
    declaration_link: str = ""  # an earlier one opens no more

    def lacks(self) -> set[str]:
        lacking = set()
        if not self.signed and "declaration" not in self.waived:
            lacking.add("declaration")
        if not self.schooled and "course" not in self.waived:
            lacking.add("course")
        if self.young and not self.guardians:
            lacking.add("guardians")
        return lacking

    def due(self) -> Iterator[Due]:
        if self.status == "applied":
            promised_on = self.applied_on + days(FIRST_CONTACT_DAYS)
            yield Due("contact_applicant", self.name, max(promised_on, self.call_again_on))
        elif self.status == "contacted":
            yield Due("interview", self.name, self.contacted_on + days(STEP_DAYS))
        elif self.status == "interviewed" or (self.status == "ready" and self.lacks()):
            kind = "steps_missing" if self.lacks() else "approve"
            yield Due(kind, self.name, self.interviewed_on + days(STEP_DAYS))

    def not_reached(self, today: dt.date) -> None:
        """Call again in two days; from the third call on in a week."""
        self.calls += 1
        self.call_again_on = today + days(2 if self.calls < 3 else 7)

    def rest(self, until: dt.date | None) -> None:
        """Stay out of new matches; of two rests the longer counts."""
        if self.status == "ready":
            self.status, self.paused_until = "paused", until
        elif self.status == "paused" and self.paused_until is not None:
            self.paused_until = max(self.paused_until, until) if until else None


@dataclass(eq=False)
class Family:
    reference: str
    email: str  # "": staff call
    waiting_since: dt.date
    is_group: bool = False
    approved: bool = False
    key: uuid.UUID | None = None
    status: str = "waiting"
    withdrawn_on: dt.date | None = None
    page_link: str = ""

    @property
    def takes_part(self) -> bool:
        return self.status != "withdrawn"

    def leave(self, today: dt.date) -> None:
        self.status, self.withdrawn_on = "withdrawn", today


@dataclass(eq=False)
class Contact:
    """A planned contact with a pair."""

    kind: str
    number: int
    on: dt.date
    went_out: bool = False  # somebody was written to
    asked: bool = False  # both could be
    out_on: dt.date | None = None
    done: bool = False
    replies: dict[str, list["Reply"]] = field(default_factory=dict)  # none is ever changed


@dataclass(eq=False)
class Reply:
    said: str
    on: dt.date
    handled: bool = False


@dataclass(eq=False)
class Worry:
    side: str
    on: dt.date
    handled: bool = False
    name: str = ""
    key: uuid.UUID | None = None


@dataclass(eq=False)
class Wish:
    """What somebody wants of a pair's end."""

    what: str
    side: str
    said_on: dt.date
    guide: Guide | None = None
    last_on: dt.date | None = None
    family_after: str | None = None
    heard: bool = False
    told: bool = True  # the guide knows of it


@dataclass(eq=False)
class Pair:
    name: str
    family: Family
    lead: Guide
    proposed_on: dt.date
    others: list[Guide] = field(default_factory=list)
    backups: list[Guide] = field(default_factory=list)
    key: uuid.UUID | None = None
    status: str = "proposed"
    stepped_on: dt.date | None = None
    expires_on: dt.date | None = None
    unheard: list[Guide] = field(default_factory=list)  # who were asked, and have not said yes
    newcomer_on: dt.date | None = None  # since when somebody is asked to come in, too
    agreed_on: dt.date | None = None
    meets_on: dt.date | None = None
    started_on: dt.date | None = None
    months: int = 9
    met_on: dt.date = NEVER
    called_on: dt.date = NEVER
    contacts: list[Contact] = field(default_factory=list)
    breaks: dict[Guide, tuple[str, dt.date | None]] = field(default_factory=dict)
    worries: list[Worry] = field(default_factory=list)
    wish: Wish | None = None
    said: Wish | None = None  # by the guide, beside a plan that the guide is not told of
    leaving: list[Guide] = field(default_factory=list)  # who stop when it ends for another reason
    quiet: bool = False  # they never log
    put: Counter = field(default_factory=Counter)  # by status: how often the question was put

    @property
    def takers(self) -> list[Guide]:
        return [self.lead, *self.others]

    @property
    def present(self) -> list[Guide]:
        """Who has said yes to it."""
        return [one for one in self.takers if not (self.newcomer_on and one is self.others[-1])]

    @property
    def is_open(self) -> bool:
        return self.status in OPEN

    @property
    def meets(self) -> bool:
        return self.status == "active" and self.family.takes_part

    @property
    def lacks_no_yes(self) -> bool:
        """Whether everybody who must has said yes to what the group does."""
        return self.family.approved or not self.family.is_group

    # What follows for the desk.

    def due(self, today: dt.date) -> Iterator[Due]:
        if self.is_open and (step := self._step(today)):
            yield Due(step[0], self.name, step[1])
        answer_by = self.newcomer_on and last_day(self.newcomer_on)
        if self.meets and answer_by and answer_by - CALL_BEFORE <= today:
            yield Due("remind_guide", self.name, answer_by)
        if gravest := next(self._signs(today), None):
            yield Due(gravest[0], self.name, gravest[1])
        if self.wish:
            yield from self._of_wish(self.wish, today)
        if self.said and not self.said.heard:
            yield self._said(self.said)

    def _step(self, today: dt.date) -> tuple[str, dt.date] | None:
        late_on = (self.stepped_on or self.proposed_on) + days(STEP_DAYS)
        if not self.family.takes_part:
            return "family_left", self.family.withdrawn_on
        taken = any(guide.taken >= guide.capacity for guide in self.takers)
        ours = {
            "proposed": "guide_taken" if taken else "confirm",
            "guide_accepted": "ask_family",
            "agreed": "" if self.meets_on else "plan_start",
        }
        if kind := ours.get(self.status):
            return kind, late_on
        if self.status == "agreed" and self.meets_on <= today:
            return "start_meeting", self.meets_on
        if self.status in ("guide_asked", "family_asked"):
            by_phone_alone = self.status == "family_asked" and not self.family.email
            if by_phone_alone or self.expires_on - CALL_BEFORE <= today:
                return f"remind_{self.status.removesuffix('_asked')}", self.expires_on
        return None

    def _signs(self, today: dt.date) -> Iterator[tuple[str, dt.date]]:
        """Yield what asks for a call, the gravest first; of a pair that has parted, less."""
        if self.meets and self.family.is_group and self._is_alone(today):
            yield "group_alone", today
        if self.meets and not self.lacks_no_yes:
            yield "may_not_meet", today
        if open_worries := [worry.on for worry in self.worries if not worry.handled]:
            yield "concern", min(open_worries)
        wanted = ["talk", "not_meeting"] if self.meets else ["talk"]
        replies = [r for one in self.contacts for said in one.replies.values() for r in said]
        for said in wanted:
            if since := [r.on for r in replies if r.said == said and not r.handled]:
                yield said, min(since)
        if self.meets:
            if ends := self._runs_out(today):
                yield "runs_out", ends
            if called_for := list(self._called_for(today)):
                yield "contact_pair", min(called_for)
            heard_on = max(self.met_on, self.called_on, self.started_on)
            if heard_on + days(SILENT_DAYS) <= today:
                yield "silent_pair", heard_on + days(SILENT_DAYS)

    def _runs_out(self, today: dt.date) -> dt.date | None:
        """Return the day on which the agreed time is over, where nobody has said what comes then."""
        if any(wish.last_on for wish in (self.wish, self.said) if wish):
            return None
        ends = [one.on for one in self.contacts if one.kind == "end" and one.on <= today]
        return max(ends) + days(14) if ends else None

    def _is_alone(self, today: dt.date) -> bool:
        """Whether minors are left with fewer than two guides, or without a grown-up."""
        wish = self.wish if self.wish and self.wish.told else self.said
        gone = wish.guide if wish and wish.last_on and wish.last_on <= today else None
        there = [one for one in self.present if one is not gone and one.status == "ready"]
        return len(there) < 2 or all(one.young for one in there)

    def _called_for(self, today: dt.date) -> Iterator[dt.date]:
        for one in self.contacts:
            if one.done or one.kind == "end":
                continue
            if one.asked:
                if one.out_on + days(UNANSWERED_DAYS) <= today:
                    yield one.out_on + days(UNANSWERED_DAYS)
            elif one.on < today or (one.on == today and one.kind not in ASKED):
                yield one.on

    def _of_wish(self, wish: Wish, today: dt.date) -> Iterator[Due]:
        if wish.side == "guide" and not wish.heard:
            yield self._said(wish)
        elif self.status == "active" and not wish.told:
            yield Due("tell_guide", self.name, wish.said_on)
        elif self.has_met_for_the_last_time(today) and not wish.family_after:
            yield Due("decide_ending", self.name, wish.last_on)

    def _said(self, wish: Wish) -> Due:
        """Return the call after what a guide has said, by the working day after where it is much."""
        if wish.what != "too_much":
            return Due("guide_stops", self.name, wish.said_on)
        to_monday = {5: 3, 6: 2}
        return Due(
            "too_much", self.name, wish.said_on + days(to_monday.get(wish.said_on.isoweekday(), 1))
        )

    def has_met_for_the_last_time(self, today: dt.date) -> bool:
        wish = self.wish
        return bool(self.status == "active" and wish and wish.last_on and wish.last_on < today)

    # What happens to it.

    def step(self, status: str, today: dt.date) -> None:
        self.status, self.stepped_on, self.expires_on = status, today, None

    def ask(self, status: str, today: dt.date) -> None:
        self.step(status, today)
        self.expires_on = last_day(today)
        self.put[status] += 1

    def take_places(self) -> None:
        self.unheard = self.takers
        for guide in self.takers:
            guide.taken += 1
            assert guide.taken <= guide.capacity, guide.name

    def hear_yes(self, guide: Guide, today: dt.date) -> None:
        """Note one guide's yes; when all have said it, the family is to be asked."""
        self.unheard = [other for other in self.unheard if other is not guide]
        if not self.unheard:
            self.step("guide_accepted", today)

    def close(self, status: str, today: dt.date) -> None:
        """Let go of the guides; a family that had one waits anew."""
        if self.status in HOLDS_PLACE:
            for guide in self.takers:
                guide.taken -= 1
        self.newcomer_on = None
        self.step(status, today)
        if self.family.status == "matched":
            self.family.status, self.family.waiting_since = "waiting", today

    def expire(self, today: dt.date) -> None:
        """Let time close what nobody answered: the match, or what somebody new was asked."""
        if self.expires_on and self.expires_on < today:
            self.close("expired", today)
        if self.newcomer_on and last_day(self.newcomer_on) < today:
            self.newcomer_on = None
            self.others.pop().taken -= 1

    def let_rest(self, guide: Guide, until: dt.date | None, *, elsewhere: bool) -> None:
        """Take a guide's last word about their break; one of before, or of elsewhere, is not cut."""
        was, was_until = self.breaks.setdefault(guide, (guide.status, guide.paused_until))
        if guide.status != "paused" or elsewhere:
            guide.rest(until)
            return
        guide.paused_until = until
        if was == "paused":
            guide.paused_until = max(was_until, until) if was_until and until else None

    def take_plan(self) -> None:
        """Let a plan take the place of what was said; one of several who would stop stops with it."""
        about_one = self.wish.what in ("stop", "pause", "too_much")
        if self.said and self.said.what == "stop" and len(self.present) > 1 and not about_one:
            self.leaving.append(self.said.guide)
        self.said = None

    def plan_contacts(self, today: dt.date) -> None:
        """Plan as the municipality does: what was missed is not heaped up, the last one stays."""
        known = {(one.kind, one.number) for one in self.contacts}
        settled = [one.on for one in self.contacts if one.on <= today]
        after = max([*settled, self.called_on])
        new = [one for one in self._wanted(today) if (one.kind, one.number) not in known]
        missed = [one for one in new if after < one.on < today]
        self.contacts += [*missed[-1:], *(one for one in new if one.on >= today)]

    def _wanted(self, today: dt.date) -> list[Contact]:
        start, end = self.started_on, months_later(self.started_on, self.months)
        questions = [
            Contact("did_you_meet", 1, start + days(21)),
            Contact("did_you_meet", 2, start + days(35)),
            Contact("mid_term", 1, start + days((end - start).days // 2)),
            Contact("end", self.months, end - days(14)),
        ]
        calls, after = [], 0
        while True:
            after += 7 if after < 28 else 14 if after < 91 else 28
            on = start + days(after)
            if on > max(end, today + days(35)):
                break
            calls.append(Contact("check_in", len(calls) + 1, on))
        spared = [
            call
            for call in calls
            if all(abs((call.on - question.on).days) > NEAR_DAYS for question in questions)
        ]
        return sorted([*questions, *spared], key=lambda one: (one.on, one.kind, one.number))

    def rests(self, today: dt.date) -> bool:
        """Whether they do not meet just now, for a while or because of what is missing."""
        is_alone = self.family.is_group and self._is_alone(today - days(1))
        return is_alone or not self.lacks_no_yes or all(g.status == "paused" for g in self.present)

    def send_questions(self, today: dt.date) -> None:
        if self.rests(today):
            return
        waiting = [
            one
            for one in sorted(self.contacts, key=lambda one: one.on)
            if one.kind in ASKED and one.on <= today and not (one.done or one.went_out)
        ]
        for missed in waiting[:-1]:
            missed.done = True
        for one in waiting[-1:]:
            one.went_out, one.asked, one.out_on = True, bool(self.family.email), today
            one.replies = {who: [] for who in ("family", *(g.name for g in self.present))}

    def answer(self, one: Contact, who: str, said: str, today: dt.date) -> None:
        """Note an answer beside what was said before, but nothing twice until staff have called."""
        replies = one.replies[who]
        if any(reply.said == said and not reply.handled for reply in replies):
            return
        replies.append(Reply(said, today))
        everything = [reply for each in one.replies.values() for reply in each]
        if all(each and each[-1].said == "fine" for each in one.replies.values()) and all(
            reply.handled or reply.said == "fine" for reply in everything
        ):
            one.done = True

    def call(self, sides: tuple[str, ...], again_on: dt.date | None, day: dt.date) -> None:
        """Note that staff have spoken with them, on that day or before: what came since waits."""
        is_latest = self.called_on <= day
        self.called_on = max(self.called_on, day)
        for one in self.contacts:
            for who, replies in one.replies.items():
                side = "family" if who == "family" else "guide"
                for reply in replies if side in sides else ():
                    reply.handled |= reply.on <= day
            soon = one.kind not in ASKED and one.on <= day + days(NEAR_DAYS)
            if one.kind != "end" and (one.on <= day or soon or (one.kind == "again" and is_latest)):
                one.done = True
        for worry in self.worries:
            worry.handled |= worry.side in sides and worry.on <= day
        if again_on and self.status == "active":
            number = 1 + sum(one.kind == "again" for one in self.contacts)
            self.contacts.append(Contact("again", number, again_on))


@dataclass(eq=False)
class Course:
    name: str
    starts_at: dt.datetime
    ends_at: dt.datetime
    on: dt.date
    places: int
    key: uuid.UUID | None = None
    booked: list[Guide] = field(default_factory=list)
    queue: list[Guide] = field(default_factory=list)
    ticked: set[Guide] = field(default_factory=set)
    called_off: bool = False
    queue_was_long: bool = False

    def fill(self, today: dt.date) -> None:
        """Let those who wait have what is free, until it begins."""
        ahead = self.on >= today and not self.called_off
        while ahead and self.queue and len(self.booked) < self.places:
            self.booked.append(self.queue.pop(0))

    def due(self, now: dt.datetime) -> Iterator[Due]:
        unsaid = [guide for guide in self.booked if guide not in self.ticked]
        if self.ends_at < now and unsaid and not self.called_off:
            yield Due("attendance", self.name, self.on)


@dataclass(eq=False)
class Move:
    name: str
    family: Family
    on: dt.date
    key: uuid.UUID | None = None
    closed: bool = False


@dataclass(eq=False)
class Bounce:
    """A letter that the mail server would not take."""

    name: str
    on: dt.date
    key: uuid.UUID
    handled: bool = False


@dataclass(eq=False)
class Fear:
    """Somebody whom a family fears, noted by the one who answers for the family."""

    family: Family
    email: str
    on: dt.date
    decided: bool = False


@dataclass(eq=False)
class Away:
    user: str
    substitute: str
    first: dt.date
    last: dt.date


@dataclass(eq=False)
class Books:
    """Everything that has happened in the municipality, and what follows from it."""

    guides: list[Guide] = field(default_factory=list)
    families: list[Family] = field(default_factory=list)
    pairs: list[Pair] = field(default_factory=list)
    courses: list[Course] = field(default_factory=list)
    moves: list[Move] = field(default_factory=list)
    worries: list[Worry] = field(default_factory=list)  # about no certain family
    bounces: list[Bounce] = field(default_factory=list)
    fears: list[Fear] = field(default_factory=list)
    duties: dict[tuple[str, str], str] = field(default_factory=dict)
    away: list[Away] = field(default_factory=list)
    declaration: int = 1  # the version that is signed now

    def due(self, now: dt.datetime, today: dt.date) -> set[Due]:
        """Return every line that must stand on the desk, and no other."""
        lines: list[Due] = []
        for guide in self.guides:
            lines += guide.due()
        for pair in self.pairs:
            lines += pair.due(today)
        taken = {pair.family for pair in self.pairs if pair.is_open}
        for family in self.families:
            if family.status == "waiting" and family not in taken:
                of_group = "find_group_guides" if family.approved else "approve_group"
                kind = of_group if family.is_group else "find_guide"
                lines.append(Due(kind, family.reference, family.waiting_since))
        for course in self.courses:
            lines += course.due(now)
        lines += [Due("transfer", move.name, move.on) for move in self.moves if not move.closed]
        lines += [
            Due("concern", worry.name, worry.on) for worry in self.worries if not worry.handled
        ]
        lines += [Due("failed_message", b.name, b.on) for b in self.bounces if not b.handled]
        for fear in self.fears:
            lines += self._turned_up(fear)
        return {self._with_doer(line, today) for line in lines}

    def _turned_up(self, fear: Fear) -> Iterator[Due]:
        """Yield that somebody whom a family fears has applied, for as long as nobody has looked."""
        for guide in self.guides:
            there = guide.email == fear.email and guide.status != "ended"
            if there and fear.family.takes_part and not fear.decided:
                on = max(fear.on, guide.applied_on)
                yield Due("possible_hit", fear.family.reference, on)

    def _with_doer(self, line: Due, today: dt.date) -> Due:
        doer = self.duties.get((line.kind, line.who), "")
        for away in self.away:
            if away.user == doer and away.first <= today <= away.last:
                return line._replace(doer=away.substitute, instead_of=doer)
        return line._replace(doer=doer)

    def morning(self, today: dt.date) -> None:
        """Let the daily work happen: what is due on this day or before it."""
        for pair in self.pairs:
            pair.expire(today)
        for move in self.moves:
            move.closed |= move.on + days(TELL_WITHIN_DAYS) < today
        for guide in self.guides:
            if guide.status == "paused" and guide.paused_until and guide.paused_until < today:
                guide.status, guide.paused_until = "ready", None
        for pair in self.pairs:
            if pair.has_met_for_the_last_time(today) and pair.wish.family_after and pair.wish.told:
                self.end(pair, today)
        for pair in self.pairs:
            if pair.meets:
                pair.plan_contacts(today)
                pair.send_questions(today)
        for course in self.courses:
            course.fill(today)

    def end(self, pair: Pair, today: dt.date) -> None:
        """End a pair as its wish says: the family waits on or leaves, the guide too."""
        wish = pair.wish
        waited = max(days(0), (pair.agreed_on or pair.started_on) - pair.family.waiting_since)
        pair.close("ended", today)
        if pair.family.takes_part:
            if wish.family_after != "waits":
                pair.family.leave(today)
            elif wish.what in ("another_family", "stop", "another_guide", "never_met"):
                pair.family.waiting_since -= waited
        if wish.what == "stop":
            self.let_go(wish.guide if wish.guide in pair.takers else pair.lead, today)
        for guide in pair.leaving:
            self.let_go(guide, today)

    def let_go(self, guide: Guide, today: dt.date) -> None:
        """End a guide's part; one who has another family stays for that one."""
        if guide.status == "ended":
            return
        if guide.taken:
            guide.rest(None)
            return
        guide.status, guide.paused_until = "ended", None
        if guide.partner:
            guide.partner.partner = guide.partner = None
        for course in self.courses:
            course.queue = [other for other in course.queue if other is not guide]
            if guide in course.booked and guide not in course.ticked:
                course.booked.remove(guide)
        for pair in self.pairs:
            pair.backups = [other for other in pair.backups if other is not guide]

    # Questions of the script.

    def is_free(self, guide: Guide) -> bool:
        held = sum(pair.status == "proposed" and guide in pair.takers for pair in self.pairs)
        return (
            guide.status == "ready"
            and not guide.lacks()
            and guide.capacity - guide.taken - held > 0
        )

    def have_met(self, guide: Guide, family: Family) -> bool:
        return any(
            pair.family is family and guide in (*pair.takers, *pair.backups) for pair in self.pairs
        )
