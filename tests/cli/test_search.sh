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

it 'finds and marks a very word'
run 0 query search demo '=flights' -n 50
out_has '\*[Ff]lights\*'
out_lacks '\*[Ff]light\*'
run 0 query search demo '"flight"' -n 50
out_has '\*[Ff]light\*'
out_lacks '\*[Ff]lights\*'

it 'finds nothing with status 1'
run 1 query search demo nosuchwordanywhere
out_is_empty
run 1 query search --json demo nosuchwordanywhere
out_json 'd == {"articles": []}'
run 1 query search --tsv demo nosuchwordanywhere
out_is_empty

it 'prints a JSON object'
run 0 query search --json demo 'volcano +ash' -n 3
out_json 'set(d) == {"articles", "next"}'
out_json '[a["rank"] for a in d["articles"]] == [1, 2, 3]'
out_json 'all(set(a) == {"rank", "score", "id", "title", "date", "category", "snippet", "marks"} for a in d["articles"])'
out_json '"ash" in [a["snippet"].encode()[s:e].decode().lower() for a in d["articles"][:1] for s, e in a["marks"]]'
run 0 query search --json demo '+ash +volcano' -n all --total --facets year
out_json 'd["total"] == len(d["articles"]) == sum(f["count"] for f in d["facets"]["year"]) and "next" not in d'

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
out_json 'all(abs(sum(t["score"] for t in a["explain"]) - a["score"]) < 0.0001 for a in d["articles"])'
out_json 'all({"term", "tf", "idf", "length", "df", "score"} == set(t) for a in d["articles"] for t in a["explain"])'

it 'cuts pages out of one ranking'
run 0 query search --tsv demo bridge government -n 9
cp out all
run 0 query search --tsv demo bridge government -n 4 --offset 5
sed -n '6,9p' all >part
same out part
run 1 query search demo bridge --offset 1000

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
run 0 query search -q topics --tsv demo -n 1 --facets year
[ "$(grep -cE '^q[1-3]	([0-9]+	|facet	year	|total		)' out)" -eq "$(wc -l <out)" ] ||
    fail "a line without its query: $(cat out)"

it 'keeps the columns of a TREC run apart'
printf '{"id":"two words","title":"blank"}\n' | index add -q blanks - 2>/dev/null
run 0 query search blanks --trec r blank
out_has '^1 Q0 two\\u0020words 1 [0-9.]+ r$'
run 2 query search demo --trec '' ash
run 2 query search demo --trec 'my run' ash
err_has 'no name without blanks'

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
    '+(comet lander) -Rosetta' 'the of and' '(a OR b) AND NOT c' 'world' 'title:ash bridge' \
    'ash category:world -tag:x' 'ash NEAR/5 cloud' '"ash cloud"~3 volcan*' 'date:2010 +volcano~1' \
    'category:sport OR ash' 'source:civic-gazette'; do
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
run 2 query search demo --latency ash
err_has 'latency is for --queries'
run 2 query search -q topics --latency --rounds 0 demo
run 2 query search -q topics --latency --rounds 1001 demo
err_has 'rounds: 1 to 1000'

it 'says where a query is wrong'
run 2 query search demo 'bridge AND'
err_has 'at character [0-9]+'
run 2 query search demo -- '-bridge'
run 2 query search demo '"..."'
out_is_empty

it 'takes a query behind -- that begins with a minus sign'
run 0 query search --tsv demo -- -Genoa bridge
out_lacks 'Genoa'

it 'walks a ranking page by page'
run 0 query search --tsv demo bridge government -n all
cp out all
: >pages
mark=start
while [ -n "$mark" ]; do
    run 0 query search --tsv demo bridge government -n 4 --after "$mark"
    cat out >>pages
    mark=$(sed -n 's/^next page: --after //p' err)
done
mv pages out
same out all
run 0 query search --json demo bridge -n 2
mark=$(sed -n 's/.*"next":"\([^"]*\)".*/\1/p' out)
run 0 query search --json demo bridge -n 2 --after "$mark"
out_json '[a["rank"] for a in d["articles"]] == [3, 4]'
run 2 query search demo government --after "$mark"
err_has 'another query'
run 2 query search demo bridge --after nonsense
run 2 query search demo bridge --after start --offset 3

it 'sorts by date'
run 0 query search --tsv demo bridge -n all --sort date
cut -f 4 out | LC_ALL=C sort -r >expected
cut -f 4 out >found
same found expected
run 0 query search --tsv demo bridge -n all --sort oldest
cut -f 4 out | LC_ALL=C sort >expected
cut -f 4 out >found
same found expected
run 2 query search demo bridge --sort title

it 'lowers scores by age'
run 0 query search --json demo bridge -n all
cp out plain
run 0 query search --json demo bridge -n all --recency 2y
out_json 'all(a["score"] <= {b["id"]: b["score"] for b in json.load(open("plain"))["articles"]}[a["id"]] + 1e-6 for a in d["articles"])'
run 2 query search demo bridge --recency soon

it 'counts all that match'
run 0 query search demo bridge -n 0 --facets category,year
out_has '^category$'
out_has '^ +[0-9]+  world$'
out_has '^[0-9]+ articles in all$'
run 1 query search demo nosuchwordanywhere -n 0
run 0 query search --tsv demo bridge -n 1 --total
out_has '^total		[0-9]+$'
run 2 query search demo bridge --facets colour
run 2 query search demo bridge --trec r --facets year
run 2 query search demo bridge --trec r --total
run 2 query search demo bridge --trec r --explain
run 2 query search demo bridge --tsv --explain
err_has 'explain goes with text and JSON only'

