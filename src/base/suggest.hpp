// SPDX-License-Identifier: Apache-2.0
// "Did you mean …?"
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace sinew {

/// The candidates nearest to `word` by edit distance (at most a third of its length, at least 1), best first, at most
/// three; those that begin with `word` count as near.
std::vector<std::string> near_words(std::string_view word, const std::vector<std::string>& candidates);

/// " (did you mean verify?)", or nothing.
std::string did_you_mean(std::string_view word, const std::vector<std::string>& candidates);

}  // namespace sinew
