"""Labels to value spaces, for entries and for tables."""
