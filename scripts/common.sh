# Sourced by demo.sh and test.sh: finds or installs what they need, builds the package, and does nothing twice.
# Knobs (environment): PYTHON, CXX, ICU_ROOT choose a Python, a compiler and an ICU; NEWSGPU_NO_APT=1 forbids apt-get.

set -Eeuo pipefail

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
VENV=$ROOT/.venv
STAMPS=$VENV/stamps
BUILD=$ROOT/build/package
SANITIZED=$ROOT/build/asan
EMULATED=$ROOT/build/emulated
# What the tests compile kernels for; sm_90 has the budget. All of a release: 80;86;89;90;100;120.
TEST_ARCHITECTURES=${NEWSGPU_TEST_ARCHITECTURES:-90}
MIN_ICU=72
export PIP_DISABLE_PIP_VERSION_CHECK=1

current_step="start"

# SECONDS count from the start of the script.
step() {
    current_step=$1
    printf '==> %s (%d:%02d)\n' "$1" $((SECONDS / 60)) $((SECONDS % 60))
}

failed=()
# runner NAME COMMAND...: what is to be run even if something else fails; the names of what failed are in `failed`.
runner() {
    local name=$1
    shift
    step "$name"
    "$@" || failed+=("$name")
}

fail() {
    printf 'error: %s\n' "$1" >&2
    exit 1
}

report_exit() {
    local status=$?
    if ((status != 0)); then
        printf '\nfailed: %s (exit status %d)\n' "$current_step" "$status" >&2
    fi
}
trap report_exit EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# --- what a machine must have ---------------------------------------------------------------------------------------

# The first Python from 3.10 on, or nothing; behind a virtual environment, .venv among them, the Python it was made of.
find_python() {
    local candidate
    for candidate in ${PYTHON:+"$PYTHON"} python3 python3.14 python3.13 python3.12 python3.11 python3.10; do
        if command -v "$candidate" >/dev/null && "$candidate" -c '
import os, sys
if sys.version_info < (3, 10):
    sys.exit(1)
print(os.path.realpath(sys.executable))' 2>/dev/null; then
            return
        fi
    done
}

find_compiler() {
    local candidate
    for candidate in ${CXX:+"$CXX"} c++ g++ clang++; do
        if command -v "$candidate" >/dev/null; then
            command -v "$candidate"
            return
        fi
    done
}

# Preprocesses standard input, a C++ source.
preprocess() {
    local compiler
    compiler=$(find_compiler)
    [[ -n $compiler ]] && "$compiler" -std=c++20 ${ICU_ROOT:+-I"$ICU_ROOT/include"} -E -P -x c++ - 2>/dev/null
}

icu_major() {
    printf '#include <unicode/uvernum.h>\nU_ICU_VERSION_MAJOR_NUM\n' | preprocess | tail -n 1
}

has_python() { [[ -n $(find_python) ]]; }
has_venv() { has_python && "$(find_python)" -c 'import ensurepip, venv' 2>/dev/null; }
has_python_headers() {
    has_python && "$(find_python)" -c '
import pathlib, sys, sysconfig
sys.exit(not (pathlib.Path(sysconfig.get_path("include")) / "Python.h").exists())'
}
has_compiler() { printf '#include <concepts>\n#include <span>\n' | preprocess >/dev/null; }
has_icu() {
    local major
    major=$(icu_major) && [[ $major =~ ^[0-9]+$ ]] && ((major >= MIN_ICU))
}
has_chromium() { command -v chromium || command -v chromium-browser || command -v google-chrome; } >/dev/null
has_clang() { command -v clang++; } >/dev/null
has_libfuzzer() {
    has_clang && printf 'extern "C" int LLVMFuzzerTestOneInput(unsigned char const*, unsigned long) { return 0; }' |
        clang++ -fsanitize=fuzzer,address,undefined -x c++ - -o /dev/null 2>/dev/null
}
has_ccache() { command -v ccache; } >/dev/null
has_bzcat() { command -v bzcat; } >/dev/null
has_unicode_data() { [[ -d /usr/share/unicode ]]; }
has_googletest() { printf '#include <gtest/gtest.h>\n' | preprocess >/dev/null; }

