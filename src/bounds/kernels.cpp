#include "bounds/kernels.hpp"

namespace sinew::bounds {

namespace avx512 {
extern const Kernels table;
}
namespace avx2 {
extern const Kernels table;
}
namespace baseline {
extern const Kernels table;
}

const Kernels& kernels() {
#if defined(__x86_64__)
    static const Kernels& chosen = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
                                           __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512bw")
                                       ? avx512::table
                                   : __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") ? avx2::table
                                                                                                     : baseline::table;
    return chosen;
#else
    return baseline::table;
#endif
}

}  // namespace sinew::bounds
