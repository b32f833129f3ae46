"""What communes write beside their figures stands in the reports of district and province, named by unit."""

import datetime as dt
import io
import json
from pathlib import Path

import openpyxl
import pytest

from corrections.campaign.figures import Period
from corrections.campaign.offices import Office as Unit
from corrections.campaign.offices import OfficeLevel
from corrections.campaign.packages import NEWEST, WITHOUT_STEPS, read_package
from corrections.entries import Role
from storage.accounts import Account
from tests.workbench.services.campaign_tree import Province, commune, copied, province, with_tree
from workbench.services import campaign, offices, packages
from workbench.services.campaign_files import report_file
from workbench.services.context import Context
from workbench.services.errors import InvalidInput
from workbench.services.packages import PackageStatus
from workbench.signing import sign

__all__ = ["commune", "province", "with_tree"]

DAY = dt.date.today() - dt.timedelta(days=20)
WEEK = DAY + dt.timedelta(days=(4 - DAY.weekday()) % 7)
"""The Friday that ends a week which is over."""


def write(context: Context, unit: int, difficulties: str, proposals: str = "", day: dt.date = WEEK) -> None:
    campaign.save_report_text(
        context, office_id=unit, period=Period.WEEK, day=day, difficulties=difficulties, proposals=proposals
    )


def told(context: Context, unit: int | None = None, period: Period = Period.WEEK) -> list[tuple[str, str, str]]:
    report = campaign.campaign_report(context, office_id=unit, period=period, day=WEEK)
    return [(text.unit, text.difficulties, text.proposals) for text in report.texts]


def seen_by(province: Province, code: str) -> Context:
    who = Account(id=0, name=code, role=Role.SUPERVISOR, office_id=province[code].id)
    return province.context.as_account(who)


def test_one_database_for_all_gathers_the_words_of_communes_by_unit(province: Province) -> None:
    for code, words in (("25003", "Mực phai."), ("25001", "Thiếu máy."), ("691", "Thiếu người."), ("70", "Chậm.")):
        write(seen_by(province, code), province[code].id, words, f"Kiến nghị của {code}")
    write(seen_by(province, "25002"), province["25002"].id, "  ", "")
    assert [unit for unit, _, _ in told(seen_by(province, "70"))] == [
        "Tỉnh Bình An", "Huyện Một", "Xã Một A, Huyện Một", "Xã Hai A, Huyện Hai"
    ]  # fmt: skip
    assert told(seen_by(province, "691")) == [
        ("Huyện Một", "Thiếu người.", "Kiến nghị của 691"),
        ("Xã Một A", "Thiếu máy.", "Kiến nghị của 25001"),
    ]
    assert told(seen_by(province, "25001")) == [("Xã Một A", "Thiếu máy.", "Kiến nghị của 25001")]
    assert told(seen_by(province, "25002")) == [], "a commune sees no other's"
    with pytest.raises(InvalidInput, match="đơn vị của mình"):
        write(seen_by(province, "25002"), province["25001"].id, "lời của người khác")
    file = report_file(campaign.campaign_report(province.context, period=Period.WEEK, day=WEEK))
    sheet = openpyxl.load_workbook(io.BytesIO(file)).worksheets[0]
    printed = " ".join(str(cell.value) for row in sheet for cell in row)
    assert "Xã Hai A, Huyện Hai: Mực phai." in printed and "Xã Một A, Huyện Một: Kiến nghị của 25001" in printed


