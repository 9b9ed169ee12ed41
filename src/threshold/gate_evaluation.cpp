// SPDX-License-Identifier: Apache-2.0
#include "threshold/gate_evaluation.hpp"

#include <algorithm>
#include <map>

#include "base/error.hpp"
#include "base/instruction_set.hpp"

namespace sinew::threshold {

namespace {
using Part = GateEvaluation::Part;

[[gnu::always_inline]] inline std::int64_t total(const Part* part, const Part* end, const std::uint64_t* words) {
    std::int64_t sum = 0;
    for (; part != end; ++part) {
        const std::uint64_t bits = words[part->word];
        sum += part->weight * (__builtin_popcountll(bits & part->plus) - __builtin_popcountll(bits & part->minus));
    }
    return sum;
}

std::int64_t total_anywhere(const Part* begin, const Part* end, const std::uint64_t* words) {
    return total(begin, end, words);
}
#if defined(__x86_64__)
/// The same with the instruction that counts ones.
[[gnu::target("popcnt")]] std::int64_t total_counted(const Part* begin, const Part* end, const std::uint64_t* words) {
    return total(begin, end, words);
}
#endif
}  // namespace

GateEvaluation::Total GateEvaluation::choose_total() {
#if defined(__x86_64__)
    if (instruction_set() != InstructionSet::baseline) return total_counted;
#endif
    return total_anywhere;
}

GateEvaluation::GateEvaluation(const ReducedNetwork& network) {
    find_first_layer(network);
    const auto digits = static_cast<std::uint32_t>(network.digit_count());
    place_.assign(digits + network.gates.size(), 0);
    std::uint32_t next = 0;
    for (const std::uint32_t g : first_layer_) place_[digits + g] = next++;
    for (const std::uint32_t d : digit_bits_) place_[d] = next++;
    next = (next + 63) / 64 * 64;  // the first layer's words are copied whole
    for (const std::uint32_t g : later_) place_[digits + g] = next++;
    bits_.assign((next + 63) / 64, 0);
    for (const Target& target : network.targets) {
        targets_.push_back(target.wins);
        if (!target.wins.is_constant()) targets_.back().variable = place_[target.wins.variable];
    }
    for (const std::uint32_t g : later_) add_gate(network, network.gates[g]);
}

void GateEvaluation::find_first_layer(const ReducedNetwork& network) {
    const std::size_t digits = network.digit_count();
    std::vector<std::uint8_t> read(digits, 0);
    for (std::uint32_t g = 0; g < network.gates.size(); ++g) {
        const auto terms = network.terms_of(network.gates[g]);
        const auto of_digit = [&](const VariableTerm& term) { return term.variable < digits; };
        if (network.gates[g].kind == GateKind::threshold && !terms.empty() && std::ranges::all_of(terms, of_digit)) {
            first_layer_.push_back(g);
            continue;
        }
        later_.push_back(g);
        for (const VariableTerm& term : terms)
            if (of_digit(term)) read[term.variable] = 1;
    }
    for (const Target& target : network.targets)
        if (!target.wins.is_constant() && target.wins.variable < digits) read[target.wins.variable] = 1;
    for (std::uint32_t d = 0; d < digits; ++d) {
        if (read[d] == 0) continue;
        require(network.digits[d].high - network.digits[d].low == 1, "a digit that is read as a bit has two values");
        digit_bits_.push_back(d);
    }
}

void GateEvaluation::add_gate(const ReducedNetwork& network, const Gate& gate) {
    Sum sum{static_cast<std::uint32_t>(parts_.size()), 0, gate.bound};
    std::map<std::pair<std::uint32_t, std::int64_t>, Part> parts;
    std::int64_t negated = 0;
    for (const VariableTerm& term : network.terms_of(gate)) {
        const std::uint32_t place = place_[term.variable];
        const std::int64_t weight = term.coefficient < 0 ? -term.coefficient : term.coefficient;
        Part& part = parts[{place / 64, weight}];
        part.word = place / 64;
        part.weight = weight;
        (term.coefficient < 0 ? part.minus : part.plus) |= std::uint64_t{1} << (place % 64);
        if (term.coefficient < 0) ++negated;
    }
    if (gate.kind == GateKind::any) sum.bound = 1 - negated;  // a negated bit counts 1 - bit
    for (const auto& [key, part] : parts) parts_.push_back(part);
    sum.end = static_cast<std::uint32_t>(parts_.size());
    sums_.push_back(sum);
}

bool GateEvaluation::wins(std::span<const std::uint64_t> states) {
    std::fill(std::copy(states.begin(), states.end(), bits_.begin()), bits_.end(), 0);
    std::size_t place = states.size() * 64;
    for (const Sum& sum : sums_) {
        const bool on = total_(parts_.data() + sum.begin, parts_.data() + sum.end, bits_.data()) >= sum.bound;
        bits_[place / 64] |= static_cast<std::uint64_t>(on) << (place % 64);
        ++place;
    }
    return std::ranges::any_of(targets_, [&](Signal wins) {
        const bool bit = !wins.is_constant() && (bits_[wins.variable / 64] >> (wins.variable % 64) & 1U) != 0;
        return bit != wins.negated;
    });
}

}  // namespace sinew::threshold
