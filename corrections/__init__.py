"""What people and rules decide: entries, pre-fill, normalisation, checks, suggestions, review, roles, audit.

Pure functions over frozen records; knows nothing of SQL or Streamlit.
"""
