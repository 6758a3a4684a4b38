"""Which passwords are accepted: long ones that are not among those tried first. No rules of composition, no expiry
(NIST SP 800-63B-4, 3.1.1; OWASP ASVS 5.0, V6.2)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from catalog.errors import InvalidInput
from catalog.vietnamese import fold, nfc

SHORTEST = 12
LONGEST = 200
_ENOUGH_OF_ONES_OWN = 5

_COMMON_WORDS = [
    "password",
    "passwd",
    "passw0rd",
    "pass",
    "matkhau",
    "admin",
    "administrator",
    "quantri",
    "quantrivien",
    "root",
    "user",
    "nguoidung",
    "nhanvien",
    "canbo",
    "dulieu",
    "dulieumo",
    "congdulieu",
    "opendata",
    "data",
    "portal",
    "congthongtin",
    "thanhhoa",
    "vietnam",
    "viet",
    "nam",
    "hanoi",
    "saigon",
    "hochiminh",
    "danang",
    "welcome",
    "xinchao",
    "chaoban",
    "hello",
    "letmein",
    "login",
    "dangnhap",
    "iloveyou",
    "anhyeuem",
    "emyeuanh",
    "yeuem",
    "tinhyeu",
    "changeme",
    "doimatkhau",
    "secret",
    "bimat",
    "default",
    "macdinh",
    "temp",
    "tamthoi",
    "test",
    "kiemtra",
    "thunghiem",
    "guest",
    "khach",
    "master",
    "dragon",
    "monkey",
    "football",
    "bongda",
    "baseball",
    "superman",
    "batman",
    "sunshine",
    "princess",
    "shadow",
    "computer",
    "maytinh",
    "internet",
    "google",
    "facebook",
    "zalo",
    "samsung",
    "iphone",
    "congty",
    "coquan",
    "ubnd",
    "tinh",
    "truongphong",
    "giamdoc",
    "nguyen",
    "khongco",
    "khongbiet",
    "trustno1",
    "abc123",
    "zaq1",
    "1qaz",
    "2wsx",
    "3edc",
    "4rfv",
    "qwe123",
    "q1w2e3r4",
    "1q2w3e4r",
    "asd123",
    "spring",
    "summer",
    "autumn",
    "winter",
    "muaxuan",
    "muahe",
    "muathu",
    "muadong",
]

_ROWS = ("abcdefghijklmnopqrstuvwxyz", "01234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm", "azertyuiop", "qwertzuiop")
_RUN = 4
_REPEATED = re.compile(r"(.{1,4}?)\1{2,}")
_UNUSABLE = re.compile(r"[\x00\ud800-\udfff]")
_YEAR = re.compile(r"(?:19|20)\d\d")
_SWAPPED = str.maketrans("0134578@$!", "oieastbasi")


def acceptable(password: str, own_words: Iterable[str] = ()) -> str:
    """The password in the form it is hashed in (NFC). Raises ``InvalidInput``, with the reason and never the password,
    if it is short, endless or easily guessed; ``own_words`` are the person's name and address."""
    normal = nfc(password)
    if len(normal) < SHORTEST:
        raise InvalidInput(
            f"Mật khẩu phải có ít nhất {SHORTEST} ký tự; một câu ngắn dễ nhớ là tốt.",
            f"A password needs at least {SHORTEST} characters; a short sentence that is easy to remember does well.",
        )
    if len(normal) > LONGEST or _UNUSABLE.search(normal):
        raise InvalidInput(
            f"Mật khẩu dài quá {LONGEST} ký tự hoặc có ký tự không dùng được.",
            f"The password is longer than {LONGEST} characters or has an unusable one.",
        )
    if is_common(normal, own_words):
        raise InvalidInput(
            "Mật khẩu này dễ đoán: nó ghép từ những từ, dãy phím, năm hay tên quen thuộc. "
            "Hãy chọn vài từ không liên quan tới nhau.",
            "This password is easy to guess: it is made of usual words, keys in a row, years or names. Choose a few "
            "words that have nothing to do with each other.",
        )
    return normal


def is_common(password: str, own_words: Iterable[str] = ()) -> bool:
    """Whether little is left of it without usual words, keys in a row, years, repetitions and the person's own name,
    with and without the usual swaps of letters (``0`` for ``o``, ``@`` for ``a``)."""
    plain = fold(password)
    words = sorted({*_COMMON_WORDS, *_parts(own_words)}, key=len, reverse=True)
    return any(len(_own_part(form, words)) < _ENOUGH_OF_ONES_OWN for form in (plain, plain.translate(_SWAPPED)))


def _parts(own_words: Iterable[str]) -> Iterator[str]:
    for text in own_words:
        found = [word for word in re.split(r"[^a-z0-9]+", fold(text)) if word]
        yield from (word for word in found if len(word) >= 3)
        yield "".join(found) or " "


def _own_part(text: str, words: Iterable[str]) -> str:
    joined = re.sub(r"[\W_]+", "", text)
    rest = _REPEATED.sub(" ", joined)
    for word in words:
        rest = rest.replace(word, " ")
    rest = _without_runs(_YEAR.sub(" ", rest))
    return "".join(dict.fromkeys(rest.replace(" ", "")))


def _without_runs(text: str) -> str:
    for row in _ROWS:
        for line in (row, row[::-1]):
            for length in range(len(line), _RUN - 1, -1):
                for start in range(len(line) - length + 1):
                    text = text.replace(line[start : start + length], " ")
    return text
