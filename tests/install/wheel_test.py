"""`pip install .` in an empty virtual environment, build tools fetched by pip, CUDA in it where there is nvcc."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from building import ARCHITECTURES, ROOT, run


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A virtual environment that holds newsgpu and what it requires, nothing else."""
    folder = tmp_path_factory.mktemp("empty environment")
    run(sys.executable, "-m", "venv", folder)
    # Debian 12's pip builds the package as well; this one only says more clearly what fails.
    run(folder / "bin" / "python", "-m", "pip", "install", "-q", "--upgrade", "pip")
    command = [str(folder / "bin" / "python"), "-m", "pip", "install", str(ROOT)]
    command += ["-C", "cmake.define.NEWSGPU_WERROR=ON"]
    command += ["-C", f"cmake.define.CMAKE_CUDA_ARCHITECTURES={ARCHITECTURES}"]
    path = os.pathsep.join(part for part in os.environ["PATH"].split(os.pathsep) if ".venv" not in part)
    cached = {f"CMAKE_{language}_COMPILER_LAUNCHER": "ccache" for language in ("CXX", "CUDA") if shutil.which("ccache")}
    result = subprocess.run(
        command, env={**os.environ, **cached, "PATH": path}, capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stdout + result.stderr
    return folder


def test_the_installed_package_works(environment: Path) -> None:
    program = 'import newsgpu as ng; print(ng.Tokenizer().tokenize(["中国经济恢复增长"])[0])'
    assert run(environment / "bin" / "python", "-c", program) == "['中国', '经济', '恢复', '增长']\n"


def test_a_machine_without_a_driver_has_the_cpu(environment: Path) -> None:
    if shutil.which("nvidia-smi"):
        pytest.skip("this machine may have a GPU")
    program = (
        "import newsgpu as ng\nprint(ng.devices())\n"
        "try:\n    ng.Tokenizer('characters').count(['x'], device='cuda')\n"
        "except ng.DeviceUnavailable as error:\n    print(error)"
    )
    devices, refusal = run(environment / "bin" / "python", "-c", program).splitlines()
    assert devices == "['cpu']"
    assert "cuda:0 was asked for, but" in refusal


def test_a_module_for_all_gpus_is_small() -> None:
    core = pytest.importorskip("newsgpu._core", reason="newsgpu is not installed where the tests run")
    if core.build_info()["cuda"] != "yes":
        pytest.skip("newsgpu was built without CUDA where the tests run")
    if "120-virtual" not in core.build_info()["cuda_architectures"]:
        pytest.skip("newsgpu was built for some GPUs only")
    assert Path(core.__file__).stat().st_size < 25_000_000
    # The CUDA runtime is inside, so that neither a toolkit nor a driver is needed to load it.
    assert "libcudart" not in run("ldd", core.__file__)


def test_the_command_is_installed(environment: Path) -> None:
    version = run(environment / "bin" / "python", "-c", "import newsgpu; print(newsgpu.__version__)").strip()
    assert version in run(environment / "bin" / "newsgpu", "info")


def test_the_command_analyzes(environment: Path, tmp_path: Path) -> None:
    run(environment / "bin" / "newsgpu", "analyze", ROOT / "examples" / "news", "-o", tmp_path)
    assert "ledger-0415-corvane-plate" in (tmp_path / "report.html").read_text(encoding="utf-8")


def test_the_wheel_holds_the_package_alone(environment: Path) -> None:
    listed = run(environment / "bin" / "python", "-m", "pip", "show", "-f", "newsgpu").splitlines()
    files = [line.strip() for line in listed[listed.index("Files:") + 1 :]]
    tops = {file.split("/")[0] for file in files}
    assert {top for top in tops if not top.startswith("newsgpu") and top != ".."} == set()
    assert {file for file in files if file.startswith("../")} <= {"../../../bin/newsgpu"}
    assert "newsgpu/py.typed" in files
