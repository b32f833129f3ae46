"""The durable record: books, pages, scans, readings, entries, audit events in SQLite or PostgreSQL."""
