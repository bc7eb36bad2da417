/* byte_ones.h - the numbers of a byte's ones, for the kernels that look bytes up. */
#ifndef CODEC_BYTE_ONES_H
#define CODEC_BYTE_ONES_H

#include <stdint.h>

/* Entry b: byte k is the number of b's k-th one, from the lowest. */
extern const uint64_t byte_ones[256];

#endif
