// SPDX-License-Identifier: Apache-2.0
#include "phase/gate_tables.hpp"

#include <algorithm>

namespace sinew::phase {

GateTables::GateTables(const threshold::ReducedNetwork& network, std::size_t most_bits) : network_(network) {
    known_.resize(network.gates.size());
    for (std::size_t g = 0; g < network.gates.size(); ++g) add(g, most_bits);
}

void GateTables::add(std::size_t g, std::size_t most_bits) {
    const std::size_t digits = network_.digit_count();
    std::vector<std::uint32_t> scope;
    const std::span<const threshold::VariableTerm> terms = network_.terms_of(network_.gates[g]);
    for (const threshold::VariableTerm& term : terms) {
        if (term.variable < digits) {
            scope.push_back(term.variable);
        } else {
            const std::vector<std::uint32_t>& own = known_[term.variable - digits].scope;
            if (own.empty()) return;
            scope.insert(scope.end(), own.begin(), own.end());
        }
        if (scope.size() > 4 * most_bits + terms.size()) {
            std::sort(scope.begin(), scope.end());
            scope.erase(std::unique(scope.begin(), scope.end()), scope.end());
            if (scope.size() > most_bits) return;
        }
    }
    std::sort(scope.begin(), scope.end());
    scope.erase(std::unique(scope.begin(), scope.end()), scope.end());
    if (scope.size() > most_bits) return;
    std::vector<std::vector<std::uint32_t>> place;  // of each term's bits in the scope
    for (const threshold::VariableTerm& term : terms) {
        place.emplace_back();
        const std::vector<std::uint32_t> self{term.variable};
        for (const std::uint32_t bit : term.variable < digits ? self : known_[term.variable - digits].scope)
            place.back().push_back(
                static_cast<std::uint32_t>(std::lower_bound(scope.begin(), scope.end(), bit) - scope.begin()));
    }
    Truth truth;
    truth.value.resize(std::size_t{1} << scope.size());
    for (std::size_t index = 0; index < truth.value.size(); ++index)
        truth.value[index] = holds(network_.gates[g], place, index);
    truth.scope = std::move(scope);
    known_[g] = std::move(truth);
}

bool GateTables::holds(const threshold::Gate& gate, const std::vector<std::vector<std::uint32_t>>& place,
                       std::size_t index) const {
    const std::size_t digits = network_.digit_count();
    const std::span<const threshold::VariableTerm> terms = network_.terms_of(gate);
    std::int64_t sum = 0;
    bool any = false;
    for (std::size_t t = 0; t < terms.size(); ++t) {
        std::size_t own = 0;
        for (std::size_t j = 0; j < place[t].size(); ++j) own |= (index >> place[t][j] & 1U) << j;
        const bool value = terms[t].variable < digits ? own != 0 : known_[terms[t].variable - digits].value[own];
        sum += value ? terms[t].coefficient : 0;
        any = any || value == (terms[t].coefficient > 0);
    }
    return gate.kind == threshold::GateKind::any ? any : sum >= gate.bound;
}

std::optional<GateTables::Margin> GateTables::margin(const threshold::Target& target) const {
    const std::size_t digits = network_.digit_count();
    if (target.wins.is_constant() || target.wins.variable < digits) return std::nullopt;
    const std::size_t top = target.wins.variable - digits;
    const threshold::Gate& gate = network_.gates[top];
    const std::int64_t sign = target.wins.negated ? -1 : 1;
    std::vector<threshold::VariableTerm> terms;
    Margin margin{LocalSum(digits), 0, 0, 0};
    if (gate.kind == threshold::GateKind::threshold && !has_table(top)) {
        terms.assign(network_.terms_of(gate).begin(), network_.terms_of(gate).end());
        margin.need = target.wins.negated ? 1 - gate.bound : gate.bound;
    } else {
        terms.push_back({target.wins.variable, 1});
        margin.need = target.wins.negated ? 0 : 1;
    }
    for (const threshold::VariableTerm& term : terms) {
        const std::int64_t worth = sign * term.coefficient;
        if (std::abs(worth) >= LocalSum::largest_value) return std::nullopt;
        const auto narrow = static_cast<std::int32_t>(worth);
        ++margin.terms;
        if (term.variable < digits) {
            margin.sum.add({term.variable}, std::vector<std::int32_t>{0, narrow});
        } else if (const Truth& truth = known_[term.variable - digits]; !truth.scope.empty()) {
            std::vector<std::int32_t> table(truth.value.size(), 0);
            for (std::size_t i = 0; i < table.size(); ++i) table[i] = truth.value[i] ? narrow : 0;
            margin.sum.add(truth.scope, table);
        } else {
            margin.sum.add_constant(std::max<std::int64_t>(0, worth));
            ++margin.free_terms;
        }
    }
    if (margin.sum.too_large()) return std::nullopt;
    return margin;
}

}  // namespace sinew::phase
