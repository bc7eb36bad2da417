#!/bin/sh
# test_web.sh - backfile-index add: pages, web archives, mail and Markdown.
. "$(dirname "$0")/lib.sh"

pages=$root/tests/pages

# warc_record TYPE BLOCK: one record on standard output; the block as printf has it.
warc_record()
{
    # shellcheck disable=SC2059 # the block is a format on purpose
    printf "$2" >block
    printf 'WARC/1.0\r\nWARC-Type: %s\r\nWARC-Target-URI: http://example.org/%s\r\n' "$1" "$3"
    printf 'WARC-Date: 2020-01-02T03:04:05Z\r\nContent-Length: %d\r\n\r\n' "$(wc -c <block)"
    cat block
    printf '\r\n\r\n'
}

response='HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<html><title>Harbour %s</title><p>Text.</p>'

it 'reads a page that a browser saved, and shows its article'
run 0 index add a "$pages/harbour.html" "$pages/soup.html"
err_has '^2 records: 2 added'
run 0 query show a https://coastherald.example/news/2021/02/ice-nordvik
out_has 'Eleven ships are waiting outside'
out_has 'February 9, 2021'
out_lacks 'Accept all|Sign up|My uncle'

it 'passes over what is no page in a web archive, which is no failure'
{
    warc_record warcinfo 'software: x\r\n' i
    warc_record request 'GET / HTTP/1.0\r\n\r\n' 1
    warc_record response "$response" 1
    warc_record response 'HTTP/1.1 404 Not Found\r\n\r\n' 2
} >site.warc
run 0 index add --errors skips.jsonl b site.warc
err_has '^4 records: 1 added, .* 0 skipped'
err_has '^  passed over, not an article: 3'
err_lacks 'site\.warc: record'
cp skips.jsonl out
out_lines 3
out_has '"record":4,.*"detail":"HTTP status 404"'

it 'reads on behind a damaged member of a packed web archive'
for i in 1 2 3; do
    warc_record response "$response" "$i" | gzip -c >"$i.gz"
done
{ cat 1.gz; head -c 60 2.gz; head -c 20 /dev/zero; cat 3.gz; } >cut.warc.gz
run 4 index add c cut.warc.gz
err_has ' 2 added'
err_has '^cut\.warc\.gz: .*damaged gzip'

it 'takes a source for what --format says'
printf 'Just a text that looks like nothing.\n' >text
run 4 index add d text
err_has 'unknown format'
run 0 index add --format markdown d text
err_has '^1 records: 1 added'

it 'reads a mailbox, and Markdown with front matter'
cat >box <<'END'
From ann@example.org Mon Apr  5 23:13:41 1993
From: Ann Lee <ann@example.org>
Subject: =?utf-8?Q?Caf=C3=A9?= opens
Message-ID: <1@example.org>

>From here the harbour can be seen.

From bob@example.org Mon Apr  5 23:15:00 1993
From: bob@example.org
Subject: Re: it

No.
END
printf -- '---\ntitle: A note\ndate: 2020-01-02\n---\n# Part\n[Linked](http://e.org) words.\n' >note.md
run 0 index add e box note.md
err_has '^3 records: 3 added'
run 0 query show e 1@example.org
out_has 'Caf.* opens'
out_has '^From here the harbour can be seen'
run 0 query search e linked --tsv
out_has 'A note'

finish
