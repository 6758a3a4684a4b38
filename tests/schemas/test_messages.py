"""What a clerk is told of each kind of fault: Vietnamese and English, a place, a remedy, a quality it touches."""

from __future__ import annotations

import frictionless
import pytest

from catalog.dictionary import TableSchema
from catalog.issues import Dimension, Fault, Severity
from schemas.fault_words import FAULT_WORDS
from schemas.messages import issue_for_fault, limit_text
from schemas.places import Places
from tests.catalog.examples import CLINIC_SCHEMA, clinic_descriptor

ABOUT_DATA = {"#table", "#file"}
BASES = {"file-error", "header-error", "label-error", "row-error", "cell-error", "table-error", "cell"}
OWN_SENTENCES = {"type-error", "constraint-error", "foreign-key", "unique-error", "primary-key"}


def places(*found: tuple[int | None, str], count: int = 0) -> Places:
    seen = Places()
    for row, value in found:
        seen.add(row, value)
    seen.count = count or seen.count
    return seen


def data_error_types() -> set[str]:
    """Frictionless's error types that a table or a file can bring forth."""
    classes = [item for item in vars(frictionless.errors).values() if isinstance(item, type)]
    found = {str(vars(item).get("type", "")) for item in classes if set(getattr(item, "tags", ())) & ABOUT_DATA}
    return found - BASES


def test_every_error_of_frictionless_about_data_has_words_of_its_own() -> None:
    assert data_error_types() - OWN_SENTENCES <= FAULT_WORDS.keys()
    assert {"encoding-error", "format-error", "source-error"} <= FAULT_WORDS.keys()


@pytest.mark.parametrize("code", sorted({*FAULT_WORDS, *OWN_SENTENCES, "phep-kiem-moi"}))
def test_every_fault_is_told_in_both_languages_with_a_remedy(code: str) -> None:
    fault = Fault(code, 7, "giuong", 4, ("giuong",), "ba", "minimum", "vì thế")
    issue = issue_for_fault(CLINIC_SCHEMA, fault, places((7, "ba")), {})
    assert (issue.code, issue.severity, issue.count) == (code, Severity.ERROR, 1)
    for sentence in (issue.message, issue.message_en, issue.remedy, issue.remedy_en):
        assert sentence.endswith(".")
        assert "{" not in sentence
    assert issue.message != issue.message_en
    assert issue.covers(fault)


def test_many_wrong_cells_are_one_sentence_with_the_first_place() -> None:
    fault = Fault("type-error", 1007, "giuong", 4, ("giuong",), "ba")
    issue = issue_for_fault(CLINIC_SCHEMA, fault, places((1007, "ba"), count=1412), {})
    assert issue.message == "Cột giuong (Giường bệnh): 1.412 dòng không đúng kiểu số nguyên, ví dụ dòng 1.007: ba."
    assert issue.message_en == "Column giuong: 1,412 rows are not an integer, e.g. row 1,007: ba."


def test_a_fault_of_the_whole_header_names_the_column() -> None:
    missing = issue_for_fault(CLINIC_SCHEMA, Fault("missing-label", 1, "giuong", 4), places((1, "")), {})
    assert missing.message == "Thiếu cột giuong (Giường bệnh)."
    assert missing.dimension is Dimension.COMPLETE
    extra = issue_for_fault(CLINIC_SCHEMA, Fault("extra-label", 1, "", 5, (), "Điện thoại"), places((1, "")), {})
    assert extra.message == "Cột “Điện thoại” không có trong từ điển dữ liệu."


def test_a_key_is_named_although_frictionless_does_not_name_it() -> None:
    issue = issue_for_fault(CLINIC_SCHEMA, Fault("primary-key", 3), places((3, "38001")), {})
    assert issue.message.startswith("Khóa ma (Mã cơ sở): 1 dòng")
    assert issue.field == "ma"


def test_faults_of_two_constraints_of_a_column_are_told_apart() -> None:
    low, high = (Fault("constraint-error", 2, "giuong", 4, ("giuong",), "9", name) for name in ("minimum", "maximum"))
    issue = issue_for_fault(CLINIC_SCHEMA, low, places((2, "9")), {})
    assert (issue.covers(low), issue.covers(high)) == (True, False)


def test_limits_are_written_as_vietnamese_readers_write_them() -> None:
    assert [limit_text(value) for value in (1_500_000, 0.5, 2026, 12_345.25, "2026-02-28", "38", True)] == [
        "1.500.000",
        "0,5",
        "2026",
        "12.345,25",
        "28/02/2026",
        "38",
        "có",
    ]
    fields = clinic_descriptor()["fields"]
    fields[3]["constraints"] = {"maximum": 20_000}
    schema = TableSchema.from_descriptor(clinic_descriptor(fields=fields))
    fault = Fault("constraint-error", 2, "giuong", 4, ("giuong",), "30000", "maximum")
    issue = issue_for_fault(schema, fault, places((2, "30000")), {})
    assert "lớn hơn mức cao nhất 20.000" in issue.message
    assert "above the maximum 20000" in issue.message_en
