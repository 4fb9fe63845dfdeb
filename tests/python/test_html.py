import pyarrow as pa

from newsgpu._html import html_of_arrow, html_table


def test_cells_are_escaped_cut_and_aligned():
    html = html_table(["a<b", "n"], [["<script>x</script>", 12345], [None, 0.123456], ["y" * 200, True]])
    assert "<th>a&lt;b</th>" in html
    assert "<td>&lt;script&gt;x&lt;/script&gt;</td>" in html
    assert '<td style="text-align:right">12,345</td>' in html
    assert '<td></td><td style="text-align:right">0.1235</td>' in html
    assert f"<td>{'y' * 119}…</td><td>True</td>" in html


def test_rows_that_are_left_out_are_counted():
    html = html_of_arrow(pa.table({"n": list(range(1015))}), caption="a & b", max_rows=15)
    assert html.count("<tr>") == 1 + 15 + 1
    assert "… and 1,000 more rows" in html
    assert "<caption" in html
    assert "a &amp; b" in html


def test_an_empty_table_has_a_head():
    assert html_of_arrow(pa.table({"id": pa.array([], pa.string())})).count("<tr>") == 1
