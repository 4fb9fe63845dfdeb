#!/usr/bin/env bash
# Shows what newsgpu makes of news: installs what is missing, builds, and runs `newsgpu analyze`.
#
#   bash scripts/demo.sh [PATHS]
#
# PATHS: files or folders of news, by default examples/news. The report goes to the folder `out` of the repository,
# or to NEWSGPU_DEMO_OUT.

. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

if [[ ${1:-} == -h || ${1:-} == --help ]]; then
    sed -n 's/^# \{0,1\}//; 2,7p' "${BASH_SOURCE[0]}"
    exit 0
fi
paths=("$@")
((${#paths[@]})) || paths=("$ROOT/examples/news")
for path in "${paths[@]}"; do
    [[ -e $path ]] || fail "there is no $path"
done
out=${NEWSGPU_DEMO_OUT:-$ROOT/out}

require "${BUILD_NEEDS[@]}"
make_venv
install_build_tools
install_package

printf 'newsgpu is in %s: source %s/bin/activate\n' "$VENV" "$VENV"
step "newsgpu analyze"
newsgpu analyze "${paths[@]}" -o "$out"
[[ -f $out/report.html ]] || fail "newsgpu analyze wrote no report.html"
