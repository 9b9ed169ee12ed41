// SPDX-License-Identifier: Apache-2.0
#include "threshold/incremental.hpp"

#include <algorithm>
#include <bit>
#include <limits>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

namespace sinew::threshold {

namespace {
constexpr std::int64_t widest_slack = std::int64_t{1} << 30;
constexpr std::size_t sparse_factor = 8;  // a row of numbers costs as much as an eighth of it one by one

/// Bit i: slack[i] >= 0.
std::uint64_t signs_of(const std::int32_t* slack) {
    std::uint64_t negative = 0;
#ifdef __SSE2__
    for (int i = 0; i < 64; i += 4) {
        const __m128i four = _mm_loadu_si128(reinterpret_cast<const __m128i*>(slack + i));
        negative |= static_cast<std::uint64_t>(_mm_movemask_ps(_mm_castsi128_ps(four))) << i;
    }
#else
    for (int i = 0; i < 64; ++i) negative |= std::uint64_t{slack[i] < 0 ? 1U : 0U} << i;
#endif
    return ~negative;
}
}  // namespace

Incremental::Incremental(const ReducedNetwork& network) : network_(network) {
    for (const FreeDigit& digit : network.digits) digits_.push_back(std::int64_t{digit.centre} - digit.low);
    for (std::uint32_t g = 0; g < network.gates.size(); ++g) {
        std::int64_t widest = std::abs(network.gates[g].bound);
        for (const VariableTerm& term : network.terms_of(network.gates[g])) {
            const std::int64_t span =
                term.variable < network.digit_count() ? std::int64_t{network.digits[term.variable].high} : 1;
            widest += std::abs(term.coefficient) * span;
        }
        if (widest >= widest_slack) wide_gates_.push_back(g);
    }
    build_fans();
    compute_slacks();
}

void Incremental::build_fans() {
    std::vector<std::vector<Use>> uses(network_.digit_count() + network_.gates.size());
    for (std::uint32_t g = 0; g < network_.gates.size(); ++g)
        for (const VariableTerm& term : network_.terms_of(network_.gates[g]))
            uses[term.variable].push_back({g, term.coefficient});
    for (const std::vector<Use>& each : uses) add_fan(each);
}

void Incremental::add_fan(const std::vector<Use>& uses) {
    Fan fan;
    fan.wide_begin = wide_uses_.size();
    std::vector<Use> narrow;
    bool fits = true;
    for (const Use& use : uses) {
        const auto wide = std::lower_bound(wide_gates_.begin(), wide_gates_.end(), use.gate);
        if (wide != wide_gates_.end() && *wide == use.gate) {
            wide_uses_.push_back({static_cast<std::uint32_t>(wide - wide_gates_.begin()), use.coefficient});
            continue;
        }
        narrow.push_back(use);
        fits = fits && std::abs(use.coefficient) <= std::numeric_limits<std::int16_t>::max();
    }
    fan.wide_end = wide_uses_.size();
    if (!narrow.empty()) {
        fan.first_word = static_cast<std::uint32_t>(narrow.front().gate / word_bits);
        fan.word_count = static_cast<std::uint32_t>(narrow.back().gate / word_bits) - fan.first_word + 1;
        fan.dense = fits && narrow.size() * sparse_factor >= fan.word_count * word_bits;
    }
    if (fan.dense) {
        fan.begin = rows_.size();
        rows_.resize(rows_.size() + fan.word_count * word_bits, 0);
        for (const Use& use : narrow)
            rows_[fan.begin + use.gate - fan.first_word * word_bits] = static_cast<std::int16_t>(use.coefficient);
    } else {
        fan.begin = uses_.size();
        uses_.insert(uses_.end(), narrow.begin(), narrow.end());
    }
    fan.end = uses_.size();
    fans_.push_back(fan);
}

void Incremental::compute_slacks() {
    const std::size_t words = (network_.gates.size() + word_bits - 1) / word_bits;
    slack_.assign(words * word_bits, -1);  // gates that are none stay false
    bits_.assign(words, 0);
    dirty_.assign(words, 0);
    wide_slack_.assign(wide_gates_.size(), 0);
    std::vector<std::uint32_t> centre(digits_.begin(), digits_.end());
    const std::vector<std::int64_t> values = network_.evaluate(centre);
    std::size_t wide = 0;
    for (std::size_t g = 0; g < network_.gates.size(); ++g) {
        const Gate& gate = network_.gates[g];
        std::int64_t sum = gate.kind == GateKind::any ? -1 : -gate.bound;
        for (const VariableTerm& term : network_.terms_of(gate)) {
            if (gate.kind == GateKind::threshold)
                sum += term.coefficient * values[term.variable];
            else
                sum += (values[term.variable] != 0) == (term.coefficient > 0) ? 1 : 0;
        }
        const bool is_wide = wide < wide_gates_.size() && wide_gates_[wide] == g;
        if (is_wide)
            wide_slack_[wide++] = sum;
        else
            slack_[g] = static_cast<std::int32_t>(sum);
        if (sum >= 0) bits_[g / word_bits] |= std::uint64_t{1} << (g % word_bits);
    }
}

std::uint64_t Incremental::bits_of_word(std::size_t word) const {
    std::uint64_t bits = signs_of(slack_.data() + word * word_bits);
    for (std::size_t w = 0; w < wide_gates_.size(); ++w) {
        if (wide_gates_[w] / word_bits != word) continue;
        const std::uint64_t bit = std::uint64_t{1} << (wide_gates_[w] % word_bits);
        bits = wide_slack_[w] >= 0 ? bits | bit : bits & ~bit;
    }
    return bits;
}

void Incremental::change(const Fan& fan, std::int64_t by) {
    if (fan.dense) {
        std::int32_t* slack = slack_.data() + fan.first_word * word_bits;
        const std::int16_t* row = rows_.data() + fan.begin;
        const std::size_t size = fan.word_count * word_bits;
        const auto factor = static_cast<std::int32_t>(by);
        if (factor == 1)
            for (std::size_t i = 0; i < size; ++i) slack[i] += row[i];
        else if (factor == -1)
            for (std::size_t i = 0; i < size; ++i) slack[i] -= row[i];
        else
            for (std::size_t i = 0; i < size; ++i) slack[i] += factor * row[i];
        std::fill_n(dirty_.begin() + fan.first_word, fan.word_count, std::uint8_t{1});
        ticks_ += size / sparse_factor;
    } else {
        for (std::size_t u = fan.begin; u < fan.end; ++u) {
            slack_[uses_[u].gate] += static_cast<std::int32_t>(by * uses_[u].coefficient);
            dirty_[uses_[u].gate / word_bits] = 1;
        }
        ticks_ += fan.end - fan.begin;
    }
    for (std::size_t u = fan.wide_begin; u < fan.wide_end; ++u) {
        wide_slack_[wide_uses_[u].gate] += by * wide_uses_[u].coefficient;
        dirty_[wide_gates_[wide_uses_[u].gate] / word_bits] = 1;
    }
}

/// Makes bits agree with slacks from this word on. Gates only reach later gates, so that a word is looked at again only
/// for its own gates' sake.
void Incremental::settle(std::size_t word) {
    for (; word < dirty_.size(); ++word) {
        while (dirty_[word] != 0) {
            dirty_[word] = 0;
            std::uint64_t flipped = bits_of_word(word) ^ bits_[word];
            ticks_ += 8;
            for (; flipped != 0; flipped &= flipped - 1) {
                const auto bit = static_cast<std::size_t>(std::countr_zero(flipped));
                bits_[word] ^= std::uint64_t{1} << bit;
                const bool now = (bits_[word] >> bit & 1U) != 0;
                change(fans_[digits_.size() + word * word_bits + bit], now ? 1 : -1);
            }
        }
    }
}

void Incremental::set(std::size_t f, std::uint32_t value) {
    const std::int64_t by = std::int64_t{value} - digits_[f];
    if (by == 0) return;
    digits_[f] = value;
    change(fans_[f], by);
    settle(0);
}

void Incremental::save(Saved& saved) const {
    saved.slack.assign(slack_.begin(), slack_.end());
    saved.wide_slack.assign(wide_slack_.begin(), wide_slack_.end());
    saved.bits.assign(bits_.begin(), bits_.end());
}

void Incremental::restore(const Saved& saved) {
    std::copy(saved.slack.begin(), saved.slack.end(), slack_.begin());
    std::copy(saved.wide_slack.begin(), saved.wide_slack.end(), wide_slack_.begin());
    std::copy(saved.bits.begin(), saved.bits.end(), bits_.begin());
}

std::int64_t Incremental::slack(std::size_t gate) const {
    const auto wide = std::lower_bound(wide_gates_.begin(), wide_gates_.end(), gate);
    if (wide != wide_gates_.end() && *wide == gate)
        return wide_slack_[static_cast<std::size_t>(wide - wide_gates_.begin())];
    return slack_[gate];
}

std::int64_t Incremental::margin(const Target& target) const {
    if (target.wins.is_constant()) return target.wins.is_true() ? 0 : std::numeric_limits<std::int64_t>::min() / 2;
    const std::size_t digits = digits_.size();
    if (target.wins.variable < digits) return (digits_[target.wins.variable] != 0) != target.wins.negated ? 0 : -1;
    const std::int64_t own = slack(target.wins.variable - digits);
    return target.wins.negated ? -1 - own : own;
}

std::int64_t Incremental::best_margin() const {
    std::int64_t best = std::numeric_limits<std::int64_t>::min();
    for (const Target& target : network_.targets) best = std::max(best, margin(target));
    return best;
}

}  // namespace sinew::threshold
