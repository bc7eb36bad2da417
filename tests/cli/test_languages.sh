#!/bin/sh
# test_languages.sh - one index, many languages: each article by its own rules,
# a query by the index's or by those that it names.
. "$(dirname "$0")/lib.sh"

cat >world.jsonl <<'END'
{"id":"en","lang":"en","title":"Harbour strike","body":"The dockers were striking again and houses stood empty."}
{"id":"de","lang":"de-DE","title":"Streik im Hafen","body":"Die Häuser am Hafen blieben leer, weil gestreikt wurde."}
{"id":"fr","language":"French","title":"Grève au port","body":"Les maisons du port sont restées vides."}
{"id":"pt","lang":"pt_BR","title":"Greve no porto","body":"As casas do porto ficaram vazias durante as eleições."}
{"id":"ar","lang":"ar","title":"إضراب في الميناء","body":"بقيت البيوت قرب الميناء خالية."}
{"id":"ja","lang":"ja","title":"港でストライキ","body":"東京都の港湾労働者がストライキを始めた。"}
{"id":"zh","lang":"zh-Hans","title":"港口罢工","body":"北京市的工人开始罢工。"}
{"id":"ko","lang":"ko","title":"항구 파업","body":"부산항에서 노동자들이 파업을 시작했다."}
{"id":"th","lang":"th","title":"ท่าเรือ","body":"คนงานท่าเรือหยุดงานประท้วง"}
{"id":"x","lang":"no idea","title":"Striking","body":"Houses were striking."}
END

# ids QUERY-ARGUMENTS: of what is found, sorted, in one line.
ids()
{
    query search --tsv --no-snippet -n 100000 "$@" | cut -f 2 | LC_ALL=C sort | tr '\n' ' '
}

# finds IDS QUERY-ARGUMENTS
finds()
{
    expected=$1
    shift
    found=$(ids "$@")
    [ "$found" = "$expected" ] || fail "$*: found \"$found\", not \"$expected\""
}

it 'stems each article by its own language'
run 0 index add -q world world.jsonl
finds 'en x ' world house
finds 'en x ' world strikes
finds 'de ' world --language de Haus
finds 'de ' world --language german 'hauses +leer'
finds 'fr ' world -l fr maison
finds 'pt ' world -l pt-BR vazia
finds 'ar ' world -l ar 'ميناء'

it 'finds parts of words without blanks between them'
finds 'ja ' world '東京'
finds 'ja ' world '"港湾労働"'
finds '' world '"湾港"'
finds 'zh ' world '北京'
finds 'zh ' world '罢'
finds 'ja ' world '都'
finds 'zh ' world '+口 +工'
finds 'ko ' world '부산'
finds 'ko ' world '노동자'

it 'counts characters where there are no blanks'
run 0 query show world ja
out_has '^19 Words$'

it 'marks what the article has in its own language'
run 0 query search world --language de Haus
out_has '\*Häuser\*'
run 0 query search world '東京'
out_has '\*東京\*都'

it 'finds Thai words'
query analyze 'คนงานท่าเรือ' >out
if [ "$(wc -l <out)" -gt 8 ]; then
    skip 'built without ICU'
else
    finds 'th ' world 'ท่าเรือ'
    finds '' world 'รถ'
fi

it 'leaves out the stop words of the language of the query'
finds 'de ' world --language de 'die Haus'
finds 'de pt ' world --language pt 'die as casa'

it 'keeps to words as they are in an index of no language'
run 0 index add -q --language none plain world.jsonl
finds 'en x ' plain houses
finds '' plain house
finds '' plain --language de Haus
finds 'de ' plain 'Häuser'

it 'refuses a language that is none'
run 2 query search world --language klingon x
err_has 'klingon.*english'
printf '1\tx\n2\ty\n' >asked
run 2 query search world --language klingon -q asked
[ "$(wc -l <err)" -eq 1 ] || fail 'it says so for each query'
run 0 query search world --language ja strike

it 'does not depend on threads'
run 0 index add -q -t 3 three world.jsonl
query search --tsv --no-snippet world strike harbour >one.tsv
query search --tsv --no-snippet three strike harbour >three.tsv
same one.tsv three.tsv

it 'asks for similar readings by no stop word of the article'\''s own language'
cat >readings.jsonl <<'END'
{"id":"a","lang":"de","title":"Eins","body":"Der Hafen wurde nicht mehr mit dem Kran und auch nicht ohne ihn betrieben."}
{"id":"b","lang":"de","title":"Zwei","body":"Auch das Museum wird nicht mehr mit dem Eintritt und ohne ihn betreten."}
{"id":"c","lang":"de","title":"Drei","body":"Kran und Hafen: der Kran am Hafen wird verkauft."}
{"id":"d","lang":"en","title":"Four","body":"The museum of the city was not closed and is open again."}
{"id":"e","lang":"en","title":"Five","body":"The city sold the museum and the harbour."}
{"id":"f","lang":"en","title":"Six","body":"Harbour and crane: the crane of the harbour is sold."}
END
run 0 index add -q readings readings.jsonl
run 0 index add -q --no-text bare readings.jsonl
run 0 query similar --fill --why readings a
out_has 'Hafen [0-9]+%'
out_lacks '(nicht|auch|mehr|dem) [0-9]+%'

it 'makes the same lists one by one and all at once, with and without text'
for archive in readings bare; do
    query similar --all --fill --tsv "$archive" | sort >all.tsv
    for id in a b c d e f; do query similar --fill --tsv "$archive" "$id"; done | sort >each.tsv
    [ -s all.tsv ] || fail "no lists of $archive"
    same all.tsv each.tsv
done

# ---- real collections ----

# The matches of a language's words are those of an index of that language.
same_as_alone()
{
    run 0 index add -q --language "$1" "alone-$1" "$2"
    alone=$(ids "alone-$1" "$3")
    [ -n "$alone" ] || fail "$3 finds nothing"
    mixed=$(ids mixed --language "$1" "$3")
    [ "$mixed" = "$alone" ] || fail "$1: other articles match $3"
}

it 'finds in a mixed archive what an index of the language finds'
news=${BACKFILE_CORPORA:-}/news
if [ ! -d "$news" ]; then
    skip 'BACKFILE_CORPORA is not set'
else
    for language in ar pt de; do
        case $language in
        ar) file=ant-ar ;;
        pt) file=fakebr-pt ;;
        de) file=10kgnad-test-de ;;
        esac
        gzip -dc "$news/$file.jsonl.gz" | head -n 800 |
            sed "s/^{/{\"inLanguage\": \"$language\", /" >"$language.jsonl"
    done
    run 0 index add -q mixed ar.jsonl pt.jsonl de.jsonl
    same_as_alone ar ar.jsonl '+الحكومة +تونس'
    same_as_alone pt pt.jsonl '+eleições +presidente'
    same_as_alone de de.jsonl '+Regierung +Parteien'
fi
finish
