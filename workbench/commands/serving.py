"""Commands that prepare and run the installation: `prepare`, `serve`, `doctor`, `backup`, `restore`, `audit`."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from workbench.config import ROOT, load_settings
from workbench.console import AsJson, complain, print_json, tell
from workbench.errors import CommandError
from workbench.exit_codes import ExitCode
from workbench.processes import become
from workbench.routes.addresses import is_loopback

__all__ = ["SERVER_VARIABLES", "TlsCert", "TlsKey", "register", "weigh_address"]

TlsCert = Annotated[Path | None, typer.Option("--tls-cert", help="Chứng thư TLS (xem lệnh certificate).")]
TlsKey = Annotated[Path | None, typer.Option("--tls-key", help="Khóa của chứng thư.")]
"""Options of every command that serves."""

SERVER_VARIABLES = {
    "OMP_THREAD_LIMIT": "1",
    # A client's own word for its address is not believed; an office with a proxy of its own names it here.
    "FORWARDED_ALLOW_IPS": os.environ.get("FORWARDED_ALLOW_IPS", ""),
}


def register(app: typer.Typer) -> None:
    """Hangs this file's commands on the application."""
    app.command("prepare", help="Chuẩn bị cơ sở dữ liệu; với --sample-books thì nạp và đọc các quyển mẫu.")(prepare)
    app.command("serve", help="Mở chương trình trên trình duyệt.")(serve)
    app.command("doctor", help="Kiểm tra máy: đã cài gì, còn thiếu gì, cách khắc phục.")(doctor)
    app.command("backup", help="Sao lưu cơ sở dữ liệu và bản quét vào một tệp.")(backup)
    app.command("restore", help="Phục hồi từ tệp sao lưu vào thư mục dữ liệu trống.")(restore)
    app.command("audit", help="Kiểm tra nhật ký thao tác có bị sửa sau lưng chương trình không.")(audit)


def prepare(
    sample_books: Annotated[Path | None, typer.Option("--sample-books", help="Thư mục các quyển mẫu.")] = None,
    read_later: Annotated[
        bool, typer.Option("--read-later", help="Chỉ nạp quyển mẫu và cho vào hàng đọc; máy chủ đọc sau.")
    ] = False,
) -> int:
    """Bring the database to today's schema and read the sample books; repeating it changes nothing."""
    from workbench.sample_books import add_sample_books
    from workbench.services.context import system_context

    context = system_context(load_settings())
    if sample_books is not None:
        add_sample_books(context, sample_books, read=not read_later)
    complain(f"Dữ liệu nằm trong {context.settings.data_dir}.")
    return ExitCode.DONE


def serve(
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="Cổng; 0: theo thiết lập.")] = 0,
    host: Annotated[str, typer.Option("--host", help="Địa chỉ; 0.0.0.0 cho các máy khác trong mạng nội bộ.")] = "",
    tls_cert: TlsCert = None,
    tls_key: TlsKey = None,
    plain_http: Annotated[
        bool, typer.Option("--plain-http", help="Mở cho máy khác mà không có TLS: ai nghe đường dây đọc được mật khẩu.")
    ] = False,
) -> None:
    """Run the screens until stopped; nothing is sent off the machine."""
    settings = load_settings()
    address, number = host or settings.host, port or settings.port
    weigh_address(address, tls_cert, tls_key, plain_http=plain_http, heard="mật khẩu")
    shown = "localhost" if address in ("localhost", "0.0.0.0") else address
    heard_on = "127.0.0.1" if address == "localhost" else address  # a bare system need not know that name
    complain(f"Mở {'https' if tls_cert else 'http'}://{shown}:{number} trên trình duyệt.")
    command = [
        *(sys.executable, "-m", "streamlit", "run", str(ROOT / "streamlit_app.py")),
        *("--server.address", heard_on, "--server.port", str(number), "--server.headless", "true"),
        *("--server.maxUploadSize", str(settings.max_upload_mb), "--browser.gatherUsageStats", "false"),
    ]
    if tls_cert is not None and tls_key is not None:
        command += ["--server.sslCertFile", str(tls_cert.resolve()), "--server.sslKeyFile", str(tls_key.resolve())]
    become(command, folder=ROOT, environment=os.environ | SERVER_VARIABLES)


def weigh_address(address: str, tls_cert: Path | None, tls_key: Path | None, *, plain_http: bool, heard: str) -> None:
    """Refuse to serve other machines in the open, unless somebody says so.

    Args:
        address: where is served.
        tls_cert: certificate, if any.
        tls_key: its key.
        plain_http: somebody says so.
        heard: what a listener on the line would read.

    Raises:
        CommandError: half a certificate, one that is not there, or other machines without one.
    """
    if (tls_cert is None) != (tls_key is None):
        raise CommandError("Cần cả --tls-cert và --tls-key.", ExitCode.USAGE)
    if missing := [str(path) for path in (tls_cert, tls_key) if path is not None and not path.is_file()]:
        raise CommandError(f"Không có tệp {', '.join(missing)}. Hãy làm chứng thư bằng lệnh certificate.")
    if tls_cert is not None or is_loopback(address):
        return
    danger = f"không có TLS, ai nghe được đường dây nội bộ sẽ đọc được {heard}"
    if not plain_http:
        raise CommandError(
            f"Địa chỉ {address} mở cho máy khác mà {danger}. Hãy làm chứng thư bằng lệnh certificate rồi thêm "
            "--tls-cert, --tls-key; hoặc thêm --plain-http nếu cơ quan chấp nhận điều đó.",
            ExitCode.USAGE,
        )
    complain(f"CẢNH BÁO: {danger}. Xem lệnh certificate.")


