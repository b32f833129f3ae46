"""Schema revisions run both ways on both databases, and end where a fresh schema stands."""

from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, inspect, text

from storage.errors import SchemaTooNew
from storage.opening import migrate
from storage.opening.database import Database, sqlite_url
from storage.schema import metadata

pytestmark = pytest.mark.slow


def _revisions() -> list[str]:
    scripts = ScriptDirectory.from_config(migrate._config("sqlite://"))
    return [script.revision for script in reversed(list(scripts.walk_revisions()))]


def _differences(url: str) -> list[object]:
    engine = create_engine(url)
    try:
        with engine.connect() as connection:
            return list(compare_metadata(MigrationContext.configure(connection), metadata))
    finally:
        engine.dispose()


def test_down_to_nothing_and_up_again(database_url: str) -> None:
    migrate.upgrade(database_url)
    migrate.downgrade(database_url, "base")
    engine = create_engine(database_url)
    assert set(inspect(engine).get_table_names()) <= {"alembic_version"}
    engine.dispose()
    migrate.upgrade(database_url)
    assert migrate.current_revision(database_url) == migrate.head_revision()
    assert _differences(database_url) == []


def test_every_old_schema_arrives_at_todays_with_its_rows(database_url: str) -> None:
    migrate.upgrade(database_url)
    for revision in _revisions():
        migrate.downgrade(database_url, revision)
        _insert_book(database_url, f"{revision[-2:]}/1998")
        migrate.upgrade(database_url)
        assert _differences(database_url) == []
    engine = create_engine(database_url)
    with engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM books")).scalar() == len(_revisions())
    engine.dispose()


def test_pages_and_what_stands_on_them_outlive_that_scans_may_be_missing(database_url: str) -> None:
    """SQLite builds the table of pages anew for that; entries and readings go on pointing at their page."""
    migrate.upgrade(database_url)
    migrate.downgrade(database_url, "0010")
    _insert_book(database_url, "01/1998")
    scan = "0" * 64
    engine = create_engine(database_url)
    with engine.begin() as connection:
        connection.execute(text(f"INSERT INTO scans VALUES ('{scan}', 'a.jpg', 1, '.jpg', '')"))
        connection.execute(
            text(
                "INSERT INTO pages (id, book_id, scan_sha256, scan_index, half, position, state, kind, layout,"
                " forced_form, failure_code, failure_message, explained)"
                f" SELECT 7, id, '{scan}', 0, -1, 0, 'unread', '', '', '', '', '', '' FROM books"
            )
        )
    migrate.upgrade(database_url)
    assert _differences(database_url) == []
    with engine.connect() as connection:
        assert connection.execute(text("SELECT id, scan_sha256 FROM pages")).all() == [(7, scan)]
        assert connection.execute(text("SELECT kind FROM books")).scalar() == "work"
    keys = {key["referred_table"] for key in inspect(engine).get_foreign_keys("entries")}
    assert "pages" in keys
    engine.dispose()


def test_a_template_kept_for_the_whole_installation_stands_for_every_unit_after_the_upgrade(database_url: str) -> None:
    migrate.upgrade(database_url)
    migrate.downgrade(database_url, "0020")
    engine = create_engine(database_url)
    with engine.begin() as connection:
        connection.execute(
            text("INSERT INTO document_templates VALUES ('acceptance', :file, 'mau.docx', 'boss', '2026-01-01')"),
            {"file": b"PK\x03\x04"},
        )
    migrate.upgrade(database_url)
    assert _differences(database_url) == []
    with engine.connect() as connection:
        kept = connection.execute(text("SELECT office_id, kind, content, file_name FROM document_templates")).all()
        assert [(row[0], row[1], bytes(row[2]), row[3]) for row in kept] == [
            (None, "acceptance", b"PK\x03\x04", "mau.docx")
        ]
    migrate.downgrade(database_url, "0020")
    with engine.connect() as connection:
        assert connection.execute(text("SELECT kind FROM document_templates")).scalars().all() == ["acceptance"]
    engine.dispose()


def _insert_book(url: str, volume: str) -> None:
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO books (register_type, volume_number, office, state, priority, opened_on, closed_on,"
                " signer, signer_title, remarks, settings, created_at)"
                " VALUES ('birth', :volume, 'UBND xã A', 'scanned', 0, '', '', '', '', '', '{}', '')"
            ),
            {"volume": volume},
        )
    engine.dispose()


def test_a_database_of_a_newer_program_is_left_alone(tmp_path: Path) -> None:
    url = sqlite_url(tmp_path / "new.sqlite3")
    migrate.upgrade(url)
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    engine.dispose()
    with pytest.raises(SchemaTooNew, match="mới hơn"):
        Database(url)


def test_a_killed_upgrade_leaves_a_whole_revision_or_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    url = sqlite_url(tmp_path / "half.sqlite3")
    scripts = ScriptDirectory.from_config(migrate._config(url))
    first = scripts.get_revision(_revisions()[0])
    assert first is not None

    def breaks() -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Path(first.path).stem and first.module, "_finish_sqlite", breaks, raising=True)
    monkeypatch.setattr(ScriptDirectory, "from_config", classmethod(lambda _cls, _config: scripts))
    with pytest.raises(KeyboardInterrupt):
        migrate.upgrade(url)
    engine = create_engine(url)
    assert set(inspect(engine).get_table_names()) <= {"alembic_version"}
    engine.dispose()
