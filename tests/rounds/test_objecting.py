"""'Not these two' holds wherever two are put together, and whoever is protected meanwhile is let be."""

import threading

import pytest
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from app import tenancy
from app.errors import Conflict
from app.families.models import Family
from app.matches.models import Match, MatchStatus
from app.matches.queries import get_family_to_match
from app.matches.services import PairVetoed, confirm_match, propose_match, proposing
from app.matches.services.protecting import protect_family
from app.rounds import services
from tests.cast import NOW, sign_in
from tests.matches.people import ADDRESSES, Steps, match_at
from tests.pages import post_page


@pytest.fixture
def vetoed(crowd):
    family, guide = crowd.families[0], crowd.guides[0]
    services.veto_pair(crowd.session, crowd.actor, family.id, guide.id, now=NOW)
    crowd.session.commit()
    return family, guide


def test_two_who_are_never_to_meet_are_not_proposed_by_hand(crowd, vetoed, asker, client):
    family, guide = vetoed
    sign_in(client, asker.coordinator)
    url = asker.url(f"/families/{family.id}/candidates/{guide.id}")
    page = post_page(client, f"{url}?lang=en", {}, status=409)
    assert "not these two" in page.select_one("main").text
    assert crowd.session.scalars(select(Match).where(Match.family_id == family.id)).all() == []


def test_a_no_to_the_pair_after_the_proposal_stops_the_question(crowd, asker):
    family, guide = crowd.families[0], crowd.guides[0]
    match = propose_match(crowd.session, crowd.actor, family, guide.id, now=NOW)
    crowd.session.add(
        services.objecting.RoundChoice(
            family_id=family.id,
            guide_id=guide.id,
            kind=services.objecting.ChoiceKind.VETO,
            chosen_at=NOW,
        )
    )
    crowd.session.flush()
    with pytest.raises(PairVetoed):
        confirm_match(crowd.session, crowd.actor, match, addresses=ADDRESSES, now=NOW)
    crowd.session.refresh(guide)
    assert (match.status, guide.places_taken) == (MatchStatus.PROPOSED, 0)


def test_a_family_that_becomes_protected_while_it_is_proposed_leaves_nothing(
    session, session_factory, asker, crowd, monkeypatch
):
    """A past match points at the family: its row stays, and would let the new match in."""
    Steps(session, asker).withdrawn(match_at(session, asker, MatchStatus.GUIDE_ASKED))
    session.commit()
    writing, refusals = proposing.proposal_record, []

    def protect() -> None:
        with session_factory() as other:
            tenancy.bind(other, asker.municipality.id)
            try:
                protect_family(other, crowd.actor, other.get(Family, asker.family.id), now=NOW)
                other.commit()
            except (Conflict, OperationalError) as refusal:
                refusals.append(refusal)

    protecting = threading.Thread(target=protect)

    def write_slowly(*told):
        protecting.start()
        protecting.join(1)
        return writing(*told)

    monkeypatch.setattr(proposing, "proposal_record", write_slowly)
    with session_factory() as own:
        tenancy.bind(own, asker.municipality.id)
        family = get_family_to_match(own, crowd.actor, asker.family.id)
        propose_match(own, crowd.actor, family, crowd.guides[0].id, note="near", now=NOW)
        own.commit()
    protecting.join()
    assert refusals == []
    session.expire_all()
    assert session.get(Family, asker.family.id).is_forgotten
    statuses = session.scalars(select(Match.status).where(Match.family_id == asker.family.id))
    assert set(statuses) == {MatchStatus.WITHDRAWN}
