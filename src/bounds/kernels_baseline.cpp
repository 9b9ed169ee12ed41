// SPDX-License-Identifier: Apache-2.0
#define SINEW_KERNELS baseline
#define SINEW_LANES 2
#define SINEW_ACCUMULATORS 12
#include "bounds/kernels_body.hpp"
#include "bounds/lane_kernels_body.hpp"
#include "bounds/pencil_lane_kernels_body.hpp"
#include "bounds/relaxed_lane_kernels_body.hpp"
