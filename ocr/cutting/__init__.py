"""Value spaces to line crops, every stroke to its line."""
