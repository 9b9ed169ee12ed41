#include "cli/version.hpp"

#include <fmt/core.h>
#include <gmp.h>

namespace sinew::cli {

std::string version_text() {
    return fmt::format("sinew {}\nGMP {}, compiled by {} {}\n", SINEW_VERSION, gmp_version, "GCC", __VERSION__);
}

}  // namespace sinew::cli
