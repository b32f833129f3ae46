"""Routes of the server besides Streamlit's own: the session cookie and what the fast review form calls."""

from __future__ import annotations

from starlette.routing import BaseRoute, Route

from workbench.letters import FONT_PATH
from workbench.routes import columns, pictures, review, session
from workbench.routes.fonts import font
from workbench.routes.guard import guarded

__all__ = ["api_routes"]


def api_routes() -> list[BaseRoute]:
    """Every route; each is guarded by origin and session, but for the letters, which are anybody's."""
    get, post, everybody = ("GET", False, False), ("POST", True, False), ("POST", True, True)
    by_itself = (review.hold, review.release)
    table = (
        ("/api/session/keep", session.keep, everybody),
        ("/api/session/end", session.end, everybody),
        ("/api/review/next", review.next_entries, get),
        ("/api/review/entry/{entry}", review.one_entry, get),
        ("/api/review/shown", review.shown, post),
        ("/api/review/save", review.save, post),
        ("/api/review/undo", review.take_back, post),
        ("/api/review/check", review.check, post),
        ("/api/review/suggest/{entry}", review.suggest_values, get),
        ("/api/review/hold", review.hold, post),
        ("/api/review/release", review.release, post),
        ("/api/review/column", columns.next_fields, get),
        ("/api/review/column-save", columns.save, post),
        ("/api/review/page/{page}", pictures.page, get),
        ("/api/review/crop/{entry}/{column}", pictures.crop, get),
    )
    return [
        Route(FONT_PATH + "/{name}", font, methods=["GET"]),
        *(
            Route(
                path,
                guarded(handler, changes=changes, everybody=open_to_all, by_itself=handler in by_itself),
                methods=[method],
            )
            for path, handler, (method, changes, open_to_all) in table
        ),
    ]
