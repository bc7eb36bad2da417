/* crc32c_sse42.h - CRC-32C by the SSE4.2 instruction; only for crc32c.c. */
#ifndef IO_CRC32C_SSE42_H
#define IO_CRC32C_SSE42_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

bool crc32c_sse42_usable(void);
uint32_t crc32c_sse42(uint32_t crc, const void *p, size_t n);

#endif
