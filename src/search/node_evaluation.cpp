// SPDX-License-Identifier: Apache-2.0
#include "search/node_evaluation.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/effort.hpp"
#include "base/infinity.hpp"
#include "bounds/clip.hpp"

namespace sinew::search {

namespace {
/// What a node costs beside its products.
constexpr Effort ticks_per_node = 200;
/// Layers below a phase that is split are bounded anew if clipping has cut off more than this of an input's side.
constexpr float worth_bounding_anew = 0.25F;
/// An input whose effect sits in the relaxations has a small coefficient; without this share it would never be split.
constexpr double least_coefficient_share = 0.1;
/// What an input's influence on the first neurons counts for beside its coefficients, where one row bounds the node
/// and where several do. Measured in nodes: random ReLU networks with five inputs take 0.45 of those that coefficients
/// alone take, ACAS Xu's questions 0.94; by influence alone 0.42 and 8.
constexpr double share_alone = 0.5;
constexpr double share_together = 0.2;
/// Inputs up to which it is looked at, where neurons are not smooth.
constexpr std::size_t most_influence = 15;
/// Where networks are compared, at most: copies of ACAS Xu's networks over boxes of a twelfth of each side take a third
/// of the nodes that the half takes, bounded together or not.
constexpr double share_of_pairs = 0.1;
/// Nodes that are bounded without coupled lines, where there are matching neurons: half as dear, and small boxes need
/// no more. The first number where the two are nearly the same, the second where they are not.
constexpr std::uint64_t least_apart = 100;
constexpr std::uint64_t most_apart = 400;
/// How wide the differences over the root are beside the neurons where the second holds.
constexpr double unlike_share = 0.1;
/// The little linear program is dense.
constexpr std::size_t most_joint_rows = 40;

float float_below(double value) {
    const float rounded = static_cast<float>(value);
    return static_cast<double>(rounded) <= value ? rounded
                                                 : std::nextafter(rounded, -std::numeric_limits<float>::infinity());
}
float float_above(double value) {
    return -float_below(-value);
}
}  // namespace

NodeEvaluation::NodeEvaluation(const Problem& problem)
    : problem_(&problem),
      bounds_(problem.query->network, problem.asked(), problem.couples),
      root_(bounds_.start(problem.hull)),
      apart_(most_apart) {
    const std::size_t inputs = problem.inputs.size();
    for (std::vector<double>* side :
         {&lower_, &upper_, &branch_lower_, &branch_upper_, &union_lower_, &union_upper_, &corner_})
        side->resize(inputs);
    if (problem.smooth || inputs <= most_influence) influence_.emplace(problem.query->network);
    std::size_t open = 0;
    for (const std::uint32_t variable : bounds_.phase_variables())
        if (bounds_.split_point(root_, variable)) ++open;
    if (bounds::pays_forward(problem.query->network, open))
        forward_.emplace(problem.query->network, std::span<const std::size_t>{});
}

void NodeEvaluation::know(const engine::Literal& bound) {
    if (bound.subject.is_boolean()) return;
    const std::size_t variable = bound.subject.variable().index();
    if (bound.side == engine::Side::at_least)
        root_.lower[variable] = std::max(root_.lower[variable], bound.value);
    else
        root_.upper[variable] = std::min(root_.upper[variable], bound.value);
}

void NodeEvaluation::restore(const Node& node, bounds::State& state) const {
    state = root_;
    for (std::size_t i = 0; i < problem_->inputs.size(); ++i) {
        state.lower[problem_->inputs[i].index()] = node.box[2 * i];
        state.upper[problem_->inputs[i].index()] = node.box[2 * i + 1];
    }
    const std::vector<std::uint32_t>& phases = bounds_.phase_variables();
    for (std::size_t p = 0; p < phases.size(); ++p) {
        state.lower[phases[p]] = std::max(state.lower[phases[p]], static_cast<double>(node.phases[2 * p]));
        state.upper[phases[p]] = std::min(state.upper[phases[p]], static_cast<double>(node.phases[2 * p + 1]));
    }
    for (std::size_t d = 0; d < bounds_.difference_count(); ++d) {
        const std::size_t at = 2 * (phases.size() + d);
        state.difference[d] = {static_cast<double>(node.phases[at]), static_cast<double>(node.phases[at + 1])};
    }
}

void NodeEvaluation::store(const bounds::State& state, Node& node) const {
    node.box.resize(2 * problem_->inputs.size());
    for (std::size_t i = 0; i < problem_->inputs.size(); ++i) {
        node.box[2 * i] = state.lower[problem_->inputs[i].index()];
        node.box[2 * i + 1] = state.upper[problem_->inputs[i].index()];
    }
    const std::vector<std::uint32_t>& phases = bounds_.phase_variables();
    node.phases.resize(2 * (phases.size() + bounds_.difference_count()));
    for (std::size_t p = 0; p < phases.size(); ++p) {
        node.phases[2 * p] = float_below(state.lower[phases[p]]);
        node.phases[2 * p + 1] = float_above(state.upper[phases[p]]);
    }
    for (std::size_t d = 0; d < bounds_.difference_count(); ++d) {
        const std::size_t at = 2 * (phases.size() + d);
        node.phases[at] = float_below(state.difference[d].lower);
        node.phases[at + 1] = float_above(state.difference[d].upper);
    }
}

NodeEvaluation::Result NodeEvaluation::evaluate_root(std::uint32_t index, bounds::State& state, Node& node,
                                                     std::span<bounds::NetworkBounds* const> peers) {
    const ProblemBox& box = problem_->boxes[index];
    state = root_;
    for (std::size_t i = 0; i < problem_->inputs.size(); ++i) {
        state.lower[problem_->inputs[i].index()] = box.inputs[i].lower;
        state.upper[problem_->inputs[i].index()] = box.inputs[i].upper;
    }
    node = Node{};
    node.box_index = index;
    node.atom_lower.assign(box.condition.atoms().size(), -infinity);
    for (const Decision& phase : problem_->assumed) {
        double& bound = (phase.upper ? state.upper : state.lower)[phase.variable];
        bound = phase.upper ? std::min(bound, phase.point) : std::max(bound, phase.point);
        node.phase_decisions.push_back(phase);
    }
    return evaluate(state, node, peers);
}

std::optional<NodeEvaluation::Split> NodeEvaluation::split(const Node& node, const bounds::State& state,
                                                           SplitKind kind) const {
    Split result;
    result.left = result.right = kind == SplitKind::input ? *node.input_split : *node.phase_split;
    result.left.upper = true;
    result.right.upper = false;
    if (kind == SplitKind::phase) return result;
    const auto input =
        std::lower_bound(problem_->inputs.begin(), problem_->inputs.end(), Variable(result.left.variable));
    const auto i = static_cast<std::size_t>(input - problem_->inputs.begin());
    const auto cut = problem_->cut(problem_->boxes[node.box_index], i, state.at(result.left.variable));
    if (!cut) return std::nullopt;
    result.left.point = cut->left;
    result.right.point = cut->right;
    return result;
}

void NodeEvaluation::assume(const Node& parent, const bounds::State& parent_state, const Decision& decision,
                            bounds::State& state, Node& node) const {
    state = parent_state;
    node.bound = parent.bound;
    node.depth = parent.depth + 1;
    node.box_index = parent.box_index;
    node.atom_lower = parent.atom_lower;
    node.phase_decisions = parent.phase_decisions;
    node.input_split.reset();
    node.phase_split.reset();
    node.subtree = parent.subtree;
    if (node.subtree) {
        node.path = parent.path;
        node.path.push_back(decision);
    }
    node.layers_settled = 0;
    node.clipped = 0;
    if (!problem_->query->network.is_input(Variable(decision.variable))) {
        node.phase_decisions.push_back(decision);
        // Up to its own layer a phase changes nothing that is not in the parent's bounds. Smooth neurons are cut again
        // and again, and what clipping gains each time is then worth having.
        if (!problem_->smooth && parent.clipped < worth_bounding_anew) {
            node.clipped = parent.clipped;
            node.layers_settled = static_cast<std::uint32_t>(
                problem_->query->network.component(Variable(decision.variable)).layer.index() + 1);
        }
    }
    if (decision.upper)
        state.upper[decision.variable] = std::min(state.upper[decision.variable], decision.point);
    else
        state.lower[decision.variable] = std::max(state.lower[decision.variable], decision.point);
}

void NodeEvaluation::note_facts(std::span<const Decision> facts, Node& node) const {
    if (!facts.empty()) {
        node.layers_settled = 0;
        node.clipped = 1;
    }
    for (const Decision& fact : facts)
        if (!problem_->query->network.is_input(Variable(fact.variable))) node.phase_decisions.push_back(fact);
}

bool NodeEvaluation::depends(std::uint32_t of, std::uint32_t phase) const {
    const model::Network& network = problem_->query->network;
    return of == phase || network.component(Variable(phase)).layer < network.component(Variable(of)).layer;
}

bool NodeEvaluation::snap_inputs(bounds::State& state, const ProblemBox& box) const {
    for (std::size_t i = 0; i < problem_->inputs.size(); ++i) {
        const model::Domain& domain = box.domains[i];
        const std::size_t variable = problem_->inputs[i].index();
        if (domain.kind == model::DomainKind::real && domain.values.empty()) continue;
        const Interval side = problem_->snap(box, i, state.at(variable));
        if (side.empty()) return false;
        state.lower[variable] = side.lower;
        state.upper[variable] = side.upper;
    }
    return true;
}

void NodeEvaluation::make_phase_rows(const bounds::State&, const Node& node) {
    if (phase_rows_.size() < node.phase_decisions.size()) phase_rows_.resize(node.phase_decisions.size());
    for (std::size_t d = 0; d < node.phase_decisions.size(); ++d) {
        const Decision& decision = node.phase_decisions[d];
        const double sign = decision.upper ? 1 : -1;  // z - point <= 0, or point - z <= 0
        phase_rows_[d].terms.assign(1, {decision.variable, sign});
        phase_rows_[d].constant = -sign * decision.point;
        rows_.push_back(&phase_rows_[d]);
    }
}

std::span<const double> NodeEvaluation::coefficients_of_atom(std::uint32_t atom) const {
    return row_bounds_.coefficients_of(static_cast<std::size_t>(atom_row_[atom]));
}

NodeEvaluation::Result NodeEvaluation::evaluate(bounds::State& state, Node& node,
                                                std::span<bounds::NetworkBounds* const> peers) {
    ++evaluations_;
    spend(ticks_per_node);
    refuted_variable_.reset();
    const ProblemBox& box = problem_->boxes[node.box_index];
    const Condition& condition = box.condition;
    nodes_ = condition.nodes().data();
    if (!snap_inputs(state, box)) return Result::refuted;
    // The first node tells how like the networks are.
    const bool couples = bounds_.difference_count() > 0 && (evaluations_ == 1 || evaluations_ > apart_);
    bounds_.couple(couples);
    if (!bounds_.tighten(state, node.layers_settled, forward_ && !couples ? &*forward_ : nullptr, peers)) {
        refuted_variable_ = bounds_.contradiction();
        return Result::refuted;
    }
    if (couples && evaluations_ == 1) {
        const double share = std::min(bounds_.difference_share(state) / unlike_share, 1.0);
        apart_ = least_apart + static_cast<std::uint64_t>(share * static_cast<double>(most_apart - least_apart));
    }
    open_phases_seen_ += bounds_.open_phases();
    node.open_phases = static_cast<std::uint32_t>(bounds_.open_phases());

    rows_.clear();
    row_atom_.clear();
    atom_row_.assign(condition.atoms().size(), -1);
    for (std::uint32_t a = 0; a < condition.atoms().size(); ++a) {
        if (condition.atoms()[a].refuted_by(node.atom_lower[a])) continue;
        atom_row_[a] = static_cast<int>(rows_.size());
        row_atom_.push_back(a);
        rows_.push_back(&condition.atoms()[a].row);
    }
    make_phase_rows(state, node);
    bounds_.lower_bounds(state, rows_, row_bounds_);
    for (std::size_t r = 0; r < rows_.size(); ++r) {
        if (r >= row_atom_.size()) {
            if (!(row_bounds_.value[r] > 0)) continue;
            refuted_variable_ = node.phase_decisions[r - row_atom_.size()].variable;
            return Result::refuted;
        }
        double& lower = node.atom_lower[row_atom_[r]];
        lower = std::max(lower, row_bounds_.value[r]);
    }
    const Condition::Outcome outcome = condition.judge(node.atom_lower);
    if (outcome.refuted) return Result::refuted;
    node.bound = std::max(node.bound, outcome.bound);
    if (!clip(state, node)) return Result::refuted;
    if (!snap_inputs(state, box)) return Result::refuted;
    choose_split(state, node, outcome);
    return Result::open;
}

bool NodeEvaluation::clip_disjunction(const Condition::Node& any, const Node& node) {
    const Condition& condition = problem_->boxes[node.box_index].condition;
    std::fill(union_lower_.begin(), union_lower_.end(), infinity);
    std::fill(union_upper_.begin(), union_upper_.end(), -infinity);
    bool possible = false;
    const auto clip_atom = [&](std::uint32_t atom) {
        if (condition.atoms()[atom].refuted_by(node.atom_lower[atom])) return false;
        if (atom_row_[atom] < 0) return true;
        return bounds::clip_box(coefficients_of_atom(atom),
                                row_bounds_.constant[static_cast<std::size_t>(atom_row_[atom])], branch_lower_,
                                branch_upper_);
    };
    for (const std::uint32_t c : any.children) {
        const Condition::Node& child = condition.nodes()[c];
        branch_lower_ = lower_;
        branch_upper_ = upper_;
        bool survives = true;
        if (child.kind == Condition::Kind::atom) survives = clip_atom(child.atom);
        if (child.kind == Condition::Kind::all)
            for (const std::uint32_t part : child.children)
                if (condition.nodes()[part].kind == Condition::Kind::atom)
                    survives = survives && clip_atom(condition.nodes()[part].atom);
        if (survives) survives = combine_rows(child, branch_lower_, branch_upper_);
        if (!survives) continue;
        possible = true;
        for (std::size_t i = 0; i < lower_.size(); ++i) {
            union_lower_[i] = std::min(union_lower_[i], branch_lower_[i]);
            union_upper_[i] = std::max(union_upper_[i], branch_upper_[i]);
        }
    }
    if (!possible) return false;
    lower_ = union_lower_;
    upper_ = union_upper_;
    return true;
}

bool NodeEvaluation::clip(bounds::State& state, Node& node) {
    const Condition& condition = problem_->boxes[node.box_index].condition;
    for (std::size_t i = 0; i < lower_.size(); ++i) {
        lower_[i] = state.lower[problem_->inputs[i].index()];
        upper_[i] = state.upper[problem_->inputs[i].index()];
    }
    // What holds in any case: atoms of the outermost conjunction, and the phases assumed.
    const Condition::Node& top = condition.nodes().back();
    base_rows_.clear();
    joined_ = false;
    joint_point_.clear();
    best_joint_ = infinity;
    add_rows(top, base_rows_);
    for (std::size_t r = row_atom_.size(); r < rows_.size(); ++r) base_rows_.push_back(static_cast<std::uint32_t>(r));
    for (const std::uint32_t r : base_rows_)
        if (!bounds::clip_box(row_bounds_.coefficients_of(r), row_bounds_.constant[r], lower_, upper_)) return false;
    bool disjunctions = false;
    const auto disjunction = [&](const Condition::Node& part) {
        if (part.kind != Condition::Kind::any) return true;
        disjunctions = true;
        return clip_disjunction(part, node);
    };
    if (!disjunction(top)) return false;
    if (top.kind == Condition::Kind::all)
        for (const std::uint32_t c : top.children)
            if (!disjunction(condition.nodes()[c])) return false;
    if (!disjunctions && !combine_rows({}, lower_, upper_)) return false;
    if (joined_) node.bound = std::max(node.bound, std::min(best_joint_, 0.0));
    float clipped = 0;
    for (std::size_t i = 0; i < lower_.size(); ++i) {
        double& lower = state.lower[problem_->inputs[i].index()];
        double& upper = state.upper[problem_->inputs[i].index()];
        const double width = upper - lower;
        if (width > 0) clipped = std::max(clipped, static_cast<float>(1 - (upper_[i] - lower_[i]) / width));
        lower = lower_[i];
        upper = upper_[i];
    }
    node.clipped = 1 - (1 - node.clipped) * (1 - clipped);
    return true;
}

void NodeEvaluation::add_rows(const Condition::Node& part, std::vector<std::uint32_t>& rows) const {
    const auto one = [&](const Condition::Node& node) {
        if (node.kind == Condition::Kind::atom && atom_row_[node.atom] >= 0)
            rows.push_back(static_cast<std::uint32_t>(atom_row_[node.atom]));
    };
    one(part);
    if (part.kind == Condition::Kind::all)
        for (const std::uint32_t c : part.children) one(nodes_[c]);
}

bool NodeEvaluation::combine_rows(const Condition::Node& disjunct, std::vector<double>& lower,
                                  std::vector<double>& upper) {
    candidate_rows_ = base_rows_;
    add_rows(disjunct, candidate_rows_);
    if (candidate_rows_.empty()) return true;
    double value = -infinity;  // the largest bound of an atom alone
    std::size_t largest = 0;
    for (std::size_t i = 0; i < candidate_rows_.size(); ++i)
        if (candidate_rows_[i] < row_atom_.size() && row_bounds_.value[candidate_rows_[i]] > value) {
            value = row_bounds_.value[candidate_rows_[i]];
            largest = i;
        }
    bool combined = candidate_rows_.size() >= 2 && candidate_rows_.size() <= most_joint_rows;
    joint_.begin(lower.size());
    for (const std::uint32_t row : candidate_rows_)
        combined = combined && joint_.add(row_bounds_.coefficients_of(row), row_bounds_.constant[row]);
    if (combined) {
        if (!joint_.combine(lower, upper)) return false;
        // Where the assumed phases hold (their rows are <= 0), the atoms' rows reach this at least: the measure that
        // compares with bounds of atoms alone, whatever the phases' units are.
        double atom_weight = 0;
        for (std::size_t i = 0; i < candidate_rows_.size(); ++i)
            if (candidate_rows_[i] < row_atom_.size()) atom_weight += joint_.multipliers()[i];
        if (atom_weight > 0) value = std::max(value, joint_.value() / atom_weight);
    }
    if (joined_ && value >= best_joint_) return true;
    joined_ = true;  // the disjunct that is furthest from being refuted leads the search
    best_joint_ = value;
    joint_rows_ = candidate_rows_;
    joint_point_.clear();
    joint_multipliers_.assign(candidate_rows_.size(), 0.0);
    joint_multipliers_[largest] = 1;
    if (combined) {
        joint_multipliers_.assign(joint_.multipliers().begin(), joint_.multipliers().end());
        joint_point_.assign(joint_.point().begin(), joint_.point().end());
    }
    return true;
}

void NodeEvaluation::weigh_rows(const Node& node, const Condition::Outcome& outcome) {
    row_weight_.assign(rows_.size(), 0.0);
    row_joined_.assign(rows_.size(), 0);
    bool atoms_joined = false;
    if (joined_) {
        for (std::size_t i = 0; i < joint_rows_.size(); ++i) {
            atoms_joined = atoms_joined || joint_rows_[i] < row_atom_.size();
            row_weight_[joint_rows_[i]] = joint_multipliers_[i];
            row_joined_[joint_rows_[i]] = 1;
        }
    } else if (outcome.critical != Condition::no_atom && atom_row_[outcome.critical] >= 0) {
        row_weight_[static_cast<std::size_t>(atom_row_[outcome.critical])] = 1;
    }
    // Inputs are chosen by all rows that must hold, each in its own units: where the little program's combination is
    // tight its coefficients cancel, which says nothing about which input matters.
    direction_.assign(problem_->inputs.size(), 0.0);
    const ConditionAtom* atoms = problem_->boxes[node.box_index].condition.atoms().data();
    for (std::size_t r = 0; r < rows_.size(); ++r) {
        const bool counts = atoms_joined ? r < row_atom_.size() && row_joined_[r] != 0 : row_weight_[r] != 0;
        if (!counts) continue;
        const double unit = atoms_joined ? 1 / atoms[row_atom_[r]].largest_coefficient : 1;
        const std::span<const double> coefficients = row_bounds_.influence_of(r);
        for (std::size_t i = 0; i < direction_.size(); ++i)
            direction_[i] += joint_point_.empty() ? coefficients[i] : unit * std::fabs(coefficients[i]);
    }
    for (double& c : direction_)
        if (!std::isfinite(c)) c = 0;
}

void NodeEvaluation::choose_split(const bounds::State& state, Node& node, const Condition::Outcome& outcome) {
    weigh_rows(node, outcome);
    choose_input(state, node);
    choose_phase(state, node);
    for (std::size_t i = 0; i < corner_.size(); ++i) {
        const Interval side = state.at(problem_->inputs[i]);
        const double c = direction_[i];
        if (!joint_point_.empty())
            corner_[i] = joint_point_[i];
        else
            corner_[i] = c > 0 ? side.lower : c < 0 ? side.upper : side.lower + (side.upper - side.lower) / 2;
    }
}

/// How much an input matters to the rows' lines says where they are lowest, how much it matters to the lines of the
/// first neurons says where they are loose: shares of both count.
void NodeEvaluation::choose_input(const bounds::State& state, Node& node) {
    const ProblemBox& box = problem_->boxes[node.box_index];
    const std::size_t inputs = problem_->inputs.size();
    const auto width = [&](std::size_t i) {
        const Interval side = state.at(problem_->inputs[i]);
        return side.upper - side.lower;
    };
    double largest = 0;
    for (const double c : direction_) largest = std::max(largest, std::fabs(c));
    const auto weight = [&](std::size_t i) {
        return largest > 0 ? std::max(std::fabs(direction_[i]), least_coefficient_share * largest) : 1;
    };
    input_score_.assign(inputs, 0.0);
    const bool by_influence = problem_->curved
                                  ? bounds_.score_inputs(state, row_weight_, input_score_)
                                  : influence_ && influence_->score(bounds_, state, row_weight_, input_score_);
    double influence = 0;
    double direction = 0;
    for (std::size_t i = 0; i < inputs; ++i) {
        influence += input_score_[i];
        direction += weight(i) * width(i);
    }
    double share = 0;
    if (by_influence && influence > 0 && std::isfinite(influence) && direction > 0 && std::isfinite(direction))
        share = problem_->smooth ? 1 : joint_point_.empty() ? share_alone : share_together;
    if (share > share_of_pairs && !problem_->smooth && bounds_.difference_count() > 0) share = share_of_pairs;
    double best = -1;
    for (std::size_t i = 0; i < inputs; ++i) {
        const std::size_t variable = problem_->inputs[i].index();
        const Interval side = state.at(variable);
        if (!(side.lower < side.upper)) continue;
        double score = (1 - share) * weight(i) * width(i);
        if (share > 0) score = score / direction + share * input_score_[i] / influence;
        if (score > best && problem_->cut(box, i, side)) {
            best = score;
            node.input_split = Decision{static_cast<std::uint32_t>(variable), true, 0};
        }
    }
}

void NodeEvaluation::choose_phase(const bounds::State& state, Node& node) {
    double best = -1;
    for (const bounds::PhaseLoss& loss : bounds_.phase_losses()) {
        double score = 0;
        for (std::size_t r = 0; r < rows_.size(); ++r)
            if (row_weight_[r] != 0) score += row_weight_[r] * loss.loss(bounds_.loss_coefficient(loss, r));
        if (!(score > best)) continue;
        if (const auto point = bounds_.split_point(state, loss.variable)) {
            best = score;
            node.phase_split = Decision{loss.variable, true, *point};
        }
    }
    node.linear = false;
    if (node.phase_split) return;
    // No open phase matters to the rows by its lines; any that can be split?
    node.linear = !problem_->smooth;
    if (node.open_phases == 0) return;
    for (const std::uint32_t variable : bounds_.phase_variables()) {
        if (const auto point = bounds_.split_point(state, variable)) {
            node.phase_split = Decision{variable, true, *point};
            node.linear = false;
            return;
        }
    }
}

}  // namespace sinew::search
