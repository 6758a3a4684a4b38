"""What Frictionless 5.21 calls its errors, so that a report of ours reads like one of its own without loading it.

The tests hold every entry against Frictionless itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ErrorType:
    """An error type: its title, its description, the template of its message, its tags."""

    title: str
    description: str
    template: str
    tags: tuple[str, ...] = ()


_CELL = ("#table", "#row", "#cell")
_ROW = ("#table", "#row")
_LABEL = ("#table", "#header", "#label")
_HEADER = ("#table", "#header")
_TABLE = ("#table",)
_FILE = ("#file",)

ERROR_TYPES: Mapping[str, ErrorType] = {
    "ascii-value": ErrorType(
        "Ascii Value",
        "The cell contains non-ascii characters.",
        (
            "The cell {cell} in row at position {rowNumber} and field {fieldName} at position {fieldNumber} "
            "has an error: {note}"
        ),
        _CELL,
    ),
    "blank-header": ErrorType(
        "Blank Header",
        "This header is empty. A header should contain at least one value.",
        "Header is completely blank",
        _HEADER,
    ),
    "blank-label": ErrorType(
        "Blank Label",
        "A label in the header row is missing a value. Label should be provided and not be blank.",
        'Label in the header in field at position "{fieldNumber}" is blank',
        _LABEL,
    ),
    "blank-row": ErrorType(
        "Blank Row",
        "This row is empty. A row should contain at least one value.",
        'Row at position "{rowNumber}" is completely blank',
        _ROW,
    ),
    "byte-count": ErrorType(
        "Byte Count Error",
        "This error can happen if the data is corrupted.",
        "The data source does not match the expected byte count: {note}",
        _FILE,
    ),
    "cell-error": ErrorType(
        "Cell Error",
        "Cell Error",
        "Cell Error",
        _CELL,
    ),
    "compression-error": ErrorType(
        "Compression Error",
        "Data reading error because of a decompression problem.",
        "The data source could not be successfully decompressed: {note}",
        (),
    ),
    "constraint-error": ErrorType(
        "Constraint Error",
        "A field value does not conform to a constraint.",
        (
            'The cell "{cell}" in row at position "{rowNumber}" and field "{fieldName}" at position '
            '"{fieldNumber}" does not conform to a constraint: {note}'
        ),
        _CELL,
    ),
    "deviated-cell": ErrorType(
        "Deviated cell",
        "The cell is deviated.",
        "There is a possible error because the cell is deviated: {note}",
        _TABLE,
    ),
    "deviated-value": ErrorType(
        "Deviated Value",
        "The value is deviated.",
        "There is a possible error because the value is deviated: {note}",
        _TABLE,
    ),
    "duplicate-label": ErrorType(
        "Duplicate Label",
        "Two columns in the header row have the same value. Column names should be unique.",
        'Label "{label}" in the header at position "{fieldNumber}" is duplicated to a label: {note}',
        _LABEL,
    ),
    "duplicate-row": ErrorType(
        "Duplicate Row",
        "The row is duplicated.",
        "Row at position {rowNumber} is duplicated: {note}",
        _ROW,
    ),
    "encoding-error": ErrorType(
        "Encoding Error",
        "Data reading error because of an encoding problem.",
        "The data source could not be successfully decoded: {note}",
        (),
    ),
    "extra-cell": ErrorType(
        "Extra Cell",
        (
            "This row has more values compared to the header row (the first row in the data source). A key "
            "concept is that all the rows in tabular data must have the same number of columns."
        ),
        'Row at position "{rowNumber}" has an extra value in field at position "{fieldNumber}"',
        _CELL,
    ),
    "extra-label": ErrorType(
        "Extra Label",
        "The header of the data source contains label that does not exist in the provided schema.",
        'There is an extra label "{label}" in header at position "{fieldNumber}"',
        _LABEL,
    ),
    "field-count": ErrorType(
        "Field Count Error",
        "This error can happen if the data is corrupted.",
        "The data source does not match the expected field count: {note}",
        _TABLE,
    ),
    "file-error": ErrorType(
        "File Error",
        "There is a file error.",
        "General file error: {note}",
        _FILE,
    ),
    "forbidden-value": ErrorType(
        "Forbidden Value",
        "The value is forbidden.",
        (
            "The cell {cell} in row at position {rowNumber} and field {fieldName} at position {fieldNumber} "
            "has an error: {note}"
        ),
        _CELL,
    ),
    "foreign-key": ErrorType(
        "ForeignKey Error",
        "Values in the foreign key fields should exist in the reference table",
        'Row at position "{rowNumber}" violates the foreign key: {note}',
        _ROW,
    ),
    "format-error": ErrorType(
        "Format Error",
        "Data reading error because of incorrect format.",
        "The data source could not be successfully parsed: {note}",
        (),
    ),
    "hash-count": ErrorType(
        "Hash Count Error",
        "This error can happen if the data is corrupted.",
        "The data source does not match the expected hash count: {note}",
        _FILE,
    ),
    "incorrect-label": ErrorType(
        "Incorrect Label",
        "One of the data source header does not match the field name defined in the schema.",
        (
            'Label "{label}" in field {fieldName} at position "{fieldNumber}" does not match the field name '
            "in the schema"
        ),
        _LABEL,
    ),
    "missing-cell": ErrorType(
        "Missing Cell",
        (
            "This row has less values compared to the header row (the first row in the data source). A key "
            "concept is that all the rows in tabular data must have the same number of columns."
        ),
        ('Row at position "{rowNumber}" has a missing cell in field "{fieldName}" at position "{fieldNumber}"'),
        _CELL,
    ),
    "missing-label": ErrorType(
        "Missing Label",
        "Based on the schema there should be a label that is missing in the data's header.",
        'There is a missing label in the header\'s field "{fieldName}" at position "{fieldNumber}"',
        _LABEL,
    ),
    "primary-key": ErrorType(
        "PrimaryKey Error",
        "Values in the primary key fields should be unique for every row",
        'Row at position "{rowNumber}" violates the primary key: {note}',
        _ROW,
    ),
    "required-value": ErrorType(
        "Required Value",
        "The required values are missing.",
        "Required values not found: {note}",
        _TABLE,
    ),
    "row-constraint": ErrorType(
        "Row Constraint",
        "The value does not conform to the row constraint.",
        "The row at position {rowNumber} has an error: {note}",
        _ROW,
    ),
    "row-count": ErrorType(
        "Row Count Error",
        "This error can happen if the data is corrupted.",
        "The data source does not match the expected row count: {note}",
        _TABLE,
    ),
    "row-error": ErrorType(
        "Row Error",
        "Row Error",
        "Row Error",
        _ROW,
    ),
    "schema-error": ErrorType(
        "Schema Error",
        "Provided schema is not valid.",
        "Schema is not valid: {note}",
        (),
    ),
    "scheme-error": ErrorType(
        "Scheme Error",
        "Data reading error because of incorrect scheme.",
        "The data source could not be successfully loaded: {note}",
        (),
    ),
    "sequential-value": ErrorType(
        "Sequential Value",
        "The value is not sequential.",
        (
            "The cell {cell} in row at position {rowNumber} and field {fieldName} at position {fieldNumber} "
            "has an error: {note}"
        ),
        _CELL,
    ),
    "source-error": ErrorType(
        "Source Error",
        "Data reading error because of not supported or inconsistent contents.",
        "The data source has not supported or has inconsistent contents: {note}",
        (),
    ),
    "table-dimensions": ErrorType(
        "Table dimensions error",
        "This error can happen if the data is corrupted.",
        "The data source does not have the required dimensions: {note}",
        _TABLE,
    ),
    "table-error": ErrorType(
        "Table Error",
        "There is a table error.",
        "General table error: {note}",
        _TABLE,
    ),
    "truncated-value": ErrorType(
        "Truncated Value",
        "The value is possible truncated.",
        (
            "The cell {cell} in row at position {rowNumber} and field {fieldName} at position {fieldNumber} "
            "has an error: {note}"
        ),
        _CELL,
    ),
    "type-error": ErrorType(
        "Type Error",
        "The value does not match the schema type and format for this field.",
        (
            'Type error in the cell "{cell}" in row "{rowNumber}" and field "{fieldName}" at position '
            '"{fieldNumber}": {note}'
        ),
        _CELL,
    ),
    "unique-error": ErrorType(
        "Unique Error",
        "This field is a unique field but it contains a value that has been used in another row.",
        (
            'Row at position "{rowNumber}" has unique constraint violation in field "{fieldName}" at '
            'position "{fieldNumber}": {note}'
        ),
        _CELL,
    ),
    "unmatched-header": ErrorType(
        "Unmatched Header",
        (
            'With "fieldsMatch" set to "partial", the header must contain at least one of the fields '
            "defined in the schema."
        ),
        "None of the fields defined in the schema is present in the header",
        _HEADER,
    ),
}
"""By type."""
