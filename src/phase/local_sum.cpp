// SPDX-License-Identifier: Apache-2.0
#include "phase/local_sum.hpp"

#include <algorithm>
#include <bit>
#include <deque>
#include <limits>

#include "base/effort.hpp"
#include "base/error.hpp"

namespace sinew::phase {

namespace {
constexpr std::int32_t forbidden_value = -(1 << 23);  // below all sums of allowed values
constexpr std::size_t most_in_group = 200;            // so that a group's sum fits into 32 bits
constexpr std::size_t low_bits = 11;

/// The index into a table of scope `inner` from an index over `outer`, of which it is a part: by its low and high bits.
class IndexMap {
  public:
    IndexMap(const std::vector<std::uint32_t>& inner, const std::vector<std::uint32_t>& outer) {
        std::vector<std::size_t> bit(outer.size(), 0);
        for (std::size_t j = 0, k = 0; j < inner.size(); ++j) {
            while (outer[k] != inner[j]) ++k;
            bit[k] = std::size_t{1} << j;
        }
        const std::size_t low = std::min(low_bits, outer.size());
        fill(low_, std::span<const std::size_t>(bit).first(low));
        fill(high_, std::span<const std::size_t>(bit).subspan(low));
    }
    const std::vector<std::uint32_t>& low() const { return low_; }
    const std::vector<std::uint32_t>& high() const { return high_; }

  private:
    static void fill(std::vector<std::uint32_t>& map, std::span<const std::size_t> bit) {
        map.assign(std::size_t{1} << bit.size(), 0);
        for (std::size_t m = 1; m < map.size(); ++m)
            map[m] = map[m & (m - 1)] + static_cast<std::uint32_t>(bit[static_cast<std::size_t>(std::countr_zero(m))]);
    }
    std::vector<std::uint32_t> low_;
    std::vector<std::uint32_t> high_;
};

std::size_t index_of(const std::vector<std::uint32_t>& scope, const std::vector<bool>& bits) {
    std::size_t index = 0;
    for (std::size_t j = 0; j < scope.size(); ++j) index |= std::size_t{bits[scope[j]] ? 1U : 0U} << j;
    return index;
}

/// The graph of an elimination as rows of bits.
class FillGraph {
  public:
    explicit FillGraph(std::size_t vertices)
        : words_((vertices + 63) / 64), rows_(vertices * words_, 0), fill_(vertices, 0), left_(vertices, true) {}

    void add_clique(const std::vector<std::uint32_t>& clique) {
        for (const std::uint32_t a : clique)
            for (const std::uint32_t b : clique)
                if (a != b) row(a)[b / 64] |= std::uint64_t{1} << (b % 64);
    }

    std::vector<std::uint32_t> order() {
        const std::size_t vertices = left_.size();
        for (std::uint32_t v = 0; v < vertices; ++v) fill_[v] = fill_of(v);
        std::vector<std::uint32_t> order;
        while (order.size() < vertices) {
            std::uint32_t best = 0;
            std::size_t least = std::numeric_limits<std::size_t>::max();
            for (std::uint32_t v = 0; v < vertices; ++v) {
                if (!left_[v] || fill_[v] >= least) continue;
                best = v;
                least = fill_[v];
            }
            order.push_back(best);
            remove(best);
        }
        return order;
    }

  private:
    std::uint64_t* row(std::uint32_t v) { return rows_.data() + v * words_; }

    std::vector<std::uint32_t> neighbours(std::uint32_t v) {
        std::vector<std::uint32_t> found;
        for (std::size_t w = 0; w < words_; ++w)
            for (std::uint64_t rest = row(v)[w]; rest != 0; rest &= rest - 1)
                found.push_back(static_cast<std::uint32_t>(w * 64 + static_cast<std::size_t>(std::countr_zero(rest))));
        return found;
    }

    /// Pairs of neighbours without an edge, each twice.
    std::size_t fill_of(std::uint32_t v) {
        std::size_t missing = 0;
        for (const std::uint32_t u : neighbours(v)) {
            for (std::size_t w = 0; w < words_; ++w)
                missing += static_cast<std::size_t>(std::popcount(row(v)[w] & ~row(u)[w]));
            --missing;  // u itself
        }
        return missing;
    }

    void remove(std::uint32_t v) {
        const std::vector<std::uint32_t> around = neighbours(v);
        add_clique(around);
        left_[v] = false;
        std::vector<std::uint64_t> changed(words_, 0);
        for (const std::uint32_t u : around) {
            row(u)[v / 64] &= ~(std::uint64_t{1} << (v % 64));
            changed[u / 64] |= std::uint64_t{1} << (u % 64);
            if (fill_[v] != 0)
                for (std::size_t w = 0; w < words_; ++w) changed[w] |= row(u)[w];
        }
        std::fill_n(row(v), words_, 0);
        for (std::uint32_t u = 0; u < left_.size(); ++u)
            if ((changed[u / 64] >> (u % 64) & 1U) != 0) fill_[u] = fill_of(u);
    }

