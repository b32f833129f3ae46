"""Commands for machines that talk to each other: `certificate` and `cluster keys|scheduler|worker`."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from workbench.certificates import ClusterFiles, cluster_files, make_certificate, make_cluster_files
from workbench.config import ROOT, load_settings
from workbench.console import complain
from workbench.errors import CommandError
from workbench.exit_codes import ExitCode
from workbench.processes import become
from workbench.routes.addresses import own_addresses

__all__ = ["register"]

_NO_PAGES = ("--no-dashboard", "--dashboard-address", "127.0.0.1:0")
"""Dask opens its web server, which asks for no certificate, even without a dashboard: it is left on this machine alone,
and without a page."""

cluster = typer.Typer(help="Đọc trên nhiều máy: làm khóa, chạy bộ điều phối và máy đọc.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Hangs this file's commands on the application."""
    app.command("certificate", help="Làm chứng thư TLS của cơ quan cho máy chủ này.")(certificate)
    app.add_typer(cluster, name="cluster")


def certificate(
    host: Annotated[
        list[str] | None, typer.Option("--host", help="Tên hoặc địa chỉ mà máy khác gõ để mở; ghi lại cho mỗi tên.")
    ] = None,
    out: Annotated[Path | None, typer.Option("--out", help="Thư mục; không ghi: thư mục tls trong dữ liệu.")] = None,
) -> None:
    """Make a certificate that browsers of the office are told to trust once."""
    folder = out or load_settings().data_dir / "tls"
    names = list(dict.fromkeys([*(host or ()), "localhost", "127.0.0.1", *own_addresses()]))
    made, key = make_certificate(folder, names)
    complain(f"Đã làm chứng thư cho {', '.join(names)}.")
    complain(f"Mở chương trình bằng: python -m workbench serve --host 0.0.0.0 --tls-cert {made} --tls-key {key}")
    complain(f"Trên mỗi máy khác, thêm {made} vào danh sách chứng thư tin cậy một lần. Không chép tệp khóa đi đâu.")


@cluster.command("keys", help="Làm khóa của cụm; chép thư mục tới mọi máy của cụm bằng đường riêng (USB).")
def keys() -> None:
    """Make the files without which nobody talks to the cluster."""
    files = make_cluster_files(load_settings().data_dir / "cluster")
    complain(f"Đã làm khóa trong {files.key.parent}. Chép cả thư mục này vào thư mục dữ liệu của mỗi máy đọc.")


@cluster.command("scheduler", help="Chạy bộ điều phối trên máy này.")
def scheduler(
    host: Annotated[str, typer.Option("--host", help="Địa chỉ của máy này trong mạng nội bộ.")],
    port: Annotated[int, typer.Option("--port", min=1, max=65535, help="Cổng.")] = 8786,
) -> None:
    """Run a Dask scheduler that speaks only with machines that hold the keys."""
    _run("scheduler", "--protocol", "tls", "--host", host, "--port", str(port))


@cluster.command("worker", help="Máy này đọc trang cho bộ điều phối.")
def worker(address: Annotated[str, typer.Argument(metavar="ĐỊA_CHỈ", help="tls://MÁY:8786")]) -> None:
    """Run a Dask worker that speaks only with machines that hold the keys."""
    count = str(load_settings().worker_count)
    _run("worker", address, "--nworkers", count, "--nthreads", "1", "--protocol", "tls")


def _run(role: str, *arguments: str) -> NoReturn:
    files = complete_files()
    tls = ("--tls-ca-file", files.authority, "--tls-cert", files.certificate, "--tls-key", files.key)
    command = [sys.executable, "-m", "distributed.cli.dask_" + role, *arguments, *_NO_PAGES, *map(str, tls)]
    environment = os.environ | {
        "OMP_THREAD_LIMIT": "1",
        # closes the plain protocol for whatever else the process opens
        "DASK_DISTRIBUTED__COMM__REQUIRE_ENCRYPTION": "True",
        f"DASK_DISTRIBUTED__{role.upper()}__HTTP__ROUTES": "[]",
        "DASK_TEMPORARY_DIRECTORY": tempfile.gettempdir(),  # of this process, below the data folder
    }
    become(command, folder=ROOT, environment=environment)


def complete_files() -> ClusterFiles:
    """The cluster's files of this machine.

    Raises:
        CommandError: there are none.
    """
    files = cluster_files(load_settings().data_dir)
    if not files.complete:
        raise CommandError(
            f"Chưa có khóa của cụm trong {files.key.parent}. Chạy «workbench cluster keys» trên một máy rồi chép "
            "thư mục đó tới các máy khác.",
            ExitCode.USAGE,
        )
    return files
