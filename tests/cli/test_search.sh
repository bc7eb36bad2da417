#!/bin/sh
# test_search.sh - backfile-query search: forms of output, options, exit statuses.
. "$(dirname "$0")/lib.sh"
make_demo

it 'shows articles to people, matched words between stars'
run 0 query search demo bridge collapse -n 2
out_has '^1\. '
out_has '^2\. '
out_has '2018-08-14 · world · [0-9.]+ · md-2018-0814-morandi'
out_has '\*bridge\*'
err_is_empty

it 'leaves snippets out when asked to'
run 0 query search demo bridge --no-snippet
out_lacks '\*bridge\*'

it 'finds nothing with status 1'
run 1 query search demo nosuchwordanywhere
out_is_empty
run 1 query search --json demo nosuchwordanywhere
out_json 'd == []'
run 1 query search --tsv demo nosuchwordanywhere
out_is_empty

it 'prints a JSON array'
run 0 query search --json demo 'volcano +ash' -n 3
out_json 'len(d) == 3 and [a["rank"] for a in d] == [1, 2, 3]'
out_json 'all(set(a) == {"rank", "score", "id", "title", "date", "category", "snippet", "marks"} for a in d)'
out_json '"ash" in [d[0]["snippet"].encode()[s:e].decode().lower() for s, e in d[0]["marks"]]'

it 'prints JSON a line'
run 0 query search --jsonl demo 'volcano +ash' -n 3 --no-snippet
out_lines 3
out_jsonl 'all(set(a) == {"rank", "score", "id", "title", "date", "category"} for a in d)'

it 'prints tab-separated columns'
run 0 query search --tsv demo 'volcano +ash' -n 3
out_lines 3
out_has '^1	[^	]+	[0-9]+\.[0-9]{6}	20[0-9TZ:-]+	[a-z]+	[^	]+$'

it 'prints TREC lines'
run 0 query search --trec myrun demo 'volcano +ash' -n 3
out_lines 3
out_has '^1 Q0 [^ ]+ 1 [0-9.]+ myrun$'

it 'has one form of output at a time'
run 2 query search --json --tsv demo bridge
out_is_empty

it 'explains each score'
run 0 query search demo 'ash "volcanic ash"' -n 1 --explain
out_has 'ash .*tf [0-9]+, idf [0-9.]+, length [0-9]+, df [0-9]+'
run 0 query search demo 'ash +airspace' -n 2 --explain --json
out_json 'all(abs(sum(t["score"] for t in a["explain"]) - a["score"]) < 0.0001 for a in d)'
out_json 'all({"term", "tf", "idf", "length", "df", "score"} == set(t) for a in d for t in a["explain"])'

it 'cuts pages out of one ranking'
run 0 query search --tsv demo bridge government -n 9
cp out all
run 0 query search --tsv demo bridge government -n 4 --offset 5
sed -n '6,9p' all >part
same out part
run 1 query search demo bridge --offset 1000
run 1 query search demo bridge -n 0

it 'runs a file of queries'
printf 'q1\tash cloud\nq2\tnosuchwordanywhere\n\nq3\t+bridge -Genoa "key bridge"\n' >topics
run 0 query search --queries topics --tsv demo -n 1
out_lines 2
out_has '^q1	1	'
out_has '^q3	1	'
run 0 query search -q - --jsonl demo -n 1 <topics
out_jsonl '[a["query"] for a in d] == ["q1", "q3"]'
run 0 query search -q topics --trec r demo -n 2
out_has '^q1 Q0 [^ ]+ 2 [0-9.]+ r$'

it 'takes query language in a file only with --syntax'
run 0 query search -q topics --syntax --tsv demo
cp out with
run 0 query search -q topics --tsv demo
cmp -s out with && fail '--syntax makes no difference'
run 0 query search --tsv demo '+bridge -Genoa "key bridge"'
sed 's/^/q3	/' out >alone
grep '^q3' with >out
same out alone

it 'names a bad query of a file and goes on'
printf 'bad\t"unclosed\ngood\tash\n' >topics
run 0 query search -q topics --syntax --tsv demo -n 1
out_has '^good	'
err_has 'query bad \(line 1\)'

it 'answers the same, to the byte, when it scores every match'
for q in 'ash cloud airspace' '+bridge +collapse' '"Bank of Japan" rates' \
    '+(comet lander) -Rosetta' 'the of and' '(a OR b) AND NOT c' 'world'; do
    run "$(query search demo "$q" >/dev/null; echo $?)" query search --json demo "$q" -n 100 --explain
    cp out fast
    run "$status" query search --json demo "$q" -n 100 --explain --exhaustive
    same out fast
done

it 'lets stop words count when asked to'
run 0 query search --tsv demo 'the bridge' -n 100
cp out without
run 0 query search --tsv --stop-words demo 'the bridge' -n 100
[ "$(wc -l <out)" -gt "$(wc -l <without)" ] || fail 'the same number of articles'

it 'times the queries of a file'
printf 'a\tash\nb\tbridge collapse\n' >topics
run 0 query search -q topics --latency --rounds 2 demo
out_is_empty
err_has '^queries: 2, microseconds each: mean '

it 'says where a query is wrong'
run 2 query search demo 'bridge AND'
err_has 'at character [0-9]+'
run 2 query search demo -- '-bridge'
run 2 query search demo '"..."'
out_is_empty

it 'takes a query behind -- that begins with a minus sign'
run 0 query search --tsv demo -- -Genoa bridge
out_lacks 'Genoa'

it 'keeps to dates and categories'
run 0 query search --tsv demo bridge government -n 100
awk -F'\t' '$4 >= "2018" && $4 < "2020" && $5 == "world" { print $2, $3 }' out >expected
[ -s expected ] || fail 'nothing to expect'
run 0 query search --tsv demo bridge government -n 100 --from 2018 --to 2019 --category WORLD
cut -f 2,3 out | tr '\t' ' ' >found
same found expected
run 0 query search --tsv demo +bridge -n 100 --category 'wor*' --category business
run 1 query search --tsv demo bridge --category nosuchcategory
run 2 query search --tsv demo bridge --from 2019 --to 2018
err_has 'before --from'
run 2 query search --tsv demo bridge --to yesterday
err_has '^backfile-query: --to: "yesterday" is no date'

it 'lists one of the copies of a story, with the number of the others'
run 0 query search --tsv demo ash cloud iceland -n 2
out_has '^1	cg-2010-0415-ashcopy'
out_has '^2	hw-2010-0415-ashcloud'
run 0 query search --tsv --collapse demo ash cloud iceland -n 2
out_has '^1	cg-2010-0415-ashcopy	.*	1$'
out_lacks 'hw-2010-0415-ashcloud'
out_lines 2
run 0 query search --json --collapse demo ash cloud iceland -n 2
out_json '[a["copies"] for a in d] == [1, 0]'
run 0 query search --collapse demo ash cloud iceland -n 1
out_has ' \(\+1 copy\)$'
run 0 query search --collapse --tsv demo ash cloud iceland -n 1 --offset 1
out_has '^2	md-2010-0421-resume	'

it 'refuses options out of range'
run 2 query search demo bridge --k1 -1
run 2 query search demo bridge --b 1.5
run 2 query search demo bridge -n 99999999
run 2 query search demo bridge -n x
run 2 query search demo
run 2 query search demo bridge --queries topics
run 2 query search
run 3 query search -q /nonexistent demo
err_has '/nonexistent'
finish
