"""What parts an address and which words stand before a unit's name, for every caller the same."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from vietnamese.addresses import KIND_WORDS, UNIT_WORDS, UnitKind, bare_name, kinds_named, parted, pieces, place_key
from vietnamese.units import PlaceParts, split_place

ROOT = Path(__file__).resolve().parents[2]
SHARED = ROOT.parent / "shared" / "samples"
"""Outside samples, where the tests run beside them."""
PLACES = ("NoiCuTru", "QueQuan", "NoiSinh", "NoiChet")
EARLIER = (r"\s*[,;]\s*|\s+[-–]\s*|\s*[-–]\s+", r"\s*[,;]\s*|\s+[-–]\s+", r"\s*,\s*|\s+[-–]\s+|\s*;\s*")
"""What three callers parted addresses by, before they shared one pattern."""


def _sample_addresses(folder: Path) -> Iterator[str]:
    for truth in sorted(folder.glob("*/truth.jsonl")):
        for line in truth.read_text(encoding="utf-8").splitlines():
            for entry in json.loads(line).get("entries", ()):
                yield from (
                    told["written"] for name, told in entry.items() if name.endswith(PLACES) and told["written"]
                )


@pytest.mark.parametrize("folder", [ROOT / "sample_books", SHARED], ids=["sample books", "outside samples"])
def test_sample_addresses_are_parted_as_each_caller_did_before(folder: Path) -> None:
    addresses = set(_sample_addresses(folder))
    if not addresses and folder == SHARED:
        pytest.skip(f"the outside samples are not here: {folder}")
    assert len(addresses) > 10
    for address in addresses:
        parts, signs = parted(address)
        assert "".join(pieces(address)) == address
        assert len(signs) == len(parts) - 1
        for pattern in EARLIER:
            assert [part for part in parts if part] == [part for part in re.split(pattern, address) if part], address


def test_places_are_taken_apart_where_clerks_part_them() -> None:
    assert parted("Ấp 3, Sông Trầu, Trảng Bom")[0] == ("Ấp 3", "Sông Trầu", "Trảng Bom")
    assert parted("Hồng Quang- - Quảng Hòa - Cao Bằng")[0] == ("Hồng Quang", "Quảng Hòa", "Cao Bằng")
    assert parted("Văn Quan, - Lạng Sơn")[0] == ("Văn Quan", "Lạng Sơn")
    assert parted("Phường Văn Mỗ,, Quận Hà Đông") == (("Phường Văn Mỗ", "Quận Hà Đông"), (",, ",))
    assert parted("Ea-Kar, Đắk Lắk")[0] == ("Ea-Kar", "Đắk Lắk")
    assert parted("xã Đồng Tâm -huyện Mỹ Đức")[0] == ("xã Đồng Tâm", "huyện Mỹ Đức")


def test_a_full_stop_parts_only_who_asks_for_it_and_never_shortens() -> None:
    address = "Xã Đồng Tâm. H. Mỹ Đức. TP. Hà Nội"
    assert parted(address)[0] == (address,)
    assert parted(address, stops=True)[0] == ("Xã Đồng Tâm", "H. Mỹ Đức", "TP. Hà Nội")
    assert parted("TT. Phùng, TX. Sơn Tây", stops=True)[0] == ("TT. Phùng", "TX. Sơn Tây")


@pytest.mark.parametrize(
    ("text", "district", "commune"),
    [
        ("16 Lê Ngô Cát, phường Trường An, thành phố Huế, Thừa Thiên - Huế", "Huế", "Trường An"),
        ("Khu 2, TT. An Thạnh, Tx Thuận An, Bình Dương", "Thuận An", "An Thạnh"),
        ("phường Đô Vinh, Phan Rang - Tháp Chàm, Ninh Thuận", "Phan Rang - Tháp Chàm", "Đô Vinh"),
        ("Hòa Châu, Hòa Vang, Quảng Nam - Đà Nẵng", "Hòa Vang", "Hòa Châu"),
        ("Ô Môn - Cần Thơ", "Ô Môn", ""),
        ("Cần Thơ.", "", ""),
    ],
)
def test_a_name_of_two_halves_is_one_unit(text: str, district: str, commune: str) -> None:
    found = split_place(text)
    assert (found.district, found.commune) == (district, commune)
    assert found.province


def test_without_a_province_everything_is_the_rest() -> None:
    assert split_place("Xóm Lạ, Nơi Nào") == PlaceParts(rest="Xóm Lạ, Nơi Nào")
    assert split_place(" , ") == PlaceParts(rest=",")
    assert split_place("") == PlaceParts()


@pytest.mark.parametrize(
    ("written", "bare"),
    [
        ("Huyện Mỹ Đức", "Mỹ Đức"),
        ("H.Mỹ Đức", "Mỹ Đức"),
        ("TP Huế", "Huế"),
        ("t.p. Huế", "Huế"),
        ("T. Hà Nam", "Hà Nam"),
        ("F. Bến Thành", "Bến Thành"),
        ("Quận 7", "Quận 7"),
        ("F.7", "F.7"),
        ("Hà Nam", "Hà Nam"),
        ("Xã", "Xã"),
    ],
)
def test_the_word_for_the_kind_is_taken_off(written: str, bare: str) -> None:
    assert bare_name(written) == bare


def test_a_kind_word_tells_the_level() -> None:
    assert kinds_named("xã Đồng Tâm") == kinds_named("X. Đồng Tâm") == (UnitKind.COMMUNE,)
    assert kinds_named("TX Sơn Tây") == (UnitKind.DISTRICT,)
    assert kinds_named("thành phố Huế") == (UnitKind.PROVINCE, UnitKind.DISTRICT)
    assert kinds_named("Đặc khu Phú Quốc") == (UnitKind.COMMUNE,)
    assert kinds_named("Đồng Tâm") == kinds_named("") == ()
    assert {kind for unit in UNIT_WORDS for kind in unit.kinds} == set(UnitKind)
    assert "đặc khu" not in KIND_WORDS


def test_keys_of_names_are_plain() -> None:
    assert place_key("Huyện Đắk R'Lấp") == place_key("ĐẮK RLẤP") == "dakrlap"