def test_a_districts_package_carries_what_its_communes_have_written(
    province: Province, commune: Context, with_tree: Path, tmp_path: Path
) -> None:
    """One commune sends a package to its district, another works in the district's own database."""
    district, units = copied(with_tree, tmp_path / "huyen")
    one, other, own = units["25001"].id, units["25002"].id, units["691"].id
    packages.register_key(district, one, packages.own_key(commune)[0])
    packages.register_key(province.context, own, packages.own_key(district)[0])
    write(commune, one, "Thiếu máy.", "Thêm 2 máy.")
    write(district, other, "Sổ rách.")
    write(district, own, "Thiếu người.", "Thêm người.")
    assert taken(district, commune, one) is PackageStatus.LATE
    assert told(district, own) == [
        ("Huyện Một", "Thiếu người.", "Thêm người."),
        ("Xã Một A", "Thiếu máy.", "Thêm 2 máy."),
        ("Xã Một B", "Sổ rách.", ""),
    ]
    assert taken(province.context, district, own) is PackageStatus.LATE
    assert told(province.context) == [
        ("Huyện Một", "Thiếu người.", "Thêm người."),
        ("Xã Một A, Huyện Một", "Thiếu máy.", "Thêm 2 máy."),
        ("Xã Một B, Huyện Một", "Sổ rách.", ""),
    ]
    assert told(province.context, period=Period.MONTH) == [], "words are of their week"
    packages.register_key(province.context, one, packages.own_key(commune)[0])
    write(commune, one, "Đã có máy.")
    assert taken(province.context, commune, one) is PackageStatus.LATE
    assert ("Xã Một A, Huyện Một", "Đã có máy.", "") in told(province.context), "its own package before a passed-on one"


def taken(receiver: Context, sender: Context, unit: int, version: int = NEWEST) -> PackageStatus:
    made = packages.make_package(sender, office_id=unit, period=Period.WEEK, day=WEEK, version=version)
    (result,) = packages.receive_packages(receiver, [(made.file_name, made.data)])
    assert result.status is not PackageStatus.REFUSED, result.message
    return result.status


def test_a_unit_above_with_the_program_of_before_gets_no_words_it_cannot_read(
    province: Province, with_tree: Path, tmp_path: Path
) -> None:
    district, units = copied(with_tree, tmp_path / "huyen")
    write(district, units["25001"].id, "Thiếu máy.")
    made = packages.make_package(
        district, office_id=units["691"].id, period=Period.WEEK, day=WEEK, version=WITHOUT_STEPS
    )
    content = json.loads(json.loads(made.data)["content"])
    assert "words" not in content and read_package(made.data)[1].words == ()


def test_words_of_a_unit_that_is_not_the_senders_are_refused_with_the_whole_package(
    province: Province, with_tree: Path, tmp_path: Path
) -> None:
    district, units = copied(with_tree, tmp_path / "huyen")
    packages.register_key(province.context, units["691"].id, packages.own_key(district)[0])
    write(district, units["25001"].id, "Thiếu máy.")
    made = packages.make_package(district, office_id=units["691"].id, period=Period.WEEK, day=WEEK)
    for change, why in (
        ({"code": "25003", "name": "Xã Hai A"}, "có phần lời của Xã Hai A"),
        ({"code": "99999", "name": "Xã Lạ"}, "có phần lời của Xã Lạ"),
        (None, "hai lần"),
    ):
        sealed = json.loads(made.data)
        content = json.loads(sealed["content"])
        first = content["words"][0]
        content["words"] = [first, first] if change is None else [first | change]
        text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        raw = sealed | {"content": text, "signature": sign(district.settings.data_dir / "keys", text.encode())}
        (result,) = packages.receive_packages(province.context, [("goi.json", json.dumps(raw).encode())])
        assert result.status is PackageStatus.REFUSED and why in result.message
    assert told(province.context) == []


def test_two_communes_of_one_name_keep_their_own_words_and_a_unit_called_like_its_commune_too(
    province: Province, with_tree: Path, tmp_path: Path
) -> None:
    """The sender's words are found by its id: a commune called like its district was told as the district."""
    district, units = copied(with_tree, tmp_path / "huyen")
    twin = Unit(code="29999", name="Huyện Một", level=OfficeLevel.COMMUNE, parent_id=units["691"].id)
    twin = offices.save_office(district, twin)
    offices.save_office(
        province.context, Unit(code="29999", name="Huyện Một", level=OfficeLevel.COMMUNE, parent_id=province["691"].id)
    )
    write(district, twin.id, "Lời của thị trấn.")
    made = packages.make_package(district, office_id=units["691"].id, period=Period.WEEK, day=WEEK)
    package = read_package(made.data)[1]
    assert (package.difficulties, package.words[0].code) == ("", "29999")
    packages.register_key(province.context, units["691"].id, packages.own_key(district)[0])
    packages.receive_packages(province.context, [(made.file_name, made.data)])
    assert told(province.context) == [("Huyện Một, Huyện Một", "Lời của thị trấn.", "")]
