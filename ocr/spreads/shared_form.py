"""Two pages that may be the halves of one table: which form both together are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from layouts.forms import FormTemplate, PageLayout
from ocr.forms.form_choice import fits, ranked_forms
from ocr.forms.half_tables import LEFT, RIGHT, facing_side
from ocr.forms.match_form import FormMatch
from ocr.forms.match_table import table_letters
from ocr.page.steps import PageWork

__all__ = ["agree_on_form"]


def agree_on_form(left: PageWork, right: PageWork, templates: Sequence[FormTemplate]) -> bool:
    """Take two pages as the halves of the form that both together fit best; whether there is one.

    Half a head says little: columns cut by the fold or shared by several forms mislead one page alone. Both together
    are weighed against the whole form, so that columns which neither page has count against it.
    """
    joint: dict[str, FormMatch] = {}
    for whole in templates:
        halves = left.tables.get(whole.form), right.tables.get(whole.form)
        if whole.layout is not PageLayout.SPREAD_ROWS or halves[0] is None or halves[1] is None:
            continue
        one, other = halves[0].form, halves[1].form
        if (facing_side(one.template, whole), facing_side(other.template, whole)) != (LEFT, RIGHT):
            continue
        found = one.found + other.found
        joint[whole.form] = replace(one, found=found, total=max(table_letters(whole), found))
    ranked = ranked_forms(list(joint.values()), left.task.book_form)
    if not ranked or not fits(ranked[0], named=True):
        return False
    best = ranked[0].template.form
    for work in (left, right):
        work.table = work.tables[best]
        own = {form: table.form for form, table in work.tables.items()}
        work.matches = [replace(own[m.template.form], found=m.found, total=m.total) for m in ranked]
        work.table = replace(work.table, form=work.matches[0])
    return True
