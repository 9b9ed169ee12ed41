// SPDX-License-Identifier: Apache-2.0
#include "train/neuron_weight.hpp"

#include <algorithm>
#include <bit>
#include <limits>
#include <numeric>

#include "base/instruction_set.hpp"

namespace sinew::train {

namespace {
using Word = std::uint64_t;
constexpr std::size_t word_bits = 64;
constexpr std::size_t step = 8;             ///< between two of a row's sets, in weights
constexpr std::size_t most_weight = 24;     ///< searches of more would never end
constexpr std::size_t widest_range = 4096;  ///< of values that a table of ranks is kept for
constexpr std::size_t most_table_words = 32'000'000;

/// A set with all weights that add at least the value, and few others; null: all do.
[[gnu::always_inline]] inline const Word* at_least(const NeuronWeight::Lookup& row, std::int32_t value,
                                                   std::size_t words) {
    if (value <= row.least) return row.count == 0 ? row.sets : nullptr;
    if (value > row.greatest) return row.sets;
    if (row.offsets) return row.sets + row.offsets[value - row.least];
    const auto end = std::partition_point(row.adds, row.adds + row.count, [&](std::int32_t a) { return a >= value; });
    return row.sets + (static_cast<std::size_t>(end - row.adds) + step - 1) / step * words;
}

/// left &= right; whether anything is left.
[[gnu::always_inline]] inline bool intersect(Word* left, const Word* right, std::size_t words) {
    Word any = 0;
    for (std::size_t w = 0; w < words; ++w) any |= left[w] &= right[w];
    return any != 0;
}

/// What the rows' best weights of either side add, with all that are left and with one fewer (null: none is left).
struct Reach {
    const std::int32_t* all;
    const std::int32_t* fewer;
};

/// Takes out of `viable`, the positive half first, what leaves a row short; the place in `order` of a row that leaves a
/// half empty, or `rows`.
SINEW_CLONES std::size_t narrow_rows(const NeuronWeight::Lookup* lookup, const std::uint32_t* order, std::size_t rows,
                                     const std::int32_t* deficit, Reach positive, Reach negative, Word* viable,
                                     std::size_t half) {
    for (std::size_t q = 0; q < rows; ++q) {
        const std::uint32_t r = order[q];
        if (positive.fewer) {
            const Word* set = at_least(lookup[r], deficit[r] - positive.fewer[r] - negative.all[r], 2 * half);
            if (set && !intersect(viable, set, half)) return q;
        }
        if (negative.fewer) {
            const Word* set = at_least(lookup[r], deficit[r] - negative.fewer[r] - positive.all[r], 2 * half);
            if (set && !intersect(viable + half, set + half, half)) return q;
        }
    }
    return rows;
}

/// How many are in both, or any number from `most` on.
SINEW_CLONES std::size_t count_common(const Word* left, const Word* right, std::size_t words, std::size_t most) {
    std::size_t count = 0;
    for (std::size_t w = 0; w < words && count < most; ++w)
        count += static_cast<std::size_t>(std::popcount(left[w] & right[w]));
    return count;
}

/// Whether some deficit is more than both sides can add.
SINEW_CLONES bool is_short(const std::int32_t* positive, const std::int32_t* negative, const std::int32_t* deficit,
                           std::size_t rows) {
    std::int32_t least = 0;
    for (std::size_t r = 0; r < rows; ++r) least = std::min(least, positive[r] + negative[r] - deficit[r]);
    return least < 0;
}

bool contains(const std::vector<Word>& set, std::uint32_t weight) {
    return ((set[weight / word_bits] >> (weight % word_bits)) & 1) != 0;
}
void remove(std::vector<Word>& set, std::uint32_t weight) {
    set[weight / word_bits] &= ~(Word{1} << (weight % word_bits));
}
void insert(std::vector<Word>& set, std::uint32_t weight) {
    set[weight / word_bits] |= Word{1} << (weight % word_bits);
}
}  // namespace

NeuronWeight::NeuronWeight(const Columns& columns, std::span<const std::int8_t> sign) : features_(columns.features) {
    collect(columns, sign);
    const std::size_t weights = 2 * feature_of_.size();
    fits_ = rows_ * (weights / step + 2) * words_ <= most_table_words;
    if (!fits_) return;
    for (std::size_t r = 0; r < rows_; ++r) build_row(r);
    for (const Row& row : table_)
        lookup_.push_back({row.sets.data(), row.offsets.empty() ? nullptr : row.offsets.data(), row.adds.data(),
                           row.adds.size(), row.adds.empty() ? 0 : row.adds.back(),
                           row.adds.empty() ? 0 : row.adds.front()});
    for (const int side : {0, 1}) {
        best_[side].assign(most_weight + 1, std::vector<std::int32_t>(rows_, 0));
        for (std::size_t r = 0; r < rows_; ++r) {
            std::size_t number = 0;
            for (std::size_t q = 0; q < table_[r].order.size() && number < most_weight; ++q)
                if (is_negative(table_[r].order[q]) == (side == 1)) {
                    best_[side][number + 1][r] = best_[side][number][r] + std::max(0, table_[r].adds[q]);
                    ++number;
                }
            for (; number < most_weight; ++number) best_[side][number + 1][r] = best_[side][number][r];
        }
    }
    levels_.resize(most_weight + 1);
    for (Level& level : levels_) {
        level.deficit.resize(rows_);
        level.viable.resize(words_);
        level.rows.resize(rows_);
        std::iota(level.rows.begin(), level.rows.end(), 0U);
    }
}

/// Rows of the columns with a sign; features that never help are left out, sides apart.
void NeuronWeight::collect(const Columns& columns, std::span<const std::int8_t> sign) {
    std::vector<std::uint32_t> kept;
    for (std::uint32_t c = 0; c < columns.count; ++c)
        if (sign[c] != 0) kept.push_back(c);
    rows_ = kept.size();
    for (const std::uint32_t c : kept) needs_.push_back(sign[c] > 0 ? 0 : 1);
    std::vector<std::vector<std::int32_t>> sides[2];
    for (std::uint32_t i = 0; i < columns.features; ++i) {
        std::vector<std::int32_t> adds[2];
        bool helps = false;
        for (const int side : {0, 1}) {
            const auto change = columns.change(i, side == 0 ? 1 : -1);
            for (const std::uint32_t c : kept) {
                adds[side].push_back(sign[c] * change[c]);
                helps = helps || adds[side].back() > 0;
            }
        }
        if (!helps) continue;
        feature_of_.push_back(i);
        for (const int side : {0, 1}) sides[side].push_back(std::move(adds[side]));
    }
    const std::size_t side_words = (feature_of_.size() + word_bits - 1) / word_bits;
    negative_begin_ = static_cast<std::uint32_t>(side_words * word_bits);
    words_ = 2 * side_words;
    useful_.assign(words_, 0);
    adds_.resize(negative_begin_ + feature_of_.size());
    for (const int side : {0, 1}) {
        for (std::uint32_t f = 0; f < feature_of_.size(); ++f) {
            const std::uint32_t weight = side == 0 ? f : f + negative_begin_;
            adds_[weight] = std::move(sides[side][f]);
            if (std::ranges::any_of(adds_[weight], [](std::int32_t a) { return a > 0; })) insert(useful_, weight);
        }
    }
}

void NeuronWeight::build_row(std::size_t row) {
    Row& own = table_.emplace_back();
    for (std::uint32_t weight = 0; weight < adds_.size(); ++weight)
        if (!adds_[weight].empty()) own.order.push_back(weight);
    std::ranges::stable_sort(own.order,
                             [&](std::uint32_t a, std::uint32_t b) { return adds_[a][row] > adds_[b][row]; });
    std::vector<Word> set(words_, 0);
    for (std::size_t q = 0; q < own.order.size(); ++q) {
        if (q % step == 0) own.sets.insert(own.sets.end(), set.begin(), set.end());
        own.adds.push_back(adds_[own.order[q]][row]);
        insert(set, own.order[q]);
    }
    own.sets.insert(own.sets.end(), set.begin(), set.end());
    const auto range = static_cast<std::size_t>(own.adds.empty() ? 0 : own.adds.front() - own.adds.back());
    if (own.adds.empty() || range >= widest_range) return;
    own.offsets.assign(range + 1, 0);
    for (const std::int32_t value : own.adds) ++own.offsets[static_cast<std::size_t>(value - own.adds.back())];
    for (std::size_t v = range; v-- > 0;) own.offsets[v] += own.offsets[v + 1];
    for (std::uint32_t& offset : own.offsets) offset = static_cast<std::uint32_t>((offset + step - 1) / step * words_);
}

void NeuronWeight::search(std::int64_t below, std::uint64_t nodes, const Limits& limits) {
    nodes_left_ = nodes;
    limits_ = &limits;
    while (fits_ && found_.empty() && weight_ < below && weight_ <= static_cast<std::int64_t>(most_weight)) {
        const auto weight = static_cast<std::size_t>(weight_);
        for (; next_negative_ <= weight; ++next_negative_) {
            if (begin(weight - next_negative_, next_negative_) != Outcome::none) return;
        }
        next_negative_ = 0;
        ++weight_;
    }
}

NeuronWeight::Outcome NeuronWeight::begin(std::size_t positive, std::size_t negative) {
    Level& level = levels_[positive + negative];
    level.deficit = needs_;
    level.viable = useful_;
    chosen_.clear();
    return choose(positive, negative, level);
}

/// level: of as many weights as are left.
NeuronWeight::Outcome NeuronWeight::choose(std::size_t positive, std::size_t negative, Level& level) {
    if (nodes_left_ == 0) return Outcome::stopped;
    if (--nodes_left_ % 256 == 0 && limits_->exceeded()) {
        nodes_left_ = 0;
        return Outcome::stopped;
    }
    if (is_short(best_[0][positive].data(), best_[1][negative].data(), level.deficit.data(), rows_))
        return Outcome::none;
    if (positive + negative == 0) {
        keep();
        return Outcome::found;
    }
    if (positive + negative == 1) return finish(negative == 1, level);
    if (!narrow(positive, negative, level)) return Outcome::none;
    std::size_t fewest = std::numeric_limits<std::size_t>::max();
    std::size_t chosen = rows_;
    for (std::size_t r = 0; r < rows_; ++r) {
        if (level.deficit[r] <= 0) continue;
        const auto shares = static_cast<std::int32_t>(shares_of(r, positive, negative));
        const Word* set = at_least(lookup_[r], (level.deficit[r] + shares - 1) / shares, words_);
        if (!set) continue;
        const std::size_t count = count_common(level.viable.data(), set, words_, fewest);
        if (count >= fewest) continue;
        fewest = count;
        chosen = r;
        if (count == 0) return Outcome::none;
    }
    // Nothing is short, or everything helps: any weights would do, so that fewer would too.
    if (chosen == rows_) {
        chosen = 0;
        while (chosen < rows_ && level.deficit[chosen] <= 0) ++chosen;
        if (chosen == rows_) return Outcome::none;
    }
    return branch(positive, negative, level, chosen, shares_of(chosen, positive, negative));
}

/// How many of the weights left can add to the row at all. A row that is short and not is_short() has one.
std::size_t NeuronWeight::shares_of(std::size_t row, std::size_t positive, std::size_t negative) const {
    const std::size_t of_positive = best_[0][1][row] > 0 ? positive : 0;
    const std::size_t of_negative = best_[1][1][row] > 0 ? negative : 0;
    return std::max<std::size_t>(1, of_positive + of_negative);
}

/// The last weight: it must add every deficit.
NeuronWeight::Outcome NeuronWeight::finish(bool negative, Level& level) {
    const std::size_t half = words_ / 2;
    Word* viable = level.viable.data() + (negative ? half : 0);
    for (std::size_t q = 0; q < rows_; ++q) {
        const std::size_t r = level.rows[q];
        const Word* set = at_least(lookup_[r], level.deficit[r], words_);
        if (!set || intersect(viable, set + (negative ? half : 0), half)) continue;
        std::swap(level.rows[q], level.rows[q / 2]);
        return Outcome::none;
    }
    for (std::size_t w = 0; w < half; ++w) {
        for (Word rest = viable[w]; rest != 0; rest &= rest - 1) {
            const auto bit = static_cast<std::size_t>(std::countr_zero(rest));
            const auto weight = static_cast<std::uint32_t>((w + (negative ? half : 0)) * word_bits + bit);
            const std::vector<std::int32_t>& adds = adds_[weight];
            bool enough = true;
            for (std::size_t r = 0; r < rows_ && enough; ++r) enough = adds[r] >= level.deficit[r];
            if (!enough) continue;
            chosen_.push_back(weight);
            keep();
            return Outcome::found;
        }
    }
    return Outcome::none;
}

void NeuronWeight::keep() {
    found_.assign(features_, 0);
    for (const std::uint32_t weight : chosen_)
        found_[feature_of_[is_negative(weight) ? mate(weight) : weight]] = is_negative(weight) ? -1 : 1;
}

/// Takes out what leaves some row short whatever the others are; false: one of the sides has nothing left.
bool NeuronWeight::narrow(std::size_t positive, std::size_t negative, Level& level) const {
    const std::size_t half = words_ / 2;
    const auto reach = [&](std::size_t side, std::size_t number) {
        return Reach{best_[side][number].data(), number == 0 ? nullptr : best_[side][number - 1].data()};
    };
    const std::size_t stopped = narrow_rows(lookup_.data(), level.rows.data(), rows_, level.deficit.data(),
                                            reach(0, positive), reach(1, negative), level.viable.data(), half);
    if (stopped < rows_) {
        std::swap(level.rows[stopped], level.rows[stopped / 2]);
        return false;
    }
    if (positive == 0) std::fill_n(level.viable.begin(), half, Word{0});
    if (negative == 0) std::fill_n(level.viable.begin() + static_cast<std::ptrdiff_t>(half), half, Word{0});
    return true;
}

/// Tries the row's weights from the one that adds most.
NeuronWeight::Outcome NeuronWeight::branch(std::size_t positive, std::size_t negative, Level& level, std::size_t row,
                                           std::size_t shares) {
    const Row& own = table_[row];
    Level& next = levels_[positive + negative - 1];
    const std::int32_t deficit = level.deficit[row];
    for (std::size_t q = 0; q < own.order.size() && own.adds[q] > 0; ++q) {
        const std::uint32_t weight = own.order[q];
        if (!contains(level.viable, weight)) continue;
        // It and the ones after it that are still there.
        std::int64_t reach = 0;
        std::size_t taken = 0;
        for (std::size_t after = q; after < own.order.size() && own.adds[after] > 0 && taken < shares; ++after) {
            if (!contains(level.viable, own.order[after])) continue;
            reach += own.adds[after];
            ++taken;
        }
        if (reach < deficit) break;
        remove(level.viable, weight);
        next.viable = level.viable;
        remove(next.viable, mate(weight));
        const std::vector<std::int32_t>& adds = adds_[weight];
        for (std::size_t r = 0; r < rows_; ++r) next.deficit[r] = level.deficit[r] - adds[r];
        chosen_.push_back(weight);
        const bool is_minus = is_negative(weight);
        const Outcome outcome = choose(is_minus ? positive : positive - 1, is_minus ? negative - 1 : negative, next);
        chosen_.pop_back();
        if (outcome != Outcome::none) return outcome;
    }
    return Outcome::none;
}

}  // namespace sinew::train
