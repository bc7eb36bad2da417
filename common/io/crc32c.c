/* crc32c.c - the chooser, and slicing by 8 in portable C. */
#include "common/io/crc32c.h"

#include <pthread.h>

#include "common/base/bytes.h"
#include "common/io/crc32c_sse42.h"

#define REFLECTED 0x82F63B78u

/* table[k][b]: what byte b does to the checksum k bytes further on. */
static uint32_t table[8][256];
static pthread_once_t table_once = PTHREAD_ONCE_INIT;

static void fill_table(void)
{
    for (uint32_t b = 0; b < 256; b++) {
        uint32_t c = b;
        for (int bit = 0; bit < 8; bit++)
            c = c >> 1 ^ (c & 1 ? REFLECTED : 0);
        table[0][b] = c;
    }
    for (uint32_t b = 0; b < 256; b++)
        for (int k = 1; k < 8; k++)
            table[k][b] = table[k - 1][b] >> 8 ^ table[0][table[k - 1][b] & 0xff];
}

uint32_t crc32c_portable(uint32_t crc, const void *p, size_t n)
{
    pthread_once(&table_once, fill_table);
    const unsigned char *b = p;
    uint32_t c = ~crc;
    for (; n >= 8; n -= 8, b += 8) {
        uint64_t word = load_u64(b) ^ c;
        c = 0;
        for (int k = 0; k < 8; k++)
            c ^= table[7 - k][word >> (8 * k) & 0xff];
    }
    for (; n; n--)
        c = c >> 8 ^ table[0][(c ^ *b++) & 0xff];
    return ~c;
}

uint32_t crc32c(uint32_t crc, const void *p, size_t n)
{
    return crc32c_sse42_usable() ? crc32c_sse42(crc, p, n) : crc32c_portable(crc, p, n);
}
