// SPDX-License-Identifier: Apache-2.0
#include "check/network_check.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <memory>
#include <optional>
#include <span>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include <fmt/core.h>

#include "base/infinity.hpp"
#include "base/limit_scope.hpp"
#include "check/exact_part.hpp"
#include "check/node_check.hpp"
#include "exact/decimal.hpp"
#include "model/evaluate_enclosed.hpp"
#include "model/query_digest.hpp"

namespace sinew::check {

namespace {
using proof::Closing;
using proof::NetworkProofStep;
using proof::NodeId;
using StepKind = NetworkProofStep::Kind;
using Status = NetworkReport::Status;

/// Bisections of the checker's own where a part's bounds are a little too loose.
constexpr std::size_t most_bisections = 200;

/// Why the values of a step are no solution; empty if they are one. `values`: of all variables there.
std::string obstacle_to(const model::Query& query, const NetworkProofStep& step, model::EnclosedValues& values) {
    std::vector<Rational> inputs;
    for (const std::string& value : step.values) {
        std::optional<Rational> number = parse_number(value);
        if (!number) return "a value of the witness is no number";
        inputs.push_back(std::move(*number));
    }
    if (step.booleans.size() != query.boolean_names.size() ||
        model::decide_at(query, inputs, step.booleans, &values) != model::Certainty::yes)
        return "the witness does not satisfy the query";
    return {};
}

class Replay {
  public:
    Replay(const model::Query& query, proof::NetworkProofReader& proof)
        : query_(query), proof_(proof), nodes_(query), exact_(query) {}

    /// From the step that was read last.
    NetworkReport run(NetworkProofStep& step, const Limits& limits) {
        try {
            for (bool is_there = true; reason_.empty() && is_there; is_there = reason_.empty() && proof_.next(step)) {
                if ((proof_.steps() & 15U) == 0 && limits.exceeded()) return end(Status::stopped, limits);
                if (step.kind == NetworkProofStep::Kind::end) {
                    show_facts();
                    exclude_rows();
                    return reason_.empty() ? conclude() : end(Status::rejected, limits);
                }
                if (step.kind == NetworkProofStep::Kind::witness) return judge(step);
                take(step);
            }
        } catch (const LimitReached& limit) {
            reason_ = to_string(limit.reason());
            return end(Status::stopped, limits);
        }
        if (reason_.empty()) reason_ = "the proof has no end";
        return end(Status::rejected, limits);
    }

  private:
    NetworkReport end(Status status, const Limits& limits) {
        if (status == Status::stopped && reason_.empty()) reason_ = to_string(limits.reached());
        report_.status = status;
        report_.reason = status == Status::rejected ? fmt::format("step {}: {}", proof_.steps(), reason_) : reason_;
        report_.steps = proof_.steps();
        report_.bounded = nodes_.bounded();
        report_.bisections = nodes_.bisections();
        return report_;
    }
    NetworkReport judge(const NetworkProofStep& step) {
        report_.conclusion = "sat";
        model::EnclosedValues values;
        reason_ = obstacle_to(query_, step, values);
        NetworkProofStep last;
        if (reason_.empty() && (!proof_.next(last) || last.kind != NetworkProofStep::Kind::end))
            reason_ = "the proof has no end";
        return end(reason_.empty() ? Status::verified : Status::rejected, {});
    }
    NetworkReport conclude() {
        // An engine may have left its boxes to another one, which had its own.
        std::vector<bool> counts(boxes_, true);
        NodeId first = 0;
        for (const auto& [id, part] : open_) {
            if (part.demand) continue;  // a way that was given up
            counts[part.base->box] = false;
            first = first == 0 ? id : std::min(first, id);
        }
        if (!nodes_.is_covered(counts))
            reason_ = first == 0 ? "the boxes do not hold all inputs that the query allows"
                                 : fmt::format("part {} is open at the end of the proof", first);
        return end(reason_.empty() ? Status::verified : Status::rejected, {});
    }

    /// A part, as the bounds of `base` and some more assumptions.
    struct Part {
        std::shared_ptr<const ProofNode> base;
        std::vector<Assumption> assumptions;
        bool is_bounded = false;              ///< `base` itself has been
        std::optional<std::size_t> demand{};  ///< it is below
    };
    /// That the node, which stays open, and the atom exclude each other: proved when none of its parts is open.
    struct Demand {
        NodeId node;
        std::uint32_t atom;
        std::size_t open = 1;
    };
    /// A bound of a pre-activation that waits to be shown.
    struct Fact {
        NodeId node;
        std::uint32_t variable;
        bool is_upper;
        std::vector<proof::ProofCase> cases;
        std::vector<double> values{};  ///< of the cases' lines; infinite where nothing is in a case

