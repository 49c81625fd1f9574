"""The form of a household filled in with anything: refused or registered, never broken.

`FULL=1` tries many more. The fuzz over all pages is in `tests/faults`.
"""

import os

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from app import tenancy
from app.families.models import Family
from app.vocabulary import find_personal_number
from tests.cast import sign_in
from tests.families.answers import answers
from tests.pages import check_page

EXAMPLES = 500 if os.environ.get("FULL") else 25
ODD = st.sampled_from(
    [
        "",
        "\u202e\u0645\u0631",
        "<script>x</script>",
        "{{7*7}}",
        "'; DROP TABLE family; --",
        "01019012345",
        "0" * 5000,
        "-1",
        "٤",
        "²",
        "2026-02-30",
        "ሰላም",
        "00000000-0000-0000-0000-000000000000",
    ]
)
ANYTHING = ODD | st.text(st.characters(exclude_categories=["Cs", "Cc"]))
CHANGES = st.dictionaries(
    st.sampled_from([name for name in answers() if name not in {"once_token", "address_status"}]),
    st.none() | ANYTHING,
    min_size=1,
    max_size=4,
)


@settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(changes=CHANGES)
def test_any_filling_is_refused_whole_or_registered_whole(client, session_factory, asker, changes):
    sign_in(client, asker.caseworker)
    before = families_in(session_factory, asker)
    token = f"token-of-try-number-{before}"
    changes = {"reference": f"Try {before}"} | changes
    response = client.post(asker.url("/families/new"), data=answers(**changes, once_token=token))
    after = families_in(session_factory, asker)
    if response.status_code == 303:
        assert after == before + 1
        shown = check_page(client.get(response.location), 200)
        assert not find_personal_number(shown.select_one("main").text)
    else:
        check_page(response, 422)
        assert after == before
        assert "<script>x" not in response.text


def families_in(session_factory, town):
    with session_factory() as session:
        tenancy.bind(session, town.municipality.id)
        return session.scalar(select(func.count(Family.id)))
