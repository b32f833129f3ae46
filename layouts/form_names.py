"""What people call a printed form: its register and year instead of the name in files."""

from __future__ import annotations

import re

from layouts.register_types import RegisterType

__all__ = ["form_name"]

_KINDS = {kind.value.replace("_", "-"): kind for kind in RegisterType}
_SHIPPED = re.compile(rf"({'|'.join(_KINDS)})-(pre)?(\d{{4}})(-don-vi)?")


def form_name(form: str) -> str:
    """Register and year of a shipped form («Kết hôn, mẫu 2006»); the office's own are called as it named them."""
    shipped = _SHIPPED.fullmatch(form)
    if shipped is None:
        return form
    kind, before, year, own = shipped.groups()
    return f"{_KINDS[kind].label}, mẫu {'trước ' if before else ''}{year}{' của đơn vị' if own else ''}"