        /// What all cases prove together.
        double value() const {
            std::vector<double> done;  // of the trees that follow
            for (std::size_t c = cases.size(); c-- > 0;) {
                if (cases[c].is_cut) {
                    const double below = done.back();
                    done.pop_back();
                    const double both = std::min(below, done.back());
                    done.back() = cases[c].has_lines ? std::max(both, values[c]) : both;
                } else {
                    done.push_back(values[c]);
                }
            }
            return done.back();
        }
    };
    /// A part below a demand that waits to be excluded.
    struct Claim {
        NodeId node;
        Part part;
        proof::ProofLines lines;
    };

    void take(const NetworkProofStep& step) {
        if (step.kind != StepKind::fact) show_facts();
        if (step.kind == StepKind::close || step.kind == StepKind::demand) exclude_rows();
        if (!reason_.empty()) return;
        switch (step.kind) {
            case StepKind::root:
                return root(step);
            case StepKind::split:
                return split(step);
            case StepKind::demand:
                return demand(step);
            case StepKind::fact:
                return fact(step);
            case StepKind::row:
                return row(step);
            case StepKind::close:
                return close(step);
            case StepKind::bound:
                reason_ = "a bound of the objective stands before all parts";
                return;
            case StepKind::witness:
            case StepKind::end:
                return;
        }
    }

    void root(const NetworkProofStep& step) {
        std::vector<Interval> box;
        for (std::size_t i = 0; i < step.sides.size(); i += 2) box.push_back({step.sides[i], step.sides[i + 1]});
        if (std::any_of(box.begin(), box.end(), [](Interval side) { return side.empty(); })) {
            ++report_.parts;
            excluded_.insert(step.node);
            return;
        }
        const std::uint32_t number = nodes_.add_box(box);
        ++boxes_;
        open_.emplace(step.node, Part{std::make_shared<const ProofNode>(nodes_.root(number)), {}});
    }

    /// The part, if it is open; else a reason.
    Part* find(NodeId id) {
        const auto found = open_.find(id);
        if (found != open_.end()) return &found->second;
        reason_ = fmt::format("part {} is not open", id);
        return nullptr;
    }
    std::optional<Part> take_open(NodeId id) {
        Part* const found = find(id);
        if (found == nullptr) return std::nullopt;
        Part part = std::move(*found);
        open_.erase(id);
        return part;
    }

    ProofNode node_of(const Part& part) const {
        ProofNode node = *part.base;
        for (const Assumption& assumption : part.assumptions) node = nodes_.child(node, assumption);
        return node;
    }

    /// Makes the part's own bounds its base. False: they exclude it.
    bool bound(Part& part, bool by_intervals) {
        if (part.is_bounded) return true;
        ProofNode node = node_of(part);
        if (!nodes_.is_possible(node.box) || nodes_.is_excluded(node, by_intervals)) return false;
        part = {std::make_shared<const ProofNode>(std::move(node)), {}, true, part.demand};
        return true;
    }

    void split(const NetworkProofStep& step) {
        const Assumption below{step.variable, true, step.below};
        const Assumption above{step.variable, false, step.above};
        if (excluded_.erase(step.node) != 0) {  // and so are its parts
            excluded_.insert({step.left, step.left + 1});
            return;
        }
        std::optional<Part> part = take_open(step.node);
        if (!part) return;
        if (step.variable >= query_.network.variable_count()) {
            reason_ = fmt::format("there is no variable {}", step.variable);
        } else if (!nodes_.covers(below, above)) {
            reason_ = "the two sides of a split leave values out";
        } else if (!part->demand && !bound(*part, false)) {
            ++report_.parts;
            excluded_.insert({step.left, step.left + 1});
        } else {
            if (part->demand) ++demands_[*part->demand].open;
            part->is_bounded = false;
            Part other = *part;
            part->assumptions.push_back(below);
            other.assumptions.push_back(above);
            open_.emplace(step.left, std::move(*part));
            open_.emplace(step.left + 1, std::move(other));
        }
    }

