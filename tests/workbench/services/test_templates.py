"""Templates travel between offices: newer ones keep their number, older ones become the next version."""

from dataclasses import replace

import pytest
import yaml

from layouts.register_types import RegisterType
from ocr.readings import PageTask
from tests.fakes.readers import birth_reading
from tests.layouts.office_forms import NOWHERE, copied, of_labels
from tests.workbench.services.conftest import VERSIONS, Office
from workbench.services import importing, templates
from workbench.services.books import book_pages
from workbench.services.errors import InvalidInput
from workbench.services.previewing import preview_values
from workbench.services.review import next_entries
from workbench.services.review_types import ValueInput
from workbench.services.saving_readings import save_outcome
from workbench.services.template_trials import form_doubts

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def form_file(version: int, form: str = "birth-2006-xa-a", **changes: str) -> str:
    return copied(form, version=version, lower_mm=0.0, **changes)


def versions(office: Office) -> list[tuple[int, bool]]:
    return [(kept.version, kept.active) for kept in templates.list_templates(office.supervisor)]


def test_a_template_of_another_office_keeps_its_version(office: Office) -> None:
    assert templates.import_template(office.supervisor, form_file(3)).version == 3
    assert versions(office) == [(3, True)]
    assert templates.save_template(office.supervisor, form_file(4)).version == 4


def test_an_older_one_becomes_the_next_version(office: Office) -> None:
    for version in (1, 2):
        templates.save_template(office.supervisor, form_file(version))
    taken = templates.import_template(office.supervisor, form_file(1, title="SỔ CŨ"), "xa-b.yaml")
    assert (taken.version, taken.title) == (3, "SỔ CŨ")
    assert versions(office)[0] == (3, True)
    kept = templates.list_templates(office.supervisor)[0]
    assert yaml.safe_load(kept.yaml)["version"] == 3


def test_what_is_in_use_already_is_not_taken_twice(office: Office) -> None:
    templates.import_template(office.supervisor, form_file(1))
    with pytest.raises(InvalidInput, match="đang được dùng"):
        templates.import_template(office.supervisor, form_file(1))
    assert versions(office) == [(1, True)]


def test_a_form_that_cannot_be_told_from_others_is_doubted_when_it_comes(office: Office) -> None:
    (same,) = form_doubts(office.supervisor, copied("birth-2006-xa-a"))
    assert "«birth-2006-xa-a»" in same and "«Khai sinh, mẫu 2006»" in same and "đánh dấu các trang" in same
    (few,) = form_doubts(office.supervisor, of_labels("it-nhan", "Họ và tên:", "Nơi sinh:"))
    assert "cần ít nhất 60" in few and "không tự nhận trang nào" in few
    assert form_doubts(office.supervisor, of_labels("la-lam", *NOWHERE)) == ()


def test_how_many_pages_each_form_took_is_counted(office: Office) -> None:
    office.read_book(pages=2)
    assert templates.pages_by_form(office.supervisor) == {"birth-2006": 2}
    templates.import_template(office.supervisor, of_labels("la-lam", *NOWHERE))
    assert "la-lam" in templates.known_forms(office.clerk, RegisterType.BIRTH)
    assert "la-lam" not in templates.known_forms(office.clerk, RegisterType.DEATH)
    assert "la-lam" not in templates.pages_by_form(office.supervisor)


def test_what_was_warned_of_a_page_stands_at_its_entries(office: Office) -> None:
    book = office.book()
    importing.import_scans(office.clerk, book.id, [office.scan(1)])
    (page,) = book_pages(office.clerk, book.id)
    read = replace(birth_reading(PageTask(source="scan.tif")), warnings=("Trang gần giống cả hai mẫu.",))
    save_outcome(office.clerk, page, read, VERSIONS)
    shown = next_entries(office.clerk, 5, lease=False)
    assert [item.entry.findings[0].message for item in shown] == ["Trang gần giống cả hai mẫu."] * 2
    values = {"nksHoTen": ValueInput(text="Nguyễn Văn Thử")}
    assert preview_values(office.clerk, shown[0].entry.id, values).findings[0].message.startswith("Trang gần giống")


def test_mistakes_are_told_with_the_files_name(office: Office) -> None:
    with pytest.raises(InvalidInput, match=r"xa-b\.yaml: layout: chỉ nhận"):
        templates.import_template(office.supervisor, form_file(1, layout="la"), "xa-b.yaml")
    with pytest.raises(InvalidInput, match="có sẵn trong phần mềm"):
        templates.import_template(office.supervisor, form_file(1, form="birth-2006"))
    assert versions(office) == []
