#define SINEW_KERNELS avx2
#define SINEW_KERNELS_NAME "avx2"
#define SINEW_LANES 4
#include "bounds/kernels_body.hpp"
