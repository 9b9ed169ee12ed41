// SPDX-License-Identifier: Apache-2.0
#include "certify/ladder.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <new>
#include <vector>

#include <fmt/core.h>

#include "base/error.hpp"
#include "base/limit_scope.hpp"
#include "certify/region.hpp"

namespace sinew::certify {

namespace {
using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point begin) {
    return std::chrono::duration<double>(Clock::now() - begin).count();
}

/// Doublings of ε from the smallest that bounds are tried at.
constexpr int doublings = 10;
constexpr int bound_steps = 5;
constexpr int approaches = 6;
/// Violations nearer than this share of what is looked at, and nothing certified: no end is seen.
const Rational nearest_told(1, Integer(1) << 40);
/// Of the time that is left, for a question on the way to the critical ε.
constexpr double first_share = 0.2;
const Rational finest_of_roots(1, 1 << 30);

class Climb {
  public:
    Climb(Prober& prober, const Distances& distances, const Asked& asked, const Limits& limits, Listener* listener,
          Certificate& certificate)
        : prober_(prober),
          distances_(distances),
          asked_(asked),
          limits_(limits),
          listener_(listener),
          certificate_(certificate) {
        if (distances.is_alone_at_zero) certified_ = 0;
    }

    void run() {
        certificate_.answers.resize(asked_.epsilons.size());
        for (std::size_t q = 0; q < asked_.epsilons.size(); ++q) certificate_.answers[q].epsilon = asked_.epsilons[q];
        if (asked_.epsilons.empty() && !asked_.minimal) {
            ask_anything();
            return;
        }
        climb_ladder();
        if (asked_.minimal) find_critical();
        for (AtEpsilon& answer : certificate_.answers)
            if (answer.status == Status::unknown) take_known(answer);
        conclude();
    }

  private:
    Rational measure(const Rational& epsilon) const {
        return distances_.norm == Norm::two ? Rational(epsilon * epsilon) : epsilon;
    }
    /// No violation is nearer, as CriticalEpsilon has it.
    Rational bound() const {
        if (!certified_) return nothing_nearer_;
        const Rational proven = measure(*certified_);
        return std::max(nothing_nearer_, distances_.is_whole ? Rational(floor(proven) + 1) : proven);
    }
    bool is_certified(const Rational& epsilon) const {
        return (certified_ && epsilon <= *certified_) || measure(epsilon) < bound();
    }
    bool is_falsified(const Rational& epsilon) const {
        return certificate_.adversarial && certificate_.adversarial->distance <= measure(epsilon);
    }
    /// The ends as lengths; the upper one rounded up where it is a root.
    std::optional<Rational> upper() const {
        if (!certificate_.adversarial) return std::nullopt;
        const Rational& distance = certificate_.adversarial->distance;
        return distances_.norm == Norm::two ? root_above(distance) : distance;
    }
    void tell() const {
        if (listener_ == nullptr) return;
        listener_->improved(lower(), upper());
    }

    /// The largest ε that is certified; 0 if there is none.
    Rational lower() const { return certified_.value_or(Rational(0)); }

    void certify_up_to(const Rational& epsilon) {
        if (certified_ && epsilon <= *certified_) return;
        certified_ = epsilon;
        tell();
    }
    void take(const std::optional<Adversarial>& found, const Rational& epsilon) {
        if (!found || (certificate_.adversarial && certificate_.adversarial->distance <= found->distance)) return;
        certificate_.adversarial = found;
        falsified_at_ = epsilon;
        tell();
    }

    /// A limit that is reached, or memory that is not there, is the answer "unknown".
    template <class Work>
    static Reply guarded(Work&& work) {
        try {
            return work();
        } catch (const LimitReached& limit) {
            return {Status::unknown, std::string(to_string(limit.reason())), {}, {}};
        } catch (const std::bad_alloc&) {
            return {Status::unknown, std::string(to_string(StopReason::memory)), {}, {}};
        }
    }

    Limits question_limits() const { return asked_.seconds ? limits_.within(*asked_.seconds) : limits_; }

    Reply ask(const std::optional<Rational>& epsilon, const Limits& limits) {
        if (listener_ != nullptr) listener_->asks(epsilon);
        const Reply reply = guarded([&] {
            const LimitScope scope(limits);
            return prober_.ask(epsilon, limits);
        });
        if (!epsilon) return reply;
        if (reply.status == Status::certified) certify_up_to(*epsilon);
        if (reply.status == Status::falsified) take(reply.adversarial, *epsilon);
        return reply;
    }

    static void fill(AtEpsilon& answer, const Reply& reply) {
        answer.status = reply.status;
        answer.reason = reply.reason;
        answer.decided_by = reply.decided_by;
    }

