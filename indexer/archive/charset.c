/* charset.c - a table of names, and the one door to iconv. */
#include "indexer/archive/charset.h"

#include <errno.h>
#include <iconv.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/mem.h"
#include "common/text/utf8.h"
#include "indexer/archive/span.h"
#include "indexer/archive/malloc_guard.h"

#define REPLACEMENT  "\xef\xbf\xbd"
#define STEP_BYTES   ((size_t)64 << 10) /* of room for each call of iconv */
#define LONGEST_NAME 40

enum { UTF8, UTF16LE, UTF16BE, UTF32LE, UTF32BE, FIRST_OTHER };

/* Each with its labels, in lower case. */
static const struct {
    struct charset charset;
    const char *labels;
} known[] = {
    [UTF8] = {{"UTF-8", CHARSET_UTF8, 1}, "utf-8 utf8 unicode-1-1-utf-8 utf_8"},
    [UTF16LE] = {{"UTF-16LE", CHARSET_OPAQUE, 2},
                 "utf-16 utf-16le utf16 utf_16 u16 ucs-2 iso-10646-ucs-2 unicode"},
    [UTF16BE] = {{"UTF-16BE", CHARSET_OPAQUE, 2}, "utf-16be"},
    [UTF32LE] = {{"UTF-32LE", CHARSET_OPAQUE, 4}, "utf-32 utf-32le utf32 utf_32 u32 ucs-4"},
    [UTF32BE] = {{"UTF-32BE", CHARSET_OPAQUE, 4}, "utf-32be"},
    [FIRST_OTHER] = {{"CP1252", CHARSET_SINGLE, 1},
                     "windows-1252 cp1252 x-cp1252 iso-8859-1 iso8859-1 iso88591 iso_8859-1 "
                     "iso_8859-1:1987 latin1 latin-1 l1 cp819 ibm819 ascii us-ascii "
                     "ansi_x3.4-1968 iso-ir-100"},
    {{"ISO-8859-2", CHARSET_SINGLE, 1}, "iso-8859-2 iso8859-2 iso88592 iso_8859-2 latin2 l2"},
    {{"ISO-8859-3", CHARSET_SINGLE, 1}, "iso-8859-3 iso8859-3 iso88593 iso_8859-3 latin3 l3"},
    {{"ISO-8859-4", CHARSET_SINGLE, 1}, "iso-8859-4 iso8859-4 iso88594 iso_8859-4 latin4 l4"},
    {{"ISO-8859-5", CHARSET_SINGLE, 1}, "iso-8859-5 iso8859-5 iso88595 iso_8859-5 cyrillic"},
    {{"ISO-8859-6", CHARSET_SINGLE, 1},
     "iso-8859-6 iso8859-6 iso88596 iso_8859-6 arabic ecma-114 asmo-708 iso-8859-6-e "
     "iso-8859-6-i"},
    {{"ISO-8859-7", CHARSET_SINGLE, 1},
     "iso-8859-7 iso8859-7 iso88597 iso_8859-7 greek greek8 ecma-118 elot_928 sun_eu_greek"},
    {{"ISO-8859-8", CHARSET_SINGLE, 1},
     "iso-8859-8 iso8859-8 iso88598 iso_8859-8 hebrew visual iso-8859-8-e iso-8859-8-i logical"},
    {{"CP1254", CHARSET_SINGLE, 1},
     "windows-1254 cp1254 x-cp1254 iso-8859-9 iso8859-9 iso88599 iso_8859-9 latin5 l5"},
    {{"ISO-8859-10", CHARSET_SINGLE, 1}, "iso-8859-10 iso8859-10 iso885910 latin6 l6"},
    {{"ISO-8859-13", CHARSET_SINGLE, 1}, "iso-8859-13 iso8859-13 iso885913"},
    {{"ISO-8859-14", CHARSET_SINGLE, 1}, "iso-8859-14 iso8859-14 iso885914"},
    {{"ISO-8859-15", CHARSET_SINGLE, 1},
     "iso-8859-15 iso8859-15 iso885915 iso_8859-15 latin9 latin-9 l9 csisolatin9"},
    {{"ISO-8859-16", CHARSET_SINGLE, 1}, "iso-8859-16"},
    {{"CP1250", CHARSET_SINGLE, 1}, "windows-1250 cp1250 x-cp1250"},
    {{"CP1251", CHARSET_SINGLE, 1}, "windows-1251 cp1251 x-cp1251"},
    {{"CP1253", CHARSET_SINGLE, 1}, "windows-1253 cp1253 x-cp1253"},
    {{"CP1255", CHARSET_SINGLE, 1}, "windows-1255 cp1255 x-cp1255"},
    {{"CP1256", CHARSET_SINGLE, 1}, "windows-1256 cp1256 x-cp1256"},
    {{"CP1257", CHARSET_SINGLE, 1}, "windows-1257 cp1257 x-cp1257"},
    {{"CP1258", CHARSET_SINGLE, 1}, "windows-1258 cp1258 x-cp1258"},
    {{"CP874", CHARSET_SINGLE, 1},
     "windows-874 cp874 dos-874 tis-620 tis620 iso-8859-11 iso8859-11 iso885911"},
    {{"CP866", CHARSET_SINGLE, 1}, "ibm866 cp866 866 csibm866"},
    {{"CP437", CHARSET_SINGLE, 1}, "ibm437 cp437 437"},
    {{"CP850", CHARSET_SINGLE, 1}, "ibm850 cp850 850"},
    {{"KOI8-R", CHARSET_SINGLE, 1}, "koi8-r koi8_r koi8 koi cskoi8r"},
    {{"KOI8-U", CHARSET_SINGLE, 1}, "koi8-u koi8-ru"},
    {{"MACINTOSH", CHARSET_SINGLE, 1}, "macintosh mac x-mac-roman csmacintosh"},
    {{"MAC-CYRILLIC", CHARSET_SINGLE, 1}, "x-mac-cyrillic x-mac-ukrainian"},
    {{"GB18030", CHARSET_MULTIPLE, 1},
     "gb18030 gbk x-gbk gb2312 gb_2312 gb_2312-80 csgb2312 iso-ir-58 chinese cp936 euc-cn "
     "windows-936"},
    {{"BIG5-HKSCS", CHARSET_MULTIPLE, 1}, "big5 big5-hkscs cn-big5 x-x-big5 csbig5 cp950"},
    {{"EUC-JP", CHARSET_MULTIPLE, 1}, "euc-jp x-euc-jp eucjp cseucpkdfmtjapanese"},
    {{"CP932", CHARSET_MULTIPLE, 1},
     "shift_jis shift-jis sjis x-sjis ms932 ms_kanji windows-31j cp932 csshiftjis"},
    {{"CP949", CHARSET_MULTIPLE, 1},
     "euc-kr euckr cseuckr ks_c_5601-1987 ks_c_5601-1989 ksc5601 ksc_5601 korean windows-949 "
     "cp949 iso-ir-149 uhc"},
    {{"EUC-TW", CHARSET_MULTIPLE, 1}, "euc-tw"},
    {{"ISO-2022-JP", CHARSET_OPAQUE, 1}, "iso-2022-jp csiso2022jp"},
    {{"ISO-2022-KR", CHARSET_OPAQUE, 1}, "iso-2022-kr csiso2022kr"},
};

