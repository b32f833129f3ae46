"""What documents are printed and which places of their templates are filled: `data/documents.yaml` as types."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from importlib import resources

import yaml
from pydantic import BaseModel, ConfigDict, Field

__all__ = ["DocumentKind", "DocumentList", "FilledPlace", "document_kind", "document_kinds"]


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class FilledPlace(_Model):
    """A place of a template that is filled in."""

    means: str
    """Vietnamese: what comes there."""
    sample: str
    """Invented text that a template is tried with."""


class ListColumn(_Model):
    """A column of a document's table."""

    head: str
    text: str
    width: float = Field(gt=0)
    """Centimetres."""


class DocumentList(_Model):
    """The table of a document: one line for each item."""

    name: str
    """What an item is called in a template."""
    means: str
    sample: dict[str, str]
    columns: tuple[ListColumn, ...]


class DocumentKind(_Model):
    """A document that is printed."""

    label: str
    file: str
    """Beginning of the names of its files."""
    title: str
    subtitle: str = ""
    places: dict[str, FilledPlace]
    list: DocumentList | None = None
    body: tuple[str, ...]
    after: tuple[str, ...] = ()
    """Paragraphs behind the table."""
    signers: tuple[str, ...]
    landscape: bool = False

    @property
    def items(self) -> str:
        """What the list is called in a template: `dong` stands for each of `cac_dong`."""
        return f"cac_{self.list.name}" if self.list else ""

    @property
    def sample(self) -> dict[str, object]:
        """Invented values for every place."""
        values: dict[str, object] = {name: place.sample for name, place in self.places.items()}
        if self.list:
            values[self.items] = [self.list.sample] * 2
        return values


def document_kind(name: str) -> DocumentKind:
    """The document of that name.

    Raises:
        KeyError: there is none.
    """
    return document_kinds()[name]


@lru_cache(maxsize=1)
def document_kinds() -> Mapping[str, DocumentKind]:
    """All documents by name, each with the places that all have in common."""
    raw = yaml.safe_load(resources.files("exports").joinpath("data/documents.yaml").read_text(encoding="utf-8"))
    return {
        name: DocumentKind.model_validate({**kind, "places": {**raw["common"], **kind["places"]}})
        for name, kind in raw["documents"].items()
    }