    void demand(const NetworkProofStep& step) {
        if (excluded_.contains(step.node)) {
            excluded_.insert(step.left);
            return;
        }
        Part* const part = find(step.node);
        if (part == nullptr) return;
        if (part->demand) {
            reason_ = "an atom is demanded below another one";
            return;
        }
        if (!bound(*part, true)) {
            open_.erase(step.node);
            excluded_.insert({step.node, step.left});
            return;
        }
        const Goal& goal = nodes_.goal_of(*part->base);
        const auto atom = std::find_if(goal.atoms.begin(), goal.atoms.end(),
                                       [&](const GoalAtom& one) { return one.name == step.atom; });
        if (atom == goal.atoms.end()) {
            excluded_.insert(step.left);  // it is certain, or excluded, on the box: nothing comes of it
            return;
        }
        const auto index = static_cast<std::uint32_t>(atom - goal.atoms.begin());
        if (atom->is_excluded(part->base->atoms[index])) {
            excluded_.insert(step.left);
            return;
        }
        demands_.push_back({step.node, index});
        open_.emplace(step.left, Part{part->base, {}, false, demands_.size() - 1});
    }

    void fact(const NetworkProofStep& step) {
        if (excluded_.contains(step.node)) return;
        const bool fits = facts_.empty() || (facts_.back().node == step.node && facts_.size() < most_lanes &&
                                             layer_of(facts_.back().variable) == layer_of(step.variable));
        if (!fits) show_facts();
        if (!reason_.empty() || excluded_.contains(step.node) || find(step.node) == nullptr) return;
        if (step.variable >= query_.network.variable_count()) {
            reason_ = fmt::format("there is no variable {}", step.variable);
            return;
        }
        facts_.push_back({step.node, step.variable, step.is_upper, step.cases});
        facts_.back().values.assign(step.cases.size(), infinity);
    }

    std::size_t layer_of(std::uint32_t variable) const {
        return variable < query_.network.variable_count() ? query_.network.component(Variable(variable)).layer.index()
                                                          : query_.network.layer_count();
    }

    /// The row with what its lines say of assumed sides. False: one is not assumed.
    bool join(Row& row, const ProofNode& base, std::span<const Assumption> assumptions,
              const proof::ProofLines& lines) {
        for (const auto& [variable, multiplier] : lines.sides) {
            // multiplier·variable is at most 0 where the variable is on its side of 0.
            const auto allows = [v = variable, m = multiplier](const Assumption& one) {
                return one.variable == v && one.point == 0 && one.is_upper == (m > 0);
            };
            if (multiplier == 0) continue;
            if (std::none_of(assumptions.begin(), assumptions.end(), allows) &&
                std::none_of(base.phases.begin(), base.phases.end(), allows)) {
                reason_ = fmt::format("a side of variable {} is not assumed", variable);
                return false;
            }
            row.terms.emplace_back(variable, multiplier);
        }
        return true;
    }

    /// One case of a fact, in a lane.
    struct Lane {
        Fact* fact;
        std::size_t place;  ///< of the case
        std::vector<Assumption> assumptions;
    };

    /// The cases of a fact that have lines, each with what it assumes.
    static void add_lanes(Fact& fact, const std::vector<Assumption>& given, std::vector<Lane>& lanes) {
        std::vector<std::vector<Assumption>> waiting{given};
        for (std::size_t c = 0; c < fact.cases.size(); ++c) {
            const proof::ProofCase& one = fact.cases[c];
            std::vector<Assumption> assumptions = std::move(waiting.back());
            waiting.pop_back();
            if (one.is_cut) {
                waiting.push_back(assumptions);
                waiting.back().push_back({one.variable, false, one.point});
                waiting.push_back(assumptions);
                waiting.back().push_back({one.variable, true, one.point});
            }
            if (one.has_lines) lanes.push_back({&fact, c, std::move(assumptions)});
        }
    }

