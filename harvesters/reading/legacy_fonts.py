"""Text for the Vietnamese fonts from before Unicode: TCVN3 (ABC, fonts called ``.Vn…``) and VNI (``VNI-…``).

Such text is a string of Western characters that only its font shows as Vietnamese. It comes as the characters of
Latin-1 or windows-1252, whether a workbook kept it so or a text file was decoded so.
TCVN 5712:1993 (VN3) has no capitals with tones: its fonts in capitals (``.VnTimeH``) show small letters as capitals.
"""

from __future__ import annotations

import re
from itertools import product

from catalog.vietnamese import nfc
from catalog.vietnamese_syllables import marked_words, syllable_share

SURE = 0.85
"""The share of marked words that must be syllables before text is taken for Vietnamese."""

_TCVN3_PAIRS = (
    "µà ¸á ¶ả ·ã ¹ạ ¨ă »ằ ¾ắ ¼ẳ ½ẵ Æặ ©â Çầ Êấ Èẩ Éẫ Ëậ ®đ Ìè Ðé Îẻ Ïẽ Ñẹ ªê Òề Õế Óể Ôễ Öệ ×ì Ýí Øỉ Üĩ Þị"
    " ßò ãó áỏ âõ äọ «ô åồ èố æổ çỗ éộ ¬ơ êờ íớ ëở ìỡ îợ ïù óú ñủ òũ ôụ \xadư õừ øứ öử ÷ữ ùự úỳ ýý ûỷ üỹ þỵ"
    " ¡Ă ¢Â §Đ £Ê ¤Ô ¥Ơ ¦Ư"
)
_TCVN3 = str.maketrans({pair[0]: pair[1:] for pair in _TCVN3_PAIRS.split(" ")})

_GRAVE, _ACUTE, _TILDE, _HOOK, _DOT = "\u0300", "\u0301", "\u0303", "\u0309", "\u0323"
_BREVE, _HAT, _HORN = "\u0306", "\u0302", "\u031b"
_VNI_MARKS = {
    "ù": _ACUTE, "ø": _GRAVE, "û": _HOOK, "õ": _TILDE, "ï": _DOT,
    "â": _HAT, "á": _HAT + _ACUTE, "à": _HAT + _GRAVE, "å": _HAT + _HOOK, "ã": _HAT + _TILDE, "ä": _HAT + _DOT,
    "ê": _BREVE, "é": _BREVE + _ACUTE, "è": _BREVE + _GRAVE, "ú": _BREVE + _HOOK, "ü": _BREVE + _TILDE,
    "ë": _BREVE + _DOT,
}  # fmt: skip
_VNI_SINGLE = {
    "í": "í", "ì": "ì", "æ": "ỉ", "ó": "ĩ", "ò": "ị", "ô": "ơ", "ö": "ư", "î": "ỵ", "ñ": "đ",
}  # fmt: skip
_HORNED = {"ô": "o" + _HORN, "ö": "u" + _HORN}


def _vni_pairs() -> dict[str, str]:
    # The i has letters of its own (í ì æ ó ò); some converters write it like the other vowels.
    groups = (("ùøûõï", "aeiouyôö"), ("âáàåãä", "aeo"), ("êéèúüë", "a"))
    pairs: dict[str, str] = {}
    for marks, bases in groups:
        for base, mark in product(bases, marks):
            small = nfc(_HORNED.get(base, base) + _VNI_MARKS[mark])
            for shown_base, letter in ((base, small), (base.upper(), small.upper())):
                pairs[shown_base + mark] = pairs[shown_base + mark.upper()] = letter
    for sign, letter in _VNI_SINGLE.items():
        pairs[sign], pairs[sign.upper()] = letter, letter.upper()
    return pairs


_VNI = _vni_pairs()
_VNI_PIECE = re.compile("|".join(sorted(_VNI, key=len, reverse=True)))


def decode_tcvn3(text: str, *, upper: bool = False) -> str:
    """TCVN3 as Unicode (NFC). ``upper`` for a font in capitals. A soft hyphen is the letter *ư* here."""
    decoded = text.translate(_TCVN3)
    return nfc(decoded.upper() if upper else decoded)


def decode_vni(text: str) -> str:
    """VNI as Unicode (NFC): a letter and the sign after it are one letter."""
    return nfc(_VNI_PIECE.sub(lambda piece: _VNI[piece.group()], text))


def tcvn3_share(text: str) -> float:
    """The share of the marked words of ``text`` that become Vietnamese syllables when it is read as TCVN3."""
    return syllable_share([decode_tcvn3(word) for word in marked_words(text)])


def vni_share(text: str) -> float:
    """The same for VNI."""
    return syllable_share([decode_vni(word) for word in marked_words(text)])


def looks_like_tcvn3(text: str) -> bool:
    """Whether ``text`` reads as Vietnamese when taken for TCVN3, and neither as it stands nor as VNI as well."""
    share = tcvn3_share(text)
    return share >= SURE and share > max(vni_share(text), syllable_share(marked_words(text)))


def looks_like_vni(text: str) -> bool:
    """Whether ``text`` reads as Vietnamese when taken for VNI, and neither as it stands nor as TCVN3 as well."""
    share = vni_share(text)
    return share >= SURE and share > max(tcvn3_share(text), syllable_share(marked_words(text)))
