# body_bytes.awk - how many bytes of UTF-8 the bodies of a JSON Lines file have,
# escapes decoded; a body is a string named "body". For LC_ALL=C: a character is a byte.
match($0, /"body" *: *"([^"\\]|\\.)*"/) {
    body = substr($0, RSTART, RLENGTH - 1)
    sub(/^"body" *: *"/, "", body)
    if (index(body, "\\")) {
        gsub(/\\\\/, "x", body)
        gsub(/\\u00[0-7]./, "x", body)
        gsub(/\\u0[0-7]../, "xx", body)
        gsub(/\\u[dD][89abAB]..\\u[dD][c-fC-F]../, "xxxx", body)
        gsub(/\\u..../, "xxx", body)
        gsub(/\\./, "x", body)
    }
    bytes += length(body)
}
END { printf "%.0f\n", bytes }
