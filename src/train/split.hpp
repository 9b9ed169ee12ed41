// SPDX-License-Identifier: Apache-2.0
// Parts of the training data, what it holds of each class, and rows that contradict each other.
#pragma once

#include <cstdint>
#include <vector>

#include "train/problem.hpp"

namespace sinew::train {

/// Rows of one part and of the rest, each in rising order.
struct Split {
    std::vector<std::size_t> part;
    std::vector<std::size_t> rest;
};

/// A random part of `share` (0 to 1) of the rows, of each class as near to this share as whole numbers allow; no class
/// of two rows or more is missing from either side. The same seed gives the same split everywhere.
Split stratified_split(const Examples& examples, const std::vector<std::size_t>& rows, double share,
                       std::uint64_t seed);

/// At most so many random rows of each class, in rising order.
std::vector<std::size_t> sample_classes(const std::vector<std::size_t>& labels, std::size_t count, std::uint64_t seed);

std::vector<std::size_t> class_counts(const Examples& examples);

/// Examples with the same features and different labels.
struct Contradictions {
    std::size_t groups = 0;      ///< features that have several labels
    std::size_t rows = 0;        ///< examples with such features
    std::size_t most_right = 0;  ///< examples that any classifier can have right, of all
};
Contradictions contradictions_of(const Examples& examples);

}  // namespace sinew::train
