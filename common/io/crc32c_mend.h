/*
 * crc32c_mend.h - which byte is wrong, told by a checksum that does not fit.
 *
 * CRC-32C is linear: what a wrong byte changes in the checksum depends on its
 * bits that are wrong and on how many bytes follow, on nothing else. So the
 * difference, followed back through the bytes, is a single byte where the
 * error is (W. W. Peterson, D. T. Brown, "Cyclic codes for error detection",
 * 1961). Of 16 KiB of random damage one in a thousand looks like a single wrong
 * byte: who mends has to verify what comes of it by other means.
 */
#ifndef IO_CRC32C_MEND_H
#define IO_CRC32C_MEND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Puts the one byte of p right with which the n bytes have the checksum. False,
 * with nothing changed, when there is no such byte, or more than one. */
bool crc32c_mend(unsigned char *p, size_t n, uint32_t checksum);

#endif
