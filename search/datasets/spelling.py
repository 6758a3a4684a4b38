"""“Có phải bạn tìm …”: what somebody may have meant whose words no dataset holds.

For pages and APIs: ask :func:`corrections` where a search found nothing, or only relaxed, and only then::

    vocabulary = known_words.Vocabulary(index, lexicon)   # once for a process; keeps the words for five minutes
    texts = corrections(index, query, vocabulary.of(query.viewer))

Each text is offered because a search for it, by the same viewer with the same filters, finds something; so nothing is
offered that leads nowhere, and no word of a dataset that the viewer may not see. Numbers, codes and years are never
changed: they mean what they say. Works with every engine.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice, pairwise, zip_longest

from catalog.ports import DatasetIndex
from catalog.questions import Enough, SearchPage, SearchQuery
from catalog.vietnamese import fold
from catalog.vietnamese_syllables import is_syllable
from search.datasets.asking import MAX_QUERY_WORDS, plain_words
from search.datasets.keyboard_residue import decode_residue
from search.datasets.known_words import KnownWords
from search.datasets.words import Word, words_of

MOST_OFFERED = 3
MOST_SEARCHES = 6
LONGEST_GLUED = 40
LONGEST_NAME = 5


def corrections(index: DatasetIndex, query: SearchQuery, vocabulary: Mapping[str, int]) -> tuple[str, ...]:
    """Texts to offer instead of ``query.text``, the likeliest first; at most three, found with at most six searches.
    None while the index is unavailable and others answer for it. Raises what a search raises."""
    known = vocabulary if isinstance(vocabulary, KnownWords) else KnownWords(vocabulary)
    found = list(islice(_verified(index, query, known, _candidates(query.text, known)), MOST_OFFERED))
    if not found and (meant := _typed_keys(query.text, known)):
        page = index.search(_asking(query, meant, Enough.SOME))
        return (meant,) if page.total and not page.degraded else ()
    if not found:
        found = list(_verified(index, query, known, _slips(query.text, known)))
        found.sort(key=lambda pair: -pair[0])
    enough = found[0][0] if found else 0
    return tuple(dict.fromkeys(text for evidence, text in found if evidence >= enough))[:MOST_OFFERED]


def _verified(
    index: DatasetIndex, query: SearchQuery, known: KnownWords, candidates: Iterable[_Candidate]
) -> Iterator[tuple[int, str]]:
    """The texts that find something, each with how many of its words stand so in the titles that it finds."""
    tried = {words_of(query.text)}
    for candidate in candidates:
        words = words_of(candidate.text)
        if words in tried:
            continue
        if len(tried) > MOST_SEARCHES // 2:
            return
        tried.add(words)
        page = index.search(_asking(query, candidate.text, Enough.ALL))
        if page.degraded:
            return
        if page.total and candidate.is_borne_out(page, known):
            yield _evidence(words, page), candidate.as_written_in(page)


def _asking(query: SearchQuery, text: str, enough: Enough) -> SearchQuery:
    only_hits = replace(query, unfinished=False, offset=0, after="", limit=3, facets=(), facet_text={})
    return replace(only_hits, text=text, enough=enough)


def _evidence(words: Sequence[Word], page: SearchPage) -> int:
    """How many of the words, and of the pairs of them, the best title holds."""
    return max((_held(words, words_of("".join(piece.text for piece in hit.title))) for hit in page.hits), default=0)


def _held(words: Sequence[Word], title: Sequence[Word]) -> int:
    wanted, written = {word.folded for word in words}, {word.folded for word in title}
    return len(wanted & written) + len(set(_pairs(words)).intersection(_pairs(title)))


# --- what may be meant -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Piece:
    """Some words of the question that stand from ``start`` to ``end`` of its text, and what is put there instead, of
    which the accents may be ``guessed``. ``doubtful``: what was typed may well have been meant."""

    start: int
    end: int
    words: tuple[Word, ...]
    changed: bool = False
    guessed: bool = True
    doubtful: bool = False


@dataclass(frozen=True, slots=True)
class _Candidate:
    question: str
    pieces: tuple[_Piece, ...]

    @property
    def text(self) -> str:
        return self._written({})

    def is_borne_out(self, page: SearchPage, known: KnownWords) -> bool:
        """Whether each word put in for one that may have been meant stands beside a neighbour of it in what is found,
        or in a name: *hành chính* for *hành chánh*, but not *giá đăng* for *giá xăng*."""
        if not any(piece.doubtful for piece in self.pieces):
            return True
        texts = [text for hit in page.hits for text in (hit.title, hit.snippet)]
        rows = {pair for text in texts for pair in _pairs(words_of("".join(piece.text for piece in text)))}
        words = [word for piece in self.pieces for word in piece.words]
        together = [pair in rows or known.stand_in_a_name(pair) for pair in _pairs(words)]
        beside = [any(pair) for pair in pairwise([False, *together, False])]
        doubtful = (piece.doubtful for piece in self.pieces for _ in piece.words)
        return all(stands for stands, doubt in zip(beside, doubtful, strict=True) if doubt)

    def as_written_in(self, page: SearchPage) -> str:
        """With the accents that the title found first has: of words we put in, and of all where they stand there in
        a row and none was typed with accents."""
        title = words_of("".join(piece.text for piece in page.hits[0].title)) if page.hits else ()
        forms = {word.folded: word.exact for word in reversed(title)}
        words = [word for piece in self.pieces for word in piece.words]
        row = _row_in([word.folded for word in words], title)
        if row is None or any(not (word.is_plain or piece.changed) for piece in self.pieces for word in piece.words):
            return self._written(forms)
        pieces = tuple(replace(piece, changed=True, guessed=True) for piece in self.pieces)
        return _Candidate(self.question, pieces)._written({word.folded: word.exact for word in row})

    def _written(self, forms: Mapping[str, str]) -> str:
        text, at = "", 0
        for piece in self.pieces:
            if piece.changed:
                new = " ".join(
                    forms.get(word.folded, fold(word.exact)) if piece.guessed else word.exact for word in piece.words
                )
                typed = self.question[piece.start : piece.end]
                text += self.question[at : piece.start] + _in_case_of(new, typed, whole=self.question)
                at = piece.end
        return text + self.question[at:]


def _in_case_of(new: str, typed: str, *, whole: str) -> str:
    if whole.isupper():
        return new.upper()
    return new.title() if typed[:1].isupper() and not typed.isupper() else new


def _pairs(words: Sequence[Word]) -> Iterator[tuple[str, str]]:
    return pairwise(word.folded for word in words)


def _row_in(folded: Sequence[str], title: Sequence[Word]) -> Sequence[Word] | None:
    length = len(folded)
    rows = (title[at : at + length] for at in range(len(title) - length + 1))
    return next((row for row in rows if [word.folded for word in row] == folded), None)


def _candidates(question: str, known: KnownWords) -> Iterator[_Candidate]:
    """What is left of typing is decoded, words that fell apart are joined, glued ones parted, unknown ones replaced."""
    decoded = _all_decoded(question, known)
    mended = _joined(decoded, known)
    mended = [_parted(piece, known) for piece in mended]
    unknown = [place for place, piece in enumerate(mended) if not _is_known(piece, known)]
    options = {place: _near(mended[place], known) for place in unknown}
    best = _named(_with(mended, {place: found[0] for place, found in options.items() if found}), known)
    yield _Candidate(question, best)
    for place, found in options.items():
        for other in found[1:]:
            yield _Candidate(question, _named(_with(best, {place: other}), known))
    yield _Candidate(question, tuple(decoded))


def _typed_keys(question: str, known: KnownWords) -> str:
    """The question with all that is left of typing decoded; empty where there is nothing, or a word comes out that no
    dataset in sight has."""
    decoded = _all_decoded(question, known)
    changed = [piece for piece in decoded if piece.changed]
    sure = bool(changed) and all(_is_known(piece, known) for piece in changed)
    return _Candidate(question, tuple(decoded)).text if sure else ""


def _all_decoded(question: str, known: KnownWords) -> list[_Piece]:
    """Where some words are residue, so are others that alone would be taken for codes or rare syllables."""
    decoded = [_decoded(piece, known) for piece in _pieces(question)]
    if any(piece.changed for piece in decoded):
        decoded = [piece if piece.changed else _decoded(piece, known, among_others=True) for piece in decoded]
    return decoded


def _slips(question: str, known: KnownWords) -> Iterator[_Candidate]:
    """Each word is known, but not together: one is another by a slip, most likely the rarest."""
    pieces = _pieces(question)
    rarest = sorted(range(len(pieces)), key=lambda place: known.how_often(pieces[place].words[0].folded))
    options = [[_with(pieces, {place: other}) for other in _near(pieces[place], known)] for place in rarest]
    for choices in zip_longest(*options):
        yield from (_Candidate(question, choice) for choice in choices if choice is not None)


def _pieces(question: str) -> list[_Piece]:
    return [_Piece(start, end, (word,)) for start, end, word in plain_words(question)[:MAX_QUERY_WORDS]]


def _with(pieces: Sequence[_Piece], changes: Mapping[int, _Piece]) -> tuple[_Piece, ...]:
    return tuple(changes.get(place, piece) for place, piece in enumerate(pieces))


def _is_known(piece: _Piece, known: KnownWords) -> bool:
    return all(known.is_right(word.folded) or _has_digit(word) for word in piece.words)


def _has_digit(word: Word) -> bool:
    return any(letter.isdigit() for letter in word.folded)


def _changed(piece: _Piece, words: Iterable[Word], *, guessed: bool) -> _Piece:
    return replace(piece, words=tuple(words), changed=True, guessed=guessed)


def _decoded(piece: _Piece, known: KnownWords, *, among_others: bool = False) -> _Piece:
    """The syllable that its keys would have made."""
    (word,) = piece.words
    right = known.is_right(word.folded) or (is_syllable(word.exact) and not among_others)
    decoded = None if right else decode_residue(word.exact, short=among_others)
    return piece if decoded is None else _changed(piece, words_of(decoded), guessed=False)


def _named(pieces: Sequence[_Piece], known: KnownWords) -> tuple[_Piece, ...]:
    """*Sàm Sơn*: words that are a name but for accents, typed with accents that no such name has."""
    found, place = list(pieces), 0
    while place < len(found):
        length = next((n for n in range(LONGEST_NAME, 1, -1) if _is_misnamed(found[place : place + n], n, known)), 0)
        row = [piece.words[0] for piece in found[place : place + length]]
        for offset, written in enumerate(_nearest(known.names(row), row) if length else ()):
            if found[place + offset].words[0].exact != written:
                found[place + offset] = _changed(found[place + offset], words_of(written), guessed=False)
        place += length or 1
    return tuple(found)


def _nearest(names: Iterable[tuple[str, ...]], row: Sequence[Word]) -> tuple[str, ...]:
    return min(names, key=lambda name: sum(word.exact != written for word, written in zip(row, name, strict=True)))


def _is_misnamed(pieces: Sequence[_Piece], length: int, known: KnownWords) -> bool:
    row = [piece.words[0] for piece in pieces if len(piece.words) == 1]
    if len(row) < length or all(word.is_plain for word in row):
        return False
    if all(word.exact in known for word in row) and not any(piece.changed for piece in pieces):
        return False
    names = known.names(row)
    return bool(names) and not any(
        all(word.is_plain or word.exact == written for word, written in zip(row, name, strict=True)) for name in names
    )


def _joined(pieces: Sequence[_Piece], known: KnownWords) -> list[_Piece]:
    """*b ệnh viện*: two pieces, one of them unknown, that are a known word together."""
    found: list[_Piece] = []
    for piece in pieces:
        before = found[-1] if found else None
        if before and not (_is_known(before, known) and _is_known(piece, known)):
            (whole,) = words_of("".join(word.exact for word in (*before.words, *piece.words)))[:1]
            if known.knows(whole.folded) and not _has_digit(whole):
                form = known.form_of(whole.folded, whole.exact)
                found[-1] = _Piece(before.start, piece.end, words_of(form), changed=True, guessed=whole.is_plain)
                continue
        found.append(piece)
    return found


def _parted(piece: _Piece, known: KnownWords) -> _Piece:
    """*giaoduc*: an unknown word that is a row of known ones."""
    whole = piece.words[0]
    if len(piece.words) > 1 or _is_known(piece, known) or _has_digit(whole) or len(whole.folded) > LONGEST_GLUED:
        return piece
    if is_syllable(whole.exact):
        return piece
    parts = _fewest_parts(whole, known)
    words = tuple(word for part in parts for word in words_of(part))
    return _changed(piece, words, guessed=whole.is_plain) if words else piece


def _fewest_parts(whole: Word, known: KnownWords) -> tuple[str, ...]:
    """Known words that make up the whole: the fewest, then the most frequent."""
    text = whole.folded
    best: list[tuple[int, int, tuple[str, ...]] | None] = [(0, 0, ())] + [None] * len(text)
    for end in range(1, len(text) + 1):
        for start in range(max(0, end - 7), end):
            before, part = best[start], text[start:end]
            if before is None or not known.knows(part) or (len(part) == 1 and part != "y"):
                continue
            typed = whole.exact[start:end] if len(whole.exact) == len(text) else ""
            form = part if typed == "" else known.form_of(part, typed if not typed.isascii() else "")
            option = (before[0] + 1, before[1] - known.how_often(part), (*before[2], form))
            held = best[end]
            if held is None or option < held:
                best[end] = option
    found = best[-1]
    return found[2] if found else ()


def _near(piece: _Piece, known: KnownWords) -> list[_Piece]:
    if len(piece.words) > 1 or _has_digit(piece.words[0]):
        return []
    word = piece.words[0]
    forms = (known.form_of(other, word.exact) for other in known.near(word))
    doubtful = not piece.changed and (is_syllable(word.exact) or known.is_right(word.folded))
    return [replace(_changed(piece, words_of(form), guessed=word.is_plain), doubtful=doubtful) for form in forms]
