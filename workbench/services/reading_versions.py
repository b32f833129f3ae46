"""What a reading was made with, templates and recognisers, as short texts that change when those do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

import yaml

from layouts.loader import shipped_templates
from layouts.register_types import RegisterType
from ocr.batch.local_engine import Reader
from storage.digests import sha256_hex
from storage.opening.database import Connection
from storage.templates import active_templates

__all__ = [
    "ReadingVersions",
    "default_reader",
    "office_forms",
    "quiet_reader",
    "reading_versions",
    "template_texts",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingVersions:
    """Together with the scan's digest: what makes a reading up to date."""

    layouts: str
    """Of the shipped forms: all a register has when the office drew none for it."""
    recogniser: str
    own: Mapping[str, str] = field(default_factory=dict)
    """By register type: the same with the office's own forms of that register. A new form makes no page of another
    register unread."""

    def layouts_of(self, register_type: RegisterType) -> str:
        """The forms a book of that register is read with."""
        return self.own.get(register_type, self.layouts)


def default_reader() -> Reader:
    """The standard reader of pages."""
    from ocr.batch.page_reader import (
        read_task,  # the recognisers take a second to import; screens must not wait for them
    )

    return read_task


def quiet_reader() -> Reader:
    """The same for work that nobody waits for at a screen: its processes step back."""
    from ocr.batch.page_reader import read_task_quietly  # as above

    return read_task_quietly


def reading_versions(connection: Connection) -> ReadingVersions:
    """The versions in force."""
    shipped = sorted(template.layout_version for template in shipped_templates().values())
    drawn: dict[str, list[str]] = {}
    for template in active_templates(connection):
        drawn.setdefault(_register_of(template.yaml), []).append(f"{template.form}/{template.version}")
    return ReadingVersions(
        layouts=_digest(shipped),
        recogniser=_recogniser_version(),
        own={register: _digest([*shipped, "--", *forms]) for register, forms in drawn.items()},
    )


def _digest(forms: Sequence[str]) -> str:
    return sha256_hex("\n".join(forms).encode())[:20]


@lru_cache(maxsize=64)
def _register_of(text: str) -> str:
    """Register type of a kept template; it was checked whole when it was kept."""
    return str(yaml.safe_load(text)["register_type"])


@lru_cache(maxsize=1)
def _recogniser_version() -> str:
    from ocr.batch.versions import recogniser_version  # as above

    return recogniser_version()


def template_texts(connection: Connection) -> tuple[str, ...]:
    """The office's own templates in use."""
    return tuple(template.yaml for template in active_templates(connection))


def office_forms(connection: Connection) -> tuple[str, ...]:
    """Names of the office's own forms in use."""
    return tuple(template.form for template in active_templates(connection))