    void ask_anything() {
        AtEpsilon& answer = certificate_.answers.emplace_back();
        const Clock::time_point begin = Clock::now();
        const Reply reply = ask(std::nullopt, question_limits());
        fill(answer, reply);
        certificate_.adversarial = reply.adversarial;
        answer.seconds = seconds_since(begin);
        certificate_.status = answer.status;
        certificate_.reason = answer.reason;
        certificate_.decided_by = answer.decided_by;
    }

    /// The middle one of those that are open is asked, until none is left.
    void climb_ladder() {
        std::vector<bool> tried(asked_.epsilons.size(), false);
        for (;;) {
            std::vector<std::size_t> open;
            for (std::size_t q = 0; q < tried.size(); ++q)
                if (!tried[q] && !is_certified(asked_.epsilons[q]) && !is_falsified(asked_.epsilons[q]))
                    open.push_back(q);
            if (open.empty()) break;
            std::ranges::sort(open, {}, [&](std::size_t q) { return asked_.epsilons[q]; });
            const std::size_t q = open[open.size() / 2];
            tried[q] = true;
            AtEpsilon& answer = certificate_.answers[q];
            const Clock::time_point begin = Clock::now();
            fill(answer, ask(answer.epsilon, question_limits()));
            answer.seconds = seconds_since(begin);
            if (answer.status == Status::unknown && limits_.exceeded()) break;
        }
        for (AtEpsilon& answer : certificate_.answers)
            if (answer.status == Status::unknown) take_known(answer);
    }

    void take_known(AtEpsilon& answer) {
        const Rational& epsilon = *answer.epsilon;
        const auto from = [&](const Rational& other) {
            return epsilon == other ? std::string("search") : "ε = " + to_string(other);
        };
        if (is_certified(epsilon)) {
            answer.status = Status::certified;
            answer.decided_by = epsilon > lower() ? "search" : *certified_ == 0 ? "evaluation" : from(*certified_);
        } else if (is_falsified(epsilon)) {
            answer.status = Status::falsified;
            answer.decided_by = from(falsified_at_);
        } else {
            if (answer.reason.empty()) answer.reason = to_string(limits_.reached());
            return;
        }
        answer.reason.clear();
    }

    /// The nearest violation, between ends that come nearer to each other: cheap bounds and attacks first, for where
    /// the critical ε roughly is, then complete questions.
    void find_critical() {
        const Clock::time_point begin = Clock::now();
        const Limits limits = question_limits();
        CriticalEpsilon& critical = certificate_.critical.emplace();
        std::optional<CriticalEpsilon> own;
        const Reply end = guarded([&] {
            const LimitScope scope(limits);
            std::optional<Adversarial> nearest = certificate_.adversarial;
            own = prober_.critical(asked_.largest, lower(), limits, listener_, nearest);
            if (own) take(nearest, nearest ? nearest->distance : Rational(0));
            return own ? Reply() : bisect(limits);
        });
        if (own) {
            critical = *own;
            nothing_nearer_ = std::max(nothing_nearer_, critical.bound);
            critical.bound = bound();
        } else {
            critical.bound = bound();
            if (certificate_.adversarial) critical.distance = certificate_.adversarial->distance;
            critical.is_proven = end.status != Status::unknown;
            is_clear_ = end.status == Status::certified;
            critical.reason = end.reason;
        }
        critical.seconds = seconds_since(begin);
    }

    /// How far is looked, as a length.
    Rational reach() const {
        std::optional<Rational> all = distances_.largest;
        if (all && distances_.norm == Norm::two) all = root_above(*all);
        if (!all) return *asked_.largest;
        return asked_.largest ? std::min(*all, *asked_.largest) : *all;
    }

    Reply bisect(const Limits& limits) {
        const Rational most = reach();
        if (!certified_) {
            const Reply reply = ask(Rational(0), limits);
            if (reply.status == Status::unknown) return reply;
        }
        bound_roughly(most, limits);
        attack_roughly(most, limits);
        // With a time limit a question has a part of what is left: one that is too hard then gives way to easier ones
        // below it, and has another try with more when these are answered.
        std::optional<Rational> hard;
        double share = first_share;
        for (;;) {
            if (is_certified(most)) return {Status::certified, {}, {}, {}};
            if (is_falsified(most) && has_met()) return {Status::falsified, {}, {}, {}};
            if (is_falsified(most) && lower() == 0 && *upper() < most * nearest_told)
                return {Status::unknown, "violations come as near to the example as one likes, or nearly so", {}, {}};
            throw_if_reached(limits);
            const Rational end = is_falsified(most) ? *upper() : most;
            Rational next = is_falsified(most) || hard ? between(lower(), hard ? *hard : end) : end;
            if (hard && (*hard - lower() <= asked_.precision * *hard || next >= *hard)) {
                hard.reset();
                share *= 2;
                next = is_falsified(most) ? between(lower(), end) : end;
            }
            const double left = limits.seconds_left();
            const Limits slice = std::isfinite(left) && share < 1 ? limits.within(left * share) : limits;
            const Reply reply = ask(next, slice);
            if (reply.status != Status::unknown) continue;
            // More time would not help (norm two), or there is none.
            if (!slice.exceeded() || limits.exceeded() || share >= 1) return reply;
            hard = next;
        }
    }

