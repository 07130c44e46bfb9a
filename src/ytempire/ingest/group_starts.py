"""Runs of equal rows: where another begins, in columns that are sorted by them."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

LARGEST = 2**63 - 1


def group_starts(*columns: npt.NDArray[Any]) -> npt.NDArray[np.bool_]:
    """Which rows are the first of theirs. A column may be one of pairs, shaped (n, 2)."""
    if not len(columns[0]):
        return np.zeros(0, bool)
    differ = [column[1:] != column[:-1] for column in columns]
    # `any` over an axis of two takes twenty times as long
    starts = np.logical_or.reduce([column[:, 0] | column[:, 1] if column.ndim > 1 else column for column in differ])
    return np.append(True, starts)


def exact(values: npt.NDArray[Any], *, times: int = 1, added_up: int) -> npt.NDArray[Any]:
    """The same numbers, as Python's where so many of them, each `times`, may pass 64 bits."""
    largest = max(int(values.max(initial=0)), -int(values.min(initial=0)))
    return values.astype(object) if largest * times * added_up > LARGEST else values
