#!/usr/bin/env bash
# Builds newsgpu and runs every test; the last lines say what each runner found.
#
#   bash scripts/test.sh
#
# NEWSGPU_TEST_DATA: a folder of real news; tests that need it skip without it.

. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

if [[ ${1:-} == -h || ${1:-} == --help ]]; then
    sed -n 's/^# \{0,1\}//; 2,6p' "${BASH_SOURCE[0]}"
    exit 0
fi
(($# == 0)) || fail "test.sh takes no arguments: see --help"

RESULTS=$ROOT/build/results
failed=()

# runner NAME COMMAND...: runs one test runner; the others run even if it fails.
runner() {
    local name=$1
    shift
    step "$name"
    "$@" || failed+=("$name")
}

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
step "build the unit tests for the address and undefined-behaviour sanitizers"
build_sanitized

runner ctest ctest --test-dir "$BUILD" -j "$jobs" --output-on-failure --output-junit "$RESULTS/ctest.xml"
runner sanitizers ctest --test-dir "$SANITIZED" -L 'unit_tests|fuzz' -j "$jobs" --output-on-failure \
    --output-junit "$RESULTS/sanitizers.xml"
runner pytest python -m pytest -q --junit-xml "$RESULTS/pytest.xml"
runner install python -m pytest -q tests/install --junit-xml "$RESULTS/install.xml"

step "results"
python scripts/summarize_results.py "$RESULTS" ctest sanitizers pytest install || failed+=("a runner ran no test")
if ((${#failed[@]})); then
    current_step=$(printf '%s, ' "${failed[@]}")
    current_step=${current_step%, }
    exit 1
fi
