# SPDX-License-Identifier: Apache-2.0
# Sourced, after tools/setup.sh: a clean Debian 12 in a folder, and commands run in it. Wants root.
# SINEW_CLEAN_DEBIAN=FILE.tar is unpacked in place of what debootstrap would make of SINEW_MIRROR.

# clean_debian FOLDER: fails, and says why, where there is no mirror.
clean_debian() {
    local log
    mkdir -p "$1" || return
    if [[ -n ${SINEW_CLEAN_DEBIAN:-} ]]; then
        tar -C "$1" -xf "$SINEW_CLEAN_DEBIAN" || return
    else
        log=$(debootstrap --variant=minbase bookworm "$1" "${SINEW_MIRROR:-http://deb.debian.org/debian}" 2>&1) || { tail -n 5 <<<"$log" >&2; return 1; }
    fi
    cp /etc/resolv.conf "$1/etc/resolv.conf"
}

# enter FOLDER USER DIRECTORY COMMAND...: as chroot does, in name spaces of its own, so that no mount and no process outlives it.
enter() {
    unshare --mount --pid --fork --kill-child -- bash -c '
        place=$0 user=$1 directory=$2
        shift 2
        mount -t proc proc "$place/proc" || exit
        for node in null zero urandom; do
            touch "$place/dev/$node" && mount --bind "/dev/$node" "$place/dev/$node" || exit
        done
        cd / && exec env -i HOME=/root LC_ALL=C.UTF-8 PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
            chroot --userspec="$user" "$place" /bin/sh -c "cd \"\$0\" && exec \"\$@\"" "$directory" "$@"' "$@" </dev/null
}
