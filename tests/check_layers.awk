# check_layers.awk - holds every #include against the rules of layers.txt:
#
#     awk -f tests/check_layers.awk tests/layers.txt FILE.c FILE.h ...
#
# Prints a line for each that breaks one; status 1 when there are any.

function folder_of(path) {
    return sub(/\/[^\/]*$/, "", path) ? path : "."
}

function complain(what) {
    printf "%s:%d: %s\n", FILENAME, FNR, what
    broken = 1
}

function read_rule(    name, i) {
    name = $2
    sub(/:$/, "", name)
    if ($1 == "layer")
        is_layer[name] = 1
    else if ($1 == "door")
        has_door[name] = 1
    else if ($1 != "ban")
        complain("no rule begins with \"" $1 "\"")
    for (i = 3; i <= NF; i++) {
        if ($1 == "ban")
            banned[name] = banned[name] " " $i
        else
            allowed[name, $i] = 1
    }
}

# Whether a header's name ends in one of the endings banned from the folder.
function is_banned(folder, header,    endings, count, i, from) {
    count = split(banned[folder], endings, " ")
    for (i = 1; i <= count; i++) {
        from = length(header) - length(endings[i]) + 1
        if (from > 0 && substr(header, from) == endings[i])
            return 1
    }
    return 0
}

function check_own(header,    from, to) {
    from = folder_of(FILENAME)
    to = folder_of(header)
    if (!(from in is_layer))
        complain("layers.txt has no layer " from)
    else if (to == ".")
        complain(header " is not named from the top folder")
    else if (from != to && !((from, to) in allowed) && !((from, "*") in allowed))
        complain(from " may not include " to ": " header)
    else if (is_banned(from, header))
        complain("banned from " from ": " header)
}

function check_outside(header) {
    if ((header in has_door) && !((header, FILENAME) in allowed))
        complain("outside its door: " header)
}

FNR == NR {
    if (NF && $1 !~ /^#/)
        read_rule()
    next
}

/^[ \t]*#[ \t]*include[ \t]*"/ {
    split($0, part, "\"")
    check_own(part[2])
}

/^[ \t]*#[ \t]*include[ \t]*</ {
    split($0, part, /[<>]/)
    check_outside(part[2])
}

END {
    exit broken
}
