// SPDX-License-Identifier: Apache-2.0
#include "train/encode.hpp"

#include <algorithm>
#include <cstdlib>
#include <numeric>

#include "cardinality/unreified.hpp"

namespace sinew::train {

namespace {
std::int64_t size_of(std::span<const Term> terms) {
    std::int64_t size = 0;
    for (const Term& term : terms) size += std::abs(term.coefficient);
    return size;
}

bool is_active_objective(const Problem& problem, std::size_t last, Objective objective) {
    for (std::size_t o = 0; o <= last && o < problem.objectives.size(); ++o)
        if (problem.objectives[o] == objective) return true;
    return false;
}
}  // namespace

TrainingFormula::TrainingFormula(const Problem& problem, const Columns& columns, std::span<const std::int64_t> fixed,
                                 std::optional<std::int64_t> bound, const Limits& limits)
    : problem_(problem), columns_(columns), limits_(limits), first_(problem.architecture.layers[0]) {
    for (auto& row : first_) row.resize(columns.count);
    encode(fixed, bound);
}

/// Looks at the limits; whether one was reached, now or before.
bool TrainingFormula::stop() {
    stopped_ = stopped_ || limits_.exceeded();
    return stopped_;
}

void TrainingFormula::encode(std::span<const std::int64_t> fixed, std::optional<std::int64_t> bound) {
    const Problem& problem = problem_;
    add_weights();
    order_neurons();
    add_accuracy();
    for (const Columns::Guard& guard : columns_.guards) add_guard(guard);
    if (is_active_objective(problem, fixed.size(), Objective::max_margin)) add_margins();
    if (stop()) return;
    for (std::size_t o = 0; o < fixed.size(); ++o) {
        std::int64_t constant = 0;
        const std::vector<Term> terms = objective_terms(o, constant);
        const bool maximised = o >= problem.objectives.size() || problem.objectives[o] != Objective::min_weight;
        formula_.add_at_most(terms, (maximised ? -fixed[o] : fixed[o]) - constant);
    }
    std::int64_t constant = 0;
    const std::vector<Term> terms = objective_terms(fixed.size(), constant);
    formula_.set_objective(terms, constant);
    maximised_ = fixed.size() >= problem.objectives.size() || problem.objectives[fixed.size()] != Objective::min_weight;
    if (bound) formula_.add_at_least(terms, (maximised_ ? -*bound : *bound) - constant);
}

Literal TrainingFormula::conjunction(std::vector<Literal> literals) {
    if (literals.size() == 1) return literals[0];
    const Literal output = fresh();
    std::vector<Literal> all{output};
    for (const Literal literal : literals) {
        formula_.add_clause({~output, literal});
        all.push_back(~literal);
    }
    formula_.add_clause(all);
    gates_.push_back({Gate::Kind::conjunction, output, std::move(literals)});
    return output;
}

Literal TrainingFormula::product(Literal a, Literal b) {
    if (b < a) std::swap(a, b);
    const auto [place, is_new] = products_.try_emplace({a, b});
    if (is_new) place->second = conjunction({a, b});
    return place->second;
}

Literal TrainingFormula::same(Literal a, Literal b) {
    if (b < a) std::swap(a, b);
    const auto [place, is_new] = equalities_.try_emplace({a, b});
    if (!is_new) return place->second;
    const Literal output = fresh();
    formula_.add_clause({~output, ~a, b});
    formula_.add_clause({~output, a, ~b});
    formula_.add_clause({output, a, b});
    formula_.add_clause({output, ~a, ~b});
    gates_.push_back({Gate::Kind::same, output, {a, b}});
    return place->second = output;
}

/// A literal for Σ terms + constant >= bound.
Literal TrainingFormula::at_least(const Sum& sum, std::int64_t bound) {
    const Literal output = fresh();
    std::vector<Term> terms;
    for (const Term& term : sum.terms)
        if (term.coefficient != 0) terms.push_back(term);
    gates_.push_back({Gate::Kind::row, output, {}, formula_.linear_count()});
    if (terms.empty()) {  // a row that says nothing of the output would not do
        gates_.back() = {Gate::Kind::conjunction, output, {}};
        if (sum.constant < bound) gates_.back().output = ~output;
        formula_.add_clause({gates_.back().output});
        return output;
    }
    formula_.add_reified(output, terms, bound - sum.constant);
    return output;
}

void TrainingFormula::add_weights() {
    std::size_t below = columns_.features;
    for (const std::size_t neurons : problem_.architecture.layers) {
        inputs_of_.push_back(below);
        auto& layer = weights_.emplace_back();
        for (std::size_t w = 0; w < neurons * below; ++w) {
            const Literal positive = fresh();
            layer.emplace_back(positive, problem_.architecture.zero_weights ? fresh() : ~positive);
            if (problem_.architecture.zero_weights) formula_.add_clause({~positive, ~layer.back().second});
        }
        below = neurons;
    }
}

/// Each hidden neuron's weights are lexicographically at least the next one's: (p, ~n) is descending in the weight.
void TrainingFormula::order_neurons() {
    for (std::size_t l = 0; l + 1 < weights_.size(); ++l) {
        for (std::size_t j = 0; j + 1 < problem_.architecture.layers[l] && !stop(); ++j) {
            Literal equal;  // of all before; invalid: nothing is before
            const auto step = [&](Literal above, Literal under) {
                if (equal.valid())
                    formula_.add_clause({~equal, above, ~under});
                else
                    formula_.add_clause({above, ~under});
                const Literal here = same(above, under);
                equal = equal.valid() ? conjunction({equal, here}) : here;
            };
            for (std::size_t i = 0; i < inputs_of_[l]; ++i) {
                step(weight(l, j, i).first, weight(l, j + 1, i).first);
                if (problem_.architecture.zero_weights) step(~weight(l, j, i).second, ~weight(l, j + 1, i).second);
            }
        }
    }
}

TrainingFormula::Sum TrainingFormula::first_sum(std::size_t neuron, std::uint32_t column) const {
    Sum sum;
    for (std::size_t i = 0; i < columns_.features; ++i) {
        const auto [positive, negative] = weight(0, neuron, i);
        sum.terms.push_back({columns_.change(i, 1)[column], positive});
        sum.terms.push_back({columns_.change(i, -1)[column], negative});
    }
    return sum;
}

Literal TrainingFormula::first_activity(std::size_t neuron, std::uint32_t column) {
    Literal& activity = first_[neuron][column];
    if (!activity.valid()) activity = at_least(first_sum(neuron, column), 0);
    return activity;
}

/// The least (greatest) sum of a neuron above the first layer over what its inputs may be.
TrainingFormula::Sum TrainingFormula::sum_above(std::size_t layer, std::size_t neuron, const Track& track, bool high) {
    Sum sum;
    for (std::size_t i = 0; i < inputs_of_[layer]; ++i) {
        const auto [positive, negative] = weight(layer, neuron, i);
        const Literal low = (high ? track.high : track.low)[layer - 1][i];
        const Literal opposite = (high ? track.low : track.high)[layer - 1][i];
        if (!problem_.architecture.zero_weights && low == opposite) {
            sum.terms.push_back({2, same(positive, low)});
            sum.constant -= 1;
            continue;
        }
        sum.terms.push_back({2, product(positive, low)});
        sum.terms.push_back({-1, positive});
        sum.terms.push_back({-2, product(negative, opposite)});
        sum.terms.push_back({1, negative});
    }
    return sum;
}

/// The pass from the first layer's activities at two columns (of a point the same).
std::size_t TrainingFormula::track(std::uint32_t low, std::uint32_t high) {
    const auto [place, is_new] = track_of_.try_emplace({low, high}, tracks_.size());
    if (!is_new) return place->second;
    Track own;
    own.low_column = low;
    own.high_column = high;
    const std::vector<std::size_t>& layers = problem_.architecture.layers;
    for (std::size_t l = 0; l < layers.size(); ++l) {
        if (l + 1 == layers.size() && !problem_.architecture.sign_outputs()) break;
        std::vector<Literal> lows;
        std::vector<Literal> highs;
        for (std::size_t j = 0; j < layers[l]; ++j) {
            lows.push_back(l == 0 ? first_activity(j, low) : at_least(sum_above(l, j, own, false), 0));
            highs.push_back(low == high ? lows.back()
                            : l == 0    ? first_activity(j, high)
                                        : at_least(sum_above(l, j, own, true), 0));
        }
        own.low.push_back(std::move(lows));
        own.high.push_back(std::move(highs));
    }
    tracks_.push_back(std::move(own));
    return place->second;
}

/// Whether the winner's score is greater than the loser's by `by` (surely: its least than the loser's greatest).
Literal TrainingFormula::beats(std::size_t track, std::uint32_t winner, std::uint32_t loser, std::int64_t by,
                               bool surely) {
    const std::size_t last = weights_.size() - 1;
    const auto score = [&](std::uint32_t c, bool high) {
        if (last > 0) return sum_above(last, c, tracks_[track], high);
        return first_sum(c, high ? tracks_[track].high_column : tracks_[track].low_column);
    };
    Sum difference = score(winner, false);
    const Sum other = score(loser, surely);
    for (const Term& term : other.terms) difference.terms.push_back({-term.coefficient, term.literal});
    difference.constant -= other.constant;
    return at_least(difference, by);
}

Literal TrainingFormula::right(const Columns::Group& group) {
    const std::size_t own = track(group.column, group.column);
    std::vector<Literal> wins;
    if (problem_.architecture.sign_outputs()) {
        const std::vector<Literal>& outputs = tracks_[own].low.back();
        for (std::size_t c = 0; c < outputs.size(); ++c)
            wins.push_back(problem_.architecture.wants_active(c, group.label) ? outputs[c] : ~outputs[c]);
        return conjunction(std::move(wins));
    }
    for (std::uint32_t c = 0; c < problem_.architecture.layers.back(); ++c)
        if (c != group.label) wins.push_back(beats(own, group.label, c, 1, false));
    return conjunction(std::move(wins));
}

void TrainingFormula::add_accuracy() {
    std::vector<Term> terms;
    for (const Columns::Group& group : columns_.groups) {
        if (stop()) return;
        rights_.push_back(right(group));
        terms.push_back({group.examples, rights_.back()});
    }
    const auto rows = static_cast<std::int64_t>(problem_.examples.rows());
    const auto least = static_cast<std::int64_t>(problem_.least_right);
    if (least >= rows) {
        for (const Literal literal : rights_) formula_.add_clause({literal});
        if (least > rows) formula_.add_clause(std::span<const Literal>{});
    } else if (least > 0) {
        formula_.add_at_least(terms, least);
    }
    if (problem_.forbid_perfect) formula_.add_at_most(terms, rows - 1);
}

/// Whether class_of() is `label` on a track of one column, of several scores.
Literal TrainingFormula::has_class(std::size_t track, std::uint32_t label) {
    const auto [place, is_new] = classes_.try_emplace({track, label});
    if (is_new) {
        std::vector<Literal> wins;
        for (std::uint32_t c = 0; c < problem_.architecture.layers.back(); ++c)
            if (c != label) wins.push_back(beats(track, label, c, c < label ? 1 : 0, false));
        place->second = conjunction(std::move(wins));
    }
    return place->second;
}

/// A literal that the class at `own` is kept everywhere (conjunction over what is asked).
Literal TrainingFormula::class_kept(const Columns::Guard::Watch& watch) {
    std::vector<Literal> kept;
    const std::size_t own = track(watch.own, watch.own);
    const auto classes = static_cast<std::uint32_t>(problem_.architecture.layers.back());
    const bool signs = problem_.architecture.sign_outputs();
    for (const std::uint32_t column : watch.same) {
        const std::size_t there = track(column, column);
        for (std::uint32_t c = 0; c < classes; ++c)
            kept.push_back(signs ? same(tracks_[own].low.back()[c], tracks_[there].low.back()[c])
                                 : same(has_class(own, c), has_class(there, c)));
    }
    if (watch.low != Columns::none && signs) {
        const std::size_t ball = track(watch.low, watch.high);
        for (std::uint32_t c = 0; c < classes; ++c)
            kept.push_back(same(tracks_[ball].low.back()[c], tracks_[ball].high.back()[c]));
    } else if (watch.low != Columns::none) {
        // own class ⇒ it surely beats all others: ~(own ∧ ~sure)
        const std::size_t ball = track(watch.low, watch.high);
        for (std::uint32_t c = 0; c < classes; ++c)
            for (std::uint32_t other = 0; other < classes; ++other)
                if (other != c) kept.push_back(~product(has_class(own, c), ~beats(ball, c, other, 1, true)));
    }
    return conjunction(std::move(kept));
}

Literal TrainingFormula::watch_literal(const Columns::Guard& guard, const Columns::Guard::Watch& watch) {
    if (!guard.first_layer) return class_kept(watch);
    std::vector<Literal> pairs;
    for (std::size_t j = 0; j < problem_.architecture.layers[0]; ++j) {
        for (const std::uint32_t column : watch.same) {
            pairs.push_back(first_activity(j, watch.own));
            pairs.push_back(first_activity(j, column));
        }
    }
    const Literal robust = fresh();  // of equalities only the needed direction: more robust examples never hurt
    for (std::size_t p = 0; p < pairs.size(); p += 2) {
        formula_.add_clause({~robust, ~pairs[p], pairs[p + 1]});
        formula_.add_clause({~robust, pairs[p], ~pairs[p + 1]});
    }
    gates_.push_back({Gate::Kind::equal_pairs, robust, std::move(pairs)});
    return robust;
}

void TrainingFormula::add_guard(const Columns::Guard& guard) {
    if (guard.needed == 0 && !guard.soft) return;
    std::vector<Term> terms;
    std::int64_t all = 0;
    for (const Columns::Guard::Watch& watch : guard.watches) {
        if (stop()) return;
        terms.push_back({watch.weight, watch_literal(guard, watch)});
        all += watch.weight;
    }
    if (guard.soft) {
        for (const Term& term : terms) soft_.emplace_back(term.literal, static_cast<std::uint32_t>(term.coefficient));
        soft_always_ += static_cast<std::int64_t>(guard.always);
        return;
    }
    if (static_cast<std::int64_t>(guard.needed) >= all) {
        for (const Term& term : terms) formula_.add_clause({term.literal});
        if (static_cast<std::int64_t>(guard.needed) > all) formula_.add_clause(std::span<const Literal>{});
    } else {
        formula_.add_at_least(terms, static_cast<std::int64_t>(guard.needed));
    }
}

void TrainingFormula::add_margins() {
    for (std::size_t l = 0; l < weights_.size(); ++l) {
        if (l + 1 == weights_.size() && !problem_.architecture.sign_outputs()) return;
        for (std::size_t j = 0; j < problem_.architecture.layers[l]; ++j) add_margin(l, j);
    }
}

/// m in binary digits: where the neuron is active its sum is at least m, else at most -m.
void TrainingFormula::add_margin(std::size_t layer, std::size_t neuron) {
    std::vector<std::pair<Sum, Literal>> sums;
    std::int64_t most = cardinality::largest_sum;
    for (const std::uint32_t column : columns_.example_columns) {
        if (stop()) return;
        const std::size_t own = track(column, column);
        Sum sum = layer == 0 ? first_sum(neuron, column) : sum_above(layer, neuron, tracks_[own], false);
        std::int64_t reach = 0;
        if (layer > 0) reach = static_cast<std::int64_t>(inputs_of_[layer]);
        for (std::size_t i = 0; layer == 0 && i < columns_.features; ++i)
            reach += std::abs(columns_.change(i, 1)[column]);
        most = std::min(most, reach);
        sums.emplace_back(std::move(sum), tracks_[own].low[layer][neuron]);
    }
    Margin margin{layer, neuron, {}};
    std::vector<Term> value;
    for (std::int64_t weight = 1; weight <= most; weight *= 2) {
        margin.bits.push_back(fresh());
        value.push_back({weight, margin.bits.back()});
    }
    formula_.add_at_most(value, most);
    for (const auto& [sum, active] : sums) {
        if (stop()) return;
        for (const int sign : {1, -1}) {
            std::vector<Term> terms;
            for (const Term& term : sum.terms)
                if (term.coefficient != 0) terms.push_back({sign * term.coefficient, term.literal});
            for (const Term& term : value) terms.push_back({-term.coefficient, term.literal});
            const std::int64_t slack = size_of(terms) + std::abs(sum.constant);
            terms.push_back({slack, sign > 0 ? ~active : active});
            formula_.add_at_least(terms, -sign * sum.constant);
        }
    }
    margins_.push_back(std::move(margin));
}

/// To be minimised: the objective, or its negative where it is to be maximised.
std::vector<Term> TrainingFormula::objective_terms(std::size_t number, std::int64_t& constant) const {
    std::vector<Term> terms;
    if (number >= problem_.objectives.size()) {
        constant = -soft_always_;
        for (const auto& [literal, weight] : soft_) terms.push_back({-std::int64_t{weight}, literal});
        return terms;
    }
    switch (problem_.objectives[number]) {
        case Objective::min_weight:
            for (const auto& layer : weights_) {
                for (const auto& [positive, negative] : layer) {
                    terms.push_back({1, positive});
                    terms.push_back({1, negative});
                }
            }
            break;
        case Objective::max_accuracy:
            for (std::size_t g = 0; g < rights_.size(); ++g)
                terms.push_back(
                    {-problem_.class_weight(columns_.groups[g].label) * columns_.groups[g].examples, rights_[g]});
            break;
        case Objective::max_margin:
            for (const Margin& margin : margins_)
                for (std::size_t b = 0; b < margin.bits.size(); ++b)
                    terms.push_back({-(std::int64_t{1} << b), margin.bits[b]});
            break;
    }
    return terms;
}

Weights TrainingFormula::weights_of(const std::vector<bool>& model) const {
    const auto holds = [&](Literal l) { return model[l.variable().index()] != l.negated(); };
    Weights weights;
    for (const auto& layer : weights_) {
        auto& own = weights.layers.emplace_back();
        for (const auto& [positive, negative] : layer)
            own.push_back(static_cast<std::int8_t>(holds(positive) ? 1 : holds(negative) ? -1 : 0));
    }
    return weights;
}

std::vector<bool> TrainingFormula::assignment_of(Weights weights) const {
    weights = canonical(problem_, std::move(weights));
    std::vector<bool> values(formula_.variable_count(), false);
    const auto set = [&](Literal l, bool value) { values[l.variable().index()] = value != l.negated(); };
    const auto holds = [&](Literal l) { return values[l.variable().index()] != l.negated(); };
    for (std::size_t l = 0; l < weights_.size(); ++l) {
        for (std::size_t w = 0; w < weights_[l].size(); ++w) {
            set(weights_[l][w].first, weights.layers[l][w] == 1);
            if (problem_.architecture.zero_weights) set(weights_[l][w].second, weights.layers[l][w] == -1);
        }
    }
    for (const Gate& gate : gates_) {
        bool value = true;
        switch (gate.kind) {
            case Gate::Kind::conjunction:
                value = std::all_of(gate.inputs.begin(), gate.inputs.end(), holds);
                break;
            case Gate::Kind::same:
                value = holds(gate.inputs[0]) == holds(gate.inputs[1]);
                break;
            case Gate::Kind::equal_pairs:
                for (std::size_t p = 0; p < gate.inputs.size(); p += 2)
                    value = value && holds(gate.inputs[p]) == holds(gate.inputs[p + 1]);
                break;
            case Gate::Kind::row: {
                const cardinality::LinearView row = formula_.linear(gate.row);
                std::int64_t sum = 0;
                for (const Term& term : row.terms) sum += holds(term.literal) ? term.coefficient : 0;
                value = sum >= row.bound;
                break;
            }
        }
        set(gate.output, value);
    }
    set_margins(weights, values);
    return values;
}

void TrainingFormula::set_margins(const Weights& weights, std::vector<bool>& values) const {
    if (margins_.empty()) return;
    std::vector<std::vector<std::vector<std::int64_t>>> sums;
    for (std::size_t k = 0; k < problem_.examples.rows(); ++k)
        sums.push_back(sums_of(weights, problem_.examples.row(k)));
    for (const Margin& margin : margins_) {
        std::int64_t least = cardinality::largest_sum;
        for (const auto& layers : sums) least = std::min(least, std::abs(layers[margin.layer][margin.neuron]));
        for (std::size_t b = 0; b < margin.bits.size(); ++b)
            values[margin.bits[b].variable().index()] = ((least >> b) & 1) != 0;
    }
}

double encoded_terms(const Problem& problem, const Columns& columns) {
    const std::vector<std::size_t>& layers = problem.architecture.layers;
    const auto is_change = [](std::int32_t value) { return value != 0; };
    const auto first = static_cast<double>(std::ranges::count_if(columns.plus, is_change) +
                                           std::ranges::count_if(columns.minus, is_change));
    double passes = static_cast<double>(columns.count);
    for (const Columns::Guard& guard : columns.guards)
        if (!guard.first_layer) passes += static_cast<double>(guard.watches.size());
    // A product is a term of its row, and some six more in clauses and as a gate.
    constexpr double of_product = 16;
    double above = 0;
    for (std::size_t l = 1; l < layers.size(); ++l)
        above += of_product * static_cast<double>(layers[l - 1]) * static_cast<double>(layers[l]);
    // Of several classes each score is in a row with each other's where it wins.
    if (layers.size() == 1 && !problem.architecture.sign_outputs()) return 2 * first * static_cast<double>(layers[0]);
    double terms = first * static_cast<double>(layers[0]) + above * passes;
    if (is_active_objective(problem, problem.objectives.size(), Objective::max_margin)) terms *= 3;
    return terms;
}

model::PseudoBoolean formula_of(const Problem& problem) {
    const Columns columns = columns_of(problem);
    return cardinality::without_reification(TrainingFormula(problem, columns, {}).formula());
}

Weights canonical(const Problem& problem, Weights weights) {
    std::size_t inputs = problem.examples.features;
    for (std::size_t l = 0; l + 1 < weights.layers.size(); ++l) {
        const std::size_t neurons = problem.architecture.layers[l];
        const std::vector<std::int8_t> own = weights.layers[l];
        const std::vector<std::int8_t> above = weights.layers[l + 1];
        std::vector<std::size_t> order(neurons);
        std::iota(order.begin(), order.end(), std::size_t{0});
        std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
            const auto row = [&](std::size_t j) { return std::span(own).subspan(j * inputs, inputs); };
            return std::ranges::lexicographical_compare(row(b), row(a));
        });
        for (std::size_t j = 0; j < neurons; ++j)
            std::copy_n(own.begin() + static_cast<std::ptrdiff_t>(order[j] * inputs), inputs,
                        weights.layers[l].begin() + static_cast<std::ptrdiff_t>(j * inputs));
        for (std::size_t u = 0; u < above.size() / neurons; ++u)
            for (std::size_t j = 0; j < neurons; ++j)
                weights.layers[l + 1][u * neurons + j] = above[u * neurons + order[j]];
        inputs = neurons;
    }
    return weights;
}

}  // namespace sinew::train
