"""What this build can do on this machine."""

from __future__ import annotations

from typing import Any

from . import _core


def devices() -> list[str]:
    """The devices that calls may name, ``"cpu"`` first."""
    return _core.available_devices()


def stays_on_cpu(device: str) -> bool:
    """Whether a call with this ``device`` runs on the CPU whatever its corpus."""
    return device == "cpu" or devices() == ["cpu"]


def build_info() -> dict[str, Any]:
    """Versions of newsgpu, ICU and Unicode, whether CUDA is in, and the cores this process may use."""
    return {**_core.build_info(), "devices": devices(), "cores": _core.usable_cores()}