def doctor(as_json: AsJson = False) -> int:
    """Say what is installed and what is missing."""
    from workbench.doctor import examine

    checks = list(examine(load_settings()))
    if as_json:
        print_json(
            [{"name": c.name, "found": c.found, "ok": c.ok, "vital": c.vital, "advice": c.advice} for c in checks]
        )
    else:
        table = Table("", "Mục", "Tìm thấy", "Cần làm")
        for check in checks:
            table.add_row("✓" if check.ok else "✗", check.name, check.found, "" if check.ok else check.advice)
        tell(table)
    return ExitCode.DONE if all(c.ok or not c.vital for c in checks) else ExitCode.MISSING_PROGRAM


PassphraseFile = Annotated[
    Path | None, typer.Option("--passphrase-file", help="Tệp có cụm mật khẩu ở dòng đầu: khóa hoặc mở bản sao lưu.")
]


def _text_of(file: Path | None) -> str:
    return file.read_text(encoding="utf-8") if file else ""


def _passphrase(file: Path | None) -> str:
    return _text_of(file).split("\n", 1)[0].strip("\r")


def backup(
    out: Annotated[Path, typer.Option("--out", help="Tệp sao lưu (.zip).")],
    passphrase_file: PassphraseFile = None,
    as_json: AsJson = False,
) -> int:
    """Write database and scans into one file, also while people work; locked as the office chose or by a passphrase."""
    from workbench.services.backup_encryption import passphrase_lock
    from workbench.services.backup_plan import run_backup
    from workbench.services.context import system_context

    lock = passphrase_lock(_passphrase(passphrase_file)) if passphrase_file else None
    made = run_backup(system_context(load_settings()), out, lock=lock)
    if as_json:
        print_json(
            {
                "out": str(made.path),
                "files": made.files,
                "bytes": made.bytes,
                "sha256": made.sha256,
                "problems": list(made.problems),
            }
        )
    else:
        complain(f"Đã sao lưu {made.files} tệp ({made.bytes / 1024**2:.1f} MB) vào {made.path}. SHA-256: {made.sha256}")
    for problem in made.problems:
        complain(f"{problem} Hãy chép lại tệp đó từ một bản sao lưu cũ hơn, hoặc nhập lại bản quét gốc.")
    return ExitCode.SOME_FAILED if made.problems else ExitCode.DONE


def restore(
    source: Annotated[Path, typer.Argument(metavar="TỆP", help="Tệp sao lưu (.zip).")],
    passphrase_file: PassphraseFile = None,
    key_file: Annotated[
        Path | None, typer.Option("--key-file", help="Tệp có khóa phục hồi (AGE-SECRET-KEY-...) đã in ra.")
    ] = None,
) -> None:
    """Bring a backup back; refuses to write over existing work."""
    from workbench.services import backup as service
    from workbench.services.backup_encryption import is_locked, unlock_backup

    settings = load_settings()
    if not is_locked(source):
        service.restore_backup(settings, source)
    elif passphrase_file is None and key_file is None:
        raise CommandError(
            "Bản sao lưu này đã khóa. Hãy thêm --passphrase-file với tệp có cụm mật khẩu, hoặc --key-file với tệp có "
            "khóa phục hồi."
        )
    else:
        with tempfile.TemporaryDirectory() as folder:
            plain = Path(folder) / source.name
            unlock_backup(source, plain, passphrase=_passphrase(passphrase_file), key=_text_of(key_file))
            service.restore_backup(settings, plain)
    complain(f"Đã phục hồi vào {settings.data_dir}.")


def audit(
    manifest: Annotated[
        list[Path] | None,
        typer.Option("--manifest", help="Bản kê (.manifest.json, ban-ke.json) đã giao; ghi lại cho mỗi tệp."),
    ] = None,
    seal_anew: Annotated[
        str,
        typer.Option("--seal-anew", metavar="LÝ_DO", help="Sau khi đã xem xét: niêm phong lại dữ liệu như đang có."),
    ] = "",
    mend_index: Annotated[
        bool, typer.Option("--mend-index", help="Dựng lại chỉ mục tìm kiếm theo dữ liệu, rồi kiểm tra.")
    ] = False,
    as_json: AsJson = False,
) -> int:
    """Verify the audit log, its head outside the database and every row that says who decided what."""
    from exports.manifest import load_manifest
    from exports.office_package import load_office_manifest
    from workbench.services import audit as service
    from workbench.services.context import system_context

    context = system_context(load_settings())
    if seal_anew:
        service.seal_anew(context, seal_anew)
    if mend_index:
        complain(f"Chỉ mục tìm kiếm: đã dựng lại cho {service.mend_search_index(context)} trường hợp.")
    delivered: dict[Path, service.NamesTheLog | None] = {
        path: load_manifest(path) or load_office_manifest(path.parent) for path in manifest or ()
    }
    if unread := [str(path) for path, found in delivered.items() if found is None]:
        raise CommandError(f"Không đọc được bản kê: {', '.join(unread)}.")
    result = service.verify(context, tuple(found for found in delivered.values() if found is not None))
    if as_json:
        print_json({"ok": result.ok, "events": result.events, "problems": list(result.problems)})
        return ExitCode.DONE if result.ok else ExitCode.REFUSED
    if not result.ok:
        raise CommandError("Nhật ký không còn nguyên vẹn:\n" + "\n".join(result.problems), ExitCode.REFUSED)
    complain(f"Nhật ký nguyên vẹn: {result.events} sự kiện, chuỗi băm và niêm phong khớp với dữ liệu.")
    return ExitCode.DONE
