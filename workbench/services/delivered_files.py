"""Files of an earlier export, for those who come back for them."""

from __future__ import annotations

from pathlib import Path

from corrections.entries import Role
from exports.manifest import manifest_of
from storage.digests import sha256_of
from storage.exports_log import ExportRecord
from workbench.services.context import Context, requires

__all__ = ["delivered_files"]


@requires(Role.SUPERVISOR)
def delivered_files(ctx: Context, record: ExportRecord) -> tuple[Path, ...]:
    """Workbook, .zip, manifest and summary of a delivery, as far as they stand where they were written.

    Returns:
        Nothing when workbook or .zip are gone or no longer what was delivered: a later export of the book writes over
        them.
    """
    manifest = manifest_of(record.manifest)
    if manifest is None:
        return ()
    folder = Path(record.folder)
    delivered = ((folder / manifest.workbook, record.workbook_sha256), (folder / manifest.zip, record.zip_sha256))
    if not all(path.is_file() and sha256_of(path) == digest for path, digest in delivered):
        return ()
    beside = (folder / f"{manifest.stem}.manifest.json", folder / f"{manifest.stem}.tom-tat.txt")
    return (*(path for path, _ in delivered), *(path for path in beside if path.is_file()))
