/* sketch_file.c - decoding one after the other. */
#include "common/index/sketch_file.h"

int sketch_file_open(struct frame *f, const char *path, struct error *err)
{
    int rc = frame_open(f, path, FRAME_KIND('S', 'K', 'E', 'T'), err);
    if (!rc && f->section_count != 1) {
        rc = frame_damaged(f, NULL, "not the sections of sketches", err);
        frame_close(f);
    }
    return rc;
}

int sketch_cursor_open(struct sketch_cursor *c, const struct frame *f, struct error *err)
{
    const struct section *s = &f->sections[0];
    *c = (struct sketch_cursor){.frame = f, .left = bytes_of(s->p, s->len), .start = s->p};
    return frame_verify(f, err);
}

int sketch_cursor_next(struct sketch_cursor *c, struct error *err)
{
    c->start = c->left.p;
    if (!sketch_decode(&c->left, &c->sketch))
        return frame_damaged(c->frame, c->start, "no sketch of an article", err);
    return BF_OK;
}
