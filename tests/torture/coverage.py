#!/usr/bin/env python3
"""coverage.py - which branches of the decoder, the opener and the commit the tests took.

    coverage.py BUILD [--missed] [FILE...]

BUILD was compiled with --coverage and its tests have run (`make coverage`). Prints a row
for each file: group, file, branches, taken, per cent; then a row for each group and one
for all. --missed lists the branches that were never taken as file:line:function. Exit
status 1 when a group is below 95 %.

Branches are those of gcov -b at -O0: each arm of each && and || counts. Headers' inline
functions count where they are used and are left out. What is compiled anew for each bit
width (EACH_WIDTH, and what is inlined into it) has conditions that are constant in each
instance: there an outcome of a line counts as taken when it was in any instance.
"""
import glob
import json
import os
import subprocess
import sys

BAR = 95.0
INDEX = "common/index/"
GROUPS = {
    "decoder": sorted(glob.glob("common/codec/*.c")) + [INDEX + name + ".c" for name in (
        "dictionary postings forms columns names values record textfile sketch sketch_file "
        "deletes copies lists impact").split()],
    "opener": ["common/io/frame.c", "common/io/file.c", INDEX + "manifest.c",
               INDEX + "segment.c", INDEX + "snapshot.c"],
    "commit": [INDEX + "commit.c", INDEX + "lock.c", "common/io/frame_write.c"] +
              sorted(glob.glob(INDEX + "*_write.c")),
}


def joined(found, source):
    """The branches of lines that are compiled for each width, once for each outcome."""
    with open(source, encoding="utf-8") as file:
        widths = {n for n, line in enumerate(file, 1) if "EACH_WIDTH(" in line}
    outcomes = {}
    for line, function, falls, count in found:
        if line in widths or not function:
            outcomes[line, falls] = outcomes.get((line, falls), 0) + count
        else:
            yield line, function, count
    for (line, falls), count in outcomes.items():
        yield line, "each width", count


def branches(build, source):
    """(line, function, falls through, times taken) of every branch of a source file."""
    notes = os.path.join(build, "obj", source[:-2] + ".gcno")
    made = subprocess.run(["gcov", "-b", "-c", "--json-format", "--stdout", notes],
                          stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=True)
    for unit in made.stdout.splitlines():
        for file in json.loads(unit)["files"]:
            if os.path.normpath(file["file"]) != source:
                continue
            for line in file["lines"]:
                for branch in line["branches"]:
                    yield (line["line_number"], line.get("function_name"), branch["fallthrough"],
                           branch["count"])


def row(group, what, taken, total):
    share = 100.0 * taken / total if total else 100.0
    print(f"{group}\t{what}\t{total}\t{taken}\t{share:.1f}")
    return share


def main():
    arguments = [a for a in sys.argv[1:] if not a.startswith("--")]
    list_missed = "--missed" in sys.argv
    build, only = arguments[0], set(arguments[1:])
    missed, below, all_taken, all_total = [], False, 0, 0
    print("group\tfile\tbranches\ttaken\tper cent")
    for group, files in GROUPS.items():
        group_taken = group_total = 0
        for source in files:
            if only and source not in only:
                continue
            found = list(joined(branches(build, source), source))
            taken = sum(count > 0 for _, _, count in found)
            row(group, source, taken, len(found))
            missed += [f"{source}:{line}:{function}" for line, function, count in found if not count]
            group_taken += taken
            group_total += len(found)
        below |= row(group, "all", group_taken, group_total) < BAR
        all_taken += group_taken
        all_total += group_total
    row("all", "all", all_taken, all_total)
    if list_missed:
        print("\n".join(missed))
    return 1 if below else 0


if __name__ == "__main__":
    sys.exit(main())
