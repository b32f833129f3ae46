"""Every service names the role it needs, and refuses everybody below it before anything is done."""

import ast
import importlib
import inspect
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import workbench.services
from corrections.entries import Role
from tests.workbench.services.conftest import Office
from workbench.services.context import REQUIRED_ROLES, Context
from workbench.services.errors import NotAllowed, NotSignedIn

on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
FOLDER = Path(workbench.services.__file__).parent
OWN_ACCOUNT = {
    "accounts.change_password",
    "second_factor.new_recovery_codes",
    "second_factor.own_second_factor",
    "second_factor.switch_off",
    "second_factor.switch_on",
}
POLICE_MAY = {
    *OWN_ACCOUNT,
    "entry_views.entry_of_case",
    "printing.document_template",
    "printing.list_document_templates",
    "reconciliation_cases.case_counts",
    "reconciliation_cases.case_owners",
    "reconciliation_cases.list_cases",
    "case_letters.print_case",
    "reconciliation_cases.save_case",
    "reconciliation_cases.view_case",
    "reconciling.extract_profiles",
    "choosing_persons.choose_person",
    "choosing_persons.unchoose_person",
    "reconciling.follow_up_workbook",
    "reconciling.list_results",
    "reconciling.list_runs",
    "reconciling.not_found_workbook",
    "reconciling.run_reconciliation",
    "reconciling.save_extract_profile",
    "reconciling.titles_of",
    "typing_elsewhere.note_answer",
    "typing_elsewhere.note_typed",
    "typing_elsewhere.typing_list_of_cases",
    "typing_elsewhere.typing_sheet",
}
"""Everything the police may call: the work of reconciliation, and their own account."""
OPEN = {
    "sessions.context_of_session",
    "accounts.create_first_administrator",
    "accounts.needs_first_administrator",
    "sessions.sign_in",
    "sessions.sign_out",
    "second_step.choose_password",
    "second_step.give_code",
    "second_step.switch_on_at_door",
    "lookups.look_up",
    "backup.restore_backup",
    "backup.verify_backup",
    "backup_encryption.is_locked",
    "backup_encryption.lock_backup",
    "backup_encryption.new_recovery_key",
    "backup_encryption.passphrase_lock",
    "backup_encryption.unlock_backup",
    "context.open_context",
    "context.system_context",
}
"""Services that need no sign-in: the door itself, and what whoever holds the disk can do anyway."""
INSIDE = {
    *("doubt_breaks", "lease_end", "save_outcome", "learn_from_save", "save_within"),
    *("note_failure", "secret_hash", "task_of", "token_hash_of", "open_session"),
    *("prove_password", "use_code", "keep_second_factor", "replace_recovery_codes"),
    "close_entered",
}
"""Steps of a service that has checked the role; no screen or route calls them."""


def _services() -> dict[str, Any]:
    found = {}
    for path in FOLDER.glob("*.py"):
        module = importlib.import_module(f"workbench.services.{path.stem}")
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            takes_context = isinstance(node, ast.FunctionDef) and [
                a.arg for a in (node.args.posonlyargs + node.args.args)[:1]
            ] in (["ctx"], ["_ctx"])
            if takes_context and not node.name.startswith("_"):
                found[f"{path.stem}.{node.name}"] = getattr(module, node.name)
    return found


SERVICES = _services()


def test_every_service_names_its_role() -> None:
    missing = {name for name in SERVICES if name.split(".")[1] not in INSIDE} - set(REQUIRED_ROLES)
    assert missing == set()


def test_only_the_door_is_open() -> None:
    assert {name for name, role in REQUIRED_ROLES.items() if role is None} == OPEN


@on_sqlite
def test_each_service_refuses_each_lower_role(office: Office) -> None:
    contexts: list[tuple[Role | None, Context]] = [
        (None, office.nobody),
        (Role.CLERK, office.clerk),
        (Role.SUPERVISOR, office.supervisor),
        (Role.POLICE, office.police),
        (Role.INSPECTOR, office.inspector),
    ]
    tried = 0
    for name, needed in REQUIRED_ROLES.items():
        if needed is None:
            continue
        for role, context in contexts:
            if role is None or not any(role.includes(one) for one in needed):
                with pytest.raises(NotSignedIn if role is None else NotAllowed):
                    SERVICES[name](context, **_any_arguments(SERVICES[name]))
                tried += 1
    assert tried > 60


def test_the_police_may_call_what_reconciliation_needs_and_nothing_else() -> None:
    assert {name for name, roles in REQUIRED_ROLES.items() if roles and Role.POLICE in roles} == POLICE_MAY


@on_sqlite
def test_what_an_inspector_may_call_changes_nothing(office: Office) -> None:
    """Read-only by construction: a context that refuses every writing transaction serves all of it."""
    book = office.read_book(pages=1, entries=1)

    @contextmanager
    def refused() -> Iterator[None]:
        raise AssertionError("an inspector's service writes")
        yield

    readable = {name for name, roles in REQUIRED_ROLES.items() if roles and Role.INSPECTOR in roles}
    writing = OWN_ACCOUNT
    source = {name: inspect.getsource(inspect.unwrap(SERVICES[name])) for name in readable - writing}
    assert {name for name, text in source.items() if "ctx.write()" in text} == set()
    object.__setattr__(office.inspector.database, "write", refused)
    assert SERVICES["books.book_progress"](office.inspector, book.id).entries == 1
    assert len(SERVICES["entry_views.entries_of_book"](office.inspector, book.id)) == 1
    assert SERVICES["audit.list_events"](office.inspector)
    assert len(readable) > 25


def _any_arguments(service: Any) -> dict[str, Any]:
    """Something for each argument: the refusal must come before any of it is looked at."""
    parameters = list(inspect.signature(inspect.unwrap(service)).parameters.values())[1:]
    return {p.name: None for p in parameters if p.kind not in (p.VAR_KEYWORD, p.VAR_POSITIONAL)}


@on_sqlite
def test_a_switched_off_account_may_nothing(office: Office) -> None:
    off = office.nobody.as_account(replace(office.administrator.who, active=False))
    with pytest.raises(NotAllowed):
        SERVICES["books.list_books"](off)
