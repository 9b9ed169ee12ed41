// SPDX-License-Identifier: Apache-2.0
#include "search/relu_refutation.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>

#include "base/infinity.hpp"
#include "base/limit_scope.hpp"

namespace sinew::search {

namespace {
using linear::LpStatus;
using proof::ViprSense;
using proof::ViprStep;

/// The bound that a linear program proves of a variable is assumed to be exceeded: the row's name meanwhile.
constexpr std::uint32_t hypothesis = 0xffffffffU;
/// What a bound is weaker than the floating-point optimum, so that rounding cannot matter.
constexpr double bound_margin = 1e-6;
/// Of the width of a neuron's bounds: gaining less is not worth a step.
constexpr double least_gain = 0.01;
/// A ReLU is at its corner where it is off by so little.
constexpr double least_gap = 1e-7;

double lp_bound(const linear::Bound& bound, Side side) {
    if (!bound.present) return side == Side::lower ? -infinity : infinity;
    return to_nearest(bound.value.value);
}
}  // namespace

ReluRefutation::ReluRefutation(ReluProgram& program, const model::Query& query)
    : program_(program),
      query_(query),
      feasibility_(system_, [](SimplexVariable, Side) { return false; }),
      lower_row_(query.network.variable_count(), ReluProgram::no_row),
      upper_row_(query.network.variable_count(), ReluProgram::no_row),
      states_(program.neurons.size(), State::open) {}

std::uint32_t ReluRefutation::add_step(ViprStep step) {
    program_.proof.steps.push_back(std::move(step));
    return static_cast<std::uint32_t>(program_.proof.constraints.size() + program_.proof.steps.size() - 1);
}

std::uint32_t ReluRefutation::add_sum(proof::ViprRow row, const Source& source) {
    // A row may be there twice; numbers ascend, which is easy on readers.
    proof::ViprTerms multipliers(source.begin(), source.end());
    std::sort(multipliers.begin(), multipliers.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
    proof::ViprTerms merged;
    for (auto& [number, multiplier] : multipliers) {
        if (!merged.empty() && merged.back().first == number)
            merged.back().second += multiplier;
        else
            merged.emplace_back(number, std::move(multiplier));
    }
    std::erase_if(merged, [](const auto& term) { return sgn(term.second) == 0; });
    return add_step({ViprStep::Kind::sum, std::move(row), std::move(merged)});
}

std::uint32_t ReluRefutation::add_split(proof::ViprRow row, std::uint32_t below, std::uint32_t below_assumption,
                                        std::uint32_t above, std::uint32_t above_assumption) {
    return add_step({ViprStep::Kind::split, std::move(row), {}, {below, below_assumption, above, above_assumption}});
}

proof::ViprRow ReluRefutation::bound_row(Variable variable, ViprSense sense, const Rational& bound) {
    return {sense, bound, {{static_cast<std::uint32_t>(variable.index()), 1}}};
}

std::uint32_t ReluRefutation::assume(std::uint32_t binary, bool is_one) {
    const ViprSense sense = is_one ? ViprSense::at_least : ViprSense::at_most;
    return add_step({ViprStep::Kind::assumption, {sense, is_one ? 1 : 0, {{binary, 1}}}});
}

void ReluRefutation::tell_lp(SimplexVariable variable) {
    const std::size_t index = lp_index_[variable.index()];
    const double lower = lp_bound(system_.bound(variable, Side::lower), Side::lower);
    const double upper = lp_bound(system_.bound(variable, Side::upper), Side::upper);
    if (system_.is_row(variable))
        lp_.set_row_bounds(index, lower, upper);
    else
        lp_.set_column_bounds(index, lower, upper);
}

void ReluRefutation::add_column(Variable variable) {
    const SimplexVariable column = system_.add_column();
    columns_.emplace(variable, column);
    lp_index_.push_back(lp_.add_column(-infinity, infinity));
    lp_columns_.push_back(column);
    sources_.resize(2 * system_.variable_count());
}

void ReluRefutation::add_bound(const LinearForm& form, const Rational& bound, bool strict, Source source) {
    const linear::FormBound place = system_.variable_of(form, columns_);
    if (lp_index_.size() < system_.variable_count()) {
        std::vector<linear::LpEntry> entries;
        for (const SimplexTerm& term : system_.terms(place.variable))
            entries.push_back({lp_index_[term.variable.index()], to_nearest(term.coefficient)});
        lp_index_.push_back(lp_.add_row(entries, -infinity, infinity));
        lp_rows_.push_back(place.variable);
        sources_.resize(2 * system_.variable_count());
    }
    const Side side = sgn(place.factor) > 0 ? Side::lower : Side::upper;
    const DeltaRational value(bound / place.factor, strict ? (side == Side::lower ? 1 : -1) : 0);
    const linear::Bound& old = system_.bound(place.variable, side);
    if (old.present && (side == Side::lower ? old.value >= value : old.value <= value)) return;
    const Rational scale = 1 / abs(place.factor);
    for (auto& [row, multiplier] : source) multiplier *= scale;
    const std::size_t slot = linear::LinearSystem::slot(place.variable, side);
    changes_.push_back({slot, old, std::move(sources_[slot])});
    sources_[slot] = std::move(source);
    system_.set_bound(place.variable, side, value);
    feasibility_.changes().insert(slot);
    tell_lp(place.variable);
}

void ReluRefutation::undo(std::size_t changes) {
    while (changes_.size() > changes) {
        Change& change = changes_.back();
        const SimplexVariable variable = linear::LinearSystem::slot_variable(change.slot);
        const Side side = linear::LinearSystem::slot_side(change.slot);
        if (change.bound.present)
            system_.set_bound(variable, side, change.bound.value);
        else
            system_.relax_bound(variable, side);
        sources_[change.slot] = std::move(change.source);
        feasibility_.changes().insert(change.slot);
        tell_lp(variable);
        changes_.pop_back();
    }
}

void ReluRefutation::bound_column(Variable variable, std::uint32_t lower_row, std::uint32_t upper_row) {
    lower_row_[variable.index()] = lower_row;
    upper_row_[variable.index()] = upper_row;
    add_bound(LinearForm(variable, 1), program_.lower[variable.index()], false, {{lower_row, 1}});
    add_bound(LinearForm(variable, -1), -program_.upper[variable.index()], false, {{upper_row, -1}});
}

/// A bound of an affine component from those of what it reads.
void ReluRefutation::interval_row(Variable variable, bool upper) {
    const std::uint32_t equation = program_.equations[variable.index()];
    Source source{{equation, 1}};
    Rational value = program_.proof.constraints[equation].bound;
    for (const auto& [read, coefficient] : program_.proof.constraints[equation].terms) {
        if (read == variable.index()) continue;
        const bool takes_upper = (sgn(coefficient) < 0) == upper;
        source.emplace_back(takes_upper ? upper_row_[read] : lower_row_[read], -coefficient);
        value -= coefficient * (takes_upper ? program_.upper[read] : program_.lower[read]);
    }
    value = upper ? short_above(value) : short_below(value);
    Rational& known = upper ? program_.upper[variable.index()] : program_.lower[variable.index()];
    if (upper ? value < known : value > known) known = value;
    (upper ? upper_row_ : lower_row_)[variable.index()] =
        add_sum(bound_row(variable, upper ? ViprSense::at_most : ViprSense::at_least, known), source);
}

void ReluRefutation::affine_bounds(Variable variable) {
    const std::uint32_t equation = program_.equations[variable.index()];
    const proof::ViprRow& row = program_.proof.constraints[equation];
    std::vector<LinearTerm> terms;
    for (const auto& [read, coefficient] : row.terms) terms.push_back({Variable(read), coefficient});
    LinearForm form(std::move(terms), 0);
    interval_row(variable, false);
    interval_row(variable, true);
    bound_column(variable, lower_row_[variable.index()], upper_row_[variable.index()]);
    if (row.terms.size() > 1) {
        const Rational bound = row.bound;
        add_bound(form, bound, false, {{equation, 1}});
        form.scale(-1);
        add_bound(form, -bound, false, {{equation, -1}});
    }
}

std::optional<BoundCertificate> ReluRefutation::prove(const std::vector<linear::LpMultiplier>& ray) {
    std::vector<linear::FloatMultiplier> proposal;
    for (const linear::LpMultiplier& part : ray)
        proposal.push_back({part.is_row ? lp_rows_[part.index] : lp_columns_[part.index], part.multiplier});
    return linear::prove_contradiction(system_, proposal, linear::Numbers::binary);
}

/// Asks the linear program for the bound of a pre-activation, and proves it a little weaker.
void ReluRefutation::tighten(Variable variable, bool upper) {
    throw_if_reached(limits_);
    ++programs_;
    const std::size_t column = lp_index_[columns_.at(variable).index()];
    const std::vector<linear::LpEntry> objective{{column, 1}};
    const LpStatus status = upper ? lp_.maximize(objective, {limits_}) : lp_.minimize(objective, {limits_});
    if (status != LpStatus::optimal) return;
    Rational& known = upper ? program_.upper[variable.index()] : program_.lower[variable.index()];
    const double optimum = lp_.objective_value();
    const double margin = bound_margin * (1 + std::abs(optimum));
    const Rational value =
        upper ? short_above(to_rational(optimum + margin)) : short_below(to_rational(optimum - margin));
    const Rational width = program_.upper[variable.index()] - program_.lower[variable.index()];
    const bool decides = upper ? sgn(value) <= 0 : sgn(value) >= 0;
    if (upper ? value >= known : value <= known) return;
    if (!decides && abs(known - value) < to_rational(least_gain) * width) return;
    std::vector<linear::LpMultiplier> ray;
    for (std::size_t row = 0; row < lp_rows_.size(); ++row) {
        const double dual = lp_.row_dual(row);
        if (dual != 0) ray.push_back({true, row, upper ? -dual : dual});
    }
    if (ray.empty()) return;
    const std::size_t before = changes_.size();
    LinearForm beyond(variable, upper ? 1 : -1);
    add_bound(beyond, upper ? value : Rational(-value), false, {{hypothesis, upper ? 1 : -1}});
    const std::optional<BoundCertificate> certificate = prove(ray);
    Source source;
    Rational weight = 0;
    if (certificate) {
        for (const BoundMultiplier& part : *certificate) {
            for (const auto& [row, multiplier] : sources_[linear::LinearSystem::slot(part.variable, part.side)]) {
                if (row == hypothesis)
                    weight += part.multiplier * multiplier;
                else
                    source.emplace_back(row, part.multiplier * multiplier);
            }
        }
    }
    undo(before);
    if (!certificate) return;
    // Without the hypothesis: -weight·variable >= …, where weight > 0 for an upper bound.
    if (sgn(weight) != 0)
        for (auto& [row, multiplier] : source) multiplier /= -weight;
    known = value;
    (upper ? upper_row_ : lower_row_)[variable.index()] =
        add_sum(bound_row(variable, upper ? ViprSense::at_most : ViprSense::at_least, value), source);
    bound_column(variable, lower_row_[variable.index()], upper_row_[variable.index()]);
}

void ReluRefutation::tighten(const ProgramNeuron& neuron) {
    tighten(neuron.pre, false);
    if (sgn(program_.lower[neuron.pre.index()]) < 0) tighten(neuron.pre, true);
}

/// The relaxation of an open neuron by the bounds that its pre-activation has now, which are tighter than those of its
/// constraints: by both phases.
void ReluRefutation::settle(std::uint32_t index) {
    const ProgramNeuron& neuron = program_.neurons[index];
    const auto z = static_cast<std::uint32_t>(neuron.pre.index());
    const auto y = static_cast<std::uint32_t>(neuron.post.index());
    const Rational low = program_.lower[z];
    const Rational high = program_.upper[z];
    const std::uint32_t off = assumption({index, false});
    const std::uint32_t on = assumption({index, true});
    // y <= 0 where it is inactive, y - z <= 0 where it is active.
    const Source inactive{{neuron.inactive, 1}, {off, neuron.upper}};
    const Source active{{neuron.active, 1}, {on, neuron.lower}};
    const auto both = [&](proof::ViprRow row, Source below, Source above) {
        const std::uint32_t first = add_sum(row, below);
        const std::uint32_t second = add_sum(row, above);
        return add_split(std::move(row), first, off, second, on);
    };
    const auto with = [](Source source, std::uint32_t row, const Rational& multiplier) {
        source.emplace_back(row, multiplier);
        return source;
    };
    const LinearForm output(neuron.post, 1);
    const LinearForm excess({{neuron.pre, -1}, {neuron.post, 1}}, 0);
    LinearForm shortfall = excess;
    shortfall.scale(-1);
    if (sgn(low) >= 0) {
        const std::uint32_t row =
            both({ViprSense::at_most, 0, {{z, -1}, {y, 1}}}, with(inactive, lower_row_[z], -1), active);
        states_[index] = State::settled;
        program_.lower[y] = low;
        program_.upper[y] = high;
        const std::uint32_t least =
            add_sum(bound_row(neuron.post, ViprSense::at_least, low), {{neuron.at_least, 1}, {lower_row_[z], 1}});
        bound_column(neuron.post, least,
                     add_sum(bound_row(neuron.post, ViprSense::at_most, high), {{row, 1}, {upper_row_[z], 1}}));
        add_bound(excess, 0, false, {{neuron.at_least, 1}});
        add_bound(shortfall, 0, false, {{row, -1}});
        return;
    }
    if (sgn(high) <= 0) {
        const std::uint32_t row = both({ViprSense::at_most, 0, {{y, 1}}}, inactive, with(active, upper_row_[z], 1));
        states_[index] = State::settled;
        program_.lower[y] = 0;
        program_.upper[y] = 0;
        bound_column(neuron.post, neuron.least, row);
        return;
    }
    const Rational slope = high / (high - low);
    const proof::ViprRow line{ViprSense::at_most, -slope * low, {{z, -slope}, {y, 1}}};
    const std::uint32_t row =
        low == neuron.lower && high == neuron.upper
            ? add_sum(line, {{neuron.active, slope}, {neuron.inactive, 1 - slope}})
            : both(line, with(inactive, lower_row_[z], -slope), with(active, upper_row_[z], 1 - slope));
    program_.lower[y] = 0;
    program_.upper[y] = high;
    bound_column(neuron.post, neuron.least,
                 add_sum(bound_row(neuron.post, ViprSense::at_most, high), {{row, 1}, {upper_row_[z], slope}}));
    add_bound(excess, 0, false, {{neuron.at_least, 1}});
    add_bound(LinearForm({{neuron.pre, slope}, {neuron.post, -1}}, 0), slope * low, false, {{row, -1}});
}

void ReluRefutation::assume_phase(std::uint32_t index, bool active) {
    const ProgramNeuron& neuron = program_.neurons[index];
    const std::uint32_t row = assumption({index, active});
    states_[index] = active ? State::active : State::inactive;
    if (active)
        add_bound(LinearForm({{neuron.pre, 1}, {neuron.post, -1}}, 0), 0, false,
                  {{neuron.active, -1}, {row, -neuron.lower}});
    else
        add_bound(LinearForm(neuron.post, -1), 0, false, {{neuron.inactive, -1}, {row, -neuron.upper}});
}

/// Floats first; where they are not enough, exact arithmetic decides. Absent: go on, or there is a solution.
std::optional<BoundCertificate> ReluRefutation::contradiction(bool& has_solution) {
    throw_if_reached(limits_);
    ++programs_;
    has_solution = false;
    const LpStatus status = lp_.minimize(objective_, {limits_});
    if (status == LpStatus::infeasible)
        if (auto certificate = prove(lp_.ray())) return certificate;
    const bool is_open = std::find(states_.begin(), states_.end(), State::open) != states_.end();
    if (status == LpStatus::optimal && is_open) return std::nullopt;
    const linear::Feasible answer = feasibility_.check(linear::Thoroughness::full, limits_);
    throw_if_reached(limits_);
    if (answer == linear::Feasible::contradiction) return feasibility_.certificate();
    has_solution = answer == linear::Feasible::consistent && !is_open;
    return std::nullopt;
}

proof::ViprRow ReluRefutation::falsehood() const {
    if (program_.slack) return {ViprSense::at_least, 0, program_.proof.objective, true};
    return {ViprSense::at_least, 1, {}};
}

ReluRefutation::Refuted ReluRefutation::refuted_by(const BoundCertificate& certificate) {
    Source source;
    for (const BoundMultiplier& part : certificate)
        for (const auto& [row, multiplier] : sources_[linear::LinearSystem::slot(part.variable, part.side)])
            source.emplace_back(row, part.multiplier * multiplier);
    // 0 >= a positive number, which is false as it is; where strict rows are among them, -factor·slack >= a number
    // that is not negative.
    Rational slack = 0;
    const std::size_t constraints = program_.proof.constraints.size();
    Refuted result{0, {}};
    for (const auto& [row, multiplier] : source) {
        if (row >= constraints && program_.proof.steps[row - constraints].kind == ViprStep::Kind::assumption)
            result.assumptions.push_back(row);
        if (!program_.slack || row >= constraints) continue;
        const proof::ViprTerms& terms = program_.proof.constraints[row].terms;
        if (!terms.empty() && terms.back().first == *program_.slack) slack += multiplier * terms.back().second;
    }
    if (sgn(slack) != 0)
        for (auto& [row, multiplier] : source) multiplier /= abs(slack);
    std::sort(result.assumptions.begin(), result.assumptions.end());
    result.assumptions.erase(std::unique(result.assumptions.begin(), result.assumptions.end()),
                             result.assumptions.end());
    result.row = add_sum(falsehood(), source);
    return result;
}

/// The open neuron whose output is farthest from its function at the linear program's point.
std::optional<std::uint32_t> ReluRefutation::choose() const {
    std::optional<std::uint32_t> best;
    double largest = -1;
    for (std::uint32_t i = 0; i < states_.size(); ++i) {
        if (states_[i] != State::open) continue;
        const ProgramNeuron& neuron = program_.neurons[i];
        double gap = 0;
        if (lp_.has_answer()) {
            const double before = lp_.column_value(lp_index_[columns_.at(neuron.pre).index()]);
            const double after = lp_.column_value(lp_index_[columns_.at(neuron.post).index()]);
            gap = std::max(0.0, after - std::max(0.0, before));
        }
        if (gap < least_gap) gap = 0;
        if (gap > largest) {
            largest = gap;
            best = i;
        }
    }
    return best;
}

std::optional<ReluRefutation::Refuted> ReluRefutation::refute_node(std::vector<AssumedPhase>& path) {
    bool has_solution = false;
    if (const auto certificate = contradiction(has_solution)) {
        Refuted refuted = refuted_by(*certificate);
        leaves_.push_back({disjunct_, path, refuted.row});
        return refuted;
    }
    if (has_solution) return std::nullopt;
    const std::optional<std::uint32_t> index = choose();
    if (!index) return std::nullopt;
    Refuted sides[2];
    const std::size_t first = leaves_.size();
    std::size_t middle = first;
    for (const bool active : {false, true}) {
        const std::size_t before = changes_.size();
        path.push_back({*index, active});
        assume_phase(*index, active);
        std::optional<Refuted> side = refute_node(path);
        path.pop_back();
        undo(before);
        states_[*index] = State::open;
        if (!side) return std::nullopt;
        const std::uint32_t assumed = assumption({*index, active});
        const auto found = std::lower_bound(side->assumptions.begin(), side->assumptions.end(), assumed);
        if (found == side->assumptions.end() || *found != assumed) {  // it holds on the other side as well
            forget_split(*index, first, active ? middle : first);
            return side;
        }
        side->assumptions.erase(found);
        sides[active ? 1 : 0] = std::move(*side);
        middle = leaves_.size();
    }
    Refuted both{
        add_split(falsehood(), sides[0].row, assumption({*index, false}), sides[1].row, assumption({*index, true})),
        {}};
    std::set_union(sides[0].assumptions.begin(), sides[0].assumptions.end(), sides[1].assumptions.begin(),
                   sides[1].assumptions.end(), std::back_inserter(both.assumptions));
    return both;
}

/// The tree as if the neuron had not been split: of its leaves from `first` on those from `kept` on.
void ReluRefutation::forget_split(std::uint32_t index, std::size_t first, std::size_t kept) {
    leaves_.erase(leaves_.begin() + static_cast<std::ptrdiff_t>(first),
                  leaves_.begin() + static_cast<std::ptrdiff_t>(kept));
    for (std::size_t leaf = first; leaf < leaves_.size(); ++leaf)
        std::erase_if(leaves_[leaf].phases, [&](const AssumedPhase& phase) { return phase.neuron == index; });
}

std::optional<ReluRefutation::Refuted> ReluRefutation::refute_disjunct(std::uint32_t index) {
    const ProgramDisjunct& disjunct = program_.disjuncts[index];
    const std::size_t before = changes_.size();
    disjunct_ = index;
    objective_.clear();
    for (const ProgramRow& row : disjunct.rows) {
        Source source{{row.constraint, -1}};
        if (disjunct.binary) source.emplace_back(disjunct_assumption(index), row.size);
        LinearForm form = row.form;
        form.scale(-1);
        const Rational bound = row.form.constant();
        form.add_constant(-form.constant());
        add_bound(form, bound, row.strict, std::move(source));
        if (objective_.empty())
            for (const LinearTerm& term : row.form.terms())
                objective_.push_back({lp_index_[columns_.at(term.variable).index()], to_nearest(term.coefficient)});
    }
    std::vector<AssumedPhase> path;
    std::optional<Refuted> result = refute_node(path);
    undo(before);
    return result;
}

bool ReluRefutation::run(const Limits& limits) {
    limits_ = limits;
    const model::Network& network = query_.network;
    for (const auto& [lower, upper] : program_.box) {
        const proof::ViprRow& low = program_.proof.constraints[lower];
        const Rational gap = low.bound - program_.proof.constraints[upper].bound;
        if (sgn(gap) <= 0) continue;
        conclusion_ = add_sum(falsehood(), {{lower, 1 / gap}, {upper, -1 / gap}});
        leaves_.push_back({0, {}, conclusion_});
        return true;
    }
    for (const ProgramNeuron& neuron : program_.neurons)
        for (const bool active : {false, true}) phase_rows_.push_back(assume(neuron.binary, active));
    for (const ProgramDisjunct& disjunct : program_.disjuncts)
        for (const bool holds : {false, true})
            disjunct_rows_.push_back(disjunct.binary ? assume(*disjunct.binary, holds) : ReluProgram::no_row);
    std::size_t input = 0;
    std::uint32_t neuron = 0;
    for (std::size_t l = 0; l < network.layer_count(); ++l) {
        const model::Layer& layer = network.layers()[l];
        for (std::size_t i = 0; i < layer.size; ++i) {
            throw_if_reached(limits_);
            const Variable variable = network.variable(model::LayerId(l), i);
            add_column(variable);
            if (std::holds_alternative<model::InputLayer>(layer.operation)) {
                bound_column(variable, program_.box[input].first, program_.box[input].second);
                ++input;
            } else if (neuron < program_.neurons.size() && program_.neurons[neuron].post == variable) {
                tighten(program_.neurons[neuron]);
                settle(neuron++);
            } else {
                affine_bounds(variable);
            }
        }
    }
    std::vector<Refuted> refuted;
    for (std::uint32_t d = 0; d < program_.disjuncts.size(); ++d) {
        std::optional<Refuted> one = refute_disjunct(d);
        if (!one) return false;
        refuted.push_back(std::move(*one));
        conclusion_ = refuted.back().row;
        if (refuted.back().assumptions.empty()) return true;  // there is no other, or nothing of it was used
    }
    // Some disjunct holds; none does.
    Source none{{program_.some_disjunct, 1}};
    for (std::size_t d = 0; d < refuted.size(); ++d) none.emplace_back(disjunct_rows_[2 * d], -1);
    conclusion_ = add_sum(falsehood(), none);
    for (std::size_t d = 0; d < refuted.size(); ++d)
        conclusion_ =
            add_split(falsehood(), conclusion_, disjunct_rows_[2 * d], refuted[d].row, disjunct_rows_[2 * d + 1]);
    return true;
}

}  // namespace sinew::search
