// SPDX-License-Identifier: Apache-2.0
// Two runs side by side: what each of them answered, and how fast.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "results/rows.hpp"

namespace sinew::results {

/// How rows of two runs are taken for the same question.
enum class MatchBy {
    content,  ///< digests, options, row and epsilon
    place     ///< names of files without their folders, row and epsilon: other contents may be compared
};

enum class Change {
    contradiction,  ///< both answered, and both cannot be right
    regression,     ///< the first answered and the second did not
    improvement     ///< the other way round
};

/// A question on which they differ.
struct Difference {
    Change change = Change::regression;
    Row first;
    Row second;
};

struct Comparison {
    std::size_t common = 0;      ///< questions of both runs
    std::size_t only_first = 0;  ///< of one alone
    std::size_t only_second = 0;
    std::size_t solved_first = 0;  ///< answered, of the common ones
    std::size_t solved_second = 0;
    std::size_t solved_both = 0;
    double seconds_first = 0;  ///< of those that both answered
    double seconds_second = 0;
    /// Geometric mean of the second's time over the first's, over those that both answered; 1 where there are none.
    double time_ratio = 1;
    std::vector<Difference> differences;  ///< contradictions, then regressions, then improvements

    std::size_t count(Change change) const;
};

/// Answers with equal statuses agree, but for optima: their values must be equal where both are proven. A violation
/// nearer than the bound that the other run proved is a contradiction, too.
Comparison compare(const std::vector<Row>& first, const std::vector<Row>& second, MatchBy match = MatchBy::content);

/// "net.onnx prop.vnnlib", "net.onnx data.csv row 3 epsilon 1/100".
std::string place_text(const Question& question);

}  // namespace sinew::results
