/* html.c - tags out, references decoded, white space in order. */
#include "indexer/archive/html.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "common/text/utf8.h"

#define NO_BREAK_SPACE 0xA0

/* What is owed to the output before the next visible character; the greatest
 * wins. */
enum gap { GAP_NONE, GAP_SPACE, GAP_LINE, GAP_PARAGRAPH };

struct writer {
    struct buf *out;
    size_t start; /* of our text in out */
    enum gap gap;
};

/* Sorted by name. */
static const struct reference {
    const char *name;
    uint32_t code_point;
} references[] = {
    {"AElig", 198},   {"Aacute", 193},  {"Acirc", 194},  {"Agrave", 192},  {"Aring", 197},
    {"Atilde", 195},  {"Auml", 196},    {"Ccedil", 199}, {"Dagger", 8225}, {"ETH", 208},
    {"Eacute", 201},  {"Ecirc", 202},   {"Egrave", 200}, {"Euml", 203},    {"Iacute", 205},
    {"Icirc", 206},   {"Igrave", 204},  {"Iuml", 207},   {"Ntilde", 209},  {"OElig", 338},
    {"Oacute", 211},  {"Ocirc", 212},   {"Ograve", 210}, {"Oslash", 216},  {"Otilde", 213},
    {"Ouml", 214},    {"Prime", 8243},  {"Scaron", 352}, {"THORN", 222},   {"Uacute", 218},
    {"Ucirc", 219},   {"Ugrave", 217},  {"Uuml", 220},   {"Yacute", 221},  {"Yuml", 376},
    {"aacute", 225},  {"acirc", 226},   {"acute", 180},  {"aelig", 230},   {"agrave", 224},
    {"amp", 38},      {"apos", 39},     {"aring", 229},  {"atilde", 227},  {"auml", 228},
    {"bdquo", 8222},  {"brvbar", 166},  {"bull", 8226},  {"ccedil", 231},  {"cedil", 184},
    {"cent", 162},    {"circ", 710},    {"copy", 169},   {"curren", 164},  {"dagger", 8224},
    {"deg", 176},     {"divide", 247},  {"eacute", 233}, {"ecirc", 234},   {"egrave", 232},
    {"emsp", 8195},   {"ensp", 8194},   {"eth", 240},    {"euml", 235},    {"euro", 8364},
    {"frac12", 189},  {"frac14", 188},  {"frac34", 190}, {"gt", 62},       {"hellip", 8230},
    {"iacute", 237},  {"icirc", 238},   {"iexcl", 161},  {"igrave", 236},  {"iquest", 191},
    {"iuml", 239},    {"laquo", 171},   {"larr", 8592},  {"ldquo", 8220},  {"lsaquo", 8249},
    {"lsquo", 8216},  {"lt", 60},       {"macr", 175},   {"mdash", 8212},  {"micro", 181},
    {"middot", 183},  {"minus", 8722},  {"nbsp", 160},   {"ndash", 8211},  {"not", 172},
    {"ntilde", 241},  {"oacute", 243},  {"ocirc", 244},  {"oelig", 339},   {"ograve", 242},
    {"ordf", 170},    {"ordm", 186},    {"oslash", 248}, {"otilde", 245},  {"ouml", 246},
    {"para", 182},    {"permil", 8240}, {"plusmn", 177}, {"pound", 163},   {"prime", 8242},
    {"quot", 34},     {"raquo", 187},   {"rarr", 8594},  {"rdquo", 8221},  {"reg", 174},
    {"rsaquo", 8250}, {"rsquo", 8217},  {"sbquo", 8218}, {"scaron", 353},  {"sect", 167},
    {"shy", 173},     {"sup1", 185},    {"sup2", 178},   {"sup3", 179},    {"szlig", 223},
    {"thinsp", 8201}, {"thorn", 254},   {"tilde", 732},  {"times", 215},   {"trade", 8482},
    {"uacute", 250},  {"ucirc", 251},   {"ugrave", 249}, {"uml", 168},     {"uuml", 252},
    {"yacute", 253},  {"yen", 165},     {"yuml", 255},   {"zwj", 8205},    {"zwnj", 8204},
};

