"""Tables as escaped HTML, for notebooks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

# Rows and characters of a cell that a notebook shows; the caption says how many rows there are.
MAX_ROWS = 10
MAX_CHARACTERS = 160


def html_table(
    columns: Sequence[str],
    rows: Iterable[Sequence[object]],
    *,
    caption: str = "",
    num_rows: int | None = None,
) -> str:
    """``rows`` under ``columns`` as an HTML table; every cell is escaped, long ones are cut, numbers align right.

    ``num_rows`` is the number of rows there are in all; where it is more than those shown, a last line says so.

    >>> html_table(["id", "count"], [["<b>", 1200]])
    '<table><thead><tr><th>id</th><th>count</th></tr></thead><tbody><tr><td>&lt;b&gt;</td>\
<td style="text-align:right">1,200</td></tr></tbody></table>'
    """
    body = ["".join(_cell(value) for value in row) for row in rows]
    parts = ["<table>"]
    if caption:
        parts.append(f'<caption style="text-align:left">{escape(caption)}</caption>')
    heads = "".join(f"<th>{escape(name)}</th>" for name in columns)
    parts.append(f"<thead><tr>{heads}</tr></thead><tbody>")
    parts.extend(f"<tr>{cells}</tr>" for cells in body)
    if num_rows is not None and num_rows > len(body):
        parts.append(f'<tr><td colspan="{len(columns)}">… and {num_rows - len(body):,} more</td></tr>')
    parts.append("</tbody></table>")
    return "".join(parts)


def _cell(value: object) -> str:
    if value is None:
        return "<td></td>"
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return f"<td>{escape(_shortened(str(value)))}</td>"
    text = f"{value:,}" if isinstance(value, int) else f"{value:.4g}"
    return f'<td style="text-align:right">{text}</td>'


def _shortened(text: str) -> str:
    return text if len(text) <= MAX_CHARACTERS else text[:MAX_CHARACTERS] + "…"
