"""Templates travel between offices: newer ones keep their number, older ones become the next version."""

import pytest
import yaml

from layouts.loader import shipped_template
from tests.workbench.services.conftest import Office
from workbench.services import templates
from workbench.services.errors import InvalidInput

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def form_file(version: int, form: str = "birth-2006-xa-a", **changes: object) -> str:
    data = shipped_template("birth-2006").model_dump(mode="json", by_alias=True, exclude_defaults=True)
    data |= {"form": form, "version": version, "grade": "office"} | changes
    return yaml.safe_dump(data, allow_unicode=True, sort_keys=False)


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


def test_mistakes_are_told_with_the_files_name(office: Office) -> None:
    with pytest.raises(InvalidInput, match=r"xa-b\.yaml: layout: chỉ nhận"):
        templates.import_template(office.supervisor, form_file(1, layout="la"), "xa-b.yaml")
    with pytest.raises(InvalidInput, match="có sẵn trong phần mềm"):
        templates.import_template(office.supervisor, form_file(1, form="birth-2006"))
    assert versions(office) == []
