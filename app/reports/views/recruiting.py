import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from flask import g, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_babel import gettext as _

from app import languages, wording
from app.accounts.guards import current_actor, requires
from app.accounts.looking import looked_at_list, looks_at
from app.accounts.models import RecordKind
from app.matching.advice.recruits import RecruitGain
from app.permissions import Permission
from app.reports.forms import newcomers
from app.reports.queries.recruiting import Names, Outlook, get_outlook
from app.reports.views.blueprint import bp
from app.web.context import current_session, today

MOST_ROWS = 30
MOST_LOSSES = 5


@bp.get("/recruiting")
@requires(Permission.RECRUITING_VIEW)
@looks_at(RecordKind.FAMILY)
def recruiting() -> ResponseReturnValue:
    outlook = get_outlook(current_session(), current_actor(), today=today())
    names = outlook.names
    losses = [loss for loss in outlook.losses if loss.guide_id in names.guides]
    chosen = {"language": request.args.get("language", ""), "place": request.args.get("place", "")}
    rows = [row for row in outlook.found.gains if _is_chosen(row, chosen)]
    looked_at_list(RecordKind.FAMILY, len({row.family_id for row in (*outlook.found.plan, *rows)}))
    looked_at_list(RecordKind.GUIDE, len(losses[:MOST_LOSSES]))
    return render_template(
        "reports/recruiting.html",
        waiting=outlook.waiting,
        steps=[_row(gain, names) for gain in outlook.found.plan],
        usual=newcomers.person_words(outlook.usual, names.places),
        usual_effect=newcomers.effect_words(outlook.usual_gain),
        rows=[_row(gain, names) for gain in rows[:MOST_ROWS]],
        more=max(0, len(rows) - MOST_ROWS),
        chosen=chosen,
        choices=_choices(outlook, names),
        losses=[
            (names.guides[loss.guide_id], loss.guide_id, newcomers.loss_words(loss))
            for loss in losses[:MOST_LOSSES]
        ],
        more_losses=max(0, len(losses) - MOST_LOSSES),
        calls=newcomers.call_texts(
            outlook.call,
            municipality=g.municipality.name,
            address=url_for("municipalities.home", _external=True),
        ),
    )


def _is_chosen(gain: RecruitGain, chosen: Mapping[str, str]) -> bool:
    """Return whether a kind of person may speak the language and live in the place chosen."""
    language, place = chosen["language"], chosen["place"]
    fits_language = not language or gain.type.language in {None, language}
    home = gain.type.neighbourhood_id
    return fits_language and (not place or home is None or str(home) == place)


def _row(gain: RecruitGain, names: Names) -> dict[str, Any]:
    place = names.places.get(gain.type.neighbourhood_id) if gain.type.neighbourhood_id else None
    return {
        "person": newcomers.person_words(gain.type, names.places),
        "effect": newcomers.effect_words(gain),
        "language": newcomers.language_words(gain.type.language),
        "place": place or _("Anywhere"),
        "gender": wording.label(gain.type.gender) if gain.type.gender else _("Any"),
        "time": newcomers.time_words(gain.type.time),
        "family_id": gain.family_id,
        "family": names.families.get(gain.family_id, ""),
        "urgent": gain.priority >= newcomers.HIGHEST_PRIORITY,
        "score": gain.score,
    }


def _choices(outlook: Outlook, names: Names) -> dict[str, Sequence[tuple[str, str]]]:
    """Return the filters: languages and places that make a difference to somebody."""
    codes = {gain.type.language for gain in outlook.found.gains if gain.type.language}
    homes: set[uuid.UUID] = {
        gain.type.neighbourhood_id for gain in outlook.found.gains if gain.type.neighbourhood_id
    }
    spoken = [(code, newcomers.language_words(code)) for code in codes]
    lived_in = [(str(home), names.places[home]) for home in homes if home in names.places]
    return {
        "language": sorted(spoken, key=_by_name),
        "place": sorted(lived_in, key=_by_name),
    }


def _by_name(row: tuple[str, str]) -> str:
    return languages.sort_key(row[1], str(get_locale()))
