"""A level that has returned a delivery accepts another one, or the same with a reason."""

from collections.abc import Callable
from pathlib import Path

import pytest

from corrections.acceptance import AcceptanceLevel
from tests.exports.books import words_of_document
from tests.workbench.services.conftest import Office
from tests.workbench.services.test_acceptance import SHOWN, _approve, _codes, _hold, _reopen, finished
from workbench.services import acceptance, audit, exporting
from workbench.services.acceptance import BookVerdict
from workbench.services.errors import InvalidInput

__all__ = ["finished"]

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

Token = Callable[[], str]
COMMUNE, DISTRICT, PROVINCE = AcceptanceLevel


@pytest.mark.slow
def test_a_delivery_that_a_level_has_returned_is_accepted_anew_or_with_a_reason(
    finished: Office, token: Token, tmp_path: Path
) -> None:
    exporting.export_book(finished.supervisor, 1, tmp_path / "out")
    _hold(finished, COMMUNE)
    _hold(finished, DISTRICT, verdicts=[BookVerdict(book_id=1, accepted=False, reason="Ảnh mờ")])
    assert _codes(finished, DISTRICT) == ["returned"]
    with pytest.raises(InvalidInput, match=f"đã trả lại đúng bản này ngày {SHOWN}. Hãy sửa rồi xuất bản giao mới"):
        _hold(finished, DISTRICT)
    exporting.export_book(finished.supervisor, 1, tmp_path / "again")
    assert _codes(finished, DISTRICT) == ["returned"], "the same bytes written once more are no new delivery"
    _reopen(finished, token, 2)
    _approve(finished, token, 2, nksHoTen="Nguyễn Văn Mười")
    exporting.export_book(finished.supervisor, 1, tmp_path / "out")
    assert _codes(finished, DISTRICT) == ["below"], "a new delivery is accepted from below again"
    _hold(finished, COMMUNE)
    _hold(finished, DISTRICT, verdicts=[BookVerdict(book_id=1, accepted=False, reason="trả nhầm quyển")])
    by_mistake = BookVerdict(book_id=1, accepted=True, reason="Đã trả nhầm, ảnh rõ")
    kept = _hold(finished, DISTRICT, verdicts=[by_mistake])
    assert kept.verdicts[0].reason == "Đã trả nhầm, ảnh rõ" and kept.round == 3
    assert "Đã trả nhầm, ảnh rõ" in words_of_document(acceptance.print_acceptance(finished.supervisor, kept.id)[1])
    assert _codes(finished, PROVINCE) == []
    told = [e for e in audit.list_events(finished.supervisor, book_id=1) if e.action == "acceptance"]
    assert told[0].reason == "Đã trả nhầm, ảnh rõ"
