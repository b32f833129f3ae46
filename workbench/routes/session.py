"""The session cookie: set after a sign-in on the screen, taken away at sign-out."""

from __future__ import annotations

from starlette.responses import JSONResponse, Response

from workbench.routes.bodies import text
from workbench.routes.guard import COOKIE, Call
from workbench.services.errors import NotSignedIn
from workbench.services.sessions import context_of_session, sign_out

__all__ = ["end", "keep"]


def keep(call: Call) -> Response:
    """Put the session of a sign-in made on this page into the cookie, so that a reload stays signed in."""
    token = text(call.body["token"])
    context = context_of_session(call.context, token)
    if context is None:
        raise NotSignedIn
    response = JSONResponse({"account": context.who.name})
    response.set_cookie(
        COOKIE,
        token,
        max_age=round(context.settings.session_hours * 3600),
        httponly=True,
        samesite="strict",
        secure=call.request.url.scheme == "https",
        path="/",
    )
    return response


def end(call: Call) -> Response:
    """End the session of the cookie and take the cookie away."""
    if call.token:
        sign_out(call.context, call.token)
    response = JSONResponse({})
    response.delete_cookie(COOKIE, path="/", httponly=True, samesite="strict")
    return response
