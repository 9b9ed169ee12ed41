// SPDX-License-Identifier: Apache-2.0
#include "certify/network_prober.hpp"

#include <algorithm>
#include <cmath>

#include "base/limit_scope.hpp"
#include "search/attack.hpp"
#include "search/witness.hpp"
#include "verify/verify.hpp"

namespace sinew::certify {

namespace {
/// Steps of the attack before the engines, which attack again.
constexpr std::size_t attack_steps = 40;

bool is_finite(std::span<const Interval> box) {
    return std::ranges::all_of(
        box, [](const Interval& side) { return std::isfinite(side.lower) && std::isfinite(side.upper); });
}

std::vector<Interval> enclosing(const std::vector<model::Domain>& box) {
    std::vector<Interval> sides;
    for (const model::Domain& side : box) sides.push_back(model::enclosing(side));
    return sides;
}
}  // namespace

Workshop::Workshop(const model::Query& network, const Question& its_question)
    : question(its_question),
      space(network, its_question),
      scores(network),
      query(network),
      bounds(network.network),
      attack(network.network, its_question.settings.seed()) {}

NetworkProber::NetworkProber(Workshop& shop, const Region& region, std::vector<Rival> rivals, Statistics& statistics)
    : shop_(shop),
      region_(region),
      rivals_(std::move(rivals)),
      count_(shop.question.top_k),
      statistics_(statistics),
      proofs_(rivals_.size()) {
    for (std::size_t i = 0; i < shop.space.input_count(); ++i)
        has_integers_ =
            has_integers_ || (shop.space.changes(i) && shop.space.domain(i).kind == model::DomainKind::integer);
}

std::vector<Rival> NetworkProber::open_at(const std::optional<Rational>& epsilon) const {
    std::vector<Rival> open;
    for (std::size_t r = 0; r < rivals_.size(); ++r) {
        const Proof& proof = proofs_[r];
        if (proof.anywhere || (epsilon && proof.up_to && *epsilon <= *proof.up_to)) continue;
        open.push_back(rivals_[r]);
    }
    return open;
}

BallShape NetworkProber::shape_of(const std::optional<Rational>& epsilon) const {
    BallShape shape;
    const Space& space = shop_.space;
    if (!epsilon || (space.norm() != Norm::one && space.norm() != Norm::two)) return shape;
    shape.norm = space.norm();
    shape.radius = Interval::enclosing(*epsilon);
    for (std::size_t i = 0; i < space.input_count(); ++i) {
        shape.centre.push_back(Interval::enclosing(region_.centre()[i]));
        shape.weight.push_back(space.counts(i) ? Interval::enclosing(space.deviation(i)) : Interval::point(0));
    }
    return shape;
}

/// Excludes rivals by proven bounds of the label's leads over them.
void NetworkProber::bound(const std::optional<Rational>& epsilon) {
    if (epsilon && bounded_at_ == epsilon) return;
    std::vector<std::size_t> open;
    std::vector<bounds::Row> rows;
    for (std::size_t r = 0; r < rivals_.size(); ++r) {
        const Proof& proof = proofs_[r];
        if (proof.anywhere || (epsilon && proof.up_to && *epsilon <= *proof.up_to)) continue;
        open.push_back(r);
        rows.push_back(bounds::to_row(rivals_[r].lead));
    }
    if (open.empty()) return;
    const std::vector<Interval> box = enclosing(region_.box(epsilon));
    const std::vector<double> least = shop_.bounds.lower_bounds(box, shape_of(epsilon), rows);
    statistics_.add("bounded_balls", 1);
    for (std::size_t k = 0; k < open.size(); ++k) {
        Proof& proof = proofs_[open[k]];
        if (!rivals_[open[k]].excluded_by(least[k])) continue;
        if (epsilon)
            proof.up_to = epsilon;
        else
            proof.anywhere = true;
    }
    bounded_at_ = epsilon;
}

bool NetworkProber::bounds_certify(const Rational& epsilon) {
    bound(epsilon);
    return open_at(epsilon).size() < count_;
}

std::vector<double> NetworkProber::nearest(std::span<const Rational> values) const {
    std::vector<double> result;
    for (const Rational& value : values) result.push_back(to_nearest(value));
    return result;
}

/// As an adversarial input, if it is one exactly.
std::optional<Adversarial> NetworkProber::judged(std::span<const Rational> network_input,
                                                 const std::optional<Rational>& epsilon) {
    Adversarial adversarial;
    adversarial.input = shop_.space.to_example(network_input);
    if (!region_.contains(adversarial.input, epsilon)) return std::nullopt;
    const Scores::Judgement judgement = shop_.scores.judge(network_input, rivals_, count_);
    if (judgement.violated != model::Certainty::yes) return std::nullopt;
    adversarial.class_index = judgement.winner;
    adversarial.distance = region_.distance(adversarial.input);
    starts_.assign(1, nearest(network_input));
    return adversarial;
}

/// The same in doubles drawn towards the example as far as it stays a violation.
std::optional<Adversarial> NetworkProber::nearer(const Adversarial& found, std::span<const Rival> open) {
    if (has_integers_) return found;
    const std::vector<Rational> to = shop_.space.to_network(found.input);
    const std::vector<double> from = nearest(region_.centre());
    const double share = shop_.attack.nearest_on_line(from, nearest(to), open, count_);
    if (share >= 1) return found;
    std::vector<Rational> point = region_.centre();
    const Rational exact = to_rational(share);
    for (std::size_t i = 0; i < point.size(); ++i)
        if (to[i] != point[i]) point[i] += exact * (to[i] - point[i]);
    std::optional<Adversarial> result = judged(point, std::nullopt);
    return result && result->distance < found.distance ? result : found;
}

std::optional<Adversarial> NetworkProber::attack(const std::optional<Rational>& epsilon, std::span<const Rival> open,
                                                 std::size_t steps, const Limits& limits) {
    if (open.size() < count_) return std::nullopt;
    const std::vector<model::Domain> box = region_.box(epsilon);
    const std::vector<Interval> sides = enclosing(box);
    if (!is_finite(sides)) return std::nullopt;
    statistics_.add("attacked_balls", 1);
    const BallShape shape = shape_of(epsilon);
    if (shape.norm == Norm::infinity) {
        std::vector<double> lower;
        std::vector<double> upper;
        for (const Interval& side : sides) {
            lower.push_back(side.lower);
            upper.push_back(side.upper);
        }
        const model::Query& query = shop_.query.over(region_, epsilon, open, count_);
        search::AttackOptions options;
        options.steps = steps;
        options.refinements = 0;
        options.limits = limits;
        options = shop_.question.settings.options(search::attack_option_table(), options);
        search::Attack attack(query, shop_.question.settings.seed());
        const auto found = search::find_witness(query, attack, lower, upper, options, starts_);
        if (!found) return std::nullopt;
        const std::optional<Adversarial> adversarial = judged(shop_.query.input_of(found->witness), epsilon);
        return adversarial ? nearer(*adversarial, open) : std::nullopt;
    }
    for (const std::vector<double>& point : shop_.attack.run(sides, shape, open, count_, steps, limits)) {
        throw_if_reached(limits);
        std::vector<Rational> exact(point.size());
        for (std::size_t i = 0; i < exact.size(); ++i) {
            const Rational& centre = region_.centre()[i];
            if (point[i] == to_nearest(centre)) {
                exact[i] = centre;
                continue;
            }
            exact[i] = to_rational(point[i]);
            if (box[i].kind == model::DomainKind::integer) exact[i] = Rational(floor(exact[i] + Rational(1, 2)));
            if (box[i].lower) exact[i] = std::max(exact[i], *box[i].lower);
            if (box[i].upper) exact[i] = std::min(exact[i], *box[i].upper);
        }
        if (const std::optional<Adversarial> adversarial = judged(exact, epsilon)) return nearer(*adversarial, open);
    }
    return std::nullopt;
}

std::optional<Adversarial> NetworkProber::attack(const Rational& epsilon, const Limits& limits) {
    return attack(epsilon, open_at(epsilon), attack_steps, limits);
}

Reply NetworkProber::ask(const std::optional<Rational>& epsilon, const Limits& limits) {
    bound(epsilon);
    const std::vector<Rival> open = open_at(epsilon);
    statistics_.add("open_rivals", static_cast<double>(open.size()));
    if (open.size() < count_) return {Status::certified, {}, "bounds", {}};
    throw_if_reached(limits);
    if (std::optional<Adversarial> found = attack(epsilon, open, attack_steps, limits))
        return {Status::falsified, {}, "attack", std::move(found)};
    throw_if_reached(limits);
    const model::Query& query = shop_.query.over(region_, epsilon, open, count_);
    Observer silent;
    const model::Verdict verdict = verify::verify(
        query, {.limits = limits, .threads = shop_.question.threads, .settings = shop_.question.settings}, silent);
    statistics_.add("searches", 1);
    statistics_.add(verdict.statistics);
    Reply reply;
    reply.decided_by = std::string(verdict.decided_by);
    if (verdict.status == model::Status::unsat) {
        reply.status = Status::certified;
        for (std::size_t r = 0; r < rivals_.size() && epsilon && count_ == 1; ++r)
            if (!proofs_[r].up_to || *proofs_[r].up_to < *epsilon) proofs_[r].up_to = epsilon;
        return reply;
    }
    if (verdict.status == model::Status::sat) {
        reply.adversarial = judged(shop_.query.input_of(*verdict.witness), epsilon);
        if (reply.adversarial) {
            reply.adversarial = nearer(*reply.adversarial, open);
            reply.status = Status::falsified;
            return reply;
        }
        reply.reason = shop_.space.norm() == Norm::two
                           ? "norm 2 by bounds: what was found near the ball lies outside it"
                           : "what was found lies outside the ball";
        reply.decided_by.clear();
        return reply;
    }
    reply.decided_by.clear();
    reply.reason = verdict.reason.empty() ? std::string(model::to_string(verdict.status)) : verdict.reason;
    return reply;
}

}  // namespace sinew::certify