    std::size_t words_;
    std::vector<std::uint64_t> rows_;
    std::vector<std::size_t> fill_;
    std::vector<bool> left_;
};
}  // namespace

std::vector<std::uint32_t> least_fill_order(std::size_t vertices, std::span<const std::vector<std::uint32_t>> cliques) {
    FillGraph graph(vertices);
    for (const std::vector<std::uint32_t>& clique : cliques) graph.add_clique(clique);
    return graph.order();
}

/// One maximise(): first which tables meet in which bucket, by scopes alone, then the numbers.
class Elimination {
  public:
    using Table = LocalSum::Table;

    explicit Elimination(const LocalSum& sum) : sum_(sum) {
        for (const Table& table : sum.tables_) given_.push_back(table);
        for (const std::vector<BitPhase>& together : sum.forbidden_) add_forbidden(together);
        std::vector<std::vector<std::uint32_t>> scopes;
        for (const Table& table : given_) scopes.push_back(table.scope);
        order_ = least_fill_order(sum.bit_count_, scopes);
        place_.resize(order_.size());
        for (std::uint32_t i = 0; i < order_.size(); ++i) place_[order_[i]] = i;
    }

    std::optional<LocalSum::Maximum> run(std::size_t width, std::size_t most_entries, const Limits& limits) {
        while (plan(width) > most_entries && width > 1) --width;
        tables_.assign(given_.begin(), given_.end());
        tables_.resize(given_.size() + groups_.size());
        LocalSum::Maximum result;
        result.bound = sum_.constant_;
        for (std::size_t g = 0; g < groups_.size(); ++g) {
            if (limits.exceeded()) return std::nullopt;
            Table& message = tables_[given_.size() + g];
            eliminate(groups_[g], message);
            if (message.scope.empty()) result.bound += message.value[0];
            result.width = std::max(result.width, message.scope.size());
        }
        for (const Table& table : given_)
            if (table.scope.empty()) result.bound += table.value[0];
        result.exact = exact_;
        result.bits = choose();
        return result;
    }

  private:
    /// The tables of one bucket that are added up before their bit is eliminated.
    struct Group {
        std::uint32_t bit = 0;
        std::vector<std::uint32_t> scope;  ///< of all members; without the bit it is the message's
        std::vector<std::size_t> members;
    };

    void add_forbidden(const std::vector<BitPhase>& together) {
        Table table;
        std::size_t index = 0;
        for (std::size_t j = 0; j < together.size(); ++j) {
            table.scope.push_back(together[j].bit);
            index |= std::size_t{together[j].value ? 1U : 0U} << j;
        }
        table.value.assign(std::size_t{1} << together.size(), 0);
        table.value[index] = forbidden_value;
        given_.push_back(std::move(table));
    }

    /// Fills groups_ and says how many entries all messages have.
    std::size_t plan(std::size_t width) {
        groups_.clear();
        exact_ = true;
        std::vector<std::vector<std::size_t>> bucket(order_.size());
        std::vector<std::vector<std::uint32_t>> scope;
        const auto file = [&](std::size_t table) {
            std::uint32_t first = std::numeric_limits<std::uint32_t>::max();
            for (const std::uint32_t bit : scope[table]) first = std::min(first, place_[bit]);
            if (!scope[table].empty()) bucket[first].push_back(table);
        };
        for (std::size_t t = 0; t < given_.size(); ++t) {
            scope.push_back(given_[t].scope);
            file(t);
        }
        std::size_t entries = 0;
        for (std::uint32_t place = 0; place < order_.size(); ++place) {
            const std::size_t first_group = groups_.size();
            split(order_[place], bucket[place], scope, width);
            exact_ = exact_ && groups_.size() <= first_group + 1;
            for (std::size_t g = first_group; g < groups_.size(); ++g) {
                std::vector<std::uint32_t> message = groups_[g].scope;
                std::erase(message, order_[place]);
                entries += std::size_t{1} << message.size();
                if (entries > std::size_t{1} << 40) return entries;
                scope.push_back(std::move(message));
                file(given_.size() + g);
            }
        }
        return entries;
    }

