#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# man_pages.sh SINEW: groff, and mandoc where it is there, find nothing to warn of in any man page.
sinew=$1
if ! command -v groff >/dev/null; then
    echo "skipped: no groff"
    exit 77
fi
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"$sinew" manual --to man --out "$folder" || exit 1
failed=0
for page in "$folder"/*.[17]; do
    warnings=$(groff -man -ww -K utf8 -T utf8 -z "$page" 2>&1)
    # A date would change with each build; what a page is of stands in its footer.
    ! command -v mandoc >/dev/null || warnings+=$(mandoc -T lint -W warning "$page" 2>&1 | grep -v 'missing date')
    if [[ $warnings != '' ]]; then
        printf '%s\n%s\n' "${page##*/}" "$warnings" >&2
        failed=1
    fi
done
[[ $(find "$folder" -name '*.1' | wc -l) -gt 10 ]] || failed=1
exit $failed
