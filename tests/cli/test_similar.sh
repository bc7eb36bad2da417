#!/bin/sh
# test_similar.sh - backfile-query similar: of an article, of a text, of all.
. "$(dirname "$0")/lib.sh"
make_demo
id=hw-2010-0415-ashcloud

it 'lists five articles, the copy of the article not among them'
run 0 query similar demo $id
out_has '^Volcanic ash from Iceland shuts airspace across northern Europe \(\+1 copy\)$'
out_has '^Similar Readings \(5 items\)$'
out_has 'md-2010-0421-resume'
out_lacks 'cg-2010-0415-ashcopy'
out_lacks " · $id"

it 'lists one of two copies, and says that there is another'
run 0 query similar demo md-2010-0421-resume
out_has '\(\+1 copy\)'
[ "$(grep -c -e ashcopy -e ashcloud out)" -eq 1 ] || fail 'both copies, or none'

it 'lists the copies of an article'
run 0 query similar demo --copies $id
out_has '^Copies \(1 item\)$'
out_has '^   2010-04-15 · world · cg-2010-0415-ashcopy$'
run 0 query similar demo --copies cg-2010-0415-ashcopy --tsv
out_has "^cg-2010-0415-ashcopy	1	$id	2010[^	]*	[a-z]+	Volcanic ash"
run 0 query similar demo --copies $id --json
out_json 'd[0]["id"] == "hw-2010-0415-ashcloud" and [a["id"] for a in d[0]["copies"]] == ["cg-2010-0415-ashcopy"]'
run 0 query similar demo --all-copies --tsv
out_lines 1
out_has '^(hw-2010-0415-ashcloud	1	cg-2010-0415-ashcopy|cg-2010-0415-ashcopy	1	hw-2010-0415-ashcloud)	'
run 1 query similar demo --copies md-2010-0421-resume
err_has 'md-2010-0421-resume has no copies'
run 1 query similar demo --copies nosuchid
run 2 query similar demo --copies $id $id
run 2 query similar demo --copies $id --trec r

it 'lists groups of copies in the order of ids, whatever the segments'
for story in 'b barley wheat rye oats maize millet sorghum rice teff' 'a iron copper zinc tin lead nickel cobalt gold silver'; do
    for copy in 1 2; do
        printf '{"id":"%s%s","title":"%s","body":"%s"}\n' "${story%% *}" $copy $copy "$story and $story once more"
    done | index add -q groups - 2>/dev/null
done
run 0 query similar --all-copies --tsv groups
out_lines 2
cut -c 1 out | tr -d '\n' >order
[ "$(cat order)" = ab ] || fail "$(cat out)"

it 'keeps copies when asked to'
run 0 query similar demo --keep-copies $id -n 3
out_has 'cg-2010-0415-ashcopy'
out_lacks 'copy\)'
run 0 query similar demo --keep-copies md-2010-0421-resume --fill -n 9 --tsv
[ "$(grep -c -e ashcopy -e ashcloud out)" -eq 2 ] || fail 'not both copies'
run 0 query similar demo --keep-copies --all --jsonl -n 1
out_jsonl 'all(a["copies"] == 0 for a in d)'

it 'leaves boilerplate out of what an article asks for'
for i in 1 2 3 4 5 6 7 8 9 10 11 12; do
    printf '{"id":"%s","body":"w%s x%s y%s\\n\\nAll the news of the zebra, every single day."}\n' $i $i $i $i
done >zebras
for i in 21 22 23 24 25 26 27 28; do printf '{"id":"%s","body":"other w%s news %s"}\n' $i $((i - 20)) $i; done >others
index add -q footers zebras others 2>/dev/null
run 0 query similar footers 1 --fill --no-feedback --tsv -n 50
out_lines 1
out_has '^1	1	21	'
run 0 query similar footers 1 --fill --no-feedback --tsv -n 50 --keep-boilerplate
out_has '^1	[0-9]+	12	'

it 'lists as many as asked for'
run 0 query similar demo $id -n 3 --tsv
out_lines 3
run 0 query similar demo $id -n 12 --fill --tsv
out_lines 12
run 1 query similar demo $id -n 0 --tsv
run 2 query similar demo $id -n 1001

it 'leaves out what is below the threshold'
run 0 query similar demo $id -n 12 --tsv
awk -F '\t' '$4 < 0.4 { exit 1 }' out || fail 'an article below the threshold'
run 0 query similar demo $id -n 12 --tsv --threshold 0.55
awk -F '\t' '$4 < 0.55 { exit 1 }' out || fail 'an article below the threshold'
out_lines 2
run 1 query similar demo $id --threshold 1
run 2 query similar demo $id --threshold 1.1
run 2 query similar demo $id --threshold 0.5 --fill

it 'asks once, or twice'
run 0 query similar demo $id --fill --tsv
cp out twice
run 0 query similar demo $id --fill --tsv --no-feedback
cmp -s out twice && fail 'feedback changes nothing'

it 'lists only articles of certain dates and categories'
run 0 query similar demo $id --fill --tsv --after 2010-04-15 --before 2010-05
[ "$(cut -f 5 out | cut -c 1-7 | sort -u)" = 2010-04 ] || fail 'other dates'
out_lacks '	2010-04-15'
run 0 query similar demo $id --fill --tsv --window 30
out_has '2010-04-21'
out_has '2010-03-21'
out_lacks '2010-05-25'
run 0 query similar demo $id --fill --tsv --same-category
[ "$(cut -f 6 out | sort -u)" = world ] || fail 'other categories'
run 0 query similar demo $id --fill --tsv --other-category
out_lacks '	world	'
run 2 query similar demo $id --same-category --other-category
run 2 query similar demo $id --before yesterday
run 2 query similar demo --text /dev/null --window 3

