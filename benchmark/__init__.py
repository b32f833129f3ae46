"""Measuring the reading: drawn pages with known text, scores, reports."""
