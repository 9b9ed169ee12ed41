// Max-pooling: below it lies every member, above it the largest upper bound; where one member cannot be exceeded, the
// pooling is that member (Singh et al., POPL 2019, section 4.5).
#include <cstddef>

#include "bounds/relaxation.hpp"

namespace sinew::bounds {

MaxPoolLines relax_max_pool(const std::vector<Interval>& window) {
    MaxPoolLines lines;
    lines.upper = -std::numeric_limits<double>::infinity();
    for (std::size_t i = 0; i < window.size(); ++i) {
        if (window[i].lower > window[lines.lower_member].lower) lines.lower_member = i;
        lines.upper = std::max(lines.upper, window[i].upper);
    }
    lines.dominates = true;
    for (std::size_t i = 0; i < window.size(); ++i)
        if (i != lines.lower_member && window[i].upper > window[lines.lower_member].lower) lines.dominates = false;
    return lines;
}

}  // namespace sinew::bounds
