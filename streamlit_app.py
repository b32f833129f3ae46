"""Start of the workbench: the server with its own routes, and the script that Streamlit runs for each screen.

`streamlit run streamlit_app.py`, `python -m workbench serve` and any ASGI server (`streamlit_app:app`) all begin here.
"""

from __future__ import annotations

import os

os.environ.setdefault("OMP_THREAD_LIMIT", "1")  # before anything starts Tesseract: its threads fight over the cores

# Once a screen was shown this file is the process's main module, and every reading process runs it again under this
# name: it must not become a second server that reads, backs up and makes PDFs for itself.
if __name__ != "__mp_main__":
    import streamlit as st
    from streamlit.runtime.scriptrunner import get_script_run_ctx

    if get_script_run_ctx(suppress_warning=True) is None:
        from starlette.middleware import Middleware
        from streamlit import net_util

        from workbench.routes import api_routes
        from workbench.routes.addresses import own_address
        from workbench.routes.unknown_pages import UnknownPages
        from workbench.screens.frame import tell_fault
        from workbench.screens.owned_files import begin_owning
        from workbench.screens.screen_list import first_path, page_modules, page_paths
        from workbench.serving import begin_serving, gate

        # For a page of another origin Streamlit would ask the internet, and a route to it, for this machine's address.
        net_util._external_ip = ""
        net_util._internal_ip = own_address()
        begin_owning()
        begin_serving(page_modules())
        app = st.App(
            __file__,
            routes=api_routes(),
            middleware=[gate(page_paths()), Middleware(UnknownPages, known=page_paths(), first=first_path())],
            on_script_error=tell_fault,
        )
    else:
        from workbench.screens.frame import run_app

        run_app()
