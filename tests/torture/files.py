"""files.py - bars 53 to 58: files, rights, signals and the environment."""
import hashlib
import json
import os
import re
import shutil
import signal
import stat
import subprocess
import sys
import time

from harness import Harness, article, text, wait_until, write_articles

h = Harness()
QUESTION = "harbour election market trade volcano rain"


def fresh(name, source=None):
    shutil.rmtree(name, ignore_errors=True)
    if source:
        shutil.copytree(source, name, symlinks=True)
    return name


def digest(index):
    """Of all names and bytes but those of the lock, which has the writer's number."""
    sums = hashlib.sha256()
    for name in sorted(os.listdir(index)):
        sums.update(name.encode())
        if name != "lock":
            sums.update(open(os.path.join(index, name), "rb").read())
    return sums.hexdigest()


def answers(index, also=()):
    """What every reading command says."""
    out = []
    for command in (("search", "--json", "-n", "50"), ("search", "--json", "--facets", "category", "--total"),
                    ("terms",), ("similar", "--all", "--jsonl", "--quiet")):
        q = [QUESTION] if command[0] == "search" else []
        out.append(h.answer(*command, index, *q))
    out.append(h.answer("show", index, "a000003"))
    return out


def traced(command, calls, **how):
    """The lines of strace, and the result."""
    r = subprocess.run(["strace", "-f", "-qq", "-s", "300", "-o", "trace", "-e", "trace=" + calls, *command],
                       stdout=subprocess.PIPE, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL, timeout=600, **how)
    return open("trace").read().splitlines(), r


