// SPDX-License-Identifier: Apache-2.0
#include "binarized/threshold_graph.hpp"

#include <algorithm>
#include <array>

#include "base/error.hpp"
#include "base/limit_scope.hpp"

namespace sinew::binarized {

namespace {
constexpr std::size_t most_terms = 4'000'000;  // of all values: rationals, some 50 bytes each
constexpr std::int64_t largest_range = std::int64_t{1} << 50;
}  // namespace

ThresholdGraph::ThresholdGraph(const model::Query& query) : query_(query) {
    std::optional<phase::RealFront> front = phase::RealFront::without_neurons(query);
    if (!front) throw UsageError("an input is no real");
    front_ = std::move(*front);
    for (const model::Layer& layer : query.network.layers()) add_layer(layer);
}

void ThresholdGraph::add_layer(const model::Layer& layer) {
    for (std::size_t i = 0; i < layer.size; ++i) {
        check_limits();
        const Variable own(layer.first.index() + i);
        if (std::holds_alternative<model::InputLayer>(layer.operation)) {
            value_.emplace_back(own, 1);
        } else if (std::holds_alternative<model::AffineLayer>(layer.operation)) {
            const model::Component at = query_.network.component(own);
            value_.push_back(over_signals(query_.network.affine_form(at.layer, at.index)));
        } else if (const auto* neurons = std::get_if<model::ActivationLayer>(&layer.operation)) {
            value_.push_back(
                value_of_neuron(neurons->activation, value_[query_.network.variable(neurons->source, i).index()]));
        } else {
            throw UsageError("layer '" + layer.name + "' takes maxima");
        }
        terms_ += value_.back().terms().size();
        if (terms_ > most_terms) throw UsageError("the network is too large");
    }
}

LinearForm ThresholdGraph::over_signals(const LinearForm& form) const {
    std::vector<LinearTerm> terms;
    Rational constant = form.constant();
    for (const LinearTerm& term : form.terms()) {
        const LinearForm& value = value_[term.variable.index()];
        constant += term.coefficient * value.constant();
        for (const LinearTerm& inner : value.terms())
            terms.push_back({inner.variable, term.coefficient * inner.coefficient});
    }
    return LinearForm(std::move(terms), std::move(constant));
}

LinearForm ThresholdGraph::value_of_neuron(const model::Activation& activation, const LinearForm& sum) {
    switch (activation.kind) {
        case model::ActivationKind::identity:
            return sum;
        case model::ActivationKind::sign:
            return form_of(signal_of(sum, false), -1, 1);
        case model::ActivationKind::hardlim:
            return form_of(signal_of(sum, false), 0, 1);
        case model::ActivationKind::signum: {
            LinearForm both = form_of(signal_of(sum, false), -1, 0);
            both.add(form_of(signal_of(sum, true), 0, 1));
            return both;
        }
        default:
            throw UsageError("the activation " + model::to_string(activation) + " has no threshold");
    }
}

LinearForm ThresholdGraph::form_of(Signal signal, const Rational& low, const Rational& high) const {
    if (signal.is_constant()) return LinearForm(signal.is_true() ? high : low);
    const Rational step = high - low;
    LinearForm form(Variable(query_.network.variable_count() + signal.variable),
                    signal.negated ? Rational(-step) : step);
    form.add_constant(signal.negated ? high : low);
    return form;
}

/// sum >= 0, or sum > 0 if strict.
threshold::Signal ThresholdGraph::signal_of(LinearForm sum, bool strict) {
    if (sum.terms().empty()) return Signal::truth(strict ? sum.constant() > 0 : sum.constant() >= 0);
    const auto inputs = std::count_if(sum.terms().begin(), sum.terms().end(),
                                      [&](const LinearTerm& term) { return is_input(term.variable); });
    if (inputs == 0) return gate_of(sum, strict);
    if (inputs != static_cast<std::ptrdiff_t>(sum.terms().size()))
        throw UsageError("neurons and inputs meet in one sum");
    phase::FrontAtom atom{std::move(sum), strict};
    if (const std::optional<bool> decided = front_.decided(atom)) return Signal::truth(*decided);
    return {2 * front_.add_unit(std::move(atom)), false};
}

threshold::Signal ThresholdGraph::gate_of(const LinearForm& sum, bool strict) {
    Integer common = 1;
    Integer divisor = 0;
    for (const LinearTerm& term : sum.terms())
        mpz_lcm(common.get_mpz_t(), common.get_mpz_t(), term.coefficient.get_den_mpz_t());
    for (const LinearTerm& term : sum.terms()) {
        const Rational whole = term.coefficient * common;
        mpz_gcd(divisor.get_mpz_t(), divisor.get_mpz_t(), whole.get_num_mpz_t());
    }
    const Rational scaled_bound = -sum.constant() * common / divisor;
    Integer bound = strict ? Integer(floor(scaled_bound) + 1) : ceil(scaled_bound);
    const bool complement = sum.terms().front().coefficient < 0;  // Σ c · v >= b is not Σ -c · v >= 1 - b
    if (complement) bound = 1 - bound;
    Integer low = 0;
    Integer high = 0;
    std::vector<std::pair<std::uint32_t, std::int64_t>> terms;
    for (const LinearTerm& term : sum.terms()) {
        Integer whole = Rational(term.coefficient * common).get_num() / divisor;
        if (complement) whole = -whole;
        (whole < 0 ? low : high) += whole;
        if (high - low > Integer(largest_range))
            throw UsageError("the numbers of a neuron are too fine for whole numbers");
        terms.emplace_back(static_cast<std::uint32_t>(term.variable.index() - query_.network.variable_count()),
                           whole.get_si());
    }
    if (low >= bound) return Signal::truth(!complement);
    if (high < bound) return Signal::truth(complement);
    if (terms.size() == 1) return {terms[0].first, complement};
    const auto [at, fresh] =
        known_.emplace(std::pair(terms, bound.get_si()), static_cast<std::uint32_t>(2 * gates_.size() + 1));
    if (fresh) gates_.push_back({std::move(terms), bound.get_si()});
    return {at->second, complement};
}

QueryFormula ThresholdGraph::read_conditions() {
    const auto reader = [&](LinearForm& form, bool strict) -> std::optional<std::size_t> {
        form = over_signals(form);
        const bool over_inputs = std::all_of(form.terms().begin(), form.terms().end(),
                                             [&](const LinearTerm& term) { return is_input(term.variable); });
        if (over_inputs && !form.terms().empty()) return std::nullopt;
        targets_.push_back(signal_of(form, strict));
        return targets_.size() - 1;
    };
    return QueryFormula(query_, std::array{query_.input_condition, query_.output_condition}, reader);
}

threshold::ReducedNetwork ThresholdGraph::reduced() const {
    threshold::ReducedNetwork network;
    const auto digits = static_cast<std::uint32_t>(front_.units().size());
    const auto variable = [&](std::uint32_t signal) { return signal % 2 == 0 ? signal / 2 : digits + signal / 2; };
    for (std::uint32_t f = 0; f < digits; ++f) network.digits.push_back({f, 0, 0, 1, {0, 1}});
    for (const Gate& gate : gates_) {
        const std::size_t begin = network.terms.size();
        for (const auto& [signal, coefficient] : gate.terms) network.terms.push_back({variable(signal), coefficient});
        std::sort(network.terms.begin() + static_cast<std::ptrdiff_t>(begin), network.terms.end(),
                  [](const auto& a, const auto& b) { return a.variable < b.variable; });
        network.gates.push_back({threshold::GateKind::threshold, begin, network.terms.size(), gate.bound});
    }
    for (std::size_t t = 0; t < targets_.size(); ++t) {
        Signal wins = targets_[t];
        if (!wins.is_constant()) wins.variable = variable(wins.variable);
        network.targets.push_back({t, wins});
    }
    return network;
}

}  // namespace sinew::binarized
