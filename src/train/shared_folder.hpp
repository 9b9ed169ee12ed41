// SPDX-License-Identifier: Apache-2.0
// A folder by which processes that train the same network share what they find: the best weights, and what is proven of
// the first objective. One file a problem, replaced whole; nothing else is shared.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "train/problem.hpp"
#include "train/weights.hpp"

namespace sinew::train {

/// Of everything that says what is asked: two processes share only where it is the same.
std::string digest_of(const Problem& problem);

class SharedFolder {
  public:
    struct State {
        std::optional<Weights> weights;     ///< of the problem's shape; what they are worth the reader finds out
        std::optional<std::int64_t> bound;  ///< no weights have a better first objective
        bool is_infeasible = false;         ///< no weights satisfy the demands
    };

    /// The problem must outlive it. Makes the folder where it is not there.
    SharedFolder(std::string folder, const Problem& problem);

    /// What the others have found since the last look; absent where that is nothing, or a file that is none of ours.
    std::optional<State> look();
    /// What was found here: kept where it is better than what is there. Weights satisfy the demands. Throws
    /// OutputError.
    void tell(const State& found);

    const std::string& path() const { return path_; }

  private:
    std::optional<State> read() const;

    const Problem& problem_;
    std::string digest_;
    std::string path_;
    std::string lock_;
    std::string last_;  ///< the content that was read or written last
};

}  // namespace sinew::train
