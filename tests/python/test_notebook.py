"""The notebook in examples/: its cells run, and its results are those that are stored in it."""

from __future__ import annotations

import ast
import json
from pathlib import Path
from typing import Any

import pytest

NOTEBOOK = Path(__file__).resolve().parents[2] / "examples" / "near_duplicates.ipynb"


def code_cells() -> list[dict[str, Any]]:
    cells = json.loads(NOTEBOOK.read_text(encoding="utf-8"))["cells"]
    return [cell for cell in cells if cell["cell_type"] == "code"]


def stored_result(cell: dict[str, Any]) -> str | None:
    """What a cell's last expression was shown as."""
    for output in cell["outputs"]:
        if output["output_type"] == "execute_result":
            return "".join(output["data"]["text/plain"])
    return None


def test_cells_give_what_is_stored(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("matplotlib").use("Agg")
    pytest.importorskip("pandas")
    monkeypatch.chdir(NOTEBOOK.parent)
    names: dict[str, Any] = {}
    compared = 0
    for cell in code_cells():
        source = "\n".join(line for line in "".join(cell["source"]).splitlines() if not line.startswith("%"))
        tree = ast.parse(source)
        last = tree.body.pop() if isinstance(tree.body[-1], ast.Expr) else None
        exec(compile(tree, str(NOTEBOOK), "exec"), names)
        if last is not None:
            value = eval(compile(ast.Expression(last.value), str(NOTEBOOK), "eval"), names)
            stored = stored_result(cell)
            if stored is not None and isinstance(value, (bool, int, tuple, dict)):
                assert ast.literal_eval(stored) == value
                compared += 1
        stored_text = "".join(
            "".join(output["text"]) for output in cell["outputs"] if output["output_type"] == "stream"
        )
        assert capsys.readouterr().out == stored_text
        compared += stored_text != ""
    assert compared >= 5


def test_it_holds_nothing_of_the_machine_it_ran_on() -> None:
    for cell in code_cells():
        assert cell["execution_count"] is not None
        for output in cell["outputs"]:
            assert output["output_type"] in {"execute_result", "display_data", "stream"}
            assert output.get("name", "stdout") == "stdout"
            text = json.dumps({k: v for k, v in output.items() if k != "data"})
            text += json.dumps({k: v for k, v in output.get("data", {}).items() if not k.startswith("image/")})
            assert str(Path.home()) not in text
            assert "site-packages" not in text
