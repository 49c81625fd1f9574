"""Every field takes what docs/security/limits.md says, and not one sign or number more."""

from werkzeug.datastructures import MultiDict
from wtforms.validators import Length

from app.commands import security
from app.web.fields import WholeNumber
from app.web.forms import BaseForm


def all_fields():
    """Return every field of the site: what it is called, its name, and how it is made."""
    return [
        (f"{form.__module__}.{form.__name__}.{name}", name, made)
        for form in security.list_forms()
        for name, made in security.own_fields(form)
    ]


def alone(name, made, typed):
    """Return a form that has only this field, read from what was typed."""
    return type("Alone", (BaseForm,), {name: made})(MultiDict({name: typed}), meta={"csrf": False})


def is_refused_for_its_length(form, name):
    for check in form[name].validators:
        if isinstance(check, Length):
            try:
                check(form, form[name])
            except ValueError:
                return True
    return False


def test_a_field_takes_what_its_limit_says_and_nothing_more(one_app):
    limited = [(*each, most) for each in all_fields() if (most := security.longest(each[2]))]
    assert len(limited) > 50
    with one_app.test_request_context():
        for called, name, made, most in limited:
            assert not is_refused_for_its_length(alone(name, made, "å" * most), name), called
            form = alone(name, made, "å" * (most + 1))
            assert not form.validate(), called
            assert is_refused_for_its_length(form, name), called


def test_a_number_is_taken_within_its_bounds_and_not_beyond(one_app):
    numbers = [each for each in all_fields() if issubclass(each[2].field_class, WholeNumber)]
    assert len(numbers) > 30
    with one_app.test_request_context():
        for called, name, made in numbers:
            least, most = made.kwargs["least"], made.kwargs["most"]
            for number in (least, most):
                assert alone(name, made, str(number))[name].data == number, called
            for typed in (least - 1, most + 1, f"{most}0", f"{most}.5", "1e3", "9" * 30, "-0x1"):
                field = alone(name, made, str(typed))[name]
                assert field.data is None, (called, typed)
                assert field.process_errors, (called, typed)


def test_every_line_of_text_has_a_limit():
    """Or its form says why not: these are held against a list, a pattern or what is stored."""
    unlimited = {
        called.removeprefix("app.")
        for called, _name, made in all_fields()
        if made.field_class.__name__ in {"StringField", "TextAreaField", "EmailField"}
        and not security.longest(made)
    }
    assert unlimited <= HELD_OTHERWISE, unlimited - HELD_OTHERWISE


HELD_OTHERWISE = {
    "guides.forms.about.AboutForm.trap",  # whatever stands in it is thrown away
    "municipalities.forms.SettingsForm.accessibility_url",
    "municipalities.forms.SettingsForm.contact_email",
    "municipalities.forms.SettingsForm.privacy_contact",
    "municipalities.forms.SettingsForm.sms_sender",
}
