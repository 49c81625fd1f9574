"""Every view declares who may call it: `@requires(...)`, `@public` or `@signed_in`."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar, cast

from flask import Flask, g, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from app.accounts import many_looks, queries
from app.accounts.oidc import doors
from app.accounts.services.links import language_of_link
from app.errors import NotFound
from app.municipalities.routing import current_municipality
from app.permissions import Actor, Permission, ensure_may, may
from app.web.context import current_session
from app.web.locale import speak_as_written, speak_to_family

P = ParamSpec("P")
F = TypeVar("F", bound=Callable[..., object])
View = Callable[P, ResponseReturnValue]


def current_actor() -> Actor:
    """Return who acts in this request; only in a view that `requires` a permission."""
    return cast("Actor", g.actor)


def find_actor() -> Actor | None:
    """Return who acts in this municipality, or None for a stranger. For menus, not for guarding."""
    if not current_user.is_authenticated or "municipality" not in g:
        return None
    if "actor" not in g:
        place = g.municipality
        roles = queries.roles_of(current_session(), current_user.id, place.id)
        g.actor = Actor(
            current_user.id, place.id, roles if doors.opens(place.slug) else frozenset()
        )
    return cast("Actor", g.actor)


def visitor_may(permission: Permission) -> bool:
    """Return whether to offer something to whoever looks at the page."""
    actor = find_actor()
    return actor is not None and may(actor, permission)


def requires(permission: Permission) -> Callable[[View[P]], View[P]]:
    """Let in who holds the permission in this municipality; to others the page is not there."""

    def decorate(view: View[P]) -> View[P]:
        @wraps(view)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> ResponseReturnValue:
            if not current_user.is_authenticated:
                return _to_sign_in()
            if not doors.opens(current_municipality().slug):
                raise NotFound("by this sign-in")
            g.actor, g.pages_seen = _who_reads(view)
            ensure_may(g.actor, permission)
            return view(*args, **kwargs)

        guarded.access = permission  # type: ignore[attr-defined]
        return guarded

    return decorate


def _who_reads(view: Callable[..., object]) -> tuple[Actor, int]:
    """Return who acts, and how many pages of people they have opened, where the view shows one."""
    if getattr(view, "shows_a_person", False):
        return queries.get_reader(current_session(), current_user.id, since=many_looks.since())
    return queries.get_actor(current_session(), current_user.id), 0


def signed_in(view: View[P]) -> View[P]:
    """Let in anybody who is signed in: pages about one's own account, of no municipality."""

    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> ResponseReturnValue:
        return view(*args, **kwargs) if current_user.is_authenticated else _to_sign_in()

    guarded.access = "signed in"  # type: ignore[attr-defined]
    return guarded


def public(view: F) -> F:
    view.access = "public"  # type: ignore[attr-defined]
    return view


def by_letter(view: View[P]) -> View[P]:
    """Let a page that a link in a letter leads to speak the language of the letter.

    Around whatever answers: the page that says that the link is closed speaks it, too.
    """

    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> ResponseReturnValue:
        speak_as_written(language_of_link(current_session(), str(kwargs["token"])))
        return view(*args, **kwargs)

    return guarded


def while_open(view: Callable[[str], ResponseReturnValue]) -> Callable[[str], ResponseReturnValue]:
    """Tell whoever comes too late, or with a wrong link, whom to call instead."""

    @wraps(view)
    def guarded(token: str) -> ResponseReturnValue:
        try:
            return view(token)
        except NotFound:
            speak_to_family(language_of_link(current_session(), token))
            contact = current_municipality()
            page = render_template("for_families/how_is_it_closed.html", contact=contact)
            return make_response(page, 404)

    return guarded


def mark_public(app: Flask, *endpoints: str) -> None:
    """Open endpoints that a library made, such as `security.login`."""
    for endpoint in endpoints:
        app.view_functions[endpoint] = public(app.view_functions[endpoint])


def _to_sign_in() -> ResponseReturnValue:
    # Only a page that can be fetched again is worth coming back to.
    back = request.full_path.rstrip("?") if request.method == "GET" else None
    return redirect(url_for("accounts.sign_in", next=back), 303)
