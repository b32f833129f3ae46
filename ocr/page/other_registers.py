"""A page in the wrong book: its printed form belongs to another kind of register than the book does."""

from __future__ import annotations

from dataclasses import replace

from layouts.loader import shipped_templates
from ocr.forms.form_choice import fits, ranked_forms, sureness
from ocr.forms.label_search import token_rows
from ocr.forms.match_form import find_forms
from ocr.page.form_messages import of_other_register
from ocr.page.records import Found, RecognisedForm, Unknown

__all__ = ["asked_of"]

_CLEAR_RECALL = 0.8
"""A page on which so much of a form's print was found is of its book's register: no other is looked for."""
_SURE = 0.98
"""Below it the page is taken for one of its book: an unclear page is shown to a person either way."""


def asked_of(found: Found) -> Found:
    """The page as it was found, or, where it surely is a form of another register, one to ask a person about.

    A page whose register nobody named, or whose form a person chose, is never asked about.
    """
    task = found.search.cleaned.origin.task
    if task.register_type is None or task.forms or not isinstance(found, (RecognisedForm, Unknown)):
        return found
    search = found.search
    if search.cleaned.noise or (isinstance(found, RecognisedForm) and search.matches[0].recall >= _CLEAR_RECALL):
        return found
    others = [form for form in shipped_templates().values() if form.register_type is not task.register_type]
    matches = (*search.matches, *find_forms(token_rows(search.words), others))
    ranked = ranked_forms(matches, task.book_form)
    if not ranked or not fits(ranked[0]) or sureness(ranked, task.book_form) < _SURE:
        return found
    form = ranked[0].template
    if form.register_type is task.register_type:
        return found
    search = replace(search, matches=tuple(ranked))
    return Unknown(search=search, message=of_other_register(form, task.register_type), code="other_register")
