"""Errors whose sentence is meant for the person in front of the screen."""

from __future__ import annotations

from exports.errors import ExportError
from layouts.errors import LayoutError
from ocr.errors import OcrError
from storage.errors import StorageError
from workbench.services.errors import ServiceError

__all__ = ["known_errors"]


def known_errors() -> tuple[type[Exception], ...]:
    """Roots of every package's errors."""
    return (ServiceError, StorageError, ExportError, OcrError, LayoutError)
