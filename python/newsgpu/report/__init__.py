"""The findings of an analysis as one self-contained HTML file."""

from .page import Limits, render

__all__ = ["Limits", "render"]
