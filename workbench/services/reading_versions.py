"""What a reading was made with, templates and recognisers, as short texts that change when those do."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import lru_cache

from layouts.loader import shipped_templates
from ocr.batch.local_engine import Reader
from storage.database import Connection
from storage.templates import active_templates

__all__ = ["ReadingVersions", "default_reader", "office_forms", "reading_versions", "template_texts"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingVersions:
    """Together with the scan's digest: what makes a reading up to date."""

    layouts: str
    recogniser: str


def default_reader() -> Reader:
    """The standard reader of pages."""
    from ocr.pipeline import read_page  # the recognisers take a second to import; screens must not wait for them

    return read_page


def reading_versions(connection: Connection) -> ReadingVersions:
    """The versions in force."""
    shipped = sorted(template.layout_version for template in shipped_templates().values())
    own = [f"{t.form}/{t.version}" for t in active_templates(connection)]
    digest = hashlib.sha256("\n".join([*shipped, "--", *own]).encode()).hexdigest()
    return ReadingVersions(layouts=digest[:20], recogniser=_recogniser_version())


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
