"""Certificates, locked backups, files that are nobody else's, and what a kill leaves behind."""

from __future__ import annotations

import os
import ssl
import stat
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

import pytest
from cryptography import x509

from workbench.certificates import make_certificate, make_cluster_files
from workbench.config import ROOT
from workbench.private_files import use_private_temporary_folder
from workbench.services.backup_encryption import is_locked, lock_backup, unlock_backup
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


def test_cluster_files_are_for_their_owner(tmp_path: Path) -> None:
    files = make_cluster_files(tmp_path / "cluster")
    assert files.complete and not list((tmp_path / "cluster").glob("*ca-key*"))
    assert {stat.S_IMODE(p.stat().st_mode) for p in (tmp_path / "cluster").iterdir()} == {0o600}


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


def test_a_locked_backup_opens_with_its_passphrase_alone(tmp_path: Path) -> None:
    plain = tmp_path / "sao-luu.zip"
    with zipfile.ZipFile(plain, "w") as archive:
        archive.writestr("a", os.urandom(300_000))
    locked = tmp_path / "khoa.zip"
    lock_backup(plain, locked, PASSPHRASE)
    assert is_locked(locked) and not is_locked(plain)
    unlock_backup(locked, tmp_path / "mo.zip", PASSPHRASE)
    assert (tmp_path / "mo.zip").read_bytes() == plain.read_bytes()
    with pytest.raises(InvalidInput, match="không đúng"):
        unlock_backup(locked, tmp_path / "sai.zip", "sáu con gà")
    assert not (tmp_path / "sai.zip").exists()
    with pytest.raises(InvalidInput, match="12 ký tự"):
        lock_backup(plain, tmp_path / "ngan.zip", "ngan")


def test_a_bent_locked_backup_is_refused(tmp_path: Path) -> None:
    plain, locked, bent = tmp_path / "a.zip", tmp_path / "b.zip", tmp_path / "c.zip"
    with zipfile.ZipFile(plain, "w") as archive:
        archive.writestr("a", b"x" * 100_000)
    lock_backup(plain, locked, PASSPHRASE)
    with zipfile.ZipFile(locked) as source, zipfile.ZipFile(bent, "w") as sink:
        for name in source.namelist():
            content = bytearray(source.read(name))
            if name == "sao-luu.zip.age":
                content[-50_000] ^= 1
            sink.writestr(name, bytes(content))
    with pytest.raises(InvalidInput):
        unlock_backup(bent, tmp_path / "mo.zip", PASSPHRASE)
    assert not (tmp_path / "mo.zip").exists()


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
from workbench.private_files import use_private_temporary_folder
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
