/* deletes.c - opening a delete file and looking terms up in it. */
#include "common/index/deletes.h"

enum { SECTION_BITMAP, SECTION_ORDINALS, SECTION_DF, SECTION_CF, SECTIONS };

int deletes_open(struct deletes *d, const char *path, uint32_t docs, struct error *err)
{
    *d = (struct deletes){0};
    int rc = frame_open(&d->frame, path, FRAME_KIND('D', 'E', 'L', 'S'), err);
    if (rc)
        return rc;
    const struct section *s = d->frame.sections;
    size_t list = s[SECTION_ORDINALS].len;
    if (d->frame.section_count != SECTIONS || s[SECTION_BITMAP].len != (docs + 7) / 8 || list % 4 ||
        s[SECTION_DF].len != list || s[SECTION_CF].len != list)
        rc = frame_damaged(&d->frame, NULL, "not the sections of a delete file", err);
    if (!rc)
        rc = frame_verify(&d->frame, err);
    if (!rc && docs % 8 && s[SECTION_BITMAP].p[docs / 8] >> docs % 8)
        rc = frame_damaged(&d->frame, s[SECTION_BITMAP].p + docs / 8,
                           "bits behind the last article", err);
    d->terms = (uint32_t)(list / 4);
    if (rc)
        deletes_close(d);
    return rc;
}

void deletes_close(struct deletes *d)
{
    frame_close(&d->frame);
    *d = (struct deletes){0};
}

void deletes_term(const struct deletes *d, uint32_t ordinal, uint32_t *df, uint32_t *cf)
{
    *df = *cf = 0;
    uint32_t low = 0, high = d->terms;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        uint32_t found = load_u32(d->frame.sections[SECTION_ORDINALS].p + 4 * (size_t)middle);
        if (found == ordinal) {
            *df = load_u32(d->frame.sections[SECTION_DF].p + 4 * (size_t)middle);
            *cf = load_u32(d->frame.sections[SECTION_CF].p + 4 * (size_t)middle);
            return;
        }
        if (found < ordinal)
            low = middle + 1;
        else
            high = middle;
    }
}
