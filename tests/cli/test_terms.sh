#!/bin/sh
# test_terms.sh - backfile-query terms, analyze and eval.
. "$(dirname "$0")/lib.sh"
make_demo

it 'lists the terms with a prefix, in byte order'
run 0 query terms demo volc
out_is 'volcan	5	6
volcano	7	12
volcanologist	1	1'
run 0 query terms demo volc -n 1
out_is 'volcan	5	6'
run 1 query terms demo zzz
out_is_empty

it 'lists all terms'
run 0 query terms demo
out_has '^the	100	'
sort -c out 2>/dev/null || fail 'not in order'

it 'counts without the deleted articles, in any number of segments'
index add -q parts "$data/articles.jsonl" 2>/dev/null
index add -q parts "$data/wire.jsonl.gz" 2>/dev/null
index add -q parts "$data/pages" 2>/dev/null
run 0 query terms parts
cp out parts.terms
run 0 query terms demo
same out parts.terms
for i in demo parts; do
    index delete $i hw-2010-0415-ashcloud md-2010-0421-resume 2>/dev/null
done
run 0 query terms parts
cp out parts.terms
index merge demo 2>/dev/null
run 0 query terms demo
same out parts.terms
out_has '^volcano	5	'

it 'shows what becomes of a text'
run 0 query analyze "The state-owned banks'"
out_is 'the	0	0	3	stop
state	1	4	9
own	2	10	15	stop
bank	3	16	21'
run 0 query analyze --language german 'Die Häuser'
out_has '^haus	1	'
run 0 query analyze -l none Running
out_is 'running	0	0	7'
run 1 query analyze ...
run 2 query analyze -l klingon word
run 2 query analyze

it 'measures rankings'
printf 'q1\tGenoa bridge collapse\nq2\tash cloud airspace\nq3\tnot judged\n' >topics
first=$(query search --tsv demo ash cloud airspace -n 1 | cut -f 2)
second=$(query search --tsv demo Genoa bridge collapse -n 2 | sed -n 2p | cut -f 2)
printf 'q1 0 %s 1\nq2 0 %s 2\n' "$second" "$first" >qrels
run 0 query eval demo --queries topics --qrels qrels --each
out_is 'query	MAP	P@10	nDCG@10	recall@100	MRR
q1	0.5000	0.1000	0.6309	1.0000	0.5000
q2	1.0000	0.1000	1.0000	1.0000	1.0000
all	0.7500	0.1000	0.8155	1.0000	0.7500'
cp out fast
run 0 query eval demo -q topics -r qrels --each --exhaustive
same out fast

it 'refuses judgements that it cannot read'
printf 'q1 0 only-three\n' >bad
run 2 query eval demo -q topics -r bad
err_has 'bad:1'
run 2 query eval demo -q topics -r qrels --k1 -1
run 2 query eval demo -q topics -r qrels --b 2
err_has '^backfile-query: --b: 0 to 1'
run 2 query eval demo -q topics -r qrels -l klingon
out_is_empty
run 2 query eval demo -q topics
run 1 query eval demo -q topics -r /dev/null
run 3 query eval demo -q topics -r /nonexistent
finish
