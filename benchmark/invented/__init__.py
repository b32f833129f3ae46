"""Invented clerks, people and entries: what drawn pages say."""