    bool has_met() const {
        if (distances_.is_whole) return bound() >= certificate_.adversarial->distance;
        const Rational end = *upper();
        // The root of a distance of norm two is rounded up by a share of 2^-40.
        const Rational share =
            distances_.norm == Norm::two ? std::max(asked_.precision, finest_of_roots) : asked_.precision;
        return end - lower() <= share * end;
    }

    /// A number between the ends with a short denominator, above the middle rather than below: what is found there
    /// brings the upper end down to its own distance.
    Rational between(const Rational& low, const Rational& high) const {
        if (distances_.is_whole && distances_.norm != Norm::two)
            return Rational(std::max(floor((low + high) / 2), Integer(floor(low) + 1)));
        const Rational width = high - low;
        return simplest_between(low + width * Rational(9, 20), true, low + width * Rational(11, 20), true);
    }

    void bound_roughly(const Rational& most, const Limits& limits) {
        Rational fails = upper() ? std::min(most, *upper()) : most;
        if (lower() == 0 && fails > 0) {
            Rational epsilon = fails / (1 << doublings);
            while (epsilon < fails && prober_.bounds_certify(epsilon)) {
                throw_if_reached(limits);
                certify_up_to(epsilon);
                epsilon *= 2;
            }
            fails = std::min(fails, epsilon);
        }
        for (int step = 0; step < bound_steps && fails > lower(); ++step) {
            throw_if_reached(limits);
            const Rational epsilon = simplest_between(lower() + (fails - lower()) * Rational(9, 20), true,
                                                      lower() + (fails - lower()) * Rational(11, 20), true);
            if (prober_.bounds_certify(epsilon))
                certify_up_to(epsilon);
            else
                fails = epsilon;
        }
    }

    void attack_roughly(const Rational& most, const Limits& limits) {
        if (!is_falsified(most)) {
            for (Rational epsilon = lower() > 0 ? Rational(lower() * 2) : Rational(most / (1 << doublings));;
                 epsilon *= 2) {
                throw_if_reached(limits);
                epsilon = std::min(epsilon, most);
                take(prober_.attack(epsilon, limits), epsilon);
                if (is_falsified(most) || epsilon >= most) break;
            }
        }
        Rational fails = lower();
        for (int step = 0; step < approaches && is_falsified(most) && !has_met(); ++step) {
            throw_if_reached(limits);
            if (*upper() - fails <= asked_.precision * *upper()) break;
            const Rational epsilon = between(fails, *upper());
            const std::optional<Adversarial> found = prober_.attack(epsilon, limits);
            take(found, epsilon);
            if (!found) fails = epsilon;
        }
    }

    void conclude() {
        if (certificate_.critical) {
            const CriticalEpsilon& critical = *certificate_.critical;
            certificate_.status = !critical.is_proven               ? Status::unknown
                                  : critical.distance && !is_clear_ ? Status::falsified
                                                                    : Status::certified;
            certificate_.reason = critical.reason;
            return;
        }
        const auto largest =
            std::ranges::max_element(certificate_.answers, {}, [](const AtEpsilon& answer) { return *answer.epsilon; });
        certificate_.status = largest->status;
        certificate_.reason = largest->reason;
        certificate_.decided_by = largest->decided_by;
    }

    Prober& prober_;
    const Distances& distances_;
    const Asked& asked_;
    const Limits& limits_;
    Listener* listener_;
    Certificate& certificate_;
    std::optional<Rational> certified_;  ///< the largest ε that is
    Rational nothing_nearer_ = 0;        ///< no violation is, but perhaps one there (norm two: the square)
    bool is_clear_ = false;              ///< nothing as far as the critical ε was looked for is a violation
    Rational falsified_at_;              ///< the ε at which the nearest violation was found
};
}  // namespace

void check(const Asked& asked, bool is_bounded) {
    for (const Rational& epsilon : asked.epsilons)
        if (epsilon < 0) throw UsageError(fmt::format("ε is {}, below zero", to_string(epsilon)));
    if (asked.largest && *asked.largest < 0)
        throw UsageError(fmt::format("the largest ε is {}, below zero", to_string(*asked.largest)));
    if (asked.precision <= 0)
        throw UsageError(fmt::format("the precision is {}, not above zero", to_string(asked.precision)));
    if (asked.minimal && !asked.largest && !is_bounded)
        throw UsageError("the critical ε needs an end: inputs that are bounded, or the largest ε");
}

void climb(Prober& prober, const Distances& distances, const Asked& asked, const Limits& limits, Listener* listener,
           Certificate& certificate) {
    Climb(prober, distances, asked, limits, listener, certificate).run();
}

}  // namespace sinew::certify
