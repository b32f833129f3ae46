"""Certificates, locked backups, files that are nobody else's, and what a kill leaves behind."""

from __future__ import annotations

import os
import pty
import re
import shutil
import ssl
import stat
import subprocess
import sys
import tempfile
import zipfile
from contextlib import suppress
from pathlib import Path

import pytest
from cryptography import x509

from ocr.handwriting.model_store import STORE_VARIABLE
from workbench.certificates import make_certificate, make_cluster_files
from workbench.config import ROOT
from workbench.private_files import use_own_models, use_private_temporary_folder
from workbench.routes.addresses import is_loopback
from workbench.services.backup_encryption import (
    BackupLock,
    is_locked,
    lock_backup,
    new_recovery_key,
    passphrase_lock,
    unlock_backup,
)
from workbench.services.errors import InvalidInput

PASSPHRASE = "sáu con vịt bơi qua sông"


def _run(data: Path, *arguments: object, **more: str) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"WORKBENCH_DATA_DIR": str(data), "OMP_THREAD_LIMIT": "1"} | more
    command = [sys.executable, "-m", "workbench", *map(str, arguments)]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, encoding="utf-8", timeout=120)


def test_a_certificate_serves_its_names(tmp_path: Path) -> None:
    made, key = make_certificate(tmp_path, ["hotich.xa-a.example", "10.0.0.5"])
    ssl.create_default_context(ssl.Purpose.CLIENT_AUTH).load_cert_chain(made, key)
    certificate = x509.load_pem_x509_certificate(made.read_bytes())
    names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert names.get_values_for_type(x509.DNSName) == ["hotich.xa-a.example"]
    assert [str(ip) for ip in names.get_values_for_type(x509.IPAddress)] == ["10.0.0.5"]
    assert stat.S_IMODE(key.stat().st_mode) == 0o600


@pytest.mark.slow
@pytest.mark.parametrize("host", ["0.0.0.0", "10.1.2.3", "::", "may-chu"])
def test_nothing_is_served_to_others_in_the_open_unless_somebody_says_so(tmp_path: Path, host: str) -> None:
    done = _run(tmp_path / "data", "serve", "--host", host)
    assert done.returncode == 2 and "--tls-cert" in done.stderr and "--plain-http" in done.stderr


@pytest.mark.parametrize(
    ("address", "alone"), [("localhost", True), ("127.0.0.2", True), ("::1", True), ("0.0.0.0", False), ("xa-a", False)]
)
def test_addresses_of_this_machine_alone(address: str, alone: bool) -> None:
    assert is_loopback(address) is alone


def test_cluster_files_are_for_their_owner(tmp_path: Path) -> None:
    files = make_cluster_files(tmp_path / "cluster")
    assert files.complete and not list((tmp_path / "cluster").glob("*ca-key*"))
    assert {stat.S_IMODE(p.stat().st_mode) for p in (tmp_path / "cluster").iterdir()} == {0o600}


@pytest.mark.slow
def test_a_plain_cluster_is_refused(tmp_path: Path) -> None:
    from corrections.entries import Role
    from storage.accounts import Account
    from workbench.config import Settings
    from workbench.services import reading
    from workbench.services.context import open_context

    context = open_context(Settings(data_dir=tmp_path / "data")).as_account(
        Account(id=0, name="system", role=Role.ADMINISTRATOR)
    )
    for address in ("tcp://127.0.0.1:8786", "127.0.0.1:8786", "tls://127.0.0.1:8786"):
        with pytest.raises(InvalidInput, match="TLS"):
            list(reading._engine(context, iter(()), lambda _: None, 1, address))  # type: ignore[arg-type, return-value]


@pytest.fixture
def plain(tmp_path: Path) -> Path:
    """What stands for a backup."""
    path = tmp_path / "sao-luu.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a", os.urandom(300_000))
    return path


