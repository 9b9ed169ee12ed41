// SPDX-License-Identifier: Apache-2.0
// Random neurons and networks of them over small integer domains, with their solutions by enumeration.
#pragma once

#include <optional>
#include <vector>

#include "integer/network_propagator.hpp"
#include "integer/neuron_propagator.hpp"
#include "unit/neuron/reference.hpp"

namespace sinew::integer {

struct RandomNeuron {
    neuron::Neuron neuron;
    std::vector<Range> boxes;
    Range output;
};

inline model::Precision random_precision(Random& random) {
    static const std::vector<long> precisions = {1, 2, 3, 5, 10, 30, 97, 1000, 1'000'000};
    return {precisions[random.below(precisions.size())],
            random.chance(0.5) ? model::PrecisionReading::scaled : model::PrecisionReading::literal};
}

/// Small multiples of a unit that moves the activation visibly at each step.
inline std::vector<neuron::Weight> random_weights(Random& random, const model::Precision& precision,
                                                  std::size_t arguments, long argument_size) {
    const bool scaled = precision.reading == model::PrecisionReading::scaled;
    Rational unit = scaled ? Rational(precision.steps) : Rational(1) / precision.steps;
    unit /= argument_size * random.integer(1, 4);
    std::vector<neuron::Weight> weights;
    for (std::size_t i = 0; i < arguments; ++i)
        for (std::size_t k = random.chance(0.1) ? 2 : 1; k > 0; --k)
            weights.push_back({i, unit * random.integer(-4, 4)});
    return weights;
}

inline Rational random_bias(Random& random, const model::Precision& precision) {
    Rational bias(random.integer(-8, 8), random.integer(2, 8));
    bias.canonicalize();
    return precision.reading == model::PrecisionReading::scaled ? bias : Rational(bias / precision.steps);
}

inline RandomNeuron random_neuron(Random& random) {
    const model::Precision precision = random_precision(random);
    const std::size_t arguments = random.below(5);
    RandomNeuron result{
        neuron::make_neuron(neuron::random_activation(random), random_weights(random, precision, arguments, 5),
                            random_bias(random, precision), precision),
        {},
        {}};
    std::vector<Integer> point;
    for (std::size_t i = 0; i < arguments; ++i) {
        const Value low = random.integer(-6, 4);
        result.boxes.push_back({low, low + random.integer(0, 9)});
        point.emplace_back(random.integer(low, result.boxes.back().upper));
    }
    const Value y = result.neuron.output(point).get_si();
    const Value spread = random.chance(0.5) ? 3 : 2 + precision.steps.get_si();
    result.output = {y - random.integer(0, spread), y + random.integer(0, spread)};
    return result;
}

/// Inputs, then neurons (each over any variables before it), linear constraints and an objective over all of them.
struct RandomNetwork {
    struct Unit {
        model::Activation activation;
        std::vector<neuron::Weight> weights;
        Rational bias;
    };
    model::Precision precision;
    std::vector<Range> inputs;
    std::vector<Unit> units;
    std::vector<std::pair<std::vector<Term>, Integer>> at_most;
    std::vector<Term> objective;

    std::vector<IntVar> add_to(Model& model) const {
        std::vector<IntVar> variables;
        for (const Range& range : inputs) variables.push_back(model.add_variable(range.lower, range.upper));
        for (const Unit& unit : units)
            variables.push_back(
                add_neuron(model, neuron::make_neuron(unit.activation, unit.weights, unit.bias, precision), variables));
        for (const auto& [terms, right] : at_most) model.add_linear(terms, Relation::less_equal, right);
        return variables;
    }
    /// Likewise, with the relaxation of the whole beside, and the objective as one variable to maximise.
    IntVar add_with_relaxation(Model& model) const {
        const std::vector<IntVar> variables = add_to(model);
        NetworkConstraint network;
        for (std::size_t i = 0; i < units.size(); ++i) {
            const RandomNetwork::Unit& unit = units[i];
            network.add_neuron(model, neuron::make_neuron(unit.activation, unit.weights, unit.bias, precision),
                               variables, variables[inputs.size() + i]);
        }
        for (const auto& [terms, right] : at_most) network.add_at_most(terms, right);
        std::vector<Term> row{{model.add_variable(-1'000'000'000, 1'000'000'000), 1}};
        for (const Term& term : objective) row.push_back({term.variable, -term.coefficient});
        model.add_linear(row, Relation::less_equal, 0);
        network.add_at_most(row, 0);
        network.set_objective(-View(row.front().variable));
        std::move(network).post(model);
        return row.front().variable;
    }

