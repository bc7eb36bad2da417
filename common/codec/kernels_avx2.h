/* kernels_avx2.h - what of the kernels with AVX2 those with AVX-512 take over. */
#ifndef CODEC_KERNELS_AVX2_H
#define CODEC_KERNELS_AVX2_H

#include "common/codec/kernels.h"

#if defined(__x86_64__)

void avx2_unpack(const unsigned char *in, unsigned width, uint32_t out[BLOCK_LEN]);
size_t avx2_skip_ones(const unsigned char *in, size_t bytes, uint64_t *ones);
size_t avx2_pick_ones(const unsigned char *in, size_t bytes, unsigned skip, size_t n,
                      uint32_t *out);
unsigned avx2_bit_places(const unsigned char *bits, size_t bytes, uint32_t first, uint32_t last,
                         const uint32_t *numbers, unsigned n, uint32_t base, uint32_t *out,
                         uint32_t *last_place);
unsigned avx2_count_below_16(const unsigned char *in, unsigned n, uint16_t v);
unsigned avx2_count_below_32(const unsigned char *in, unsigned n, uint32_t v);

#endif

#endif
