"""Scan in, readings out: open, straighten, find the form, cut, recognise, score; batch engines; benchmark.

Knows nothing of who corrects a reading or where it is kept.
"""
