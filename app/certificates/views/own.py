"""A guide's own: the form for the police, from the status page or from my page."""

import uuid
from collections.abc import Sequence
from typing import NamedTuple

from flask import url_for
from flask.typing import ResponseReturnValue

from app.accounts.guards import by_letter, current_actor, public, requires
from app.certificates import queries, services
from app.certificates.models import CertificateTask, PoliceCertificate
from app.certificates.views.blueprint import bp
from app.certificates.views.showing import purpose_answer
from app.errors import NotFound
from app.guides.models import Guide
from app.guides.queries import find_guide_for_user
from app.guides.services import own_status
from app.permissions import Permission, ensure_may
from app.web.context import current_session, now
from app.web.papers import prints
from app.web.transactions import reads_only


class Wanted(NamedTuple):
    """What a guide is asked for, and where their form for the police is."""

    task: CertificateTask
    form_url: str  # none before the municipality has asked this guide


@bp.get("/status/<token>/certificates/<uuid:certificate_id>")
@public
@reads_only
@prints
@by_letter
def purpose_by_link(token: str, certificate_id: uuid.UUID) -> ResponseReturnValue:
    guide = own_status.open_status(current_session(), token, now=now())
    return _own(guide, certificate_id)


@bp.get("/my-page/certificates/<uuid:certificate_id>")
@requires(Permission.MY_PAGE_VIEW)
@reads_only
@prints
def my_purpose(certificate_id: uuid.UUID) -> ResponseReturnValue:
    actor = current_actor()
    guide = find_guide_for_user(current_session(), actor.user_id)
    if guide is None:
        raise NotFound(f"user {actor.user_id} is no guide")
    ensure_may(actor, Permission.MY_PAGE_VIEW, guide)
    return _own(guide, certificate_id)


@bp.app_template_global()
def certificates_wanted(guide: Guide, token: str = "") -> list[Wanted]:
    """Return what a guide is, or will be, asked for and has not shown, for the guide's own pages.

    What is asked of everybody is a step among those that remain, and not told twice.

    Args:
        guide: whose page it is.
        token: of the link that the page was opened by; none for somebody who is signed in.
    """
    return [
        Wanted(task, _form_url(asked, token) if asked else "")
        for task, asked in queries.list_lacking(current_session(), guide.id)
        if asked or task is not services.STEP_OF
    ]


@bp.app_template_global()
def certificates_lacking(guide: Guide) -> Sequence[queries.Lacking]:
    """Return what a guide has not shown, for the pages of staff; what is a step stands there."""
    lacking = queries.list_lacking(current_session(), guide.id)
    return [one for one in lacking if one.task is not services.STEP_OF]


@bp.app_template_global()
def certificate_tasks() -> frozenset[str]:
    """Return for what this municipality asks for a certificate, for those who think of joining."""
    demands = queries.list_demands(current_session())
    return frozenset(task.value for task, demand in demands.items() if demand.required)


def _form_url(certificate: PoliceCertificate, token: str) -> str:
    if token:
        return url_for("certificates.purpose_by_link", token=token, certificate_id=certificate.id)
    return url_for("certificates.my_purpose", certificate_id=certificate.id)


def _own(guide: Guide, certificate_id: uuid.UUID) -> ResponseReturnValue:
    certificate = queries.get_own_certificate(current_session(), guide.id, certificate_id)
    return purpose_answer(certificate)
