"""Every form that takes facts about people says who sees them."""

import re
from pathlib import Path

import pytest

TEMPLATES = Path("templates")
FIELD = re.compile(r"forms\.(text|textarea|radios|checkboxes|select|date|number)\(")
LINE = "sight.who_sees("
# Parts of a page that says it, or pages whose forms tell of no guide, family, match or colleague.
ELSEWHERE = {
    "families/fields_consent.html": "families/new.html",
    "families/fields_staff.html": "families/new.html",
    "families/fields_when.html": "families/new.html",
    "families/fields_who.html": "families/new.html",
    "guides/terms_fields.html": "guides/edit.html",
    "guides/next_step.html": "guides/show.html",
    "guides/step_by_hand.html": "guides/steps.html",
    "guides/step_guardians.html": "guides/steps.html",
    "matches/next_step.html": "matches/show.html",
    "matches/start.html": "matches/show.html",
}
ABOUT_NOBODY = {
    "certificates/demands.html",  # what a municipality demands
    "courses/form.html",
    "follow_ups/rules.html",
    "guides/declaration_settings.html",
    "guides/pipeline.html",
    "matches/meeting_place.html",
    "matches/meeting_places.html",
    "municipalities/settings.html",
    "places/edit.html",
    "places/way.html",
    "privacy/retention.html",
    "reports/simulation.html",
    "settlement/new.html",
}
SAYS_IT_OTHERWISE = {
    "certificates/of_guide.html",  # chooses what a guide is asked for
    "duties/assignment.html",  # chooses among colleagues
    "for_families/how_it_was.html",  # in the family's language, above the questions
    "for_families/parts.html",
    "no_contact/show.html",  # marks that nobody can read
    "privacy/copy.html",
    "privacy/people.html",  # looks somebody up
    "privacy/request.html",
    "protected/choice.html",
    "protected/form.html",
    "protected/show.html",
}
OWN_KEYS = "accounts"  # passwords, codes and one's own choices
COLLEAGUES = {"accounts/staff_invite.html", "accounts/staff_member.html"}


def with_fields() -> list[str]:
    found = (path.relative_to(TEMPLATES) for path in sorted(TEMPLATES.rglob("*.html")))
    return [
        path.as_posix()
        for path in found
        if path.parts[0] != "components"
        and FIELD.search((TEMPLATES / path).read_text("utf-8"))
        and (path.parts[0] != OWN_KEYS or path.as_posix() in COLLEAGUES)
    ]


@pytest.mark.parametrize("template", with_fields())
def test_a_form_about_people_says_who_sees_it(template):
    if template in ABOUT_NOBODY | SAYS_IT_OTHERWISE:
        return
    source = (TEMPLATES / ELSEWHERE.get(template, template)).read_text("utf-8")
    assert LINE in source


def test_the_lists_name_what_is_there():
    assert set(ELSEWHERE) | ABOUT_NOBODY | SAYS_IT_OTHERWISE | COLLEAGUES <= set(with_fields())
