"""What is wrong with a screen as it stands: what the checker axe calls serious, and windows that scroll sideways."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from importlib import resources

from playwright.sync_api import Page
from playwright.sync_api import TimeoutError as PlaywrightTimeout

__all__ = ["LAPTOP", "READY", "SMALL", "faults", "settled"]

READY = '[data-testid="stMainBlockContainer"] h2, [data-testid="stMetric"], .rv[data-shown]:not([data-shown=""])'
LAPTOP = (1366, 768)
SMALL = ((911, 512), (700, 900))
"""911x512 is a laptop's screen at 150 %."""
_STILL = "() => !document.querySelector('[data-test-script-state=\"running\"]')"
_DRAWN_MS = 300
"""Tables and charts are drawn after the text."""
_SERIOUS = """(where) => axe.run(where, {resultTypes: ['violations']}).then((found) => found.violations
  .filter((one) => ['serious', 'critical'].includes(one.impact))
  .map((one) => `${one.id}: ${one.nodes[0].html.slice(0, 160)}`))"""
_FITS = """() => [document.scrollingElement, document.querySelector('[data-testid=stMain]')]
  .every((one) => !one || one.scrollWidth <= one.clientWidth + 1)"""


def settled(page: Page) -> None:
    """Wait until the script has run and everything is drawn."""
    page.wait_for_function(_STILL)
    page.wait_for_timeout(_DRAWN_MS)
    page.wait_for_function(_STILL)


def faults(page: Page, name: str, sizes: Sequence[tuple[int, int]] = (), *, within: str = "html") -> list[str]:
    """Look at the screen in a laptop's window, then at its width in others.

    Args:
        page: what is open; its policy must let the checker in.
        name: of the state, told with each fault.
        sizes: windows in which nothing may scroll sideways.
        within: the part that the checker looks at.
    """
    page.set_viewport_size({"width": LAPTOP[0], "height": LAPTOP[1]})
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(resources.files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8"))
    found: list[str] = page.evaluate(_SERIOUS, within)
    return [f"{name}: {fault}" for fault in (*found, *_too_wide(page, sizes))]


def _too_wide(page: Page, sizes: Sequence[tuple[int, int]]) -> Iterator[str]:
    """Windows in which the page scrolls sideways, also after tables have found their new width."""
    for width, height in sizes:
        page.set_viewport_size({"width": width, "height": height})
        try:
            page.wait_for_function(_FITS, timeout=5_000)
        except PlaywrightTimeout:
            yield f"scrolls sideways at {width}x{height}"
