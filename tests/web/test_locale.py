import pytest

from tests.pages import get_page


@pytest.mark.parametrize(
    ("asked", "given"),
    [
        ("nb-NO,nb;q=0.9,en;q=0.5", "nb"),
        ("no-NO,no;q=0.9,en;q=0.8", "nb"),
        ("nb-NO,en;q=0.5", "nb"),
        ("nn-NO,nn;q=0.9", "nn"),
        ("en-GB,en;q=0.9,nb;q=0.5", "en"),
        ("uk,en;q=0.5", "en"),
        ("uk", "nb"),
        ("", "nb"),
        (";;;q=9", "nb"),
    ],
)
def test_the_browser_is_understood(client, asker, asked, given):
    page = get_page(client, "/asker/", headers={"Accept-Language": asked})
    assert page.html["lang"] == given


def test_a_choice_is_remembered(client, asker):
    assert get_page(client, "/asker/?lang=nn").html["lang"] == "nn"
    assert get_page(client, "/asker/", headers={"Accept-Language": "en"}).html["lang"] == "nn"


def test_a_language_that_is_not_there_changes_nothing(client, asker):
    assert get_page(client, "/asker/?lang=xx").html["lang"] == "nb"


def test_each_page_offers_itself_in_the_other_languages(client, asker):
    page = get_page(client, "/asker/")
    links = {a["lang"]: a["href"] for a in page.select("nav.languages a")}
    assert links == {"nb": "?lang=nb", "nn": "?lang=nn", "en": "?lang=en"}
