// SPDX-License-Identifier: Apache-2.0
// A shard: the part of many questions that one run answers, where several runs share the work.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace sinew::cluster {

/// The `index`-th of `count` parts, from 1. Questions are dealt out like cards: of each `count` that follow one another
/// every shard gets one, and where the dealer begins changes from round to round, by a fixed rule. So every shard has
/// its share where questions become harder little by little (whole blocks of rows would give all hard ones to a few),
/// and where they repeat themselves (networks × properties: of rows i, i + n, … a shard could get one network alone).
/// The number of questions of two shards differs by one at most.
struct Shard {
    std::uint64_t index = 1;
    std::uint64_t count = 1;

    bool is_all() const { return count == 1; }
    /// Whether question `number`, from 0, belongs to it.
    bool holds(std::uint64_t number) const;
};

/// "3/40"; absent for anything else, and for more than a million shards.
std::optional<Shard> parse_shard(std::string_view text);

}  // namespace sinew::cluster
