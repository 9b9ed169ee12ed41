// SPDX-License-Identifier: Apache-2.0
// Everything at which the first layer must be known, each once: examples, their neighbours, the ends of balls. A neuron
// of the first layer is a linear function of its weights at each of these columns, which is all that the local search,
// the enumeration and the encoding need to know of examples and robustness.
#pragma once

#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include "base/limits.hpp"
#include "train/problem.hpp"

namespace sinew::train {

/// Glossary. column: a point, or the low or high end of a ball: there every weighted feature is moved by its epsilon
/// against (with) its weight. group: equal examples of one label.
struct Columns {
    static constexpr std::uint32_t none = std::numeric_limits<std::uint32_t>::max();

    std::size_t features = 0;
    std::size_t count = 0;
    /// Feature-major: what a weight of +1 (-1) on feature i adds at column c is plus (minus)[i * count + c].
    std::vector<std::int32_t> plus;
    std::vector<std::int32_t> minus;
    std::vector<std::uint32_t> of_example;  ///< by row

    struct Group {
        std::uint32_t column = 0;
        std::uint32_t label = 0;
        std::uint32_t examples = 0;
    };
    std::vector<Group> groups;
    std::vector<std::uint32_t> example_columns;  ///< those of groups, each once

    /// A demand of robustness over columns.
    struct Guard {
        bool first_layer = true;
        bool soft = false;
        std::size_t needed = 0;
        /// One entry an example with anything to keep; `weight` equal ones are merged. Examples with nothing to keep
        /// count as robust and have been taken off `needed`.
        struct Watch {
            std::uint32_t own = 0;
            std::vector<std::uint32_t> same;  ///< there the first layer (the class) must be as at `own`
            std::uint32_t low = none;         ///< the ends of the ball, where the class is guarded
            std::uint32_t high = none;
            std::uint32_t weight = 1;

            friend auto operator<=>(const Watch&, const Watch&) = default;
        };
        std::vector<Watch> watches;
        std::size_t always = 0;  ///< examples with nothing to keep
    };
    std::vector<Guard> guards;
    bool is_complete = true;

    std::span<const std::int32_t> change(std::size_t feature, std::int8_t weight) const {
        return std::span<const std::int32_t>(weight > 0 ? plus : minus).subspan(feature * count, count);
    }
};

/// Where a limit is reached first: what is known so far, and is_complete is false.
Columns columns_of(const Problem& problem, const Limits& limits = {});

}  // namespace sinew::train
