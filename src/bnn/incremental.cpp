#include "bnn/incremental.hpp"

#include <algorithm>
#include <bit>
#include <limits>

namespace sinew::bnn {

Incremental::Incremental(const ReducedNetwork& network) : network_(network) {
    const std::size_t variables = network.digit_count() + network.gates.size();
    std::vector<std::uint32_t> centre;
    for (const FreeDigit& digit : network.digits) centre.push_back(digit.centre - digit.low);
    values_ = network.evaluate(centre);
    use_begin_.assign(variables + 1, 0);
    for (const VariableTerm& term : network.terms) ++use_begin_[term.variable + 1];
    for (std::size_t v = 0; v < variables; ++v) use_begin_[v + 1] += use_begin_[v];
    uses_.resize(network.terms.size());
    std::vector<std::size_t> next(use_begin_.begin(), use_begin_.end() - 1);
    for (std::uint32_t g = 0; g < network.gates.size(); ++g) {
        const Gate& gate = network.gates[g];
        std::int64_t sum = 0;
        for (const VariableTerm& term : network.terms_of(gate)) {
            uses_[next[term.variable]++] = {g, static_cast<std::int32_t>(term.coefficient)};
            if (gate.kind == GateKind::threshold)
                sum += term.coefficient * values_[term.variable];
            else
                sum += (values_[term.variable] != 0) == (term.coefficient > 0) ? 1 : 0;
        }
        sums_.push_back(sum);
    }
    dirty_.assign((network.gates.size() + 63) / 64, 0);
}

void Incremental::change(std::size_t variable, std::int64_t by) {
    values_[variable] += by;
    for (std::size_t u = use_begin_[variable]; u < use_begin_[variable + 1]; ++u) {
        const Use& use = uses_[u];
        sums_[use.gate] += by * use.coefficient;
        dirty_[use.gate / 64] |= std::uint64_t{1} << (use.gate % 64);
    }
    ticks_ += use_begin_[variable + 1] - use_begin_[variable] + 1;
}

void Incremental::set(std::size_t f, std::uint32_t value) {
    const std::int64_t by = std::int64_t{value} - values_[f];
    if (by == 0) return;
    change(f, by);
    const std::size_t digits = network_.digit_count();
    for (std::size_t word = 0; word < dirty_.size(); ++word) {
        while (dirty_[word] != 0) {  // a gate only reaches later gates, perhaps of this word
            const std::size_t g = 64 * word + static_cast<std::size_t>(std::countr_zero(dirty_[word]));
            dirty_[word] &= dirty_[word] - 1;
            const Gate& gate = network_.gates[g];
            const std::int64_t bit = sums_[g] >= (gate.kind == GateKind::any ? 1 : gate.bound) ? 1 : 0;
            if (bit != values_[digits + g]) change(digits + g, bit - values_[digits + g]);
        }
    }
}

std::int64_t Incremental::margin(const Target& target) const {
    if (target.wins.is_constant()) return target.wins.is_true() ? 0 : std::numeric_limits<std::int64_t>::min() / 2;
    const std::size_t digits = network_.digit_count();
    if (target.wins.variable < digits) return (values_[target.wins.variable] != 0) != target.wins.negated ? 0 : -1;
    const std::size_t g = target.wins.variable - digits;
    const std::int64_t bound = network_.gates[g].kind == GateKind::any ? 1 : network_.gates[g].bound;
    return target.wins.negated ? bound - 1 - sums_[g] : sums_[g] - bound;
}

std::int64_t Incremental::best_margin() const {
    std::int64_t best = std::numeric_limits<std::int64_t>::min();
    for (const Target& target : network_.targets) best = std::max(best, margin(target));
    return best;
}

}  // namespace sinew::bnn
