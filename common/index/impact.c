/* impact.c - splitting a run in two where the bound is tightest. */
#include "common/index/impact.h"

#include <string.h>

#include "common/index/length.h"

#define NO_LENGTH 255

/* Tightness is judged at k1 = 1.2, b = 0.75 and an average article of 300
 * tokens; the bound holds for any others too. */
static float typical_score(unsigned tf, unsigned length_code)
{
    if (tf >= IMPACT_MANY)
        return 1;
    float k = 1.2f * (0.25f + 0.75f * (float)length_decode(length_code) / 300.0f);
    return (float)tf / ((float)tf + k);
}

/* shortest[t] holds the lowest length code among postings of frequency t;
 * present[] marks the frequencies that occur. */
struct spectrum {
    uint8_t shortest[256];
    uint8_t present[256];
    unsigned highest;
};

static void spectrum_add(struct spectrum *s, unsigned tf, uint8_t code)
{
    if (tf > IMPACT_MANY)
        tf = IMPACT_MANY;
    if (!s->present[tf] || code < s->shortest[tf])
        s->shortest[tf] = code;
    s->present[tf] = 1;
    if (tf > s->highest)
        s->highest = tf;
}

/* Tries every split between two frequencies, from the top down. */
static struct impact tightest(const struct spectrum *s)
{
    uint8_t below[257]; /* lowest code among frequencies < t */
    uint8_t highest_below[257];
    below[0] = NO_LENGTH;
    highest_below[0] = 0;
    for (unsigned t = 0; t <= s->highest; t++) {
        below[t + 1] = s->present[t] && s->shortest[t] < below[t] ? s->shortest[t] : below[t];
        highest_below[t + 1] = s->present[t] ? (uint8_t)t : highest_below[t];
    }
    struct impact best = {0};
    float best_score = 2;
    uint8_t above = NO_LENGTH;
    for (unsigned t = s->highest; t > 0; t--) {
        if (!s->present[t])
            continue;
        if (s->shortest[t] < above)
            above = s->shortest[t];
        struct impact split = {(uint8_t)s->highest, above, highest_below[t], below[t]};
        float score = typical_score(split.high_tf, split.high_length);
        float low = split.low_tf ? typical_score(split.low_tf, split.low_length) : 0;
        if (low > score)
            score = low;
        if (score < best_score) {
            best_score = score;
            best = split;
        }
    }
    if (!best.low_tf)
        best.low_length = 0;
    return best;
}

struct impact impact_of(const uint32_t *tf, const uint8_t *length_codes, unsigned n)
{
    struct spectrum s;
    memset(&s, 0, sizeof s);
    for (unsigned i = 0; i < n; i++)
        spectrum_add(&s, tf[i], length_codes[i]);
    return tightest(&s);
}
