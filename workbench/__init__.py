"""The shell: settings, services (one transaction each), batch runs, command line, Streamlit screens, wording."""

__version__ = "0.1.0"