def can_trace():
    return shutil.which("strace") and \
        subprocess.run(["strace", "-qq", "true"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode == 0


def make_inputs():
    write_articles("base.jsonl", range(400))
    write_articles("more.jsonl", range(350, 500), version=1)
    write_articles("long.jsonl", range(6000), words=120)
    h.must_index("add", "-q", "-t", "1", "base", "base.jsonl")
    h.must_index("add", "-q", "-t", "1", "full", "long.jsonl")


# The changes of an index: each is made from a copy of `base`.
CHANGES = {
    "add": lambda i: ("add", "-q", "-t", "1", i, "more.jsonl"),
    "add on the way": lambda i: ("add", "-q", "-t", "2", "--commit-every", "60", i, "more.jsonl"),
    "delete": lambda i: ("delete", i, "a000003", "a000300"),
    "merge": lambda i: ("merge", i),
}


def prepared(name):
    """An index on which every change has something to do."""
    fresh(name, "base")
    h.must_index("delete", name, "a000001")
    return name


# ---- 53: what is created ----

CREATES = re.compile(r'open(?:at)?\((?:AT_FDCWD, )?"([^"]*)", ([^,)]*O_CREAT[^,)]*)')


def created_files():
    with h.bar("53", "files are created exclusively, in the index alone") as b:
        if not can_trace():
            return b.skip("no strace")
        for name, change in CHANGES.items():
            lines, r = traced([h.index_program, *change(prepared("traced"))], "open,openat,creat,mkdir,link,symlink")
            b.case(r.returncode == 0, text(r.stderr))
            for line in lines:
                b.case("creat(" not in line, line)
                m = CREATES.search(line)
                if not m:
                    continue
                path, flags = m.group(1), m.group(2)
                wanted = {"O_CLOEXEC", "O_NOFOLLOW"} | (set() if path.endswith("/lock") else {"O_EXCL"})
                b.case(wanted <= set(flags.split("|")), "%s: %s" % (name, line))
                b.case(os.path.dirname(path) == "traced", "%s: outside the index: %s" % (name, line))
        lines, r = traced([h.query_program, "similar", "--all", "--quiet", "--lists", "fresh.lists", "base"],
                          "open,openat,creat")
        for line in lines:
            m = CREATES.search(line)
            if m:
                b.case({"O_CLOEXEC", "O_NOFOLLOW", "O_EXCL"} <= set(m.group(2).split("|")), line)
                b.case(m.group(1).startswith("fresh.lists."), line)


def names_written(change):
    """All names that the change makes in the index, those too that are gone at the end."""
    lines, _ = traced([h.index_program, *change(prepared("traced"))], "open,openat,rename,renameat,renameat2")
    names = {os.path.basename(m.group(1)) for m in map(CREATES.search, lines) if m}
    names |= {os.path.basename(p) for line in lines if "rename" in line for p in re.findall(r'"([^"]*)"', line)}
    return sorted(names)


def planted_links():
    with h.bar("53", "links planted at every name that will be written") as b:
        if not can_trace():
            return b.skip("no strace")
        for kind in ("symbolic", "dangling", "hard", "directory"):
            for name, change in CHANGES.items():
                for planted in names_written(change):
                    plant(b, kind, name, change, planted)
        for planted in ("l", "l.tmp", "l.part", "l.part.tmp"):
            plant_beside_lists(b, planted)


def plant(b, kind, name, change, planted):
    index, at = prepared("planted"), "planted/" + planted
    before, victim = answers(index), "victim"
    with open(victim, "w") as f:
        f.write("precious")
    if planted == "manifest" and kind != "hard":
        return  # then there is no index here
    if planted in ("manifest", "lock"):
        if os.path.exists(at) and planted == "manifest":
            shutil.copy(at, victim)
        os.unlink(at)
    if kind == "symbolic":
        os.symlink("../" + victim, at)
    elif kind == "dangling":
        os.symlink("../made", at)
    elif kind == "hard":
        os.link(victim, at)
    else:
        os.mkdir(at)
    content = open(victim, "rb").read()
    r = h.index(*change(index))
    case = "%s link at %s, %s: " % (kind, planted, name)
    b.case(open(victim, "rb").read() == content, case + "the target was written")
    b.case(not os.path.exists("made"), case + "the target was made")
    b.case(r.returncode in (0, 3), case + "status %d: %s" % (r.returncode, text(r.stderr)))
    b.case(r.returncode == 0 or planted in text(r.stderr), case + text(r.stderr))
    if "ended early" in text(r.stderr):
        b.case(*h.is_sound(index))
    elif r.returncode and os.path.isfile(index + "/manifest"):
        b.case(answers(index) == before, case + "other answers after a failure")
    elif r.returncode == 0:
        b.case(*h.is_sound(index))
    if os.path.exists("made"):
        os.unlink("made")


def plant_beside_lists(b, planted):
    for name in ("l", "l.tmp", "l.part", "l.part.tmp"):
        if os.path.lexists(name):
            os.unlink(name)
    with open("victim", "w") as f:
        f.write("precious")
    os.symlink("victim", planted)
    r = h.query("similar", "--all", "--quiet", "--lists", "l", "base")
    b.case(open("victim").read() == "precious", "--lists: the target of %s was written" % planted)
    b.case(r.returncode == 0 and not os.path.islink("l"), "--lists: %s: status %d" % (planted, r.returncode))


def planted_while_running():
    with h.bar("53", "links planted while the writer runs") as b:
        for planted in ("manifest.tmp", "s00000003.text", "s00000003.columns", "g00000003.copies"):
            index = prepared("planted")
            before = answers(index)
            with open("victim", "w") as f:
                f.write("precious")
            w = h.start_index("add", "-q", "-t", "1", index, "-", stdin=subprocess.PIPE)
            wait_until(lambda: open(index + "/lock").read() == "process %d\n" % w.pid)
            time.sleep(0.1)
            number = json.loads(h.must_index("info", "--json", index).stdout)["generation"] + 1
            name = planted.replace("00000003.copies", "%08d.copies" % number)
            for n in (2, 3, 4):
                at = os.path.join(index, name.replace("s00000003", "s%08d" % n))
                if not os.path.lexists(at):
                    os.symlink("../victim", at)
            w.stdin.write(json.dumps(article(900)).encode() + b"\n")
            w.stdin.close()
            err = text(w.stderr.read())
            status = w.wait()
            b.case(open("victim").read() == "precious", "%s: the target was written" % planted)
            b.case(status in (0, 3), "%s: status %d: %s" % (planted, status, err))
            if status:
                b.case(answers(index) == before, "%s: other answers after a failure" % planted)
                b.case(h.index("add", "-q", index, "more.jsonl").returncode == 0, "%s: no run after it" % planted)


# ---- 54: modes ----

def modes():
    with h.bar("54", "modes are what umask leaves") as b:
        for mask in (0o077, 0o022, 0o027, 0o002, 0o000):
            fresh("masked")
            umask = {"preexec_fn": lambda: os.umask(mask)}
            h.must_index("add", "-q", "masked", "base.jsonl", **umask)
            h.must_index("add", "-q", "masked", "more.jsonl", **umask)
            h.must_index("delete", "masked", "a000009", **umask)
            h.query("similar", "--all", "--quiet", "--lists", "masked/../masked.lists", "masked", **umask)
            b.case(stat.S_IMODE(os.stat("masked").st_mode) == 0o777 & ~mask, "directory, umask %03o" % mask)
            for path in ["masked.lists"] + [os.path.join("masked", n) for n in os.listdir("masked")]:
                mode = stat.S_IMODE(os.stat(path).st_mode)
                b.case(mode == 0o666 & ~mask, "%s: %03o under umask %03o" % (path, mode, mask))
            os.unlink("masked.lists")


# ---- 55: signals ----

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def cpu_seconds(pid):
    try:
        fields = open("/proc/%d/stat" % pid).read().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    except (OSError, IndexError):
        return 0


def busy():
    """Whether others want the processors: then CPU time counts, not the clock."""
    return os.getloadavg()[0] > 2 * os.cpu_count()


def interrupted_adds():
    with h.bar("55", "add ends within 2 s of a signal, says what is in, and goes on") as b:
        expected, partly = h.answer("search", "--jsonl", "-n", "6000", "full", QUESTION), 0
        started = time.monotonic()
        slowest = most = 0
        h.must_index("add", "-q", "-t", "1", fresh("part"), "long.jsonl")
        took = time.monotonic() - started
        for i in range(h.of(100, 9)):
            number = SIGNALS[i % 3]
            w = h.start_index("add", "-q", "-t", str(1 + i % 2), fresh("part"), "long.jsonl")
            wait_until(lambda: os.path.exists("part/manifest"))
            time.sleep(h.random.uniform(0, took))
            used, sent = cpu_seconds(w.pid), time.monotonic()
            os.kill(w.pid, number)  # it may have ended: then it is waited for below
            err = text(w.stderr.read())
            _, status, usage = os.wait4(w.pid, 0)
            w.returncode = os.waitstatus_to_exitcode(status)
            ended, used = time.monotonic() - sent, usage.ru_utime + usage.ru_stime - used
            slowest, most = max(slowest, ended), max(most, used)
            m = re.search(r"interrupted: (?:(\d+) articles|all) committed|interrupted: all is committed", err)
            done = re.search(r"^6000 records: 6000 added", err, re.M)
            b.case(ended < 2 or busy() and used < 1, "%s: %.2f s, %.2f of CPU" % (number.name, ended, used))
            b.case(w.returncode == 128 + number and (m or done) or w.returncode == 0 and done,
                   "%s: status %d: %s" % (number.name, w.returncode, err))
            b.case(*h.is_sound("part"))
            partly += bool(m and m.group(1) and 0 < int(m.group(1)) < 6000)
            r = h.index("add", "-q", "part", "long.jsonl")
            if m and m.group(1):
                b.case(", %s the same," % m.group(1) in text(r.stderr), "%s committed, then %s" %
                       (m.group(1), text(r.stderr)))
            b.case(h.answer("search", "--jsonl", "-n", "6000", "part", QUESTION) == expected, "other answers")
        print("# %d of the runs were interrupted in the middle; the slowest end took %.2f s, the dearest %.2f s of "
              "CPU" % (partly, slowest, most), file=sys.stderr)
        b.case(partly > 0, "none was interrupted in the middle")


def interrupted_changes():
    with h.bar("55", "delete and merge end within 2 s of a signal, all or nothing") as b:
        h.must_index("add", "-q", "-t", "1", "--commit-every", "1000", fresh("six"), "long.jsonl")
        h.must_index("delete", "six", "a000001")
        plain = answers("six")
        h.must_index("delete", fresh("gone", "six"), "a000002", "a000100")
        gone = answers("gone")
        early = 0
        for i in range(h.of(60, 6)):
            number, change = SIGNALS[i % 3], ("merge", "part") if i % 2 else ("delete", "part", "a000002", "a000100")
            fresh("part", "six")
            w = h.start_index(*change)
            time.sleep(h.random.uniform(0, 0.25))
            w.send_signal(number)
            sent = time.monotonic()
            err = text(w.communicate()[1])
            b.case(time.monotonic() - sent < 2, "%s: slow" % change[0])
            b.case(w.returncode in (0, 128 + number, -number), "%s: status %d: %s" % (change[0], w.returncode, err))
            early += "interrupted" in err
            b.case(*h.is_sound("part"))
            b.case(answers("part") in ((plain,) if i % 2 else (plain, gone)), "other answers")
        print("# %d said that they were interrupted" % early, file=sys.stderr)


def second_signals():
    with h.bar("55", "a second signal ends add at once, and nothing is torn") as b:
        before = answers("base")
        for i in range(h.of(30, 4)):
            w = h.start_index("add", "-q", fresh("part", "base"), "long.jsonl")
            time.sleep(h.random.uniform(0.01, 0.3))
            os.kill(w.pid, signal.SIGSTOP)
            w.send_signal(signal.SIGTERM)
            w.send_signal(signal.SIGINT)
            os.kill(w.pid, signal.SIGCONT)
            sent = time.monotonic()
            w.communicate()
            b.case(time.monotonic() - sent < 1, "it goes on")
            b.case(*h.is_sound("part"))
            b.case(w.returncode < 0 and answers("part") == before or w.returncode >= 0, "other answers")
            b.case(h.index("add", "-q", "part", "more.jsonl").returncode == 0, "no run after it")


def pipes_and_stops():
    with h.bar("55", "a reader who closes the pipe is no error") as b:
        for command in ("search --jsonl -n 400", "search -n 400", "search --tsv -n 400", "search --json -n 400",
                        "terms", "similar --all --jsonl --quiet", "similar --all --quiet"):
            words = " '%s'" % QUESTION if command.startswith("search") else ""
            for reader in ("head -n 1", "head -c 1", "true"):
                r = subprocess.run(["bash", "-c", "set -o pipefail; '%s' %s full%s | %s >/dev/null" %
                                    (h.query_program, command, words, reader)], stderr=subprocess.PIPE)
                b.case(r.returncode == 0 and not r.stderr, "%s | %s: status %d: %s" %
                       (command, reader, r.returncode, text(r.stderr)))
    with h.bar("55", "SIGSTOP and SIGCONT change nothing") as b:
        wanted = digest("full")
        for i in range(h.of(10, 2)):
            w = h.start_index("add", "-q", "-t", "1", fresh("part"), "long.jsonl")
            while w.poll() is None:
                os.kill(w.pid, signal.SIGSTOP)
                time.sleep(0.002)
                os.kill(w.pid, signal.SIGCONT)
                time.sleep(h.random.uniform(0, 0.05))
            w.communicate()
            b.case(w.returncode == 0 and digest("part") == wanted, "status %d or other bytes" % w.returncode)


# ---- 56: no write by readers ----

WRITES = re.compile(r"O_CREAT|O_WRONLY|O_RDWR|O_TRUNC|O_TMPFILE")
CHANGING = "unlink,unlinkat,rename,renameat,renameat2,mkdir,mkdirat,rmdir,truncate,ftruncate,link,linkat,symlink," \
           "symlinkat,chmod,fchmod,fchmodat,chown,fchown,fchownat,utimensat,mknod,mknodat,fallocate,fsync,fdatasync"


def readers():
    yield "query", ("search", "base", QUESTION)
    yield "query", ("search", "--json", "--facets", "category", "base", QUESTION)
    yield "query", ("similar", "base", "a000003")
    yield "query", ("similar", "--all", "--quiet", "base")
    yield "query", ("similar", "--all-copies", "base")
    yield "query", ("show", "base", "a000003")
    yield "query", ("terms", "base")
    yield "query", ("analyze", "word")
    yield "index", ("check", "base")
    yield "index", ("check", "--quick", "base")
    yield "index", ("info", "base")
    yield "index", ("info", "--boilerplate", "base")


def no_writes():
    with h.bar("56", "query, check and info change no file") as b:
        if not can_trace():
            return b.skip("no strace")
        for program, command in readers():
            path = h.query_program if program == "query" else h.index_program
            lines, r = traced([path, *command], "open,openat,creat," + CHANGING)
            b.case(r.returncode in (0, 1), text(r.stderr))
            for line in lines:
                opens = "open" in line.split("(")[0]
                b.case(opens and (not WRITES.search(line) or '"/dev/null"' in line), "%s: %s" % (command, line))
    with h.bar("56", "an index that nobody may write to") as b:
        if os.getuid() or not shutil.which("setpriv"):
            return b.skip("not root")
        nobody = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]
        place = os.path.join(h.dir, "readonly")
        shutil.rmtree(place, ignore_errors=True)
        shutil.copytree("base", place)
        for root, _, files in os.walk(place):
            os.chmod(root, 0o555)
            for f in files:
                os.chmod(os.path.join(root, f), 0o444)
        os.chmod(h.dir, 0o755)
        for program, command in readers():
            path = h.query_program if program == "query" else h.index_program
            mine = subprocess.run([path, *[place if w == "base" else w for w in command]], stdout=subprocess.PIPE,
                                  stderr=subprocess.PIPE)
            theirs = subprocess.run(nobody + [path, *[place if w == "base" else w for w in command]],
                                    stdout=subprocess.PIPE, stderr=subprocess.PIPE)
            b.case(mine.returncode in (0, 1) and (mine.returncode, mine.stdout) == (theirs.returncode, theirs.stdout),
                   "%s: %s" % (command, text(theirs.stderr)))
        for command in (("add", place, os.path.abspath("more.jsonl")), ("merge", place), ("delete", place, "a000003")):
            r = subprocess.run(nobody + [h.index_program, *command], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
            b.case(r.returncode == 3 and place in text(r.stderr), "%s: status %d: %s" %
                   (command[0], r.returncode, text(r.stderr)))


# ---- 57: the environment ----

def locale_directory():
    """tr_TR and en_US, made for this test where they can be; None where not."""
    if not shutil.which("localedef"):
        return None
    os.makedirs("locales", exist_ok=True)
    for name in ("tr_TR", "en_US"):
        subprocess.run(["localedef", "-i", name, "-f", "UTF-8", "locales/%s.UTF-8" % name],
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return os.path.abspath("locales") if os.path.isdir("locales/tr_TR.UTF-8") else None


def environments(place):
    yield {}
    yield {"LC_ALL": "C"}
    yield {"TZ": "Asia/Kathmandu"}
    yield {"TZ": "America/St_Johns", "LANG": "de_DE.UTF-8"}
    yield {"POSIXLY_CORRECT": "1", "TMPDIR": "/nonexistent", "HOME": "/nonexistent"}
    if place:
        yield {"LC_ALL": "tr_TR.UTF-8", "LOCPATH": place}
        yield {"LC_ALL": "en_US.UTF-8", "LOCPATH": place, "TZ": "Asia/Kathmandu"}


def same_bytes():
    place = locale_directory()
    with h.bar("57", "the same bytes in every environment" + ("" if place else " (no tr_TR here)")) as b:
        write_strange("strange.jsonl")
        for threads in ("1", "2", "3"):
            wanted, output = None, None
            for variables in environments(place):
                base = {"PATH": os.environ["PATH"]}
                base.update(variables)
                fresh("env")
                for source in ("long.jsonl", "strange.jsonl"):
                    h.must_index("add", "-q", "-t", threads, "--commit-every", "2500", "env", source, env=base)
                h.must_index("delete", "env", "a000044", env=base)
                found = digest("env")
                printed = [h.query("search", "--json", "env", QUESTION + " ılık İstanbul", env=base).stdout,
                           h.query("show", "env", "strange1", env=base).stdout,
                           h.query("analyze", "TITLE İSTANBUL Iğdır", env=base).stdout]
                wanted, output = wanted or found, output or printed
                b.case(found == wanted, "-t %s, %s: other bytes" % (threads, variables))
                b.case(printed == output and all(printed), "-t %s, %s: other answers" % (threads, variables))
        one = digest(fresh_index("env", "1"))
        b.case(digest(fresh_index("env", "1")) == one, "two runs, other bytes")


def fresh_index(name, threads):
    fresh(name)
    h.must_index("add", "-q", "-t", threads, name, "long.jsonl")
    return name


def write_strange(path):
    with open(path, "w") as f:
        f.write(json.dumps({"id": "strange1", "title": "TITLE İSTANBUL ILIK", "date": "5 March 2012 23:30",
                            "body": "Iğdır ılık. 1,5 and 2.5 at 08:00."}) + "\n")
        f.write(json.dumps({"id": "strange2", "title": "Zürich", "date": "2012-03-25T02:30:00",
                            "body": "Straße straße STRASSE."}) + "\n")


# ---- 58: the index somewhere else ----

def moved():
    with h.bar("58", "moved, copied, linked to, or mounted elsewhere: the same answers") as b:
        wanted = answers("base")
        fresh("somewhere")
        os.makedirs("somewhere/deep/er")

        def same(path, what):
            b.case(answers(path) == wanted, what)
            b.case(*h.is_sound(path))

        os.rename(fresh("copy", "base"), "somewhere/deep/er/index")
        same("somewhere/deep/er/index", "moved")
        subprocess.check_call(["cp", "-a", "base", "somewhere/cp"])
        same("somewhere/cp", "cp -a")
        subprocess.check_call(["cp", "-al", "base", "somewhere/linked"])
        same("somewhere/linked", "cp -al")
        h.must_index("add", "-q", "somewhere/linked", "more.jsonl")
        same("base", "after its hard-linked copy was changed")
        subprocess.check_call("tar c base | tar x -C somewhere", shell=True)
        same("somewhere/base", "tar")
        os.symlink("deep/er/index", "somewhere/link")
        same("somewhere/link", "a symbolic link")
        same("somewhere/link/", "a symbolic link with a slash")
        same("./somewhere/../somewhere//cp/.", "an odd path")
        h.must_index("add", "-q", "somewhere/link", "more.jsonl")
        b.case(os.path.islink("somewhere/link"), "the link was replaced")
        if os.access("/dev/shm", os.W_OK):
            other = "/dev/shm/backfile-moved-%d" % os.getpid()
            shutil.copytree("base", other)
            same(other, "another file system")
            shutil.rmtree(other)
        os.mkdir("somewhere/mount")
        if subprocess.run(["mount", "--bind", "-o", "ro", "base", "somewhere/mount"], stderr=subprocess.DEVNULL).returncode == 0:
            subprocess.run(["mount", "-o", "remount,ro,bind", "somewhere/mount"], stderr=subprocess.DEVNULL)
            try:
                same("somewhere/mount", "a read-only mount")
                r = h.index("add", "-q", "somewhere/mount", "more.jsonl")
                b.case(r.returncode == 3 and "Read-only" in text(r.stderr), "add to a read-only mount: %s" % text(r.stderr))
            finally:
                subprocess.run(["umount", "somewhere/mount"])
        else:
            print("# no bind mounts here", file=sys.stderr)


make_inputs()
sys.exit(h.run([("53", created_files), ("53", planted_links), ("53", planted_while_running), ("54", modes),
                ("55", interrupted_adds), ("55", interrupted_changes), ("55", second_signals),
                ("55", pipes_and_stops), ("56", no_writes), ("57", same_bytes), ("58", moved)]))
