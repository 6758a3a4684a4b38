"""Sentences about personal data: what was found where, and what to do about it. No value stands in them unmasked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from catalog.issues import Dimension, Issue, Severity
from schemas.messages import first_seen, issue, number_text
from schemas.places import Places

PREFIX = "personal-data-"
DECLARED = f"{PREFIX}declared"

_KINDS: Mapping[str, tuple[str, str]] = {
    "cccd": ("số căn cước công dân", "identity card numbers"),
    "phone": ("số điện thoại cá nhân", "telephone numbers of persons"),
    "email": ("địa chỉ thư điện tử", "e-mail addresses"),
    "bhyt": ("số thẻ bảo hiểm y tế", "health insurance card numbers"),
    "bhxh": ("mã số bảo hiểm xã hội", "social insurance numbers"),
    "tax": ("mã số thuế cá nhân, hộ kinh doanh", "tax codes of persons or household businesses"),
    "bank": ("số tài khoản ngân hàng", "bank account numbers"),
    "name": ("họ tên người", "names of persons"),
    "plate": ("biển số xe", "number plates"),
    "cmnd": ("số chứng minh nhân dân", "old identity card numbers"),
    "passport": ("số hộ chiếu", "passport numbers"),
    "birth": ("ngày, năm sinh đứng cạnh tên người", "dates of birth beside names of persons"),
    "address": ("địa chỉ đứng cạnh tên người", "addresses beside names of persons"),
    "coordinates": ("tọa độ đứng cạnh tên người hoặc hộ gia đình", "coordinates beside names of persons or households"),
}
_REMEDY = (
    "Bỏ các giá trị đó ở nguồn, hoặc tổng hợp thành số liệu; nếu là thông tin công khai, ghi lý do khi duyệt.",
    "Remove these values at the source or aggregate them; if they are public, say why when releasing.",
)


def values_issue(kind: str, name: str, places: Places) -> Issue:
    """Cells of a column that hold one kind of personal data."""
    title, title_en = _KINDS[kind]
    seen, seen_en = first_seen(places)
    texts = (
        f"Cột {name}: {number_text(places.count)} ô có {title}{seen}.",
        f"Column {name}: {places.count} cells hold {title_en}{seen_en}.",
        *_REMEDY,
    )
    return issue(f"{PREFIX}{kind}", Severity.HOLD, Dimension.SHARED, texts, places, name)


def around_issue(kind: str, places: Places) -> Issue:
    """One kind of personal data in what lies beside the table; the first example names its place."""
    title, title_en = _KINDS[kind]
    shown = places.examples[0].value
    texts = (
        f"Ngoài bảng có {title} ở {number_text(places.count)} chỗ, ví dụ {shown}.",
        f"Beside the table there are {title_en} in {places.count} places, e.g. {shown}.",
        "Xóa phần đó khỏi tệp (ghi chú, trang ẩn, chân trang); tệp gốc không được công bố nhưng phải sạch.",
        "Remove it from the file (comments, hidden sheets, footers); keep the file clean.",
    )
    return issue(f"{PREFIX}{kind}", Severity.HOLD, Dimension.SHARED, texts, places)


def label_issue(kind: str, name: str, places: Places) -> Issue:
    """Personal data in the very name of a column, shown masked."""
    title, title_en = _KINDS[kind]
    texts = (
        f"Tên cột “{name}” chứa {title}.",
        f"The name of the column “{name}” holds {title_en}.",
        "Đặt lại tên cột, không ghi dữ liệu cá nhân vào tiêu đề.",
        "Rename the column; no personal data belongs into a header.",
    )
    return issue(f"{PREFIX}{kind}", Severity.HOLD, Dimension.SHARED, texts, places, name)


def names_issue(code: str, names: Sequence[str]) -> Issue:
    """Columns whose names point to persons."""
    shown = ", ".join(names)
    texts = (
        f"Tên cột cho thấy có dữ liệu cá nhân: {shown}.",
        f"The names of these columns point to personal data: {shown}.",
        "Bỏ cột khỏi dữ liệu công bố hoặc tổng hợp thành số liệu; nếu không phải dữ liệu cá nhân, ghi lý do khi duyệt.",
        "Leave the column out or aggregate it; if it is not personal, say why when releasing.",
    )
    return issue(f"{PREFIX}{code}", Severity.HOLD, Dimension.SHARED, texts, Places(count=1), names[0])


def declared_issue(name: str) -> Issue:
    """A column that the dictionary itself calls personal: it is never published, whatever it holds."""
    texts = (
        f"Cột {name}: từ điển xếp là dữ liệu cá nhân, không được công bố.",
        f"Column {name}: the dictionary calls it personal; it is not to be published.",
        "Bỏ cột này khỏi bảng gửi công bố.",
        "Leave this column out of the table.",
    )
    return issue(DECLARED, Severity.HOLD, Dimension.SHARED, texts, Places(count=1), name)
