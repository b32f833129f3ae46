"""The shell: settings, services (one transaction each), batch runs, command line, Streamlit screens, wording."""
