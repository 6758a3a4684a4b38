"""Medians and sums of groups of rows, on columns of numbers in which NaN stands for what is missing."""

from __future__ import annotations

import numpy as np

from schemas.rule_table import Floats, Mask, Numbers


def group_medians(values: Floats, groups: Numbers, count: int) -> Floats:
    """The median of each of ``count`` groups; NaN for a group without numbers."""
    known = np.isfinite(values)
    values, groups = values[known], groups[known]
    ordered = values[np.lexsort((values, groups))]
    sizes = np.bincount(groups, minlength=count)
    starts = np.cumsum(sizes) - sizes
    medians = np.full(count, np.nan)
    full = sizes > 0
    low, high = starts[full] + (sizes[full] - 1) // 2, starts[full] + sizes[full] // 2
    medians[full] = (ordered[low] + ordered[high]) / 2
    return medians


def group_sums(values: Floats, groups: Numbers, count: int) -> Floats:
    """The sum of the numbers of each group; 0 for a group without any."""
    known = np.isfinite(values)
    return np.bincount(groups[known], weights=values[known], minlength=count).astype(np.float64)


def first_rows(picked: Mask, groups: Numbers, count: int) -> Numbers:
    """The first picked row of each group; -1 for a group without any."""
    first = np.full(count, -1, dtype=np.int64)
    rows = picked.nonzero()[0][::-1]
    first[groups[rows]] = rows
    return first
