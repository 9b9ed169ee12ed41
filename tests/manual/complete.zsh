# SPDX-License-Identifier: Apache-2.0
# complete.zsh SCRIPT LINE...: what zsh offers at the end of each line. The completion system needs an interactive shell
# on a terminal: one is started on a pseudo-terminal, with compadd replaced by a function that also writes down what is
# added.
zmodload zsh/zpty || exit 1
capture=$(mktemp)
setup=$(mktemp)
cat >$setup <<SETUP
PROMPT= RPROMPT= zle_bracketed_paste=()
autoload -Uz compinit && compinit -D -u
source $1
compadd() {
    if [[ \${@[1,(i)(-|--)]} == *-(O|A|D)* ]]; then
        builtin compadd "\$@"
        return
    fi
    local -a offered
    builtin compadd -A offered "\$@"
    (( \$#offered )) && print -rl -- \$offered >>$capture
    builtin compadd "\$@"
}
capturing() {
    _main_complete
    print 'that is all' >>$capture
}
zle -C capturing complete-word capturing
bindkey '^I' capturing
print ready >>$capture
SETUP
shift
zpty shell zsh -f -i
wait_for() {
    repeat 3000; do
        grep -q "$1" $capture && return
        zpty -r -t shell REPLY
        sleep 0.01
    done
    print -u2 "zsh: no completion of '$2'"
    exit 1
}
zpty -w shell "source $setup"
wait_for ready
for line in "$@"; do
    print "== $line"
    : >$capture
    zpty -w -n shell $'\C-u'"$line"$'\t'
    wait_for 'that is all' $line
    grep -v -e '^that is all$' $capture
done
zpty -d shell
rm -f $capture $setup
exit 0
