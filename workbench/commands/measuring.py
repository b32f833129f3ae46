"""Commands that measure and teach: `benchmark`, `train-handwriting`."""

from __future__ import annotations

import typer

__all__ = ["register"]


def register(app: typer.Typer) -> None:
    """Hangs this file's commands on the application."""
