"""A year, day by day: who comes, who answers what, who falls ill. The same for the same seed."""

import datetime as dt
import heapq
import os
import random
from collections.abc import Callable

from app.courses.models import CourseSession
from app.courses.services import CourseInput, CoursePages, call_off_course, plan_course
from app.duties.models import Absence
from app.duties.services import Away as AwayInput
from app.duties.services import end_absence, note_absence
from app.guides.models import Guide as GuideRow
from app.guides.services import coupling
from app.guides.services.declarations import NewVersion, publish_declaration
from app.matches.models import GuideKind
from app.matches.services import Arrangement, arrange_guides
from app.oslo import OSLO
from tests.year.office import Office
from tests.year.oracle import Away, Books, Bounce, Course, Guide, Pair, days
from tests.year.people import People
from tests.year.town import ADDRESSES, HOME, MAIN, SECOND, Town

FIRST, LAST = dt.date(2030, 1, 7), dt.date(2031, 1, 10)
FULL = bool(os.environ.get("FULL"))
APPLICANTS, FAMILIES = (120, 80) if FULL else (70, 40)
YOUNG, PLAIN_YOUNG = 20, 33  # applicants of 16 and 17: by their number
OF_GROUP = (18, 19, 21, 22, YOUNG)  # they will meet the group of minors
COUPLE = (8, 9)
SILENT_LETTERBOXES = ("guide027@post.example", "guide061@post.example", "family012@home.example")
# The worker stands still: four days over the night in which the clocks change, and four in June.
STOPS = ((dt.date(2030, 3, 29), dt.date(2030, 4, 1)), (dt.date(2030, 6, 11), dt.date(2030, 6, 14)))
TWICE = frozenset({dt.date(2030, 2, 13), dt.date(2030, 4, 2), dt.date(2030, 10, 27)})
NO_POST = (dt.date(2030, 9, 10), dt.date(2030, 9, 11))  # the mail server turns everything away
ILL = (dt.date(2030, 3, 25), dt.date(2030, 4, 12), dt.date(2030, 4, 9))  # first, last, back on
HOLIDAY = (dt.date(2030, 7, 8), dt.date(2030, 7, 26))
NEW_TEXT = dt.date(2030, 9, 16)  # everybody signs anew
GUIDE_ILL = dt.date(2030, 5, 14)
YES_TAKEN_BACK = dt.date(2030, 4, 30)  # of the child welfare service, for the group


COURSES = CoursePages(
    own=f"{HOME}/my-page/courses", by_link=lambda token: f"{HOME}/status/{token}/courses"
)


