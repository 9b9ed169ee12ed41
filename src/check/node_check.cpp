// SPDX-License-Identifier: Apache-2.0
#include "check/node_check.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/infinity.hpp"

namespace sinew::check {

namespace {
/// Boxes that disjunctions over inputs are taken apart to.
constexpr std::size_t most_boxes = 256;
/// Inequalities that are combined at most.
constexpr std::size_t most_together = 40;
/// Layers below an assumed phase are bounded anew if clipping has cut off more than this of an input's side.
constexpr float worth_bounding_anew = 0.25F;
}  // namespace

NodeCheck::NodeCheck(const model::Query& query)
    : query_(query), goal_(Goal::of(query)), domains_(model::input_domains(query)), bounds_(query.network) {
    for (std::vector<double>* side : {&lower_, &upper_, &part_lower_, &part_upper_, &union_lower_, &union_upper_})
        side->resize(domains_.size());
    needed_ = goal_.boxes(query, most_boxes);
    std::vector<Interval> around(domains_.size(), Interval::point(0));
    for (std::size_t b = 0; b < needed_.size(); ++b)
        for (std::size_t i = 0; i < around.size(); ++i)
            around[i] = b == 0 ? needed_[b][i] : hull(around[i], needed_[b][i]);
    whole_ = bounds_.start(around);
}

std::uint32_t NodeCheck::add_box(std::span<const Interval> sides) {
    boxes_.emplace_back(sides.begin(), sides.end());
    goals_.push_back(goal_.on(query_.network, bounds_.inputs(), sides));
    return static_cast<std::uint32_t>(boxes_.size() - 1);
}

bool NodeCheck::is_possible(std::uint32_t box) const {
    const Goal::Node& whole = goals_[box].nodes.back();
    return whole.kind != Goal::Kind::constant || whole.value;
}

bool NodeCheck::is_covered(const std::vector<bool>& counts) const {
    for (const std::vector<Interval>& needed : needed_) {
        const Goal rest = goal_.on(query_.network, bounds_.inputs(), needed);
        if (rest.nodes.back().kind == Goal::Kind::constant && !rest.nodes.back().value) continue;
        std::vector<double> sides;
        for (const Interval side : needed) {
            sides.push_back(side.lower);
            sides.push_back(side.upper);
        }
        if (!snap(sides)) continue;
        const auto holds_all = [&](const std::vector<Interval>& box) {
            for (std::size_t i = 0; i < box.size(); ++i)
                if (sides[2 * i] < box[i].lower || sides[2 * i + 1] > box[i].upper) return false;
            return true;
        };
        bool is_inside = false;
        for (std::size_t b = 0; b < boxes_.size(); ++b) is_inside = is_inside || (counts[b] && holds_all(boxes_[b]));
        if (!is_inside) return false;
    }
    return true;
}

ProofNode NodeCheck::root(std::uint32_t box) const {
    ProofNode node;
    node.box = box;
    for (std::size_t i = 0; i < domains_.size(); ++i) {
        // What is outside of the whole holds no solution, and magnitudes are of the whole.
        const Interval side = intersect(boxes_[box][i], whole_.at(bounds_.inputs()[i].index()));
        node.inputs.push_back(side.lower);
        node.inputs.push_back(side.upper);
    }
    node.neurons.reserve(2 * bounds_.neurons().size());
    for (std::size_t n = 0; n < bounds_.neurons().size(); ++n) {
        node.neurons.push_back(-infinity);
        node.neurons.push_back(infinity);
    }
    node.atoms.assign(goals_[box].atoms.size(), -infinity);
    return node;
}

bool NodeCheck::covers(const Assumption& left, const Assumption& right) const {
    if (left.variable != right.variable || !left.is_upper || right.is_upper || std::isnan(left.point) ||
        std::isnan(right.point))
        return false;
    if (left.point >= right.point) return true;
    const auto input = std::lower_bound(bounds_.inputs().begin(), bounds_.inputs().end(), Variable(left.variable));
    if (input == bounds_.inputs().end() || input->index() != left.variable) return false;
    const model::Domain& domain = domains_[static_cast<std::size_t>(input - bounds_.inputs().begin())];
    if (!domain.values.empty())
        return std::none_of(domain.values.begin(), domain.values.end(), [&](const Rational& value) {
            return value > to_rational(left.point) && value < to_rational(right.point);
        });
    return domain.kind == model::DomainKind::integer && std::floor(left.point) + 1 >= right.point;
}

ProofNode NodeCheck::child(const ProofNode& parent, const Assumption& assumption) const {
    ProofNode node = parent;
    node.first_layer = 0;
    node.clipped = 0;
    const auto input =
        std::lower_bound(bounds_.inputs().begin(), bounds_.inputs().end(), Variable(assumption.variable));
    if (input != bounds_.inputs().end() && input->index() == assumption.variable) {
        const auto i = static_cast<std::size_t>(input - bounds_.inputs().begin());
        if (assumption.is_upper)
            node.inputs[2 * i + 1] = std::min(node.inputs[2 * i + 1], assumption.point);
        else
            node.inputs[2 * i] = std::max(node.inputs[2 * i], assumption.point);
        return node;
    }
    node.phases.push_back(assumption);
    // What is below it does not depend on it.
    if (parent.clipped < worth_bounding_anew) {
        node.clipped = parent.clipped;
        node.first_layer =
            static_cast<std::uint32_t>(query_.network.component(Variable(assumption.variable)).layer.index() + 1);
    }
    return node;
}

/// To the members of the domains. False: a side has none.
bool NodeCheck::snap(std::vector<double>& inputs) const {
    for (std::size_t i = 0; i < domains_.size(); ++i) {
        double& lower = inputs[2 * i];
        double& upper = inputs[2 * i + 1];
        const model::Domain& domain = domains_[i];
        if (!domain.values.empty()) {
            Interval members{infinity, -infinity};
            for (const Rational& value : domain.values) {
                const Interval at = Interval::enclosing(value);
                if (at.upper >= lower && at.lower <= upper) members = hull(members, at);
            }
            lower = std::max(lower, members.lower);
            upper = std::min(upper, members.upper);
        } else if (domain.kind == model::DomainKind::integer) {
            lower = std::ceil(lower);
            upper = std::floor(upper);
        }
        if (!(lower <= upper)) return false;
    }
    return true;
}

void NodeCheck::put(const ProofNode& node, std::span<const Assumption> assumptions, BoxState& state) const {
    state = whole_;
    for (std::size_t i = 0; i < domains_.size(); ++i) {
        state.lower[bounds_.inputs()[i].index()] = node.inputs[2 * i];
        state.upper[bounds_.inputs()[i].index()] = node.inputs[2 * i + 1];
    }
    for (std::size_t n = 0; n < bounds_.neurons().size(); ++n) {
        double& lower = state.lower[bounds_.neurons()[n]];
        double& upper = state.upper[bounds_.neurons()[n]];
        lower = std::max(lower, node.neurons[2 * n]);
        upper = std::min(upper, node.neurons[2 * n + 1]);
    }
    const auto assume = [&](const Assumption& one) {
        double& bound = (one.is_upper ? state.upper : state.lower)[one.variable];
        bound = one.is_upper ? std::min(bound, one.point) : std::max(bound, one.point);
    };
    for (const Assumption& phase : node.phases) assume(phase);
    for (const Assumption& assumption : assumptions) assume(assumption);
}

bool NodeCheck::refresh(ProofNode& node) {
    put(node, {}, state_);
    if (!bounds_.complete(state_, true)) return false;
    keep(node);
    return true;
}

void NodeCheck::keep(ProofNode& node) const {
    for (std::size_t n = 0; n < bounds_.neurons().size(); ++n) {
        node.neurons[2 * n] = state_.lower[bounds_.neurons()[n]];
        node.neurons[2 * n + 1] = state_.upper[bounds_.neurons()[n]];
    }
}

bool NodeCheck::fill(const ProofNode& node, std::span<const Assumption> assumptions, BoxState& state) {
    put(node, assumptions, state);
    for (const std::uint32_t neuron : bounds_.neurons())
        if (state.lower[neuron] > state.upper[neuron]) return false;
    return bounds_.complete(state);
}

bool NodeCheck::tighten(ProofNode& node, std::uint32_t variable, bool is_upper, double value) const {
    const auto neuron = std::lower_bound(bounds_.neurons().begin(), bounds_.neurons().end(), variable);
    if (neuron == bounds_.neurons().end() || *neuron != variable) return false;
    double& bound = node.neurons[2 * static_cast<std::size_t>(neuron - bounds_.neurons().begin()) + (is_upper ? 1 : 0)];
    bound = is_upper ? std::min(bound, value) : std::max(bound, value);
    return true;
}

bool NodeCheck::is_excluded(ProofNode& node, bool by_intervals) {
    ++bounded_;
    const Goal& goal = goals_[node.box];
    if (!snap(node.inputs)) return true;
    for (std::size_t i = 0; i < domains_.size(); ++i)
        if (!(node.inputs[2 * i] <= node.inputs[2 * i + 1])) return true;
    put(node, {}, state_);
    if (!bounds_.tighten(state_, node.first_layer, by_intervals)) return true;

    rows_.clear();
    row_of_atom_.assign(goal.atoms.size(), -1);
    for (std::size_t a = 0; a < goal.atoms.size(); ++a) {
        if (goal.atoms[a].is_excluded(node.atoms[a])) continue;
        row_of_atom_[a] = static_cast<int>(rows_.size());
        rows_.push_back(&goal.atoms[a].row);
    }
    const std::size_t first_phase = rows_.size();
    phase_rows_.resize(std::max(phase_rows_.size(), node.phases.size()));
    for (std::size_t p = 0; p < node.phases.size(); ++p) {
        const double sign = node.phases[p].is_upper ? 1 : -1;
        phase_rows_[p].terms.assign(1, {node.phases[p].variable, sign});
        phase_rows_[p].constant = -sign * node.phases[p].point;
    }
    for (std::size_t p = 0; p < node.phases.size(); ++p) rows_.push_back(&phase_rows_[p]);
    bounds_.bound(state_, rows_, of_rows_);
    for (std::size_t r = first_phase; r < rows_.size(); ++r)
        if (of_rows_.value[r] > 0) return true;
    for (std::size_t a = 0; a < goal.atoms.size(); ++a)
        if (row_of_atom_[a] >= 0)
            node.atoms[a] = std::max(node.atoms[a], of_rows_.value[static_cast<std::size_t>(row_of_atom_[a])]);
    if (goal.is_excluded(node.atoms)) return true;
    always_.clear();
    for (std::size_t r = first_phase; r < rows_.size(); ++r) always_.push_back(static_cast<std::uint32_t>(r));
    if (!clip(node) || !snap(node.inputs)) return true;
    keep(node);
    return false;
}

/// Rows of atoms that hold where the node of the goal does.
void NodeCheck::add_atoms(const Goal& goal, const Goal::Node& node, std::vector<std::uint32_t>& rows) const {
    const auto one = [&](const Goal::Node& at) {
        if (at.kind == Goal::Kind::atom && row_of_atom_[at.atom] >= 0)
            rows.push_back(static_cast<std::uint32_t>(row_of_atom_[at.atom]));
    };
    one(node);
    if (node.kind == Goal::Kind::all)
        for (const std::uint32_t child : node.children) one(goal.nodes[child]);
}

/// Each alone, then all together.
bool NodeCheck::clip_rows(std::span<const std::uint32_t> rows, std::vector<double>& lower, std::vector<double>& upper) {
    inequalities_.clear();
    for (const std::uint32_t row : rows) {
        if (!std::isfinite(of_rows_.constant[row])) continue;
        inequalities_.push_back({of_rows_.of(row), of_rows_.constant[row]});
        if (!clip_box(inequalities_.back(), lower, upper)) return false;
    }
    if (inequalities_.size() < 2 || inequalities_.size() > most_together) return true;
    return joint_.clip(inequalities_, lower, upper);
}

/// A disjunction: the hull of what its members leave.
bool NodeCheck::clip_parts(const Goal& goal, const Goal::Node& any, const ProofNode& node) {
    std::fill(union_lower_.begin(), union_lower_.end(), infinity);
    std::fill(union_upper_.begin(), union_upper_.end(), -infinity);
    bool is_possible = false;
    for (const std::uint32_t member : any.children) {
        const Goal::Node& part = goal.nodes[member];
        const auto is_out = [&](const Goal::Node& at) {
            return at.kind == Goal::Kind::atom && goal.atoms[at.atom].is_excluded(node.atoms[at.atom]);
        };
        bool out = is_out(part);
        if (part.kind == Goal::Kind::all)
            for (const std::uint32_t child : part.children) out = out || is_out(goal.nodes[child]);
        if (out) continue;
        together_ = always_;
        add_atoms(goal, part, together_);
        part_lower_ = lower_;
        part_upper_ = upper_;
        if (!clip_rows(together_, part_lower_, part_upper_)) continue;
        is_possible = true;
        for (std::size_t i = 0; i < lower_.size(); ++i) {
            union_lower_[i] = std::min(union_lower_[i], part_lower_[i]);
            union_upper_[i] = std::max(union_upper_[i], part_upper_[i]);
        }
    }
    lower_ = union_lower_;
    upper_ = union_upper_;
    return is_possible;
}

bool NodeCheck::clip(ProofNode& node) {
    const Goal& goal = goals_[node.box];
    const Goal::Node& whole = goal.nodes.back();
    for (std::size_t i = 0; i < lower_.size(); ++i) {
        lower_[i] = node.inputs[2 * i];
        upper_[i] = node.inputs[2 * i + 1];
    }
    add_atoms(goal, whole, always_);
    if (!clip_rows(always_, lower_, upper_)) return false;
    if (whole.kind == Goal::Kind::any && !clip_parts(goal, whole, node)) return false;
    if (whole.kind == Goal::Kind::all)
        for (const std::uint32_t child : whole.children)
            if (goal.nodes[child].kind == Goal::Kind::any && !clip_parts(goal, goal.nodes[child], node)) return false;
    float clipped = 0;
    for (std::size_t i = 0; i < lower_.size(); ++i) {
        const double width = node.inputs[2 * i + 1] - node.inputs[2 * i];
        if (width > 0) clipped = std::max(clipped, static_cast<float>(1 - (upper_[i] - lower_[i]) / width));
        node.inputs[2 * i] = lower_[i];
        node.inputs[2 * i + 1] = upper_[i];
    }
    node.clipped = 1 - (1 - node.clipped) * (1 - clipped);
    return true;
}

/// The input whose side owes the rows last bounded most.
std::optional<Assumption> NodeCheck::widest(const ProofNode& node) const {
    std::optional<Assumption> best;
    double best_score = 0;
    for (std::size_t i = 0; i < domains_.size(); ++i) {
        const double lower = node.inputs[2 * i];
        const double upper = node.inputs[2 * i + 1];
        const double middle = lower + (upper - lower) / 2;
        if (!(lower < middle && middle < upper) || !domains_[i].values.empty()) continue;
        double score = 0;
        for (std::size_t r = 0; r < rows_.size(); ++r) score += std::fabs(of_rows_.of(r)[i]);
        score = (score + 1e-9) * (upper - lower);
        if (!(score > best_score)) continue;
        best_score = score;
        best = Assumption{static_cast<std::uint32_t>(bounds_.inputs()[i].index()), true, middle};
    }
    return best;
}

bool NodeCheck::is_excluded_by_parts(ProofNode& node, std::size_t most) {
    if (is_excluded(node)) return true;
    std::vector<ProofNode> open{node};
    while (!open.empty()) {
        if (most-- == 0) return false;
        ProofNode at = std::move(open.back());
        open.pop_back();
        // The rows last bounded are another node's where this one has waited; as a guess they are good enough.
        std::optional<Assumption> cut = widest(at);
        if (!cut) return false;
        ++bisections_;
        for (const bool is_upper : {true, false}) {
            cut->is_upper = is_upper;
            if (!is_upper && query_.network.is_input(Variable(cut->variable)))
                for (std::size_t i = 0; i < domains_.size(); ++i)
                    if (bounds_.inputs()[i].index() == cut->variable && domains_[i].kind == model::DomainKind::integer)
                        cut->point = std::floor(cut->point) + 1;
            ProofNode part = child(at, *cut);
            if (!is_excluded(part)) open.push_back(std::move(part));
        }
    }
    return true;
}

}  // namespace sinew::check
