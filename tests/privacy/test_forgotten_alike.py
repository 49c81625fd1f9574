"""What is left of a family does not tell why it is gone: asked for, or its address is protected."""

from collections import Counter

import pytest
import sqlalchemy as sa

from app.accounts.models import LinkKind, RecordKind
from app.accounts.services import issue_link
from app.activities.models import Activity, ActivityKind, Mood
from app.database import Base
from app.families.models import Family
from app.follow_ups.models import Concern, PairSide
from app.matches.models import OPEN, EndReason, Match, MatchEvent, MatchStatus
from app.matches.services import Ending, end_match, withdraw_match
from app.matches.services.protecting import protect_family
from app.messages.models import OutgoingMessage
from app.permissions import Role
from app.personal import Person
from app.privacy.models import Right, RightsRequest
from app.privacy.services.erasing import erase_person, note_archived
from tests import cast
from tests.cast import NOW, TODAY, sign_in
from tests.matches.people import ADDRESSES, match_at
from tests.pages import get_page
from tests.privacy.looks import make_look

SENT = {"id", "row_counts"}  # the receipt counts letters too


def protect(session, asker, family):
    protect_family(session, cast.actor(asker, Role.CASEWORKER), family, now=NOW)


def erase(session, asker, family):
    officer = cast.actor(asker, Role.PRIVACY_OFFICER)
    asked = {"once_token": "r", "asked_on": TODAY, "noted_at": NOW, "asks_for": Right.ERASURE}
    session.add(RightsRequest(person=Person.FAMILY, record_id=family.id, **asked))
    note_archived(session, officer, Person.FAMILY, family.id, now=NOW)
    erase_person(session, officer, Person.FAMILY, family.id, now=NOW)


def all_tables(session, leaving_out=None) -> dict[str, Counter[str]]:
    """Return every row of every table, as it is stored; a receipt without its own identifier."""
    session.flush()
    own = {"erased_record": {"id"}} | (leaving_out or {})
    return {
        table.name: Counter(
            repr([value for key, value in row.items() if key not in own.get(table.name, ())])
            for row in session.connection().execute(sa.select(table)).mappings()
        )
        for table in Base.metadata.sorted_tables
    }


def never_matched(session, asker) -> Family:
    return cast.make_family(session, asker, reference="F-2")


def was_matched(session, asker) -> Family:
    """A match that has ended, with all that hangs on one."""
    match = match_at(session, asker, MatchStatus.ENDED)
    met = {"done_on": TODAY, "duration_minutes": 90, "kind": ActivityKind.CHAT, "mood": Mood.GOOD}
    keys = {"match_id": match.id, "guide_id": asker.guide.id, "once_token": "a"}
    session.add(Activity(**keys, **met, logged_at=NOW, note="tea"))
    asked = {"raised_at": NOW, "once_token": "b", "side": PairSide.GUIDE}
    session.add(Concern(match_id=match.id, guide_id=asker.guide.id, **asked))
    town = asker.municipality.id
    issue_link(session, LinkKind.STATUS, match.family_id, municipality_id=town, now=NOW)
    return match.family


def has_left(session, asker) -> Family:
    family = was_matched(session, asker)
    family.withdraw(on=TODAY)
    return family


@pytest.mark.parametrize("history", [never_matched, was_matched, has_left])
def test_a_protected_family_leaves_what_an_erased_one_leaves(session, asker, history):
    family_id = history(session, asker).id
    session.commit()
    left = []
    for forget in (protect, erase):
        forget(session, asker, session.get(Family, family_id))
        left.append(all_tables(session))
        session.rollback()
    for table, rows in left[0].items():
        assert rows == left[1][table], table
    assert sum(left[0]["erased_record"].values()) == 1


def close_and_erase(session, asker, family):
    """End the match as the coordinator does, who has called both, and erase the family then."""
    match = session.scalars(sa.select(Match).where(Match.family_id == family.id)).one()
    coordinator = cast.actor(asker, Role.COORDINATOR)
    if match.status is MatchStatus.ACTIVE:
        ending = Ending(EndReason.OTHER, family_waits=True)
        end_match(session, coordinator, match, ending=ending, now=NOW)
    else:
        withdraw_match(session, coordinator, match, addresses=ADDRESSES, now=NOW)
    session.execute(sa.delete(OutgoingMessage))  # those of the steps, and to say that it is over
    session.execute(sa.update(MatchEvent).values(by_id=None))
    session.expire_all()
    erase(session, asker, family)


