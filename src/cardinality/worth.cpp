#include "cardinality/worth.hpp"

namespace sinew::cardinality {

void Worth::restarted(std::uint64_t effort) {
    const double spent = static_cast<double>(effort - effort_);
    effort_ = effort;
    const auto used = static_cast<std::size_t>(current_);
    if (gain_ > 0 && spent > 0) {
        const double rate = gain_ / spent;
        value_[used] = known_[used] ? 0.8 * value_[used] + 0.2 * rate : rate;
        known_[used] = true;
    }
    gain_ = 0;
    if (choice_ < 2) {
        current_ = static_cast<Learning>(choice_);
        return;
    }
    ++round_;
    const Learning better = value_[0] >= value_[1] ? Learning::clauses : Learning::rows;
    const Learning worse = better == Learning::clauses ? Learning::rows : Learning::clauses;
    // Ten intervals of each to begin with, then a look at the worse one in every sixteen.
    if (round_ < 20)
        current_ = round_ % 2 == 0 ? Learning::clauses : Learning::rows;
    else
        current_ = round_ % 16 == 0 ? worse : better;
}

}  // namespace sinew::cardinality
