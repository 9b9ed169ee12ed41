// SPDX-License-Identifier: Apache-2.0
#include "search/forward_sweep.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

#include "search/disjuncts.hpp"

namespace sinew::search {

namespace {
constexpr std::size_t most_disjuncts = std::size_t{1} << 18;
constexpr std::size_t few_inputs = 2;
constexpr std::size_t most_swept_inputs = 8;
constexpr std::size_t many_cases = 64;
/// A side below this share of its ends' magnitude is not cut: doubles tell hardly anything new there.
constexpr double least_cut_share = 0x1p-48;
/// One input: what is left after so many cuts is around steep places, whose few pieces are better walked over.
constexpr double walk_share = 0x1p-16;
/// The same after so many cuts in turn each of which brought the bound nearer to 0 by less than this share.
constexpr int most_stalled = 8;
constexpr double least_raise = 0.05;
/// Of a side, what a cut at a breakpoint leaves on either side at least.
constexpr double least_piece = 0x1p-20;
}  // namespace

std::unique_ptr<ForwardSweep> ForwardSweep::make(const model::Query& query) {
    if (query.precision || !query.boolean_names.empty() || !bounds::ForwardBounds::fits(query.network)) return nullptr;
    std::unique_ptr<ForwardSweep> sweep(new ForwardSweep(query));
    if (!sweep->prepare()) return nullptr;
    return sweep;
}

bool ForwardSweep::prepare() {
    const std::vector<Variable> inputs = query_.network.input_variables();
    if (inputs.empty() || inputs.size() > most_swept_inputs) return false;
    for (const model::Domain& domain : demanded_domains(query_))
        if (domain.kind != model::DomainKind::real || !domain.values.empty()) return false;
    auto all = disjuncts(query_, most_disjuncts);
    if (!all || (inputs.size() > few_inputs && all->size() < many_cases)) return false;
    disjuncts_ = std::move(*all);
    walks_ = ExactSweep::fits(query_.network);
    input_.assign(query_.network.variable_count(), inputs.size());
    for (std::size_t i = 0; i < inputs.size(); ++i) input_[inputs[i].index()] = i;
    const InputBox box = input_box(query_);
    for (std::size_t d = 0; d < disjuncts_.size(); ++d)
        if (!add_case(static_cast<std::uint32_t>(d), box.lower, box.upper)) return false;
    if (inputs.size() > few_inputs && cases_.size() < many_cases) return false;
    std::vector<std::size_t> kept;
    for (const bounds::Row& row : rows_)
        for (const auto& term : row.terms) kept.push_back(query_.network.component(Variable(term.first)).layer.index());
    std::sort(kept.begin(), kept.end());
    kept.erase(std::unique(kept.begin(), kept.end()), kept.end());
    forward_ = std::make_unique<bounds::ForwardBounds>(query_.network, kept);
    for (std::size_t c = cases_.size(); c-- > 0;) {
        Item& item = stack_.emplace_back();
        item.of_case = static_cast<std::uint32_t>(c);
        item.lower = cases_[c].lower;
        item.upper = cases_[c].upper;
        for (std::size_t k = 0; k < cases_[c].conjunctions.size(); ++k)
            item.open.push_back(static_cast<std::uint32_t>(k));
    }
    return true;
}

std::uint32_t ForwardSweep::add_row(const LinearForm& form, bool strict) {
    rows_.push_back(bounds::to_row(form));
    strict_.push_back(strict ? 1 : 0);
    return static_cast<std::uint32_t>(rows_.size() - 1);
}

/// Bounds of single inputs make the box, rounded outward; a disjunct whose box is empty is refuted. False: a side is
/// not bounded.
bool ForwardSweep::add_case(std::uint32_t disjunct, std::vector<double> lower, std::vector<double> upper) {
    std::vector<std::uint32_t> rows;
    for (const model::Atom& atom : disjuncts_[disjunct].rows) {
        const auto& terms = atom.form.terms();
        const bool equal = atom.relation == model::Relation::equal;
        if (terms.size() == 1 && query_.network.is_input(terms[0].variable)) {
            const std::size_t i = input_[terms[0].variable.index()];
            model::Domain side;
            model::narrow(side, atom);
            const Interval around = model::enclosing(side);
            lower[i] = std::max(lower[i], around.lower);
            upper[i] = std::min(upper[i], around.upper);
            continue;
        }
        rows.push_back(add_row(atom.form, atom.relation == model::Relation::less));
        if (!equal) continue;
        LinearForm opposite = atom.form;
        opposite.scale(-1);
        rows.push_back(add_row(opposite, false));
    }
    for (std::size_t i = 0; i < lower.size(); ++i) {
        if (lower[i] > upper[i]) return true;
        if (!std::isfinite(lower[i]) || !std::isfinite(upper[i])) return false;
    }
    if (!cases_.empty() && cases_.back().lower == lower && cases_.back().upper == upper) {
        cases_.back().conjunctions.push_back(std::move(rows));
        cases_.back().disjuncts.push_back(disjunct);
        return true;
    }
    cases_.push_back({std::move(lower), std::move(upper), {std::move(rows)}, {disjunct}});
    return true;
}

/// By the upper ends of the rows' forms: then they hold there but for what rounding of the point may change.
bool ForwardSweep::holds_at(const std::vector<std::uint32_t>& conjunction, std::span<const double> at) const {
    for (std::size_t r = 0; r < conjunction.size(); ++r) {
        const bounds::ForwardRow& row = row_bounds_[r];
        double value = row.constant + 2 * row.error;
        for (std::size_t i = 0; i < at.size(); ++i) value += row.coefficients[i] * at[i];
        if (!(strict_[conjunction[r]] != 0 ? value < 0 : value <= 0)) return false;
    }
    return true;
}

bool ForwardSweep::look(Item& item, std::size_t box, Look& out) {
    const Case& of = cases_[item.of_case];
    out.bound = infinity;
    out.hopeful_point.clear();
    std::size_t kept = 0;
    for (const std::uint32_t c : item.open) {
        const std::vector<std::uint32_t>& conjunction = of.conjunctions[c];
        if (row_bounds_.size() < conjunction.size()) row_bounds_.resize(conjunction.size());
        bool refuted = false;
        std::size_t best = 0;
        for (std::size_t r = 0; r < conjunction.size() && !refuted; ++r) {
            forward_->lower_bound(rows_[conjunction[r]], box, row_bounds_[r]);
            const double value = row_bounds_[r].value;
            refuted = value > 0 || (strict_[conjunction[r]] != 0 && value >= 0);
            if (value > row_bounds_[best].value) best = r;
        }
        if (refuted) continue;
        item.open[kept++] = c;
        const std::size_t inputs = item.lower.size();
        if (out.hopeful_point.empty()) {
            point_.assign(inputs, 0.0);
            bool holds = holds_at(conjunction, point_);
            if (!holds && !conjunction.empty()) {
                for (std::size_t i = 0; i < inputs; ++i) point_[i] = row_bounds_[best].coefficients[i] > 0 ? -1 : 1;
                holds = holds_at(conjunction, point_);
            }
            if (holds) {
                for (std::size_t i = 0; i < inputs; ++i)
                    out.hopeful_point.push_back(point_[i] == 0 ? item.lower[i] + (item.upper[i] - item.lower[i]) / 2
                                                               : (point_[i] < 0 ? item.lower[i] : item.upper[i]));
            }
        }
        const double bound = conjunction.empty() ? -infinity : row_bounds_[best].value;
        out.bound = std::min(out.bound, bound);
    }
    item.open.resize(kept);
    return kept > 0;
}

/// False: no side can be cut.
bool ForwardSweep::split(const Item& item, std::size_t box) {
    const std::size_t inputs = item.lower.size();
    const Case& of = cases_[item.of_case];
    std::size_t best = inputs;
    double best_score = -1;
    for (std::size_t i = 0; i < inputs; ++i) {
        const double side = item.upper[i] - item.lower[i];
        const double middle = item.lower[i] + side / 2;
        const double whole = of.upper[i] - of.lower[i];
        if (!(side > std::max(std::fabs(item.lower[i]), std::fabs(item.upper[i])) * least_cut_share)) continue;
        if (!(item.lower[i] < middle && middle < item.upper[i])) continue;
        // The side that was cut least: by the row's coefficients lattices of minima and maxima take half as many boxes
        // again.
        const double score = side / whole;
        if (!(score > best_score)) continue;
        best_score = score;
        best = i;
    }
    if (best == inputs) return false;
    const double side = item.upper[best] - item.lower[best];
    double cut = item.lower[best] + side / 2;
    const bounds::ForwardResult& result = forward_->result(box);
    if (inputs == 1 && result.open > 0 && result.loosest_slope != 0) {  // where the loosest neuron is 0
        const double share = (1 - result.loosest_constant / result.loosest_slope) / 2;
        if (share > least_piece && share < 1 - least_piece) cut = item.lower[best] + share * side;
    }
    if (!(item.lower[best] < cut && cut < item.upper[best])) return false;
    Item right = item;
    right.lower[best] = cut;
    stack_.push_back(std::move(right));
    Item left = item;
    left.upper[best] = cut;
    stack_.push_back(std::move(left));
    return true;
}

bool ForwardSweep::is_leaf(Item& item, std::size_t box, double bound) const {
    if (item.lower.size() > 1) return false;
    const bool is_raised = bound > item.bound * (1 - least_raise) || item.bound == -infinity;
    item.stalled = is_raised && std::isfinite(bound) ? 0 : item.stalled + 1;
    item.bound = bound;
    if (forward_->result(box).open == 0) return true;  // the bound is as good as it gets
    const Case& of = cases_[item.of_case];
    return walks_ &&
           (item.stalled >= most_stalled || item.upper[0] - item.lower[0] < walk_share * (of.upper[0] - of.lower[0]));
}

engine::Progress ForwardSweep::advance(const engine::Turn& turn, engine::Knowledge& knowledge) {
    std::vector<bounds::ForwardBox> boxes;
    Look seen;
    while (!stack_.empty() && !has_given_up_) {
        if (turn.limits.exceeded()) return engine::Progress::paused;
        batch_.clear();
        boxes.clear();
        while (!stack_.empty() && batch_.size() < bounds::lanes) {
            batch_.push_back(std::move(stack_.back()));
            stack_.pop_back();
        }
        for (const Item& item : batch_) boxes.push_back({item.lower, item.upper, nullptr});
        forward_->run(boxes);
        boxes_ += batch_.size();
        for (std::size_t b = 0; b < batch_.size(); ++b) {
            Item& item = batch_[b];
            if (!look(item, b, seen)) continue;
            if (!seen.hopeful_point.empty()) {
                if (auto confirmation = confirm(query_, seen.hopeful_point, {})) {
                    knowledge.found(std::move(confirmation->witness), name());
                    return engine::Progress::answered;
                }
            }
            if (!is_leaf(item, b, seen.bound) && split(item, b)) continue;
            if (walks_) {
                leaves_.push_back(std::move(item));
                continue;
            }
            has_given_up_ = true;
            reason_ = "a box could not be decided by its bounds";
            break;
        }
    }
    if (has_given_up_) return engine::Progress::exhausted;
    return walk_leaves(turn, knowledge);
}

engine::Progress ForwardSweep::walk_leaves(const engine::Turn& turn, engine::Knowledge& knowledge) {
    while (walk_ || !leaves_.empty()) {
        if (!walk_) {
            const Item leaf = std::move(leaves_.back());
            leaves_.pop_back();
            std::vector<Disjunct> open;
            for (const std::uint32_t c : leaf.open) open.push_back(disjuncts_[cases_[leaf.of_case].disjuncts[c]]);
            Rational from(leaf.lower[0]);
            Rational to(leaf.upper[0]);
            const model::Domain domain = demanded_domains(query_)[0];
            if (domain.lower && *domain.lower > from) from = *domain.lower;
            if (domain.upper && *domain.upper < to) to = *domain.upper;
            walk_ = std::make_unique<ExactSweep>(query_, std::move(from), std::move(to), std::move(open));
        }
        const std::uint64_t before = walk_->pieces();
        const ExactSweep::Result result = walk_->advance(turn.limits);
        pieces_ += walk_->pieces() - before;
        if (result == ExactSweep::Result::paused) return engine::Progress::paused;
        if (result == ExactSweep::Result::found) {
            knowledge.found(walk_->take().witness, name());
            return engine::Progress::answered;
        }
        walk_.reset();
        if (result == ExactSweep::Result::open) {
            has_given_up_ = true;
            reason_ = "a stretch could not be decided over rationals";
            return engine::Progress::exhausted;
        }
    }
    knowledge.refuted(name());
    return engine::Progress::answered;
}

Statistics ForwardSweep::statistics() const {
    Statistics statistics;
    statistics.add("sweep_boxes", static_cast<double>(boxes_));
    statistics.add("sweep_pieces", static_cast<double>(pieces_));
    return statistics;
}

}  // namespace sinew::search
