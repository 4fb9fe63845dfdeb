#!/usr/bin/env bash
# Formats the C++ and Python sources with the versions that pyproject.toml pins.
#
#   bash scripts/format.sh [--check] [FILES]
#
# FILES: by default every source. With --check nothing is written, and what differs is an error.

set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
[[ -d .venv ]] && PATH=$PWD/.venv/bin:$PATH

cpp_options=(-i)
ruff_options=()
ruff_check=(--fix)
if [[ ${1:-} == --check ]]; then
    cpp_options=(--dry-run --Werror)
    ruff_options=(--check)
    ruff_check=()
    shift
fi

files=("$@")
((${#files[@]})) || mapfile -t files < <(find include src cuda python bench tests examples scripts -type f 2>/dev/null || true)
cpp=() python=()
for file in "${files[@]}"; do
    case $file in
    *.cpp | *.hpp | *.cu | *.cuh) cpp+=("$file") ;;
    *.py | *.pyi) python+=("$file") ;;
    esac
done

status=0
if ((${#cpp[@]})); then
    clang-format "${cpp_options[@]}" "${cpp[@]}" || status=1
fi
if ((${#python[@]})); then
    ruff format --quiet "${ruff_options[@]}" "${python[@]}" || status=1
    ruff check --quiet "${ruff_check[@]}" "${python[@]}" || status=1
fi
exit "$status"
