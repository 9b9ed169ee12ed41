#define SINEW_KERNELS baseline
#define SINEW_KERNELS_NAME "baseline"
#define SINEW_LANES 2
#include "bounds/kernels_body.hpp"
