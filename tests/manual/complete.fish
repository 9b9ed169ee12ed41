# SPDX-License-Identifier: Apache-2.0
# complete.fish SCRIPT LINE...: what fish offers at the end of each line.
source $argv[1]
for line in $argv[2..]
    echo "== $line"
    complete -C "$line" | string replace -r '\t.*' ''
end
exit 0
