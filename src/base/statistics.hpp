// SPDX-License-Identifier: Apache-2.0
// What a component counted, in the order it tells it. Every component reports, even "nothing done".
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sinew {

/// Named figures; names are snake_case and become JSON keys.
class Statistics {
  public:
    /// Sets `name`, or adds to it if it is there already (workers add up their counts).
    void add(std::string_view name, double value) {
        for (auto& [known, sum] : figures_) {
            if (known == name) {
                sum += value;
                return;
            }
        }
        figures_.emplace_back(name, value);
    }
    void add(const Statistics& other) {
        for (const auto& [name, value] : other.figures_) add(name, value);
    }
    const std::vector<std::pair<std::string, double>>& figures() const { return figures_; }

  private:
    std::vector<std::pair<std::string, double>> figures_;
};

}  // namespace sinew
