#!/usr/bin/env bash
# Builds newsgpu and runs every test; the last lines say what each runner found.
#
#   bash scripts/test.sh
#
# NEWSGPU_TEST_DATA: a folder of real news; tests that need it skip without it.
# NEWSGPU_TEST_ARCHITECTURES: what kernels are compiled for where nvcc is, 90 if it is not set; a release has
# "80;86;89;90;100;120".

. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

if [[ ${1:-} == -h || ${1:-} == --help ]]; then
    sed -n 's/^# \{0,1\}//; 2,8p' "${BASH_SOURCE[0]}"
    exit 0
fi
(($# == 0)) || fail "test.sh takes no arguments: see --help"

RESULTS=$ROOT/build/results
require "${BUILD_NEEDS[@]}" "${TEST_NEEDS[@]}"
make_venv
suggest "what some tests need" "${TEST_EXTRAS[@]}"
if [[ -n ${CI:-} ]]; then
    suggest_fuzzers
fi
install_build_tools
install_package test

cd "$ROOT"
rm -rf "$RESULTS"
mkdir -p "$RESULTS"
jobs=$(nproc)
export NEWSGPU_BUILD=$BUILD

step "build the tests"
cmake --build "$BUILD"
step "build the tests for the address and undefined-behaviour sanitizers"
build_sanitized
step "build the CUDA kernels for the host"
build_emulated "$EMULATED" "_core newsgpu_parity parity_tests emulation_self" -D NEWSGPU_PYTHON=ON \
    -D Python_EXECUTABLE="$VENV/bin/python"
make_package_of "$EMULATED"
build_emulated "$ROOT/build/tsan" "newsgpu_parity emulation_self" -D NEWSGPU_SANITIZE=thread
emulations=(emulated tsan)
if has_clang; then
    build_emulated "$ROOT/build/msan" "newsgpu_parity emulation_self" -D NEWSGPU_SANITIZE=memory -D CMAKE_CXX_COMPILER=clang++
    emulations+=(msan)
fi

runner ctest ctest --test-dir "$BUILD" -j "$jobs" --output-on-failure --output-junit "$RESULTS/ctest.xml"
# Heavy buckets are large, or they are none: minutes under a sanitizer, in the kernels that the others run.
runner sanitizers ctest --test-dir "$SANITIZED" -L 'unit_tests|parity_tests|cuda|fuzz' -E OnADevice.HeavyBuckets -j "$jobs" --output-on-failure \
    --output-junit "$RESULTS/sanitizers.xml"
for name in "${emulations[@]}"; do
    runner "$name" ctest --test-dir "$ROOT/build/$name" -L 'parity_tests|cuda' -j "$jobs" --output-on-failure \
        --output-junit "$RESULTS/$name.xml"
done
# A few of the bugs; docs/gpu.md has what finds each of them.
runner mutation python tests/mutation.py --build plain="$EMULATED" --build tsan="$ROOT/build/tsan" --first --seeds 2 --every 40
runner pytest python -m pytest -q -n "$jobs" --junit-xml "$RESULTS/pytest.xml"
runner pytest-emulated env PYTHONPATH="$EMULATED/package" python -m pytest -q -n "$jobs" "${DEVICE_TESTS[@]}" \
    --junit-xml "$RESULTS/pytest-emulated.xml"
runner install python -m pytest -q tests/install --junit-xml "$RESULTS/install.xml"
if built_for_cuda "$BUILD"; then
    runner kernels report_kernels
else
    step "kernels: not compiled for GPUs, for want of nvcc (or of a newer one): their budget was not looked at"
fi

step "results"
python scripts/summarize_results.py "$RESULTS" ctest sanitizers "${emulations[@]}" pytest pytest-emulated install ||
    failed+=("a runner ran no test")
if ((${#failed[@]})); then
    current_step=$(printf '%s, ' "${failed[@]}")
    current_step=${current_step%, }
    exit 1
fi
