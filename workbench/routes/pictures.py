"""Pictures for the review form: the straightened page, and single fields cut from it."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from starlette.responses import Response

from workbench.page_pictures import PagePictures
from workbench.routes.guard import Call
from workbench.services.context import Context
from workbench.services.page_source import PageSource, field_box, page_source

__all__ = ["crop", "field_picture", "page", "page_picture"]

_AN_HOUR = {"Cache-Control": "private, max-age=3600", "Content-Type": "image/jpeg"}
"""The address carries the reading's id, so a cached picture can never be another reading's."""


@lru_cache(maxsize=8)
def _pictures(folder: Path) -> PagePictures:
    return PagePictures(folder)


def page_picture(context: Context, source: PageSource) -> bytes:
    """JPEG of a straightened page, from the cache when it has been asked for before."""
    pictures = _pictures(context.settings.data_dir / "cache" / "pages")
    return pictures.page(source.key, source.scan, source.scan_index, source.reading, source.facing)


def page(call: Call) -> Response:
    """The page an entry stands on."""
    source = page_source(call.context, call.place("page"))
    return Response(page_picture(call.context, source), headers=_AN_HOUR)


def field_picture(context: Context, entry_id: int, column: str) -> bytes:
    """JPEG of one field of an entry."""
    page_id, box = field_box(context, entry_id, column)
    source = page_source(context, page_id)
    pictures = _pictures(context.settings.data_dir / "cache" / "pages")
    return pictures.crop(page_picture(context, source), box)


def crop(call: Call) -> Response:
    """One field of one entry."""
    column = str(call.request.path_params["column"])
    return Response(field_picture(call.context, call.place("entry"), column), headers=_AN_HOUR)
