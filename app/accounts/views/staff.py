import uuid

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts import queries, services
from app.accounts.confirming import confirmed_lately
from app.accounts.forms import InvitationForm, RolesForm
from app.accounts.guards import current_actor, requires
from app.accounts.looking import looked_at_list, looks_at
from app.accounts.models import RecordKind
from app.accounts.notices import notices
from app.accounts.services import recovery
from app.accounts.services.people import OwnRole
from app.accounts.views.blueprint import bp, by_mail
from app.permissions import Permission
from app.web.context import current_session, now


@bp.get("/<municipality>/staff")
@requires(Permission.STAFF_VIEW)
@looks_at(RecordKind.STAFF)
def staff() -> ResponseReturnValue:
    session = current_session()
    members = queries.list_staff(session)
    looked_at_list(RecordKind.STAFF, len(members))
    return render_template(
        "accounts/staff.html",
        members=members,
        may_agree=lambda invitation: invitation.invited_by_id != current_actor().user_id,
        invitations=queries.list_open_invitations(session, since=services.oldest_open(now())),
    )


@bp.route("/<municipality>/staff/invitations/new", methods=["GET", "POST"])
@requires(Permission.STAFF_INVITE)
@confirmed_lately
def staff_invite() -> ResponseReturnValue:
    form = InvitationForm()
    if form.validate_on_submit():
        try:
            invitation = services.invite_staff(
                current_session(),
                current_actor(),
                form.to_person(),
                form.to_roles(),
                by_mail=by_mail("accounts.invitation"),
                now=now(),
            )
        except services.AlreadyStaff:
            form.email.errors = [_("This person works here already. Change their roles instead.")]
        else:
            flash(_waits() if invitation.awaits_second else _("The invitation is sent."), "success")
            return redirect(url_for("accounts.staff"), 303)
    page = render_template("accounts/staff_invite.html", form=form)
    return page, 422 if form.is_submitted() else 200


@bp.post("/<municipality>/staff/invitations/<uuid:invitation_id>/agreement")
@requires(Permission.STAFF_INVITE)
@confirmed_lately
def staff_agree(invitation_id: uuid.UUID) -> ResponseReturnValue:
    """Agree to what another administrator has asked for."""
    invitation = queries.get_open_invitation(current_session(), invitation_id)
    services.confirm_invitation(
        current_session(),
        current_actor(),
        invitation,
        by_mail=by_mail("accounts.invitation"),
        now=now(),
    )
    flash(_("You have agreed to it. The person is told by e-mail."), "success")
    return redirect(url_for("accounts.staff"), 303)


@bp.post("/<municipality>/staff/invitations/<uuid:invitation_id>/withdrawal")
@requires(Permission.STAFF_INVITE)
@confirmed_lately
def staff_withdraw(invitation_id: uuid.UUID) -> ResponseReturnValue:
    invitation = queries.get_open_invitation(current_session(), invitation_id)
    services.withdraw_invitation(current_session(), current_actor(), invitation, now=now())
    flash(_("The invitation is withdrawn. Its link no longer works."), "success")
    return redirect(url_for("accounts.staff"), 303)


@bp.route("/<municipality>/staff/<uuid:user_id>", methods=["GET", "POST"])
@requires(Permission.STAFF_INVITE)
@confirmed_lately
@looks_at(RecordKind.STAFF, "user_id")
def staff_member(user_id: uuid.UUID) -> ResponseReturnValue:
    member = queries.get_staff_member(current_session(), user_id)
    form = RolesForm(held=member.roles, data={"roles": sorted(role.value for role in member.roles)})
    if form.validate_on_submit():
        try:
            waits = services.change_roles(
                current_session(),
                current_actor(),
                member.user,
                form.to_roles(),
                by_mail=notices(),
                now=now(),
            )
        except services.LastAdministrator:
            form.roles.errors = [_last_administrator()]
        except OwnRole:
            form.roles.errors = [
                _(
                    "You cannot give yourself a role. Another administrator can; if there is none,"
                    " invite somebody as administrator first, such as your leader."
                )
            ]
        else:
            flash(
                _waits() if waits else _("The roles are changed. The person must sign in again."),
                "success",
            )
            return redirect(url_for("accounts.staff"), 303)
    page = render_template("accounts/staff_member.html", form=form, member=member)
    return page, 422 if form.is_submitted() else 200


@bp.post("/<municipality>/staff/<uuid:user_id>/deactivation")
@requires(Permission.STAFF_INVITE)
@confirmed_lately
def staff_deactivate(user_id: uuid.UUID) -> ResponseReturnValue:
    member = queries.get_staff_member(current_session(), user_id)
    try:
        services.deactivate(
            current_session(), current_actor(), member.user, by_mail=notices(), now=now()
        )
    except services.LastAdministrator:
        flash(_last_administrator(), "error")
        return redirect(url_for("accounts.staff_member", user_id=user_id), 303)
    flash(_("The person no longer works here and is signed out."), "success")
    return redirect(url_for("accounts.staff"), 303)


@bp.post("/<municipality>/staff/<uuid:user_id>/code-app")
@requires(Permission.STAFF_INVITE)
@confirmed_lately
def staff_reset_app(user_id: uuid.UUID) -> ResponseReturnValue:
    """Let somebody who has lost telephone and printed codes set up an app again."""
    member = queries.get_staff_member(current_session(), user_id)
    recovery.reset_app(
        current_session(), current_actor(), member.user, by_mail=notices(), now=now()
    )
    flash(
        _("The person sets up a new code app at the next sign-in, after the password."), "success"
    )
    return redirect(url_for("accounts.staff_member", user_id=user_id), 303)


def _waits() -> str:
    return str(_("It waits until another administrator agrees. We have written to them."))


def _last_administrator() -> str:
    return str(_("Somebody must be administrator. Give another person that role first."))
