/* info.c - `backfile-index info`: what an index holds, for people or as JSON. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "common/index/snapshot.h"
#include "common/text/escape.h"
#include "indexer/commands.h"

struct totals {
    uint64_t terms; /* summed over segments */
    uint64_t deleted;
    uint64_t files[SEGMENT_FILES];
    uint64_t deletes_bytes;
    uint64_t copies_bytes;
    uint64_t copies; /* articles that have any */
    uint64_t bytes;
};

static struct totals add_up(const struct snapshot *s)
{
    struct totals t = {0};
    for (uint32_t i = 0; i < s->count; i++) {
        const struct segment_entry *e = &s->segments[i].entry;
        t.terms += e->terms;
        t.deleted += e->deleted_docs;
        t.deletes_bytes += e->deletes_file.length;
        for (int f = 0; f < SEGMENT_FILES; f++)
            t.files[f] += e->files[f].length;
    }
    t.copies_bytes = s->manifest.copies_file.length;
    t.copies = s->copies.count;
    t.bytes = t.deletes_bytes + t.copies_bytes;
    for (int f = 0; f < SEGMENT_FILES; f++)
        t.bytes += t.files[f];
    return t;
}

/* A manifest may name anything. */
static void print_name(const char *before, const char *name, bool json, const char *behind)
{
    struct buf out = {0};
    buf_puts(&out, before);
    (json ? escape_json_string : escape_column)(&out, name, strlen(name));
    printf("%s%s", buf_text(&out), behind);
    buf_free(&out);
}

static void print_json(const struct snapshot *s, const struct totals *t)
{
    printf("{\"articles\":%" PRIu64 ",\"deleted\":%" PRIu64 ",\"tokens\":%" PRIu64
           ",\"segments\":%" PRIu32 ",\"terms\":%" PRIu64 ",\"generation\":%" PRIu64 ",",
           s->docs, t->deleted, s->tokens, s->count, t->terms, s->manifest.generation);
    print_name("\"language\":", s->manifest.language, true, ",");
    print_name("\"analysis\":", s->manifest.fingerprint, true, ",");
    printf("\"stores_text\":%s,\"bytes\":%" PRIu64 ",\"files\":{",
           s->manifest.without_text ? "false" : "true", t->bytes);
    for (int f = 0; f < SEGMENT_FILES; f++)
        printf("\"%s\":%" PRIu64 ",", segment_file_names[f], t->files[f]);
    printf("\"deletes\":%" PRIu64 ",\"copies\":%" PRIu64 "},\"with_copies\":%" PRIu64 "}\n",
           t->deletes_bytes, t->copies_bytes, t->copies);
}

static void print_text(const struct snapshot *s, const struct totals *t)
{
    printf("articles    %" PRIu64 "\n", s->docs);
    printf("deleted     %" PRIu64 " (not yet merged away)\n", t->deleted);
    printf("copies      %" PRIu64 " articles have some\n", t->copies);
    printf("tokens      %" PRIu64 "\n", s->tokens);
    printf("terms       %" PRIu64 " in %" PRIu32 " segments\n", t->terms, s->count);
    print_name("language    ", s->manifest.language, false, "\n");
    print_name("analysis    ", s->manifest.fingerprint, false, "\n");
    printf("text        %s\n", s->manifest.without_text ? "not stored" : "stored");
    printf("generation  %" PRIu64 "\n", s->manifest.generation);
    printf("bytes       %" PRIu64 "\n", t->bytes);
    for (int f = 0; f < SEGMENT_FILES; f++)
        printf("  %-9s %" PRIu64 "\n", segment_file_names[f], t->files[f]);
    printf("  %-9s %" PRIu64 "\n", "deletes", t->deletes_bytes);
    printf("  %-9s %" PRIu64 "\n", "copies", t->copies_bytes);
}

int command_info(int argc, char **argv, struct error *err)
{
    bool json = false, boilerplate = false;
    const struct option_spec options[] = {
        {"json", 'j', OPTION_FLAG, &json, NULL, "as JSON"},
        {"boilerplate", 0, OPTION_FLAG, &boilerplate, NULL,
         "list the paragraphs that many articles share"},
        {0},
    };
    const struct command command = {"info",  "INDEX", "Says what an index holds.", 1, 1,
                                    options, NULL};
    int first, rc = command_parse(&command, argc, argv, &first, err);
    if (rc)
        return program_parse_status(rc);
    struct snapshot s;
    rc = snapshot_open(&s, argv[first], err);
    if (rc)
        return exit_status_of(rc);
    struct totals t = add_up(&s);
    if (boilerplate)
        rc = info_boilerplate(&s, json, err);
    else if (json)
        print_json(&s, &t);
    else
        print_text(&s, &t);
    snapshot_close(&s);
    return exit_status_of(rc);
}
