// SPDX-License-Identifier: Apache-2.0
#include "search/witness.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/limit_scope.hpp"
#include "base/work_times.hpp"
#include "model/evaluate.hpp"
#include "model/evaluate_enclosed.hpp"

namespace sinew::search {

namespace {
bool inside(const model::Domain& domain, const Rational& value) {
    return !(domain.lower && value < *domain.lower) && !(domain.upper && value > *domain.upper);
}

Rational nearest_choice(const std::vector<Rational>& values, const Rational& wanted) {
    const auto above = std::lower_bound(values.begin(), values.end(), wanted);
    if (above == values.begin()) return values.front();
    if (above == values.end()) return values.back();
    const Rational& below = *(above - 1);
    return *above - wanted < wanted - below ? *above : below;
}

Rational nearest_integer(const model::Domain& domain, const Rational& wanted) {
    const Rational half(1, 2);
    Rational value(floor(wanted + half));
    if (domain.lower && value < *domain.lower) value = ceil(*domain.lower);
    if (domain.upper && value > *domain.upper) value = floor(*domain.upper);
    return value;
}

/// `value` or its nearest float32 neighbour towards the inside of the domain.
std::optional<Rational> float32_inside(const model::Domain& domain, double value) {
    const float nearest = static_cast<float>(value);
    if (!std::isfinite(nearest)) return std::nullopt;
    for (const float choice : {nearest, std::nextafter(nearest, std::numeric_limits<float>::infinity()),
                               std::nextafter(nearest, -std::numeric_limits<float>::infinity())}) {
        if (!std::isfinite(choice)) continue;
        Rational exact = to_rational(static_cast<double>(choice));
        if (inside(domain, exact)) return exact;
    }
    return std::nullopt;
}

Rational exact_input(const model::Domain& domain, double value, Rounding rounding) {
    if (domain.lower && domain.upper && *domain.lower == *domain.upper) return *domain.lower;
    const Rational wanted = to_rational(value);
    if (!domain.values.empty()) return nearest_choice(domain.values, wanted);
    if (domain.kind == model::DomainKind::integer) return nearest_integer(domain, wanted);
    if (rounding == Rounding::to_float32)
        if (auto exact = float32_inside(domain, value)) return *exact;
    if (inside(domain, wanted)) return wanted;
    if (domain.lower && domain.upper && *domain.lower < *domain.upper)
        return simplest_between(domain.lower, true, domain.upper, true);
    return domain.lower && wanted < *domain.lower ? *domain.lower : *domain.upper;
}
}  // namespace

std::vector<Rational> exact_inputs(std::span<const model::Domain> domains, std::span<const double> inputs,
                                   Rounding rounding) {
    std::vector<Rational> exact(inputs.size());
    for (std::size_t i = 0; i < inputs.size(); ++i) exact[i] = exact_input(domains[i], inputs[i], rounding);
    return exact;
}

std::vector<Rational> exact_inputs(const model::Query& query, std::span<const double> inputs, Rounding rounding) {
    return exact_inputs(input_domains(query), inputs, rounding);
}

bool holds_in_float32(const model::Query& query, const model::Witness& witness) {
    const std::vector<Variable> variables = query.network.input_variables();
    std::vector<float> inputs(variables.size());
    for (std::size_t i = 0; i < inputs.size(); ++i)
        inputs[i] = static_cast<float>(to_nearest(witness.values[variables[i].index()]));
    const std::vector<float> replay = model::replay_float32(query.network, inputs);
    std::vector<Rational> values(replay.size());
    for (std::size_t v = 0; v < replay.size(); ++v) {
        if (!std::isfinite(replay[v])) return false;
        values[v] = to_rational(static_cast<double>(replay[v]));
    }
    // Inputs that no float32 holds keep their exact value: the domain is the exact part's business.
    for (const Variable variable : variables) values[variable.index()] = witness.values[variable.index()];
    return query.formulas.holds(query.output_condition, values, witness.booleans);
}

std::optional<Confirmation> confirm_exact(const model::Query& query, std::span<const Rational> inputs,
                                          const std::vector<bool>& booleans) {
    Confirmation confirmation;
    confirmation.witness.booleans = booleans;
    if (model::is_smooth(query.network)) {
        model::EnclosedValues values;
        if (model::decide_at(query, inputs, booleans, &values) != model::Certainty::yes) return std::nullopt;
        confirmation.witness.values = std::move(values.middle);
        confirmation.witness.radii = std::move(values.radius);
    } else {
        confirmation.witness.values = model::evaluate(query.network, inputs);
        if (!model::satisfies(query, confirmation.witness.values, booleans)) return std::nullopt;
    }
    confirmation.float32_agrees = holds_in_float32(query, confirmation.witness);
    return confirmation;
}

std::optional<Confirmation> confirm(const model::Query& query, std::span<const double> inputs,
                                    const std::vector<bool>& booleans, std::span<const model::Domain> domains) {
    const WorkScope scope(Work::exact);
    // Gradients that overflow lead the attack to no point at all.
    if (!std::all_of(inputs.begin(), inputs.end(), [](double x) { return std::isfinite(x); })) return std::nullopt;
    std::optional<Confirmation> best;
    std::vector<Rational> tried;
    for (const Rounding rounding : {Rounding::to_float32, Rounding::to_double}) {
        std::vector<Rational> exact =
            domains.empty() ? exact_inputs(query, inputs, rounding) : exact_inputs(domains, inputs, rounding);
        if (exact == tried) continue;
        if (auto confirmation = confirm_exact(query, exact, booleans)) {
            if (confirmation->float32_agrees) return confirmation;
            if (!best) best = std::move(confirmation);
        }
        tried = std::move(exact);
    }
    return best;
}

std::optional<Confirmation> find_witness(const model::Query& query, Attack& attack, std::span<const double> lower,
                                         std::span<const double> upper, const AttackOptions& options,
                                         std::span<const std::vector<double>> starts,
                                         std::span<const model::Domain> domains) {
    constexpr std::size_t tries = 4;
    const WorkScope scope(Work::attack);
    std::optional<Confirmation> best;
    std::vector<double> point;
    const auto try_all = [&](const std::vector<Candidate>& candidates) {
        for (std::size_t c = 0; c < std::min(tries, candidates.size()); ++c) {
            if (candidates[c].margin < hopeless_margin || options.limits.exceeded()) return;
            auto confirmation = confirm(query, candidates[c].inputs, attack.booleans(), domains);
            if (!confirmation || (best && !confirmation->float32_agrees)) continue;
            best = std::move(confirmation);
            point = candidates[c].inputs;
            if (best->float32_agrees) return;
        }
    };
    try {
        try_all(attack.run(lower, upper, options, starts));
        // A witness exists but float32 disagrees: climb on from it for as long as it pays.
        for (int round = 0; round < 3 && best && !best->float32_agrees && !options.limits.exceeded(); ++round) {
            AttackOptions climb;
            climb.limits = options.limits;
            climb.first_step = 0.02 / (1 + 9 * round);
            climb.enough = std::numeric_limits<double>::infinity();
            const std::vector<double> start = point;
            try_all(attack.run(lower, upper, climb, std::span(&start, 1)));
        }
    } catch (const LimitReached&) {
        if (!best) throw;
    }
    return best;
}

}  // namespace sinew::search
