"""Mends what is commonest in a whole column of text at once: accents written apart, blanks too many. What needs more is
left to :func:`catalog.vietnamese_letters.mend`, which does the same to a cell."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy
import pyarrow
from pyarrow import compute

from catalog.vietnamese_letters import ORDINARY_PATTERN
from schemas.number_columns import flags
from schemas.readings import Kind

ORDINARY_TEXT = rf"\A{ORDINARY_PATTERN}\z"
"""The pattern of RE2 for a text that needs no mending."""

_BLANKS = "[ \u00a0\t]+"


@dataclass(frozen=True, slots=True)
class TextsMended:
    """``results`` of the texts that are ``sure``; of the others they mean nothing. ``kinds`` flags the sure ones that
    were changed, by how."""

    sure: numpy.ndarray
    results: pyarrow.Array
    kinds: Mapping[tuple[Kind, ...], numpy.ndarray]


def mend_texts(texts: pyarrow.Array) -> TextsMended:
    """The texts composed and with single blanks; sure are those that need nothing else then."""
    composed = compute.utf8_normalize(texts, "NFC")
    spaced = compute.utf8_trim(compute.replace_substring_regex(composed, _BLANKS, " "), " ")
    sure = flags(compute.match_substring_regex(spaced, ORDINARY_TEXT))
    recomposed = flags(compute.not_equal(composed, texts))
    respaced = flags(compute.not_equal(spaced, composed))
    kinds = {
        (Kind.UNICODE,): sure & recomposed & ~respaced,
        (Kind.SPACES,): sure & respaced & ~recomposed,
        (Kind.UNICODE, Kind.SPACES): sure & recomposed & respaced,
    }
    return TextsMended(sure, spaced, kinds)
