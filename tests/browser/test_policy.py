"""The policy that every answer carries: what our screens use works under it, and code made from text does not."""

from __future__ import annotations

import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.server import ROOT, free_port

pytestmark = pytest.mark.browser

SCREEN = """
import altair as alt
import pandas as pd
import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

if get_script_run_ctx(suppress_warning=True) is None:
    from starlette.middleware import Middleware
    from workbench.routes.gate import Gate, UploadBudget

    facts = dict(
        serves=lambda host: True,
        signed_in=lambda token: True,
        pages=frozenset(),
        uploads=UploadBudget(1_000_000),
        owns=lambda token, name: True,
    )
    app = st.App(__file__, middleware=[Middleware(Gate, **facts)])
else:
    table = pd.DataFrame({"Cột": ["a", "b", "c"], "Đúng": [0.5, 0.75, 1.0]})
    bars = alt.Chart(table).mark_bar().encode(x=alt.X("Đúng", axis=alt.Axis(format="%")), y="Cột", tooltip=["Đúng"])
    st.altair_chart(bars + alt.Chart(table).mark_rule().encode(x="Đúng", y="Cột"))
    st.line_chart(table, x="Cột", y="Đúng")
    st.dataframe(table)
    st.code("AGE-SECRET-KEY-1", language=None)
    st.metric("Ô", 3)
"""


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    script, port = tmp_path / "screen.py", free_port()
    script.write_text(SCREEN, encoding="utf-8")
    command = [sys.executable, "-m", "streamlit", "run", str(script), "--server.port", str(port)]
    environment = os.environ | {"PYTHONPATH": str(ROOT), "WORKBENCH_DATA_DIR": str(tmp_path / "data")}
    server = subprocess.Popen([*command, "--server.headless", "true"], cwd=ROOT, env=environment)
    try:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            try:
                urllib.request.urlopen(f"http://localhost:{port}/_stcore/health", timeout=2).close()
                break
            except OSError:
                time.sleep(0.2)
        yield f"http://localhost:{port}/"
    finally:
        server.terminate()
        server.wait(20)


def test_charts_are_drawn_and_text_becomes_no_code(page: Page, address: str) -> None:
    told: list[str] = []
    page.on("console", lambda message: told.append(message.text))
    page.on("pageerror", lambda error: told.append(str(error)))
    answer = page.goto(address)
    assert answer is not None and "'unsafe-eval'" not in answer.headers["content-security-policy"]
    expect(page.locator("[data-testid=stVegaLiteChart] svg, [data-testid=stVegaLiteChart] canvas")).to_have_count(2)
    expect(page.get_by_text("AGE-SECRET-KEY-1")).to_be_visible()
    drawn = page.locator("[data-testid=stVegaLiteChart]").first
    drawn.hover(position={"x": 200, "y": 100})
    # the framework's own page holds one inline script, which it does without
    assert [line for line in told if "Evaluating a string" in line or "EvalError" in line] == []
    told.clear()
    # asked in the page's own world, unlike the driver's, which the policy does not hold
    page.evaluate(
        "() => new Promise(done => { const s = document.createElement('script'); s.textContent = 'window.ran = 1';"
        " document.head.append(s); setTimeout(done, 50); })"
    )
    assert page.evaluate("() => window.ran") is None
    assert any("Content Security Policy" in line for line in told)
