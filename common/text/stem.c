/* stem.c - the door to libstemmer. */
#include "common/text/stem.h"

#include <ctype.h>
#include <libstemmer.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/buf.h"
#include "common/base/mem.h"

#define MAX_NAME_BYTES 32

struct stem {
    struct sb_stemmer *snowball; /* NULL for "none" */
};

/* ISO 639 codes of the languages that some version of Snowball has, "nb" and
 * "nn" being written Norwegian. */
struct codes {
    const char *language;
    const char *codes; /* separated and surrounded by blanks */
};

static const struct codes iso_codes[] = {
    {"arabic", " ar ara "},
    {"armenian", " hy hye arm "},
    {"basque", " eu eus baq "},
    {"catalan", " ca cat "},
    {"danish", " da dan "},
    {"dutch", " nl nld dut "},
    {"english", " en eng "},
    {"esperanto", " eo epo "},
    {"estonian", " et est "},
    {"finnish", " fi fin "},
    {"french", " fr fra fre "},
    {"german", " de deu ger "},
    {"greek", " el ell gre "},
    {"hindi", " hi hin "},
    {"hungarian", " hu hun "},
    {"indonesian", " id ind "},
    {"irish", " ga gle "},
    {"italian", " it ita "},
    {"lithuanian", " lt lit "},
    {"nepali", " ne nep "},
    {"norwegian", " no nor nb nob nn nno "},
    {"polish", " pl pol "},
    {"portuguese", " pt por "},
    {"romanian", " ro ron rum "},
    {"russian", " ru rus "},
    {"serbian", " sr srp "},
    {"spanish", " es spa "},
    {"swedish", " sv swe "},
    {"tamil", " ta tam "},
    {"turkish", " tr tur "},
    {"yiddish", " yi yid "},
};

const char *stem_language_at(size_t i)
{
    const char *const *names = (const char *const *)sb_stemmer_list();
    for (; *names; names++)
        if (i-- == 0)
            return *names;
    return i == 0 ? STEM_NONE : NULL;
}

/* The canonical name that equals `name`, or NULL. */
static const char *known_name(const char *name)
{
    const char *known;
    for (size_t i = 0; (known = stem_language_at(i)) != NULL; i++)
        if (strcmp(known, name) == 0)
            return known;
    return NULL;
}

/* Copies a name in lower case; false for one that is too long to be known. */
static bool lower_name(const char *name, char out[MAX_NAME_BYTES])
{
    size_t len = strlen(name);
    if (len >= MAX_NAME_BYTES)
        return false;
    for (size_t i = 0; i <= len; i++)
        out[i] = (char)tolower((unsigned char)name[i]);
    return true;
}

static const char *name_of_code(const char *code, size_t len)
{
    char wanted[MAX_NAME_BYTES + 2] = " ";
    memcpy(wanted + 1, code, len);
    wanted[len + 1] = ' ';
    for (size_t i = 0; i < sizeof iso_codes / sizeof *iso_codes; i++)
        if (strstr(iso_codes[i].codes, wanted))
            return known_name(iso_codes[i].language);
    return NULL;
}

const char *stem_language(const char *name)
{
    char lower[MAX_NAME_BYTES];
    if (!lower_name(name, lower))
        return NULL;
    const char *known = known_name(lower);
    size_t code_len = strcspn(lower, "-_"); /* "en-GB", "pt_BR" */
    if (!known && code_len > 0)
        known = name_of_code(lower, code_len);
    return known;
}

bool stem_is_language_tag(const char *name)
{
    static const char *const no_language[] = {"und", "mul", "zxx", "mis"};
    char lower[MAX_NAME_BYTES];
    if (!lower_name(name, lower))
        return false;
    size_t code_len = strcspn(lower, "-_");
    for (size_t i = 0; i < code_len; i++)
        if (lower[i] < 'a' || lower[i] > 'z')
            return false;
    for (size_t i = 0; i < sizeof no_language / sizeof *no_language; i++)
        if (code_len == 3 && memcmp(lower, no_language[i], 3) == 0)
            return false;
    return code_len == 2 || code_len == 3;
}

static void unknown_language(const char *language, struct error *err)
{
    struct buf list = {0};
    const char *known;
    for (size_t i = 0; (known = stem_language_at(i)) != NULL; i++)
        buf_printf(&list, "%s%s", i == 0 ? "" : ", ", known);
    error_set(err, BF_ERR_USAGE, "unknown language \"%s\"; known are %s, and ISO 639 codes",
              language, buf_text(&list));
    buf_free(&list);
}

struct stem *stem_new(const char *language, struct error *err)
{
    const char *name = stem_language(language);
    if (!name) {
        unknown_language(language, err);
        return NULL;
    }
    struct sb_stemmer *snowball = NULL;
    if (strcmp(name, STEM_NONE) != 0) {
        snowball = sb_stemmer_new(name, "UTF_8");
        if (!snowball) {
            error_set(err, BF_ERR_SYSTEM, "libstemmer cannot open \"%s\"", name);
            return NULL;
        }
    }
    struct stem *stem = mem_alloc(sizeof *stem);
    stem->snowball = snowball;
    return stem;
}

void stem_free(struct stem *stem)
{
    if (!stem)
        return;
    sb_stemmer_delete(stem->snowball);
    free(stem);
}

const char *stem_word(struct stem *stem, const char *word, size_t len, size_t *stem_len)
{
    *stem_len = len;
    if (!stem->snowball || len > STEM_MAX_BYTES || memchr(word, '.', len))
        return word;
    const sb_symbol *result = sb_stemmer_stem(stem->snowball, (const sb_symbol *)word, (int)len);
    if (!result)
        mem_exhausted(len); /* Snowball's only failure */
    size_t result_len = (size_t)sb_stemmer_length(stem->snowball);
    if (result_len == 0)
        return word;
    *stem_len = result_len;
    return (const char *)result;
}
