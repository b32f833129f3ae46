"""Measuring how well and how fast: readings against a truth, books as they are confirmed, any files, a province."""
