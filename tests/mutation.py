"""Plants one bug at a time in the CUDA kernels and says which mode of the emulation finds it.

    python tests/mutation.py --build plain=build/plain --build asan=build/asan [--seeds 6] [--removals] [NAME ...]

The bugs are those of mutants.py, or with --removals those of removals.py: each barrier, exchange, atomic and wait
removed.

Each build directory is an EMULATED build of `newsgpu_parity` (with CMAKE_EXPORT_COMPILE_COMMANDS, made by Ninja). A
mutated source is compiled with that build's own command and linked in front of the library, so that nothing else is
built again. Exits 1 if a bug is found by no mode, or if its place in the sources is gone.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shlex
import subprocess
import sys
import tempfile
from pathlib import Path

from mutants import MUTANTS, Mutant
from removals import all_removals

ROOT = Path(__file__).resolve().parent.parent
PROGRAM = "newsgpu_parity"
# The plain mode needs several schedules; a sanitizer sees what it sees on any.
SEEDS = {"plain": 6}
SCALE = {"plain": "4"}


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
        commands = run(["ninja", "-t", "commands", PROGRAM], self.folder, check=True).stdout
        self._link = commands.strip().splitlines()[-1]

    def make(self, mutant: Mutant, folder: Path) -> Path:
        """The program with the bug in it."""
        tree = folder / "tree"
        mutated = tree / mutant.file
        mutated.parent.mkdir(parents=True)
        mutated.write_text(mutant.apply((ROOT / mutant.file).read_text()))
        objects = []
        for unit in mutant.units:
            words = shlex.split(self._compile[unit])
            source = mutated if unit == mutant.file else ROOT / unit
            made = folder / (Path(unit).name + ".o")
            words[words.index("-c") + 1] = str(source)
            words[words.index("-o") + 1] = str(made)
            # The mutated header is found before the one beside the others.
            first = next(i for i, word in enumerate(words) if word.startswith("-I"))
            words.insert(first, f"-I{tree}")
            words.append("-w")  # a bug may leave a name unused
            done = run([word for word in words if word != "ccache"], self.folder)
            if done.returncode != 0:
                raise SystemExit(f"{mutant.name}: does not compile\n{done.stderr[-2000:]}")
            objects.append(str(made))
        program = folder / PROGRAM
        link = re.sub(rf"-o \S*{PROGRAM}\b", f"-o {program} {' '.join(objects)}", self._link)
        done = run(["bash", "-c", link], self.folder)
        if done.returncode != 0:
            raise SystemExit(f"{mutant.name}: does not link\n{done.stderr[-2000:]}")
        return program

    def verdicts(self, program: Path, stages: tuple[str, ...], num_seeds: int) -> list[str]:
        """What each seed found; an empty string for nothing."""
        return [self._verdict(program, stages, seed) for seed in range(num_seeds)]

    def _verdict(self, program: Path, stages: tuple[str, ...], seed: int) -> str:
        environment = dict(os.environ, EMULATION_SEED=str(seed), TSAN_OPTIONS="halt_on_error=1")
        try:
            only = [word for stage in stages for word in ("--only", stage)]
            command = [str(program), "--scale", SCALE.get(self.mode, "20"), *only]
            done = run(command, self.folder, env=environment, timeout=300)
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
        return "wrong result" if done.returncode == 1 else f"exit {done.returncode}"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--build", action="append", required=True, metavar="MODE=DIR")
    parser.add_argument("--seeds", type=int, help="schedules a mode; 6 in plain mode, 1 in the others")
    parser.add_argument("--first", action="store_true", help="stop at the first mode that finds a bug")
    parser.add_argument("--removals", action="store_true", help="plant those of removals.py")
    parser.add_argument("--every", type=int, default=1, metavar="N", help="plant every Nth bug only")
    parser.add_argument("names", nargs="*", help="beginnings of the names of bugs; all without")
    arguments = parser.parse_args()
    builds = [Build(mode, Path(folder)) for mode, folder in (item.split("=", 1) for item in arguments.build)]
    missed = []
    print("| bug | " + " | ".join(build.mode for build in builds) + " |")
    print("| --- |" + " --- |" * len(builds))
    mutants = all_removals() if arguments.removals else MUTANTS
    for mutant in mutants[:: arguments.every]:
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
                verdicts = build.verdicts(program, mutant.stages, arguments.seeds or SEEDS.get(build.mode, 1))
            hits = [verdict for verdict in verdicts if verdict]
            found = found or bool(hits)
            cells[build.mode] = f"{len(hits)}/{len(verdicts)} {hits[0]}" if hits else "–"
        print(f"| {mutant.name} | " + " | ".join(cells.values()) + " |", flush=True)
        if not found:
            missed.append(mutant.name)
    for name in missed:
        print(f"NOT FOUND: {name}", file=sys.stderr)
    return 1 if missed else 0


if __name__ == "__main__":
    raise SystemExit(main())
