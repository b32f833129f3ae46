"""The sample books of a first start: brought in without being read, they wait where the server reads."""

import json
from pathlib import Path

from PIL import Image

from storage.reading_queue import take_from_queue
from workbench.config import Settings
from workbench.sample_books import add_sample_books
from workbench.services import reading_queue
from workbench.services.context import system_context


def sample_folder(folder: Path) -> Path:
    book = folder / "samples" / "khai-sinh"
    book.mkdir(parents=True)
    facts = {
        "register_type": "birth",
        "volume": "01/2017",
        "office": "UBND xã Mẫu",
        "district": "Mẫu",
        "province": "Dụ",
    }
    (book / "book.json").write_text(json.dumps(facts), encoding="utf-8")
    for number in (1, 2):
        Image.new("L", (900, 1270), 240 + number).save(book / f"trang-{number}.png")
    return book.parent


def test_samples_of_a_first_start_wait_in_the_queue_and_are_asked_for_once(tmp_path: Path) -> None:
    context, samples = system_context(Settings(data_dir=tmp_path / "data")), sample_folder(tmp_path)
    add_sample_books(context, samples, read=False)
    [line] = reading_queue.reading_queue(context).lines
    assert (line.pages, line.left) == (2, 2) and "SỔ MẪU" in line.title
    with context.write() as work:
        take_from_queue(work.connection, line.book_id)
    add_sample_books(context, samples, read=False)
    assert reading_queue.reading_queue(context).lines == (), "who took a sample out does not find it there again"
