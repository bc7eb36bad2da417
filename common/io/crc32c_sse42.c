/* crc32c_sse42.c - eight bytes an instruction. */
#include "common/io/crc32c_sse42.h"

#if defined(__x86_64__)
#include <nmmintrin.h>
#include <string.h>

bool crc32c_sse42_usable(void)
{
    return __builtin_cpu_supports("sse4.2");
}

__attribute__((target("sse4.2"))) uint32_t crc32c_sse42(uint32_t crc, const void *p, size_t n)
{
    const unsigned char *b = p;
    uint64_t c = ~crc;
    for (; n >= 8; n -= 8, b += 8) {
        uint64_t word;
        memcpy(&word, b, 8);
        c = _mm_crc32_u64(c, word);
    }
    for (; n; n--)
        c = _mm_crc32_u8((uint32_t)c, *b++);
    return ~(uint32_t)c;
}

#else

bool crc32c_sse42_usable(void)
{
    return false;
}

uint32_t crc32c_sse42(uint32_t crc, const void *p, size_t n)
{
    (void)p, (void)n;
    return crc;
}

#endif
