"""The files of the bundled font: the same for everybody, signed in or not."""

from __future__ import annotations

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse

from workbench.letters import FONT_FILES

__all__ = ["font"]

_A_YEAR = {"Cache-Control": "public, max-age=31536000, immutable"}


async def font(request: Request) -> FileResponse:
    """One file of the font, by its name."""
    path = FONT_FILES.get(request.path_params["name"])
    if path is None:
        raise HTTPException(404)
    return FileResponse(path, media_type="font/woff2", headers=_A_YEAR)