it 'asks what was meant'
run 1 query search demo volcanno erruption
err_has '^did you mean: volcano eruption$'
run 1 query search --json demo volcanno
out_json 'd["suggestion"] == "volcano"'
err_is_empty

it 'says which words a * stands for when there are too many'
run 0 query search --tsv demo 'c*'
err_has '^c\*: of [0-9]+ words the 256 most frequent were taken: '

it 'marks the words that the article has'
run 0 query search demo 'erupt* NEAR/3 volcano' -n 1
out_has '\*[Vv]olcano'
run 0 query search demo 'eyjafjalla~2 OR "iceland volcano"~2' -n 3
out_has '\*Iceland'

it 'keeps to dates and categories'
run 0 query search --tsv demo bridge government -n 100
awk -F'\t' '$4 >= "2018" && $4 < "2020" && $5 == "world" { print $2, $3 }' out >expected
[ -s expected ] || fail 'nothing to expect'
run 0 query search --tsv demo bridge government -n 100 --from 2018 --to 2019 --category WORLD
cut -f 2,3 out | tr '\t' ' ' >found
same found expected
run 0 query search --tsv demo +bridge -n 100 --category 'wor*' --category business
run 1 query search --tsv demo bridge --category nosuchcategory
run 0 query search --tsv demo -n 100 url:civic-gazette.example
cp out expected
run 0 query search --tsv demo -n 100 url:WWW.Civic-Gazette.example
same out expected
run 2 query search --tsv demo bridge --from 2019 --to 2018
err_has 'before --from'
for range in ..2018 2018.. 2017..2018; do
    run 2 query search demo bridge --to "$range"
    err_has "^backfile-query: --to: \"$range\" is a range, not a date"
    run 2 query search demo bridge --from "$range"
    run 2 query similar --after "$range" -a demo
done
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
out_json '[a["copies"] for a in d["articles"]] == [1, 0]'
run 0 query search --collapse demo ash cloud iceland -n 1
out_has ' \(\+1 copy\)$'
run 0 query search --collapse --tsv demo ash cloud iceland -n 1 --offset 1
out_has '^2	md-2010-0421-resume	'

it 'answers or refuses the longest and strangest queries within 64 MB'
repeat() # piece, times
{
    awk -v piece="$1" -v n="$2" 'BEGIN { printf "\t"; for (i = 0; i < n; i++) printf "%s", piece; print "" }'
}
{
    for piece in '(' '"' 'x* ' 'x~2 ' 'tag:x ' 'a NEAR/9 ' 'title:(' '+-' '* '; do
        repeat "$piece" 100000
    done
    repeat x 1048576
    awk 'BEGIN { printf "\t"; for (i = 0; i < 100000; i++) printf "w%d ", i; print "" }'
    awk 'BEGIN { printf "\ttitle:("; for (i = 0; i < 1000; i++) printf "w%d ", i; print "ash)" }'
    printf '\t\377\376 \303(\n\t*\n\tash\377*\n'
    printf '\ta* b* c* d* e* f* g* h* i* l* m* n* o* p* r* s*\n'
    printf '\ta~2 b~2 c~2 d~2 e~2 f~2 g~2 h~2 i~2 l~2 m~2 n~2 o~2 p~2 r~2 s~2\n'
} | awk '{ print "q" NR $0 }' >hard
limit='ulimit -v 65536;'
case $bin in *san*) limit= ;; esac # sanitizers reserve more
status=0
sh -c "$limit exec '$bin/backfile-query' search -q hard --syntax --tsv -n 1 demo" >out 2>err ||
    status=$?
[ "$status" = 0 ] || fail "ends with $status: $(tail -n 1 err)"
err_has 'more than 64 groups within groups'
err_has 'more than 1024 different'
out_has '^q12	1	'
out_has '^q16	1	'

it 'needs no more memory for more results'
awk 'BEGIN {
    for (i = 0; i < 3000; i++)
        body = body "word" i " "
    for (i = 0; i < 1500; i++)
        printf "{\"id\":\"%d\",\"title\":\"story %d\",\"body\":\"%s\"}\n", i, i, body
}' | index add -q long - 2>/dev/null
run 0 sh -c "$limit exec '$bin/backfile-query' search -n all long word7"
[ "$(grep -c '^[0-9]*[.] story' out)" -eq 1500 ] || fail 'not all are there'

it 'makes no answers that nobody takes'
printf '1\tword7\n2\tAND\n' >two
if [ -w /dev/full ]; then
    status=0
    query search -q two --syntax -n all long >/dev/full 2>err || status=$?
    [ "$status" = 3 ] || fail "status $status"
    err_has 'standard output: writing: No space left on device'
    [ "$(wc -l <err)" -eq 1 ] || fail "$(cat err)"
else
    skip 'there is no /dev/full'
fi

it 'refuses options out of range'
run 2 query search demo bridge --k1 -1
run 2 query search demo bridge --b 1.5
run 2 query search demo bridge -n x
run 2 query search demo
run 2 query search demo bridge --queries topics
run 2 query search
run 3 query search -q /nonexistent demo
err_has '/nonexistent'
finish