# check function | Debian package | what it is
BUILD_NEEDS=(
    "has_python|python3|Python 3.10 or newer"
    "has_venv|python3-venv|Python's venv and ensurepip modules"
    "has_python_headers|python3-dev|the headers of that Python"
    "has_compiler|g++|a C++20 compiler (g++ 11 or clang 14, or newer)"
    "has_icu|libicu-dev|ICU $MIN_ICU or newer with its headers"
)
TEST_NEEDS=(
    "has_googletest|libgtest-dev|GoogleTest"
)
# Some tests skip without these, or take longer, and not every distribution has them.
TEST_EXTRAS=(
    "has_ccache|ccache|ccache, which compiles for the tests of installing what has been compiled already"
    "has_chromium|chromium|Chromium, which opens the report"
    "has_unicode_data|unicode-data|Unicode's own test files"
    "has_bzcat|bzip2|bzcat, which unpacks them"
)

# What is run with a device, and on kernels compiled for the host.
DEVICE_TESTS=(
    tests/python/test_device.py
    tests/python/test_counting_device.py
    tests/python/test_near_duplicates_device.py
)

# missing NEED...: those that the machine lacks.
missing() {
    local need
    for need in "$@"; do
        "${need%%|*}" || printf '%s\n' "$need"
    done
}

as_root() {
    if ((EUID == 0)); then
        "$@"
    elif [[ -t 0 ]]; then
        sudo "$@"
    else
        sudo -n "$@"
    fi
}

# Its output is long and of interest only if it fails.
apt_get() {
    local log=$ROOT/build/apt-get.log
    mkdir -p "$ROOT/build"
    as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -y -o DPkg::Lock::Timeout=120 "$@" >"$log" 2>&1 || {
        local status=$?
        tail -n 40 "$log" >&2
        return "$status"
    }
}

can_apt() {
    [[ -z ${NEWSGPU_NO_APT:-} ]] && command -v apt-get >/dev/null && { ((EUID == 0)) || command -v sudo >/dev/null; }
}

apt_candidate() {
    LC_ALL=C apt-cache policy "$1" | sed -n 's/^ *Candidate: *//p'
}

