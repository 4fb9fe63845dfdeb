from newsgpu._html import html_table


def test_cells_are_escaped_cut_and_aligned():
    html = html_table(["a<b", "n"], [["<script>x</script>", 12345], [None, 0.123456], ["y" * 200, True]])
    assert "<th>a&lt;b</th>" in html
    assert "<td>&lt;script&gt;x&lt;/script&gt;</td>" in html
    assert '<td style="text-align:right">12,345</td>' in html
    assert '<td></td><td style="text-align:right">0.1235</td>' in html
    assert f"<td>{'y' * 160}…</td><td>True</td>" in html


def test_rows_that_are_left_out_are_counted():
    html = html_table(["n"], [[i] for i in range(15)], caption="a & b", num_rows=1015)
    assert html.count("<tr>") == 1 + 15 + 1
    assert "… and 1,000 more" in html
    assert "<caption" in html
    assert "a &amp; b" in html


def test_an_empty_table_has_a_head():
    assert html_table(["id"], []).count("<tr>") == 1