/* --- names --- */

const struct charset *charset_named(const char *name, size_t len)
{
    struct span label = span_trimmed(span_of(name, len));
    if (!label.len || label.len > LONGEST_NAME)
        return NULL;
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (span_is_one_of(label, known[i].labels))
            return &known[i].charset;
    return NULL;
}

/* --- the head of a stream --- */

static bool is_ascii_text(unsigned char c)
{
    return (c >= ' ' && c < 0x7f) || is_ascii_space((char)c);
}

static const struct charset *charset_by_zeros(const unsigned char *h)
{
    bool text[4];
    for (int i = 0; i < 4; i++) {
        text[i] = is_ascii_text(h[i]);
        if (!text[i] && h[i])
            return NULL;
    }
    if (text[0] && !text[1] && !text[3])
        return &known[text[2] ? UTF16LE : UTF32LE].charset;
    if (!text[0] && !text[2] && text[3])
        return &known[text[1] ? UTF16BE : UTF32BE].charset;
    return NULL;
}

const struct charset *charset_of_head(const void *head, size_t len, size_t *mark)
{
    static const struct {
        const char *bytes;
        size_t len;
        int charset;
    } marks[] = {
        {"\xff\xfe\0\0", 4, UTF32LE}, {"\0\0\xfe\xff", 4, UTF32BE}, {"\xef\xbb\xbf", 3, UTF8},
        {"\xff\xfe", 2, UTF16LE},     {"\xfe\xff", 2, UTF16BE},
    };
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++) {
        *mark = marks[i].len;
        if (len >= marks[i].len && memcmp(head, marks[i].bytes, marks[i].len) == 0)
            return &known[marks[i].charset].charset;
    }
    *mark = 0;
    return len >= 4 ? charset_by_zeros(head) : NULL;
}

