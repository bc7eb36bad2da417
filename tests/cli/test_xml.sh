#!/bin/sh
# test_xml.sh - feeds and agencies' formats through the programs.
. "$(dirname "$0")/lib.sh"

rss() { printf '<rss version="2.0"><channel><title>Gazette</title>%s</channel></rss>\n' "$1"; }

it 'reads feeds beside other archives, whatever their names'
rss '<item><title>Ice closes the port</title><guid>https://gazette.example/ice</guid>
<pubDate>Wed, 12 Jul 2023 07:33:00 GMT</pubDate><description>&lt;p&gt;Boats wait.&lt;/p&gt;</description></item>' >a.txt
printf '{"id":"j","title":"Ice in JSON"}\n' >b.txt
rss '<item><title>Ice packed</title></item>' | gzip -c >c.txt
run 0 index add a a.txt b.txt c.txt
err_has '^3 records: 3 added'
run 0 query search --tsv a ice
out_lines 3
run 0 query show a https://gazette.example/ice
out_has 'Boats wait\.'
out_has 'Date: July 12, 2023'

it 'counts what is ill-formed and reads it all the same'
rss '<item><title>AT&T closes</title></item><item><title>Ports &amp; ice</title></item>' >ill
run 0 index add ill.index ill
err_has '  ill-formed XML, read leniently: 1$'
run 0 query search --tsv ill.index 'AT&T'
out_has 'AT&T closes$'

it 'names a source that ends too early, and keeps what was complete'
head -c 137 ill >part
run 4 index add part.index part
err_has '^part: record 0, byte 137: invalid XML: ends before </rss>'
err_has ' 2 added'
head -c 80 ill >part
run 4 index add cut2.index part
err_has '^part: record 1, byte 50: invalid XML: ends too early'

it 'passes over what is no article'
printf '%s' '<rss xmlns:wp="http://wordpress.org/export/1.2/"><channel>
<item><title>one</title><wp:status>draft</wp:status><wp:post_type>post</wp:post_type></item>
<item><title>two</title><wp:status>inherit</wp:status><wp:post_type>attachment</wp:post_type></item>
<item><title>three</title><wp:status>publish</wp:status><wp:post_type>post</wp:post_type></item>
</channel></rss>' >export.xml
run 0 index add --errors skips wp export.xml
err_has ' 1 added'
err_has 'passed over, not published: 1'
grep -q '"record":1,.*"reason":"not published","detail":"draft"' skips || fail 'no draft in the file'
grep -q '"record":2,.*"reason":"not an article","detail":"attachment"' skips ||
    fail 'no attachment in the file'

it 'replaces by a later version and withdraws what is canceled'
g2()
{
    printf '<newsItem xmlns="http://iptc.org/std/nar/2006-10-01/" guid="urn:x:1"><itemMeta>
<versionCreated>%s</versionCreated><pubStatus qcode="stat:%s"/></itemMeta><contentMeta>
<headline>%s</headline></contentMeta></newsItem>' "$1" "$2" "$3"
}
g2 2023-07-12T00:00:00Z usable 'Ice closes port' >v1
g2 2023-07-13T00:00:00Z usable 'Ice closed port' >v2
g2 2023-07-14T00:00:00Z canceled '' >v3
run 0 index add g2 v1
run 0 index add g2 v2 v1
err_has ' 1 replaced, 0 the same, 1 older'
run 0 index add g2 v3
run 1 query show g2 urn:x:1

it 'opens nothing that a document points at'
printf '<!DOCTYPE rss [<!ENTITY x SYSTEM "file://%s/secret"><!ENTITY %% p SYSTEM "%s/secret">%%p;]>
<rss><item><title>harmless &x; title</title></item></rss>' "$work" "$work" >xxe
echo 'secretword' >secret
run 0 index add xxe.index xxe
run 1 query search xxe.index secretword
run 0 query search xxe.index harmless
if command -v strace >/dev/null 2>&1 && strace -o trace true 2>/dev/null; then
    # The leak sanitizer does not work under strace.
    run 0 env ASAN_OPTIONS=detect_leaks=0 strace -f -e trace=%file -o trace "$bin/backfile-index" add xxe2.index xxe
    grep -q secret trace && fail 'the file was opened'
fi

it 'takes a source for the format that is named'
run 0 index add --format feed named a.txt
run 4 index add --format nitf named2 a.txt
err_has '^a\.txt: record 0, byte 0: unknown format: no element of the format'
finish
