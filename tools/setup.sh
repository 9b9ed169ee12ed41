# SPDX-License-Identifier: Apache-2.0
# Sourced by the commands in this folder: install what is missing, configure, build. Wants `root` to be set.
# Everything is told on stderr; what succeeds is told in one line at most.

build_root=${SINEW_BUILD_DIR:-$root/build}
failed=4 # the exit status of a setup that failed, sinew's "internal error"

say() { printf '%s\n' "$*" >&2; }
die() {
    say "${0##*/}: $*"
    exit "$failed"
}

# missing_packages GROUP...: those of tools/packages that dpkg does not have.
missing_packages() {
    command -v dpkg-query >/dev/null || return 0 # not Debian: configuring says what it does not find
    local wanted=() group package installed
    while read -r group package; do
        [[ " $* " == *" $group "* ]] && wanted+=("$package")
    done <"$root/tools/packages"
    installed=$(dpkg-query -W -f '${db:Status-Status} ${Package}\n' "${wanted[@]}" 2>/dev/null)
    for package in "${wanted[@]}"; do
        [[ $'\n'"$installed"$'\n' == *$'\n'"installed $package"$'\n'* ]] || printf '%s\n' "$package"
    done
}

# install_packages GROUP...: installs what is missing; apt-get update only where the lists do not know it yet.
install_packages() {
    local missing log
    mapfile -t missing < <(missing_packages "$@")
    [[ ${#missing[@]} == 0 ]] && return
    if [[ $EUID != 0 ]]; then
        die "these Debian packages are missing and only root can install them:
    apt-get install ${missing[*]}"
    fi
    command -v apt-get >/dev/null || die "apt-get is missing; needed: ${missing[*]}"
    say "installing ${#missing[@]} Debian packages: ${missing[*]}"
    log=$(mktemp) || die "no place for a log file"
    if ! apt_install "${missing[@]}" >"$log" 2>&1; then
        apt-get -q update >>"$log" 2>&1
        if ! apt_install "${missing[@]}" >>"$log" 2>&1; then
            tail -n 15 "$log" >&2
            die "the packages could not be installed (is there a network? the whole log: $log)"
        fi
    fi
    rm -f "$log"
}
apt_install() {
    DEBIAN_FRONTEND=noninteractive apt-get -q -y -o Dpkg::Use-Pty=0 install --no-install-recommends "$@" </dev/null
}

# make_build_folder FOLDER: creates it and waits until no other of these commands works in it (lock on descriptor 9).
make_build_folder() {
    if ! mkdir -p "$1" 2>/dev/null || ! [[ -w $1 ]]; then
        die "$1 cannot be written; SINEW_BUILD_DIR=/some/folder builds elsewhere"
    fi
    exec 9>"$1/.lock" || die "$1 cannot be written; SINEW_BUILD_DIR=/some/folder builds elsewhere"
    flock -n 9 || { say "waiting for another build in $1" && flock 9; }
}

# configured FOLDER: whether CMake has run there, for this source tree (neither may have moved).
configured() {
    [[ -e $1/build.ninja ]] && grep -qxF "CMAKE_HOME_DIRECTORY:INTERNAL=$root" "$1/CMakeCache.txt"
}

# configure FOLDER PRESET [OPTION=VALUE...]: runs CMake where the folder does not have these settings yet.
configure() {
    local folder=$1 preset=$2 option wanted=0 fresh=()
    shift 2
    if configured "$folder"; then
        for option in "$@"; do
            grep -q "^${option%%=*}:[A-Z]*=${option#*=}\$" "$folder/CMakeCache.txt" || wanted=1
        done
        [[ $wanted == 0 ]] && return
    else
        fresh=(--fresh -DSINEW_UNITY_BATCH=40 -DSINEW_JOINT=ON) # all is built, perhaps once
    fi
    say "configuring $folder"
    cmake -S "$root" --preset "$preset" -B "$folder" "${fresh[@]}" "${@/#/-D}" >"$folder/configure.log" 2>&1 && return
    grep -A 6 -E 'Error|error' "$folder/configure.log" | head -n 40 >&2
    die "CMake failed (the whole log: $folder/configure.log)"
}

# build FOLDER TARGET...: silent where nothing is to do; a count on a terminal; the failing command's output on failure.
build() {
    local folder=$1 log=$1/build.log line said=0
    shift
    NINJA_STATUS='[%f/%t] ' ninja -C "$folder" "$@" </dev/null 2>&1 | while IFS= read -r line; do
        printf '%s\n' "$line" >&3
        [[ $line == '['*/*']'* && $line != *'globbed directories'* ]] || continue
        [[ $said == 0 ]] && say "building in $folder"
        said=1
        [[ -t 2 ]] && printf '\r\033[K%.79s' "$line" >&2
    done 3>"$log"
    local status=${PIPESTATUS[0]}
    [[ -t 2 ]] && printf '\r\033[K' >&2
    [[ $status == 0 ]] && return
    sed -n '/^FAILED:/,$p' "$log" | head -n 60 >&2
    die "the build failed (the whole log: $log)"
}
