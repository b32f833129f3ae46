"""Streamlit screens: one page script each, no rules of their own; what may be done is decided in the services."""
