// SPDX-License-Identifier: Apache-2.0
#include "certify/ball_query.hpp"

#include <algorithm>
#include <utility>

#include "model/copy_layer.hpp"

namespace sinew::certify {

namespace {
/// What a change up (+1) or down (-1) of an input may be, where its value at the example is `centre`.
model::Domain change_domain(const model::Domain& side, const Rational& centre, int sign) {
    model::Domain change;
    change.kind = side.kind;
    change.lower = 0;
    const std::optional<Rational>& end = sign > 0 ? side.upper : side.lower;
    if (end) change.upper = std::max(Rational(0), Rational(sign * (*end - centre)));
    for (const Rational& value : side.values)
        if (sign * (value - centre) >= 0) change.values.push_back(sign * (value - centre));
    std::ranges::sort(change.values);
    return change;
}

bool may_change(const model::Domain& side, const Rational& centre) {
    return side.lower != centre || side.upper != centre;
}

/// LinearForm over the same variables, moved by as many places.
LinearForm moved_form(const LinearForm& form, std::size_t by) {
    std::vector<LinearTerm> terms = form.terms();
    for (LinearTerm& term : terms) term.variable = Variable(term.variable.index() + by);
    return {std::move(terms), form.constant()};
}
}  // namespace

BallQuery::BallQuery(const model::Query& network) : inputs_(network.network.input_variables()) {
    plain_.network = network.network;
    plain_.outputs = network.outputs;
}

void BallQuery::set_conditions(model::Query& query, std::span<const Rival> rivals, std::size_t count) const {
    query.output_condition = some_win(query.formulas, rivals, count);
}

const model::Query& BallQuery::over(const Region& region, const std::optional<Rational>& epsilon,
                                    std::span<const Rival> rivals, std::size_t count) {
    const Norm norm = region.space().norm();
    changes_.reset();
    const std::vector<model::Domain> box = region.box(epsilon);
    bool is_point = true;
    for (std::size_t i = 0; i < box.size(); ++i) is_point = is_point && !may_change(box[i], region.centre()[i]);
    if (epsilon && (norm == Norm::one || norm == Norm::two) && !is_point) {
        over_changes(region, *epsilon, rivals, count);
        return *changes_;
    }
    plain_.formulas = model::FormulaStore();
    plain_.input_condition = plain_.formulas.constant(true);
    plain_.domains.clear();
    for (std::size_t i = 0; i < box.size(); ++i) plain_.domains.emplace_back(inputs_[i], box[i]);
    set_conditions(plain_, rivals, count);
    return plain_;
}

void BallQuery::over_changes(const Region& region, const Rational& epsilon, std::span<const Rival> rivals,
                             std::size_t count) {
    const Space& space = region.space();
    const std::vector<model::Domain> box = region.box(epsilon);
    const std::vector<Rational>& centre = region.centre();
    std::vector<std::uint32_t> changed;
    for (std::uint32_t i = 0; i < box.size(); ++i)
        if (may_change(box[i], centre[i])) changed.push_back(i);
    changes_.emplace();
    model::Query& query = *changes_;
    // The changes come first: all other variables move by their number, the inputs among them.
    const std::size_t all = 2 * changed.size();
    const model::LayerId source = query.network.add_input("changes", {all});
    std::vector<LinearTerm> sum;
    Rational limit = epsilon;
    if (space.norm() == Norm::two) limit = root_above(epsilon * epsilon * Rational(changed.size()));
    for (std::size_t k = 0; k < changed.size(); ++k) {
        const std::uint32_t i = changed[k];
        for (const int sign : {1, -1}) {
            const Variable change = query.network.variable(source, 2 * k + (sign > 0 ? 0 : 1));
            query.domains.emplace_back(change, change_domain(box[i], centre[i], sign));
            sum.push_back({change, space.deviation(i)});
        }
    }
    std::vector<model::LayerId> copy;
    std::size_t input = 0;
    std::size_t k = 0;
    for (const model::Layer& layer : plain_.network.layers()) {
        if (!std::holds_alternative<model::InputLayer>(layer.operation)) {
            copy.push_back(
                model::copy_layer(query.network, layer, [&](model::LayerId id) { return copy[id.index()]; }));
            continue;
        }
        model::SparseMap map;
        map.columns = all;
        model::AffineLayer affine;
        for (std::size_t i = 0; i < layer.size; ++i, ++input) {
            affine.bias.push_back(centre[input]);
            if (k < changed.size() && changed[k] == input) {
                for (const int sign : {1, -1}) {
                    map.column.push_back(static_cast<std::uint32_t>(2 * k + (sign > 0 ? 0 : 1)));
                    map.weight.push_back(Rational(sign));
                }
                ++k;
            }
            map.row_begin.push_back(map.column.size());
        }
        affine.terms.push_back({source, std::move(map)});
        copy.push_back(query.network.add_affine(layer.name, layer.shape, std::move(affine)));
    }
    moved_.clear();
    for (const Variable variable : inputs_) moved_.emplace_back(variable.index() + all);
    std::vector<Rival> moved(rivals.begin(), rivals.end());
    for (Rival& rival : moved) rival.lead = moved_form(rival.lead, all);
    for (const Variable output : plain_.outputs) query.outputs.emplace_back(output.index() + all);
    query.input_condition =
        query.formulas.atom(LinearForm(std::move(sum), Rational(-limit)), model::Relation::less_equal);
    set_conditions(query, moved, count);
}

std::vector<Rational> BallQuery::input_of(const model::Witness& witness) const {
    std::vector<Rational> input;
    for (const Variable variable : changes_ ? moved_ : inputs_) input.push_back(witness.values[variable.index()]);
    return input;
}

}  // namespace sinew::certify
