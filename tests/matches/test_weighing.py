"""A municipality's own weights: whole, counted, and nobody else's."""

import threading
from dataclasses import asdict

import pytest
from sqlalchemy import select

from app import tenancy
from app.errors import NotPermitted
from app.matches import queries, services
from app.matches.models import MatchingSettings
from app.matches.queries.settings import DEFAULT_STABILITY, WEIGHT_NAMES
from app.matching import MatchingConfig, ScoringWeights
from app.permissions import Role
from tests import cast
from tests.cast import NOW, TODAY

EVEN = dict.fromkeys(WEIGHT_NAMES, 110) | {"burden": 120}


@pytest.fixture
def coordinator(asker):
    return cast.actor(asker, Role.COORDINATOR)


def weighing(**changes):
    values = {"weights": EVEN, "min_shared_slots": 2, "stability": 30} | changes
    return services.Weighing(**values)


def change(session, actor, **changes):
    return services.change_weights(session, actor, weighing(**changes), now=NOW)


def test_without_a_word_from_anybody_the_defaults_hold(session):
    settings = queries.settings_for(session)
    assert settings.config.weights == ScoringWeights()
    assert (settings.stability, settings.version) == (DEFAULT_STABILITY, 0)
    assert settings.config.min_shared_slots == MatchingConfig().min_shared_slots
    assert settings.config.closeness


def test_what_is_decided_holds_and_is_counted(session, asker, coordinator):
    row = change(session, coordinator)
    assert (row.version, row.changed_at, row.changed_by_id) == (1, NOW, coordinator.user_id)
    settings = queries.settings_for(session)
    assert settings.config.weights == ScoringWeights(**EVEN)
    assert (settings.config.min_shared_slots, settings.stability) == (2, 30)
    assert change(session, coordinator, stability=0).version == 2
    assert len(session.scalars(select(MatchingSettings)).all()) == 1


def test_every_change_of_a_weight_is_kept_with_who_made_it(session, asker, coordinator):
    change(session, coordinator)
    change(session, coordinator, stability=0)  # no weight is changed
    again = EVEN | {"age": 100, "burden": 130}
    change(session, coordinator, weights=again)
    latest, first = queries.list_weight_changes(session, coordinator)
    assert (first.before, first.after) == (asdict(ScoringWeights()), EVEN)
    assert (latest.before, latest.after, latest.version) == (EVEN, again, 3)
    assert (latest.at, latest.by.id) == (NOW, coordinator.user_id)


def test_the_neighbours_changes_are_not_listed(session, baerum_session, asker, baerum, coordinator):
    change(session, coordinator)
    assert len(queries.list_weight_changes(session, coordinator)) == 1
    session.commit()
    neighbour = cast.actor(baerum, Role.COORDINATOR)
    assert not queries.list_weight_changes(baerum_session, neighbour)


@pytest.mark.parametrize("role", [Role.GUIDE, Role.ADMINISTRATOR])
def test_whoever_may_not_see_replays_sees_no_changes(session, asker, role):
    with pytest.raises(NotPermitted):
        queries.list_weight_changes(session, cast.actor(asker, role))


def test_a_ranking_rests_on_the_municipalitys_own_weights(session, asker, coordinator):
    family = cast.make_family(session, asker, reference="Asker-2")
    before = queries.rank_for(session, coordinator, family, today=TODAY).candidates[0]
    change(session, coordinator)
    after = queries.rank_for(session, coordinator, family, today=TODAY).candidates[0]
    assert {t.max_points for t in after.terms} == {110, 120}
    assert before.score != after.score


def test_the_neighbours_weights_are_their_own(session, session_factory, asker, baerum, coordinator):
    change(session, coordinator)
    session.commit()
    with session_factory() as outside:
        tenancy.bind(outside, baerum.municipality.id)
        assert queries.settings_for(outside).version == 0


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        ({"weights": EVEN | {"age": -10, "burden": 240}}, "age"),
        ({"weights": {k: v for k, v in EVEN.items() if k != "waiting"}}, "waiting"),
        ({"weights": EVEN | {"nationality": 0}}, "nationality"),
        ({"min_shared_slots": 22}, "min_shared_slots"),
        ({"min_shared_slots": -1}, "min_shared_slots"),
        ({"stability": 1001}, "stability"),
    ],
)
def test_an_impossible_number_is_refused_by_name(session, coordinator, changes, name):
    with pytest.raises(services.WeightOutOfRange) as refusal:
        change(session, coordinator, **changes)
    assert refusal.value.name == name
    assert queries.find_settings(session) is None


def test_weights_that_do_not_sum_are_refused_with_their_sum(session, coordinator):
    with pytest.raises(services.WeightsDoNotSum) as refusal:
        change(session, coordinator, weights=EVEN | {"burden": 121})
    assert refusal.value.total == 1001


def test_an_old_page_does_not_undo_what_somebody_else_decided(session, coordinator):
    change(session, coordinator, seen_version=0)
    with pytest.raises(services.SettingsChangedMeanwhile):
        change(session, coordinator, stability=0, seen_version=0)
    assert queries.settings_for(session).stability == 30
    assert change(session, coordinator, seen_version=1).version == 2


@pytest.mark.parametrize("role", [Role.CASEWORKER, Role.MANAGER, Role.ADMINISTRATOR, Role.GUIDE])
def test_only_coordinators_weigh(session, asker, role):
    with pytest.raises(NotPermitted):
        change(session, cast.actor(asker, role))


def test_two_first_ones_at_once_leave_one(session_factory, asker, coordinator):
    barrier, refusals = threading.Barrier(4), []

    def press():
        with session_factory() as session:
            tenancy.bind(session, asker.municipality.id)
            barrier.wait()
            try:
                change(session, coordinator, seen_version=0)
                session.commit()
            except services.SettingsChangedMeanwhile as refusal:
                refusals.append(refusal)

    threads = [threading.Thread(target=press) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(refusals) == 3


def test_who_presses_while_another_change_is_being_kept_is_too_late(
    session, session_factory, asker, coordinator
):
    change(session, coordinator)
    session.commit()
    refusals = []

    def press():
        with session_factory() as other:
            tenancy.bind(other, asker.municipality.id)
            try:
                change(other, coordinator, stability=1, seen_version=1)
                other.commit()
            except services.SettingsChangedMeanwhile as refusal:
                refusals.append(refusal)

    change(session, coordinator, stability=2, seen_version=1)
    thread = threading.Thread(target=press)
    thread.start()
    thread.join(0.5)  # long enough for whoever does not wait
    session.commit()
    thread.join()
    assert len(refusals) == 1
    session.expire_all()
    assert (queries.settings_for(session).stability, queries.settings_for(session).version) == (
        2,
        2,
    )
