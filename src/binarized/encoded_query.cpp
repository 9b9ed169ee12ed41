// SPDX-License-Identifier: Apache-2.0
#include "binarized/encoded_query.hpp"

#include <algorithm>
#include <array>
#include <numeric>

#include "base/error.hpp"
#include "base/limit_scope.hpp"
#include "binarized/threshold_graph.hpp"
#include "model/copy_layer.hpp"
#include "threshold/fold.hpp"
#include "threshold/recognise.hpp"

namespace sinew::binarized {

namespace {
using cardinality::Literal;
/// The layers above `activation` as a network whose inputs are that layer's values.
model::Network layers_above(const model::Network& network, model::LayerId activation) {
    model::Network above;
    const std::size_t first = activation.index();
    const auto moved = [&](model::LayerId id) {
        if (id.index() < first) throw UsageError("a layer looks past the first neurons");
        return model::LayerId(id.index() - first);
    };
    above.add_input("neurons", {network.layer(activation).size});
    for (std::size_t l = first + 1; l < network.layer_count(); ++l) {
        const model::Layer& layer = network.layers()[l];
        if (std::holds_alternative<model::InputLayer>(layer.operation)) throw UsageError("there is a second input");
        model::copy_layer(above, layer, moved);
    }
    return above;
}
}  // namespace

bool EncodedQuery::understand(const Limits& limits, std::string& reason) {
    if (query_.precision) {
        reason = "the query has a precision";
        return false;
    }
    return fold(limits, reason) || (!limits.exceeded() && read_graph(limits, reason));
}

/// A chain of layers: fast, and whole numbers all the way.
bool EncodedQuery::fold(const Limits& limits, std::string& reason) {
    const std::vector<model::Layer>& layers = query_.network.layers();
    const auto first = std::find_if(layers.begin(), layers.end(), [](const model::Layer& layer) {
        return std::holds_alternative<model::ActivationLayer>(layer.operation);
    });
    if (first == layers.end() || std::holds_alternative<model::ActivationLayer>(layers.back().operation)) return false;
    const model::ActivationKind kind = std::get<model::ActivationLayer>(first->operation).activation.kind;
    if (kind != model::ActivationKind::sign && kind != model::ActivationKind::hardlim) return false;
    const model::LayerId activation(static_cast<std::size_t>(first - layers.begin()));
    try {
        const model::BinarizedNetwork above = threshold::recognise(
            layers_above(query_.network, activation),
            kind == model::ActivationKind::sign ? model::InputKind::signs : model::InputKind::bits);
        const threshold::ThresholdNetwork folded = threshold::fold(above);
        ScoreFormula scores =
            ScoreFormula::read(query_, std::array{query_.input_condition, query_.output_condition}, folded);
        std::optional<phase::RealFront> front = phase::RealFront::of(query_, limits, reason);
        if (!front) return false;
        front_ = std::move(*front);
        formula_ = std::move(scores.formula);
        reduced_ = threshold::reduce(folded, ball_of(folded), scores.conditions);
    } catch (const UsageError& error) {
        reason = error.what();
        return false;
    }
    return true;
}

bool EncodedQuery::read_graph(const Limits& limits, std::string& reason) {
    try {
        const LimitScope scope(limits);
        ThresholdGraph graph(query_);
        formula_ = graph.read_conditions();
        reduced_ = graph.reduced();
        front_ = std::move(graph).front();
        unit_.resize(front_.units().size());
        std::iota(unit_.begin(), unit_.end(), 0);
    } catch (const UsageError& error) {
        reason = error.what();
        return false;
    } catch (const LimitReached& limit) {
        reason = to_string(limit.reason());
        return false;
    }
    return true;
}

/// Open front neurons are free digits of one step.
threshold::Ball EncodedQuery::ball_of(const threshold::ThresholdNetwork& folded) {
    threshold::Ball ball;
    unit_.clear();
    ball.centre.assign(folded.digits.size(), 0);
    for (std::uint32_t d = 0; d < folded.digits.size(); ++d) {
        const threshold::Digit& digit = folded.digits[d];
        const phase::FrontUnit& unit = front_.units()[digit.input];
        const bool up = digit.step_count() == 1;  // else the value is the same for both
        if (unit.is_constant()) {
            ball.centre[d] = up && unit.constant_value() ? 1 : 0;
        } else if (up) {
            ball.free.push_back({d, 0, 0, 1, {0, 1}});
            unit_.push_back(digit.input);
        }
    }
    return ball;
}

bool EncodedQuery::some_target_can_win() const {
    return std::any_of(reduced_.targets.begin(), reduced_.targets.end(),
                       [](const threshold::Target& target) { return !target.wins.is_false(); });
}

EncodedQuery::Problem EncodedQuery::encode() const {
    threshold::ReducedNetwork open = reduced_;  // constant targets need no encoding
    std::erase_if(open.targets, [](const threshold::Target& target) { return target.wins.is_constant(); });
    const Encoding encoding = binarized::encode(open, {});
    Problem problem;
    problem.rows = encoding.problem;
    for (std::size_t f = 0; f < reduced_.digits.size(); ++f)
        problem.digit.emplace_back(cardinality::BoolVar(encoding.order_begin[f]));
    add_front(problem);
    QueryFormula::Leaves leaves;
    leaves.conditions = target_literals(reduced_.targets, encoding);
    for (const LeafLiteral& target : leaves.conditions) problem.target.push_back(target.literal);
    for (const InputAtom& atom : formula_->input_atoms()) leaves.input_atoms.push_back(input_atom(problem, atom));
    for (std::size_t b = 0; b < query_.boolean_names.size(); ++b) {
        problem.booleans.push_back(problem.rows.new_variable());
        leaves.booleans.push_back({Literal(problem.booleans.back()), false});
    }
    formula_->add_to(problem.rows, leaves);
    return problem;
}

/// A literal for each atom, and for each open neuron what its atoms say.
void EncodedQuery::add_front(Problem& problem) const {
    for (std::size_t f = 0; f < reduced_.digits.size(); ++f) {
        const phase::FrontUnit& its = unit(f);
        const Literal own = its.negated ? ~problem.digit[f] : problem.digit[f];
        std::vector<Literal> clause{~own};
        for (const std::uint32_t atom : its.atoms) {
            const Literal literal = its.atoms.size() == 1 ? own : Literal(problem.rows.new_variable());
            problem.atoms.push_back(front_.atoms()[atom]);
            problem.atom.push_back(literal);
            clause.push_back(literal);
            if (literal != own) problem.rows.add_clause({~literal, own});
        }
        if (its.atoms.size() > 1) problem.rows.add_clause(clause);
    }
}

LeafLiteral EncodedQuery::input_atom(Problem& problem, const InputAtom& atom) const {
    phase::FrontAtom linear{atom.form, atom.strict};
    if (const std::optional<bool> known = front_.decided(linear)) return {{}, *known};
    const Literal literal(problem.rows.new_variable());
    problem.atoms.push_back(std::move(linear));
    problem.atom.push_back(literal);
    return {literal, false};
}

void EncodedQuery::add_statistics(Statistics& statistics) const {
    statistics.add("open_front_neurons", static_cast<double>(reduced_.digits.size()));
    statistics.add("gates", static_cast<double>(reduced_.gates.size()));
}

}  // namespace sinew::binarized
