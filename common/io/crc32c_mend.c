/* crc32c_mend.c - the checksum's shift register, run backwards. */
#include "common/io/crc32c_mend.h"

#include "common/io/crc32c.h"

#define POLYNOMIAL 0x82F63B78u /* Castagnoli's, reflected */

/* What a byte does to the register, and the byte that each high byte of that
 * belongs to: all 256 are different. */
struct tables {
    uint32_t forward[256];
    unsigned char back[256];
};

static void make_tables(struct tables *t)
{
    for (uint32_t byte = 0; byte < 256; byte++) {
        uint32_t r = byte;
        for (int bit = 0; bit < 8; bit++)
            r = r & 1 ? r >> 1 ^ POLYNOMIAL : r >> 1;
        t->forward[byte] = r;
        t->back[r >> 24] = (unsigned char)byte;
    }
}

bool crc32c_mend(unsigned char *p, size_t n, uint32_t checksum)
{
    struct tables t;
    uint32_t r = crc32c(0, p, n) ^ checksum;
    size_t found = 0;
    unsigned char bits = 0;
    make_tables(&t);
    if (!r)
        return false;
    for (size_t behind = n; behind-- > 0;) {
        uint32_t byte = t.back[r >> 24];
        r = (r ^ t.forward[byte]) << 8 | byte;
        if (r > 255)
            continue;
        if (bits)
            return false;
        found = behind;
        bits = (unsigned char)r;
    }
    if (!bits)
        return false;
    p[found] ^= bits;
    return true;
}
