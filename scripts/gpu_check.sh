#!/usr/bin/env bash
# Builds newsgpu for the GPU of this machine, proves it there, and measures it.
#
#   bash scripts/gpu_check.sh [--emulated]
#
# Every test runs with NEWSGPU_REQUIRE_GPU=1, so that none skips for want of a GPU; compute-sanitizer runs newsgpu_parity
# with each of its tools; the benchmarks write bench/results/DEVICE-DATE.json and print a table. The GPU is CUDA's first one
# (CUDA_VISIBLE_DEVICES chooses). Exits 3 where there is no GPU, 1 where something failed.
#
# --emulated tries the script itself: the kernels run on the host, without compute-sanitizer, on little text, and what is
# measured goes to build/gpu. NEWSGPU_TEST_DATA: a folder of real news; without it the benchmarks make their text.

. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

if [[ ${1:-} == -h || ${1:-} == --help ]]; then
    sed -n 's/^# \{0,1\}//; 2,13p' "${BASH_SOURCE[0]}"
    exit 0
fi
emulated=0
if [[ ${1:-} == --emulated ]]; then
    emulated=1
    shift
fi
(($# == 0)) || fail "gpu_check.sh takes --emulated or nothing: see --help"

# no_gpu REASON
no_gpu() {
    trap - EXIT
    printf 'gpu_check.sh: no GPU here: %s\n' "$1" >&2
    exit 3
}

# query FIELD: what the driver says of the first GPU.
query() {
    nvidia-smi --id="${CUDA_VISIBLE_DEVICES%%,*}" --query-gpu="$1" --format=csv,noheader 2>/dev/null | head -n 1 || true
}

if ((emulated)); then
    device="emulation"
    settings=(-D NEWSGPU_CUDA=EMULATED)
    scale=10
else
    command -v nvidia-smi >/dev/null || no_gpu "nvidia-smi, which comes with the driver, was not found"
    CUDA_VISIBLE_DEVICES=${CUDA_VISIBLE_DEVICES:-0}
    export CUDA_VISIBLE_DEVICES
    device=$(query name)
    capability=$(query compute_cap)
    [[ -n $device && $capability =~ ^[0-9]+\.[0-9]+$ ]] || no_gpu "nvidia-smi names none"
    command -v "${CUDACXX:-nvcc}" >/dev/null || fail "nvcc is needed to build for $device; CUDACXX names it"
    settings=(-D NEWSGPU_CUDA=ON -D CMAKE_CUDA_ARCHITECTURES="${capability/./}-real")
    scale=4
    export NEWSGPU_REQUIRE_GPU=1
fi
step "$device"

require "${BUILD_NEEDS[@]}" "${TEST_NEEDS[@]}"
make_venv
install_build_tools
step "install what the tests need"
python "$ROOT/scripts/build_requirements.py" --test "$ROOT/pyproject.toml" >"$STAMPS/test-requirements.txt"
python -m pip install -q -r "$STAMPS/test-requirements.txt"

GPU=$ROOT/build/gpu
((emulated)) && GPU=$ROOT/build/gpu-emulated
step "build for $device"
configure "$GPU" -G Ninja -D CMAKE_BUILD_TYPE=Release -D NEWSGPU_TESTS=ON -D NEWSGPU_PYTHON=ON \
    -D Python_EXECUTABLE="$VENV/bin/python" "${settings[@]}"
cmake --build "$GPU"
make_package_of "$GPU"
export PYTHONPATH=$GPU/package

cd "$ROOT"
if ((emulated)); then
    runner "parity" "$GPU/tests/parity/newsgpu_parity" --scale "$scale"
    runner "pytest" python -m pytest -q "${DEVICE_TESTS[@]}"
    output=$GPU/emulation.json
    megabytes=1
    repeat=1
else
    runner "ctest" ctest --test-dir "$GPU" -j "$(nproc)" --output-on-failure
    runner "pytest" python -m pytest -q tests/python
    if command -v compute-sanitizer >/dev/null; then
        for tool in memcheck racecheck initcheck synccheck; do
            runner "compute-sanitizer $tool" compute-sanitizer --tool "$tool" --error-exitcode 1 \
                "$GPU/tests/parity/newsgpu_parity" --scale "$scale"
        done
    else
        failed+=("compute-sanitizer, which was not found (it comes with the CUDA toolkit)")
    fi
    output=$ROOT/bench/results/${device//[^A-Za-z0-9]/-}-$(date +%F).json
    megabytes=256
    repeat=9
fi
runner "benchmarks" python bench/gpu.py --stages "$GPU/bench/cuda/cuda_stages" --name "$device" --megabytes "$megabytes" \
    --repeat "$repeat" --output "$output"
[[ -f $output ]] && printf 'written: %s\n' "$output"

if ((${#failed[@]})); then
    current_step=$(printf '%s, ' "${failed[@]}")
    current_step=${current_step%, }
    exit 1
fi
step "all checks passed on $device"
