"""JSON Schemas of the answers of the portal's own API. The tests hold every answer against them."""

from __future__ import annotations

from typing import Any

Schema = dict[str, Any]

_TEXT: Schema = {"type": "string"}
_FLAG: Schema = {"type": "boolean"}
_COUNT: Schema = {"type": "integer", "minimum": 0}
_POINTS: Schema = {"type": "number", "minimum": 0, "maximum": 100}
_ADDRESS: Schema = {"type": "string", "format": "uri"}
_MOMENT: Schema = {"type": "string", "format": "date-time"}
_DAY: Schema = {"type": "string", "format": "date"}
_ANY_OBJECT: Schema = {"type": "object"}


def _or_null(schema: Schema) -> Schema:
    return {**schema, "type": [schema["type"], "null"]}


def _ref(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


def _list_of(schema: Schema) -> Schema:
    return {"type": "array", "items": schema}


def _object(**properties: Schema) -> Schema:
    """An object with all of these properties."""
    return {"type": "object", "required": list(properties), "properties": properties}


_DATASET_SUMMARY: dict[str, Schema] = {
    "id": _TEXT,
    "name": _TEXT,
    "title": _TEXT,
    "title_en": _TEXT,
    "description": _TEXT,
    "organization": _object(name=_TEXT, title=_TEXT),
    "theme": _TEXT,
    "keywords": _list_of(_TEXT),
    "access_level": {"enum": ["open", "shared", "internal"]},
    "frequency": _TEXT,
    "formats": _list_of(_TEXT),
    "rows": _COUNT,
    "simulated": {"type": "boolean", "description": "Dữ liệu mô phỏng. Generated data."},
    "issued": _or_null(_MOMENT),
    "modified": _or_null(_MOMENT),
    "recorded": {
        **_or_null(_MOMENT),
        "description": "Cổng này lưu bản mô tả lúc nào. When this portal stored the description.",
    },
    "url": _ADDRESS,
    "api": _ADDRESS,
}

COMPONENTS: dict[str, Schema] = {
    "DatasetPage": _object(
        total=_COUNT,
        page={"type": ["integer", "null"], "minimum": 1, "description": "null sau `after`. null after `after`."},
        per_page=_COUNT,
        next=_or_null(_ADDRESS),
        previous=_or_null(_ADDRESS),
        relaxed={
            "type": "boolean",
            "description": "Hầu như không bộ nào có đủ các từ; đây là những bộ có nhiều từ nhất. "
            "Hardly a dataset has all the words; these have most of them.",
        },
        degraded={
            "type": "boolean",
            "description": "Lấy từ bản sao, có thể chậm cập nhật, hoặc thẳng từ cơ sở dữ liệu. "
            "From a copy that may be behind, or straight from the database.",
        },
        left_out={
            "type": "array",
            "items": _TEXT,
            "description": "Khi lấy thẳng từ cơ sở dữ liệu: những trường không dùng để lọc và đếm được; `older`: chỉ "
            "tìm trong các bộ dữ liệu mới nhất. Where the database answered: fields that narrowed nothing and have no "
            "counts; `older`: only the newest datasets were looked at.",
        },
        corrections={
            "type": "array",
            "items": _TEXT,
            "description": "Khi hầu như không bộ nào có đủ các từ: những câu có thể đã định viết. "
            "Where hardly a dataset has all the words: what may have been meant.",
        },
        items=_list_of(_ref("DatasetSummary")),
        facets={"type": "object", "additionalProperties": _list_of(_object(value=_TEXT, count=_COUNT))},
    ),
    "SuggestionList": _object(
        items=_list_of(
            _object(
                kind={"enum": ["dataset", "commune", "organization", "theme", "column"]},
                value=_TEXT,
                title=_TEXT,
                title_en=_TEXT,
                organization=_or_null(_object(name=_TEXT, title=_TEXT)),
                datasets=_COUNT,
                url=_ADDRESS,
            )
        )
    ),
    "DatasetSummary": _object(**_DATASET_SUMMARY, license=_TEXT),
    "Dataset": _object(
        **_DATASET_SUMMARY,
        description_en=_TEXT,
        license=_object(id=_TEXT, title=_TEXT, url=_TEXT, is_open=_FLAG),
        contact=_object(name=_TEXT, email=_TEXT, phone=_TEXT),
        source_database=_TEXT,
        legal_basis=_TEXT,
        register_item=_TEXT,
        spatial=_TEXT,
        temporal_start=_or_null(_DAY),
        temporal_end=_or_null(_DAY),
        freshness={"enum": ["never", "current", "due-soon", "overdue"]},
        due=_or_null(_MOMENT),
        quality={"anyOf": [_ref("Quality"), {"type": "null"}]},
        tables=_list_of(_ref("Table")),
        links={"type": "object", "additionalProperties": _or_null(_ADDRESS)},
    ),
    "Quality": _object(
        points=_POINTS,
        possible=_POINTS,
        computed_on=_MOMENT,
        dimensions=_list_of(
            _object(
                dimension={"enum": ["dung", "du", "sach", "song", "thong-nhat", "dung-chung"]},
                points=_POINTS,
                possible=_POINTS,
                criteria=_list_of(
                    _object(
                        id=_TEXT,
                        title=_TEXT,
                        title_en=_TEXT,
                        points=_POINTS,
                        possible=_POINTS,
                        evidence=_TEXT,
                        evidence_en=_TEXT,
                        gains=_list_of(_object(points=_POINTS, fix=_TEXT, fix_en=_TEXT)),
                    )
                ),
            )
        ),
    ),
    "Table": _object(
        id=_TEXT,
        name=_TEXT,
        dataset=_TEXT,
        title=_TEXT,
        title_en=_TEXT,
        description=_TEXT,
        kind={"enum": ["table", "file", "link"]},
        version={"anyOf": [_ref("Version"), {"type": "null"}]},
        columns=_list_of(_ref("Column")),
        files=_list_of(_ref("File")),
        rows_url=_or_null(_ADDRESS),
        schema_url=_or_null(_ADDRESS),
    ),
    "Version": _object(id=_TEXT, number=_COUNT, published_at=_MOMENT, rows=_COUNT, schema=_TEXT, schema_version=_TEXT),
    "Column": _object(
        name=_TEXT,
        type=_TEXT,
        title=_TEXT,
        title_en=_TEXT,
        description=_TEXT,
        unit=_TEXT,
        code_list=_or_null(_TEXT),
        filled=_COUNT,
        distinct=_or_null(_COUNT),
        minimum=_TEXT,
        maximum=_TEXT,
    ),
    "File": _object(
        format=_TEXT,
        media_type=_TEXT,
        size=_COUNT,
        sha256={"type": "string", "pattern": "^[0-9a-f]{64}$"},
        url=_ADDRESS,
        version_url=_ADDRESS,
    ),
    "RowPage": _object(
        table=_TEXT,
        version=_object(id=_TEXT, number=_COUNT),
        total=_or_null(_COUNT),
        limit=_COUNT,
        fields=_list_of(_object(name=_TEXT, type=_TEXT)),
        rows=_list_of(
            {
                "type": "object",
                "description": "Số là số, mã là văn bản, ô trống là null. Numbers as numbers, codes as text.",
                "additionalProperties": {"type": ["string", "number", "boolean", "null"]},
            }
        ),
        next=_or_null(_ADDRESS),
    ),
    "Report": {
        "description": "Báo cáo theo định dạng của Frictionless 5. A report in the format of Frictionless 5.",
        **_object(
            dataset=_TEXT,
            table=_TEXT,
            version=_ref("Version"),
            schema=_ADDRESS,
            url=_ADDRESS,
            valid=_FLAG,
            verdict={"enum": ["error", "hold", "warning", "note"]},
            stats=_object(tasks=_COUNT, errors=_COUNT, warnings=_COUNT, seconds={"type": "number"}),
            warnings=_list_of(_TEXT),
            errors=_list_of(_ref("ReportError")),
            tasks=_list_of(_ref("ReportTask")),
        ),
    },
    "ReportTask": _object(
        name=_TEXT,
        type=_TEXT,
        valid=_FLAG,
        place=_TEXT,
        labels=_list_of(_TEXT),
        stats=_object(errors=_COUNT, warnings=_COUNT, seconds={"type": "number"}, fields=_COUNT, rows=_COUNT),
        warnings=_list_of(_TEXT),
        errors=_list_of(_ref("ReportError")),
        observations=_list_of(_ref("ReportError")),
        issues=_list_of(_ref("ReportIssue")),
    ),
    "ReportError": {
        "description": "Một lỗi ở một chỗ; code là mã của cổng. One fault in one place; code is the portal's own.",
        "type": "object",
        "required": ["type", "title", "description", "message", "tags", "note", "code"],
        "properties": {
            **dict.fromkeys(("type", "title", "description", "message", "note", "code", "fieldName", "cell"), _TEXT),
            "tags": _list_of(_TEXT),
            "rowNumber": _COUNT,
            "fieldNumber": _COUNT,
            "severity": {"enum": ["error", "hold", "warning", "note"]},
            "dimension": {"enum": ["dung", "du", "sach", "song", "thong-nhat", "dung-chung"]},
            "messageVi": _TEXT,
            "remedy": _TEXT,
            "remedyEn": _TEXT,
            "count": _COUNT,
        },
    },
    "ReportIssue": _object(
        code=_TEXT,
        severity={"enum": ["error", "hold", "warning", "note"]},
        dimension={"enum": ["dung", "du", "sach", "song", "thong-nhat", "dung-chung"]},
        fieldName=_or_null(_TEXT),
        constraint=_or_null(_TEXT),
        count=_COUNT,
        message=_TEXT,
        messageVi=_TEXT,
        remedy=_TEXT,
        remedyEn=_TEXT,
        examples=_list_of(_object(rowNumber=_or_null(_COUNT), cell=_TEXT)),
    ),
    "OrganizationList": _object(items=_list_of(_ref("Organization"))),
    "Organization": _object(
        id=_TEXT,
        name=_TEXT,
        code=_TEXT,
        title=_TEXT,
        title_en=_TEXT,
        kind=_TEXT,
        description=_TEXT,
        parent_id=_or_null(_TEXT),
        valid_from=_or_null(_DAY),
        valid_to=_or_null(_DAY),
        successor_id=_or_null(_TEXT),
        datasets=_COUNT,
        url=_ADDRESS,
    ),
    "ThemeList": _object(
        items=_list_of(
            _object(id=_TEXT, title=_TEXT, title_en=_TEXT, data_theme=_ADDRESS, datasets=_COUNT, url=_ADDRESS)
        )
    ),
    "SchemaList": _object(
        items=_list_of(
            _object(
                name=_TEXT, version=_TEXT, title=_TEXT, title_en=_TEXT, description=_TEXT, columns=_COUNT, url=_ADDRESS
            )
        )
    ),
    "CodeListList": _object(
        items=_list_of(
            _object(
                name=_TEXT,
                version=_TEXT,
                title=_TEXT,
                title_en=_TEXT,
                status=_TEXT,
                size=_COUNT,
                url=_ADDRESS,
                api=_ADDRESS,
            )
        )
    ),
    "CodeList": _object(
        name=_TEXT,
        version=_TEXT,
        title=_TEXT,
        title_en=_TEXT,
        source_decision=_TEXT,
        status=_TEXT,
        codes=_list_of(
            _object(
                code=_TEXT,
                title=_TEXT,
                title_en=_TEXT,
                parent=_TEXT,
                description=_TEXT,
                valid_from=_or_null(_DAY),
                valid_to=_or_null(_DAY),
                aliases=_list_of(_TEXT),
                replaced_by=_list_of(_TEXT),
            )
        ),
    ),
    "SourceList": _object(items=_list_of(_ref("Source"))),
    "Source": _object(
        id=_TEXT,
        name=_TEXT,
        title=_TEXT,
        organization=_TEXT,
        kind=_TEXT,
        frequency=_TEXT,
        enabled=_FLAG,
        last_run={"anyOf": [_ANY_OBJECT, {"type": "null"}]},
        tables=_list_of(_object(key=_TEXT, table=_TEXT, outcome={"anyOf": [_ANY_OBJECT, {"type": "null"}]})),
        catalog=_or_null(_object(datasets=_COUNT, outcome=_or_null(_TEXT), at=_or_null(_MOMENT), counts=_ANY_OBJECT)),
    ),
    "Error": _object(error=_object(code=_TEXT, message=_TEXT, message_en=_TEXT)),
}
