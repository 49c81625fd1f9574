import uuid

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import format_date, get_locale
from flask_babel import gettext as _

from app.accounts.guards import current_actor, requires, visitor_may
from app.permissions import Permission
from app.settlement import queries, services
from app.settlement.forms import FigureForm
from app.settlement.models import FigureKind, SettlementFigure
from app.web.context import current_session, today
from app.web.transactions import reads_only

bp = Blueprint("settlement", __name__, url_prefix="/<municipality>/settlement")


@bp.get("")
@requires(Permission.SETTLEMENT_VIEW)
@reads_only
def show() -> ResponseReturnValue:
    return render_template(
        "settlement/show.html",
        years=queries.list_years(current_session(), current_actor()),
        kinds=list(FigureKind),
        when=_when,
        may_change=visitor_may(Permission.SETTLEMENT_CHANGE),
    )


@bp.get("/new")
@requires(Permission.SETTLEMENT_CHANGE)
@reads_only
def new() -> ResponseReturnValue:
    form = FigureForm(formdata=None, data={"year": today().year}, today=today())
    return render_template("settlement/new.html", form=form)


@bp.post("/new")
@requires(Permission.SETTLEMENT_CHANGE)
def add() -> ResponseReturnValue:
    form = FigureForm(today=today())
    if form.validate():
        try:
            services.add_figure(current_session(), current_actor(), form.to_figure())
        except services.FigureExists:
            form.dated_on.errors = [_("There is a figure of this kind on this date already.")]
        else:
            flash(_("The figure is added."), "success")
            return redirect(url_for("settlement.show"), 303)
    return render_template("settlement/new.html", form=form), 422


@bp.get("/<uuid:figure_id>/removal")
@requires(Permission.SETTLEMENT_CHANGE)
@reads_only
def removal(figure_id: uuid.UUID) -> ResponseReturnValue:
    figure = queries.get_figure(current_session(), current_actor(), figure_id)
    return render_template("settlement/removal.html", figure=figure, when=_when)


@bp.post("/<uuid:figure_id>/removal")
@requires(Permission.SETTLEMENT_CHANGE)
def remove(figure_id: uuid.UUID) -> ResponseReturnValue:
    figure = queries.get_figure(current_session(), current_actor(), figure_id)
    services.remove_figure(current_session(), current_actor(), figure)
    flash(_("The figure is removed."), "success")
    return redirect(url_for("settlement.show"), 303)


def _when(figure: SettlementFigure) -> str:
    """Return a figure's date with its year, or only the month where no more is known."""
    whole = "d MMMM y" if get_locale().language == "en" else "d. MMMM y"
    return str(format_date(figure.dated_on, "LLLL y" if figure.date_is_approximate else whole))
