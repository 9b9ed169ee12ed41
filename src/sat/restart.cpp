// SPDX-License-Identifier: Apache-2.0
#include "sat/restart.hpp"

namespace sinew::sat {

std::uint64_t luby(std::uint64_t i) {
    std::uint64_t block = 1;
    while (block < i) block = 2 * block + 1;
    while (block != i) {
        block /= 2;
        if (i > block) i -= block;
    }
    return (block + 1) / 2;
}

RestartPolicy::RestartPolicy(const Options& options) : options_(options), stable_(options.restart == 0) {}

void RestartPolicy::on_conflict(std::uint32_t glue, std::uint64_t ticks) {
    ++conflicts_;
    ++since_restart_;
    fast_.add(glue);
    slow_.add(glue);
    if (options_.restart == 2) switch_mode(ticks);
}

// The first mode lasts a number of conflicts; the later ones get as many ticks, times a slowly growing factor, so that
// both modes take the same effort.
void RestartPolicy::switch_mode(std::uint64_t ticks) {
    if (mode_ticks_ == 0) {
        if (conflicts_ < static_cast<std::uint64_t>(options_.mode_interval)) return;
        mode_ticks_ = ticks + 1;
    } else if (ticks < mode_end_ticks_) {
        return;
    }
    ++mode_changes_;
    const std::uint64_t round = mode_changes_ / 2 + 1;
    mode_end_ticks_ = ticks + mode_ticks_ * round * round;
    stable_ = !stable_;
    since_restart_ = 0;
    luby_index_ = 1;
}

bool RestartPolicy::wants_restart() const {
    if (stable_) return since_restart_ >= luby(luby_index_) * static_cast<std::uint64_t>(options_.luby_unit);
    return since_restart_ >= static_cast<std::uint64_t>(options_.restart_interval) &&
           fast_.value() > options_.restart_margin * slow_.value();
}

void RestartPolicy::restarted() {
    since_restart_ = 0;
    if (stable_) ++luby_index_;
}

}  // namespace sinew::sat
