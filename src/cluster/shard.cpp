// SPDX-License-Identifier: Apache-2.0
#include "cluster/shard.hpp"

#include "base/number_text.hpp"
#include "base/random.hpp"

namespace sinew::cluster {

bool Shard::holds(std::uint64_t number) const {
    const std::uint64_t round = number / count;
    const std::uint64_t turn = Random(round).below(count);
    return (number % count + turn) % count == index - 1;
}

std::optional<Shard> parse_shard(std::string_view text) {
    constexpr std::uint64_t most = 1'000'000;
    const std::size_t slash = text.find('/');
    if (slash == std::string_view::npos) return std::nullopt;
    const std::optional<std::uint64_t> index = parse_count(text.substr(0, slash), most);
    const std::optional<std::uint64_t> count = parse_count(text.substr(slash + 1), most);
    if (!index || !count || *index < 1 || *index > *count) return std::nullopt;
    return Shard{*index, *count};
}

}  // namespace sinew::cluster
