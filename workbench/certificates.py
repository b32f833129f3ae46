"""Certificates an office makes for itself: for the server's address, and for the machines of a reading cluster."""

from __future__ import annotations

import ipaddress
import os
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

__all__ = ["ClusterFiles", "cluster_files", "make_certificate", "make_cluster_files"]

_YEARS = 5
"""How long a certificate made here is good. By judgement."""
_AN_EARLIER_DAY = timedelta(days=1)
"""Machines of an office do not all have the same time."""


class ClusterFiles:
    """Where the files of a cluster stand: every machine gets the same folder, and nobody else may have it.

    Args:
        folder: of the files.
    """

    def __init__(self, folder: Path) -> None:
        self.authority = folder / "noi-cap.pem"
        self.certificate = folder / "may.pem"
        self.key = folder / "may-khoa.pem"

    @property
    def complete(self) -> bool:
        """Whether all are there."""
        return all(path.is_file() for path in (self.authority, self.certificate, self.key))


def make_certificate(folder: Path, hosts: Sequence[str]) -> tuple[Path, Path]:
    """A certificate for the names and addresses under which browsers open the server; it is its own authority.

    Args:
        folder: gets `may-chu.pem` and, readable by its owner alone, `may-chu-khoa.pem`.
        hosts: host names and IP addresses.

    Returns:
        Certificate and key.
    """
    key = ec.generate_private_key(ec.SECP256R1())
    name = _name(hosts[0])
    certificate = (
        _builder(name, name, key.public_key())
        .add_extension(x509.SubjectAlternativeName([_host(host) for host in hosts]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .sign(key, hashes.SHA256())
    )
    return _write(folder / "may-chu.pem", _pem(certificate)), _write(folder / "may-chu-khoa.pem", _key_pem(key))


def make_cluster_files(folder: Path) -> ClusterFiles:
    """An authority of one use and the certificate of the cluster's machines; the authority's own key is not kept."""
    authority_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    authority_name = _name("so-ho-tich cluster")
    authority = (
        _builder(authority_name, authority_name, authority_key.public_key())
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(authority_key, hashes.SHA256())
    )
    both_ways = [ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH]
    certificate = (
        _builder(_name("may doc"), authority_name, key.public_key())
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.ExtendedKeyUsage(both_ways), critical=False)
        .sign(authority_key, hashes.SHA256())
    )
    files = ClusterFiles(folder)
    _write(files.authority, _pem(authority))
    _write(files.certificate, _pem(certificate))
    _write(files.key, _key_pem(key))
    return files


def cluster_files(data_dir: Path) -> ClusterFiles:
    """The files of this machine's cluster."""
    return ClusterFiles(data_dir / "cluster")


def _builder(subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _AN_EARLIER_DAY)
        .not_valid_after(now + timedelta(days=365 * _YEARS))
    )


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text[:64])])


def _host(text: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(text))
    except ValueError:
        return x509.DNSName(text)


def _pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)


def _key_pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def _write(path: Path, content: bytes) -> Path:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
    return path
