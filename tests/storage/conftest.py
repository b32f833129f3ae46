from tests.databases import database, database_url, postgres_server, sealed_template, sqlite_template

__all__ = ["database", "database_url", "postgres_server", "sealed_template", "sqlite_template"]
