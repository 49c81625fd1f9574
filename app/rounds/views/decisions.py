"""What a coordinator has decided about pairs, and what of it cannot be kept just now."""

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import gettext as _

from app.matches.forms import rule_words
from app.matching import explain_pair
from app.matching.pairs.rules import NEVER_OVERRIDDEN
from app.rounds.forms import Names
from app.rounds.models import ChoiceKind, RoundChoice
from app.rounds.queries import Situation, StoredPair
from app.web.templating import day


def decision_rows(
    choices: Sequence[RoundChoice], kind: ChoiceKind, names: Names, lapsed: Mapping[uuid.UUID, str]
) -> list[dict[str, Any]]:
    """Return the decisions of one kind whose people are here; `lapsed` has a reason by family."""
    return [
        {
            "family": names.families[choice.family_id],
            "guide": names.guides[choice.guide_id],
            "said": _said(choice),
            "lapsed": lapsed.get(choice.family_id, ""),
        }
        for choice in choices
        if choice.kind is kind
        and choice.family_id in names.families
        and choice.guide_id in names.guides
    ]


def lapsed_pins(
    choices: Sequence[RoundChoice], situation: Situation, pairs: Sequence[StoredPair]
) -> Mapping[uuid.UUID, str]:
    """Return why a pin cannot be kept just now, by its family; nothing about one that is."""
    lead_of = {other: lead for lead, other in situation.people.partners.items()}
    kept = {(pair.family_id, pair.guide_id) for pair in pairs if pair.pinned}
    told = {}
    for choice in choices:
        if choice.kind is ChoiceKind.PIN:
            guide_id = lead_of.get(choice.guide_id, choice.guide_id)
            is_kept = (choice.family_id, guide_id) in kept
            told[choice.family_id] = _why_not(
                situation, choice.family_id, guide_id, is_kept=is_kept
            )
    return told


def _why_not(
    situation: Situation, family_id: uuid.UUID, guide_id: uuid.UUID, *, is_kept: bool
) -> str:
    people = situation.people
    family = next((one for one in people.families if one.family_id == family_id), None)
    guide = next((one for one in people.guides if one.guide_id == guide_id), None)
    if family is None:
        return str(_("the family has a proposal already"))
    if guide is None:
        return str(_("the guide is not in the programme any more"))
    told = explain_pair(family, guide, people.travel, situation.config)
    rules = [rule for rule in told.failing if rule in NEVER_OVERRIDDEN]
    if rules:
        return "; ".join(word[:1].lower() + word[1:] for word in rule_words(rules))
    return "" if is_kept else str(_("all this guide's places are taken"))


def _said(choice: RoundChoice) -> str:
    if choice.by is None:
        return day(choice.chosen_at)
    return str(_("%(name)s, %(date)s", name=choice.by.name, date=day(choice.chosen_at)))
