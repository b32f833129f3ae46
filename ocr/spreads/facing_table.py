"""Two pages that may be the halves of one table: which form both together are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from layouts.forms import FormTemplate, PageLayout
from ocr.forms.form_choice import fits, ranked_forms
from ocr.forms.half_tables import LEFT, RIGHT, facing_side
from ocr.forms.match_form import FormMatch
from ocr.forms.match_table import table_letters
from ocr.page.records import RecognisedTable, Searched

__all__ = ["FacingTable", "facing_table"]


@dataclass(frozen=True, slots=True, kw_only=True)
class FacingTable:
    """A table over two pages that were scanned one by one."""

    left: RecognisedTable
    right: RecognisedTable
    whole: FormTemplate
    """The form of which each page has one half."""


def facing_table(left: Searched, right: Searched, forms: Sequence[FormTemplate]) -> FacingTable | None:
    """Two pages as the halves of the form that both together fit best; None when they fit none.

    Half a head says little: columns cut by the fold or shared by several forms mislead one page alone. Both together
    are weighed against the whole form, so that columns which neither page has count against it.
    """
    wholes = {form.form: form for form in forms if form.layout is PageLayout.SPREAD_ROWS}
    joint = [match for whole in wholes.values() if (match := _joint_match(left, right, whole)) is not None]
    ranked = ranked_forms(joint, left.cleaned.origin.task.book_form)
    if not ranked or not fits(ranked[0], named=True):
        return None
    return FacingTable(left=_half(left, ranked), right=_half(right, ranked), whole=wholes[ranked[0].template.form])


def _joint_match(left: Searched, right: Searched, whole: FormTemplate) -> FormMatch | None:
    """What both pages have of a form together; None when they are not its left and its right half."""
    if whole.form not in left.tables or whole.form not in right.tables:
        return None
    one, other = left.tables[whole.form].form, right.tables[whole.form].form
    if (facing_side(one.template, whole), facing_side(other.template, whole)) != (LEFT, RIGHT):
        return None
    found = one.found + other.found
    return replace(one, found=found, total=max(table_letters(whole), found))


def _half(page: Searched, ranked: Sequence[FormMatch]) -> RecognisedTable:
    """A page as half of the first of some forms, weighed as both pages together were."""
    tables = [page.tables[joint.template.form] for joint in ranked]
    matches = [
        replace(table.form, found=joint.found, total=joint.total) for table, joint in zip(tables, ranked, strict=True)
    ]
    return RecognisedTable(search=replace(page, matches=tuple(matches)), table=replace(tables[0], form=matches[0]))
