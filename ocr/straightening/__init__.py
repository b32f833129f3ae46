"""Upright, level, flat, with the way back to the scan."""