    static Integer sum(const std::vector<Term>& terms, std::span<const Value> values) {
        Integer result;
        for (const Term& term : terms) result += term.coefficient * values[term.variable.index()];
        return result;
    }
    /// The outputs of the units after the inputs' values, by definition.
    void complete(std::vector<Value>& values) const {
        const bool scaled = precision.reading == model::PrecisionReading::scaled;
        values.resize(inputs.size());
        for (const Unit& unit : units) {
            Rational s = scaled ? unit.bias : Rational(unit.bias * precision.steps);
            for (const neuron::Weight& w : unit.weights) {
                const Rational product = w.weight * values[w.argument];
                s += scaled ? Rational(product / precision.steps) : Rational(product * precision.steps);
            }
            values.push_back(
                neuron::rounded_activation(unit.activation, scaled ? precision.steps : Integer(1), s).get_si());
        }
    }
    bool holds(std::span<const Value> given) const {
        std::vector<Value> values(given.begin(), given.begin() + static_cast<std::ptrdiff_t>(inputs.size()));
        complete(values);
        for (std::size_t i = 0; i < values.size(); ++i)
            if (values[i] != given[i]) return false;
        for (const auto& [terms, right] : at_most)
            if (sum(terms, values) > right) return false;
        return true;
    }
    /// The greatest objective over all inputs.
    std::optional<Integer> best() const {
        std::optional<Integer> best;
        std::vector<Value> values;
        for (const Range& range : inputs) values.push_back(range.lower);
        for (bool more = true; more;) {
            complete(values);
            if (holds(values)) {
                Integer value = sum(objective, values);
                if (!best || value > *best) best = value;
            }
            std::size_t k = 0;
            for (; k < inputs.size(); ++k) {
                if (++values[k] <= inputs[k].upper) break;
                values[k] = inputs[k].lower;
            }
            more = k < inputs.size();
        }
        return best;
    }
};

/// Mostly of tansig and hardlim, sometimes of anything.
inline RandomNetwork random_network(Random& random) {
    RandomNetwork network;
    network.precision = random_precision(random);
    if (random.chance(0.8)) network.precision.reading = model::PrecisionReading::scaled;
    const bool scaled = network.precision.reading == model::PrecisionReading::scaled;
    const std::size_t inputs = 1 + random.below(3);
    for (std::size_t i = 0; i < inputs; ++i) {
        const Value low = random.integer(-5, 2);
        network.inputs.push_back({low, low + random.integer(0, 6)});
    }
    const std::size_t hidden = 1 + random.below(4);
    const std::size_t outputs = 1 + random.below(2);
    const auto activation = [&] {
        const std::uint64_t kind = random.below(10);
        if (kind < 5) return model::Activation{model::ActivationKind::tanh, 0, {}, {}};
        if (kind < 8) return model::Activation{model::ActivationKind::hardlim, 0, {}, {}};
        return neuron::random_activation(random);
    };
    for (std::size_t i = 0; i < hidden; ++i)
        network.units.push_back({activation(), random_weights(random, network.precision, inputs, 4),
                                 random_bias(random, network.precision)});
    for (std::size_t i = 0; i < outputs; ++i) {
        // Over the hidden neurons, whose outputs are of the size of the precision (or of 1).
        RandomNetwork::Unit unit{activation(), {}, random_bias(random, network.precision)};
        for (std::size_t k = 0; k < hidden; ++k) {
            Rational weight(random.integer(-6, 6), 3);
            weight.canonicalize();
            unit.weights.push_back({inputs + k, scaled ? weight : Rational(weight / network.precision.steps)});
        }
        network.units.push_back(unit);
    }
    const std::size_t count = inputs + network.units.size();
    const auto terms = [&] {
        std::vector<Term> result;
        for (std::size_t v = 0; v < count; ++v)
            if (random.chance(0.4)) result.push_back({IntVar(v), random.integer(-3, 3)});
        return result;
    };
    for (std::size_t i = random.below(4); i > 0; --i) {
        std::vector<Value> point;
        for (const Range& range : network.inputs) point.push_back(random.integer(range.lower, range.upper));
        network.complete(point);
        std::vector<Term> row = terms();
        const Integer right = RandomNetwork::sum(row, point) - (random.chance(0.3) ? random.integer(1, 6) : 0);
        network.at_most.emplace_back(std::move(row), right);
    }
    network.objective = terms();
    return network;
}

}  // namespace sinew::integer
