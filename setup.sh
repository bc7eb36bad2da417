#!/bin/sh
# setup.sh - installs what is missing to build Backfile: sh setup.sh
# With the argument `test`, also what its tests need.
#
# What is there already is found by its command or header, not by its package,
# so a library that was built by hand counts. When nothing is missing, nothing
# is printed or changed.
set -u

usage()
{
    echo "usage: sh setup.sh [test]" >&2
    exit 2
}

# Package and what it brings; "-" before the package: welcome, but not needed.
packages()
{
    cat <<'END'
gcc             command  cc
make            command  make
pkg-config      command  pkg-config
libc6-dev       header   stdlib.h
zlib1g-dev      header   zlib.h
libstemmer-dev  header   libstemmer.h
libjson-c-dev   header   json-c/json.h
libexpat1-dev   header   expat.h
-libdeflate-dev header   libdeflate.h
-libarchive-dev header   archive.h
-libicu-dev     header   unicode/ubrk.h
END
    [ "$1" = test ] && cat <<'END'
libcmocka-dev   header   cmocka.h
-libgumbo-dev   header   gumbo.h
-python3        command  python3
END
}

has()
{
    case $1 in
    command) command -v "$2" ;;
    header) printf '#if !__has_include(<%s>)\n#error\n#endif\n' "$2" | cc -E -x c - ;;
    esac >/dev/null 2>&1
}

# Sets $needed and $welcome to the packages whose contents are not there.
look()
{
    needed='' welcome=''
    while read -r package kind what; do
        has "$kind" "$what" && continue
        case $package in
        -*) welcome="$welcome ${package#-}" ;;
        *) needed="$needed $package" ;;
        esac
    done <<END
$(packages "$1")
END
}

# What makes us root: nothing for root, sudo for others. False where neither does.
find_root()
{
    root=''
    [ "$(id -u)" = 0 ] && return 0
    root=sudo
    command -v sudo >/dev/null 2>&1
}

# Shows what apt-get has to say only when it fails.
apt()
{
    log=$($root env DEBIAN_FRONTEND=noninteractive \
        apt-get -q -o DPkg::Lock::Timeout=120 -o Dpkg::Use-Pty=0 "$@" 2>&1) && return
    echo "setup.sh: apt-get $1 failed:" >&2
    printf '%s\n' "$log" >&2
    return 1
}

install_packages()
{
    command -v apt-get >/dev/null 2>&1 && find_root || return 1
    echo "setup.sh: installing$1" >&2
    apt update # if it fails, that need not matter for what is wanted
    # shellcheck disable=SC2086 # a list of packages
    apt install -y --no-install-recommends $1
}

wish=${1-build}
[ $# -le 1 ] || usage
case $wish in build | test) ;; *) usage ;; esac

look "$wish"
[ -z "$needed$welcome" ] && exit 0
install_packages "$needed$welcome"
look "$wish"
if [ -n "$needed" ]; then
    echo "setup.sh: install these packages first (names as in Debian 12):$needed$welcome" >&2
    exit 1
fi
[ -z "$welcome" ] || echo "setup.sh: going on without$welcome" >&2
