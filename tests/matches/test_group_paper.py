"""The agreement of a group of minors: of the group, and with a line for each guide."""

import pypdfium2
import pytest

from app.matches.models import GuideKind, Match, MatchGuide, MatchStatus
from tests import cast
from tests.matches.groups import make_group, make_group_guide


@pytest.fixture
def pages(client, session, asker, flask_app):
    group = make_group(session, asker)
    guides = [make_group_guide(session, asker, name) for name in ("Ada Ask", "Bo Bjerk")]
    match = Match(
        family=group,
        status=MatchStatus.ACTIVE,
        proposed_at=cast.NOW,
        asked_on=cast.NOW.date(),
        agreed_on=cast.NOW.date(),
        started_on=cast.NOW.date(),
        guides=[
            MatchGuide(guide=guides[0], kind=GuideKind.LEAD),
            MatchGuide(guide=guides[1], kind=GuideKind.CO),
        ],
    )
    session.add(match)
    session.commit()
    cast.sign_in(client, asker.coordinator)
    answer = client.get(asker.url(f"/matches/{match.id}/agreement.pdf"))
    with pypdfium2.PdfDocument(answer.data) as document:
        return [page.get_textpage().get_text_bounded() for page in document]


def test_the_paper_speaks_of_the_group_and_each_guide_signs(pages):
    words = " ".join(" ".join(pages).split())
    assert "familien" not in words.lower() and "Foreldre" not in words
    assert "gruppa" in words and "Berit Miljø" in words
    assert words.count("Underskrift fra guiden (") == 2
    assert "(Ada)" in words and "(Bo)" in words


def test_signatures_never_stand_alone_on_a_page(pages):
    (last,) = [page for page in pages if "Underskrift" in page]
    assert "112" in last