    void bound_lanes(const Part& part, std::span<const Lane> lanes) {
        std::vector<LaneRow> rows;
        std::vector<std::size_t> lane_of;
        for (std::size_t k = 0; k < lanes.size(); ++k) {
            const Lane& lane = lanes[k];
            for (const Assumption& assumption : lane.assumptions)
                if (assumption.variable >= query_.network.variable_count()) {
                    reason_ = fmt::format("there is no variable {}", assumption.variable);
                    return;
                }
            if (!nodes_.fill(*part.base, lane.assumptions, states_[k])) continue;  // nothing is there
            const proof::ProofLines& lines = lane.fact->cases[lane.place].lines;
            rows.push_back({&states_[k], {{{lane.fact->variable, lane.fact->is_upper ? -1.0 : 1.0}}, 0}, lines.slopes});
            lane_of.push_back(k);
            if (!join(rows.back().row, *part.base, lane.assumptions, lines)) return;
        }
        double values[most_lanes];
        if (!rows.empty()) nodes_.bounds().bound_lanes(rows, values);
        for (std::size_t r = 0; r < rows.size(); ++r) {
            const Lane& lane = lanes[lane_of[r]];
            lane.fact->values[lane.place] = values[r];
        }
    }

    void show_facts() {
        if (facts_.empty()) return;
        std::vector<Fact> facts = std::exchange(facts_, {});
        const NodeId id = facts[0].node;
        Part* const part = find(id);
        if (part == nullptr) return;
        bool is_empty = !part->demand && !bound(*part, true);
        if (!is_empty) {
            std::vector<Lane> lanes;
            for (Fact& fact : facts) add_lanes(fact, part->assumptions, lanes);
            for (std::size_t begin = 0; begin < lanes.size() && reason_.empty(); begin += most_lanes)
                bound_lanes(*part, std::span(lanes).subspan(begin, std::min(most_lanes, lanes.size() - begin)));
            if (!reason_.empty()) return;
            ProofNode node = node_of(*part);
            for (const Fact& fact : facts)
                if (!nodes_.tighten(node, fact.variable, fact.is_upper, fact.is_upper ? -fact.value() : fact.value()))
                    reason_ = fmt::format("variable {} is no pre-activation", fact.variable);
            // What later layers owe the bounds of this one; below a demand that would cost more than it gives.
            is_empty = !part->demand && !nodes_.refresh(node);
            part->base = std::make_shared<const ProofNode>(std::move(node));
            part->assumptions.clear();
            report_.facts += facts.size();
        }
        if (!is_empty) return;
        open_.erase(id);
        excluded_.insert(id);
    }

    void row(const NetworkProofStep& step) {
        if (excluded_.erase(step.node) != 0) return;
        std::optional<Part> part = take_open(step.node);
        if (!part) return;
        if (!part->demand) {
            reason_ = "a row excludes a part where no atom is demanded";
            return;
        }
        rows_.push_back({step.node, std::move(*part), step.lines});
        if (rows_.size() == most_lanes) exclude_rows();
    }

    void exclude_rows() {
        if (rows_.empty()) return;
        const std::vector<Claim> claims = std::exchange(rows_, {});
        std::vector<LaneRow> rows;
        std::vector<std::size_t> claim_of;
        for (std::size_t k = 0; k < claims.size(); ++k) {
            const Part& part = claims[k].part;
            if (!nodes_.fill(*part.base, part.assumptions, states_[k])) continue;
            const Goal& goal = nodes_.goal_of(*part.base);
            rows.push_back({&states_[k], goal.atoms[demands_[*part.demand].atom].row, claims[k].lines.slopes});
            claim_of.push_back(k);
            if (!join(rows.back().row, *part.base, part.assumptions, claims[k].lines)) return;
        }
        double values[most_lanes];
        if (!rows.empty()) nodes_.bounds().bound_lanes(rows, values);
        for (std::size_t r = 0; r < rows.size(); ++r) {
            const Claim& claim = claims[claim_of[r]];
            const std::uint32_t atom = demands_[*claim.part.demand].atom;
            if (nodes_.goal_of(*claim.part.base).atoms[atom].is_excluded(values[r])) continue;
            // By the default lines, and bounds of its own in every layer.
            ProofNode node = node_of(claim.part);
            node.first_layer = 0;
            if (!nodes_.is_excluded(node) && !nodes_.goal_of(node).atoms[atom].is_excluded(node.atoms[atom])) {
                reason_ =
                    fmt::format("part {} is not excluded by its row, which is at least {}", claim.node, values[r]);
                return;
            }
        }
        report_.rows += rows.size();
        for (const Claim& claim : claims) end_part(*claim.part.demand);
    }

