"""What minutes may say: days that follow each other, and who may bring a paper book back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from vietnamese.letters import tone_key
from vietnamese.shown_time import day_text

__all__ = ["Past", "Side", "not_the_holder", "out_of_order"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """Something that has happened, which later minutes cannot precede."""

    on: date
    what: str
    """Vietnamese, as it follows `ngày` (`xuất bản giao`)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """A person of the minutes and whom that person stands for."""

    name: str
    body: str = ""

    def __str__(self) -> str:
        return f"{self.name} ({self.body})" if self.body else self.name

    def same_person(self, other: Side) -> bool:
        """Whether both names are one, whatever their case, spaces and tone mark habit."""
        return tone_key(self.name) == tone_key(other.name)

    def same_body(self, other: Side) -> bool:
        """Whether both stand for one body that is named."""
        return bool(tone_key(self.body)) and tone_key(self.body) == tone_key(other.body)


def out_of_order(day: date, what: str, past: Sequence[Past]) -> str:
    """Why a day comes too early: the latest thing that had not happened yet; empty when all had."""
    later = max((one for one in past if day < one.on), key=lambda one: one.on, default=None)
    if later is None:
        return ""
    return f"{what} {day_text(day)} ở trước ngày {later.what} {day_text(later.on)}. Hãy ghi lại ngày."


def not_the_holder(holder: Side, giver: Side, receiver: Side, note: str) -> str:
    """Why these people cannot be those of a return; empty when they can.

    A book comes back from who holds it, from somebody of the same body, or from somebody of whom the note says for whom
    (`trả thay Trần Nhận`). It never comes back to its holder, nor to the body that holds it, unless the book never left
    that body.

    Args:
        holder: who received the book when it was handed out.
        giver: who brings it back.
        receiver: who takes it.
        note: of the minutes.
    """
    if receiver.same_person(holder):
        return f"người nhận lại là {receiver.name}, người đang giữ sổ. Hãy ghi người của bên đã giao sổ."
    if receiver.same_body(holder) and not giver.same_body(receiver):
        return f"bên nhận lại là {receiver.body}, bên đang giữ sổ. Hãy ghi bên đã giao sổ."
    if giver.same_person(holder) or giver.same_body(holder) or tone_key(holder.name) in tone_key(note):
        return ""
    return (
        f"sổ đang ở {holder}, không ở {giver}. Hãy ghi đúng người giữ sổ; người khác trả thay thì ghi "
        f"«trả thay {holder.name}» vào ô Ghi chú."
    )
