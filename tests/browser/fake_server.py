"""A stand-in for the server's review routes, so that the form can be tried alone: it keeps what was saved."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw
from playwright.sync_api import Page, Route

from workbench.screens.components import form_script

ORIGIN = "http://workbench.test"
FIELDS = (
    ("so", "Số đăng ký", "12", 0.99, False),
    ("nksHoTen", "Họ tên người được khai sinh", "Nguyễn Thị Hòa", 0.55, True),
    ("nksNgaySinh", "Ngày sinh", "03/04/1998", 0.99, False),
    ("nksDanToc", "Dân tộc", "", 0.2, True),
    ("meHoTen", "Họ tên mẹ", "Trần Thị Mai", 0.998, False),
    ("chaHoTen", "Họ tên cha", "Lê Văn Nam", 0.6, True),
)


def page_picture() -> bytes:
    """A page whose fields stand on six lines."""
    picture = Image.new("L", (900, 1270), 245)
    pen = ImageDraw.Draw(picture)
    for i in range(6):
        pen.line((60, 190 + 150 * i, 840, 190 + 150 * i), fill=120)
        pen.text((300, 160 + 150 * i), f"line {i}", fill=20)
    out = io.BytesIO()
    picture.save(out, "JPEG")
    return out.getvalue()


def entry(number: int) -> dict[str, Any]:
    """An entry as the server sends it."""
    fields = []
    for i, (column, label, text, confidence, needs_review) in enumerate(FIELDS):
        fields.append(
            {
                "column": column,
                "label": label,
                "kind": "date" if column == "nksNgaySinh" else "text",
                "text": text,
                "normalized": text.replace("/", "."),
                "confidence": confidence,
                "needs_review": needs_review,
                "confirmed": False,
                "state": "written",
                "source": "reading",
                "box": [0.3, 0.11 + i * 0.118, 0.9, 0.155 + i * 0.118],
                "previous": "Tày" if column == "nksDanToc" else "",
                "suggestions": [{"text": "Kinh", "why": "hay gặp trong sổ"}, {"text": "Mường", "why": "danh mục"}]
                if column == "nksDanToc"
                else [],
                "doubts": [],
                "compare": [],
            }
        )
    return {
        "id": number,
        "revision": 1,
        "title": f"Khai sinh, trường hợp {number}",
        "state": "to_review",
        "reason": "",
        "page_image": f"/page/{number}.jpg",
        "page_size": [900, 1270],
        "more_pages": [],
        "box": [0.05, 0.05, 0.95, 0.95],
        "findings": [],
        "fields": fields,
    }


class FakeServer:
    """Answers the form's calls inside the browser; `saved` is what a database would hold."""

    def __init__(self, page: Page, folder: Path, entries: int = 12) -> None:
        self.entries = {n: entry(n) for n in range(1, entries + 1)}
        self.saved: list[dict[str, Any]] = []
        self.shown: list[tuple[str, int, int]] = []
        """Screen, turn and entry of all that came onto the screen."""
        self.tokens: dict[str, dict[str, Any]] = {}
        self.broken = ""
        self.mode = "entry"
        self.findings: list[dict[str, Any]] = []
        self.held: set[int] = set()
        """Entries that somebody else has before them."""
        self.given_back: list[int] = []
        self.asks_left: list[str] = []
        """Names of questions, and of screens, for which nobody waits any more."""
        self.waiting: list[Route] = []
        """Questions for entries while `broken` is "slow": not answered."""
        self.picture = page_picture()
        self.script = form_script()
        self.html = (folder / "form.html").read_text(encoding="utf-8")
        self.css = (folder / "form.css").read_text(encoding="utf-8")
        page.route(ORIGIN + "/**", self.answer)

    def answer(self, route: Route) -> None:
        path = route.request.url.removeprefix(ORIGIN).split("?")[0]
        if path == "/":
            route.fulfill(content_type="text/html; charset=utf-8", body=self.document())
        elif path.startswith("/page/"):
            route.fulfill(content_type="image/jpeg", body=self.picture)
        elif self.broken == "line":
            route.abort("connectionreset")
        elif path == "/api/review/next" and self.broken == "slow":
            self.waiting.append(route)
        elif path == "/api/review/next":
            self.json(route, self.next(route.request.url))
        elif path.startswith("/api/review/entry/"):
            self.json(route, {"entry": self.entries[int(path.rsplit("/", 1)[1])]})
        elif path.startswith("/api/review/suggest/"):
            self.json(route, {"suggestions": [{"text": "Nguyễn Thị Hoài", "why": "đã sửa như vậy 2 lần"}]})
        elif path == "/api/review/shown":
            self.show(route)
        elif path == "/api/review/save":
            self.save(route)
        elif path == "/api/review/check":
            self.json(route, {"findings": self.findings, "normalized": {}})
        elif path == "/api/review/release":
            body = json.loads(route.request.post_data_buffer or b"{}")
            self.given_back += body.get("entries", [])
            self.asks_left += body.get("asks", [])
            self.json(route, {})
        else:
            self.json(route, {})

    def next(self, url: str) -> dict[str, Any]:
        held = {int(n) for n in url.split("held=")[1].split("&")[0].replace("%2C", ",").split(",") if n}
        done = {s["entry"] for s in self.saved}
        open_ = [e for n, e in self.entries.items() if n not in held and n not in done]
        why = "" if open_ else f"{len(done)} trường hợp đang chờ duyệt."
        away = {"elsewhere": {"book": 8, "title": "Khai sinh · quyển 08/1998"}} if why else {}
        return {"entries": open_[:5], "remaining": len(self.entries) - len(done), "why": why, **away}

    def show(self, route: Route) -> None:
        body = json.loads(route.request.post_data or "{}")
        if body["entry"] in self.held:
            route.fulfill(status=409, json={"code": "held", "message": "Trường hợp này đang do Phạm Kiểm Tra nhập."})
            return
        self.shown.append((body["screen"], body["turn"], body["entry"]))
        self.json(route, {"token": body["token"]})

    def save(self, route: Route) -> None:
        body = json.loads(route.request.post_data or "{}")
        assert self.shown[-1] == (body["screen"], body["turn"], body["entry"]), "what was not shown is not decided on"
        if self.broken in ("stale", "signin"):
            status = 409 if self.broken == "stale" else 401
            route.fulfill(status=status, json={"code": self.broken, "message": "Đã được người khác sửa."})
            return
        if body["token"] not in self.tokens:
            self.saved.append(body)
            self.tokens[body["token"]] = {
                "token": body["token"],
                "revision": body["revision"] + 1,
                "state": "confirmed",
            }
        if self.broken == "lost answer":
            route.abort("connectionreset")
            return
        self.json(route, {**self.tokens[body["token"]], "findings": []})

    @staticmethod
    def json(route: Route, data: dict[str, Any]) -> None:
        route.fulfill(json=data)

    def document(self) -> str:
        data = json.dumps({"account": "lan", "mode": self.mode, "book": "1", "entry": "", "visit": "1"})
        return (
            f"<!doctype html><meta charset=utf-8><div id=host></div><script type=module>{self.script}\n"
            f"const host = document.querySelector('#host').attachShadow({{mode: 'open'}});"
            f"host.innerHTML = `<style>{self.css}</style>{self.html}`;"
            f"window.leave = mountReview({{parentElement: host, data: {data}}});</script>"
        )