# Says what is missing and stops.
stop_for() {
    local need rest
    printf 'error: newsgpu needs what this machine lacks:\n' >&2
    for need in "$@"; do
        rest=${need#*|}
        printf '  %s (Debian, Ubuntu: %s)\n' "${rest#*|}" "${rest%%|*}" >&2
    done
    if command -v apt-get >/dev/null && ! can_apt; then
        printf 'apt-get is not used: not root, no sudo, or NEWSGPU_NO_APT is set.\n' >&2
    fi
    exit 1
}

# Ubuntu 22.04 and Debian 11 have an older ICU, whose words differ: nothing that apt could install helps there.
stop_for_old_icu() {
    cat >&2 <<MESSAGE
error: this distribution has ICU $1, and newsgpu needs ICU $MIN_ICU or newer (its word boundaries are part of the results).
  Debian 12, Ubuntu 24.04 and everything newer have it. Here, build a newer ICU from its source and name its prefix:
  ICU_ROOT=/opt/icu bash $0
MESSAGE
    exit 1
}

# require NEED...: installs what is missing through apt-get, or says what is missing and stops.
require() {
    local lacking packages=() need rest candidate
    mapfile -t lacking < <(missing "$@")
    ((${#lacking[@]})) || return 0
    can_apt || stop_for "${lacking[@]}"

    for need in "${lacking[@]}"; do
        rest=${need#*|}
        packages+=("${rest%%|*}")
    done
    step "install ${packages[*]}"
    apt_get update
    if [[ " ${packages[*]} " == *" libicu-dev "* ]]; then
        candidate=$(apt_candidate libicu-dev)
        if [[ $candidate =~ ^[0-9]+ ]] && ((BASH_REMATCH[0] < MIN_ICU)); then
            stop_for_old_icu "$candidate"
        fi
    fi
    apt_get install --no-install-recommends "${packages[@]}"

    mapfile -t lacking < <(missing "$@")
    ((${#lacking[@]} == 0)) || stop_for "${lacking[@]}"
}

# suggest NAME NEED...: installs those that apt-get offers, once; goes on without the others.
suggest() {
    local name=$1 lacking need rest packages=()
    shift
    mapfile -t lacking < <(missing "$@")
    if ((${#lacking[@]} == 0)) || stamped "$name" "${lacking[*]}"; then
        return 0
    fi
    step "look for $name"
    if can_apt; then
        apt_get update
    fi
    for need in "${lacking[@]}"; do
        rest=${need#*|}
        if can_apt && [[ $(apt_candidate "${rest%%|*}") =~ ^[0-9] ]]; then
            packages+=("${rest%%|*}")
        else
            printf 'not to be had here: %s; tests that need it skip or take longer\n' "${rest#*|}"
        fi
    done
    if ((${#packages[@]})); then
        apt_get install --no-install-recommends "${packages[@]}"
    fi
    mapfile -t lacking < <(missing "$@")
    stamp "$name" "${lacking[*]}"
}

# Continuous integration runs the fuzzers as well, for which it needs clang and its run-time libraries.
suggest_fuzzers() {
    suggest "clang" "has_clang|clang|clang, for the fuzzers"
    if has_clang; then
        suggest "libFuzzer" "has_libfuzzer|libclang-rt-$(clang++ -dumpversion | cut -d . -f 1)-dev|libFuzzer"
    fi
}

# --- stamps: a step is done again only when what it read has changed ------------------------------------------------

# hash_of PATH...: one hash of the names and contents of these files and folders, relative to the repository.
hash_of() {
    (
        cd "$ROOT"
        find "$@" -type f ! -path '*/__pycache__/*' ! -name '*.so' -print0 | LC_ALL=C sort -z |
            xargs -0 sha256sum | sha256sum | cut -d ' ' -f 1
    )
}

# stamped NAME KEY: whether step NAME was finished with this key.
stamped() {
    [[ -f $STAMPS/$1 && $(<"$STAMPS/$1") == "$2" ]]
}

stamp() {
    mkdir -p "$STAMPS"
    printf '%s' "$2" >"$STAMPS/$1"
}

# --- build ----------------------------------------------------------------------------------------------------------

make_venv() {
    local python key
    python=$(find_python)
    key="$ROOT $python $("$python" -c 'import sys; print(sys.version)')"
    if ! stamped venv "$key" || ! "$VENV/bin/python" -c '' 2>/dev/null; then
        step "make .venv with $python"
        # A folder without our stamp may be somebody's own environment: it is kept if it works.
        if [[ -e $STAMPS/venv ]] || ! "$VENV/bin/python" -m pip --version >/dev/null 2>&1; then
            rm -rf "$VENV"
            "$python" -m venv "$VENV"
        fi
        stamp venv "$key"
    fi
    export VIRTUAL_ENV=$VENV PATH=$VENV/bin:$PATH
    hash -r
}

# Build tools stay in .venv, so that a later build finds the same paths and compiles only what changed.
install_build_tools() {
    local requirements key
    requirements=$(python "$ROOT/scripts/build_requirements.py" "$ROOT/pyproject.toml")
    key=$(printf '%s' "$requirements" | sha256sum)
    if ! stamped build-tools "$key"; then
        step "install the build tools into .venv"
        # Not every distribution's pip can pass settings to a build.
        printf '%s\n' "pip>=24" "$requirements" >"$STAMPS/build-requirements.txt"
        python -m pip install -q -r "$STAMPS/build-requirements.txt"
        stamp build-tools "$key"
    fi
}

# install_package [test]: builds the package and installs it into .venv; with "test" everything the tests need as
# well, warnings being errors.
install_package() {
    local extra=${1:-} key settings=(-C build-dir="$BUILD")
    key="$(hash_of CMakeLists.txt pyproject.toml LICENSE NOTICE licenses cmake cuda include src python) \
${CXX:-} ${CXXFLAGS:-} ${ICU_ROOT:-} ${CUDACXX:-$(command -v nvcc)}"
    if stamped "package${extra:+-$extra}" "$key"; then
        return 0
    fi
    if command -v ccache >/dev/null; then
        settings+=(-C cmake.define.CMAKE_CXX_COMPILER_LAUNCHER=ccache -C cmake.define.CMAKE_CUDA_COMPILER_LAUNCHER=ccache)
    fi
    if [[ -n ${ICU_ROOT:-} ]]; then
        settings+=(-C cmake.define.ICU_ROOT="$ICU_ROOT")
    fi
    if [[ $extra == test ]]; then
        # Kernels take a minute for each architecture and file: tests build them for the one that has a budget.
        settings+=(-C cmake.define.NEWSGPU_TESTS=ON -C cmake.define.NEWSGPU_WERROR=ON
            -C cmake.define.CMAKE_CUDA_ARCHITECTURES="$TEST_ARCHITECTURES")
    elif nvidia-smi -L >/dev/null 2>&1; then
        settings+=(-C cmake.define.CMAKE_CUDA_ARCHITECTURES=native)
    else
        # For all GPUs it takes an hour of a core, and none is here.
        printf 'no GPU was found: the CUDA kernels are left out (pip install . builds them where nvcc is)\n'
        settings+=(-C cmake.define.NEWSGPU_CUDA=OFF)
    fi

    step "build newsgpu${extra:+ and its tests} and install it into .venv (minutes the first time)"
    rm -f "$STAMPS"/package*
    # What remains of pip's output says once a minute that it is still building.
    python -m pip install --no-build-isolation "${settings[@]}" "$ROOT${extra:+[$extra]}" |
        grep --line-buffered -vE '^ *(Looking in|Collecting|Downloading|Using cached|Requirement already|Processing|Stored|Installing collected|Successfully installed)|━'
    stamp package "$key"
    if [[ -n $extra ]]; then
        stamp "package-$extra" "$key"
    fi
}

# configure FOLDER SETTING...: with the settings that all builds of tests share. They are made from nothing more often than
# changed: unity builds take half of the time.
configure() {
    local folder=$1 settings=(-D CMAKE_UNITY_BUILD=ON "${@:2}")
    if command -v ccache >/dev/null; then
        settings+=(-D CMAKE_CXX_COMPILER_LAUNCHER=ccache)
    fi
    if [[ -n ${ICU_ROOT:-} ]]; then
        settings+=(-D ICU_ROOT="$ICU_ROOT")
    fi
    cmake -S "$ROOT" -B "$folder" --log-level=WARNING "${settings[@]}"
}

# The unit tests and the emulated kernels once more, under AddressSanitizer and UndefinedBehaviorSanitizer. Where clang is, it
# builds them, and the fuzzers too: so the sources are seen by a second compiler.
build_sanitized() {
    local settings=(--preset asan) targets=(unit_tests newsgpu_parity parity_tests emulation_self)
    if has_libfuzzer; then
        SANITIZED=$ROOT/build/asan-clang
        settings+=(-D CMAKE_CXX_COMPILER=clang++ -D NEWSGPU_FUZZ=ON)
        targets+=(segment_fuzz normalize_fuzz)
    fi
    configure "$SANITIZED" "${settings[@]}"
    cmake --build "$SANITIZED" --target "${targets[@]}"
}

# build_emulated FOLDER TARGETS SETTING...: the kernels for the host. Optimized a little: it is compiled more often than run.
build_emulated() {
    local folder=$1 targets=$2
    configure "$folder" -G Ninja -D NEWSGPU_CUDA=EMULATED -D NEWSGPU_TESTS=ON -D NEWSGPU_WERROR=ON -D CMAKE_BUILD_TYPE=Debug \
        -D CMAKE_CXX_FLAGS_DEBUG=-O1 -D CMAKE_EXPORT_COMPILE_COMMANDS=ON "${@:3}"
    # shellcheck disable=SC2086 # a list
    cmake --build "$folder" --target $targets
}

# make_package_of FOLDER: the Python package of a build that is not the installed one, for PYTHONPATH=FOLDER/package.
make_package_of() {
    rm -rf "$1/package"
    mkdir -p "$1/package"
    cp -r "$ROOT/python/newsgpu" "$1/package/"
    rm -f "$1"/package/newsgpu/_core.*.so
    cp "$1"/python/_core.*.so "$1/package/newsgpu/"
}

# built_for_cuda FOLDER: whether nvcc compiled the kernels of a build.
built_for_cuda() {
    grep -qs nv_fatbin "$1/CMakeFiles/newsgpu.dir/cuda/spaces.cu.o"
}

# What the native kernels cost, against scripts/kernel_budget.toml.
report_kernels() {
    local objects arch
    mapfile -t objects < <(grep -l nv_fatbin "$BUILD"/CMakeFiles/newsgpu.dir/cuda/*.cu.o)
    if ! python -c 'import importlib.metadata as m; m.version("nvidia-cuda-cuobjdump"); m.version("nvidia-cuda-nvdisasm")' 2>/dev/null; then
        python -m pip install -q nvidia-cuda-cuobjdump nvidia-cuda-nvdisasm || return 1
    fi
    python "$ROOT/scripts/kernel_report.py" --budget "$ROOT/scripts/kernel_budget.toml" "${objects[@]}" || return 1
    # The budget is that of sm_90; elsewhere nothing may spill.
    for arch in ${TEST_ARCHITECTURES//;/ }; do
        arch=sm_${arch%-*}
        [[ $arch == sm_90 ]] ||
            python "$ROOT/scripts/kernel_report.py" --arch "$arch" --spills-only "${objects[@]}" >/dev/null || return 1
    done
}
