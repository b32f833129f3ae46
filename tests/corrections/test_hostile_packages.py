"""Files that are sent in place of a package of figures: each is refused in words, none stops the program."""

from __future__ import annotations

import json

import pytest

from corrections.campaign.packages import NEWEST, PackageError, read_package

_PACKAGE = {
    "version": NEWEST,
    "office_code": "25001",
    "office_name": "Xã A",
    "period": "day",
    "day": "2026-01-01",
    "made_at": "2026-01-01T08:00:00",
    "units": [{"code": "25001", "name": "Xã A", "lines": [{"register_type": "birth", "year": 1998}]}],
}


def _sealed(content: object) -> bytes:
    text = content if isinstance(content, str) else json.dumps(content)
    return json.dumps({"content": text, "public_key": "0" * 64, "signature": "0" * 128}).encode()


def _line(**values: object) -> bytes:
    line = {"register_type": "birth", "year": 1998} | values
    return _sealed(_PACKAGE | {"units": [{"code": "25001", "name": "Xã A", "lines": [line]}]})


def test_a_package_in_order_is_read() -> None:
    assert read_package(_sealed(_PACKAGE))[1].office_code == "25001"


@pytest.mark.parametrize(
    "raw",
    [
        b"[" * 200_000,
        b"\xff\xfe",
        b"",
        _sealed("[" * 100_000),
        _sealed(_PACKAGE).replace(b'"content": "', b'"content": "\\ud800'),
        _line(books=10**400),
        _line(books=float("inf")),
        _line(books=-1),
        _line(books=1.5),
        _line(year=10_000),
        _line(register_type="khac"),
        _sealed(_PACKAGE | {"day": "２０２６-01-01"}),
        _sealed(_PACKAGE | {"day": "2026-01-01\n"}),
        _sealed(_PACKAGE | {"day": "2026-02-30"}),
        _sealed(_PACKAGE | {"made_at": "0000-00-00T00:00:00"}),
        _sealed(_PACKAGE | {"office_name": "x" * 201}),
        _sealed(_PACKAGE | {"them": 1}),
    ],
)
def test_what_is_no_package_is_refused(raw: bytes) -> None:
    with pytest.raises(PackageError, match="không phải gói số liệu"):
        read_package(raw)