static const struct element {
    const char *name;
    enum gap gap;
} elements[] = {
    {"address", GAP_PARAGRAPH},
    {"article", GAP_PARAGRAPH},
    {"aside", GAP_PARAGRAPH},
    {"br", GAP_LINE},
    {"blockquote", GAP_PARAGRAPH},
    {"caption", GAP_LINE},
    {"center", GAP_PARAGRAPH},
    {"dd", GAP_LINE},
    {"div", GAP_PARAGRAPH},
    {"dl", GAP_PARAGRAPH},
    {"dt", GAP_LINE},
    {"figcaption", GAP_PARAGRAPH},
    {"figure", GAP_PARAGRAPH},
    {"footer", GAP_PARAGRAPH},
    {"form", GAP_PARAGRAPH},
    {"h1", GAP_PARAGRAPH},
    {"h2", GAP_PARAGRAPH},
    {"h3", GAP_PARAGRAPH},
    {"h4", GAP_PARAGRAPH},
    {"h5", GAP_PARAGRAPH},
    {"h6", GAP_PARAGRAPH},
    {"header", GAP_PARAGRAPH},
    {"hr", GAP_PARAGRAPH},
    {"li", GAP_LINE},
    {"main", GAP_PARAGRAPH},
    {"nav", GAP_PARAGRAPH},
    {"ol", GAP_PARAGRAPH},
    {"option", GAP_LINE},
    {"p", GAP_PARAGRAPH},
    {"pre", GAP_PARAGRAPH},
    {"section", GAP_PARAGRAPH},
    {"table", GAP_PARAGRAPH},
    {"td", GAP_SPACE},
    {"th", GAP_SPACE},
    {"tr", GAP_LINE},
    {"ul", GAP_PARAGRAPH},
};

static size_t left(const char *p, const char *end)
{
    return (size_t)(end - p);
}

