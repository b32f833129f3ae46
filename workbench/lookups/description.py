"""The OpenAPI description of the interface, made from the models that check and answer."""

from __future__ import annotations

from functools import cache
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from workbench.lookups.questions import Answer, AskedNumber, AskedPerson, Entry, Problem

__all__ = ["ENTRIES", "ENTRY", "PERSONS", "description"]

ENTRIES, PERSONS, ENTRY = "/v1/entries", "/v1/entries/by-person", "/v1/entries/{entry_id}"

_PROBLEMS = {
    "400": "Câu hỏi không đúng dạng.",
    "401": "Thiếu mã truy cập, mã sai, bị thu hồi hoặc hết hạn.",
    "404": "Không có trường hợp này trong phạm vi của mã truy cập, hoặc đang được sửa sau nghiệm thu.",
    "429": "Hỏi quá nhanh; thử lại sau số giây ghi ở Retry-After.",
    "503": "Cơ sở dữ liệu đang bận hoặc đĩa đầy; thử lại sau.",
}
_MODELS: tuple[type[BaseModel], ...] = (AskedNumber, AskedPerson, Answer, Entry, Problem)


@cache
def description() -> dict[str, Any]:
    """The description as OpenAPI 3.1."""
    _, schemas = models_json_schema(
        [(model, "serialization" if model in (Answer, Entry, Problem) else "validation") for model in _MODELS],
        ref_template="#/components/schemas/{model}",
    )
    number = schemas["$defs"].pop("AskedNumber")
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Tra cứu sổ hộ tịch đã nghiệm thu",
            "version": "1",
            "description": "Chỉ đọc. Mỗi lần hỏi được ghi vào nhật ký. Chỉ trả trường hợp đúng như đã nghiệm thu, "
            "trong phạm vi đơn vị của mã truy cập.",
        },
        "security": [{"token": []}],
        "paths": {
            ENTRIES: {"get": _numbers(number)},
            PERSONS: {"post": _persons()},
            ENTRY: {"get": _one()},
        },
        "components": {
            "schemas": schemas["$defs"],
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
    }


def _numbers(asked: dict[str, Any]) -> dict[str, Any]:
    parameters = [
        {
            "name": name,
            "in": "query",
            "required": name in asked["required"],
            "description": schema.pop("description", ""),
            "schema": schema,
        }
        for name, schema in ((name, dict(schema)) for name, schema in asked["properties"].items())
    ]
    return {
        "operationId": "entriesByNumber",
        "summary": "Tìm theo số và năm đăng ký",
        "parameters": parameters,
        "responses": {"200": _json("Các trường hợp tìm thấy; rỗng khi không có.", "Answer"), **_problems("404")},
    }


def _persons() -> dict[str, Any]:
    body = {"required": True, "content": {"application/json": {"schema": _ref("AskedPerson")}}}
    return {
        "operationId": "entriesByPerson",
        "summary": "Tìm theo họ tên và ngày sinh",
        "requestBody": body,
        "responses": {"200": _json("Các trường hợp tìm thấy; rỗng khi không có.", "Answer"), **_problems("404")},
    }


def _one() -> dict[str, Any]:
    schema = {"type": "integer", "minimum": 1, "maximum": 2**31 - 1}
    return {
        "operationId": "entryById",
        "summary": "Đủ các ô của một trường hợp",
        "parameters": [{"name": "entry_id", "in": "path", "required": True, "schema": schema}],
        "responses": {"200": _json("Trường hợp.", "Entry"), **_problems()},
    }


def _problems(*but: str) -> dict[str, Any]:
    return {status: _json(why, "Problem") for status, why in _PROBLEMS.items() if status not in but}


def _json(why: str, model: str) -> dict[str, Any]:
    return {"description": why, "content": {"application/json": {"schema": _ref(model)}}}


def _ref(model: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{model}"}
