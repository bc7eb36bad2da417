# queries.awk - queries from the titles of a JSON Lines file, a thousand of a kind
# at most: rows of kind TAB text. `terms` are 1 to 6 words of a title that stand
# together when its stop words are left out, `phrase` 2 or 3 that stand together as
# it is. Wants -v articles=N.
BEGIN {
    split("a an and are as at be but by for if in into is it no not of on or such that the " \
          "their then there these they this to was will with", list, " ")
    for (i in list)
        stop[list[i]]
    step = int((articles + 999) / 1000)
}

function counts(word) { return length(word) > 1 && !(word in stop) }

# Words `first` to `first + want - 1`, or nothing when there are not that many.
function together(words, n, first, want,    i, text)
{
    if (first + want - 1 > n)
        return ""
    for (i = first; i < first + want; i++) {
        if (!counts(words[i]))
            return ""
        text = text (i > first ? " " : "") words[i]
    }
    return text
}

NR % step == 0 && match($0, /"title" *: *"([^"\\]|\\.)*"/) {
    title = substr($0, RSTART, RLENGTH)
    sub(/"title" *: */, "", title)
    # A word that is not ASCII would be cut in two.
    gsub(/[^ ]*(\\u....|[\200-\377])[^ ]*/, " . ", title)
    title = tolower(title)
    gsub(/[^a-z0-9.]+/, " ", title)
    gsub(/\./, " . ", title)
    all = split(title, words, " ")
    kept = 0
    for (i = 1; i <= all; i++)
        if (counts(words[i]))
            content[++kept] = words[i]
    want = 1 + terms % 6
    if ((text = together(content, kept, 1, want < kept ? want : kept)) != "") {
        print "terms\t" text
        terms++
    }
    for (i = 1; i <= all; i++)
        if ((text = together(words, all, i, 2 + phrases % 2)) != "") {
            print "phrase\t" text
            phrases++
            break
        }
}
