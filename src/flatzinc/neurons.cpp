// SPDX-License-Identifier: Apache-2.0
// The neuron constraints of share/minizinc/sinew, in exact arithmetic (integer/neuron_propagator.hpp).
#include <array>
#include <optional>
#include <utility>

#include <fmt/core.h>

#include "flatzinc/call.hpp"
#include "integer/neuron_propagator.hpp"

namespace sinew::flatzinc {

namespace {
using model::ActivationKind;

/// Arguments: x, y, bias, weights, denominator, p, literal.
void post_neuron(Call& call, ActivationKind kind, std::optional<Rational> lower = {},
                 std::optional<Rational> upper = {}) {
    const std::vector<IntVar> x = call.variables(0);
    const std::vector<std::int64_t> weights = call.constants(3);
    const Integer denominator = call.constant(4);
    const Integer steps = call.constant(5);
    if (x.size() != weights.size())
        call.fail(fmt::format("{} weights for {} variables", weights.size(), x.size()), "as many");
    if (denominator < 1) call.fail("the denominator of a neuron's weights is not above zero", "at least 1");
    if (steps < 1) call.fail("the precision of a neuron is not above zero", "at least 1");
    const auto rational = [&](std::int64_t numerator) {
        Rational value{Integer(numerator), denominator};
        value.canonicalize();
        return value;
    };
    std::vector<neuron::Weight> terms;
    for (std::size_t i = 0; i < x.size(); ++i) terms.push_back({i, rational(weights[i])});
    const auto reading = call.flag(6) ? model::PrecisionReading::literal : model::PrecisionReading::scaled;
    const neuron::Neuron made = neuron::make_neuron({kind, 0, std::move(lower), std::move(upper)}, terms,
                                                    rational(call.constant(2)), {steps, reading});
    integer::Model& model = call.model();
    IntVar y = call.variable(1);
    for (const IntVar argument : x) {
        if (argument != y) continue;
        const IntVar other = model.add_variable(model.lower(y), model.upper(y));
        model.add_linear({{y, 1}, {other, -1}}, integer::Relation::equal, 0);
        y = other;
    }
    integer::add_neuron(model, made, x, y);
    call.poster().remember_neuron(made, x, y);
}

void hardlim(Call& call) {
    post_neuron(call, ActivationKind::hardlim);
}
void sign(Call& call) {
    post_neuron(call, ActivationKind::sign);
}
void tansig(Call& call) {
    post_neuron(call, ActivationKind::tanh);
}
void sigmoid(Call& call) {
    post_neuron(call, ActivationKind::sigmoid);
}
void purelin(Call& call) {
    post_neuron(call, ActivationKind::identity);
}
void relu(Call& call) {
    post_neuron(call, ActivationKind::relu);
}
void satlin(Call& call) {
    post_neuron(call, ActivationKind::clip, Rational(0), Rational(1));
}
void satlins(Call& call) {
    post_neuron(call, ActivationKind::clip, Rational(-1), Rational(1));
}
}  // namespace

std::span<const Predicate> neuron_predicates() {
    static constexpr std::array<Predicate, 8> table = {{
        {"sinew_hardlim_int", 7, hardlim},
        {"sinew_sign_int", 7, sign},
        {"sinew_tansig_int", 7, tansig},
        {"sinew_sigmoid_int", 7, sigmoid},
        {"sinew_purelin_int", 7, purelin},
        {"sinew_relu_int", 7, relu},
        {"sinew_satlin_int", 7, satlin},
        {"sinew_satlins_int", 7, satlins},
    }};
    return table;
}

}  // namespace sinew::flatzinc
