// SPDX-License-Identifier: Apache-2.0
#include "check/network_check.hpp"

#include <algorithm>
#include <memory>
#include <optional>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include <fmt/core.h>

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
using Status = NetworkReport::Status;

/// Bisections of the checker's own where a part's bounds are a little too loose.
constexpr std::size_t most_bisections = 200;

class Replay {
  public:
    Replay(const model::Query& query, proof::NetworkProofReader& proof)
        : query_(query), proof_(proof), nodes_(query), exact_(query) {}

    NetworkReport run(const Limits& limits) {
        NetworkProofStep step;
        try {
            while (reason_.empty() && proof_.next(step)) {
                if ((proof_.steps() & 15U) == 0 && limits.exceeded()) return end(Status::stopped, limits);
                if (step.kind == NetworkProofStep::Kind::end) return conclude();
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
        std::vector<Rational> inputs;
        for (const std::string& value : step.values) {
            std::optional<Rational> number = parse_number(value);
            if (!number) {
                reason_ = "a value of the witness is no number";
                return end(Status::rejected, {});
            }
            inputs.push_back(std::move(*number));
        }
        report_.is_sat = true;
        if (step.booleans.size() != query_.boolean_names.size() ||
            model::decide_at(query_, inputs, step.booleans) != model::Certainty::yes)
            reason_ = "the witness does not satisfy the query";
        NetworkProofStep last;
        if (reason_.empty() && (!proof_.next(last) || last.kind != NetworkProofStep::Kind::end))
            reason_ = "the proof has no end";
        return end(reason_.empty() ? Status::verified : Status::rejected, {});
    }
    NetworkReport conclude() {
        if (!open_.empty()) {
            NodeId first = open_.begin()->first;
            for (const auto& [id, part] : open_) first = std::min(first, id);
            reason_ = fmt::format("part {} is open at the end of the proof", first);
        } else if (!nodes_.is_covered()) {
            reason_ = "the boxes do not hold all inputs that the query allows";
        }
        return end(reason_.empty() ? Status::verified : Status::rejected, {});
    }

    void take(const NetworkProofStep& step) {
        switch (step.kind) {
            case NetworkProofStep::Kind::root:
                return root(step);
            case NetworkProofStep::Kind::split:
                return split(step);
            case NetworkProofStep::Kind::close:
                return close(step);
            case NetworkProofStep::Kind::witness:
            case NetworkProofStep::Kind::end:
                return;
        }
    }

    void root(const NetworkProofStep& step) {
        std::vector<Interval> box;
        for (std::size_t i = 0; i < step.sides.size(); i += 2) box.push_back({step.sides[i], step.sides[i + 1]});
        if (std::any_of(box.begin(), box.end(), [](Interval side) { return side.empty(); })) {
            reason_ = "a box is empty";
            return;
        }
        const std::uint32_t number = nodes_.add_box(box);
        open_.emplace(step.node, Part{std::make_shared<const ProofNode>(nodes_.root(number)), std::nullopt});
    }

    /// The part, if it is open, which it is no longer.
    std::optional<ProofNode> take_open(NodeId id) {
        const auto found = open_.find(id);
        if (found == open_.end()) {
            reason_ = fmt::format("part {} is not open", id);
            return std::nullopt;
        }
        const Part part = std::move(found->second);
        open_.erase(found);
        return part.assumption ? nodes_.child(*part.parent, *part.assumption) : *part.parent;
    }

    void split(const NetworkProofStep& step) {
        const Assumption below{step.variable, true, step.below};
        const Assumption above{step.variable, false, step.above};
        if (excluded_.erase(step.node) != 0) {  // and so are its parts
            excluded_.insert({step.left, step.left + 1});
            return;
        }
        std::optional<ProofNode> node = take_open(step.node);
        if (!node) return;
        if (step.variable >= query_.network.variable_count()) {
            reason_ = fmt::format("there is no variable {}", step.variable);
        } else if (!nodes_.covers(below, above)) {
            reason_ = "the two sides of a split leave values out";
        } else if (!nodes_.is_possible(node->box) || nodes_.is_excluded(*node)) {
            ++report_.parts;
            excluded_.insert({step.left, step.left + 1});
        } else {
            const auto parent = std::make_shared<const ProofNode>(std::move(*node));
            open_.emplace(step.left, Part{parent, below});
            open_.emplace(step.left + 1, Part{parent, above});
        }
    }

    void close(const NetworkProofStep& step) {
        if (excluded_.erase(step.node) != 0) return;
        std::optional<ProofNode> node = take_open(step.node);
        if (!node) return;
        ++report_.parts;
        if (!nodes_.is_possible(node->box)) return;
        ProofNode whole = *node;
        if (step.closing == Closing::bounds ? nodes_.is_excluded_by_parts(*node, most_bisections)
                                            : nodes_.is_excluded(*node))
            return;
        if (step.closing == Closing::bounds) *node = std::move(whole);
        ++report_.exact;
        if (!exact_.is_excluded(nodes_.goal_of(*node), *node))
            reason_ = fmt::format("part {} is not excluded", step.node);
    }

    /// Not bounded yet: a box, or one side of what is left of its parent.
    struct Part {
        std::shared_ptr<const ProofNode> parent;
        std::optional<Assumption> assumption;
    };

    const model::Query& query_;
    proof::NetworkProofReader& proof_;
    NodeCheck nodes_;
    ExactPart exact_;
    std::unordered_map<NodeId, Part> open_;
    /// Parts of what has been excluded; the proof cuts them further on, or says that they are excluded.
    std::unordered_set<NodeId> excluded_;
    std::string reason_;
    NetworkReport report_;
};

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
    return Replay(query, proof).run(limits);
}

}  // namespace sinew::check
