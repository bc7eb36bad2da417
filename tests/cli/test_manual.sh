#!/bin/sh
# test_manual.sh - the man pages have every command, option and field, and no option beyond.
. "$(dirname "$0")/lib.sh"

# The options that --help lists, as the man page writes them:
#   "  -n, --limit N    how many"  ->  ".It Fl n , Fl -limit Ar N"
options_of_help()
{
    "$bin/$1" "$2" --help | sed -n '
        /^  \(-., \|    \)--/ {
            s/^ *//
            s/  .*//
            s/^-\(.\), /Fl \1 , /
            s/--/Fl -/
            s/ \([^ ]*[A-Z][^ ]*\)$/ Ar \1/
            s/^/.It /
            p
        }' | sort
}

# The same of a command's part of the man page.
options_of_manual()
{
    awk -v name="$2" '/^\.S[hs] /{ inside = $1 == ".Ss" && $2 == name } inside && /^\.It Fl/' "$1" |
        sort
}

commands_of_help()
{
    "$bin/$1" --help | sed -n '/^commands:/,/^$/s/^  \([a-z]*\) .*/\1/p'
}

check_program()
{
    it "lists the commands of $1"
    commands=$(commands_of_help "$1")
    [ -n "$commands" ] || fail "none"
    for command in $commands; do
        it "has the options of $1 $command"
        grep -q "^\.Ss $command\$" "$2" || fail "there is no section on it"
        options_of_help "$1" "$command" >help
        options_of_manual "$2" "$command" >manual
        diff help manual || fail "--help (<) and the man page (>) differ"
    done
}

check_program backfile-index "$root/indexer/backfile-index.1"
check_program backfile-query "$root/query/backfile-query.1"

it 'has every field that an article can have'
run 2 index add --map nothing=x fields.index /dev/null
fields=$(sed -n 's/.*the fields are: //p' err)
[ -n "$fields" ] || fail "the message lists none: $(cat err)"
for field in $fields; do
    grep -q "^\.It Cm $field\$" "$root/indexer/backfile-index.1" || fail "not $field"
done

finish
