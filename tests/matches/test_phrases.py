"""Facts of the matching in words: every rule, term and reason has some."""

import pytest

from app.matches.forms.phrases import reason_phrase, term_phrase
from app.matching.types import ReasonCode, RuleCode, TermCode
from app.vocabulary import AgeGroup
from app.wording import label


@pytest.fixture(autouse=True)
def _in_english(flask_app):
    with flask_app.test_request_context("/?lang=en"):
        yield


@pytest.mark.parametrize(
    ("wish", "age", "told"),
    [
        (None, AgeGroup.FROM_30, "No wish"),
        (AgeGroup.FROM_30, AgeGroup.FROM_30, "30–44 years"),
        (AgeGroup.FROM_60, AgeGroup.FROM_30, "30–44 years, the family wishes for 60–74 years"),
    ],
)
def test_the_guides_age_beside_the_familys_wish(wish, age, told):
    facts = {"wish": wish, "age": age, "shared": age if wish is age else None}
    assert term_phrase(TermCode.AGE, facts) == told


def test_an_age_as_wished_is_said_without_the_age():
    said = reason_phrase(ReasonCode.AGE_AS_WISHED, {"age": AgeGroup.FROM_30})
    assert said == "Of the age the family wishes for"


@pytest.mark.parametrize("code", [*RuleCode, *TermCode])
def test_rules_and_terms_have_names_without_codes(code):
    assert str(label(code))
    assert "_" not in str(label(code))
