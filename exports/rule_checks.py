"""How the rules of `data/rules.yaml` are carried out on the rows of one book."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping

from exports.profile import BirthForm, ExportProfile
from exports.rows import CaseRow
from exports.rule_book_checks import BOOK_CHECKS
from exports.rule_dates import date_span
from exports.rule_hits import RowsContext, RuleHit, in_list
from exports.rule_row_checks import ROW_CHECKS
from exports.rules import Rule, RuleKind, RuleScope
from layouts.codes import code_list
from layouts.columns import Column, FieldKind

__all__ = ["check_rows"]


def check_rows(rules: Mapping[str, Rule], context: RowsContext) -> Iterator[RuleHit]:
    """Every hit of the row and book rules, row by row in the order of the rules."""
    for rule in rules.values():
        if rule.scope is RuleScope.FILE:
            continue
        if rule.scope is RuleScope.BOOK:
            yield from BOOK_CHECKS[rule.id](context)
            continue
        for row in context.rows:
            yield from _check_row(rule, row, context)


def _check_row(rule: Rule, row: CaseRow, context: RowsContext) -> Iterator[RuleHit]:
    if rule.kind is RuleKind.PROCEDURE:
        yield from ROW_CHECKS[rule.id](row, context)
    else:
        yield from _GENERIC[rule.kind](rule, row, context)


def _concerned(rule: Rule, row: CaseRow, context: RowsContext) -> Iterator[tuple[str, str]]:
    """Filled cells a rule is about."""
    for name, text in row.values.items():
        kind = context.columns[name].kind if name in context.columns else None
        if text and (name in rule.columns or rule.kinds == "any" or kind in rule.kinds):
            yield name, text


def _pattern(rule: Rule, row: CaseRow, context: RowsContext) -> Iterator[RuleHit]:
    for name, text in _concerned(rule, row, context):
        if not re.fullmatch(rule.pattern, text, re.DOTALL):
            yield RuleHit(rule=rule.id, row=row, columns=(name,), value=text)


def _filled(rule: Rule, row: CaseRow, context: RowsContext) -> Iterator[RuleHit]:
    for name, column in context.columns.items():
        wanted = column.required is rule.required and name not in rule.excepted
        if wanted and not row.values.get(name, "").strip():
            yield RuleHit(rule=rule.id, row=row, columns=(name,))


def _code(rule: Rule, row: CaseRow, context: RowsContext) -> Iterator[RuleHit]:
    for name, text in row.values.items():
        column = context.columns.get(name)
        if column is None or not text or column.code_list is None or column.kind not in _CODED:
            continue
        allowed = _allowed_codes(column, context.profile)
        if text not in allowed:
            yield RuleHit(rule=rule.id, row=row, columns=(name,), value=text, expected=", ".join(allowed))


_CODED = {FieldKind.CODE, FieldKind.SEX}


def _allowed_codes(column: Column, profile: ExportProfile) -> list[str]:
    codes = code_list(column.code_list or "")
    if column.name == "tinhTrangKetHon" and profile.marriage_state_words:
        return [c.label for c in codes]
    first_births = column.code_list == "registration_type_birth" and profile.birth_form is BirthForm.FIRST
    return [c.code for c in codes if not (first_births and c.code in {"5", "6"})]


def _listed(rule: Rule, row: CaseRow, context: RowsContext) -> Iterator[RuleHit]:
    for name, text in _concerned(rule, row, context):
        if not any(in_list(text, listed) for listed in rule.lists):
            yield RuleHit(rule=rule.id, row=row, columns=(name,), value=text)


def _order(rule: Rule, row: CaseRow, context: RowsContext) -> Iterator[RuleHit]:
    for earlier, later in rule.pairs.get(context.register_type, ()):
        first, second = date_span(row.values.get(earlier, "")), date_span(row.values.get(later, ""))
        if first is None or second is None:
            continue
        broken = not first.may_be_before(second) if rule.strict else second.surely_before(first)
        if broken:
            yield RuleHit(
                rule=rule.id,
                row=row,
                columns=(earlier, later),
                value=row.values[earlier],
                other=row.values[later],
            )


_GENERIC: dict[RuleKind, Callable[[Rule, CaseRow, RowsContext], Iterator[RuleHit]]] = {
    RuleKind.PATTERN: _pattern,
    RuleKind.FILLED: _filled,
    RuleKind.CODE: _code,
    RuleKind.LISTED: _listed,
    RuleKind.ORDER: _order,
}
