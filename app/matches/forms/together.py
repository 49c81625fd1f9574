"""Who meets whom, chosen by hand: the form for a group, the form of a match's guides."""

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import LazyString, ngettext
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField, RadioField, SelectField, SelectMultipleField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Optional

from app.guides.models import Guide, GuideStatus
from app.matches.forms.explanations import rule_words
from app.matches.forms.told import guide_languages
from app.matches.models import GuideChange, GuideKind, Match
from app.matches.queries.helpers import KeptOut
from app.matches.services import Arrangement, GroupChoice, Lack, LackCode
from app.web.fields import DayField
from app.web.forms import BaseForm
from app.web.templating import day
from app.wording import label, register

LEAVES = "leaves"
BESIDE_LEAD = (1, 2)
NUMBER_IN_GROUP = _l("Two or three guides meet a group, never one alone.")
_NOT_LISTED = _l("Choose from the list.")
register(
    GuideKind,
    {
        GuideKind.LEAD: _l("Meets them, and gets the letters"),
        GuideKind.CO: _l("Meets them together with somebody"),
        GuideKind.BACKUP: _l("Backup: steps in when somebody cannot"),
    },
)
_LACKS: Mapping[LackCode, LazyString] = {
    LackCode.UNDER_18: _l("%(name)s is under 18 and meets groups only."),
    LackCode.NO_ADULT_IN_HOUSEHOLD: _l(
        "There is no adult in this household. Young people without parents are met in groups."
    ),
    LackCode.NO_ADULT_GUIDE: _l("At least one of the guides must be 18 or older."),
    LackCode.CERTIFICATE: _l("%(name)s has not shown a police certificate for meeting minors."),
    LackCode.GUARDIANS_OF_GUIDE: _l("The guardians of %(name)s have not said yes."),
}
# Where no name may stand, or none is known.
_LACKS_OF_SOMEBODY: Mapping[LackCode, LazyString] = {
    LackCode.UNDER_18: _l("A guide who is under 18 meets groups only."),
    LackCode.CERTIFICATE: _l(
        "One of the guides has not shown a police certificate for meeting minors."
    ),
    LackCode.GUARDIANS_OF_GUIDE: _l("The guardians of one of the guides have not said yes."),
}


def lack_words(
    lacking: Sequence[Lack],
    names: Mapping[uuid.UUID, str] | None = None,
    *,
    group: bool = True,
) -> list[str]:
    """Return what keeps guides and a family apart, sentence by sentence."""
    return list(dict.fromkeys(_lack(lack, names or {}, group) for lack in lacking))


def _lack(lack: Lack, names: Mapping[uuid.UUID, str], group: bool) -> str:
    if lack.code is LackCode.NUMBER_OF_GUIDES:
        if group:
            return str(NUMBER_IN_GROUP)
        return str(_("One guide meets the family, and a match has three guides at most."))
    if lack.code is LackCode.GUARDIANS:
        return str(
            ngettext(
                "A guardian's yes is missing for %(num)s young person.",
                "A guardian's yes is missing for %(num)s young people.",
                lack.number,
            )
        )
    if lack.code is LackCode.CHILD_WELFARE:
        return str(
            ngettext(
                "The child welfare service's yes is missing for %(num)s young person.",
                "The child welfare service's yes is missing for %(num)s young people.",
                lack.number,
            )
        )
    if who := names.get(lack.guide_id) if lack.guide_id else None:
        return str(_LACKS[lack.code]) % {"name": who}
    return str(_LACKS_OF_SOMEBODY.get(lack.code) or _LACKS[lack.code])


def away_words(lacking: Sequence[Lack], match: Match) -> list[str]:
    """Return who has a break, where there are too few guides: for staff, who are to call."""
    if LackCode.NUMBER_OF_GUIDES not in {lack.code for lack in lacking}:
        return []
    return [
        _(
            "%(name)s has a break until %(date)s.",
            name=row.guide.name,
            date=day(row.guide.paused_until),
        )
        if row.guide.paused_until
        else _("%(name)s has a break, until they say that they are back.", name=row.guide.name)
        for row in match.guides
        if row.takes_part and row.guide.status is GuideStatus.PAUSED
    ]


def change_words(change: GuideChange) -> str:
    """Return what a change of guides was, by name, in one sentence."""
    name = change.guide.name
    if change.after is None:
        if change.never_said_yes:
            return str(_("%(name)s did not come in", name=name))
        return str(_("%(name)s left", name=name))
    if change.family_yes_on:
        return str(_("%(name)s was asked to come in", name=name))
    words = {
        GuideKind.LEAD: _("%(name)s gets the letters from now on", name=name),
        GuideKind.CO: _("%(name)s meets them together with somebody", name=name),
        GuideKind.BACKUP: _("%(name)s is backup from now on", name=name),
    }
    return str(words[change.after])