def protect_at_once(session, asker, family):
    protect(session, asker, family)
    session.execute(sa.update(MatchEvent).values(by_id=None))


@pytest.mark.parametrize("status", sorted(OPEN))
def test_an_open_match_leaves_what_one_that_was_closed_first_leaves(session, asker, status):
    """But for who closed it, and the letters that nobody gets."""
    family_id = match_at(session, asker, status).family_id
    session.commit()
    left = []
    for forget in (protect_at_once, close_and_erase):
        forget(session, asker, session.get(Family, family_id))
        left.append(all_tables(session, leaving_out={"match_event": {"id"}, "erased_record": SENT}))
        session.rollback()
    for table, rows in left[0].items():
        assert rows == left[1][table], table


def looked_at(session, asker) -> Family:
    """One whose match, whose guide and itself somebody opened, a day before it went."""
    family = was_matched(session, asker)
    match = session.scalars(sa.select(Match).where(Match.family_id == family.id)).one()
    for record, record_id in (
        (RecordKind.FAMILY, family.id),
        (RecordKind.MATCH, match.id),
        (RecordKind.GUIDE, asker.guide.id),
    ):
        make_look(session, asker, record=record, record_id=record_id)
        seen = {"user_id": asker.guide_user.id, "roles": frozenset({Role.GUIDE})}
        if record is RecordKind.MATCH:
            make_look(session, asker, record=record, record_id=record_id, **seen)
    return family


@pytest.mark.parametrize("forget", [protect, erase])
def test_who_looked_at_a_forgotten_family_leads_to_no_guide_of_then(session, asker, client, forget):
    family = looked_at(session, asker)
    session.commit()
    sign_in(client, asker.coordinator)
    url = asker.url(f"/data-protection/families/{family.id}/looks")
    assert "Kari Asker" in get_page(client, url).select_one("main").text
    forget(session, asker, family)
    session.commit()
    sign_in(client, asker.users[Role.PRIVACY_OFFICER])
    page = get_page(client, url).select_one("main")
    assert page.select("tbody tr")
    assert "Kari" not in page.text
    assert asker.guide_user.name not in page.text
    assert not page.select("[href*='/matches/']")


def test_the_access_log_leads_alike_to_both_and_so_do_the_receipts(session, asker, client):
    """A link that leads nowhere, or a word of who did it, would tell of which kind it was."""
    keys = []
    for forget in (protect, erase):
        family = cast.make_family(session, asker, reference=forget.__name__)
        make_look(session, asker, record_id=family.id)
        keys.append(family.id)
        forget(session, asker, family)
    session.commit()
    sign_in(client, asker.users[Role.PRIVACY_OFFICER])
    log = get_page(client, asker.url("/data-protection/looks"))
    told = []
    for key in keys:
        (link,) = log.select(f"main tbody a[href*='{key}']")
        page = get_page(client, link["href"]).select_one("main")
        told.append(str(page).replace(str(key), "").replace(key.hex[:8], ""))
    assert told[0] == told[1]
    receipts = get_page(client, asker.url("/data-protection/receipts")).select("tbody tr")
    lines = [[cell.text.strip() for cell in row.select("td")] for row in receipts]
    assert lines[0][:2] + lines[0][3:] == lines[1][:2] + lines[1][3:]


@pytest.mark.parametrize("forget", [erase, protect])
def test_who_was_last_at_a_forgotten_family_is_told_to_none_but_who_reads_the_whole_log(
    client, session, asker, forget
):
    """It would be the privacy officer, or somebody who has to do with families."""
    family = looked_at(session, asker)
    match = session.scalars(sa.select(Match).where(Match.family_id == family.id)).one()
    of_family = asker.url(f"/data-protection/families/{family.id}/looks")
    of_match = asker.url(f"/data-protection/matches/{match.id}/looks")
    key = match.id.hex[:8]
    forget(session, asker, family)
    session.commit()
    of_guide = asker.url(f"/data-protection/guides/{asker.guide.id}/looks")
    sign_in(client, asker.coordinator)
    assert [client.get(url).status_code for url in (of_family, of_match)] == [404, 404]
    assert key not in client.get(of_guide).text
    sign_in(client, asker.users[Role.PRIVACY_OFFICER])
    assert [client.get(url).status_code for url in (of_family, of_match)] == [200, 200]
    assert key in client.get(of_guide).text
