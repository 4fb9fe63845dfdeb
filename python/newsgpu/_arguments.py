"""Checks of arguments that several functions share."""

from __future__ import annotations

import re
from numbers import Integral, Real
from typing import Any

_UNITS = {"": 1, "k": 10**3, "ki": 2**10, "m": 10**6, "mi": 2**20, "g": 10**9, "gi": 2**30, "t": 10**12, "ti": 2**40}


def choice(name: str, value: Any, allowed: tuple[str, ...]) -> None:
    """Raises unless ``value`` is one of ``allowed``."""
    if not isinstance(value, str):
        raise TypeError(f"{name} must be a string, got {value!r}")
    if value not in allowed:
        raise ValueError(f"{name} must be one of {', '.join(map(repr, allowed))}, got {value!r}")


def whole_number(name: str, value: Any, least: int, most: int = 2**63 - 1) -> int:
    """``value`` as an int from ``least`` to ``most``."""
    if isinstance(value, bool) or not isinstance(value, Integral):
        raise TypeError(f"{name} must be an int, got {value!r}")
    number = int(value)
    if number < least:
        raise ValueError(f"{name} must be at least {least}, got {number}")
    if number > most:
        raise ValueError(f"{name} must be at most {most}, got {number}")
    return number


def byte_count(name: str, value: Any, least: int = 1) -> int:
    """``value`` as a number of bytes: an int, or a string such as ``"600MB"`` or ``"1.5GiB"``."""
    if not isinstance(value, str):
        return whole_number(name, value, least)
    parts = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*([kmgt]?i?)b?\s*", value, re.IGNORECASE)
    number = round(float(parts[1]) * _UNITS[parts[2].lower()]) if parts and parts[2].lower() in _UNITS else -1
    if number < least:
        raise ValueError(f"{name} must be a number of bytes such as 600000000, '600MB' or '1.5GiB', got {value!r}")
    return whole_number(name, number, least)


def fraction(name: str, value: Any) -> float:
    """``value`` as a float from 0 to 1."""
    if isinstance(value, bool) or not isinstance(value, Real):
        raise TypeError(f"{name} must be a number, got {value!r}")
    if not 0 <= float(value) <= 1:
        raise ValueError(f"{name} must be between 0 and 1, got {value}")
    return float(value)
