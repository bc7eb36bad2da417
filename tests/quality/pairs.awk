# pairs.awk - pairs of articles that are copies by what surrounds them.
#
#     awk -v kind=headline|body|story -f pairs.awk ARCHIVE.jsonl
#
# headline: the same headline, apart from what an agency puts in front, within
# three days; body: the same body of 40 bytes or more; story: the same id up to
# the first slash. Prints the two ids, tab-separated.

function member(name,    quoted)
{
    quoted = "\"" name "\": \"([^\"\\\\]|\\\\.)*\""
    if (!match($0, quoted))
        return ""
    return substr($0, RSTART + length(name) + 5, RLENGTH - length(name) - 6)
}

function headline(title)
{
    title = toupper(title)
    while (match(title, /^ *(UPDATE|WRAPUP|CORRECTED|CORRECTION|RPT|REPEAT|REFILE|RECAST|EXCLUSIVE|ADVISORY) *[0-9]* *[-:]/))
        title = substr(title, RLENGTH + 1)
    gsub(/[^A-Z0-9]+/, " ", title)
    gsub(/^ | $/, "", title)
    return title
}

# Days since some day, with a fraction.
function days(date,    y, m)
{
    y = substr(date, 1, 4)
    m = substr(date, 6, 2)
    if (m <= 2) {
        y--
        m += 12
    }
    return 365 * y + int(y / 4) - int(y / 100) + int(y / 400) + int((153 * m - 457) / 5) + \
        substr(date, 9, 2) + substr(date, 12, 2) / 24 + substr(date, 15, 2) / 1440 + substr(date, 18, 2) / 86400
}

{
    id = member("id")
    day = 0
    if (kind == "headline") {
        key = headline(member("title"))
        day = days(member("date"))
    } else if (kind == "body") {
        key = member("body")
        if (length(key) < 40)
            key = ""
    } else {
        key = id
        sub(/\/.*/, "", key)
    }
    if (key == "")
        next
    n = ++count[key]
    for (i = 1; i < n; i++)
        if (day - when[key, i] <= 3 && when[key, i] - day <= 3)
            print ids[key, i] "\t" id
    ids[key, n] = id
    when[key, n] = day
}
