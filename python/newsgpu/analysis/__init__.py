"""What a corpus of news says at a glance: its n-grams, its keywords, and who repeats whom."""

from .pipeline import Analysis, Settings, analyze

__all__ = ["Analysis", "Settings", "analyze"]