    /// Puts the tables of a bucket into groups of at most `width` other bits, the widest first.
    void split(std::uint32_t bit, std::vector<std::size_t>& tables,
               const std::vector<std::vector<std::uint32_t>>& scope, std::size_t width) {
        std::stable_sort(tables.begin(), tables.end(),
                         [&](std::size_t a, std::size_t b) { return scope[a].size() > scope[b].size(); });
        const std::size_t first = groups_.size();
        for (const std::size_t table : tables) {
            std::size_t g = first;
            std::vector<std::uint32_t> both;
            for (; g < groups_.size(); ++g) {
                both.clear();
                std::set_union(groups_[g].scope.begin(), groups_[g].scope.end(), scope[table].begin(),
                               scope[table].end(), std::back_inserter(both));
                if (both.size() <= std::max(width + 1, groups_[g].scope.size()) &&
                    groups_[g].members.size() < most_in_group)
                    break;
            }
            if (g == groups_.size())
                groups_.push_back({bit, scope[table], {table}});
            else {
                groups_[g].scope = both;
                groups_[g].members.push_back(table);
            }
        }
    }

    void eliminate(const Group& group, Table& message) {
        sum_up_.assign(std::size_t{1} << group.scope.size(), 0);
        spend((sum_up_.size() * (group.members.size() + 1)) / 8 + 1);
        for (const std::size_t member : group.members) {
            const IndexMap map(tables_[member].scope, group.scope);
            const std::int32_t* value = tables_[member].value.data();
            std::int32_t* into = sum_up_.data();
            for (const std::uint32_t high : map.high())
                for (const std::uint32_t low : map.low()) *into++ += value[high + low];
        }
        message.scope = group.scope;
        const auto at = std::find(message.scope.begin(), message.scope.end(), group.bit);
        const auto stride = std::size_t{1} << static_cast<std::size_t>(at - message.scope.begin());
        message.scope.erase(at);
        message.value.resize(sum_up_.size() / 2);
        for (std::size_t m = 0; m < message.value.size(); ++m) {
            const std::size_t below = m & (stride - 1);
            const std::size_t index = 2 * (m - below) + below;
            message.value[m] = std::max({sum_up_[index], sum_up_[index + stride], forbidden_value});
        }
    }

    /// The best bits, the last bucket first, by all tables of each.
    std::vector<bool> choose() const {
        std::vector<bool> bits(sum_.bit_count_, false);
        for (std::size_t end = groups_.size(); end > 0;) {
            std::size_t begin = end - 1;
            const std::uint32_t bit = groups_[begin].bit;
            while (begin > 0 && groups_[begin - 1].bit == bit) --begin;
            std::int64_t worth[2] = {0, 0};
            for (std::size_t g = begin; g < end; ++g) {
                for (const std::size_t member : groups_[g].members) {
                    for (const bool value : {false, true}) {
                        bits[bit] = value;
                        worth[value ? 1 : 0] += tables_[member].value[index_of(tables_[member].scope, bits)];
                    }
                }
            }
            bits[bit] = worth[1] > worth[0];
            end = begin;
        }
        return bits;
    }

    const LocalSum& sum_;
    std::vector<Table> given_;
    std::vector<std::uint32_t> order_;
    std::vector<std::uint32_t> place_;
    std::vector<Group> groups_;
    std::deque<Table> tables_;  ///< those given, then a message for each group
    std::vector<std::int32_t> sum_up_;
    bool exact_ = true;
};

void LocalSum::add_constant(std::int64_t value) {
    constant_ += value;
}

void LocalSum::add(const std::vector<std::uint32_t>& scope, std::span<const std::int32_t> table) {
    require(scope.size() <= widest_scope && table.size() == std::size_t{1} << scope.size(),
            "a table has a value for each of its bits' values");
    std::int64_t largest = 0;
    for (const std::int32_t value : table) largest = std::max(largest, std::abs(std::int64_t{value}));
    largest_ += largest;
    const auto [at, fresh] = by_scope_.emplace(scope, tables_.size());
    if (fresh) tables_.push_back({scope, std::vector<std::int32_t>(table.size(), 0)});
    std::vector<std::int32_t>& into = tables_[at->second].value;
    if (too_large()) return;
    for (std::size_t i = 0; i < table.size(); ++i) into[i] += table[i];
}

void LocalSum::forbid(std::span<const BitPhase> together) {
    forbidden_.emplace_back(together.begin(), together.end());
}

std::optional<LocalSum::Maximum> LocalSum::maximise(std::size_t most_width, std::size_t most_entries,
                                                    const Limits& limits) const {
    require(!too_large(), "sums of values fit into 32 bits");
    return Elimination(*this).run(most_width, most_entries, limits);
}

std::int64_t LocalSum::value(const std::vector<bool>& bits) const {
    std::int64_t sum = constant_;
    for (const Table& table : tables_) sum += table.value[index_of(table.scope, bits)];
    return sum;
}

bool LocalSum::allows(const std::vector<bool>& bits) const {
    return std::none_of(forbidden_.begin(), forbidden_.end(), [&](const std::vector<BitPhase>& together) {
        return std::all_of(together.begin(), together.end(),
                           [&](const BitPhase& phase) { return bits[phase.bit] == phase.value; });
    });
}

}  // namespace sinew::phase