/* --- conversion --- */

struct charset_decoder {
    iconv_t converter;
    unsigned unit;
};

struct charset_decoder *charset_decoder_new(const struct charset *charset)
{
    bool guarded = malloc_guard(true); /* the encoding would not be known */
    iconv_t converter = iconv_open("UTF-8", charset->name);
    malloc_guard(guarded);
    if (converter == (iconv_t)-1) /* an error's value, by the function's own definition */
        return NULL;
    struct charset_decoder *d = mem_alloc(sizeof *d);
    *d = (struct charset_decoder){converter, charset->unit};
    return d;
}

void charset_decoder_free(struct charset_decoder *d)
{
    if (!d)
        return;
    iconv_close(d->converter);
    free(d);
}

/* As far as iconv goes in one step: 0, or its errno. */
static int convert(struct charset_decoder *d, struct bytes *in, struct buf *out)
{
    size_t in_left = bytes_left(in), room = STEP_BYTES;
    buf_reserve(out, room);
    char *from, *to = (char *)out->data + out->len;
    memcpy(&from, &in->p, sizeof from); /* iconv writes nothing there, but says char * */
    size_t rc = iconv(d->converter, &from, &in_left, &to, &room);
    in->p = in->end - in_left;
    out->len = (size_t)(to - (char *)out->data);
    return rc == (size_t)-1 ? errno : 0;
}

size_t charset_decoder_run(struct charset_decoder *d, struct bytes *in, bool last, struct buf *out)
{
    size_t damaged = 0;
    while (in->p < in->end) {
        int rc = convert(d, in, out);
        if (rc == EINVAL && !last)
            break;
        if (rc == EINVAL || rc == EILSEQ) {
            size_t left = bytes_left(in);
            in->p += rc == EINVAL || left < d->unit ? left : d->unit;
            buf_puts(out, REPLACEMENT);
            damaged++;
        }
    }
    return damaged;
}

bool charset_to_utf8(const struct charset *charset, const void *text, size_t len, struct buf *out,
                     size_t *damaged)
{
    if (charset->kind == CHARSET_UTF8) { /* iconv lets values above U+10FFFF through */
        *damaged = utf8_repair(text, len, out);
        return true;
    }
    struct charset_decoder *d = charset_decoder_new(charset);
    struct bytes in = bytes_of(text, len);
    if (!d)
        return false;
    *damaged = charset_decoder_run(d, &in, true, out);
    charset_decoder_free(d);
    return true;
}
