#include "bnn/enumerate.hpp"

#include <algorithm>
#include <limits>
#include <unordered_map>

#include "bnn/incremental.hpp"

namespace sinew::bnn {

namespace {
constexpr std::int64_t widest_count = 4096;  // budgets that are counted exactly

class Enumerator {
  public:
    Enumerator(const ReducedNetwork& network, const Ball& ball, const Limits& limits)
        : network_(network), limits_(limits), state_(network), budget_(ball.budget) {
        for (std::uint32_t f = 0; f < network.digit_count(); ++f) {
            const FreeDigit& digit = network.digits[f];
            const std::uint32_t centre = digit.centre - digit.low;
            Changes& changes = changes_.emplace_back();
            changes.digit = f;
            changes.centre = centre;
            for (std::uint32_t value = 0; value < digit.cost.size(); ++value)
                if (value != centre) changes.options.push_back({value, budget_ ? digit.cost[value] : 0});
            std::sort(changes.options.begin(), changes.options.end(),
                      [](const Option& a, const Option& b) { return a.cost < b.cost; });
        }
        std::stable_sort(changes_.begin(), changes_.end(),
                         [](const Changes& a, const Changes& b) { return a.options[0].cost < b.options[0].cost; });
    }

    Enumeration run() {
        if (state_.best_margin() >= 0) {
            take();
        } else {
            walk(0, budget_.value_or(0), 0);
            if (result_.outcome != EnumerationOutcome::found)
                result_.outcome = stopped_ ? EnumerationOutcome::stopped : EnumerationOutcome::none;
        }
        return std::move(result_);
    }

  private:
    struct Option {
        std::uint32_t value = 0;
        std::int64_t cost = 0;
    };
    /// Of one digit, cheapest first.
    struct Changes {
        std::uint32_t digit = 0;
        std::uint32_t centre = 0;
        std::vector<Option> options;
    };
    /// A node's state, and the sets of first-layer gates that last changes have flipped there.
    struct Level {
        Incremental::Saved saved;
        std::unordered_multimap<std::uint64_t, std::size_t> by_key;
        std::vector<std::uint64_t> words;
    };

    void take() {
        result_.outcome = EnumerationOutcome::found;
        for (std::size_t f = 0; f < network_.digit_count(); ++f) result_.values.push_back(state_.digit(f));
    }

    bool out_of_time() {
        if ((++ticks_ & 255U) == 0 && limits_.exceeded()) stopped_ = true;
        return stopped_;
    }

    /// Combinations of changes of digits from `first` on; true: found or stopped. The depth is that of the changes
    /// within a budget, a few dozen where the combinations can be counted at all.
    bool walk(std::size_t first, std::int64_t rest, std::size_t depth) {
        if (levels_.size() <= depth) levels_.resize(depth + 1);
        state_.save(levels_[depth].saved);
        levels_[depth].by_key.clear();
        levels_[depth].words.clear();
        for (std::size_t i = first; i < changes_.size(); ++i) {
            if (budget_ && changes_[i].options[0].cost > rest) break;  // and all after it
            for (const Option& option : changes_[i].options) {
                if (budget_ && option.cost > rest) break;
                const std::int64_t left = rest - option.cost;
                const bool last = i + 1 == changes_.size() || (budget_ && changes_[i + 1].options[0].cost > left);
                if (last) {
                    if (try_last(changes_[i], option, depth)) return true;
                    continue;
                }
                if (out_of_time()) return true;
                ++result_.nodes;
                state_.set(changes_[i].digit, option.value);
                if (state_.best_margin() >= 0) {
                    take();
                    return true;
                }
                if (walk(i + 1, left, depth + 1)) return true;
                state_.restore(levels_[depth].saved);
                state_.restore_digit(changes_[i].digit, changes_[i].centre);
            }
        }
        return false;
    }

    bool try_last(const Changes& changes, const Option& option, std::size_t depth) {
        ++result_.leaves;
        const bool any = state_.flips_of(changes.digit, option.value, flipped_);
        if (!any || is_known(levels_[depth])) return false;
        if (out_of_time()) return true;
        ++result_.nodes;
        state_.flip(flipped_);
        const bool wins = state_.best_margin() >= 0;
        state_.restore(levels_[depth].saved);
        if (!wins) return false;
        state_.set(changes.digit, option.value);
        take();
        return true;
    }

    /// Whether flipped_ has been seen at this node; remembers it if not.
    bool is_known(Level& level) {
        std::uint64_t key = 0;
        for (const std::uint64_t word : flipped_) key = (key ^ word ^ (word >> 32)) * 0x9e3779b97f4a7c15ULL;
        const auto [begin, end] = level.by_key.equal_range(key);
        for (auto at = begin; at != end; ++at)
            if (std::equal(flipped_.begin(), flipped_.end(),
                           level.words.begin() + static_cast<std::ptrdiff_t>(at->second)))
                return true;
        level.by_key.emplace(key, level.words.size());
        level.words.insert(level.words.end(), flipped_.begin(), flipped_.end());
        return false;
    }

    const ReducedNetwork& network_;
    const Limits& limits_;
    Incremental state_;
    std::optional<std::int64_t> budget_;
    std::vector<Changes> changes_;
    std::vector<Level> levels_;
    std::vector<std::uint64_t> flipped_;
    std::uint64_t ticks_ = 0;
    bool stopped_ = false;
    Enumeration result_;
};
}  // namespace

double combinations(const Ball& ball) {
    double product = 1;
    for (const FreeDigit& digit : ball.free) product *= static_cast<double>(digit.cost.size());
    if (!ball.budget || *ball.budget > widest_count) return product;
    // ways[c]: combinations that cost c altogether
    std::vector<double> ways(static_cast<std::size_t>(*ball.budget) + 1, 0.0);
    ways[0] = 1;
    for (const FreeDigit& digit : ball.free) {
        std::vector<double> next = ways;
        for (std::uint32_t v = 0; v < digit.cost.size(); ++v) {
            if (v + digit.low == digit.centre) continue;
            const auto cost = static_cast<std::size_t>(digit.cost[v]);
            for (std::size_t c = cost; c < ways.size(); ++c) next[c] += ways[c - cost];
        }
        ways = std::move(next);
    }
    double sum = 0;
    for (const double count : ways) sum += count;
    return std::min(sum, product);
}

Enumeration enumerate(const ReducedNetwork& network, const Ball& ball, const Limits& limits) {
    return Enumerator(network, ball, limits).run();
}

}  // namespace sinew::bnn
