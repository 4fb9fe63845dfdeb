"""Messages of the library in the words of the command line."""

from __future__ import annotations

import re

# Arguments whose options have other names than they.
_OPTIONS = {"num_threads": "--threads", "n": "-n", "format": "--input-format", "stop_words": "--stop-words"}
# Those that messages name beside their value, as in "keep='earliest'" and "method 'exact'".
_CHOICES = "clean|cluster|device|encoding|format|keep|kind|method|norm|normalize|similarity|stop_words|unit"
# Those that a message may begin with; most are words that may stand anywhere else.
_SUBJECTS = f"{_CHOICES}|date|errors|id|n|num_threads|recall|source|text|threshold|title|top"


def option(argument: str) -> str:
    """The option that sets an argument."""
    return _OPTIONS.get(argument, "--" + argument.replace("_", "-"))


def in_options(message: str) -> str:
    """``message`` with options in place of the arguments that it names."""

    def replaced(match: re.Match[str]) -> str:
        return option(match["argument"]) + match.group(0)[len(match["argument"]) :]

    # An option that is left out is what None is to an argument.
    message = message.replace(" must be None or ", " must be ")
    message = re.sub(rf"^(?P<argument>{_SUBJECTS})(?= must | \d)", replaced, message)
    # What takes a value in quotes takes it behind a space here, and bare.
    message = re.sub(
        rf"\b(?P<argument>{_CHOICES})[= ]'(?P<value>[\w:]+)'(?P<other> or '\w+')?",
        lambda match: f"{option(match['argument'])} {match['value']}" + (match["other"] or "").replace("'", ""),
        message,
    )
    # "for text=": the name of a column is missing.
    message = re.sub(
        r"\b(?P<argument>text|id|date|title|source|format)=(?=\W|$)", lambda m: option(m["argument"]), message
    )
    return re.sub(
        r"(?<![\w-])(?P<argument>max_df|max_features|memory_budget|min_count|min_df|min_documents|num_threads)\b",
        replaced,
        message,
    )
