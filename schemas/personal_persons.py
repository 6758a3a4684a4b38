"""Names of persons in Vietnamese text: alone in a cell, or in a sentence after a title or a role.

Streets, schools and feasts bear the names of persons too. A name is therefore taken for one of a living person only
where most of a column are names, or where a title (ông, bà, chủ hộ, bệnh nhân …) stands before it; the names that
streets and schools usually bear never count.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from catalog.vietnamese import fold

_COMMON = (
    "nguyễn trần lê phạm hoàng huỳnh phan võ đặng bùi ngô đinh trịnh đoàn trương quách tống nghiêm mạc doãn khổng lò"
    " phùng lữ lường giàng thào sùng khuất thiều nhữ vũ"
)
_RARER = (
    "hà thái cầm vi quàng triệu kiều chu tô mai cao lương thân từ la ma vàng hoa viên tào cù châu thạch kim danh"
    " ông hàn ninh đồng phó trang ngọ thiệu mã hạ bạch trà tòng nông lâm lưu lý đào đỗ hồ dương lục đàm hứa vương lại"
    " tạ bế tăng lã đậu lộc ngân thao sung hơ lâu va cụt moong xeo điểu ksor siu"
)
"""Surnames that are words of other meaning too (hồ: lake; nông, lâm: farming, forestry): a usual middle name must
follow."""

_MIDDLE_WORDS = (
    "văn thị đình hữu đức xuân minh ngọc thanh quang duy bá trọng công quốc hồng thu kim mạnh tiến viết gia bảo anh"
    " tuấn hoàng khánh nhật thế như phương thùy thúy mỹ diệu huy chí đăng sỹ sĩ khắc năng phúc vĩnh trung hải thành"
    " cẩm bích lan mai diễm hoài tú cao danh vũ nguyễn trần lê phạm"
)
_SURE_MIDDLE_WORDS = "văn thị đình hữu đức bá ngọc duy quang minh thế viết trọng a"
_FOLDED_SURE_MIDDLE = frozenset(map(fold, _SURE_MIDDLE_WORDS.split()))
_MIDDLE = frozenset(_MIDDLE_WORDS.split())
_HISTORIC = (
    "Trần Hưng Đạo|Lê Thánh Tông|Lý Thường Kiệt|Nguyễn Bỉnh Khiêm|Nguyễn Đình Chiểu|Phan Bội Châu|Phan Chu Trinh"
    "|Phan Châu Trinh|Nguyễn Thị Minh Khai|Võ Thị Sáu|Lê Hồng Phong|Hoàng Văn Thụ|Nguyễn Văn Trỗi|Nguyễn Công Trứ"
    "|Đinh Tiên Hoàng|Lý Thái Tổ|Trần Nhân Tông|Trần Quang Khải|Trần Khánh Dư|Hoàng Quốc Việt|Phạm Văn Đồng"
    "|Võ Nguyên Giáp|Võ Văn Kiệt|Nguyễn Lương Bằng|Nguyễn Văn Cừ|Hà Huy Tập|Lê Văn Hưu|Lê Quý Đôn|Nguyễn Hữu Cảnh"
    "|Nguyễn Tri Phương|Hoàng Hoa Thám|Phan Đình Phùng|Phan Đình Giót|Lê Đại Hành|Tống Duy Tân|Đào Duy Từ"
    "|Đào Duy Anh|Lê Hữu Lập|Nguyễn Mộng Tuân|Tô Vĩnh Diện|Lê Trọng Tấn|Nguyễn Chí Thanh|Tôn Đức Thắng|Phạm Ngũ Lão"
    "|Bùi Thị Xuân|Mạc Đĩnh Chi|Hàn Mặc Tử|Nguyễn Thượng Hiền|Chu Văn An|Lương Thế Vinh|Hồ Xuân Hương"
    "|Phạm Hồng Thái|Lê Thị Hồng Gấm|Trần Quốc Toản|Trần Nguyên Hãn|Trần Cao Vân|Trần Đại Nghĩa|Dương Đình Nghệ"
    "|Nguyễn Văn Linh|Huỳnh Tấn Phát|Nguyễn Bá Ngọc|Lý Tự Trọng|Hồ Chí Minh|Trần Đăng Ninh|Nguyễn Hữu Thọ"
    "|Nguyễn Thái Học"
    "|Lý Nam Đế|Hồ Tùng Mậu|Nguyễn Phong Sắc|Triệu Thị Trinh|Triệu Quang Phục|Lương Ngọc Quyến|Hoàng Văn Thái"
    "|Lê Thanh Nghị|Nguyễn Duy Trinh|Cao Bá Quát|Ngô Sĩ Liên|Nguyễn Trường Tộ|Huỳnh Thúc Kháng|Phùng Chí Kiên"
    "|Ngô Thì Nhậm|Phan Huy Chú|Hà Văn Mao|Cầm Bá Thước|Phan Đăng Lưu|Trần Quý Cáp|Ngô Gia Tự|Lê Thánh Tôn"
    "|Đặng Thai Mai|Đặng Thùy Trâm|Lê Khả Phiêu|Trịnh Tùng|Trần Khát Chân|Đinh Công Tráng|Lê Văn Lương"
    "|Nguyễn Đình Thi|Nguyễn Viết Xuân|Nguyễn Văn Bé|Trần Bình Trọng|Trần Nhật Duật|Lý Nhân Tông|Nguyễn Đức Cảnh"
    "|Lê Đức Thọ"
)
_NAMESAKES = frozenset(map(fold, _HISTORIC.split("|")))
"""Persons of history whose names stand on streets, schools and squares."""

_CAPITAL = "A-ZĐÀÁẢÃẠĂẰẮẲẴẶÂẦẤẨẪẬÈÉẺẼẸÊỀẾỂỄỆÌÍỈĨỊÒÓỎÕỌÔỒỐỔỖỘƠỜỚỞỠỢÙÚỦŨỤƯỪỨỬỮỰỲÝỶỸỴ"
_SMALL = _CAPITAL.lower().replace("a-zđ", "a-zđ")
_WORD = rf"[{_CAPITAL}][{_SMALL}{_CAPITAL}]*"
SURNAMES = frozenset(f"{_COMMON} {_RARER}".split())
_FOLDED_SURNAMES = frozenset(fold(name) for name in SURNAMES)
_FOLDED_COMMON = frozenset(fold(name) for name in _COMMON.split())
_FOLDED_MIDDLE = frozenset(fold(name) for name in _MIDDLE)

_ALONE = re.compile(rf"[{_CAPITAL}{_SMALL}]+(?: [{_CAPITAL}{_SMALL}]+){{1,5}}")
_TITLES = (
    r"[Ôô]ng|ÔNG|[Bb]à|BÀ|[Aa]nh|ANH|[Cc]hị|CHỊ|[Cc]ô|CÔ|[Cc]hú|[Bb]ác|[Cc]ụ|CỤ|[Cc]háu|[Ee]m|[Vv]ợ|[Cc]hồng|[Cc]on"
    r"|[Mm]ẹ|[Bb]ố|[Cc]ha|(?:[Cc]hủ )?[Hh]ộ|CHỦ HỘ|[Hh]ộ kinh doanh|HKD"
    r"|[Bb]ệnh nhân|BN|[Nn]gười bệnh|[Tt]hân nhân|[Nn]gười nhà|[Nn]ạn nhân"
    r"|[Bb]ị can|[Bb]ị cáo|[Đđ]ối tượng|[Nn]gười khai|[Hh]ọ (?:và )?tên|[Tt]hí sinh|[Hh]ọc sinh|[Ss]inh viên"
    r"|[Hh]ọc viên|[Nn]gười nộp(?: đơn| thuế)?|[Nn]gười liên hệ|[Ll]iên hệ|[Nn]gười hưởng|[Nn]gười giám hộ"
    r"|[Cc]hủ tài khoản|[Cc]hủ xe|[Cc]hủ cơ sở|[Cc]hủ nhà|[Cc]hủ sử dụng"
    r"|[Đđ]ồng chí|[Đđ]/[Cc]|[Bb]ác sĩ|[Cc]ông dân|[Tt]rẻ"
)
_PLAIN_TITLES = (
    r"[Oo]ng|ONG|[Bb]a|BA|[Aa]nh|[Cc]hi|[Cc]hu ho|[Hh]o|[Bb]enh nhan|BN|[Hh]o (?:va )?ten|[Nn]guoi lien he|[Ll]ien he"
)
_TITLED = re.compile(rf"(?<!\w)(?:{_TITLES})(?: là)?[:.]? {{0,2}}({_WORD}(?: {_WORD}){{1,4}})")
_PLAIN_TITLED = re.compile(rf"(?<!\w)(?:{_PLAIN_TITLES})[:.]? {{0,2}}({_WORD}(?: {_WORD}){{1,4}})")
_LEADING = re.compile(rf"\W{{0,2}}({_WORD}(?: {_WORD}){{1,4}})(?= ?[,;:(–-])")
_OF_A_PLACE = re.compile(
    r"(?:duong|pho|den|chua|lang|mieu|phu|truong|cau|cho|di tich|le hoi|tuong|cong vien|khu|quy|thpt|thcs|tieu hoc"
    r"|mam non|anh hung|liet si|nha tho|dai lo|quang truong|ben|giai) $"
)


def looks_like_a_name(text: str) -> float:
    """How surely the whole text is a person's name: 1 for one with a usual surname and a third word, 0.5 for what may
    as well be a place, 0 for what is none."""
    if not _ALONE.fullmatch(text):
        return 0.0
    words = fold(text).split()
    accented = text.lower().split()
    first_known = accented[0] in SURNAMES if not text.isascii() else words[0] in _FOLDED_SURNAMES
    if not first_known or " ".join(words) in _NAMESAKES or not _is_written_as_a_name(text):
        return 0.0
    if len(words) == 2:
        return 0.5 if words[0] in _FOLDED_COMMON else 0.0
    # Mai Thanh Dũng: a rarer surname and a usual middle name, both with the accents they have.
    usual = len(words) == 3 and accented[0] in SURNAMES and accented[1] in _MIDDLE
    return 1.0 if words[0] in _FOLDED_COMMON or words[1] in _FOLDED_SURE_MIDDLE or usual else 0.5


def _is_written_as_a_name(text: str) -> bool:
    """In capitals, or each word with a capital, or all small (as some type it) with a usual middle name."""
    if text.isupper() or all(word[0].isupper() and (len(word) == 1 or not word.isupper()) for word in text.split()):
        return True
    words = fold(text).split()
    return text.islower() and len(words) > 2 and words[0] in _FOLDED_COMMON and words[1] in _FOLDED_MIDDLE


def titled_names(text: str) -> Iterator[tuple[int, int]]:
    """Where in a sentence names of persons stand that a title or a role leads in."""
    pattern = _PLAIN_TITLED if text.isascii() else _TITLED
    for match in pattern.finditer(text):
        words = fold(match.group(1)).split()
        surname = match.group(1).split()[0].lower()
        known = _is_plain_name(words) if text.isascii() else surname in SURNAMES
        if not known or _OF_A_PLACE.search(fold(text[max(0, match.start() - 16) : match.start()])):
            continue
        if words[0] == "trieu" and words[1] not in ("thi", "van"):
            continue  # Bà Triệu, and what is called after her
        if len(words) == 2 and words[0] not in _FOLDED_COMMON:
            continue  # hộ Hà Trung: those of a commune
        end = match.start(1) + _name_length(match.group(1))
        if fold(text[match.start(1) : end]) not in _NAMESAKES:
            yield match.start(1), end


def _is_plain_name(words: list[str]) -> bool:
    """Without accents a title and a surname are too common as syllables: a usual middle name must follow."""
    return len(words) > 2 and words[0] in _FOLDED_SURNAMES and words[1] in _FOLDED_MIDDLE


def _name_length(words: str) -> int:
    """How much of a run of capitalised words is the name: a name in small letters ends before words in capitals (CCCD),
    and before the words that lead in something else."""
    kept: list[str] = []
    in_capitals = words.isupper()
    for word in words.split(" "):
        if len(kept) >= 2 and not in_capitals and len(word) > 1 and word.isupper():
            break
        if len(kept) >= 2 and fold(word) in ("sinh", "cccd", "cmnd", "dien", "dt", "sdt", "dia", "thon", "xa", "stk"):
            break
        kept.append(word)
    return len(" ".join(kept))


def leading_name(text: str) -> tuple[int, int] | None:
    """Where a sentence begins with a name and a comma: a person only if what follows is about one."""
    match = _LEADING.match(text)
    sureness = looks_like_a_name(match.group(1)) if match else 0
    if match is None or not sureness or (sureness < 1 and fold(match.group(1)).split()[1] not in _FOLDED_MIDDLE):
        return None
    return match.span(1)
