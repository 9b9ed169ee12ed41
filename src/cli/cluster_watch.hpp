// SPDX-License-Identifier: Apache-2.0
// What sinew cluster tells while it watches a campaign: a bar on a terminal, lines elsewhere.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>

#include "cluster/drive.hpp"

namespace sinew::cli {

class ClusterWatch : public cluster::Watcher {
  public:
    explicit ClusterWatch(bool quiet);

    void begin(const cluster::Campaign& campaign);
    void show(const cluster::Tally& tally) override;
    void tell(const std::string& line) override;
    /// Takes the bar away.
    void erase();

  private:
    using Clock = std::chrono::steady_clock;

    bool quiet_;
    bool draws_;
    bool drawn_ = false;
    Clock::time_point begin_ = Clock::now();
    Clock::time_point last_line_{};
    std::string last_text_;
    std::uint64_t done_at_begin_ = 0;
    bool has_begun_ = false;
};

/// Characters of a line that tells names of files.
inline constexpr std::size_t widest_line = 2000;

/// "12 of 40 shards, 8 running, 20 waiting, 1480 answers".
std::string tally_text(const cluster::Tally& tally);

}  // namespace sinew::cli
