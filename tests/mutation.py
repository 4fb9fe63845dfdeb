"""Plants one bug at a time in the CUDA kernels and says which mode of the emulation finds it.

    python tests/mutation.py --build plain=build/plain --build asan=build/asan [--seeds 6] [NAME ...]

Each build directory is an EMULATED build of `newsgpu_parity` (with CMAKE_EXPORT_COMPILE_COMMANDS, made by Ninja). A
mutated source is compiled with that build's own command and linked in front of the library, so that nothing else is
built again. `--table docs/gpu.md` writes what is found there. Exits 1 if a bug is found by no mode, or if its place in
the sources is gone.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import resource
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from mutants import MUTANTS, Mutant

ROOT = Path(__file__).resolve().parent.parent
PROGRAM = "newsgpu_parity"
# The plain mode needs several schedules; a sanitizer sees what it sees on any.
SEEDS = {"plain": 6}
# How little of the text CTest gives to a mode (tests/parity/CMakeLists.txt): what is found here is found there.
SCALE = {"plain": "10", "asan": "40", "msan": "40", "tsan": "80"}

# A wild size is to fail, not to take all of the machine's memory; some text is beyond 4 GiB. Sanitizers map far more.
PLAIN_MEMORY = 8 << 30


def limit_memory() -> None:
    """Of a child, before it begins."""
    resource.setrlimit(resource.RLIMIT_DATA, (PLAIN_MEMORY, PLAIN_MEMORY))


def run(command: list[str], cwd: Path, **options: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, errors="replace", **options)  # type: ignore[call-overload]


class Build:
    """An EMULATED build, and how it compiles and links."""

    def __init__(self, mode: str, folder: Path) -> None:
        self.mode = mode
        self.folder = folder.resolve()
        entries = json.loads((self.folder / "compile_commands.json").read_text())
        self._compile = {
            Path(entry["file"]).relative_to(ROOT).as_posix(): entry["command"]
            for entry in entries
            if Path(entry["file"]).is_relative_to(ROOT) and "emulation_self" not in entry["command"]
        }
        self.units = sorted(unit for unit in self._compile if unit.startswith("cuda/"))

    def compile(self, unit: str, source: Path, tree: Path, folder: Path, *options: str) -> Path:
        """The object of a unit; headers in ``tree`` are found before the repository's."""
        words = shlex.split(self._compile[unit])
        made = folder / (Path(unit).name + ".o")
        words[words.index("-c") + 1] = str(source)
        words[words.index("-o") + 1] = str(made)
        first = next(i for i, word in enumerate(words) if word.startswith("-I"))
        words[first:first] = [f"-I{tree}", f"-I{tree}/src"]
        words += ["-w", *options]  # a bug may leave a name unused
        done = run([word for word in words if word != "ccache"], self.folder)
        if done.returncode != 0:
            raise SystemExit(f"{source}: does not compile\n{done.stderr[-2000:]}")
        return made

    def link(self, objects: list[Path], folder: Path, name: str = PROGRAM) -> Path:
        """A program of the build with these objects in front of its library's."""
        commands = run(["ninja", "-t", "commands", name], self.folder, check=True).stdout.strip().splitlines()
        command = next(line for line in reversed(commands) if re.search(rf"-o \S*{name}(?:\s|$)", line))
        program = folder / name
        # Before all others, so that of an inline function the mutated copy is taken. What CMake does behind is cut off.
        compiler, *rest = command.split(" && ")[1].split(" ")
        listed = [str(made) for made in objects]
        command = re.sub(rf"-o \S*{name}\b", f"-o {program}", " ".join([compiler, *listed, *rest]))
        done = run(["bash", "-c", command], self.folder)
        if done.returncode != 0:
            raise SystemExit(f"{name}: does not link\n{done.stderr[-2000:]}")
        return program

    def make(self, mutant: Mutant, folder: Path) -> Path:
        """The program with the bug in it."""
        tree = folder / "tree"
        mutated = tree / mutant.file
        mutated.parent.mkdir(parents=True)
        mutated.write_text(mutant.apply((ROOT / mutant.file).read_text()))
        sources = {unit: mutated if unit == mutant.file else ROOT / unit for unit in mutant.units}
        return self.link([self.compile(unit, at, tree, folder) for unit, at in sources.items()], folder)

    def verdicts(self, program: Path, stages: tuple[str, ...], num_seeds: int) -> Iterator[str]:
        """What each seed finds; an empty string for nothing."""
        for seed in range(num_seeds):
            yield self.parity_verdict(program, stages, seed)

    def parity_verdict(self, program: Path, stages: tuple[str, ...], seed: int, **variables: str) -> str:
        """What a run of newsgpu_parity says, on as much text as CTest gives it; an empty string for nothing."""
        only = [word for stage in stages for word in ("--only", stage)]
        return self.verdict([str(program), "--scale", SCALE[self.mode], *only], seed, **variables)

    def verdict(self, command: list[str], seed: int, **variables: str) -> str:
        """What a run says; an empty string for nothing."""
        settings = {"EMULATION_SEED": str(seed), "TSAN_OPTIONS": "halt_on_error=1", **variables}
        try:
            limit = limit_memory if self.mode == "plain" else None
            done = run(command, self.folder, env={**os.environ, **settings}, timeout=1200, preexec_fn=limit)
        except subprocess.TimeoutExpired:
            return "timeout"
        if done.returncode == 0:
            return ""
        text = done.stdout + done.stderr
        for pattern in (
            r"SUMMARY: (\w+Sanitizer: [\w-]+(?: race)?)",
            r"(runtime error: [^\n]{0,60})",
            r"FAULT: (?:\w+ \w+: )?([^\n]{0,100})",
        ):
            if found := re.search(pattern, text):
                return found[1]
        if done.returncode < 0:
            return "the process aborts"
        return "wrong result" if done.returncode == 1 else f"exit {done.returncode}"


