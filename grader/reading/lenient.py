"""Single values from files of the platform, each read on its own and forgivingly.

What is not of the wanted kind counts as unknown: None, or empty.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timezone
from decimal import Decimal
from typing import Any, TypeVar

import msgspec

T = TypeVar("T")

PLAUSIBLE_POINTS = Decimal(1_000_000)
"""More than any course gives; refuses ``1e999999999``, which no one could print."""


def converted(value: object, wanted: type[T]) -> T | None:
    """`value` as a `wanted`, or None."""
    try:
        return msgspec.convert(value, type=wanted, strict=False)
    except msgspec.ValidationError:
        return None


def text(value: object) -> str:
    """A string; numbers count as strings, since student ids come as both."""
    return str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""


def points(value: object) -> Decimal | None:
    """A finite number of a size that points can have."""
    number = converted(value, Decimal)
    plausible = number is not None and number.is_finite() and number.copy_abs() <= PLAUSIBLE_POINTS
    return number if plausible else None


def moment(value: object) -> datetime | None:
    """A point in time, always with a zone, so that any two can be compared."""
    when = converted(value, datetime) if isinstance(value, str | datetime) else None
    if when is not None and when.tzinfo is None:
        return when.replace(tzinfo=timezone.utc)
    return when


def mapping(value: object) -> Mapping[str, Any]:
    """A mapping, empty if it is none."""
    return value if isinstance(value, dict) else {}


def mappings(value: object) -> list[Mapping[str, Any]]:
    """The mappings in a list."""
    entries = value if isinstance(value, list) else []
    return [entry for entry in entries if isinstance(entry, dict)]
