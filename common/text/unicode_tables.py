#!/usr/bin/env python3
"""Writes unicode_tables.c and unicode_tables.h from the Unicode Character Database.

    python3 common/text/unicode_tables.py [/usr/share/unicode]

The build does not run this: the output is committed. Debian's package
unicode-data (15.0.0) has the files. Where we choose rather than Unicode, the
choice is one of the constants at the top.
"""
import os
import re
import sys

VERSION = "15.0"
CODE_POINTS = 0x110000
# Planes 4 to 13 hold nothing, and plane 14 only its first 4,096 places; the
# tables put those behind plane 3 (unicode_place in unicode.h does the same).
PLACES = [*range(0x40000), *range(0xE0000, 0xE1000)]

WORD_BREAKS = [
    "Other", "CR", "LF", "Newline", "Extend", "ZWJ", "Format", "Regional_Indicator", "Katakana",
    "Hebrew_Letter", "ALetter", "Single_Quote", "Double_Quote", "MidNumLet", "MidLetter",
    "MidNum", "Numeric", "ExtendNumLet", "WSegSpace",
]
LETTER_OR_DIGIT = 0x20
PICTOGRAPHIC = 0x40

# General categories that make a segment a word. "No" (superscripts, fractions,
# circled numbers) is left out: such marks hang on words rather than being some.
WORD_CATEGORIES = {"Lu", "Ll", "Lt", "Lm", "Lo", "Nd", "Nl"}

# Compatibility forms that are another way to type the same letter.
COMPATIBILITY = {"<wide>", "<narrow>", "<initial>", "<medial>", "<final>", "<isolated>"}
LONGEST_FOLDING = 4  # of longer ones (whole Arabic phrases in one sign) we keep the sign

# Foldings beside Unicode's own.
FOLD_AS = {
    0x2018: "'", 0x2019: "'", 0x02BB: "'", 0x02BC: "'",  # all are met as apostrophes
    0x0130: "i",  # I with dot above; Unicode's "i" + dot would hide it from stemmers
    0x0219: "ş", 0x021B: "ţ",  # older Snowball knows Romanian with cedillas only
    0x0640: "",   # tatweel stretches an Arabic word and means nothing
}

# Marks are removed where they are accents: in these scripts ("Inherited" holds
# the general combining marks). In Indic and Thai writing they are the vowels.
ACCENT_SCRIPTS = {"Inherited", "Latin", "Greek", "Cyrillic", "Hebrew", "Arabic", "Syriac"}
# Not accents all the same: voiced kana, and Cyrillic short i, short u and yi.
KEEP_MARKS = {0x3099, 0x309A}
KEEP_LETTERS = set("йўї")
# Letters without a decomposition, as people write them who lack the key.
PLAIN = {
    "ø": "o", "ł": "l", "đ": "d", "ħ": "h", "ı": "i", "æ": "ae", "œ": "oe", "ð": "d", "þ": "th",
    "ŧ": "t", "ŋ": "n", "ĸ": "k", "ƒ": "f", "ɓ": "b", "ɗ": "d", "ƙ": "k", "ƴ": "y",
    "ǥ": "g", "ƀ": "b", "ƚ": "l", "ɨ": "i", "ʉ": "u", "ɇ": "e", "ɏ": "y", "ŀ": "l",
}


class Database:
    """The parts of the Unicode Character Database that the tables need."""

    def __init__(self, folder):
        self.folder = folder
        self.category = ["Cn"] * CODE_POINTS
        self.digit = {}
        self.canonical = {}
        self.compatibility = {}
        self.read_unicode_data()
        self.script = self.property("Scripts.txt")
        self.word_break = self.property("auxiliary/WordBreakProperty.txt")
        self.pictographic = self.members("emoji/emoji-data.txt", "Extended_Pictographic")
        self.ignorable = self.members("DerivedCoreProperties.txt", "Default_Ignorable_Code_Point")
        self.never_composed = self.members("DerivedNormalizationProps.txt",
                                           "Full_Composition_Exclusion")
        self.case = self.read_case_folding()
        self.composition = {tuple(parts): whole for whole, parts in self.canonical.items()
                            if len(parts) == 2 and whole not in self.never_composed}

    def rows(self, name):
        """(first, last, field, field ...) for each line of a file of the database."""
        with open(os.path.join(self.folder, name), encoding="utf-8") as file:
            for line in file:
                fields = [field.strip() for field in line.split("#")[0].split(";")]
                if len(fields) > 1:
                    ends = fields[0].split("..")
                    yield (int(ends[0], 16), int(ends[-1], 16), *fields[1:])

    def property(self, name):
        return {cp: value for first, last, value, *_ in self.rows(name)
                for cp in range(first, last + 1)}

    def members(self, name, wanted):
        return {cp for first, last, value, *_ in self.rows(name) if value == wanted
                for cp in range(first, last + 1)}

    def read_unicode_data(self):
        range_start = 0
        for cp, _, name, category, _, _, decomposition, digit, *_ in self.rows("UnicodeData.txt"):
            if name.endswith(", First>"):
                range_start = cp
            first = range_start if name.endswith(", Last>") else cp
            self.category[first:cp + 1] = [category] * (cp + 1 - first)
            if digit:
                self.digit[cp] = int(digit)
            if decomposition:
                self.add_decomposition(cp, decomposition.split())

    def add_decomposition(self, cp, fields):
        if not fields[0].startswith("<"):
            self.canonical[cp] = [int(field, 16) for field in fields]
        elif fields[0] in COMPATIBILITY:
            self.compatibility[cp] = [int(field, 16) for field in fields[1:]]

    def read_case_folding(self):
        return {cp: [int(field, 16) for field in mapping.split()]
                for cp, _, status, mapping, *_ in self.rows("CaseFolding.txt") if status in "CF"}

    def decompose(self, cp):
        parts = self.canonical.get(cp) or self.compatibility.get(cp)
        if not parts:
            return [cp]
        return [piece for part in parts for piece in self.decompose(part)]

    def compose(self, cps):
        """What fold.c does: each code point with the one before it, where they compose."""
        out = []
        for cp in cps:
            whole = self.composition.get((out[-1], cp)) if out else None
            if whole:
                out[-1] = whole
            else:
                out.append(cp)
        return out


