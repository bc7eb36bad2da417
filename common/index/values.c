/* values.c - one pass over the section, every length bounded by what is left. */
#include "common/index/values.h"

#include "common/index/limits.h"

static int damaged(const struct value_cursor *c, const unsigned char *at, const char *what,
                   struct error *err)
{
    return frame_damaged(&c->columns->frame, at, what, err);
}

/* Reads the value behind the present one, whatever its field; its field goes
 * to *field. */
static int take_value(struct value_cursor *c, enum value_field *field, struct error *err)
{
    const unsigned char *at = c->in.p, *letter, *more, *list;
    uint32_t shared, len;
    uint64_t list_len;
    if (!bytes_left(&c->in))
        return BF_END;
    if (!take_bytes(&c->in, 1, &letter) || !take_varint32(&c->in, &shared) ||
        !take_varint32(&c->in, &len) || shared > c->value.len || len > MAX_VALUE_LENGTH - shared ||
        !take_bytes(&c->in, len, &more) || !take_varint(&c->in, &list_len) || !list_len ||
        !take_bytes(&c->in, list_len, &list))
        return damaged(c, at, "no value of a field", err);
    c->value.len = shared;
    buf_add(&c->value, more, len);
    c->list = bytes_of(list, list_len);
    c->next_doc = 0;
    *field = (enum value_field) * letter;
    return BF_OK;
}

int values_seek(const struct columns *c, enum value_field field, struct value_cursor *out,
                struct error *err)
{
    const struct section *s = &c->frame.sections[COLUMN_VALUES];
    *out = (struct value_cursor){.columns = c, .field = field, .in = bytes_of(s->p, s->len)};
    return columns_need(c, COLUMN_VALUES, err);
}

int values_next(struct value_cursor *c, struct error *err)
{
    enum value_field field = c->field;
    int rc;
    do
        rc = take_value(c, &field, err);
    while (!rc && field < c->field);
    return rc ? rc : field == c->field ? BF_OK : BF_END;
}

void values_close(struct value_cursor *c)
{
    buf_free(&c->value);
}

int values_next_run(struct value_cursor *c, uint32_t *first, uint32_t *count, struct error *err)
{
    const unsigned char *at = c->list.p;
    uint64_t gap, more = 0;
    if (!bytes_left(&c->list))
        return BF_END;
    if (!take_varint(&c->list, &gap) || (gap % 2 && !take_varint(&c->list, &more)))
        return damaged(c, at, "no list of a value", err);
    uint64_t length = gap % 2 ? more + 2 : 1, left = c->columns->docs - c->next_doc;
    if (gap / 2 >= left || more > left || length > left - gap / 2)
        return damaged(c, at, "a value of articles that are not there", err);
    *first = c->next_doc + (uint32_t)(gap / 2);
    *count = (uint32_t)length;
    c->next_doc = *first + *count;
    return BF_OK;
}
