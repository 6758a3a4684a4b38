"""What a person typed becomes wishes, whatever it is."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from catalog.questions import AnyOf, Between, Condition, Match, Not
from search.datasets.asking import MAX_QUERY_WORDS, Wishes, read_alternatives
from search.datasets.asking_fields import FIELD_NAMES
from search.datasets.lexicon import Lexicon, Meaning
from search.datasets.words import words_of


def one(text: str, lexicon: Lexicon | None = None) -> Wishes:
    (wishes,) = read_alternatives(text, lexicon)
    return wishes


def written(wishes: Wishes) -> str:
    return " ".join(word.exact for word in wishes.words)


def required(text: str, lexicon: Lexicon | None = None) -> str:
    wishes = one(text, lexicon)
    return " ".join(word.exact for place, word in enumerate(wishes.words) if place not in wishes.optional)


def alternatives(text: str) -> list[str]:
    return [written(wishes) for wishes in read_alternatives(text)]


# --- words, phrases, minus -------------------------------------------------------------------------------------------


def test_quotes_and_minus() -> None:
    wishes = one('"hộ nghèo" xã -"cận nghèo" -huyện “y tế”')
    assert written(wishes) == "hộ nghèo xã y tế"
    assert [[word.exact for word in row] for row in wishes.phrases] == [["hộ", "nghèo"], ["y", "tế"]]
    assert [[word.exact for word in row] for row in wishes.unwanted] == [["cận", "nghèo"], ["huyện"]]


@pytest.mark.parametrize("text", ["2020-2025", "2020 -2025", "2020 - 2025", '"2020 2025', 'x"2020 2025'])
def test_a_dash_and_a_lonely_quote_mean_nothing(text: str) -> None:
    wishes = one(text)
    assert [word.exact for word in wishes.words][-2:] == ["2020", "2025"]
    assert (wishes.phrases, wishes.unwanted) == ((), ())


@pytest.mark.parametrize("text", ["“đất đai”", '"đất đai”', '“đất đai"', '"đất  đai"', "”đất đai“"])
def test_quotes_of_any_shape_pair(text: str) -> None:
    assert [[word.exact for word in row] for row in one(text).phrases] == [["đất", "đai"]]


@given(st.text(max_size=300))
@example('OR "OR" -OR co-quan: -co-quan:" nam:x OR')
def test_any_text_has_a_reading(text: str) -> None:
    read = read_alternatives(text)
    assert read
    assert sum(len(w.words) + sum(map(len, w.unwanted)) for w in read) <= MAX_QUERY_WORDS
    assert all(word.exact and word.folded for wishes in read for word in wishes.words)


_PIECES = st.sampled_from(
    [
        '"',
        "“",
        "-",
        "OR",
        "HOẶC",
        "co-quan:",
        "nam:",
        "xa:",
        "dinh-dang:csv",
        "nam:2024",
        "của",
        "đất",
        " ",
        ":",
        "🙂",
        "Sở",
        "Y",
        "tế",
        "Đông",
        "Tiến",
    ]
)


@given(st.lists(_PIECES, max_size=20), st.sampled_from(["", " "]))
def test_any_mixture_of_operators_has_a_reading(pieces: list[str], between: str) -> None:
    assert read_alternatives(between.join(pieces), KNOWN)


def test_a_long_text_is_cut() -> None:
    assert len(one("từ " * 5_000).words) == MAX_QUERY_WORDS
    assert [len(word.exact) for word in one("x" * 5_000).words] == [64]
    assert len(read_alternatives("đất OR " * 500)) == MAX_QUERY_WORDS


# --- alternatives ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("operator", ["OR", "HOẶC", unicodedata.normalize("NFD", "HOẶC")])
def test_or_in_capitals_parts_the_whole_question(operator: str) -> None:
    assert alternatives(f"bệnh viện {operator} trạm y tế") == ["bệnh viện", "trạm y tế"]


def test_a_minus_or_a_field_belongs_to_its_side() -> None:
    left, right = read_alternatives("đất -ở OR rừng dinh-dang:csv")
    assert ([w.exact for row in left.unwanted for w in row], left.conditions) == (["ở"], ())
    assert (right.unwanted, right.conditions) == ((), (Match("format", "csv"),))


def test_small_letters_and_lonely_operators_are_words() -> None:
    assert alternatives("bệnh viện or trạm") == ["bệnh viện or trạm"]
    assert alternatives("OR") == ["or"]
    assert alternatives("OR đất") == ["or đất"]
    assert alternatives("đất OR") == ["đất or"]
    assert alternatives("đất OR OR rừng") == ["đất", "or rừng"]
    assert alternatives('đất "OR" rừng') == ["đất or rừng"]
    assert required("đất OR") == "đất"


# --- fields ----------------------------------------------------------------------------------------------------------


def conditions(text: str, lexicon: Lexicon | None = None) -> tuple[Condition, ...]:
    return one(text, lexicon).conditions


@pytest.mark.parametrize("name", ["dinh-dang", "định-dạng", "ĐỊNH-DẠNG", "dinhdang", "dinh_dang", "format", "Format"])
def test_a_field_has_a_vietnamese_and_an_english_name(name: str) -> None:
    assert conditions(f"đất {name}:CSV") == (Match("format", "csv"),)
    assert written(one(f"đất {name}:CSV")) == "đất"


def test_every_field_is_known_by_both_names() -> None:
    for vietnamese, english in FIELD_NAMES.values():
        assert conditions(f"{vietnamese}:2024 đất") or vietnamese == "xa"
        assert conditions(f"{english}:2024 đất") == conditions(f"{vietnamese}:2024 đất")


def test_organization_and_theme_are_named_or_called_by_their_titles() -> None:
    by_title = AnyOf((Match("organization_path", "so-y-te"), Match("organization_title", "Sở Y tế")))
    assert conditions('cơ-quan:"Sở Y tế"') == (by_title,)
    assert conditions("theme:y-te") == (AnyOf((Match("theme", "y-te"), Match("theme_title", "y-te"))),)


def test_a_year_is_one_or_from_one_to_another() -> None:
    assert conditions("nam:2024") == (Match("year", "2024"),)
    assert conditions("năm:2020-2024") == conditions("year:2020..2024") == (Between("year", "2020", "2024"),)


def test_a_minus_before_a_field_turns_it_round() -> None:
    assert conditions("-dinh-dang:pdf") == (Not(Match("format", "pdf")),)


def test_a_commune_is_known_by_its_code_or_by_the_lexicon() -> None:
    lexicon = Lexicon([Meaning(words_of("Đông Tiến"), communes=("14818",))])
    assert conditions("xa:14818") == (Match("commune", "14818"),)
    assert conditions('xã:"Đông Tiến"', lexicon) == (AnyOf((Match("commune", "14818"),)),)


KNOWN = Lexicon(
    [
        Meaning(words_of("Đông Tiến"), communes=("15853",)),
        Meaning(words_of("phường Đông Tiến"), communes=("15853",)),
        Meaning(words_of("KH&CN"), rows=(words_of("khoa học và công nghệ"),)),
    ],
    titles={"organization": ("Sở Y tế", "Sở Khoa học và Công nghệ"), "theme": ("Nông nghiệp, nông thôn",)},
)


@pytest.mark.parametrize(
    ("typed", "as_if", "left"),
    [
        ("xa:Đông Tiến hộ nghèo", 'xa:"Đông Tiến"', "hộ nghèo"),
        ("hộ nghèo xã:phường đông tiến", 'xa:"phường đông tiến"', "hộ nghèo"),
        ("xa:dong tien", 'xa:"Đông Tiến"', ""),
        ("-xa:Đông Tiến đất", '-xa:"Đông Tiến"', "đất"),
        ("co-quan:Sở Y tế bệnh viện", 'co-quan:"Sở Y tế"', "bệnh viện"),
        ("co-quan:y te bệnh viện", 'co-quan:"y te"', "bệnh viện"),
        ("co-quan:Sở KH&CN đề tài", 'co-quan:"Sở KH&CN"', "đề tài"),
        ("chu-de:nông thôn lúa", 'chu-de:"nông thôn"', "lúa"),
        ("co-quan:sở đất", "co-quan:sở", "đất"),
        ("chu-de:lúa nông thôn", "chu-de:lúa", "nông thôn"),
        ("xa:Đông dinh-dang:csv Tiến", "xa:Đông dinh-dang:csv", "tiến"),
        ('co-quan:Sở "Y tế"', 'co-quan:Sở "Y tế"', ""),
        ("co-quan:Sở OR Y tế", "co-quan:Sở OR Y", "tế"),
        ("dinh-dang:csv Sở Y tế", "dinh-dang:csv", "sở y tế"),
    ],
)
def test_a_value_of_several_words_needs_no_quotes_where_the_field_is_known_to_have_it(
    typed: str, as_if: str, left: str
) -> None:
    assert read_alternatives(typed, KNOWN) == read_alternatives(f"{as_if} {left}", KNOWN)


@pytest.mark.parametrize("text", ["lạ:đất", "nam:đất", 'xa:"đất"', "http://đất", "co-quan: đất", "chu-de :đất"])
def test_what_is_no_field_or_no_value_of_it_is_read_as_words(text: str) -> None:
    wishes = one(text)
    assert wishes.conditions == ()
    assert written(wishes).endswith("đất")
    assert len(wishes.words) > 1


# --- words that say little -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("diện tích của rừng", "diện tích rừng"),
        ("các trường và những bệnh viện", "trường bệnh viện"),
        ("dân số theo xã", "dân số xã"),
        ("trợ cấp cho người già", "trợ cấp người già"),
        ("số liệu dân số", "dân số"),
        ("so lieu dan so", "dan so"),
        ("bệnh viện ở đâu", "bệnh viện"),
        ("có bao nhiêu bác sĩ", "bác sĩ"),
        ("danh sách hộ nghèo năm 2024", "hộ nghèo 2024"),
        ("tổng sản phẩm trên địa bàn", "tổng sản phẩm"),
        ("tôi cần tìm trường học", "trường học"),
        ("hộ bị thiên tai", "hộ thiên tai"),
        ("bệnh viện của tỉnh", "bệnh viện"),
        ("parks and recreation", "parks recreation"),
        ("women's health", "women health"),
        ("jobs in the city of Houston", "jobs city houston"),
    ],
)
def test_words_that_say_little_need_not_be_there(text: str, left: str) -> None:
    assert required(text) == left


@pytest.mark.parametrize(
    "text", ["cho", "cho lon", "tai san", "dien tich theo xa", "chợ", "tải", "cua", "và", "số liệu", "the can cuoc"]
)
def test_a_word_is_a_stop_word_only_as_it_is_written(text: str) -> None:
    assert required(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "Cần Thơ",
        "tỉnh Lào Cai",
        "Quảng Bị",
        "xã Nậm Có",
        "Duc Trong",
        "Đức Trọng",
        "Phuong La Gi",
        "Dak To",
        "Krong A",
        "Đăk Tờ Kan",
    ],
)
def test_the_name_of_a_place_is_required_whole(text: str) -> None:
    assert required(text) == text.lower()


def test_quoted_words_are_all_required() -> None:
    assert required('"diện tích của rừng" "và"') == "diện tích của rừng và"


def test_the_name_of_the_province_says_little_in_it() -> None:
    lexicon = Lexicon(generic=("tỉnh Thanh Hóa", "Thanh Hóa"))
    assert required("dân số tỉnh Thanh Hóa", lexicon) == "dân số"
    assert required("dân số Thanh Hoá", lexicon) == "dân số"
    assert required("Thanh Hóa", lexicon) == "thanh hóa"