def word_property(db, cp):
    name = db.word_break.get(cp, "Other")
    value = WORD_BREAKS.index(name)
    if db.category[cp] in WORD_CATEGORIES or (name == "ALetter" and db.category[cp] == "So"):
        value |= LETTER_OR_DIGIT
    if cp in db.pictographic:
        value |= PICTOGRAPHIC
    return value


def text_of(cps):
    return "".join(map(chr, cps))


def folding_step(db, cp):
    if cp in FOLD_AS:
        return FOLD_AS[cp]
    if cp in db.ignorable or db.word_break.get(cp) == "Format":
        return ""
    if db.category[cp] == "Nd":
        return str(db.digit[cp])
    parts = [folded for part in db.decompose(cp)
             for piece in db.case.get(part, [part])
             for folded in db.decompose(piece)]
    whole = text_of(db.compose(parts))
    return chr(cp) if len(whole) > LONGEST_FOLDING or " " in whole else whole


def folding(db, cp):
    """What cp becomes before stemming, as a string that folds to itself."""
    before, after = None, chr(cp)
    while before != after:
        before = after
        steps = "".join(folding_step(db, ord(char)) for char in before)
        after = text_of(db.compose(map(ord, steps)))
    return after


def is_accent(db, cp):
    return (db.category[cp] == "Mn" and db.script.get(cp) in ACCENT_SCRIPTS
            and cp not in KEEP_MARKS)


def without_accents(db, cp):
    """What cp becomes after stemming; folding leaves small letters only, a stemmer any of them."""
    char = chr(cp)
    folded = folding(db, cp)
    if folded != char:
        is_small = db.category[cp] == "Ll"
        return "".join(without_accents(db, ord(part)) for part in folded) if is_small else char
    if char in KEEP_LETTERS:
        return char
    if char in PLAIN:
        return PLAIN[char]
    kept = [part for part in db.decompose(cp) if not is_accent(db, part)]
    plain = text_of(db.compose(kept))
    return "".join(PLAIN.get(letter, letter) for letter in plain)


def is_scalar(cp):
    return not 0xD800 <= cp <= 0xDFFF


class Strings:
    """Distinct strings in one pool: a length byte, then UTF-8. Index 0 means "itself"."""

    def __init__(self):
        self.pool = bytearray(b"\0")
        self.index = {}

    def add(self, text):
        if text not in self.index:
            self.index[text] = len(self.pool)
            encoded = text.encode()
            self.pool += bytes([len(encoded)]) + encoded
        return self.index[text]


def string_values(function, strings):
    """One value for each place: where its string is, or 0 for code points that stay."""
    values = []
    for cp in PLACES:
        result = function(cp) if is_scalar(cp) else chr(cp)
        values.append(0 if result == chr(cp) else strings.add(result))
    return values


def split_blocks(values, shift):
    """(block number for each run of 1 << shift places, the distinct blocks end to end)."""
    size = 1 << shift
    numbers, distinct, cells = [], {}, []
    for start in range(0, len(values), size):
        block = tuple(values[start:start + size])
        if block not in distinct:
            distinct[block] = len(distinct)
            cells += block
        numbers.append(distinct[block])
    return numbers, cells


def width(values):
    return 1 if max(values) < 256 else 2


def smallest_table(values):
    def size(table):
        return sum(len(part) * width(part) for part in table[1:])

    return min(((shift, *split_blocks(values, shift)) for shift in range(4, 9)), key=size)


