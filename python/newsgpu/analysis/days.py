"""The day of each document, from its date."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from .._dates import date_column


def document_days(dates: pa.Array | None) -> npt.NDArray[np.datetime64] | None:
    """``dates`` as days, datetime64[D] ``[D]`` with NaT where there is none; ``None`` where no date is known.

    The day is that of the date's own time zone, where it names one.
    """
    if dates is None:
        return None
    column = date_column(dates).dates
    if pa.types.is_timestamp(column.type) and column.type.tz is not None:
        column = pc.local_timestamp(column)
    days = column.cast(pa.timestamp("us"), safe=False).to_numpy(zero_copy_only=False).astype("datetime64[D]")
    return None if np.isnat(days).all() else days