class Year:
    def __init__(self, town: Town, books: Books, seed: int) -> None:
        self.town, self.books = town, books
        self.seed, self.rng = seed, random.Random(seed)  # noqa: S311
        self.people = People(town, books, self.rng)
        self.office = Office(town, books, self.rng)
        self.agenda: list[tuple[dt.date, int, Callable[[], None]]] = []
        self.noted = 0
        self.absence: Absence | None = None
        self.seen: set[str] = set()  # what kinds of lines have stood on the desk
        self.stepped_in = False
        self.town.post.no_such |= set(SILENT_LETTERBOXES)
        self._write_calendar()

    def later(self, on: dt.date, what: Callable[[], None]) -> None:
        self.noted += 1
        heapq.heappush(self.agenda, (on, self.noted, what))

    def in_days(self, least: int, most: int, what: Callable[[], None]) -> None:
        self.later(self.town.today + days(self.rng.randint(least, most)), what)

    def _write_calendar(self) -> None:
        """Write down what comes whatever happens."""
        on = FIRST + days(PLAIN_YOUNG * 320 // APPLICANTS)  # the day on which they apply
        self.later(on, lambda: self._family_is_afraid(5, of=PLAIN_YOUNG))
        for number in range(APPLICANTS):
            on = FIRST + days(number * 320 // APPLICANTS)
            if number in OF_GROUP:
                on = FIRST + days(8 + OF_GROUP.index(number))  # few at once: sign-up is limited
            self.later(on, lambda number=number: self._somebody_applies(number))
        for number in range(FAMILIES):
            on = FIRST + days(15 + number * 290 // FAMILIES)
            self.later(on, lambda number=number: self._family_comes(number))
        for month in range(1, 13):
            first = dt.date(2030, month, 1)
            self.later(max(FIRST, first), lambda month=month: self._plan_course(month))
        on = dt.date(2030, 2, 4)
        self.later(on, lambda: self.people.approve_group(self.people.register_group()))
        self.later(ILL[0], lambda: self._away(MAIN, SECOND, ILL[0], ILL[1]))
        self.later(ILL[2], self._back_at_work)
        self.later(HOLIDAY[0], lambda: self._away(MAIN, SECOND, *HOLIDAY))
        self.later(NEW_TEXT, self._publish_text)
        self.later(GUIDE_ILL, self._guide_falls_ill)
        self.later(YES_TAKEN_BACK, self._yes_is_taken_back)
        self.later(dt.date(2030, 8, 20), lambda: self._mend(SILENT_LETTERBOXES[0]))
        self.later(dt.date(2030, 11, 5), self._call_course_off)
        self.later(dt.date(2030, 3, 4), self._link_couple)

    # Every day.

    def people_act(self) -> None:
        """Let everybody do what they do today, and note what life brings."""
        self._read_post()
        while self.agenda and self.agenda[0][0] <= self.town.today:
            heapq.heappop(self.agenda)[2]()
        for pair in self.books.pairs:
            if pair.meets:
                self._pair_lives(pair)
        for guide in self.books.guides:
            if guide.status in ("contacted", "interviewed") and not guide.schooled:
                self._seek_course(guide)
            if guide.for_group and guide.status == "ready" and not guide.certificate:
                self.office.see_certificate(guide)
            on_the_way = guide.status in ("applied", "contacted", "interviewed")
            on_the_way = on_the_way and not guide.for_group  # the group needs them
            if on_the_way and guide.status_link and self.rng.random() < 0.002:
                self.people.withdraw_application(guide)
        for family in self.books.families:
            if family.takes_part and not family.is_group and self.rng.random() < 0.0007:
                self.people.leave(family)

    def work(self) -> None:
        """Let whoever is at work do what the desk shows; nobody is there at weekends."""
        today = self.town.today
        lines = self.books.due(self.town.now, today)
        self.seen |= {line.kind for line in lines}
        if today.weekday() > 4:
            return
        away = {one.user for one in self.books.away if one.first <= today <= one.last}
        self._assign(sorted(line for line in lines if line.kind != "possible_hit"))
        lines = self.books.due(self.town.now, today)
        for who in (MAIN, SECOND):
            second_works = MAIN in away or today.weekday() in (1, 3)
            if who in away or (who == SECOND and not second_works):
                continue
            self.office.who = who
            self.office.clear_desk(lines)
            lines = self.books.due(self.town.now, today)

    def _assign(self, lines: list) -> None:
        self.office.who = SECOND
        if lines and self.rng.random() < 0.25:
            to = self.rng.choice((MAIN, SECOND, None))
            self.office.hand_over(self.rng.choice(lines), to)

    # Letters.

    def _read_post(self) -> None:
        for key, to, on in self.town.post.bounced:
            name = f"letter {len(self.books.bounces) + 1} to {to}"
            self.books.bounces.append(Bounce(name, on, key))
            self.town.names[key] = name
        self.town.post.bounced.clear()
        for to, page, token in self.town.new_letters():
            if react := self._reaction(to, page, token):
                react()

    def _reaction(self, to: str, page: str, token: str) -> Callable[[], None] | None:
        guide = next((one for one in self.books.guides if one.email == to), None)
        family = next((one for one in self.books.families if one.email == to), None)
        if page == "/status/" and guide:
            guide.status_link = token
        elif page == "/family/" and family:
            family.page_link = token
        elif page == "/declarations/":
            guide.declaration_link = token
            if self.rng.random() < 0.1:
                return None  # never gets round to it
            return lambda: self.in_days(0, 9, lambda: self._sign(guide, token))
        elif page == "/answers/":
            return lambda: self._think_about(guide, token)
        elif page == "/how-is-it/":
            return lambda: self._hear_question(guide, token)
        elif page == "/how-it-was/" and self.rng.random() < 0.7:
            return lambda: self.in_days(0, 9, self._telling_how_it_was(guide, token))
        return None

    def _telling_how_it_was(self, guide: Guide | None, token: str) -> Callable[[], None]:
        """Return the answer; who ends their part meanwhile, of another match, has no link left."""
        left_with_it = guide is not None and guide.status == "ended"

        def tell() -> None:
            if guide is None or left_with_it or guide.status != "ended":
                self.people.tell_end(token, guide)

        return tell

    def _sign(self, guide: Guide, token: str) -> None:
        if not guide.signed:  # on paper, at the office
            self.people.sign_declaration(guide, token)

    def _think_about(self, guide: Guide | None, token: str) -> None:
        pair = self.pair(self.town.about(token)[0])
        link = token, pair.put["guide_asked" if guide else "family_asked"]
        chance = self.rng.random()
        if chance < 0.06:
            return  # no answer at all
        # One group in a year: where one of its four said no, it often met nobody.
        says = "no" if chance < 0.18 and not pair.family.is_group else "yes"
        self.in_days(0, 4, lambda: self._answer(pair, guide, says, link))

    def _answer(self, pair: Pair, guide: Guide | None, says: str, link: tuple[str, int]) -> None:
        newcomer = pair.newcomer_on is not None
        reason = self.people.answer_question(pair, link, guide, says=says)
        if reason == "closed":
            return
        if newcomer:
            self.office.newcomer_answered(pair, guide, reason if says == "no" else None)
        elif says == "no":
            self.office.refused(pair, guide, reason)
        elif guide:
            pair.hear_yes(guide, self.town.today)
        else:
            self.office.agreed(pair)

    def pair(self, name: str) -> Pair:
        return next(pair for pair in self.books.pairs if pair.name == name)

    def _hear_question(self, guide, token: str) -> None:
        who = guide.name if guide else "family"
        name, kind, number = self.town.about(token)
        pair = self.pair(name)
        contact = next(one for one in pair.contacts if (one.kind, one.number) == (kind, number))
        wanted = ["fine"] * 70 + ["not_meeting"] * 8 + ["talk"] * 5 + ["worried"] * 3
        for _time in range(1 if self.rng.random() < 0.9 else 2):
            said = self.rng.choice(wanted + [""] * 14)
            if said:
                self.in_days(0, 6, lambda said=said: self._tell(pair, contact, token, who, said))

    def _tell(self, pair: Pair, contact, token: str, who: str, said: str) -> None:
        guides = {guide.name for guide in pair.present}
        if pair.meets and who in {"family", *guides}:
            self.people.tell(pair, contact, token, who=who, said=said)

    # Life.

    def _somebody_applies(self, number: int) -> None:
        young = number in (YOUNG, PLAIN_YOUNG)
        capacity = 2 if number % 9 == 0 and not young else 1
        guide = self.people.sign_up(number, young=young, capacity=capacity)
        guide.for_group = number in OF_GROUP

    def _family_comes(self, number: int) -> None:
        self.people.register_family(number, by_mail=number % 3 != 0)

    def _family_is_afraid(self, number: int, of: int) -> None:
        """Let this family fear somebody, or the next one that has not left by then."""
        here = [one for one in self.books.families if one.takes_part and not one.is_group]
        family = next(one for one in here if one.reference >= f"F-{number:03}")
        self.office.note_fear(family, f"guide{of:03}@post.example")

    def _seek_course(self, guide: Guide) -> None:
        if any(guide in (*one.booked, *one.queue) for one in self._ahead()):
            return
        wanted = [one for one in self._ahead() if guide.status_link and self.rng.random() < 0.4]
        if wanted:
            course = wanted[0]
            self.people.book(guide, course)
            if self.rng.random() < 0.12:
                self.in_days(1, 6, lambda: self._give_up(guide, course))

    def _give_up(self, guide: Guide, course: Course) -> None:
        there = guide in (*course.booked, *course.queue)
        if there and course in self._ahead() and guide.status != "ended":
            self.people.give_up(guide, course)

    def _ahead(self) -> list[Course]:
        return [
            one
            for one in self.books.courses
            if one.starts_at > self.town.now and not one.called_off
        ]

    def _pair_lives(self, pair: Pair) -> None:
        """Meet, or not; now and then something changes for good."""
        if pair.met_on < pair.started_on and self.rng.random() < 0.12 and not pair.contacts:
            pair.quiet = True  # these never write down that they met
        if not pair.quiet and self.rng.random() < 0.09 and pair.lacks_no_yes:
            self.people.log_meeting(pair)
        chance = self.rng.random()
        may_change = pair.wish is None or pair.wish.what in ("pause", "too_much")
        if may_change and pair.newcomer_on is None:
            if chance < 0.0035:
                wishes = ("pause", "too_much", "stop", "another_family", "family_moved")
                self.people.say_wish(pair, self.rng.choice((*wishes, "completed")))
                return
            if chance < 0.0045:
                self._staff_hear_of_move(pair)
                return
        if 0.0045 < chance < 0.0055:
            self.people.worry(self.rng.choice(pair.present))

    def _staff_hear_of_move(self, pair: Pair) -> None:
        if self.town.today.weekday() < 5:
            self.office.who = SECOND
            last_on = self.town.today + days(self.rng.randint(1, 10))
            self.office.move(pair, last_on, told=self.rng.random() < 0.5)

    def _plan_course(self, month: int) -> None:
        on = dt.date(2030, month, 1) + days(20)
        starts_at, ends_at = (
            dt.datetime.combine(on, dt.time(hour), tzinfo=OSLO).astimezone(dt.UTC)
            for hour in (17, 20)
        )
        name = f"Course {month:02}"
        course = Course(name, starts_at, ends_at, on, places=7)
        with self.town.at_work() as session:
            told = CourseInput(name, "The library", starts_at, ends_at, course.places)
            row = plan_course(
                session, self.town.staff(SECOND), told, once_token=name, now=self.town.now
            )
            course.key = row.id
        self.town.names[course.key] = name
        self.books.courses.append(course)

    def _call_course_off(self) -> None:
        course = next(one for one in self._ahead() if one.name == "Course 11")
        with self.town.at_work() as session:
            call_off_course(
                session,
                self.town.staff(SECOND),
                session.get_one(CourseSession, course.key),
                pages=COURSES,
                now=self.town.now,
            )
        course.called_off = True

    def _away(self, who: str, stands_in: str, first: dt.date, last: dt.date) -> None:
        with self.town.at_work() as session:
            told = AwayInput(self.town.users[who], self.town.users[stands_in], first, last)
            self.absence = note_absence(session, self.town.staff(SECOND), told, now=self.town.now)
        self.books.away.append(Away(who, stands_in, first, last))

    def _back_at_work(self) -> None:
        with self.town.at_work() as session:
            row = session.get_one(Absence, self.absence.id)
            end_absence(session, self.town.staff(MAIN), row, now=self.town.now)
        self.books.away[-1].last = self.town.today - days(1)

    def _publish_text(self) -> None:
        """Publish a new declaration, which everybody has to sign anew."""
        text = NewVersion(
            text_nb="Ny tekst.", text_nn="Ny tekst.", text_en="A new text.", asked_anew=True
        )
        with self.town.at_work() as session:
            publish_declaration(session, self.town.staff(MAIN), text, after=1, now=self.town.now)
        self.books.declaration = 2
        for guide in self.books.guides:
            guide.signed = False

    def _mend(self, address: str) -> None:
        self.town.post.no_such.discard(address)

    def _link_couple(self) -> None:
        """Let two guides who are ready take families together from now on."""
        ready = [
            guide
            for guide in self.books.guides
            if self.books.is_free(guide) and not guide.young and not guide.for_group
        ]
        if len(ready) < 2:
            self.in_days(3, 3, self._link_couple)
            return
        first, second = ready[:2]
        with self.town.at_work() as session:
            coupling.link_couple(
                session,
                self.town.staff(MAIN),
                session.get_one(GuideRow, first.key),
                session.get_one(GuideRow, second.key),
                today=self.town.today,
            )
        first.partner, second.partner, first.leads_couple = second, first, True

    def _yes_is_taken_back(self) -> None:
        """The child welfare service changes its mind about the group, once it is met."""
        running = [pair for pair in self.books.pairs if pair.meets and pair.family.is_group]
        if not running:
            self.later(self.town.today + days(1), self._yes_is_taken_back)
            return
        self.people.take_back_approval(running[0].family)

    def _guide_falls_ill(self) -> None:
        """A backup comes into a match, and later steps in for the one who leads it."""
        alone = [
            pair
            for pair in self.books.pairs
            if pair.meets and pair.wish is None and not (pair.others or pair.family.is_group)
        ]
        free = [
            guide
            for guide in self.books.guides
            if self.books.is_free(guide) and not guide.young and not guide.partner
        ]
        found = [
            (pair, guide)
            for pair in alone
            for guide in free
            if not self.books.have_met(guide, pair.family) and not guide.for_group
        ]
        if not found:
            self.in_days(3, 3, self._guide_falls_ill)
            return
        pair, guide = found[0]
        lead = {pair.lead: GuideKind.LEAD}
        self._arrange(pair, lead | {guide: GuideKind.BACKUP})
        pair.backups.append(guide)
        taken = {one.family for one in self.books.pairs if one.is_open}
        waiting = [
            family
            for family in self.books.families
            if family.status == "waiting" and family not in taken and not family.is_group
            if not self.books.have_met(guide, family)
        ]
        if waiting and guide.capacity == 1:  # is proposed to others at the same time
            self.office.propose(waiting[0], guide)
        self._arrange(pair, lead | {guide: GuideKind.CO})  # the backup is asked to step in
        pair.backups.remove(guide)
        pair.others.append(guide)
        guide.taken += 1
        pair.newcomer_on = self.town.today
        self.in_days(8, 8, lambda: self._guide_leaves(pair, guide))

    def _guide_leaves(self, pair: Pair, guide: Guide) -> None:
        """Let the one who is ill go, when the other has said yes; else look for somebody else."""
        if not pair.meets or pair.newcomer_on or guide not in pair.others:
            self._guide_falls_ill()
            return
        self._arrange(pair, {guide: GuideKind.LEAD})
        pair.lead.taken -= 1
        pair.lead, pair.others = guide, []
        self.stepped_in = True

    def _arrange(self, pair: Pair, parts: dict[Guide, GuideKind]) -> None:
        self.office.who = SECOND
        with self.office.at(pair) as (session, match):
            arrange_guides(
                session,
                self.office.actor,
                match,
                Arrangement(
                    {guide.key: kind for guide, kind in parts.items()},
                    family_yes_on=self.town.today,
                ),
                addresses=ADDRESSES,
                now=self.town.now,
            )