def compositions(db):
    """(first, second, what their composition folds to) for pairs that can meet after folding."""
    def stays(cp):
        return folding(db, cp) == chr(cp)

    folded = ((first, second, folding(db, whole))
              for (first, second), whole in db.composition.items()
              if stays(first) and stays(second))
    return sorted((first, second, ord(whole)) for first, second, whole in folded
                  if len(whole) == 1)


def c_type(values):
    return "uint8_t" if width(values) == 1 else "uint16_t"


def array(name, values):
    lines, line = [], "   "
    for value in values:
        item = f" {value},"
        if len(line) + len(item) > 100:
            lines.append(line)
            line = "   "
        line += item
    body = "\n".join([*lines, line])
    return f"const {c_type(values)} {name}[{len(values)}] = {{\n{body}\n}};\n"


def declaration(name, values):
    return f"extern const {c_type(values)} {name}[{len(values)}];\n"


def macro_name(name):
    return re.sub(r"(?<=[a-z])(?=[A-Z][a-z])", "_", name).upper().replace("__", "_")


HEADER = """\
/* unicode_tables.h - written by unicode_tables.py from Unicode {version}; unicode.h reads them. */
#ifndef TEXT_UNICODE_TABLES_H
#define TEXT_UNICODE_TABLES_H

#include <stdint.h>

#define UNICODE_VERSION "{version}"

/* The property Word_Break, UAX #29. */
enum word_break {{
{word_breaks}
}};

/* A cell of unicode_word_cells: the word_break in the low bits, and these. */
#define UNICODE_WORD_BREAK_MASK 0x1F
#define UNICODE_LETTER_OR_DIGIT {letter:#x}
#define UNICODE_PICTOGRAPHIC    {pictographic:#x} /* Extended_Pictographic */

/* Two-stage tables: the block number of a place, then the cell in the block. */
{tables}
/* The cells of fold and plain are offsets in here: a length byte, then UTF-8. */
{strings}
/* Pairs of folded code points that compose, sorted, and the folded result. */
struct unicode_composition {{
    uint32_t first, second, whole;
}};
#define UNICODE_COMPOSITIONS {compositions}
extern const struct unicode_composition unicode_compositions[UNICODE_COMPOSITIONS];

#endif
"""

SOURCE = """\
/* unicode_tables.c - written by unicode_tables.py from Unicode {version}; do not edit. */
#include "common/text/unicode_tables.h"

/* clang-format off */
{arrays}
const struct unicode_composition unicode_compositions[UNICODE_COMPOSITIONS] = {{
{compositions}
}};
"""


def header_text(tables, strings, pairs):
    declarations = ""
    for name, (shift, numbers, cells) in tables.items():
        declarations += f"#define UNICODE_{name.upper()}_SHIFT {shift}\n"
        declarations += declaration(f"unicode_{name}_blocks", numbers)
        declarations += declaration(f"unicode_{name}_cells", cells)
    return HEADER.format(
        version=VERSION, letter=LETTER_OR_DIGIT, pictographic=PICTOGRAPHIC, tables=declarations,
        word_breaks=",\n".join(f"    WB_{macro_name(name)}" for name in WORD_BREAKS),
        strings=declaration("unicode_strings", strings.pool), compositions=len(pairs))


def source_text(tables, strings, pairs):
    arrays = ""
    for name, (_, numbers, cells) in tables.items():
        arrays += array(f"unicode_{name}_blocks", numbers)
        arrays += array(f"unicode_{name}_cells", cells)
    arrays += array("unicode_strings", strings.pool)
    rows = "\n".join("    {%#x, %#x, %#x}," % pair for pair in pairs)
    return SOURCE.format(version=VERSION, arrays=arrays, compositions=rows)


def report(tables, strings, pairs):
    total = len(strings.pool) + 12 * len(pairs)
    for name, (shift, numbers, cells) in tables.items():
        size = len(numbers) * width(numbers) + len(cells) * width(cells)
        total += size
        print(f"{name}: shift {shift}, {size} bytes")
    print(f"strings: {len(strings.pool)} bytes; {len(pairs)} compositions; all: {total} bytes")


def main():
    db = Database(sys.argv[1] if len(sys.argv) > 1 else "/usr/share/unicode")
    strings = Strings()
    tables = {
        "word": smallest_table([word_property(db, cp) for cp in PLACES]),
        "fold": smallest_table(string_values(lambda cp: folding(db, cp), strings)),
        "plain": smallest_table(string_values(lambda cp: without_accents(db, cp), strings)),
    }
    pairs = compositions(db)
    here = os.path.dirname(os.path.abspath(__file__))
    for name, text in (("unicode_tables.h", header_text(tables, strings, pairs)),
                       ("unicode_tables.c", source_text(tables, strings, pairs))):
        with open(os.path.join(here, name), "w", encoding="utf-8") as file:
            file.write(text)
    report(tables, strings, pairs)


if __name__ == "__main__":
    main()