it 'lists other articles first when they are newer, or different'
run 0 query similar demo $id --tsv -n 1
cut -f 3 out >best
run 0 query similar demo $id --tsv -n 1 --recency 300
cut -f 3 out >fresh
cmp -s best fresh && fail 'recency changes nothing'
run 0 query similar demo $id --tsv --fill -n 3 --diverse
head -n 1 out | cut -f 3 >first
same first best
run 2 query similar demo $id --recency -1

it 'lists few articles of one source'
run 0 query similar --all --fill --tsv --quiet --max-per-source 1 demo
cut -f 1,3 out | while read -r of listed; do echo "$of ${listed%%-*}"; done | grep -E ' (np|hw|qb|cg|md)$' |
    sort | uniq -d >twice
[ ! -s twice ] || fail "a source twice: $(head -n 1 twice)"

it 'prints JSON, JSON lines, columns and TREC lines'
run 0 query similar --json demo $id
out_json 'len(d) == 1 and len(d[0]["similar"]) == 5 and d[0]["copies"] == 1'
out_json 'all({"id", "title", "date", "category", "similarity", "copies"} == set(a) for a in d[0]["similar"])'
out_json 'd[0]["similar"] == sorted(d[0]["similar"], key=lambda a: -a["similarity"])'
run 0 query similar --jsonl demo $id
out_lines 1
out_jsonl 'd[0]["id"] == "hw-2010-0415-ashcloud"'
run 0 query similar --tsv demo $id
out_lines 5
out_has "^$id	1	md-2010-0421-resume	0\.[0-9]{6}	2010[^	]*	business	[^	]+	0\$"
run 0 query similar --trec r demo $id
out_has "^$id Q0 md-2010-0421-resume 1 0\.[0-9]{6} r\$"

it 'says why'
run 0 query similar --why demo $id
out_has '^ +ash [0-9]+%, Europe [0-9]+%, Iceland [0-9]+%, airspace [0-9]+%'
run 0 query similar --why --json demo $id
out_json 'all(a["why"][0]["score"] >= a["why"][-1]["score"] > 0 for a in d[0]["similar"])'
out_json 'all(0.99 < sum(w["share"] for w in a["why"]) < 1.01 for a in d[0]["similar"])'
out_json '{"Iceland", "Europe"} <= {w["word"] for a in d[0]["similar"] for w in a["why"]}'
run 2 query similar --why --all demo

it 'lists what is like a text, from a file or standard input'
echo 'The ash cloud of a volcano has closed the airspace over Europe.' >text
run 0 query similar --text text --tsv demo
out_has '	1	(hw-2010-0415-ashcloud|cg-2010-0415-ashcopy)	'
cut -f 2- out >from_file
cat text | query similar --text - --tsv demo | cut -f 2- >out
same out from_file
run 0 query similar --text - --tsv demo <text
cut -f 2- out >from_stdin
same from_stdin from_file

it 'finds nothing like a text of unknown words, with status 1'
echo 'zzyzx qwxyz' >text
run 1 query similar --text text demo
run 1 query similar --text text --json demo
out_json 'd[0]["similar"] == []'
run 1 query similar --text /dev/null demo
run 3 query similar --text /nonexistent demo
err_has '/nonexistent'

it 'lists every article in the order of ids, each list as alone'
run 0 query similar --all --tsv --quiet demo
err_is_empty
cp out all
cut -f 1 all | uniq | sort -c 2>/dev/null || fail 'not in order'
[ "$(cut -f 1 all | uniq | wc -l)" -eq 100 ] || fail 'not 100 lists'
for one in $id qb-2019-0314-pi 1d251f05-773c-454f-9893-8e41559f2929; do
    run 0 query similar --tsv demo $one
    grep "^$one	" all >expected
    same out expected
done

it 'lists the same whatever the number of threads'
for form in --json --jsonl --tsv '--trec r'; do
    # shellcheck disable=SC2086 # two words
    run 0 query similar --all $form --quiet -t 1 demo
    cp out one
    for threads in 2 3 8; do
        # shellcheck disable=SC2086
        run 0 query similar --all $form --quiet -t $threads demo
        same out one
    done
done
run 0 query similar --all --json --quiet -t 2 demo
out_json 'len(d) == 100'

it 'says how long all took, unless it is to be quiet'
run 0 query similar --all --tsv demo
err_has '100 articles in'
run 0 query similar --all --tsv --quiet --latency --rounds 3 demo
err_has '^articles: 100, microseconds each: mean [0-9.]+, p50 [0-9.]+, p95 [0-9.]+, max [0-9.]+$'
run 2 query similar --all --rounds 0 demo
run 2 query similar --latency demo hw-2010-0415-ashcloud
run 2 query similar --language de demo hw-2010-0415-ashcloud
err_has 'language is for --text'
run 2 query similar --why --all-copies demo
run 2 query similar --why --tsv demo hw-2010-0415-ashcloud
err_has 'why goes with text and JSON only'

it 'wants one of an id, --text and --all'
run 2 query similar demo
run 2 query similar demo $id --all
run 2 query similar demo --text text --all
run 1 query similar demo nosuchid
err_has 'nosuchid'
out_is_empty
finish
