"""Whether a whole column of text needs no mending, told from its bytes: a clean column costs next to nothing."""

from __future__ import annotations

from functools import cache

import numpy
import pyarrow


def bytes_of(column: pyarrow.Array) -> tuple[numpy.ndarray, numpy.ndarray]:
    """The bytes of all cells one behind the other, and where each cell begins and the last one ends."""
    _, offsets, held = column.buffers()
    if held is None or not len(column):
        return numpy.zeros(0, dtype=numpy.uint8), numpy.zeros(len(column) + 1, dtype=numpy.int32)
    places = numpy.frombuffer(offsets, dtype=numpy.int32)[column.offset : column.offset + len(column) + 1]
    letters = numpy.frombuffer(held, dtype=numpy.uint8)[places[0] : places[-1]]
    return letters, places - places[0] if places[0] else places


def is_ordinary(column: pyarrow.Array) -> bool:
    """Whether :func:`catalog.vietnamese_letters.mend` would surely change none of the cells and doubt none."""
    letters, places = bytes_of(column)
    if not len(letters):
        return True
    if int(letters.min()) < 0x20 or _has_blank_at_an_end(letters, places):
        return False
    if int(letters.max()) < 0x7F:
        blank = letters == 0x20
        return not bool((blank[1:] & blank[:-1]).any())
    pairs = (letters[:-1].astype(numpy.uint16) << 8) | letters[1:]
    return not bool(_odd_pairs()[pairs].any())


def _has_blank_at_an_end(letters: numpy.ndarray, places: numpy.ndarray) -> bool:
    starts, ends = places[:-1], places[1:]
    filled = ends > starts
    starts, ends = starts[filled], ends[filled]
    return bool((letters[starts] == 0x20).any() or (letters[ends - 1] == 0x20).any())


@cache
def _odd_pairs() -> numpy.ndarray:
    """For every two bytes that follow each other, whether they call for a closer look. Two-byte letters of Latin and
    of Vietnamese are ordinary but for those that stand for others; of three bytes only U+1EA0 to U+1EFF and some
    dashes and quotation marks are."""
    odd = numpy.zeros((256, 256), dtype=bool)
    odd[0x7F, :] = odd[:, 0x7F] = True
    odd[0x20, 0x20] = True
    odd[0xC2:, :] = True
    odd[0xC2, 0xA1:0xC0] = False  # signs of Latin-1
    odd[0xC2, 0xAD] = True  # the soft hyphen
    odd[0xC3, 0x80:0xC0] = False
    odd[0xC3, [0x90, 0xB0]] = True  # eth, for đ
    odd[0xC4:0xC6, 0x80:0xC0] = False
    odd[0xC6, [0x80, 0xA0, 0xA1, 0xAF, 0xB0]] = False  # ơ, ư
    odd[0xE1, [0xBA, 0xBB]] = False
    odd[0xE2, 0x80] = False
    odd[0x80, 0x80:0xC0] = True
    odd[0x80, [0x93, 0x94, 0x98, 0x99, 0x9C, 0x9D, 0xA2, 0xA6]] = False  # – — ‘ ’ “ ” • …
    return odd.reshape(-1)