static bool is_letter(char c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

static bool is_space(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

/* --- character references --- */

static void add_code_point(struct buf *out, uint32_t cp)
{
    char bytes[UTF8_MAX_BYTES];
    if (cp >= 0x80 && cp < 0xA0) {
        bytes[0] = (char)cp;
        utf8_from_cp1252(bytes, 1, out);
    } else {
        buf_add(out, bytes, utf8_encode(cp ? cp : UTF8_REPLACEMENT, bytes));
    }
}

static int digit_value(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    char lower = (char)(c | 0x20);
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : 16;
}

/* Between "&#" and ";". Anything above Unicode's range stays above it. */
static bool read_number(const char *p, const char *end, uint32_t *cp)
{
    int base = p < end && (*p == 'x' || *p == 'X') ? 16 : 10;
    p += base == 16;
    if (p == end)
        return false;
    *cp = 0;
    for (; p < end; p++) {
        int digit = digit_value(*p);
        if (digit >= base)
            return false;
        if (*cp <= 0x10FFFF)
            *cp = *cp * (uint32_t)base + (uint32_t)digit;
    }
    return true;
}

static int compare_reference(const void *key, const void *element)
{
    return strcmp(key, ((const struct reference *)element)->name);
}

static bool find_name(const char *p, const char *end, uint32_t *cp)
{
    char name[8] = "";
    if (left(p, end) >= sizeof name)
        return false;
    memcpy(name, p, left(p, end));
    const struct reference *found =
        bsearch(name, references, sizeof references / sizeof *references, sizeof *references,
                compare_reference);
    if (found)
        *cp = found->code_point;
    return found != NULL;
}

/* The length of the reference that begins at the "&" at p; 0 when it is none. */
static size_t read_reference(const char *p, const char *end, uint32_t *cp)
{
    const size_t longest = 32;
    const char *name = p + 1;
    const char *semicolon =
        memchr(name, ';', left(name, end) < longest ? left(name, end) : longest);
    if (!semicolon)
        return 0;
    bool known =
        *name == '#' ? read_number(name + 1, semicolon, cp) : find_name(name, semicolon, cp);
    return known ? left(p, semicolon) + 1 : 0;
}

void html_decode(const char *text, size_t len, struct buf *out)
{
    const char *p = text, *end = text + len;
    while (p < end) {
        const char *amp = memchr(p, '&', left(p, end));
        uint32_t cp;
        buf_add(out, p, left(p, amp ? amp : end));
        if (!amp)
            break;
        size_t n = read_reference(amp, end, &cp);
        if (n)
            add_code_point(out, cp);
        else
            buf_putc(out, '&');
        p = amp + (n ? n : 1);
    }
}

/* --- text --- */

static void owe(struct writer *w, enum gap gap)
{
    if (gap > w->gap)
        w->gap = gap;
}

static void pay_gap(struct writer *w)
{
    static const char *const gaps[] = {"", " ", "\n", "\n\n"};
    if (w->out->len > w->start)
        buf_puts(w->out, gaps[w->gap]);
    w->gap = GAP_NONE;
}

static const char *write_reference(struct writer *w, const char *p, const char *end)
{
    uint32_t cp;
    size_t n = read_reference(p, end, &cp);
    if (n && (cp == NO_BREAK_SPACE || (cp < 0x80 && is_space((char)cp)))) {
        owe(w, GAP_SPACE);
    } else {
        pay_gap(w);
        if (n)
            add_code_point(w->out, cp);
        else
            buf_putc(w->out, '&');
    }
    return p + (n ? n : 1);
}

/* A run of characters that stand for themselves. */
static const char *write_run(struct writer *w, const char *p, const char *end)
{
    const char *start = p++; /* the first may be a "<" that begins no tag */
    while (p < end && *p != '<' && *p != '&' && !is_space(*p))
        p++;
    pay_gap(w);
    buf_add(w->out, start, left(start, p));
    return p;
}

/* --- tags --- */

static enum gap gap_of(const char *name, size_t len)
{
    for (size_t i = 0; i < sizeof elements / sizeof *elements; i++)
        if (strlen(elements[i].name) == len && strncasecmp(elements[i].name, name, len) == 0)
            return elements[i].gap;
    return GAP_NONE;
}

static bool starts_tag(const char *p, const char *end)
{
    return left(p, end) > 1 && (is_letter(p[1]) || p[1] == '/' || p[1] == '!' || p[1] == '?');
}

/* Behind the end tag of an element whose content is no text; the end when it
 * is never closed. */
static const char *skip_raw_content(const char *p, const char *end, const char *name, size_t len)
{
    while ((p = memchr(p, '<', left(p, end))) != NULL) {
        if (left(p, end) > len + 2 && p[1] == '/' && strncasecmp(p + 2, name, len) == 0) {
            const char *close = memchr(p, '>', left(p, end));
            return close ? close + 1 : end;
        }
        p++;
    }
    return end;
}

/* Behind the tag at p, which a ">" is known to follow. */
static const char *skip_tag(struct writer *w, const char *p, const char *end)
{
    if (left(p, end) >= 4 && memcmp(p, "<!--", 4) == 0) {
        const char *close = memmem(p + 4, left(p + 4, end), "-->", 3);
        return close ? close + 3 : end;
    }
    const char *name = p + 1 + (p[1] == '/'), *close = memchr(p, '>', left(p, end)), *after = name;
    while (after < close && (is_letter(*after) || (*after >= '0' && *after <= '9')))
        after++;
    size_t len = left(name, after);
    owe(w, gap_of(name, len));
    bool raw = (len == 6 && strncasecmp(name, "script", 6) == 0) ||
               (len == 5 && strncasecmp(name, "style", 5) == 0);
    return raw && p[1] != '/' ? skip_raw_content(close + 1, end, name, len) : close + 1;
}

void html_to_text(const char *html, size_t len, struct buf *out)
{
    struct writer w = {.out = out, .start = out->len};
    const char *p = html, *end = html + len;
    const char *last_close = len ? memrchr(html, '>', len) : NULL;
    while (p < end) {
        if (*p == '<' && last_close && p < last_close && starts_tag(p, end)) {
            p = skip_tag(&w, p, end);
        } else if (*p == '&') {
            p = write_reference(&w, p, end);
        } else if (is_space(*p)) {
            owe(&w, GAP_SPACE);
            p++;
        } else {
            p = write_run(&w, p, end);
        }
    }
}
