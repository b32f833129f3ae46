"""A database is opened, brought to the newest schema and copied; above the trail, which sits on the tables."""
