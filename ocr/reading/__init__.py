"""Crops to text, text to fields: script, votes, both recognisers, composing."""