    /// One part fewer of what the demand is about.
    void end_part(std::size_t number) {
        ++report_.parts;
        if (--demands_[number].open > 0) return;
        const auto found = open_.find(demands_[number].node);
        if (found == open_.end()) return;
        ProofNode node = *found->second.base;
        node.atoms[demands_[number].atom] = infinity;
        found->second.base = std::make_shared<const ProofNode>(std::move(node));
    }

    void close(const NetworkProofStep& step) {
        if (excluded_.erase(step.node) != 0) return;
        const std::optional<Part> part = take_open(step.node);
        if (!part) return;
        if (!is_excluded(*part, step.closing)) {
            reason_ = fmt::format("part {} is not excluded", step.node);
        } else if (part->demand) {
            end_part(*part->demand);
        } else {
            ++report_.parts;
        }
    }

    bool is_excluded(const Part& part, Closing closing) {
        ProofNode node = node_of(part);
        if (!nodes_.is_possible(node.box) || (part.is_bounded && nodes_.is_judged_excluded(node))) return true;
        ProofNode whole = node;
        const bool bisects = closing == Closing::bounds && !part.demand;
        if (bisects ? nodes_.is_excluded_by_parts(node, most_bisections) : nodes_.is_excluded(node)) return true;
        if (part.demand) {
            const std::uint32_t atom = demands_[*part.demand].atom;
            if (nodes_.goal_of(node).atoms[atom].is_excluded(node.atoms[atom])) return true;
        }
        if (bisects) node = std::move(whole);
        ++report_.exact;
        return exact_.is_excluded(nodes_.goal_of(node), node);
    }

    const model::Query& query_;
    proof::NetworkProofReader& proof_;
    NodeCheck nodes_;
    ExactPart exact_;
    std::unordered_map<NodeId, Part> open_;
    std::uint32_t boxes_ = 0;
    std::vector<Demand> demands_;
    std::vector<Fact> facts_;
    std::vector<Claim> rows_;
    std::array<BoxState, most_lanes> states_;
    /// Parts of what has been excluded; the proof cuts them further on, or says that they are excluded.
    std::unordered_set<NodeId> excluded_;
    std::string reason_;
    NetworkReport report_;
};

/// What a bound of the objective and its witness say when nothing is better; `reason`: why they cannot.
std::string conclusion_of(const model::Query& query, const NetworkProofStep& step, const Rational& bound,
                          std::string& reason) {
    if (step.values.empty()) return "bound " + to_string(bound);
    model::EnclosedValues values;
    reason = obstacle_to(query, step, values);
    if (!reason.empty()) return {};
    const Rational value = query.objective->form.value(values.middle);
    const Rational radius(model::radius_of(query.objective->form, values.radius));
    if (radius == 0 && value == bound) return "optimum " + to_string(bound);
    const bool is_least = query.objective->sense == model::Sense::minimize;
    return fmt::format("feasible {} bound {}",
                       to_string(is_least ? Rational(value + radius) : Rational(value - radius)), to_string(bound));
}

}  // namespace

NetworkReport check_network(const model::Query& query, proof::NetworkProofReader& proof, const Limits& limits) {
    NetworkReport report;
    const auto reject = [&](std::string reason) {
        report.reason = std::move(reason);
        return report;
    };
    if (proof.digest() != model::query_digest(query)) return reject("the proof is of another query");
    if (query.precision) return reject("proofs about integer neurons are of another kind");
    if (const std::string obstacle = BoxBounds::obstacle(query.network); !obstacle.empty())
        return reject(obstacle + " cannot be checked");
    const std::vector<Variable> inputs = query.network.input_variables();
    if (proof.inputs() != inputs.size()) return reject("the proof has another number of inputs");
    NetworkProofStep step;
    if (!proof.next(step)) return reject("the proof has no end");
    if (step.kind != StepKind::bound) return Replay(query, proof).run(step, limits);
    if (!query.objective) return reject("the query has no objective");
    const std::optional<Rational> bound = parse_number(step.bound);
    if (!bound) return reject("a bound of the objective is no number");
    std::string conclusion = conclusion_of(query, step, *bound, report.reason);
    if (!report.reason.empty()) return report;
    const model::Query better = model::better_than(query, *bound);
    if (!proof.next(step)) return reject("the proof has no end");
    if (step.kind == StepKind::witness) return reject("a witness follows a bound of the objective");
    report = Replay(better, proof).run(step, limits);
    report.conclusion = std::move(conclusion);
    return report;
}

}  // namespace sinew::check
