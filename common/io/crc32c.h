/*
 * crc32c.h - the checksum of every index file.
 *
 * CRC-32C: polynomial 0x1EDC6F41 reflected, initial value and final xor all
 * ones (RFC 3720 section 12.1). "123456789" gives 0xE3069283.
 */
#ifndef IO_CRC32C_H
#define IO_CRC32C_H

#include <stddef.h>
#include <stdint.h>

/* Continues from `crc`, the result for the bytes before (0 for none). Uses
 * the processor's instruction where it has one; the results are the same. */
uint32_t crc32c(uint32_t crc, const void *p, size_t n);

/* The portable twin (slicing by 8), for tests and other processors. */
uint32_t crc32c_portable(uint32_t crc, const void *p, size_t n);

#endif
