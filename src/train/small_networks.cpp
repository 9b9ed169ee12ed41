// SPDX-License-Identifier: Apache-2.0
#include "train/small_networks.hpp"

#include <algorithm>
#include <bit>
#include <functional>
#include <unordered_map>

namespace sinew::train {

namespace {
using Word = std::uint64_t;
using Support = std::vector<std::uint32_t>;  ///< 2 · feature, + 1 where the weight is -1

/// Neurons of one weight that differ at some column, as bits over the columns.
struct Neurons {
    std::vector<Word> bits;
    std::vector<std::uint32_t> supports;  ///< `weight` entries each
    std::size_t count = 0;
};

class Enumeration {
  public:
    Enumeration(const Problem& problem, const Columns& columns, std::uint64_t effort, const Limits& limits,
                Incumbent& best)
        : problem_(problem),
          columns_(columns),
          effort_(static_cast<double>(effort)),
          limits_(limits),
          best_(best),
          words_((columns.count + 63) / 64) {
        std::uint32_t last = 0;
        for (const Columns::Group& group : columns.groups) last = std::max(last, group.column);
        example_words_ = last / 64 + 1;
        for (const Columns::Group& group : columns.groups) add_to_planes(group);
        const auto rows = problem.examples.rows();
        errors_ = rows >= problem.least_right ? rows - problem.least_right : 0;
        for (const Columns::Guard& guard : columns.guards) {
            std::size_t all = 0;
            for (const auto& watch : guard.watches) all += watch.weight;
            if (!guard.first_layer || guard.needed < all || all == 0) continue;
            for (const auto& watch : guard.watches)
                for (const std::uint32_t other : watch.same) equal_.emplace_back(watch.own, other);
        }
    }

    SmallNetworks run() {
        SmallNetworks result;
        std::size_t most = 0;
        std::size_t below = columns_.features;
        for (const std::size_t neurons : problem_.architecture.layers) {
            most += below * neurons;
            below = neurons;
        }
        const bool least = problem_.objectives.front() == Objective::min_weight;
        // Lesser weights are known to have none.
        result.bound = least ? std::max<std::int64_t>(0, best_.bound()) : 0;
        for (auto weight = static_cast<std::size_t>(result.bound); weight <= most && !found_ && !stopped_; ++weight) {
            if (!try_weight(weight)) break;
            result.found = found_;
            if (found_) break;
            result.bound = static_cast<std::int64_t>(weight) + 1;
            if (least) best_.raise_bound(result.bound);
        }
        return result;
    }

  private:
    /// Whether all networks of the weight were looked at, or one was found.
    bool try_weight(std::size_t weight) {
        if (problem_.architecture.layers.size() == 1) {
            if (!affordable(weight)) return false;
            for_neurons(weight, [&](const Word* bits, const Support& support) { return check_alone(bits, support); });
            return !stopped_;
        }
        if (weight == 0) {  // the output's sum is 0: class 1 everywhere
            offer({}, {});
            return !stopped_;
        }
        if (!affordable(weight - 1)) return false;
        for_neurons(weight - 1, [&](const Word* bits, const Support& support) { return check_single(bits, support); });
        const std::size_t most = std::min(problem_.architecture.layers[0], weight);
        for (std::size_t used = 2; used <= most && !found_ && !stopped_; ++used) {
            if (!prepare(weight - used)) return false;
            std::vector<std::size_t> parts;
            if (!split(used, weight - used, 0, parts)) return false;
        }
        return found_ || !stopped_;
    }

    bool affordable(std::size_t weight) {
        double neurons = 1;
        for (std::size_t m = 0; m < weight; ++m)
            neurons *= 2.0 * static_cast<double>(columns_.features - std::min(m, columns_.features)) / double(m + 1);
        return pay(neurons * static_cast<double>(columns_.count) / 8);
    }
    bool pay(double cost) {
        if (spent_ + cost > effort_) return false;
        spent_ += cost;
        return true;
    }

    /// Calls `use` for every neuron of the weight that the demands on the first layer allow, until it says stop.
    void for_neurons(std::size_t weight, const std::function<bool(const Word*, const Support&)>& use) {
        std::vector<std::vector<std::int32_t>> sums(weight + 1, std::vector<std::int32_t>(columns_.count, 0));
        std::vector<Word> bits(words_);
        Support support;  // an odometer: features ascending, both signs of each
        std::uint32_t next = 0;
        const auto end = static_cast<std::uint32_t>(2 * columns_.features);
        while (true) {
            if (support.size() == weight) {
                if (++visited_ % 4096 == 0 && limits_.exceeded()) stopped_ = true;
                if (stopped_ || (to_bits(sums[weight], bits) && !use(bits.data(), support))) return;
            } else if (next < end) {
                const std::vector<std::int32_t>& below = sums[support.size()];
                const auto change = columns_.change(next / 2, next % 2 == 0 ? 1 : -1);
                std::vector<std::int32_t>& own = sums[support.size() + 1];
                for (std::size_t c = 0; c < own.size(); ++c) own[c] = below[c] + change[c];
                support.push_back(next);
                next = (next / 2 + 1) * 2;
                continue;
            }
            if (support.empty()) return;
            next = support.back() + 1;
            support.pop_back();
        }
    }

