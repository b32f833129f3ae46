"""Texts as clerks write them into register fields, drawn at random for training and tests.

Every person is invented: names are put together from counts of name parts.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path

import vietnamese.lexicons as lexicons
from layouts.columns import FieldKind
from vietnamese.dated_units import former_provinces
from vietnamese.number_words import drawn_date_words

__all__ = ["RegisterTexts"]

_WITH_KIND_WORDS = (2, 3)
"""Styles of an address in which its last unit may stand without the word for its kind."""
_ONE_ROW = 7
"""Words that fit one row: a longer sentence is mostly cut into rows."""


@lru_cache(maxsize=32)
def _phrases(section: str) -> tuple[str, ...]:
    """One section of `phrases.txt`: what clerks write, a phrase a column."""
    text = (Path(__file__).parent / "phrases.txt").read_text(encoding="utf-8")
    rows = dict(line.split(" = ", 1) for line in text.splitlines() if line)
    return tuple(rows[section].split(" | "))


_SHORT_FORMS = {
    "Xã": ("X.", "xã"),
    "Phường": ("P.", "P", "F."),
    "Thị trấn": ("TT", "TT.", "Thị trấn"),
    "Huyện": ("H.", "huyện"),
    "Quận": ("Q.", "Q"),
    "Thị xã": ("TX", "TX.", "thị xã"),
    "Thành phố": ("TP", "TP.", "Tp", "tp."),
    "Tỉnh": ("T.", "tỉnh"),
}


class RegisterTexts:
    """Draws (field kind, text) pairs; the kinds are those of the field table.

    Args:
        rng: source of chance; the same seed gives the same texts.
    """

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng
        self._places = lexicons.places()
        self._surnames = _weighted(lexicons.surnames(), 0.75)
        self._middles = _weighted(lexicons.middle_names(), 0.7)
        self._givens = _weighted(lexicons.given_names(), 0.45)
        self._syllables = tuple(sorted({part for place in self._places for part in place.commune.split()[1:]}))
        self._recipes: tuple[tuple[FieldKind, float, Callable[[], str]], ...] = (
            (FieldKind.NAME, 20, self.name),
            (FieldKind.PLACE, 21, self.place),
            (FieldKind.DATE, 12, self.date),
            (FieldKind.DATE_WORDS, 9, self.date_words),
            (FieldKind.ETHNIC_GROUP, 5, self.ethnic_group),
            (FieldKind.NATIONALITY, 3, self.nationality),
            (FieldKind.SEX, 2, self.sex),
            (FieldKind.RELATION, 3, self.relation),
            (FieldKind.ID_NUMBER, 5, self.id_number),
            (FieldKind.NUMBER, 4, self.number),
            (FieldKind.VOLUME, 2, self.volume),
            (FieldKind.TIME_OF_DEATH, 3, self.time_of_death),
            (FieldKind.SIGNER, 4, self.signer),
            (FieldKind.TITLE, 1, self.title),
            (FieldKind.TEXT, 8, self.free_text),
            (FieldKind.TEXT, 2, self.salad),
        )

    def draw(self) -> tuple[FieldKind, str]:
        """One field's kind and text."""
        weights = [weight for _, weight, _ in self._recipes]
        kind, _, recipe = self._rng.choices(self._recipes, weights)[0]
        return kind, recipe()

    def draw_figures(self) -> tuple[FieldKind, str]:
        """A field of figures and its text: dates and their parts twice as often as numbers."""
        date = (FieldKind.DATE, self.date)
        kind, recipe = self._rng.choice(
            (date, date, (FieldKind.ID_NUMBER, self.id_number), (FieldKind.NUMBER, self.number))
        )
        return kind, recipe()

    def _chance(self, share: float) -> bool:
        return self._rng.random() < share

    def _pick(self, words: Sequence[str]) -> str:
        return self._rng.choice(words)

    def name(self) -> str:
        """A person's name, in capitals now and then, of a minority now and then."""
        rng = self._rng
        if self._chance(0.14):
            parts = [self._pick(lexicons.minority_surnames())]
            if self._chance(0.45):
                parts.append(self._pick(("Thị", "Văn", "A", "Y", "Thi", "Mí", "Seo", "Thị")))
            pool = lexicons.minority_given_names() if self._chance(0.7) else self._syllables
            parts += [self._pick(pool) for _ in range(rng.choice((1, 1, 1, 2)))]
        else:
            parts = [rng.choices(*self._surnames)[0]]
            if self._chance(0.04):
                parts.append(rng.choices(*self._surnames)[0])
            middles = rng.choices((0, 1, 2), (1, 14, 3))[0]
            parts += [rng.choices(*self._middles)[0] for _ in range(middles)]
            parts += [rng.choices(*self._givens)[0] for _ in range(rng.choices((1, 2), (3, 1))[0])]
            if self._chance(0.06):
                parts[-1] = self._pick(self._syllables)
        text = " ".join(parts)
        if self._chance(0.04):
            text = text.replace(" ", " - ", 1) if self._chance(0.2) else text.lower()
        return text.upper() if self._chance(0.42) else text

    def _unit(self, unit: str, style: int) -> str:
        """A unit's name with its kind word written out, in small letters, cut short or left out."""
        word, _, rest = unit.partition(" ")
        if word == "Thành" or word == "Thị":
            second, _, rest = rest.partition(" ")
            word = f"{word} {second}"
        if style == 0 and not rest.isdigit():
            return rest
        if style == 1:
            return unit
        if style == 2:
            return f"{word.lower()} {rest}"
        form = self._pick(_SHORT_FORMS.get(word, (word,)))
        gap = "" if form.endswith(".") and self._chance(0.4) else " "
        return f"{form}{gap}{rest}"

    def place(self) -> str:
        """An address or a native place, from province alone to house number."""
        rng = self._rng
        spot = rng.choice(self._places)
        style = rng.choices((0, 1, 2, 3), (5, 2, 2, 2))[0]
        units = [u for u in (spot.commune, spot.district, spot.province) if u]
        if self._chance(0.06):
            units[-1] = f"Tỉnh {rng.choice(former_provinces()).name}"
        units = units[rng.choices((0, 1, 2), (8, 2, 1))[0] :] or units[-1:]
        styles = [
            rng.choice((0, style)) if style in _WITH_KIND_WORDS and i == len(units) - 1 else style
            for i in range(len(units))
        ]
        parts = [self._unit(unit, s) for unit, s in zip(units, styles, strict=True)]
        if self._chance(0.1):
            parts = (
                [part.lower() for part in parts]
                if self._chance(0.3)
                else parts[:1] + [p.capitalize() for p in parts[1:]]
            )
        if parts[-1] == "Hồ Chí Minh" and self._chance(0.6):
            parts[-1] = self._pick(("TP Hồ Chí Minh", "TP.HCM", "TPHCM", "Tp. Hồ Chí Minh", "TP. HCM"))
        lead = rng.random()
        if lead < 0.22:
            parts.insert(0, f"{self._pick(_phrases('hamlets'))} {self._hamlet()}")
        elif lead < 0.36:
            parts.insert(0, self._house())
        elif lead < 0.42:
            parts.insert(0, self._pick(_phrases("hospitals")))
        if self._chance(0.05):
            return parts[0]
        text = self._pick((", ", ", ", ", ", " - ", " - ", "-", " ,", ",", " – ".replace("–", "-"))).join(parts)
        return text.upper() if self._chance(0.02) else text

    def _hamlet(self) -> str:
        if self._chance(0.6):
            return str(self._rng.randint(1, 30))
        return " ".join(self._pick(self._syllables) for _ in range(self._rng.choice((1, 2, 2))))

    def _house(self) -> str:
        rng = self._rng
        number = str(rng.randint(1, 999))
        if self._chance(0.35):
            behind = (f"/{rng.randint(1, 99)}", f"/{rng.randint(1, 60)}/{rng.randint(1, 30)}", f"/{rng.randint(1, 9)}A")
            number += self._pick(("A", "B", "C", "D", "bis", "Bis", " A", *behind))
        street = self._pick(_phrases("streets"))
        if self._chance(0.5):
            street = " ".join(rng.choices(*table)[0] for table in (self._surnames, self._middles, self._givens))
        lead = self._pick(("", "", "", "Số ", "số ", "Số nhà ", "SN ", "K", "Lô "))
        return f"{lead}{number} {self._pick(('', '', '', 'Đường ', 'đường ', 'Phố '))}{street}"

    def _numbers(self) -> tuple[int, int, int]:
        rng = self._rng
        return (
            rng.randint(1, 31),
            rng.randint(1, 12),
            rng.randint(1900, 2025) if self._chance(0.3) else rng.randint(1940, 2019),
        )

    def date(self) -> str:
        """A date in figures in one of the usual styles, or a part of one."""
        day, month, year = self._numbers()
        style = self._rng.random()
        if style < 0.16:
            return str(year)
        if style < 0.22:
            return f"{month:02d}/{year}" if self._chance(0.5) else f"{month}/{year}"
        if style < 0.30:
            return self._pick((f"{day:02d}", str(day), f"{month:02d}", str(month)))
        if style < 0.36:
            return (
                f"ngày {day:02d} tháng {month:02d} năm {year}"
                if self._chance(0.5)
                else f"Ngày {day} tháng {month} năm {year}"
            )
        mark = self._pick(("/", "/", "/", "-", "-", ".", ".", " / ", " - ", ". "))
        shown = f"{day:02d}{mark}{month:02d}" if self._chance(0.55) else f"{day}{mark}{month}"
        short = self._chance(0.04)
        return f"{shown}{mark}{year % 100:02d}" if short else f"{shown}{mark}{year}"

    def date_words(self) -> str:
        """A date in words; every spelling of the numbers, whole or one line's part of it."""
        day, month, year = self._numbers()
        text = drawn_date_words(day, month, year, self._rng)
        if self._chance(0.4):
            words = text.split()
            start = self._rng.randrange(0, max(1, len(words) - 2))
            words = words[start : start + self._rng.randint(1, 9)]
            text = " ".join(words)
        return text

    def ethnic_group(self) -> str:
        """An ethnic group in one of its spellings."""
        groups = list(lexicons.ethnic_groups().values())
        group = "Kinh" if self._chance(0.25) else self._pick(self._rng.choice(groups))
        return group.lower() if self._chance(0.3) else group

    def nationality(self) -> str:
        """A nationality, mostly Vietnamese, in the ways it is capitalised."""
        if self._chance(0.75):
            return self._pick(("Việt Nam", "Việt Nam", "Việt nam", "việt nam", "Việt Nam.", "VN", "VIỆT NAM", "V.N"))
        return self._pick(lexicons.nationalities())

    def sex(self) -> str:
        """Nam or nữ."""
        return self._pick(("Nam", "Nữ", "nam", "nữ", "NAM", "NỮ", "Nam", "Nữ"))

    def relation(self) -> str:
        """How the one who reports is related."""
        word = self._pick(lexicons.relations())
        return word.lower() if self._chance(0.6) else word

    def id_number(self) -> str:
        """The number of an identity paper, alone or with kind, date and office."""
        digits = "".join(self._rng.choices("0123456789", k=self._rng.choices((9, 12, 8), (8, 4, 1))[0]))
        if self._chance(0.12):
            digits = f"{digits[:3]} {digits[3:6]} {digits[6:]}"
        if self._chance(0.05):
            digits = self._pick("BCN") + digits[:7]
        if self._chance(0.2):
            digits = f"{self._pick(_phrases('papers'))}{self._pick((' ', ': ', ' số '))}{digits}"
        if self._chance(0.15):
            place = self._unit(self._rng.choice(self._places).province, 0)
            digits += f"{self._pick((', ', ' ', ' - '))}{self._pick(('CA', 'Công an', 'CA tỉnh', 'cấp ngày'))} "
            digits += self.date() if digits.endswith("ngày ") else place
        return digits

    def number(self) -> str:
        """A running number, page number or count."""
        value = self._rng.choice((self._rng.randint(1, 30), self._rng.randint(1, 400), self._rng.randint(1, 9999)))
        return self._pick((str(value), f"{value:02d}", f"{value:03d}", f"{value}", f"{value:02d}"))

    def volume(self) -> str:
        """A volume: number and year, in the forms seen on covers and pages."""
        number, year = self._rng.randint(1, 12), self._rng.randint(1989, 2020)
        code = self._pick(("KS", "KT", "KH", "CMC", "HN"))
        return self._pick((f"{number:02d}/{year}", f"{number}/{year}", f"{number:02d}-TP/HT-{year}-{code}",
                           f"{number:02d}/{year}/{code}", f"{number:02d}", f"Quyển số {number:02d}/{year}",
                           f"{self._rng.randint(1, 300)}/{year}", f"{self._rng.randint(1, 300)}/{year}/QĐ-UBND",
                           f"{self._rng.randint(1, 300)}/UBND-XN", f"{self._rng.randint(1, 300):02d}/GBT"))  # fmt: skip

    def time_of_death(self) -> str:
        """Hour, minute and day of a death."""
        hour, minute = self._rng.randint(0, 23), self._rng.randint(0, 59)
        mark = self._pick(("h", "h", "h", " giờ ", "g", "h "))
        shown = f"{hour}{mark}{minute:02d}" + ("'" if mark in ("h", "g") and self._chance(0.7) else "")
        if self._chance(0.2):
            shown = f"{hour:02d}{mark}{minute:02d}" + (" phút" if "giờ" in mark else "'" if self._chance(0.5) else "")
        if self._chance(0.15):
            shown = f"{hour}{mark.rstrip()}"
        if self._chance(0.75):
            shown += self._pick((" ngày ", " ngày ", ", ngày ", " Ngày ", " ")) + self.date()
        return shown

    def title(self) -> str:
        """A signer's title."""
        title = self._pick(_phrases("titles"))
        return f"{title} {self._pick(_phrases('offices'))}" if self._chance(0.4) else title

    def signer(self) -> str:
        """A signer's name with the title before or behind."""
        mark = self._pick((" - ", " - ", ", ", " ", "-"))
        return (
            f"{self.name()}{mark}{self.title()}"
            if self._chance(0.5)
            else f"{self.title()}{self._pick((' ', ' - ', ': '))}{self.name()}"
        )

    def free_text(self) -> str:
        """Causes of death, marital status, purposes, occupations, remarks."""
        kind = self._rng.random()
        if kind < 0.2:
            cause = self._pick(lexicons.death_causes())
            return cause.capitalize() if self._chance(0.4) else cause
        if kind < 0.3:
            return self._pick(_phrases(self._pick(("causes", "homes"))))
        if kind < 0.55:
            return self._marital_status()
        if kind < 0.75:
            return self._purpose()
        if kind < 0.83:
            return self._pick(_phrases("jobs"))
        note = self._pick(_phrases("notes"))
        if self._chance(0.4):
            note += " " + self._pick((self.number(), self.date(), self.name(), self.volume()))
        return note + ("./." if self._chance(0.1) else "")

    def _marital_status(self) -> str:
        """A sentence on marriage, of the turns of phrase that registers have, or one row of it."""
        roll = self._rng.random()
        if roll < 0.3:
            text = self._pick(_phrases("status"))
        elif roll < 0.6:
            since = self._pick((self._pick(_phrases("since")), f"Từ ngày {self.date()}", f"Từ {self.date()}"))
            until = self._pick((self._pick(_phrases("until")), f"đến ngày {self.date()}", f"đến {self.date()}"))
            text = f"{since} {until} {self._pick(_phrases('unmarried'))}"
        elif roll < 0.8:
            court = f"{self._pick(_phrases('courts'))} {self._pick(self._syllables)}"
            text = f"{self._pick(_phrases('parted'))} {self.number()}/{self._rng.randint(1995, 2019)}"
            text += f" ngày {self.date()} {court}"
            text += f", {self._pick(_phrases('unmarried'))}" if self._chance(0.5) else ""
        else:
            text = f"{self._pick(_phrases('widowed'))} {self.date()}, {self._pick(_phrases('unmarried'))}"
        return self._row_of(text)

    def _purpose(self) -> str:
        """What a certificate is asked for, or one row of it."""
        roll = self._rng.random()
        if roll < 0.3:
            text = self._pick(_phrases("purposes"))
        elif roll < 0.65:
            text = f"{self._pick(_phrases('errands'))} {self._pick(_phrases('affairs'))}"
        else:
            text = f"{self._pick(_phrases('wedding'))} {self.name()}"
            text += self._pick(("", f", sinh năm {self._rng.randint(1950, 1999)}", f", thường trú tại {self.place()}"))
        return self._row_of(text)

    def _row_of(self, text: str) -> str:
        """The text, or of a long one the words that fill one dotted line."""
        words = text.split()
        if len(words) < _ONE_ROW or self._chance(0.25):
            return text
        start = self._rng.choice((0, self._rng.randrange(len(words) - 3)))
        return " ".join(words[start : start + self._rng.randint(4, 9)])

    def salad(self) -> str:
        """Pieces without sense, so that the network reads letters and guesses no words."""
        rng = self._rng
        letters = "aàáảãạăằắẳẵặâầấẩẫậbcdđeèéẻẽẹêềếểễệghiìíỉĩịklmnoòóỏõọôồốổỗộơờớởỡợpqrstuùúủũụưừứửữựvxyỳýỷỹỵfjwz"
        words = []
        for _ in range(rng.randint(1, 4)):
            if self._chance(0.25):
                words.append("".join(rng.choices("0123456789/.-", k=rng.randint(1, 6))).strip("/.-") or "7")
            elif self._chance(0.5):
                words.append(self._pick(self._syllables))
            else:
                words.append("".join(rng.choices(letters, k=rng.randint(1, 6))))
        text = " ".join(words)
        return rng.choice(
            (text, text.upper(), text.title(), f"({text})", f"{text}:", f'"{text}"', f"{text}; {self.number()}%")
        )


def _weighted(counts: Mapping[str, int], power: float) -> tuple[list[str], list[float]]:
    """Tokens and weights for `random.choices`; a power under 1 lets rare tokens come up more often."""
    return list(counts), [count**power for count in counts.values()]
