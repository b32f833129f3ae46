"""Where a page's picture comes from: its scan file and the reading that straightened it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from corrections.entries import Role
from layouts.geometry import PageBox
from ocr.readings import PageReading
from storage.entries import entry_ids, get_entries, get_entry
from storage.opening.database import Connection
from storage.pages import get_page
from storage.readings import get_reading, latest_reading
from storage.scan_files import ScanFiles, find_scan
from workbench.services.context import Context, requires
from workbench.services.errors import Missing, found

__all__ = ["PageSource", "field_box", "page_source", "scanned_source", "source_of", "texts_before"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PageSource:
    """A page on disk and how it lies on the scan."""

    page_id: int
    scan: Path
    scan_index: int
    reading: PageReading | None
    facing: Path | None
    """Scan of the facing page, for a table over two scans."""
    key: str
    """Name of its picture in a cache; another reading gives another name."""


@requires(Role.CLERK, Role.INSPECTOR)
def page_source(ctx: Context, page_id: int) -> PageSource:
    """Scan and reading of a page.

    Raises:
        NotFound: no such page, or it has no scan.
    """
    return found(scanned_source(ctx, page_id), Missing.SCAN)


@requires(Role.CLERK, Role.INSPECTOR)
def scanned_source(ctx: Context, page_id: int) -> PageSource | None:
    """Scan and reading of a page; None for a page of the paper book alone.

    Raises:
        NotFound: no such page.
    """
    with ctx.read() as connection:
        return source_of(connection, ctx.scans, page_id)


def source_of(connection: Connection, scans: ScanFiles, page_id: int) -> PageSource | None:
    """The same, for services that have asked for the role already."""
    page = found(get_page(connection, page_id), Missing.PAGE)
    scan = find_scan(connection, page.scan_sha256) if page.has_picture else None
    if scan is None:
        return None
    reading = get_reading(connection, page.reading_id) if page.reading_id else latest_reading(connection, page_id)
    return PageSource(
        page_id=page_id,
        scan=scans.path(scan),
        scan_index=page.scan_index,
        reading=reading,
        facing=scans.kept(reading.facing.source) if reading and reading.facing else None,
        key=f"{page_id}-{page.reading_id or 0}",
    )


@requires(Role.CLERK, Role.INSPECTOR)
def field_box(ctx: Context, entry_id: int, column: str) -> tuple[int, PageBox]:
    """Page of an entry and where a field stands on it (the entry's region when the field was not placed).

    Raises:
        NotFound: no such entry.
    """
    with ctx.read() as connection:
        stored = found(get_entry(connection, entry_id), Missing.ENTRY)
        reading = get_reading(connection, stored.reading_id) if stored.reading_id else None
    regions = reading.entries if reading else ()
    region = next((r for r in regions if r.region == stored.entry.region), None)
    field = region.fields.get(column) if region else None
    return stored.entry.page_id, (field.box if field else None) or stored.box or (0.0, 0.0, 1.0, 1.0)


@requires(Role.CLERK)
def texts_before(ctx: Context, book_id: int, entry_ids_wanted: tuple[int, ...]) -> dict[int, dict[str, str]]:
    """For each entry the texts of the one before it in the book, for copying («như trên»)."""
    with ctx.read() as connection:
        order = entry_ids(connection, book_id)
        place = {entry_id: i for i, entry_id in enumerate(order)}
        before = {e: order[place[e] - 1] for e in entry_ids_wanted if place.get(e, 0) > 0}
        stored = {s.entry.id: s.entry for s in get_entries(connection, tuple(set(before.values())))}
    return {
        entry_id: {name: value.text for name, value in stored[earlier].fields.items() if value.text}
        for entry_id, earlier in before.items()
        if earlier in stored
    }
