"""The read-only interface for other systems: a server of its own, off unless somebody starts it."""