@pytest.mark.slow
def test_a_locked_backup_opens_with_its_passphrase_alone(tmp_path: Path, plain: Path) -> None:
    locked = tmp_path / "khoa.zip"
    lock_backup(plain, locked, passphrase_lock(PASSPHRASE))
    assert is_locked(locked) and not is_locked(plain)
    unlock_backup(locked, tmp_path / "mo.zip", passphrase=PASSPHRASE)
    assert (tmp_path / "mo.zip").read_bytes() == plain.read_bytes()
    for wrong in ({"passphrase": "sáu con gà"}, {"key": new_recovery_key()[0]}, {"key": "không phải khóa"}):
        with pytest.raises(InvalidInput, match="không đúng"):
            unlock_backup(locked, tmp_path / "sai.zip", **wrong)
        assert not (tmp_path / "sai.zip").exists()
    with pytest.raises(InvalidInput, match="12 ký tự"):
        passphrase_lock("ngan")


def test_a_backup_locked_for_a_printed_key_needs_nothing_secret_on_the_machine(tmp_path: Path, plain: Path) -> None:
    locked = tmp_path / "khoa.zip"
    secret, lock = new_recovery_key()
    lock_backup(plain, locked, lock)
    with zipfile.ZipFile(locked) as archive:
        assert secret not in str(lock) and "khoa.age" not in archive.namelist()
    unlock_backup(locked, tmp_path / "mo.zip", key=f"# giữ trong két\n{secret}\n")
    assert (tmp_path / "mo.zip").read_bytes() == plain.read_bytes()
    with pytest.raises(InvalidInput, match="khóa phục hồi"):
        unlock_backup(locked, tmp_path / "sai.zip", passphrase=PASSPHRASE)


def test_a_lock_that_is_none_leaves_nothing_behind(tmp_path: Path, plain: Path) -> None:
    with pytest.raises(InvalidInput, match="Thiết lập"):
        lock_backup(plain, tmp_path / "khoa.zip", BackupLock(recipient="age1sai"))
    assert [path.name for path in tmp_path.iterdir()] == [plain.name]


def _at_a_terminal(command: str, folder: Path, typed: str) -> None:
    """Run a shell line that asks for a passphrase on its terminal."""
    process, line = pty.fork()
    if process == 0:
        os.chdir(folder)
        os.execvp("sh", ["sh", "-c", command])
    asked = b""
    while b"passphrase" not in asked:
        asked += os.read(line, 1024)
    os.write(line, f"{typed}\n".encode())
    with suppress(OSError):  # Linux tells the end of a terminal as an error
        while os.read(line, 1024):
            pass
    assert os.waitpid(process, 0)[1] == 0
    os.close(line)


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="the lines are for a shell")
@pytest.mark.parametrize("by_passphrase", [True, False])
def test_public_tools_open_a_locked_backup(tmp_path: Path, plain: Path, by_passphrase: bool) -> None:
    """`unzip` and `age`, by the very line that lies in the backup."""
    if shutil.which("age") is None:
        pytest.skip("age is not installed: nobody tried the way without our program (./test installs it)")
    secret, lock = ("", passphrase_lock(PASSPHRASE)) if by_passphrase else new_recovery_key()
    lock_backup(plain, tmp_path / "khoa.zip", lock)
    folder = tmp_path / "ra"
    with zipfile.ZipFile(tmp_path / "khoa.zip") as archive:
        archive.extractall(folder)
    told = re.search(r"unzip TỆP; (age .*)", (folder / "DOC-TOI.txt").read_text(encoding="utf-8"))
    assert told is not None
    if by_passphrase:
        _at_a_terminal(told.group(1), folder, PASSPHRASE)
    else:
        (folder / "khoa.txt").write_text(f"{secret}\n", encoding="ascii")
        subprocess.run(["sh", "-c", told.group(1)], cwd=folder, check=True)
    assert (folder / "sao-luu.zip").read_bytes() == plain.read_bytes()


