import pytest

from app.messages.letters import (
    LOCALES,
    TEMPLATES,
    Sender,
    UnfitValueError,
    UnknownTemplateError,
    locales_of,
    name_to_greet,
    subject_of,
    write_letter,
    write_sms,
)

SENDER = Sender("Asker", "Programme office", "66 00 00 00")
LINK = "https://guide.example/asker/status/marker-token"
EVERY_LETTER = [
    (template, locale) for template in sorted(TEMPLATES) for locale in sorted(locales_of(template))
]


def values_for(template: str, **changes: str) -> dict[str, str]:
    every = {"first_name": "Zelalem", "link": LINK, "municipality": "Asker"} | changes
    return {name: every.get(name, "7") for name in TEMPLATES[template]}


@pytest.mark.parametrize(("template", "locale"), EVERY_LETTER)
def test_every_letter_greets_links_and_signs_in_every_language(template, locale):
    letter = write_letter(template, locale, values_for(template), SENDER)

    assert letter.body.count(LINK) == 1
    assert "Zelalem!" in letter.body.splitlines()[0]
    assert "Programme office" in letter.body
    assert "66 00 00 00" in letter.body
    assert 'days="' not in letter.body and "%(" not in letter.body and "{{" not in letter.body
    assert "\n\n\n" not in letter.body


@pytest.mark.parametrize(("template", "locale"), EVERY_LETTER)
def test_subjects_are_one_line_that_tells_a_glancing_stranger_nothing(template, locale):
    letter = write_letter(template, locale, values_for(template), SENDER)

    assert letter.subject
    assert letter.subject.isprintable() and len(letter.subject) < 60
    for secret in ("Zelalem", LINK, "marker", "Asker", "Programme office"):
        assert secret not in letter.subject


@pytest.mark.parametrize("template", sorted(TEMPLATES))
def test_a_letter_is_the_same_but_for_its_values(template):
    """Nothing but what it was given stands in it: two people's letters differ there only."""
    mine = write_letter(template, "en", values_for(template), SENDER)
    theirs = write_letter(
        template, "en", values_for(template, first_name="Jo", link="https://x.example/2"), SENDER
    )

    assert mine.body.replace("Zelalem", "Jo").replace(LINK, "https://x.example/2") == theirs.body


def test_a_letter_is_never_html():
    letter = write_letter(
        "guide_ready", "en", values_for("guide_ready", first_name="O'Brien"), SENDER
    )

    assert "Hello O'Brien!" in letter.body


def test_a_digest_of_one_late_thing_does_not_count_it_among_itself():
    values = values_for("desk_digest", tasks="1", late="1")
    letter = write_letter("desk_digest", "en", values, SENDER)

    assert "1 thing waits" in letter.body and "It is late." in letter.body
    assert "of them" not in letter.body
    all_late = write_letter(
        "desk_digest", "en", values_for("desk_digest", tasks="3", late="3"), SENDER
    )
    assert "All of them are late." in all_late.body


def test_one_day_is_said_as_one_day():
    letter = write_letter("guide_asked", "en", values_for("guide_asked", days="1"), SENDER)

    assert "within 1 day." in letter.body


def test_a_contact_that_the_municipality_left_out_leaves_no_empty_line():
    letter = write_letter("match_agreed", "en", values_for("match_agreed"), Sender("Asker"))

    assert letter.body.endswith("Kind regards\nAsker municipality\n")


def test_unknown_letters_are_refused():
    with pytest.raises(UnknownTemplateError):
        write_letter("../layouts/base", "en", {}, SENDER)
    with pytest.raises(UnfitValueError):
        write_letter("login_link", "xx", values_for("login_link"), SENDER)


@pytest.mark.parametrize(
    "values",
    [
        {"first_name": "Kari"},
        {"first_name": "Kari", "link": LINK, "family": "Amal"},
        {"first_name": "Kari", "link": "javascript:alert(1)"},
        {"first_name": "Kari", "link": "https://x.example/ and more"},
        {"first_name": "Kari\r\nBcc: all@example.org", "link": LINK},
        {"first_name": "Kari\u2028Bcc", "link": LINK},
        {"first_name": "K" * 501, "link": LINK},
    ],
)
def test_missing_unasked_and_unfit_values_are_refused(values):
    with pytest.raises(UnfitValueError):
        write_letter("login_link", "en", values, SENDER)


@pytest.mark.parametrize(
    "name", ["Kari", "O'Brien", "O’Brien", "Anne-Marie", "J.", "محمد", "ሰላም", "می\u200cنا", "Đặng"]
)
def test_names_as_people_have_them_are_greeted(name):
    assert name_to_greet(name) == name


@pytest.mark.parametrize(
    "name",
    ["www.evil.example", "https://evil.example", "buy@now", "{{ 7 * 7 }}", "<b>x</b>", "K" * 41],
)
def test_a_stranger_cannot_send_advertisements_as_a_name(name):
    assert name_to_greet(name) == ""

    letter = write_letter(
        "sign_up_receipt", "en", values_for("sign_up_receipt", first_name=name), SENDER
    )

    assert letter.body.startswith("Hello!\n")
    assert name not in letter.body


@pytest.mark.parametrize(("template", "locale"), EVERY_LETTER)
def test_every_letter_fits_an_sms_that_greets_links_and_signs(template, locale):
    sms = write_sms(template, locale, values_for(template), SENDER)

    greeting, link, sender = sms.body.splitlines()
    assert "Zelalem!" in greeting and len(greeting) > len("Zelalem!") + 10
    assert link == LINK
    assert "Asker" in sender and "lyktningguide" not in sender, (
        "a locked screen tells of nobody's flight"
    )
    assert sender.endswith("66 00 00 00"), "where one may call and ask whether it is true"
    assert "Programme office" not in sms.body
    assert sms.subject == write_letter(template, locale, values_for(template), SENDER).subject


FAMILY_LETTERS = [template for template in sorted(TEMPLATES) if template.startswith("family_")]


@pytest.mark.parametrize("template", FAMILY_LETTERS)
def test_letters_to_families_are_whole_in_their_languages_and_say_who_translated(template):
    english = write_letter(template, "en", values_for(template), SENDER)
    for locale, words in {"uk": "машина", "ru": "машина", "ar": "آليًا"}.items():
        letter = write_letter(template, locale, values_for(template), SENDER)
        ours = set(english.body.split("\n\n")) & set(letter.body.split("\n\n"))
        assert ours == {LINK}, locale
        assert letter.subject != english.subject
        assert words in letter.body
    assert "machine" not in english.body


def test_letters_to_guides_are_in_our_three_languages():
    with pytest.raises(UnfitValueError):
        write_letter("guide_ready", "ar", values_for("guide_ready"), SENDER)


@pytest.mark.parametrize("template", sorted(TEMPLATES))
@pytest.mark.parametrize("locale", sorted(LOCALES))
def test_staff_are_told_what_a_letter_was_about_in_their_own_language(template, locale):
    letter = write_letter(template, locale, values_for(template), SENDER)

    assert subject_of(template, locale) == letter.subject
