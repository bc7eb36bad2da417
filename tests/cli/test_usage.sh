#!/bin/sh
# test_usage.sh - help, versions, and words that the programs do not know.
. "$(dirname "$0")/lib.sh"

it 'shows its commands and its version'
for program in index query; do
    run 0 $program --help
    out_has "^usage: backfile-$program COMMAND"
    err_is_empty
    run 0 $program --version
    out_has "^backfile-$program [0-9]+\.[0-9]+\.[0-9]+\$"
done

it 'shows the options of each command'
for command in add delete merge check info; do
    run 0 index $command --help
    out_has "^usage: backfile-index $command"
    run 0 index $command -h
done
for command in search similar show terms analyze eval; do
    run 0 query $command --help
    out_has "^usage: backfile-query $command"
done

it 'does nothing without a command, or with one that there is not'
for program in index query; do
    run 2 $program
    out_is_empty
    err_has "^usage: backfile-$program"
    run 2 $program nosuchcommand
    err_has 'nosuchcommand'
done

it 'refuses options that there are not, half ones and values of another kind'
run 2 query search --nosuchoption x y
err_has 'nosuchoption'
run 2 query search -n
run 2 query search x y --limit=-1
run 2 query search x y --k1 nan
run 2 query search x y --json=yes
err_has 'the option --json takes no value$'
run 2 query search x y --js # --json or --jsonl
err_has 'the option --js may be one of several$'
run 2 query search x y -jé
err_has 'unknown option -jé '
run 2 index check
run 2 index check a b

it 'takes options anywhere, shortened and with an equals sign'
printf '{"id":"1","title":"some words"}\n{"id":"2","title":"more words"}\n' | index add -q i - 2>/dev/null
run 0 query search i words --tsv --limit=1
cp out one
run 0 query search -n1 --tsv i words
same out one
run 0 query search --ts i --lim 1 words
same out one

it 'says on standard error, in one line, what is missing'
run 3 query search nosuchindex word
err_has '^backfile-query: .*nosuchindex'
[ "$(wc -l <err)" -eq 1 ] || fail "$(cat err)"
out_is_empty
[ -e nosuchindex ] && fail 'a query made a directory'
run 3 index info nosuchindex
[ -e nosuchindex ] && fail 'info made a directory'

it 'does not let a strange name reach the terminal as it is'
run 3 query search "$(printf 'bad\033[31mname')" word
if grep -q "$(printf '\033')" err; then fail 'an escape sequence'; fi
finish
