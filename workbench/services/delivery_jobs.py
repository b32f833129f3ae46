"""Deliveries of whole offices in the background of the screens, and where they may be written."""

from __future__ import annotations

from pathlib import Path
from typing import TypeAlias

from corrections.acceptance import AcceptanceLevel
from corrections.entries import Role
from exports.office_package import UNFINISHED, OfficeManifest, load_office_manifest
from workbench.services.background_jobs import BackgroundJob, JobRegistry, Moved
from workbench.services.context import Context, requires
from workbench.services.errors import InvalidInput
from workbench.services.office_delivery import OfficeDelivery, deliver_office, folder_name, unit_code

__all__ = ["DeliveryJob", "kept_delivery", "last_delivery", "start_delivery"]

DeliveryJob: TypeAlias = BackgroundJob[OfficeDelivery]

_FAULT = "Chương trình gặp lỗi khi ghi gói giao; các quyển đã ghi đủ được giữ. Hãy chạy lại."
_jobs: JobRegistry[OfficeDelivery] = JobRegistry()


@requires(Role.SUPERVISOR)
def kept_delivery(
    ctx: Context, root: Path, office_id: int | None = None, *, level: AcceptanceLevel
) -> tuple[Path, OfficeManifest | None, bool]:
    """Where a unit's delivery lies or would lie, what it holds, and whether it was left half-written."""
    folder = _folder(ctx, root, office_id, level)
    manifest = load_office_manifest(folder)
    if manifest is not None and manifest.unit_code != unit_code(ctx, office_id):
        return folder, None, False  # codes that differ in signs alone share a folder; the other unit's is not told
    return folder, manifest, (folder / UNFINISHED).exists()


@requires(Role.SUPERVISOR)
def start_delivery(
    ctx: Context, root: Path, *, office_id: int | None = None, below: bool = True, level: AcceptanceLevel
) -> DeliveryJob:
    """Write a unit's delivery in the background.

    Raises:
        InvalidInput: it is being written already, or the folder is none of those the settings name.
    """
    folder = _folder(ctx, root, office_id, level)

    def work(moved: Moved) -> OfficeDelivery:
        return deliver_office(ctx, folder, office_id=office_id, below=below, level=level, progress=moved)

    job = BackgroundJob(ctx, work, name=f"delivery into {folder.name}", fault=_FAULT)
    _jobs.start((ctx.database.url, folder), job, "{who} đang ghi gói giao này. Hãy chờ xong rồi ghi lại.")
    return job


@requires(Role.SUPERVISOR)
def last_delivery(
    ctx: Context, root: Path, office_id: int | None = None, *, level: AcceptanceLevel
) -> DeliveryJob | None:
    """The delivery of a unit into a folder that runs on this server, or ended last, whoever started it."""
    job = _jobs.last((ctx.database.url, _folder(ctx, root, office_id, level)))
    made = job.state.result if job is not None else None
    other = made is not None and made.manifest.unit_code != unit_code(ctx, office_id)  # as in `kept_delivery`
    return None if other else job


_LEVELS = {
    AcceptanceLevel.COMMUNE: "cap-xa",
    AcceptanceLevel.DISTRICT: "cap-huyen",
    AcceptanceLevel.PROVINCE: "cap-tinh",
}
"""How a delivery's folder names the level whose acceptance counts."""


def _folder(ctx: Context, root: Path, office_id: int | None, level: AcceptanceLevel) -> Path:
    """Folder of a unit's and level's delivery; one from before levels were named goes on where it lies."""
    if root not in ctx.settings.delivery_roots:
        raise InvalidInput("Không được ghi vào thư mục này. Hãy chọn một thư mục trong danh sách.")
    before = root / f"giao-{folder_name(unit_code(ctx, office_id))}"
    there = load_office_manifest(before)
    return before if there is not None and there.level == level.value else Path(f"{before}-{_LEVELS[level]}")
