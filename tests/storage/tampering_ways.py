"""Ways to change rows behind the program's back, by what they amount to: each is one SQL statement; and what the check
finds of it."""

from sqlalchemy import create_engine

from storage.opening.database import Database
from storage.trail.verify import trail_faults


def behind(database: Database, *statements: str) -> None:
    """What somebody does with the database alone."""
    engine = create_engine(database.url)
    with engine.begin() as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)
    engine.dispose()


def problems(database: Database) -> set[str]:
    """Sorts of faults that the check of the trail finds."""
    assert database.trail is not None
    with database.read() as connection:
        return {fault.problem for fault in trail_faults(connection, database.trail.heads)}


ROW_WAYS: dict[str, str] = {
    "a clerk is made administrator": "UPDATE accounts SET role = 'administrator' WHERE name = 'clerk'",
    "a password is replaced": "UPDATE accounts SET password_hash = 'x' WHERE name = 'supervisor'",
    "an account is switched off": "UPDATE accounts SET active = 0 WHERE name = 'clerk2'",
    "an account takes another's name": "UPDATE accounts SET name = 'clerk3' WHERE name = 'clerk2'",
    "an account changes its team": "UPDATE accounts SET team = 'khac' WHERE name = 'clerk'",
    "an account is added": (
        "INSERT INTO accounts (id, name, full_name, password_hash, role, team, shift, active, created_at) "
        "VALUES (99, 'ma', '', 'x', 'administrator', '', '', 1, '2026')"
    ),
    "an account is removed": "DELETE FROM accounts WHERE name = 'unused'",
    "an entry is approved": "UPDATE entries SET state = 'approved' WHERE id = 3",
    "an approved entry goes back": "UPDATE entries SET state = 'confirmed', approved_by = NULL WHERE id = 1",
    "another has approved": "UPDATE entries SET approved_by = confirmed_by WHERE id = 1",
    "approved at another time": "UPDATE entries SET approved_at = '2020-01-01T00:00:00.000000Z' WHERE id = 1",
    "another has confirmed": "UPDATE entries SET confirmed_by = approved_by WHERE id = 1",
    "confirmed at another time": "UPDATE entries SET confirmed_at = '2020-01-01T00:00:00.000000Z' WHERE id = 2",
    "confirmed in another shift": "UPDATE entries SET confirmed_shift = 'toi' WHERE id = 2",
    "a value is changed": "UPDATE entries SET fields = replace(fields, 'Trần', 'Phan') WHERE id = 1",
    "a value is cased differently": "UPDATE entries SET fields = replace(fields, 'Nguyễn', 'nguyễn') WHERE id = 3",
    "findings are wiped": "UPDATE entries SET findings = '[{}]' WHERE id = 3",
    "a reason is changed": "UPDATE entries SET escalation_reason = 'khac' WHERE id = 4",
    "a revision is counted back": "UPDATE entries SET revision = 0 WHERE id = 1",
    "an entry counts as untouched": "UPDATE entries SET touched = 0 WHERE id = 1",
    "an entry is moved to another page": "UPDATE entries SET page_id = 2, region = 7 WHERE id = 3",
    "an entry follows another reading": "UPDATE entries SET reading_id = 2 WHERE id = 1",
    "an entry is added": (
        "INSERT INTO entries (id, book_id, page_id, region, register_type, state, revision, fields, findings, layout,"
        " slot, escalation_reason, priority, box, more_pages, touched, confirmed_team, confirmed_shift) "
        "SELECT 99, book_id, page_id, 9, register_type, state, revision, fields, findings, layout, slot,"
        " escalation_reason, priority, box, more_pages, touched, '', '' FROM entries WHERE id = 3"
    ),
    "an entry is removed": "DELETE FROM entries WHERE id = 4",
    "a book gets another office": "UPDATE books SET office = 'UBND xã Khác' WHERE id = 1",
    "a book counts fewer entries": "UPDATE books SET expected_entries = 1 WHERE id = 1",
    "a book is called exported": "UPDATE books SET state = 'accepted' WHERE id = 1",
    "a book is added": (
        "INSERT INTO books (id, register_type, volume_number, office, state, priority, opened_on, closed_on, signer,"
        " signer_title, remarks, settings, created_at) "
        "VALUES (9, 'birth', '9', 'x', 'scanned', 0, '', '', '', '', '', '{}', '')"
    ),
    "a page is called read": "UPDATE pages SET state = 'failed', failure_message = 'x' WHERE id = 1",
    "a page changes its kind": "UPDATE pages SET kind = 'cover' WHERE id = 1",
    "pages change places": "UPDATE pages SET position = 7 WHERE id = 2",
    "a page is forced to a form": "UPDATE pages SET forced_form = 'birth-1999' WHERE id = 1",
    "a reading is replaced": "UPDATE readings SET recogniser_version = 'x' WHERE id = 1",
    "a reading's content is replaced": (
        "UPDATE readings SET content = (SELECT content FROM readings WHERE id = 2) WHERE id = 1"
    ),
    "a reading is removed": "DELETE FROM readings WHERE id = 2",
    "an export's manifest is changed": "UPDATE exports SET manifest = '{}' WHERE id = 1",
    "an export is called accepted": "UPDATE exports SET state = 'accepted' WHERE id = 1",
    "an export's digest is changed": "UPDATE exports SET workbook_sha256 = 'x' WHERE id = 1",
    "an export is removed": "DELETE FROM exports WHERE id = 1",
    "a receipt is changed": "UPDATE save_receipts SET account_id = account_id + 1 WHERE entry_id = 1",
    "a receipt is removed": "DELETE FROM save_receipts WHERE entry_id = 1",
    "an earlier version is changed": "UPDATE entry_versions SET fields = '{}' WHERE entry_id = 1",
    "another made a version": "UPDATE entry_versions SET account_id = 99 WHERE entry_id = 1",
    "an earlier version is removed": "DELETE FROM entry_versions WHERE entry_id = 1",
    "four eyes are switched off": "UPDATE settings SET value = 'false' WHERE key = 'office.four_eyes'",
    "a setting is added": (
        "INSERT INTO settings (key, value, updated_at) VALUES ('office.approval_needed', 'false', '')"
    ),
    "a form of the office is changed": "UPDATE office_templates SET yaml = 'x' WHERE form = 'mau'",
    "a blind answer is changed": "UPDATE blind_samples SET first_value = 'x'",
    "a judged reading was right": "UPDATE confirmed_readings SET correct = 1 - correct WHERE id = 1",
    "a judged reading was surer": "UPDATE confirmed_readings SET confidence = 0.5 WHERE id = 2",
    "another judged a reading": "UPDATE confirmed_readings SET account_id = 99 WHERE id = 3",
    "a judged reading is of another entry": "UPDATE confirmed_readings SET entry_id = 3 WHERE id = 1",
    "a judged reading is removed": "DELETE FROM confirmed_readings WHERE id = 1",
    "every judged reading of an entry is removed": "DELETE FROM confirmed_readings WHERE entry_id = 1",
    "a judged reading is added": (
        "INSERT INTO confirmed_readings (entry_id, column_name, register_type, kind, script, confidence, correct,"
        " flagged, blind, account_id, at) SELECT entry_id, 'bịa', register_type, kind, script, confidence, correct,"
        " flagged, blind, account_id, at FROM confirmed_readings WHERE id = 1"
    ),
    "an entry gets judged readings": (
        "INSERT INTO confirmed_readings (entry_id, column_name, register_type, kind, script, confidence, correct,"
        " flagged, blind, account_id, at) SELECT 3, column_name, register_type, kind, script, confidence, correct,"
        " flagged, blind, account_id, at FROM confirmed_readings WHERE id = 1"
    ),
    "a correction is learned otherwise": "UPDATE learned_corrections SET correction = 'Phan Thị Bịa'",
    "a correction counts for more": "UPDATE learned_corrections SET count = count + 50",
    "a correction is added": (
        "INSERT INTO learned_corrections (kind, misreading, correction, count, last_at)"
        " SELECT kind, 'bịa', correction, count, last_at FROM learned_corrections"
    ),
    "a correction is forgotten": "DELETE FROM learned_corrections",
    "a value was confirmed more often": "UPDATE value_memory SET count = 900 WHERE column_name = 'meHoTen'",
    "a value is offered that nobody confirmed": (
        "INSERT INTO value_memory (book_id, column_name, text, count, last_at) VALUES (1, 'meHoTen', 'Bịa', 99, '2026')"
    ),
    "a hand of a book is replaced": "UPDATE book_hands SET content = (SELECT content FROM entry_evidence LIMIT 1)",
    "a hand of a book is forgotten": "DELETE FROM book_hands",
    "evidence of an entry is another's": (
        "UPDATE entry_evidence SET content = (SELECT content FROM book_hands) WHERE entry_id = 1"
    ),
    "effort was less": "UPDATE effort_events SET active_ms = active_ms + 60000",
    "effort was another's": "UPDATE effort_events SET account_id = 99",
    "a book was queued by another": "UPDATE reading_queue SET asked_by = 'khac'",
    "a book leaves the queue": "DELETE FROM reading_queue",
    "a scan gets another name": "UPDATE scans SET file_name = 'khac.tif'",
}
