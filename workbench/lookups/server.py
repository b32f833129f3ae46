"""What the server of look-ups does once before it answers: `uvicorn workbench.lookups.server:app` begins here."""

from __future__ import annotations

from workbench.config import load_settings
from workbench.lookups.app import lookup_app
from workbench.private_files import keep_private, use_private_temporary_folder
from workbench.services.context import open_context

__all__ = ["app"]

keep_private()
use_private_temporary_folder(load_settings().data_dir)
app = lookup_app(lambda: open_context(load_settings()))  # a record that cannot be opened is told now, on the console
