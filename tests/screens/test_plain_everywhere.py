"""Every text that a screen hands to the framework as markup is ours, or went through `plain`: read in the code itself.

A name of a person, a unit, a book or a file that is shown without `plain` fails here, on whatever screen. A new text of
our own that this reading cannot know (an attribute, a call) is listed in `OURS` with the reason it may be there.
"""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

import workbench.screens

FOLDER = Path(workbench.screens.__file__).parent
MARKUP = {
    *("markdown", "write", "warning", "error", "info", "success", "caption", "title", "header", "subheader", "toast"),
    *("metric", "expander", "button", "radio", "selectbox", "checkbox", "tabs", "text_input", "text_area", "pills"),
    *("number_input", "date_input", "time_input", "toggle", "multiselect", "download_button", "form_submit_button"),
    *("popover", "status", "spinner", "file_uploader", "link_button", "segmented_control", "slider", "badge", "dialog"),
    *("html", "latex", "tell", "_tell", "ready_button"),
}
"""Functions of Streamlit (and of ours that hand on) whose first text is markup."""
WORDS = {"label", "body", "help", "text", "lacks", "message"}
"""Names under which the text may be given."""
SAFE_CALLS = {"plain", "len", "round", "sum", "int", "number", "percent", "local_time"}
FIGURES = {
    *("made.id", "made.round"),
    *(
        "book.priority",
        "count",
        "others[tried].position",
        "page.position",
        "str(page.position + 1)",
        "run.id",
        "case.id",
    ),
    *("progress.pages_failed", "report.entries", "report.rows", "made.kept", "made.written", "state.done"),
    *("result.added", "result.matched", "result.updated", "done.added", "done.changed", "moved.pages", "moved.entries"),
    *("sample_count(context)", "smallest_sample(report.allowed)", "unread_count(context, progress.book.id)"),
    *("state.total", "part_pages(context, joined, reason=why)"),
    *("save_priority_rule(context, chosen)", "require_second_factor(context, chosen)", "moved.to_read"),
    "draw_samples(context, progress.book.id, kind=SampleKind(kind), share=share / 100)",
    "read_upload(file, lambda path: import_workbook(context, book_id, path, charset=charset))",
    "review.hand_over(context, from_account_id=source, to_account_id=target or None)",
}
"""Numbers."""
OURS = {
    *(
        "kind.label",
        "one.kind.label",
        "level.label.lower()",
        "lacks",
        "seems.label",
        "task.label",
        "report.label",
    ),  # of the program's lists
    *("plan.books.label", "plan.cases.label", "plan.machines.label"),  # "12" or "Chưa rõ"
    *("board.calendar", "without_shift_words(left_out)"),  # sentences
    *("words['difficulties']", "words['proposals']", "typing_programs()[program].label"),  # its data files
    *(
        "limits.get(kept, kept)",
        "form_name(name)",
        "form_name(trial.rival)",
        "form_name(trial.taken_as)",
        "saved.layout_version",
    ),
    # names of forms: small letters, figures and dashes (layouts/forms.py)
    *("_about_hand(state)", "_marked(item.readers.clerk_a)", "_marked(item.readers.clerk_b)"),
    *("_marked(item.readers.machine)", "_sentence(error)", "str(NotAllowed())"),  # `plain` inside
    *("own_key(context)[1]", "shown", "lock.recipient[-8:]"),  # keys: letters and figures
    "picture_of(secret, account)",  # squares alone
    "_REQUIRED[chosen].lower()",  # of the screen's own list
    "_TEXTS.get(str(item['loc'][0]), str(item['loc'][0]))",  # a setting's name
    "st.session_state.pop(_TOLD, '')",
    *(
        "st.session_state.pop(_TROUBLE, '')",
        "st.session_state.pop(_OVER, '')",
    ),  # kept by the assignments that are read here as well
}

HANDED_ON = {
    "as_opened.py": {"what", "reload"},  # plain where `as_opened` is called
    "buttons.py": {"label", "lacks"},  # read where `ready_button` is called
    "campaign_forms.py": {"head"},  # of the forms' data file
    "choosing.py": {"label"},
    "frame.py": {"heading"},
    "job_line.py": {"stop"},
    "pages/accounts.py": {"message", "label"},  # read where `_tell` is called
    "pages/debug.py": {"_STEPS.get(name, name)"},  # steps of the program
    "pages/home.py": {"button"},
    "pages/import_scans.py": {"plan.lacks"},
    "pages/offices.py": {"read_upload(file, lambda path: service.import_changes(context, path))"},
    "pages/reconciliation.py": {"label"},
    "pages/settings.py": {"label"},
    "plan_choices.py": {"fixed_names()"},  # days off of the law
    "plan_people.py": {"rule"},
    "plan_targets.py": {
        *("title", "label", "button", "line.kind.lower()", "step_in_sentence(line.target.step)", "_lateness(line)"),
    },
    "telling.py": {"message"},  # read where `tell` is called
    "wrong_scans.py": {"did"},
}
"""Parts whose name says little, by file: constants of the program that are handed on there."""

_Names = Mapping[str, list[ast.expr | None]]


