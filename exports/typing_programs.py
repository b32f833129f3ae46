"""Other programs that entries are typed into by hand, and the order of their fields: `data/typing_programs.yaml`."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from importlib import resources

import yaml
from pydantic import BaseModel, ConfigDict

from layouts.columns import columns
from layouts.register_types import RegisterType

__all__ = ["POPULATION", "TypingProgram", "typing_programs"]

POPULATION = "dan_cu"
"""The program whose persons reconciliation looks for."""
_NOT_TYPED = frozenset({"STT", "dataFilePath"})
"""Columns of the workbook that are no writing of the book."""


class TypingProgram(BaseModel):
    """A program with its fields by register type."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    label: str
    date_sign: str
    """Between day, month and year in that program."""
    registers: Mapping[RegisterType, tuple[str, ...]]

    def order(self, register_type: RegisterType) -> tuple[str, ...]:
        """Official column names in the order of the program's form; all columns where nothing is known of it."""
        everything = tuple(c.name for c in columns(register_type) if c.name not in _NOT_TYPED)
        return self.registers.get(register_type, everything)


@lru_cache(maxsize=1)
def typing_programs() -> Mapping[str, TypingProgram]:
    """All programs by name."""
    raw = yaml.safe_load(resources.files("exports").joinpath("data/typing_programs.yaml").read_text(encoding="utf-8"))
    return {name: TypingProgram.model_validate(program) for name, program in raw["programs"].items()}
