"""Settings of one installation, each documented where its default stands; `WORKBENCH_*` variables override them."""

from __future__ import annotations

import os
from functools import lru_cache
from pathlib import Path

import psutil
from pydantic import Field, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from vietnamese.dated_units import read_table
from vietnamese.unit_tree import provinces

__all__ = ["ROOT", "WORKER_MB", "Settings", "load_settings", "usual_workers"]

ROOT = Path(__file__).resolve().parent.parent
"""The checkout the program runs from."""

WORKER_MB = 620
"""Memory of a worker process in MiB. A first page by hand, A4 at 300 dpi, took 445 with its Tesseract (measured); a
worker grows over a book and with larger scans, so it is given room."""
_OTHERS_MB = 1024
"""Memory left to the screens, the database and the system, in MiB; chosen, not measured."""


def usual_workers(cores: int, memory: int) -> int:
    """One worker a core, as far as they fit into memory (bytes of the whole machine); at least one."""
    return max(1, min(cores, (memory // 2**20 - _OTHERS_MB) // WORKER_MB))


class Settings(BaseSettings):
    """Everything an administrator may set outside the screens."""

    model_config = SettingsConfigDict(env_prefix="WORKBENCH_", frozen=True, extra="ignore")

    data_dir: Path = ROOT / "data"
    """Database, scans, crops, exports, models tuned here. Back up this folder."""
    database_url: str = ""
    """SQLAlchemy URL; empty for SQLite in `data_dir`. PostgreSQL: `postgresql+psycopg://user@host/name`."""
    workers: int = Field(default=0, ge=0, le=256)
    """Worker processes that read pages; 0 for one a core, as far as memory allows (`WORKER_MB` each)."""
    page_timeout: float = Field(default=120.0, gt=0)
    """Seconds after which a page that does not end is set aside."""
    host: str = "localhost"
    """Address the screens are served on; `0.0.0.0` for other machines of the office network."""
    port: int = Field(default=8501, ge=1, le=65535)
    """Port the screens are served on."""
    lookups_port: int = Field(default=8502, ge=1, le=65535)
    """Port of the look-ups by other systems, where somebody opens them (`serve-lookups`)."""
    lookups_per_minute: int = Field(default=120, ge=1)
    """How often a system may ask in a minute."""
    allowed_hosts: str = ""
    """Names besides its own under which the office's browsers open this machine, parted by commas: a name given by
    the office's name server, for example. A request for another name is refused."""
    import_folders: str = ""
    """Folders of this machine from which administrators may import scans on the screen, parted by `;`; empty: none."""
    delivery_folders: str = ""
    """Folders of this machine (a disk to be carried to the province, say) into which deliveries of whole offices may be
    written from the screen, parted by `;`; empty: the data folder alone."""
    former_units: str = ""
    """Table of units near the office that were merged, split or renamed, in the form of `former_units.tsv` in
    `vietnamese/lexicons/data/`; empty: none. Machines that read pages for this one (Dask) need the same."""
    max_upload_mb: int = Field(default=2048, ge=1)
    """Largest upload through the screens in MB."""
    lease_minutes: float = Field(default=15.0, gt=0)
    """How long an entry stays reserved for the clerk who has it open."""
    session_hours: float = Field(default=12.0, gt=0)
    """How long a sign-in lasts at most, however busy: a shift and its overtime."""
    session_idle_minutes: float = Field(default=150.0, gt=0)
    """After how long without use a sign-in ends: longer than an office's rest at noon (11:30 to 13:30). What was typed
    stays in the browser and is there again after signing in."""

    @field_validator("data_dir")
    @classmethod
    def _absolute(cls, value: Path) -> Path:
        return value.expanduser().resolve()

    @field_validator("former_units")
    @classmethod
    def _units_can_be_read(cls, value: str) -> str:
        try:
            if value and read_table(Path(value)):
                provinces()  # its lines name units that are there
        except OSError as error:
            raise ValueError(f"không mở được tệp đơn vị {value}: {error.strerror}") from error
        return value

    @property
    def host_names(self) -> frozenset[str]:
        """The names of `allowed_hosts`, lower case."""
        return frozenset(name.strip().lower().rstrip(".") for name in self.allowed_hosts.split(",") if name.strip())

    @property
    def import_roots(self) -> tuple[Path, ...]:
        """The folders of `import_folders`."""
        return _folders(self.import_folders)

    @property
    def delivery_roots(self) -> tuple[Path, ...]:
        """The folder of deliveries in the data folder, and those of `delivery_folders`."""
        return (self.data_dir / "deliveries", *_folders(self.delivery_folders))

    @property
    def database(self) -> str:
        """The URL in force."""
        return self.database_url or f"sqlite:///{(self.data_dir / 'workbench.sqlite3').as_posix()}"

    @property
    def worker_count(self) -> int:
        """Worker processes in force."""
        return self.workers or usual_workers(os.cpu_count() or 1, psutil.virtual_memory().total)


def _folders(parted: str) -> tuple[Path, ...]:
    named = (part.strip() for part in parted.split(";"))
    return tuple(Path(name).expanduser().resolve() for name in named if name)


@lru_cache(maxsize=1)
def load_settings() -> Settings:
    """The settings of this process.

    Raises:
        pydantic.ValidationError: variables that are no settings; the message lists every one.
    """
    return Settings()
