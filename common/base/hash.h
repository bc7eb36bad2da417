/*
 * hash.h - the one hash function: XXH64.
 *
 * Used in memory and, with seed 0, for the content hashes that stand in an
 * index. Specification: Yann Collet, "XXHash fast digest algorithm", XXH64.
 */
#ifndef BASE_HASH_H
#define BASE_HASH_H

#include <stddef.h>
#include <stdint.h>

uint64_t hash64(const void *data, size_t len, uint64_t seed);

#endif
