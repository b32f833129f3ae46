"""Errors of the layouts room; messages are Vietnamese and say what to do."""

from __future__ import annotations

__all__ = ["LayoutError", "TemplateError", "UnknownFormError"]


class LayoutError(Exception):
    """Root of this package's errors."""


class TemplateError(LayoutError):
    """A template file breaks the rules; `problems` lists every one: file, key, what was found, what is allowed."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        self.problems = problems
        super().__init__("Tệp mẫu sổ có lỗi, hãy sửa rồi nạp lại:\n" + "\n".join(f"  - {p}" for p in problems))


class UnknownFormError(LayoutError):
    """No template of that name; the message offers the nearest names."""