    /// The activities as bits; whether the first layer's demands allow them.
    bool to_bits(const std::vector<std::int32_t>& sums, std::vector<Word>& bits) const {
        for (std::size_t w = 0; w < words_; ++w) {
            Word word = 0;
            const std::size_t end = std::min<std::size_t>(64, sums.size() - 64 * w);
            for (std::size_t b = 0; b < end; ++b) word |= Word{sums[64 * w + b] >= 0} << b;
            bits[w] = word;
        }
        const auto bit = [&](std::uint32_t c) { return (bits[c / 64] >> (c % 64)) & 1; };
        return std::all_of(equal_.begin(), equal_.end(), [&](const auto& p) { return bit(p.first) == bit(p.second); });
    }

    /// Keeps the neurons of all weights up to `weight`, each activity pattern once.
    bool prepare(std::size_t weight) {
        while (kept_.size() <= weight) {
            const std::size_t own = kept_.size();
            if (!affordable(own)) return false;
            Neurons& neurons = kept_.emplace_back();
            for_neurons(own, [&](const Word* bits, const Support& support) {
                if (!is_new(bits)) return true;
                neurons.bits.insert(neurons.bits.end(), bits, bits + words_);
                neurons.supports.insert(neurons.supports.end(), support.begin(), support.end());
                ++neurons.count;
                return true;
            });
            if (stopped_) return false;
        }
        return true;
    }
    bool is_new(const Word* bits) {
        std::string key(reinterpret_cast<const char*>(bits), words_ * sizeof(Word));
        return patterns_.emplace(std::move(key), true).second;
    }

    /// Goes through the ways to give `used` neurons weights that sum to `weight`, ascending.
    bool split(std::size_t used, std::size_t weight, std::size_t least, std::vector<std::size_t>& parts) {
        if (used == 1) {
            if (weight < least) return true;
            parts.push_back(weight);
            const bool done = combine(parts);
            parts.pop_back();
            return done;
        }
        for (std::size_t part = least; part * used <= weight; ++part) {
            parts.push_back(part);
            const bool done = split(used - 1, weight - part, part, parts);
            parts.pop_back();
            if (!done || found_ || stopped_) return done;
        }
        return true;
    }

    /// All networks whose hidden neurons in use have these weights.
    bool combine(const std::vector<std::size_t>& parts) {
        double cost = static_cast<double>(example_words_ * parts.size());
        for (const std::size_t part : parts) cost *= 2.0 * static_cast<double>(kept_[part].count);
        if (!pay(cost)) return false;
        chosen_.assign(parts.size(), 0);
        // at_least[d][q]: where at least q of the first d literals are true
        const std::size_t all = parts.size();
        at_least_.assign((all + 1) * (all + 1) * example_words_, 0);
        for (std::size_t d = 0; d <= all; ++d)
            for (std::size_t w = 0; w < example_words_; ++w) level(d, 0)[w] = ~Word{0};
        std::size_t depth = 0;
        while (true) {
            if (chosen_[depth] == 2 * kept_[parts[depth]].count) {
                if (depth == 0) return true;
                ++chosen_[--depth];
                continue;
            }
            extend(parts, depth);
            if (depth + 1 < all) {
                ++depth;
                // of equal weights only in descending order
                chosen_[depth] = parts[depth] == parts[depth - 1] ? chosen_[depth - 1] : 0;
                continue;
            }
            if (++visited_ % 65536 == 0 && limits_.exceeded()) stopped_ = true;
            if (stopped_) return false;
            if (is_right_enough(level(all, (all + 1) / 2))) {
                offer_combined(parts);
                if (found_ || stopped_) return found_;
            }
            ++chosen_[depth];
        }
    }
    Word* level(std::size_t depth, std::size_t count) {
        return at_least_.data() + (depth * (chosen_.size() + 1) + count) * example_words_;
    }
    void extend(const std::vector<std::size_t>& parts, std::size_t depth) {
        const std::size_t choice = chosen_[depth];
        const Word* bits = kept_[parts[depth]].bits.data() + choice / 2 * words_;
        const Word flip = choice % 2 == 0 ? 0 : ~Word{0};
        for (std::size_t q = 1; q <= depth + 1; ++q)
            for (std::size_t w = 0; w < example_words_; ++w)
                level(depth + 1, q)[w] = level(depth, q)[w] | (level(depth, q - 1)[w] & (bits[w] ^ flip));
    }

