#define SINEW_KERNELS avx512
#define SINEW_KERNELS_NAME "avx512"
#define SINEW_LANES 8
#include "bounds/kernels_body.hpp"