class GroupGuidesForm(BaseForm):
    """Two or three guides for a group."""

    lead = RadioField(
        _l("Who gets the letters?"),
        invalid_choice_message=_NOT_LISTED,
        validators=[DataRequired(_l("Choose who gets the letters."))],
    )
    others = SelectMultipleField(
        _l("Who comes along? One or two"), invalid_choice_message=_NOT_LISTED
    )
    all_agree = BooleanField(
        _l("I have talked to each of them, and they want to"),
        validators=[DataRequired(_l("Talk to each of them first."))],
    )

    def offer(self, guides: Sequence[Guide]) -> None:
        """Set whom one can choose."""
        choices = [SelectChoice(str(guide.id), about(guide)) for guide in guides]
        self.lead.choices = choices
        self.others.choices = choices

    def validate(self, extra_validators: Any = None) -> bool:
        valid: bool = super().validate(extra_validators)
        beside = set(self.others.data or ()) - {self.lead.data}
        if not self.lead.errors and not self.others.errors and len(beside) not in BESIDE_LEAD:
            self.others.errors = [NUMBER_IN_GROUP]
            return False
        return valid

    def to_choice(self) -> GroupChoice:
        others = frozenset(uuid.UUID(value) for value in self.others.data)
        return GroupChoice(uuid.UUID(self.lead.data), others)


class GuidesForm(BaseForm):
    """Who takes which part in a match, and who comes in. Made by `guides_form`."""

    seen = HiddenField()  # who took which part when the page was drawn
    newcomer = SelectField(
        _l("Does somebody come in?"), default="", invalid_choice_message=_NOT_LISTED
    )
    newcomers_part = SelectField(
        _l("As what?"),
        choices=lambda: [SelectChoice(kind.value, label(kind)) for kind in GuideKind],
        default=GuideKind.CO.value,
        invalid_choice_message=_NOT_LISTED,
    )
    family_yes_on = DayField(
        _l("When did the family say yes to somebody new?"),
        description=_l("Only where somebody comes into a match that runs, also from backup."),
        validators=[Optional()],
    )
    all_agree = BooleanField(
        _l("I have talked to everybody whom this concerns, and they want it"),
        description=_l("The guides, and the family or the adult who answers for a group."),
        validators=[DataRequired(_l("Talk to them first."))],
    )
    rows: tuple[str, ...] = ()  # names of the fields of those who are in it

    def validate(self, extra_validators: Any = None) -> bool:
        valid: bool = super().validate(extra_validators)
        if valid and list(self._parts().values()).count(GuideKind.LEAD) != 1:
            self.refuse_lead(str(_("One guide, and only one, gets the letters.")))
            return False
        return valid

    def refuse_lead(self, words: str) -> None:
        """Say at each who would lead that it cannot be; at the first where nobody would."""
        fields = [self[name] for name in self.rows]
        if self.newcomer.data:
            fields.append(self.newcomers_part)
        leading = [field for field in fields if field.data == GuideKind.LEAD]
        for field in leading or fields[:1]:
            field.errors = [words]

    def _parts(self) -> dict[uuid.UUID, GuideKind]:
        parts = {
            uuid.UUID(name.removeprefix("part_")): GuideKind(self[name].data)
            for name in self.rows
            if self[name].data != LEAVES
        }
        if self.newcomer.data:
            parts[uuid.UUID(self.newcomer.data)] = GuideKind(self.newcomers_part.data)
        return parts

    def is_current(self, match: Match) -> bool:
        """Return whether the same guides are in it as when the page was drawn."""
        return _read(self.seen.data or "") == {row.guide_id: row.kind for row in match.guides}

    def to_arrangement(self) -> Arrangement:
        return Arrangement(self._parts(), _read(self.seen.data or ""), self.family_yes_on.data)


def guides_form(match: Match, guides: Sequence[Guide], **options: Any) -> GuidesForm:
    """Return the form with one question for each guide in the match, and whom one can add."""
    fields: dict[str, Any] = {}
    for row in match.guides:
        fields[f"part_{row.guide_id.hex}"] = SelectField(
            row.guide.name,
            choices=[
                *[SelectChoice(kind.value, label(kind)) for kind in GuideKind],
                SelectChoice(LEAVES, _("Leaves this match")),
            ],
            default=row.kind.value,
            invalid_choice_message=_NOT_LISTED,
        )
    made = type("GuidesOfMatch", (GuidesForm,), fields | {"rows": tuple(fields)})
    form: GuidesForm = made(**options)
    form.newcomer.choices = [
        SelectChoice("", _("Nobody")),
        *[SelectChoice(str(guide.id), about(guide)) for guide in guides],
    ]
    if match.family.is_group:
        form.family_yes_on.label.text = _("When did the group's adult say yes to somebody new?")
    if not form.seen.data:
        form.seen.data = ",".join(f"{row.guide_id.hex}:{row.kind}" for row in match.guides)
    return form


def about(guide: Guide) -> str:
    """Return what one chooses a guide by: name, age, languages and neighbourhood."""
    place = guide.neighbourhood.name if guide.neighbourhood else ""
    about_them = (str(label(guide.age_group)), guide_languages(guide), place)
    return f"{guide.name} – {', '.join(part for part in about_them if part)}"


def kept_out_words(kept_out: Sequence[KeptOut]) -> list[tuple[str, str]]:
    """Return who cannot be chosen, and why."""
    oneself = _("That is you: a colleague has to choose you.")
    return [
        (one.guide.name, "; ".join(rule_words(one.rules)) if one.rules else oneself)
        for one in kept_out
    ]


def _read(seen: str) -> dict[uuid.UUID, GuideKind] | None:
    """Return who took which part when the page was drawn; {} for what nobody could have seen."""
    parts: dict[uuid.UUID, GuideKind] = {}
    for entry in filter(None, seen.split(",")):
        key, _colon, kind = entry.partition(":")
        try:
            parts[uuid.UUID(key)] = GuideKind(kind)
        except ValueError:
            return {}
    return parts
