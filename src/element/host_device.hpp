#pragma once

// Element code runs on both sides. It is always inlined: the same header is compiled for several instruction
// sets in one program, and an out-of-line copy made for the newest of them must not be the one the linker
// keeps.

#ifdef __CUDACC__
#define NEWSGPU_HD __host__ __device__ __forceinline__
#elif defined(__GNUC__)
#define NEWSGPU_HD inline __attribute__((always_inline))
#else
#define NEWSGPU_HD inline
#endif
