// SPDX-License-Identifier: Apache-2.0
#if defined(__x86_64__)
#include <immintrin.h>

#define SINEW_KERNELS avx512
#define SINEW_LANES 8
#define SINEW_ACCUMULATORS 24
#define SINEW_FUSED _mm512_fmadd_pd
#define SINEW_ROOT _mm512_sqrt_pd
#include "bounds/kernels_body.hpp"
#include "bounds/lane_kernels_body.hpp"
#include "bounds/pencil_lane_kernels_body.hpp"
#include "bounds/relaxed_lane_kernels_body.hpp"
#endif
