"""Packages tell how many books have come how far; those of before, which do not, are read as well."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pytest
from pydantic import BaseModel, ConfigDict, ValidationError

from corrections.campaign.packages import NEWEST, WITHOUT_STEPS, Line, read_package
from corrections.campaign.targets import PlanState, Step, Target
from layouts.register_types import RegisterType
from tests.workbench.services.campaign_tree import Province, commune, copied, province, with_tree
from vietnamese.shown_time import LOCAL
from workbench.services import offices, packages, plan_targets, setting_targets
from workbench.services.books import create_book
from workbench.services.context import Context
from workbench.services.packages import PackageStatus
from workbench.signing import sign

__all__ = ["commune", "province", "with_tree"]

BIRTH, MARRIAGE = RegisterType.BIRTH, RegisterType.MARRIAGE
TODAY = dt.datetime.now(LOCAL).date()


def test_a_package_tells_how_far_its_books_have_come(
    province: Province, commune: Context, with_tree: Path, tmp_path: Path
) -> None:
    """From the commune through its district to the province, whose targets are counted in books."""
    own = offices.office_tree(commune).by_code("25001")
    assert own is not None
    create_book(commune, register_type=MARRIAGE, volume_number="01/1999", office="UBND xã Một A")
    made = packages.make_package(commune, office_id=own.id)
    (lines,) = read_package(made.data)[1].units
    assert lines.steps is not None
    told = {line.register_type: line.books[Step.COUNTED] for line in lines.steps}
    assert told == {BIRTH: 1, MARRIAGE: 0} and all(not line.books[Step.ACCEPTED_PROVINCE] for line in lines.steps)
    district, units = copied(with_tree, tmp_path / "huyen")
    for receiver in (district, province.context):
        packages.register_key(receiver, own.id, packages.own_key(commune)[0])
    (result,) = packages.receive_packages(district, [(made.file_name, made.data)], day=TODAY)
    assert result.status is PackageStatus.TAKEN, result.message
    higher = packages.make_package(district, office_id=units["691"].id)
    packages.register_key(province.context, units["691"].id, packages.own_key(district)[0])
    (result,) = packages.receive_packages(province.context, [(higher.file_name, higher.data)], day=TODAY)
    assert result.status is PackageStatus.TAKEN, result.message
    for step in (Step.COUNTED, Step.EXPORTED):
        target = Target(office_id=own.id, register_type=None, step=step, starts_on=TODAY, target_on=TODAY)
        setting_targets.save_targets(province.context, target)
    lines_of_board = plan_targets.plan_board(province.context).lines
    standing = {line.target.step: line.standing for line in lines_of_board if line.target.office_id == own.id}
    assert (standing[Step.COUNTED].goal, standing[Step.COUNTED].done) == (2, 1)
    assert (standing[Step.EXPORTED].goal, standing[Step.EXPORTED].done) == (2, 0)


def test_packages_of_the_first_version_are_read_and_those_to_come_are_named(
    province: Province, commune: Context
) -> None:
    own = province["25001"]
    packages.register_key(province.context, own.id, packages.own_key(commune)[0])
    sealed = json.loads(packages.make_package(commune, office_id=own.id).data)
    content = json.loads(sealed["content"])
    for unit in content["units"]:
        del unit["steps"]
    keys = commune.settings.data_dir / "keys"
    del content["version"]
    text = json.dumps(content, ensure_ascii=False)
    for version, status in ((NEWEST + 1, PackageStatus.REFUSED), (1, PackageStatus.TAKEN)):
        raw = sealed | {"version": version, "content": text, "signature": sign(keys, text.encode())}
        (result,) = packages.receive_packages(province.context, [("goi.json", json.dumps(raw).encode())], day=TODAY)
        assert result.status is status, result.message
        assert version == 1 or "bản phần mềm mới hơn" in result.message
    target = Target(office_id=own.id, register_type=None, step=Step.COUNTED, starts_on=TODAY, target_on=TODAY)
    setting_targets.save_targets(province.context, target)
    (line,) = [one for one in plan_targets.plan_board(province.context).lines if one.target.step is Step.COUNTED]
    assert (line.standing.state, line.standing.done) == (PlanState.UNKNOWN, None), "nobody says how many are counted"


def test_a_package_passed_off_as_of_another_version_is_refused(province: Province, commune: Context) -> None:
    own = province["25001"]
    packages.register_key(province.context, own.id, packages.own_key(commune)[0])
    made = packages.make_package(commune, office_id=own.id)
    sealed = json.loads(made.data)
    assert json.loads(sealed["content"])["version"] == sealed["version"] == NEWEST
    for version in (1, 2):
        raw = json.dumps(sealed | {"version": version}).encode()
        (result,) = packages.receive_packages(province.context, [("goi.json", raw)], day=TODAY)
        assert result.status is PackageStatus.REFUSED and "đã bị sửa sau khi ký" in result.message
    older = json.loads(packages.make_package(commune, office_id=own.id, version=WITHOUT_STEPS).data)
    raw = json.dumps(older | {"version": NEWEST}).encode()
    assert (
        packages.receive_packages(province.context, [("goi.json", raw)], day=TODAY)[0].status is PackageStatus.REFUSED
    )
    keys = commune.settings.data_dir / "keys"
    content = json.loads(sealed["content"])
    del content["version"]
    text = json.dumps(content, ensure_ascii=False)  # as the version before signed it, steps and all
    raw = json.dumps(sealed | {"version": 2, "content": text, "signature": sign(keys, text.encode())}).encode()
    (result,) = packages.receive_packages(province.context, [("goi.json", raw)], day=TODAY)
    assert result.status is PackageStatus.TAKEN, result.message
    (result,) = packages.receive_packages(province.context, [(made.file_name, made.data)], day=TODAY)
    assert result.status is PackageStatus.TAKEN, result.message


class _OldUnit(BaseModel):
    """A unit as installations of before read it: whatever they do not know makes the file a damaged one."""

    model_config = ConfigDict(extra="forbid")

    code: str
    name: str
    lines: tuple[Line, ...]


def test_a_unit_above_with_the_program_of_before_is_sent_what_it_can_read(province: Province, commune: Context) -> None:
    own = province["25001"]
    newest = packages.make_package(commune, office_id=own.id)
    made = packages.make_package(commune, office_id=own.id, version=WITHOUT_STEPS)
    sealed = json.loads(made.data)
    assert sealed["version"] == 1
    content, told = json.loads(sealed["content"]), json.loads(json.loads(newest.data)["content"])
    assert {*content, "version", "words"} == told.keys() and content["units"], (
        "the version before knew none in the text"
    )
    units = [_OldUnit.model_validate(unit) for unit in content["units"]]
    assert [unit.lines for unit in units] == [unit.lines for unit in read_package(newest.data)[1].units]
    with pytest.raises(ValidationError, match="steps"):
        _OldUnit.model_validate(told["units"][0])
    packages.register_key(province.context, own.id, packages.own_key(commune)[0])
    (result,) = packages.receive_packages(province.context, [(made.file_name, made.data)], day=TODAY)
    assert result.status is PackageStatus.TAKEN, "whoever has updated reads it as well"