def unknown(node: ast.expr, names: _Names) -> Iterator[str]:
    """The parts of a text that are neither written here, nor numbers by their format, nor plain."""
    match node:
        case ast.Constant():
            pass
        case ast.JoinedStr(values=parts) | ast.List(elts=parts) | ast.Tuple(elts=parts) | ast.BoolOp(values=parts):
            for part in parts:
                yield from unknown(part, names)
        case ast.FormattedValue(value=value, format_spec=None) | ast.Starred(value=value):
            yield from unknown(value, names)
        case ast.FormattedValue():
            pass
        case ast.BinOp(left=left, right=right) | ast.IfExp(body=left, orelse=right):
            yield from unknown(left, names)
            yield from unknown(right, names)
        case ast.GeneratorExp(elt=elt) | ast.ListComp(elt=elt):
            yield from unknown(elt, names)
        case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name)) if name in SAFE_CALLS:
            pass
        case ast.Call(func=ast.Attribute(attr="join"), args=[joined]):
            yield from unknown(joined, names)
        case ast.Subscript(value=ast.Name(id=name)) | ast.Name(id=name) if name.lstrip("_").isupper():
            pass  # a constant of the module, or what it says for a value
        case ast.Name(id=name) if names.get(name):
            rest = {other: values for other, values in names.items() if other != name}
            for one in names[name]:
                yield from (name,) if one is None else unknown(one, rest)
        case _:
            yield ast.unparse(node)


def bound(function: ast.FunctionDef) -> dict[str, list[ast.expr | None]]:
    """What each name in a function stands for; None where it cannot be told (parameters, loops)."""
    names: dict[str, list[ast.expr | None]] = defaultdict(list)
    for node in ast.walk(function):
        match node:
            case ast.Assign(targets=[ast.Tuple(elts=names_), *_], value=ast.Tuple(elts=values)):
                for target, value in zip(names_, values, strict=True):
                    _add(names, target, value)
            case ast.Assign(targets=targets, value=value):
                for target in targets:
                    _add(names, target, value if isinstance(target, ast.Name) else None)
            case ast.AugAssign(target=target, value=value) | ast.NamedExpr(target=target, value=value):
                _add(names, target, value)
            case ast.AnnAssign(target=target, value=ast.expr() as value):
                _add(names, target, value)
            case ast.For(target=target) | ast.comprehension(target=target):
                _add(names, target, None)
            case ast.arg(arg=name):
                names[name].append(None)
            case ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr="append"), args=[value]):
                names[name].append(value)
    return names


def _add(names: dict[str, list[ast.expr | None]], target: ast.expr, value: ast.expr | None) -> None:
    for node in ast.walk(target):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            names[node.id].append(value)


def texts(function: ast.FunctionDef) -> Iterator[ast.expr]:
    """What the function shows as markup, or keeps to be shown after the next run."""
    for node in ast.walk(function):
        match node:
            case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name)) if name in MARKUP:
                yield from node.args[1 if name == "ready_button" else 0 :][:1]
                yield from (k.value for k in node.keywords if k.arg in WORDS)
            case ast.Assign(targets=[ast.Subscript(value=ast.Attribute(attr="session_state"), slice=ast.Name(id=key))]):
                if key.lstrip("_") in ("TOLD", "DONE", "TROUBLE", "OVER"):
                    yield node.value


def shown_parts(source: str) -> Iterator[tuple[str, int]]:
    """Each part of a text shown as markup that is not told from the code itself, and the line where it is shown."""
    for function in ast.walk(ast.parse(source)):
        if isinstance(function, ast.FunctionDef) and (shown := list(texts(function))):
            names = bound(function)
            for text in shown:
                yield from ((part, text.lineno) for part in unknown(text, names))


@cache
def screen_parts() -> dict[str, tuple[tuple[str, int], ...]]:
    """The same of every screen, by its file."""
    files = {path.relative_to(FOLDER).as_posix(): path for path in sorted(FOLDER.rglob("*.py"))}
    return {name: tuple(shown_parts(path.read_text(encoding="utf-8"))) for name, path in files.items()}


def test_no_text_of_the_data_is_shown_as_markup() -> None:
    assert len(screen_parts()) > 50
    shown = {
        f"{name}:{line}": part
        for name, parts in screen_parts().items()
        for part, line in parts
        if part not in OURS | FIGURES | HANDED_ON.get(name, set())
    }
    assert shown == {}, "plain() is missing, or a text of ours is to be listed"


def test_the_list_holds_nothing_that_is_no_longer_shown() -> None:
    parts = {name: {part for part, _ in shown} for name, shown in screen_parts().items()}
    assert (OURS | FIGURES) - set().union(*parts.values()) == set()
    assert {name: gone for name, listed in HANDED_ON.items() if (gone := listed - parts[name])} == {}


def test_the_reading_finds_what_it_should() -> None:
    source = """
def show(book):
    name = f"Sổ {book.title}"
    st.caption(name)
    told = [f"{plain(book.office)}"]
    told.append(book.remarks)
    st.session_state[_TOLD] = " ".join(told)
    place.button(label=", ".join(one.full_name for one in book.people))
    st.write(f"{len(book.pages)} trang, {book.share:.1f} %, {plain(book.title)}")
    ready_button(st, "Lưu", lacks=book.lacking)
"""
    known = OURS | FIGURES
    assert {part for part, _ in shown_parts(source)} - known == {
        "book.title",
        "book.remarks",
        "one.full_name",
        "book.lacking",
    }
