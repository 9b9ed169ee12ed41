// SPDX-License-Identifier: Apache-2.0
#if defined(__aarch64__)
#include <arm_neon.h>

#define SINEW_KERNELS neon
#define SINEW_LANES 2
#define SINEW_ACCUMULATORS 24
#define SINEW_FUSED(a, b, c) vfmaq_f64(c, a, b)
#define SINEW_ROOT vsqrtq_f64
#include "bounds/kernels_body.hpp"
#include "bounds/lane_kernels_body.hpp"
#include "bounds/pencil_lane_kernels_body.hpp"
#include "bounds/relaxed_lane_kernels_body.hpp"
#endif
