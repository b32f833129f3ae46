"""Invented entries: every column a form carries, consistent inside one entry and along one book.

Parents are older than the child, registration follows the event, numbers run through the book, and the printed page
is the number plus a constant, as the registers' own rules want it.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date, timedelta

from benchmark.invented.clerks import Clerk, Value, empty, plain
from benchmark.invented.people import InventedPerson, day_between, invent_person, random_place, short_place
from layouts.forms import FormTemplate, Item, ItemKind
from layouts.register_types import RegisterType
from vietnamese.letters import first_large, first_small
from vietnamese.lexicons import Place, death_causes
from vietnamese.number_words import day_words, month_words, year_words

__all__ = ["BookPlan", "invent_entry", "plan_book"]

_JOBS = ("Làm ruộng", "Làm nông", "Buôn bán", "Công nhân", "Giáo viên", "Nội trợ", "Làm rẫy", "Thợ mộc", "Thợ xây",
         "Lái xe", "Cán bộ", "Bộ đội", "Học sinh", "Hưu trí", "Y sĩ")  # fmt: skip
_PURPOSES = ("Để đăng ký kết hôn", "Đăng ký kết hôn", "Bổ túc hồ sơ vay vốn ngân hàng", "Mua bán đất",
             "Làm thủ tục chuyển nhượng quyền sử dụng đất", "Bổ túc hồ sơ xin việc làm")  # fmt: skip
_STATES = ("Hiện tại chưa đăng ký kết hôn với ai", "Chưa kết hôn lần nào", "Chưa có vợ, chưa có chồng",
           "Đã ly hôn, hiện tại chưa đăng ký kết hôn với ai",
           "Từ khi đủ tuổi kết hôn đến nay chưa đăng ký kết hôn với ai")  # fmt: skip
_CHANGES = ("Cải chính năm sinh từ {a} thành {b}", "Bổ sung ngày, tháng sinh: {d}", "Cải chính chữ đệm trong họ tên",
            "Xác định lại dân tộc từ Kinh sang Tày", "Thay đổi họ từ họ mẹ sang họ cha")  # fmt: skip
_NOTES = ("Trích lục cấp lại ngày {d}", "Đã ly hôn theo Quyết định số {n} ngày {d}",
          "Cải chính năm sinh theo QĐ số {n} ngày {d}", "Đã cấp bản sao ngày {d}",
          "Nhận cha cho con theo QĐ số {n} ngày {d}")  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class BookPlan:
    """What one book holds constant."""

    template: FormTemplate
    clerk: Clerk
    office: Place
    year: int
    volume: int
    first_number: int
    page_offset: int
    notes_share: float
    empty_share: float


def plan_book(template: FormTemplate, rng: random.Random) -> BookPlan:
    """A book of that form: its office, its clerk, its year."""
    year = rng.randint(max(template.in_use.first, 1985), min(template.in_use.last, 2019))
    return BookPlan(
        template=template,
        clerk=Clerk.invented(rng),
        office=random_place(rng),
        year=year,
        volume=rng.choice((1, 1, 1, 2)),
        first_number=rng.choice((1, 1, 12, 37, 118)),
        page_offset=rng.choice((0, 0, 0, 1, 2, 5)),
        notes_share=0.12,
        empty_share=0.12,
    )


@dataclass(slots=True)
class _Writer:
    """Everything needed to invent one entry."""

    plan: BookPlan
    rng: random.Random
    day: date

    @property
    def clerk(self) -> Clerk:
        return self.plan.clerk

    def place(self, *, away: float = 0.15, hamlet: float = 0.35) -> str:
        """A place as written: mostly the commune of the office itself."""
        rng = self.rng
        unit = random_place(rng) if rng.random() < away else self.plan.office
        return short_place(rng, unit, separator=self.clerk.place_separator, hamlet=rng.random() < hamlet)

    def person(self, female: bool, youngest: int, oldest: int, **known: str) -> InventedPerson:
        """A person of that age at the registration."""
        return invent_person(
            self.rng,
            female=female,
            born_from=_years_before(self.day, oldest),
            born_to=_years_before(self.day, youngest),
            home=self.place(),
            origin=self.place(away=0.4, hamlet=0.1),
            surname=known.get("surname"),
            ethnic_group=known.get("ethnic_group"),
        )


def _years_before(day: date, years: int) -> date:
    return day - timedelta(days=round(years * 365.25))


def invent_entry(plan: BookPlan, index: int, rng: random.Random) -> dict[str, Value]:
    """All values of the book's entry with that index, by column; only columns the form carries.

    Args:
        plan: the book.
        index: place of the entry in the book from 0.
        rng: source of chance.
    """
    day_of_year = min(364, int((index + rng.random()) * 3.5) + rng.randint(0, 3))
    writer = _Writer(plan=plan, rng=rng, day=date(plan.year, 1, 2) + timedelta(days=day_of_year % 362))
    facts = _common(writer, index)
    for prefix, person in _people(writer).items():
        facts |= _personal(writer, prefix, person)
    facts |= _special(writer)
    return _as_on_form(writer, facts)


def _common(w: _Writer, index: int) -> dict[str, Value]:
    number = w.plan.first_number + index
    page = w.plan.page_offset + number
    if w.plan.template.entries_per_page > 1:
        page = w.plan.page_offset + 1 + index // w.plan.template.entries_per_page
    signer, title = w.clerk.signer(w.rng)
    slotted = any(item.slots.get("ngayDangKy") for item in w.plan.template.items)
    volume = f"{w.plan.volume:02d}/{w.plan.year}"
    decision = w.clerk.number(number)
    return {
        "so": w.clerk.number(number),
        "trangSo": plain(str(page)),
        "quyenSo": plain(volume),
        "quyetDinhSo": decision,
        "giayChungNhanSo": decision,
        "giayChungNhanNgay": w.clerk.slotted_day(w.day),
        "ngayDangKy": w.clerk.slotted_day(w.day) if slotted else w.clerk.day(w.day),
        "noiDangKy": plain(f"UBND {first_small(w.plan.office.commune)}"),
        "nguoiKy": signer,
        "chucVuNguoiKy": title,
        "nguoiThucHien": plain(w.clerk.registrar),
    }


def _people(w: _Writer) -> dict[str, InventedPerson]:
    """The people of an entry by column prefix, related as the register wants it."""
    rng, kind = w.rng, w.plan.template.register_type
    man = w.person(False, 20, 45)
    woman = w.person(True, 19, 42, ethnic_group=man.ethnic_group if rng.random() < 0.85 else "Kinh")
    surname = man.name.split()[0]
    informant = w.person(rng.random() < 0.5, 25, 70)
    group = {"ethnic_group": man.ethnic_group, "surname": surname}
    if kind is RegisterType.BIRTH:
        child = w.person(rng.random() < 0.5, 0, 1 if rng.random() < 0.8 else 9, **group)
        return {"nks": child, "me": woman, "cha": man, "nyc": rng.choice((man, woman, informant))}
    if kind is RegisterType.MARRIAGE:
        return {"chong": man, "vo": woman}
    if kind is RegisterType.DEATH:
        return {"nkt": w.person(rng.random() < 0.5, 1 if rng.random() < 0.1 else 35, 95), "nyc": informant}
    if kind is RegisterType.PARENT_CHILD_RECOGNITION:
        child = w.person(rng.random() < 0.5, 1, 18, **group)
        return {"cm": rng.choice((man, man, woman)), "nc": child, "nyc": rng.choice((woman, informant))}
    if kind is RegisterType.MARITAL_STATUS:
        single = w.person(rng.random() < 0.5, 18, 60)
        return {"nxn": single, "nyc": single if rng.random() < 0.7 else informant}
    if kind is RegisterType.GUARDIANSHIP:
        return {"ngh": informant, "ndgh": w.person(rng.random() < 0.5, 1, 17), "nyc": rng.choice((informant, man))}
    if kind is RegisterType.CHANGE:
        changed = w.person(rng.random() < 0.5, 1, 60)
        return {"ntd": changed, "nyc": changed if rng.random() < 0.6 else informant}
    child = w.person(rng.random() < 0.5, 0, 12)
    giver, mother = w.person(False, 20, 50), w.person(True, 20, 48)
    return {"conNuoi": child, "chaNuoi": man, "meNuoi": woman, "ongGiao": giver, "baGiao": mother}


_REGISTERED = ("nks", "chong", "vo", "nkt", "cm", "nc", "nxn", "ndgh", "ntd", "conNuoi")
_CHILDREN = ("nks", "nc", "ndgh", "conNuoi")


def _personal(w: _Writer, prefix: str, person: InventedPerson) -> dict[str, Value]:
    clerk, rng = w.clerk, w.rng
    child = prefix in _CHILDREN
    born = clerk.day(person.born) if child else clerk.birthday(rng, person.born)
    if prefix in ("me", "cha"):  # the form of 2015 asks the parents' year only
        born = clerk.day(person.born, precision="year" if rng.random() < 0.8 else "day")
    paper = "" if child or rng.random() < 0.12 else person.id_number
    return {
        f"{prefix}HoTen": clerk.name(person, registered=prefix in _REGISTERED),
        f"{prefix}GioiTinh": clerk.sex(person),
        f"{prefix}NgaySinh": born,
        f"{prefix}NgaySinhBangChu": plain(_in_words(person.born, rng)),
        f"{prefix}DanToc": clerk.ethnic_group(person),
        f"{prefix}QuocTich": clerk.country(),
        f"{prefix}NoiSinh": plain(_birthplace(w, person)),
        f"{prefix}QueQuan": plain(person.origin),
        f"{prefix}NoiCuTru": plain(person.residence),
        f"{prefix}NgheNghiep": plain(rng.choice(_JOBS)),
        f"{prefix}SoGiayToTuyThan": plain(paper),
        f"{prefix}SoDinhDanh": plain("".join(rng.choices("0123456789", k=12)) if rng.random() < 0.5 else ""),
        **_paper(w, prefix, paper),
    }


def _in_words(day: date, rng: random.Random) -> str:
    """A whole date in words, in one of the spellings clerks use."""
    spellings = (day_words(day.day), month_words(day.month), year_words(day.year))
    words = [rng.choice(usual if rng.random() < 0.3 else usual[:2]) for usual in spellings]
    joint = rng.choice((", ", ", ", " "))
    text = joint.join(f"{unit} {word}" for unit, word in zip(("ngày", "tháng", "năm"), words, strict=True))
    return rng.choice((first_large(text), text, text.removeprefix("ngày ").capitalize()))


def _birthplace(w: _Writer, person: InventedPerson) -> str:
    chance = w.rng.random()
    if chance < 0.2:
        return w.rng.choice(("Bệnh viện Đa khoa tỉnh", "Trạm y tế xã", "Bệnh viện huyện", "Trung tâm y tế huyện"))
    return person.residence if chance < 0.6 else w.place(away=0.3, hamlet=0.1)


def _paper(w: _Writer, prefix: str, number: str) -> dict[str, Value]:
    """An identity paper written as one text that four columns share (kind, number, day, place).

    Forms that ask for the number alone get the number alone.
    """
    names = [f"{prefix}{part}GiayToTuyThan" for part in ("Loai", "So", "NgayCap", "NoiCap")]
    carried = w.plan.template.column_names
    if names[0] not in carried and f"{prefix}GiayToTuyThan" not in carried:
        return {}
    if not number or w.rng.random() < 0.15:
        return {name: empty() for name in (*names, f"{prefix}GiayToTuyThan")}
    issued = w.clerk.day(day_between(w.rng, date(w.plan.year - 9, 1, 1), w.day))
    card = "CCCD" if len(number) == 12 and w.plan.year >= 2016 else "CMND"
    place = f"CA {short_place(w.rng, w.plan.office, separator='|').split('|')[-1].removeprefix('tỉnh ')}"
    text = w.rng.choice(
        (f"{card} {number}, {issued.written}, {place}", f"{card} số {number} {place} cấp {issued.written}")
    )
    standards = ("4" if card == "CCCD" else "1", number, issued.standard, place)
    shared = {name: Value(written=text, standard=s) for name, s in zip(names, standards, strict=True)}
    return shared | {f"{prefix}GiayToTuyThan": plain(text)}


def _special(w: _Writer) -> dict[str, Value]:
    rng, clerk = w.rng, w.clerk
    relations = ("Cha", "Mẹ", "Ông nội", "Bà ngoại", "Con", "Vợ", "Chồng", "Em ruột", "Chú", "Cô", "Cậu", "Bản thân")
    earlier = clerk.day(_years_before(w.day, rng.randint(1, 20)))
    change = rng.choice(_CHANGES).format(a=rng.randint(1950, 1980), b=rng.randint(1981, 1999), d=earlier.written)
    found: dict[str, Value] = {
        "nycQuanHe": clerk.relation(rng.choice(relations)),
        "nycQHNguoiNhan": clerk.relation(rng.choice(relations)),
        "nycQHNguoiDuocNhan": clerk.relation(rng.choice(relations)),
        "benGiaoQuanHe": clerk.relation(rng.choice(("Cha mẹ đẻ", "Ông bà", "Cô ruột"))),
        "ghiChu": plain(_note(w)) if rng.random() < w.plan.notes_share else empty(),
        "nktNguyenNhanChet": plain(rng.choice(death_causes())),
        "nktNoiChet": plain(rng.choice(("Tại nhà", "tại nhà", "Bệnh viện Đa khoa tỉnh", w.place(hamlet=0.6)))),
        "nxnTinhTrangHonNhan": plain(rng.choice(_STATES)),
        "nxnMucDichSuDung": plain(rng.choice(_PURPOSES)),
        "nxnNoiThuongTruTruocXuatCanh": empty(),
        "nxnThoiGianCuTruTai": plain(w.place(hamlet=0.6)),
        "nxnThoiGianCuTruTu": clerk.slotted_day(_years_before(w.day, rng.randint(6, 20))),
        "nxnThoiGianCuTruDen": clerk.slotted_day(_years_before(w.day, rng.randint(0, 5))),
        "ngayXacLapQuanHeHonNhan": clerk.day(w.day) if rng.random() < 0.5 else empty(),
        "lyDoGiamHo": plain(rng.choice(("Cha mẹ đã chết", "Mẹ mất, cha mất năng lực hành vi dân sự"))),
        "noiDungThayDoi": plain(change),
        "canCuThayDoi": plain("Bản chính Giấy khai sinh"),
        "giayToTen": plain("Giấy khai sinh"),
        "giayToSo": plain(str(rng.randint(1, 300))),
        "giayToNgayCap": earlier,
        "giayToNoiCap": plain("UBND xã"),
        "coSoNuoiDuongTen": empty(),
        "coSoNuoiDuongDaiDien": empty(),
    }
    if w.plan.template.register_type is RegisterType.DEATH:
        found |= _death(w)
    return found


def _note(w: _Writer) -> str:
    later = w.clerk.day(w.day + timedelta(days=w.rng.randint(200, 2500))).written
    return w.rng.choice(_NOTES).format(d=later, n=w.rng.randint(2, 80))


def _death(w: _Writer) -> dict[str, Value]:
    """Time and day of death, and the death notice."""
    rng, clerk = w.rng, w.clerk
    died = clerk.day(w.day - timedelta(days=rng.randint(1, 60)))
    hour, minute = rng.randint(0, 23), rng.choice((0, 0, 5, 10, 15, 20, 30, 30, 40, 45, 50))
    time = f"{hour}h{minute:02d}"
    items = [item for item in w.plan.template.items if "nktGioPhutChet" in item.columns]
    slots = items[0].slots if items else {}
    if slots and set(slots.get("nktGioPhutChet", ())) == set(slots.get("nktNgayChet", ())):
        parts: tuple[str, ...] = (str(hour), f"{minute:02d}", died.written)
        text = f"{time}' ngày {died.written}"
    else:
        parts = (str(hour), f"{minute:02d}")
        text = f"{time}' ngày {died.written}"
    if slots and slots.get("nktNgayChet") != slots.get("nktGioPhutChet"):
        clock = Value(written=" ".join(parts), standard=time, parts=parts)
        day = Value(written="/".join(died.parts), standard=died.standard, parts=died.parts)
    else:
        clock = Value(written=text, standard=time, parts=parts)
        day = Value(written=text, standard=died.standard, parts=parts)
    return {"nktGioPhutChet": clock, "nktNgayChet": day, **_notice(w, died)}


def _notice(w: _Writer, day: Value) -> dict[str, Value]:
    names = ("gbtLoai", "gbtSo", "gbtNgay", "gbtCoQuanCap")
    if w.rng.random() < 0.35:
        return {name: empty() for name in names}
    number, office = str(w.rng.randint(1, 90)), w.rng.choice(("Trạm y tế xã", "Bệnh viện Đa khoa tỉnh", "UBND xã"))
    items = [item for item in w.plan.template.items if "gbtSo" in item.columns]
    columns = items[0].columns if items else ()
    text = w.rng.choice(
        (
            f"Giấy báo tử số {number} ngày {day.written} do {office} cấp",
            f"Giấy báo tử số {number} ngày {day.written}, {office}",
        )
    )
    if "gbtLoai" not in columns:
        text = f"{number} ngày {day.written}, {office}"
    if "gbtNgay" not in columns:
        text = number
    standards = ("1", number, day.standard, office)
    found = {n: Value(written=text, standard=s) for n, s in zip(names, standards, strict=True)}
    if "gbtNgay" not in columns:
        found |= {"gbtNgay": day, "gbtCoQuanCap": plain(office)}
        del found["gbtLoai"]  # the number alone does not say what kind of paper it is
    return found


_MERGED = {
    ("nycHoTen", "nycSoGiayToTuyThan"): "{nycHoTen}, {nycNoiCuTru}, CMND {nycSoGiayToTuyThan}",
    ("chaHoTen", "chaNgaySinh", "chaNoiCuTru"): "{chaHoTen}, {chaNgheNghiep}, {chaNoiCuTru}",
    ("meHoTen", "meNgaySinh", "meNoiCuTru"): "{meHoTen}, {meNgheNghiep}, {meNoiCuTru}",
    ("nycHoTen", "nycQuanHe"): "{nycHoTen} - {nycQuanHe}",
}
_NOT_ON_THE_LINE = {"chaNgaySinh", "meNgaySinh"}


def _as_on_form(w: _Writer, facts: dict[str, Value]) -> dict[str, Value]:
    """The facts as the form takes them: several columns in one text, some fields left empty."""
    found: dict[str, Value] = {}
    for item in w.plan.template.items:
        if item.kind in (ItemKind.CHECKBOX, ItemKind.STAMP):
            continue
        found |= _item_values(w, item, facts)
    return found


def _item_values(w: _Writer, item: Item, facts: dict[str, Value]) -> dict[str, Value]:
    known = {name: facts[name] for name in item.columns if name in facts}
    pattern = _MERGED.get(item.columns)
    if pattern:
        text = pattern.format_map({name: value.written for name, value in facts.items()}).removesuffix(", CMND ")
        return {
            name: Value(written=text, standard=value.standard)
            for name, value in known.items()
            if name not in _NOT_ON_THE_LINE
        }
    if item.cells_mm:
        known = {name: _short(w, value) if name.endswith("NoiCuTru") else value for name, value in known.items()}
    if not item.slots and not item.cells_mm:
        known = _of_one_text(known)
    if _may_stay_empty(item) and w.rng.random() < w.plan.empty_share:
        return {name: empty() for name in known}
    return known


def _of_one_text(known: dict[str, Value]) -> dict[str, Value]:
    """Of several columns on one line, those that the text written there feeds."""
    texts = [value.written for value in known.values() if value.written]
    return {name: value for name, value in known.items() if not texts or value.written == texts[0]}


def _short(w: _Writer, value: Value) -> Value:
    """A place short enough for a narrow cell: its first two parts."""
    return plain(w.clerk.place_separator.join(value.written.split(w.clerk.place_separator)[:2]))


def _may_stay_empty(item: Item) -> bool:
    """Fields that real clerks leave empty now and then."""
    usual = ("SoGiayToTuyThan", "QueQuan", "NoiSinh", "QuanHe", "NguyenNhanChet", "QHNguoiNhan", "QHNguoiDuocNhan")
    return len(item.columns) == 1 and item.columns[0].endswith(usual) and item.kind is ItemKind.LINE