@pytest.mark.slow
def test_a_bent_locked_backup_is_refused(tmp_path: Path) -> None:
    plain, locked, bent = tmp_path / "a.zip", tmp_path / "b.zip", tmp_path / "c.zip"
    with zipfile.ZipFile(plain, "w") as archive:
        archive.writestr("a", b"x" * 100_000)
    lock_backup(plain, locked, passphrase_lock(PASSPHRASE))
    with zipfile.ZipFile(locked) as source, zipfile.ZipFile(bent, "w") as sink:
        for name in source.namelist():
            content = bytearray(source.read(name))
            if name == "sao-luu.zip.age":
                content[-50_000] ^= 1
            sink.writestr(name, bytes(content))
    with pytest.raises(InvalidInput):
        unlock_backup(bent, tmp_path / "mo.zip", passphrase=PASSPHRASE)
    assert not (tmp_path / "mo.zip").exists()


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="Windows has other rights: the data folder inherits those of its user")
def test_a_days_files_are_the_programs_alone(tmp_path: Path) -> None:
    data, out = tmp_path / "data", tmp_path / "ra"
    passphrase = tmp_path / "cum.txt"
    passphrase.write_text(PASSPHRASE + "\n", encoding="utf-8")
    page = next((ROOT / "sample_books").glob("*/*.jpg"))
    book = ("--register-type", "marriage", "--volume", "01/2017", "--office", "UBND xã Sơn A")
    assert _run(data, "import", page, *book).returncode == 0
    done = _run(data, "backup", "--out", out / "khoa.zip", "--passphrase-file", passphrase)
    assert done.returncode == 0, done.stderr
    made = [path for folder in (data, out) for path in (folder, *folder.rglob("*"))]
    assert len(made) > 10
    assert [str(path) for path in made if stat.S_IMODE(path.stat().st_mode) & 0o077] == []
    assert list((data / "tmp").iterdir()) == []
    assert _run(tmp_path / "moi", "restore", out / "khoa.zip").returncode != 0
    done = _run(tmp_path / "moi", "restore", out / "khoa.zip", "--passphrase-file", passphrase)
    assert done.returncode == 0, done.stderr
    assert _run(tmp_path / "moi", "audit").returncode == 0


LEFT_BEHIND = """
import sys, tempfile, time
from pathlib import Path
from workbench.private_files import use_own_models, use_private_temporary_folder
use_private_temporary_folder(Path(sys.argv[1]))
tempfile.mkstemp()
print("ready", flush=True)
time.sleep(60)
"""


def test_what_a_killed_process_left_is_taken_away_and_the_livings_stay(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", None)
    for name in ("TMPDIR", "TEMP", "TMP"):
        monkeypatch.setenv(name, os.environ.get(name, ""))
    start = [sys.executable, "-c", LEFT_BEHIND, str(tmp_path)]
    processes = [subprocess.Popen(start, cwd=ROOT, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    for process in processes:
        assert process.stdout is not None and process.stdout.readline() == "ready\n"
    processes[0].kill()
    processes[0].wait()
    own = use_private_temporary_folder(tmp_path)
    left = {folder.name.split("-")[0] for folder in (tmp_path / "tmp").iterdir() if folder != own}
    assert left == {str(processes[1].pid)}
    processes[1].kill()
    processes[1].wait()


def test_models_of_the_office_lie_in_its_data_folder_and_those_of_before_are_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data, before = tmp_path / "data", tmp_path / "home" / "so-ho-tich" / "handwriting"
    data.mkdir()
    before.mkdir(parents=True)
    (before / "current.txt").write_text("office-1", encoding="ascii")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(sys, "platform", "linux")
    for _ in range(2):
        monkeypatch.delenv(STORE_VARIABLE, raising=False)
        use_own_models(data)
        assert os.environ[STORE_VARIABLE] == str(data / "models")
        assert (data / "models" / "current.txt").read_text(encoding="ascii") == "office-1"
        (before / "current.txt").write_text("office-2", encoding="ascii")
    monkeypatch.setenv(STORE_VARIABLE, str(tmp_path))
    use_own_models(data)
    assert os.environ[STORE_VARIABLE] == str(tmp_path), "an administrator's choice stays"
