"""The rules of the standard workbook as data: one list for the export's rehearsal and for other teams' deliveries."""

from __future__ import annotations

from enum import StrEnum
from functools import lru_cache
from importlib import resources
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field

from exports.errors import ExportError
from exports.profile import ExportProfile, RuleLevel
from layouts.columns import FieldKind, Required
from layouts.register_types import RegisterType

__all__ = ["Rule", "RuleKind", "RuleScope", "RuleSeverity", "RuleSource", "active_rules", "all_rules"]


class RuleKind(StrEnum):
    """How a rule is carried out."""

    PATTERN = "pattern"
    FILLED = "filled"
    CODE = "code"
    LISTED = "listed"
    ORDER = "order"
    PROCEDURE = "procedure"
    """A named check, for what a few words of data cannot say."""


class RuleScope(StrEnum):
    """What a rule looks at."""

    ROW = "row"
    BOOK = "book"
    FILE = "file"


class RuleSeverity(StrEnum):
    """What a broken rule does."""

    ERROR = "error"
    """It refuses the export."""
    WARNING = "warning"
    """It is listed."""


class RuleSource(StrEnum):
    """Where a rule comes from."""

    SPEC = "spec"
    TEAMS = "teams"
    OWN = "own"


class Rule(BaseModel):
    """One rule."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    id: str
    kind: RuleKind
    scope: RuleScope
    severity: RuleSeverity
    message: str
    """Vietnamese; {label}, {value}, {other}, {other_label}, {expected} are filled in."""
    source: RuleSource
    columns: tuple[str, ...] = ()
    kinds: tuple[FieldKind, ...] | Literal["any"] = ()
    pattern: str = ""
    required: Required | None = None
    excepted: tuple[str, ...] = Field(default=(), alias="except")
    lists: tuple[str, ...] = ()
    pairs: dict[RegisterType, tuple[tuple[str, str], ...]] = Field(default_factory=dict)
    """By register type: the earlier and the later column."""
    strict: bool = False
    """The earlier date must be earlier, not the same."""


@lru_cache(maxsize=1)
def all_rules() -> tuple[Rule, ...]:
    """Every rule, in the order of the data file."""
    text = resources.files("exports").joinpath("data/rules.yaml").read_text(encoding="utf-8")
    return tuple(Rule.model_validate(item) for item in yaml.safe_load(text))


def active_rules(profile: ExportProfile) -> dict[str, Rule]:
    """The rules by id as the office weighs them; rules switched off are missing.

    Raises:
        ExportError: the profile weighs a rule that does not exist.
    """
    unknown = sorted(set(profile.rule_levels) - {rule.id for rule in all_rules()})
    if unknown:
        raise ExportError(
            "bad_profile", f"Cấu hình nêu quy tắc không có: {', '.join(unknown)}. Hãy sửa trong phần cấu hình xuất."
        )
    found = {}
    for rule in all_rules():
        level = profile.rule_levels.get(rule.id)
        if level is RuleLevel.OFF:
            continue
        found[rule.id] = rule if level is None else rule.model_copy(update={"severity": RuleSeverity(level)})
    return found
