"""A folder or archive whose names tell of several books is imported as several."""

import zipfile
from pathlib import Path

import pytest
from PIL import Image

from exports.names import book_in_name
from layouts.register_types import RegisterType
from tests.workbench.services.conftest import Office
from workbench.services import books
from workbench.services.errors import InvalidInput, NotAllowed
from workbench.services.importing_books import books_told, import_told, names_within


@pytest.mark.parametrize(
    ("name", "kind", "volume"),
    [
        ("KS.2008.01", RegisterType.BIRTH, "01/2008"),
        ("xalocthuan_hbd_tbt.CMC.2006.1.zip", RegisterType.PARENT_CHILD_RECOGNITION, "01/2006"),
        ("quét lại/kh-1999-02/trang 3.jpg", RegisterType.MARRIAGE, "02/1999"),
        ("KT.1998.03/KS.1998.01.1998-05-20.045.pdf", RegisterType.BIRTH, "01/1998"),
        ("C:\\\\quet\\\\KT_2010_12\\\\a.tif", RegisterType.DEATH, "12/2010"),
    ],
)
def test_names_tell_of_their_book(name: str, kind: RegisterType, volume: str) -> None:
    assert book_in_name(name) == (kind, volume)


@pytest.mark.parametrize("name", ["trang 1.jpg", "TKS.2008.01.jpg", "KS.2008.jpg", "KS.0008.01", "IMG_2008_01_02.jpg"])
def test_other_names_tell_of_none(name: str) -> None:
    assert book_in_name(name) is None


def scans(folder: Path) -> dict[Path, str]:
    """An archive of two books, and a file beside it that tells of a third."""
    pictures = []
    for shade in (10, 60, 110, 160):
        path = folder / f"{shade}.png"
        Image.new("L", (60, 80), shade).save(path)
        pictures.append(path)
    archive = folder / "nhieu quyen.zip"
    with zipfile.ZipFile(archive, "w") as packed:
        packed.write(pictures[0], "KS.2008.01/trang 1.png")
        packed.write(pictures[1], "KS.2008.01/trang 2.png")
        packed.write(pictures[2], "KH.2008.01/trang 1.png")
        packed.writestr("KS.2008.01/Thumbs.db", b"left there by the operating system")
        packed.writestr("desktop.ini", b"this too")
    return {archive: "nhieu quyen.zip", pictures[3]: "trang le.png"}


def test_several_books_come_from_one_archive(office: Office) -> None:
    files = scans(office.folder)
    known = office.book(volume_number="01/2008")
    names = names_within((name, path) for path, name in files.items())
    assert len(names) == 4, "what an operating system leaves behind asks for no book"
    told = books_told(office.clerk, names)
    assert [(t.register_type, t.volume_number, t.files, t.book) for t in told] == [
        (RegisterType.BIRTH, "01/2008", 2, known),
        (RegisterType.MARRIAGE, "01/2008", 1, None),
    ]
    with pytest.raises(InvalidInput, match="không cho biết thuộc quyển nào"):
        import_told(office.supervisor, files, office="UBND xã Tân Lập")
    with pytest.raises(NotAllowed):
        import_told(office.clerk, files, office="UBND xã Tân Lập", rest=known.id)
    done = import_told(office.supervisor, files, office="UBND xã Tân Lập", rest=known.id)
    assert {(b.register_type, r.pages_added) for b, r in done} == {(RegisterType.BIRTH, 3), (RegisterType.MARRIAGE, 1)}
    again = import_told(office.clerk, files, rest=known.id)
    assert sum(result.pages_added for _, result in again) == 0, "the same scans add nothing"
    assert len(books.list_books(office.clerk)) == 2
