/* impact.c - splitting a run in two where the bound is tightest. */
#include "common/index/impact.h"

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

/* shortest[t] is the lowest length code among postings of frequency t, or NONE. */
struct spectrum {
    uint16_t shortest[256];
    unsigned highest;
};

#define NONE 256

/* Side by side, as most postings have the same frequency and would wait for each other. */
#define SIDES 4

static unsigned cap(uint32_t tf)
{
    return tf < IMPACT_MANY ? tf : IMPACT_MANY;
}

static void make_spectrum(struct spectrum *s, const uint32_t *tf, const uint8_t *codes, unsigned n)
{
    uint16_t shortest[SIDES][256];
    uint32_t highest = 0;
    for (unsigned i = 0; i < n; i++)
        highest = tf[i] > highest ? tf[i] : highest;
    s->highest = cap(highest);
    for (unsigned side = 0; side < SIDES; side++)
        for (unsigned t = 0; t <= s->highest; t++)
            shortest[side][t] = NONE;
    for (unsigned i = 0; i < n; i++) {
        uint16_t *at = &shortest[i % SIDES][cap(tf[i])];
        *at = codes[i] < *at ? codes[i] : *at;
    }
    for (unsigned t = 0; t <= s->highest; t++) {
        s->shortest[t] = NONE;
        for (unsigned side = 0; side < SIDES; side++)
            if (shortest[side][t] < s->shortest[t])
                s->shortest[t] = shortest[side][t];
    }
}

/* Tries every split between two frequencies, from the top down. */
static struct impact tightest(const struct spectrum *s)
{
    uint8_t below[257]; /* lowest code among frequencies < t */
    uint8_t highest_below[257];
    below[0] = NO_LENGTH;
    highest_below[0] = 0;
    for (unsigned t = 0; t <= s->highest; t++) {
        below[t + 1] = s->shortest[t] < below[t] ? (uint8_t)s->shortest[t] : below[t];
        highest_below[t + 1] = s->shortest[t] != NONE ? (uint8_t)t : highest_below[t];
    }
    struct impact best = {0};
    float best_score = 2;
    uint8_t above = NO_LENGTH;
    for (unsigned t = s->highest; t > 0; t--) {
        if (s->shortest[t] == NONE)
            continue;
        if (s->shortest[t] < above)
            above = (uint8_t)s->shortest[t];
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
    make_spectrum(&s, tf, length_codes, n);
    return tightest(&s);
}
