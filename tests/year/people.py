"""Residents and families: they sign up, read their letters and answer, as a browser would."""

import datetime as dt
import random

from sqlalchemy import select

from app.activities.models import ActivityKind, Mood
from app.activities.services import Meeting, log_activity
from app.endings import services as endings
from app.endings.models import EndWish
from app.families.models import ApprovalKind, ContactWay, GroupApproval, SettlementCategory
from app.families.models import Family as FamilyRow
from app.families.services import groups, leaving, registering
from app.follow_ups.services import raise_concern
from app.guides.models import Guide as GuideRow
from app.matches.models import Match
from app.vocabulary import AgeGroup, ChildAge, GenderWish, Interest, Rhythm
from tests.cast import EVENINGS
from tests.guides.answers import ABOUT, CONFIRM, LANGUAGES, TIME
from tests.year.oracle import Books, Contact, Course, Family, Guide, Pair, Wish, Worry, days
from tests.year.town import CASEWORKER, Town

REASONS = ("no_time", "too_far", "not_a_fit", "knows_the_other", "changed_situation", "")


class People:
    def __init__(self, town: Town, books: Books, rng: random.Random) -> None:
        self.town, self.books, self.rng = town, books, rng
        self.forms = 0

    @property
    def today(self) -> dt.date:
        return self.town.today

    def once(self) -> str:
        self.forms += 1
        return f"form of somebody {self.forms}"

    # Guides.

    def sign_up(self, number: int, *, young: bool = False, capacity: int = 1) -> Guide:
        """Fill in the four pages of the sign-up."""
        name, address = f"Guide {number:03}", f"guide{number:03}@post.example"
        name = "".join(" ABCDEFGHIJ"[int(c) + 1] if c.isdigit() else c for c in name)
        age = AgeGroup.FROM_16 if young else AgeGroup.FROM_30
        self.town.client = self.town.app.test_client()  # somebody else's browser
        about = ABOUT | {"name": name, "email": address, "age_group": age.value}
        free = TIME | {"capacity": str(capacity), "children_wish": "no_matter"}
        self.town.post_form("/sign-up/about-you", about)
        self.town.post_form("/sign-up/languages", LANGUAGES)
        self.town.post_form("/sign-up/time", free)
        self.town.post_form("/sign-up/confirm", CONFIRM)
        guide = Guide(name, address, young, self.today, capacity)
        with self.town.at_work() as session:
            row = session.scalars(select(GuideRow).where(GuideRow.email == address)).one()
            assert row.capacity == capacity
            guide.key = row.id
        self.town.names[guide.key] = name
        self.books.guides.append(guide)
        return guide

    def sign_declaration(self, guide: Guide, token: str) -> None:
        if guide.status == "ended" or token != guide.declaration_link:
            self.town.post_form(f"/declarations/{token}", {"name": guide.name}, status=404)
            return
        signature = {"name": guide.name, "version": str(self.books.declaration)}
        self.town.post_form(f"/declarations/{token}", signature)
        guide.signed = True

    def withdraw_application(self, guide: Guide) -> None:
        self.town.post_form(f"/status/{guide.status_link}/withdrawal", {"confirm": "y"})
        self.books.let_go(guide, self.today)

    def book(self, guide: Guide, course: Course) -> None:
        self.town.post_form(f"/status/{guide.status_link}/courses/{course.key}/booking", {})
        full = len(course.booked) >= course.places
        (course.queue if full else course.booked).append(guide)
        course.queue_was_long |= len(course.queue) > 1

    def give_up(self, guide: Guide, course: Course) -> None:
        address = f"/status/{guide.status_link}/courses/{course.key}/booking/withdrawal"
        self.town.post_form(address, {})
        for places in (course.booked, course.queue):
            if guide in places:
                places.remove(guide)
        course.fill(self.today)

    def log_meeting(self, pair: Pair) -> None:
        guide = self.rng.choice(pair.present)
        on = max(pair.started_on, self.today - days(self.rng.randint(0, 2)))
        with self.town.at_work() as session:
            meeting = Meeting(on, 120, ActivityKind.CHAT, Mood.GOOD)
            log_activity(
                session,
                self.town.guide(guide.user_key),
                session.get_one(Match, pair.key),
                meeting,
                once_token=self.once(),
                now=self.town.now,
            )
        pair.met_on = max(pair.met_on, on)

    def say_wish(self, pair: Pair, what: str) -> None:
        """Say as guide that a pause or an end is wished."""
        guide = self.rng.choice(pair.present)
        ends = what not in ("pause", "too_much")
        on = self.today + days(self.rng.randint(0, 12))
        rest = self.today + days(self.rng.randint(5, 40)) if what == "pause" else None
        with self.town.at_work() as session:
            endings.say_wish(
                session,
                self.town.guide(guide.user_key),
                session.get_one(Match, pair.key),
                endings.Wish(EndWish(what), on if ends else None, rest),
                now=self.town.now,
            )
        wish = pair.wish = Wish(what, "guide", self.today, guide)
        if ends:
            waits = what in ("stop", "another_family") and len(pair.takers) == 1
            wish.last_on, wish.family_after = on, "waits" if waits else None
        else:
            others = (one for one in self.books.pairs if one is not pair)
            elsewhere = any(one.status == "active" and guide in one.breaks for one in others)
            pair.let_rest(guide, rest, elsewhere=elsewhere)

    def worry(self, guide: Guide) -> None:
        """Ask to be called: about their family, where there is just one."""
        with self.town.at_work() as session:
            actor = self.town.guide(guide.user_key)
            row = raise_concern(session, actor, once_token=self.once(), now=self.town.now)
            key = row.id
        own = [
            pair for pair in self.books.pairs if pair.status == "active" and guide in pair.present
        ]
        if len(own) == 1:
            own[0].worries.append(Worry("guide", self.today))
            return
        name = f"worry {len(self.books.worries) + 1} of {guide.name}"
        self.books.worries.append(Worry("guide", self.today, name=name, key=key))
        self.town.names[key] = name

    # Families.

    def register_family(self, number: int, *, by_mail: bool) -> Family:
        reference = f"F-{number:03}"
        address = f"family{number:03}@home.example" if by_mail else ""
        family = Family(reference, address, self.today)
        told = registering.Registration(
            contact=self._contact(f"Amal{'abcdefghij'[number % 10]} Omar", address),
            household=registering.Household(
                reference=reference,
                size=4,
                children={ChildAge.SCHOOL: 2},
                languages=(registering.Speech("ti", 4, 4), registering.Speech("no", 1, 1)),
                neighbourhood_id=self.town.centre,
                settled_on=self.today - days(20),
                category=SettlementCategory.ASYLUM,
                counts_against_quota=True,
            ),
            wishes=registering.Wishes(
                must_share_language=False,
                wants_norwegian_practice=True,
                interpreter_needed=False,
                availability=EVENINGS,
                rhythm=Rhythm.FORTNIGHTLY,
                max_travel_minutes=None,
                interests=frozenset({Interest.COOKING}),
                occupation=None,
                gender_wish=GenderWish.NONE,
                age_wish=None,
                no_pets=False,
                priority=number % 3,
                note="",
            ),
            consent=self._consent(),
        )
        with self.town.at_work() as session:
            row = registering.register_family(
                session,
                self.town.staff(CASEWORKER),
                told,
                once_token=self.once(),
                now=self.town.now,
            )
            self._keep(family, row)
        return family

    def register_group(self) -> Family:
        """Register four young people who are here without their parents."""
        group = Family("G-1", "", self.today, is_group=True)
        told = groups.GroupRegistration(
            reference=group.reference,
            contact=self._contact("Berit Moe", ""),
            young={ChildAge.TEEN: 4},
            languages=(registering.Speech("ti", 4, 4),),
            interpreter_needed=False,
            neighbourhood_id=self.town.centre,
            availability=EVENINGS,
            interests=frozenset({Interest.COOKING}),
            consent=self._consent(),
        )
        with self.town.at_work() as session:
            actor, now = self.town.staff(CASEWORKER), self.town.now
            row = groups.register_group(session, actor, told, once_token=self.once(), now=now)
            self._keep(group, row)
        return group

    def take_back_approval(self, group: Family) -> None:
        """Let the child welfare service change its mind."""
        with self.town.at_work() as session:
            row = session.get_one(FamilyRow, group.key)
            given = select(GroupApproval.id).where(GroupApproval.kind == ApprovalKind.CHILD_WELFARE)
            approval = session.scalars(given).one()
            staff = self.town.staff(CASEWORKER)
            groups.take_back_approval(session, staff, row, approval, today=self.today)
        group.approved = False

    def approve_group(self, group: Family) -> None:
        with self.town.at_work() as session:
            row = session.get_one(FamilyRow, group.key)
            for kind in ApprovalKind:
                said = groups.Approval(
                    kind=kind, name="Vera Verge", role="Verge", covers=4, given_on=self.today
                )
                groups.note_approval(
                    session,
                    self.town.staff(CASEWORKER),
                    row,
                    said,
                    once_token=self.once(),
                    now=self.town.now,
                )
        group.approved = True

    def leave(self, family: Family) -> None:
        """Leave the programme: on the family's own page, or by telling staff."""
        if family.page_link:
            self.town.post_form(f"/family/{family.page_link}/withdrawal", {"confirm": "y"})
        else:
            with self.town.at_work() as session:
                row, actor = session.get_one(FamilyRow, family.key), self.town.staff(CASEWORKER)
                leaving.withdraw_family(session, actor, row, now=self.town.now)
        family.leave(self.today)

    # Answers to letters.

    def answer_question(
        self, pair: Pair, link: tuple[str, int], guide: Guide | None, *, says: str
    ) -> str:
        """Answer as guide or, where there is none, as family; return the reason for a no."""
        token, number = link
        status = "guide_asked" if guide else "family_asked"
        asked = pair.status == status and pair.put[status] == number
        asked = asked and pair.expires_on >= self.today and (not guide or guide in pair.unheard)
        joins = pair.newcomer_on and guide is pair.others[-1] and pair.status == "active"
        reason = self.rng.choice(REASONS)
        said = {"answer": says, "reason": reason if says == "no" else ""}
        gone = not pair.family.takes_part and says == "yes" and (joins or not guide)
        status = 404 if not (asked or joins) else 409 if gone else 303
        self.town.post_form(f"/answers/{token}", said, status=status)
        return reason or "no_reason" if status == 303 else "closed"

    def tell(self, pair: Pair, contact: Contact, token: str, *, who: str, said: str) -> None:
        """Answer how it is going; whoever is worried asks for a call instead."""
        if said == "worried":
            path = f"/how-is-it/{token}/concern"
            self.town.post_form(path, {"once_token": self.once().replace(" ", "-")})
            side = "family" if who == "family" else "guide"
            pair.worries.append(Worry(side, self.today))
            return
        self.town.post_form(f"/how-is-it/{token}", {"reply": said})
        pair.answer(contact, who, said, self.today)

    def tell_end(self, token: str, guide: Guide | None) -> None:
        """Tap how it was; a guide says whether to be asked again, and is taken at that word."""
        taps = {"went_well": "yes", "met_enough": "partly"}
        again = self.rng.choice(("now", "later", "no_more", "")) if guide else ""
        if guide and again and guide.status != "ended":
            taps["again"] = again
        self.town.post_form(f"/how-it-was/{token}", taps)
        if "again" not in taps:
            return
        if again == "now" and guide.status == "paused":
            guide.status, guide.paused_until = "ready", None
        elif again == "later":
            guide.rest(self.today + days(60))
        elif again == "no_more":
            self.books.let_go(guide, self.today)

    # Parts of a registration.

    def _keep(self, family: Family, row: FamilyRow) -> None:
        family.key = row.id
        self.town.names[row.id] = family.reference
        self.books.families.append(family)

    def _contact(self, name: str, address: str) -> registering.Contact:
        way = ContactWay.EMAIL if address else ContactWay.PHONE
        return registering.Contact(
            name=name, gender=None, way=way, phone="+4790000303", email=address, locale="nb"
        )

    def _consent(self) -> registering.Consent:
        return registering.Consent(
            informed_by="Caseworker", informed_on=self.today, consented_on=self.today
        )
