"""The OpenAPI 3.1 document, made from the declarations that parse the requests."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from portal.api.v1.components import COMPONENTS
from portal.api.v1.declarations import Endpoint, Kind, Parameter
from publishers.links import Links

Document = dict[str, Any]

_ERRORS = {
    "400": "Tham số không đúng; lỗi nêu tên tham số. A wrong parameter, named in the error.",
    "404": "Không có, hoặc không công khai. Not there, or not public.",
    "410": "Bộ dữ liệu của cổng khác, đã thu hồi. A dataset of another portal, withdrawn.",
    "503": "Cổng tạm thời không trả lời được. The portal cannot answer just now.",
}
_OTHER_FORMATS: dict[str, tuple[str, Document]] = {
    "csv": ("text/csv", {"type": "string"}),
    "jsonld": ("application/ld+json", {"type": "object"}),
}
_ABOUT_ONE = ("404", "410")
_FILTERS = (
    "Điều kiện theo cột: `ma_xa=14797` bằng (ghi nhiều lần: một trong các giá trị); `dan_so__gte=1000`, và tương tự"
    " `__ne __lt __lte __gt __in __contains __empty __filled`. "
    "Conditions by column: `column=value`, repeated for any of the values, or `column__operator=value`."
)


def openapi_document(endpoints: Iterable[Endpoint], links: Links, title: str) -> Document:
    """Describes every endpoint under the site's own address."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": f"API {title}",
            "version": "1",
            "description": "Đọc tự do, không cần khóa. Free to read, without a key. "
            "CKAN Action API: /api/3/action/. DCAT-AP: /catalog.ttl.",
            "license": {"name": "CC BY 4.0", "url": "https://creativecommons.org/licenses/by/4.0/"},
        },
        "servers": [{"url": f"{links.home()}api/v1"}],
        "paths": {endpoint.path: {"get": _operation(endpoint)} for endpoint in endpoints},
        "components": {"schemas": COMPONENTS},
    }


def _operation(endpoint: Endpoint) -> Document:
    answer: Document = {"application/json": {"schema": _ref(endpoint.answer)}}
    offered = {
        choice for parameter in endpoint.parameters if parameter.name == "_format" for choice in parameter.choices
    }
    answer |= {media: {"schema": schema} for choice, (media, schema) in _OTHER_FORMATS.items() if choice in offered}
    errors = {status: text for status, text in _ERRORS.items() if status not in _ABOUT_ONE or "{" in endpoint.path}
    parameters = [_path_parameter(name, text) for name, text in endpoint.path_descriptions.items()]
    parameters += [_query_parameter(parameter) for parameter in endpoint.parameters]
    if endpoint.open_ended:
        parameters.append(_filter_parameter())
    return {
        "operationId": endpoint.name,
        "summary": f"{endpoint.summary} · {endpoint.summary_en}",
        "parameters": parameters,
        "responses": {
            "200": {"description": endpoint.summary, "content": answer},
            "304": {"description": "Không đổi từ ETag đã gửi. Unchanged since the ETag that was sent."},
            **{status: _error(text) for status, text in errors.items()},
        },
    }


def _path_parameter(name: str, description: str) -> Document:
    return {"name": name, "in": "path", "required": True, "description": description, "schema": {"type": "string"}}


def _query_parameter(parameter: Parameter) -> Document:
    described: Document = {
        "name": parameter.name,
        "in": "query",
        "required": False,
        "description": parameter.description,
        "schema": parameter.schema,
    }
    return {**described, "explode": True} if parameter.kind is Kind.TEXTS else described


def _filter_parameter() -> Document:
    """Columns differ from table to table, so their conditions are one object, spread over the query string."""
    values = {"type": "object", "additionalProperties": {"type": "string"}}
    return {
        "name": "filters",
        "in": "query",
        "style": "form",
        "explode": True,
        "description": _FILTERS,
        "schema": values,
    }


def _error(description: str) -> Document:
    return {"description": description, "content": {"application/json": {"schema": _ref("Error")}}}


def _ref(name: str) -> Document:
    return {"$ref": f"#/components/schemas/{name}"}
