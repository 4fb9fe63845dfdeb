"""Prints one line for each test runner from the JUnit files they left: `NAME: N passed, N failed, N skipped`.

    summarize_results.py FOLDER NAME...

Exits 1 if a runner left no file or ran no test, which is never what was meant.
"""

from __future__ import annotations

import sys
from pathlib import Path
from xml.etree import ElementTree


def summarize(report: Path) -> tuple[int, int, int]:
    """Passed, failed (errors included) and skipped tests of a JUnit file."""
    suites = list(ElementTree.parse(report).getroot().iter("testsuite"))

    def total(name: str) -> int:
        return sum(int(suite.get(name, 0)) for suite in suites)

    failed, skipped = total("failures") + total("errors"), total("skipped") + total("disabled")
    return total("tests") - failed - skipped, failed, skipped


def main(folder: Path, names: list[str]) -> int:
    """Prints the lines and returns the exit status."""
    status = 0
    for name in names:
        report = folder / f"{name}.xml"
        passed, failed, skipped = summarize(report) if report.exists() else (0, 0, 0)
        print(f"{name}: {passed} passed, {failed} failed, {skipped} skipped")
        if passed + failed == 0:
            status = 1
    return status


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), sys.argv[2:]))
