"""Where a guide reads the declaration of confidentiality and signs it, without an account."""

from collections.abc import Callable

from flask import Response, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_babel import gettext as _

from app.accounts.guards import by_letter, public
from app.errors import Conflict, NotFound
from app.guides.forms.pipeline import SignForm, paragraphs, remaining
from app.guides.models import Guide, StepCode, StepWay
from app.guides.queries.declarations import Text, current_text
from app.guides.queries.steps import missing_steps
from app.guides.services import declarations, own_status
from app.guides.views.blueprint import bp
from app.web.context import current_session, now, today
from app.web.locale import choose_language
from app.web.transactions import reads_only


@bp.get("/declarations/<token>")
@public
@reads_only
@by_letter
def declaration(token: str) -> ResponseReturnValue:
    try:
        _guide, text = declarations.open_declaration(current_session(), token, now=now())
    except NotFound:
        return _closed()
    return sign_page(text, url_for("guides.sign_declaration", token=token))


@bp.post("/declarations/<token>")
@public
@by_letter
def sign_declaration(token: str) -> ResponseReturnValue:
    session = current_session()
    try:
        guide, text = declarations.open_declaration(session, token, now=now())
        return signing(
            guide,
            text,
            url_for("guides.sign_declaration", token=token),
            lambda form: declarations.sign_by_link(
                session, token, form.to_signature(StepWay.LINK), now=now(), today=today()
            ),
            lambda: _signed_url(guide),
        )
    except NotFound:
        return _closed()


@bp.get("/declaration-signed")
@public
@reads_only
def declaration_signed() -> ResponseReturnValue:
    """Thank somebody whom we do not know on this page; the address says what remains for them."""
    codes = [code for code in StepCode if code.value in request.args.getlist("remains")]
    return render_template(
        "guides/declaration_signed.html", remaining=remaining(codes), remaining_for=None
    )


@bp.get("/status/<token>/declaration")
@public
@reads_only
@by_letter
def own_declaration(token: str) -> ResponseReturnValue:
    own_status.open_status(current_session(), token, now=now())
    text = current_text(current_session())
    return sign_page(text, url_for("guides.sign_own_declaration", token=token))


@bp.post("/status/<token>/declaration")
@public
@by_letter
def sign_own_declaration(token: str) -> ResponseReturnValue:
    session = current_session()
    guide = own_status.open_status(session, token, now=now())
    return signing(
        guide,
        current_text(session),
        url_for("guides.sign_own_declaration", token=token),
        lambda form: declarations.sign(
            session, guide, form.to_signature(StepWay.LINK), now=now(), today=today()
        ),
        lambda: url_for("guides.status", token=token),
    )


def sign_page(text: Text, action: str, form: SignForm | None = None) -> Response:
    """Draw the text with the place to sign. The address may be a secret: nobody else learns it."""
    refused = form is not None
    form = form or SignForm(formdata=None, data={"version": text.version})
    return make_response(
        render_template(
            "guides/declaration.html",
            parts=paragraphs(text.in_language(str(get_locale()))),
            action=action,
            form=form,
        ),
        422 if refused else 200,
    )


def signing(
    guide: Guide,
    text: Text,
    action: str,
    sign: Callable[[SignForm], object],
    after: Callable[[], str],
) -> ResponseReturnValue:
    """Take a signature, or draw the page again with what is wrong."""
    form = SignForm()
    form.known = guide.name
    if not form.validate():
        return sign_page(text, action, form)
    try:
        sign(form)
    except declarations.DeclarationChanged:
        form.version.data = str(text.version)
        form.form_errors.append(_("The text has just been changed. Please read it again."))
        return sign_page(text, action, form)
    except Conflict:
        return redirect(after(), 303)
    flash(_("Thank you! Your signature is kept."), "success")
    return redirect(after(), 303)


def _signed_url(guide: Guide) -> str:
    """Return where to thank a guide, with what is left to do: codes, and nothing about anybody."""
    missing = missing_steps(current_session(), [guide.id]).get(guide.id, ())
    left = [code.value for code in missing if code is not StepCode.DECLARATION]
    return url_for("guides.declaration_signed", remains=left, lang=choose_language())


def _closed() -> ResponseReturnValue:
    return render_template("guides/declaration_closed.html"), 404
