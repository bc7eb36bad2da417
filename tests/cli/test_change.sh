#!/bin/sh
# test_change.sh - backfile-index delete, merge, info and check.
. "$(dirname "$0")/lib.sh"
make_demo

it 'deletes by id, and names what is not there'
run 0 index delete demo hw-2010-0415-ashcloud nosuchid
err_has '^no article nosuchid$'
err_has '^1 deleted, 1 not found$'
run 1 query search demo '+"Volcanic ash from Iceland shuts airspace"'
run 1 query show demo hw-2010-0415-ashcloud

it 'deletes nothing with status 1'
run 1 index delete demo hw-2010-0415-ashcloud
run 1 index delete demo nosuchid

it 'deletes the ids of a file'
printf 'md-2010-0421-resume\r\nqb-2010-0525-quiet\n\n' >ids
run 0 index delete --from ids demo
err_has '^2 deleted, '
echo np-2010-0321-fissure | index delete -f - demo 2>err || fail 'from standard input'
err_has '^1 deleted, '
printf '\357\273\277cg-2010-0415-ashcopy\r\n\r\n\r\nnosuchid' | index delete -f - demo 2>err
err_has '^1 deleted, 1 not found$'
printf 'np-2010-0321-fissure\0\nqb-2010-0525-quiet\n' >ids
run 2 index delete -f ids demo
err_has 'ids: has a NUL byte'
run 2 index delete demo
run 3 index delete -f /nonexistent demo

it 'says what it holds'
run 0 index check demo
out_has '^demo: sound: 95 articles and 5 deleted ones, 1 segments, '
run 0 index info demo
out_has '^articles    95$'
out_has '^deleted     5 '
run 0 index info --json demo
out_json 'd["articles"] == 95 and d["deleted"] == 5 and d["segments"] == 1 and d["language"] == "english"'
out_json 'd["bytes"] == sum(d["files"].values())'

it 'lists boilerplate'
run 1 index info --boilerplate demo
for i in 1 2 3 4 5 6 7 8 9 10 11; do
    printf '{"id":"%s","source":"The \\"Day\\"","body":"number %s of this\\n\\nAll the news\\tof the day, every\\u202e \\u009b1mday."}\n' $i $i
done | index add -q footers - 2>/dev/null
run 0 index info --boilerplate footers
out_has '^11	The "Day"	All the news\\tof the day, every\\u202e \\u009b1mday\.$'
run 0 index info --boilerplate --json footers
out_json 'd == [{"articles": 11, "source": "The \"Day\"", "text": "All the news\tof the day, every\u202e \u009b1mday."}]'
run 0 index check footers

it 'answers the same before and after a merge'
index add -q demo "$data/articles.jsonl" 2>/dev/null
for q in 'ash cloud' '+bridge collapse' '"bank of japan"' 'world cup'; do
    query search --json --explain demo "$q"
done >before
query similar --all --json --quiet demo >>before
run 0 index info --json demo
out_json 'd["segments"] > 1'
run 0 index merge demo
for q in 'ash cloud' '+bridge collapse' '"bank of japan"' 'world cup'; do
    query search --json --explain demo "$q"
done >after
query similar --all --json --quiet demo >>after
same before after
run 0 index info --json demo
out_json 'd["segments"] == 1 and d["deleted"] == 0 and d["articles"] == 100'

it 'merges what is merged already without a commit'
cp demo/manifest before
run 0 index merge demo
err_has '^nothing to merge$'
same demo/manifest before

it 'leaves no files that the manifest does not name'
[ "$(find demo -type f | wc -l)" -eq 10 ] || fail "$(ls demo)"

it 'finds a sound index sound'
run 0 index check demo
out_has '^demo: sound: 100 articles, 1 segments, [0-9]+ terms, [0-9]+ postings, [0-9]+ bytes$'
run 0 index check --quick demo
out_has '^demo: sound: 100 articles, 1 segments, [0-9]+ bytes$'

it 'merges by itself when there are eight segments'
for i in 1 2 3 4 5 6 7 8 9 10; do
    printf '{"id":"%s","title":"number %s"}\n' $i $i | index add -q many - 2>/dev/null
done
run 0 index info --json many
out_json 'd["articles"] == 10 and d["segments"] < 8'

it 'refuses a directory without an index'
mkdir empty
for command in merge check info; do
    run 3 index $command empty
    err_has 'empty'
    run 3 index $command /nonexistent/index
done
run 3 index delete empty x
[ -z "$(ls empty)" ] || fail "it left $(ls empty)"
finish