TABLE = "| bug | plain: seeds that find it | another mode |\n| --- | --- | --- |\n"
SANITIZERS = {"asan": "ASan", "msan": "MSan", "tsan": "TSan"}


def table_row(name: str, findings: dict[str, str]) -> str:
    """A row of the table of bugs, from what each mode says."""
    others = [
        f"{SANITIZERS[mode]}: {re.sub(r'^[0-9/]+ (?:[A-Za-z]+Sanitizer: )?', '', text)}"
        for mode, text in findings.items()
        if mode in SANITIZERS and text.strip("–")
    ]
    columns = [text.replace("|", r"\|") for text in (name, findings.get("plain") or "–", "; ".join(others))]
    return "| " + " | ".join(columns) + " |\n"


def update_table(page: Path, found: dict[str, dict[str, str]]) -> None:
    """Puts what was found into the table of a page, which keeps the rows of the other bugs, in their order."""
    before, table = page.read_text().split(TABLE)
    rows = re.match(r"(?:\|.*\n)*", table)[0]  # type: ignore[index]
    row_of = {row.split(" | ")[0].removeprefix("| ").replace(r"\|", "|"): row + "\n" for row in rows.splitlines()}
    row_of |= {name: table_row(name, findings) for name, findings in found.items()}
    kept = "".join(row_of[mutant.name] for mutant in MUTANTS if mutant.name in row_of)
    page.write_text(before + TABLE + kept + table[len(rows) :])


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--build", action="append", required=True, metavar="MODE=DIR")
    parser.add_argument("--seeds", type=int, help="schedules a mode; 6 in plain mode, 1 in the others")
    parser.add_argument("--first", action="store_true", help="stop at the first mode and seed that find a bug")
    parser.add_argument("--every", type=int, default=1, metavar="N", help="plant every Nth bug only")
    parser.add_argument("--table", type=Path, metavar="PAGE", help="a page with a table of bugs, to bring up to date")
    parser.add_argument("names", nargs="*", help="beginnings of the names of bugs; all without")
    arguments = parser.parse_args()
    builds = [Build(mode, Path(folder)) for mode, folder in (item.split("=", 1) for item in arguments.build)]
    missed = []
    print("| bug | " + " | ".join(build.mode for build in builds) + " |")
    print("| --- |" + " --- |" * len(builds))
    for mutant in MUTANTS[:: arguments.every]:
        if arguments.names and not mutant.name.startswith(tuple(arguments.names)):
            continue
        cells = dict.fromkeys((build.mode for build in builds), "")
        found = False
        # A plain schedule hardly ever shows what an atomic is for.
        for build in sorted(builds, key=lambda build: build.mode != "tsan") if "atomic" in mutant.name else builds:
            if found and arguments.first:
                continue
            with tempfile.TemporaryDirectory() as folder:
                program = build.make(mutant, Path(folder))
                verdicts = []
                for verdict in build.verdicts(program, mutant.stages, arguments.seeds or SEEDS.get(build.mode, 1)):
                    verdicts.append(verdict)
                    if verdict and arguments.first:
                        break
            hits = [verdict for verdict in verdicts if verdict]
            found = found or bool(hits)
            cells[build.mode] = f"{len(hits)}/{len(verdicts)} {hits[0]}" if hits else "–"
        print(f"| {mutant.name} | " + " | ".join(cells.values()) + " |", flush=True)
        if arguments.table is not None and found:
            update_table(arguments.table, {mutant.name: cells})
        if not found:
            missed.append(mutant.name)
    for name in missed:
        print(f"NOT FOUND: {name}", file=sys.stderr)
    return 1 if missed else 0


if __name__ == "__main__":
    raise SystemExit(main())