    void add_to_planes(const Columns::Group& group) {
        auto& planes = group.label == 1 ? positive_ : negative_;
        for (std::size_t b = 0; (group.examples >> b) != 0; ++b) {
            if (planes.size() <= b) planes.emplace_back(example_words_, 0);
            if (((group.examples >> b) & 1) != 0) planes[b][group.column / 64] |= Word{1} << (group.column % 64);
        }
    }
    bool is_right_enough(const Word* output) const {
        std::size_t wrong = 0;
        for (std::size_t b = 0; b < positive_.size(); ++b)
            for (std::size_t w = 0; w < example_words_; ++w)
                wrong += static_cast<std::size_t>(std::popcount(positive_[b][w] & ~output[w])) << b;
        for (std::size_t b = 0; b < negative_.size() && wrong <= errors_; ++b)
            for (std::size_t w = 0; w < example_words_; ++w)
                wrong += static_cast<std::size_t>(std::popcount(negative_[b][w] & output[w])) << b;
        return wrong <= errors_;
    }

    bool check_alone(const Word* bits, const Support& support) {
        if (is_right_enough(bits)) offer({support}, {});
        return !found_ && !stopped_;
    }
    bool check_single(const Word* bits, const Support& support) {
        if (is_right_enough(bits)) offer({support}, {1});
        if (found_ || stopped_) return false;
        inverse_.resize(example_words_);
        for (std::size_t w = 0; w < example_words_; ++w) inverse_[w] = ~bits[w];
        if (is_right_enough(inverse_.data())) offer({support}, {-1});
        return !found_ && !stopped_;
    }
    void offer_combined(const std::vector<std::size_t>& parts) {
        std::vector<Support> supports;
        std::vector<std::int8_t> signs;
        for (std::size_t d = 0; d < parts.size(); ++d) {
            const auto begin =
                kept_[parts[d]].supports.begin() + static_cast<std::ptrdiff_t>(chosen_[d] / 2 * parts[d]);
            supports.emplace_back(begin, begin + static_cast<std::ptrdiff_t>(parts[d]));
            signs.push_back(chosen_[d] % 2 == 0 ? 1 : -1);
        }
        offer(supports, signs);
    }
    /// Measures the network as a whole; gives up where too many fail there.
    void offer(const std::vector<Support>& supports, const std::vector<std::int8_t>& signs) {
        Weights weights;
        std::size_t below = columns_.features;
        for (const std::size_t neurons : problem_.architecture.layers) {
            weights.layers.emplace_back(neurons * below, std::int8_t{0});
            below = neurons;
        }
        for (std::size_t j = 0; j < supports.size(); ++j)
            for (const std::uint32_t entry : supports[j])
                weights.layers[0][j * columns_.features + entry / 2] =
                    static_cast<std::int8_t>(entry % 2 == 0 ? 1 : -1);
        for (std::size_t j = 0; j < signs.size(); ++j) weights.layers[1][j] = signs[j];
        if (satisfies(problem_, weights)) {
            best_.offer(weights);
            found_ = true;
        } else if (++failures_ > most_failures) {
            stopped_ = true;
        }
    }

    static constexpr std::size_t most_failures = 20000;

    const Problem& problem_;
    const Columns& columns_;
    double effort_;
    double spent_ = 0;
    const Limits& limits_;
    Incumbent& best_;
    std::size_t words_;
    std::size_t example_words_ = 0;
    std::size_t errors_ = 0;                                      ///< allowed
    std::vector<std::pair<std::uint32_t, std::uint32_t>> equal_;  ///< columns at which a neuron must be as active
    std::vector<std::vector<Word>> positive_;                     ///< bit b of the numbers of examples by column
    std::vector<std::vector<Word>> negative_;
    std::vector<Neurons> kept_;  ///< by weight
    std::unordered_map<std::string, bool> patterns_;
    std::vector<std::size_t> chosen_;  ///< 2 · neuron, + 1 where it is negated
    std::vector<Word> at_least_;
    std::vector<Word> inverse_;
    std::uint64_t visited_ = 0;
    std::size_t failures_ = 0;
    bool found_ = false;
    bool stopped_ = false;
};
}  // namespace

bool has_small_networks(const Problem& problem) {
    return problem.architecture.zero_weights && problem.architecture.single_output() &&
           problem.architecture.layers.size() <= 2;
}

SmallNetworks enumerate_small_networks(const Problem& problem, const Columns& columns, std::uint64_t effort,
                                       const Limits& limits, Incumbent& best) {
    return Enumeration(problem, columns, effort, limits, best).run();
}

}  // namespace sinew::train
