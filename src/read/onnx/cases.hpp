// SPDX-License-Identifier: Apache-2.0
// Values that are one of finitely many constants, as whole numbers that inputs become (a Cast to int64) say: what
// operators compute from them that have to know a number when the file is read, the places of a Slice for one.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "read/onnx/builder.hpp"
#include "read/onnx/steps.hpp"

namespace sinew::read::onnx {

/// constants[which[c]], c the number of a combination of the keys' values, the first key's slowest.
struct Cases {
    std::vector<std::size_t> keys;  ///< ascending
    std::vector<std::uint32_t> which;
    std::vector<Constant> constants;  ///< all different
};

/// The keys: one real number each that is rounded to one of `count` whole numbers from `lower` on.
class CaseKeys {
  public:
    /// More combinations are not looked at.
    static constexpr std::size_t most_combinations = std::size_t{1} << 16;

    /// A new key, and its whole number as cases.
    Cases add(Tensor tensor, Rounding rounding, std::int64_t lower, std::size_t count, int data_type);

    std::size_t combinations(const std::vector<std::size_t>& keys) const;
    /// The number of a combination of `keys` among those of some of them.
    std::size_t part(std::size_t combination, const std::vector<std::size_t>& keys,
                     const std::vector<std::size_t>& some) const;

    /// The cases as a tensor: steps of the keys' numbers, a ReLU for each combination that counts, and a sum. Absent
    /// where the constants have different shapes.
    std::optional<Tensor> tensor(Builder& network, const std::string& name, const Cases& cases);

  private:
    struct Key {
        Tensor tensor;
        Rounding rounding = Rounding::down;
        std::int64_t lower = 0;
        std::size_t count = 0;
        std::optional<Tensor> steps;  ///< [number >= lower + 1 + k], by k
    };
    Tensor& steps_of(Builder& network, std::size_t key);

    std::vector<Key> keys_;
};

/// Equal for constants with equal shapes, types and elements.
std::string content_of(const Constant& constant);

}  // namespace sinew::read::onnx
