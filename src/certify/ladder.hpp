// SPDX-License-Identifier: Apache-2.0
// The questions about one example, in an order that lets each make use of what is known already: ladders of ε by
// bisection, and the critical ε between proven ends.
#pragma once

#include <optional>
#include <string>

#include "certify/certify.hpp"

namespace sinew::certify {

/// An answer about one ball.
struct Reply {
    Status status = Status::unknown;  ///< certified, falsified or unknown
    std::string reason;
    std::string decided_by;
    std::optional<Adversarial> adversarial;  ///< with falsified
};

/// One example of one network: what engines find out about balls around it. The example itself is no violation.
class Prober {
  public:
    Prober() = default;
    Prober(const Prober&) = delete;
    Prober& operator=(const Prober&) = delete;
    virtual ~Prober() = default;

    /// Searches until it knows or a limit is reached (LimitReached may also be thrown). Without ε: any change.
    virtual Reply ask(const std::optional<Rational>& epsilon, const Limits& limits) = 0;
    /// Whether bounds alone certify the ball: cheap.
    virtual bool bounds_certify(const Rational& epsilon) = 0;
    /// A violation in the ball by gradients alone: cheap. Absent proves nothing.
    virtual std::optional<Adversarial> attack(const Rational& epsilon, const Limits& limits) = 0;
    /// Where a search of its own finds the nearest violation; absent: bisection by the functions above.
    /// `certified`: a ball without a violation; `nearest`: the nearest violation so far, and afterwards.
    virtual std::optional<CriticalEpsilon> critical(const std::optional<Rational>& largest, const Rational& certified,
                                                    const Limits& limits, Listener* listener,
                                                    std::optional<Adversarial>& nearest) {
        static_cast<void>(largest), static_cast<void>(certified), static_cast<void>(limits);
        static_cast<void>(listener), static_cast<void>(nearest);
        return std::nullopt;
    }
};

/// What the driver must know of distances.
struct Distances {
    Norm norm = Norm::infinity;
    bool is_whole = false;            ///< they are whole numbers (norm two: their squares)
    std::optional<Rational> largest;  ///< no input is further away (norm two: its square)
    /// Only the example is at distance 0; else inputs with limits of their own change there, too.
    bool is_alone_at_zero = true;
};

/// Throws UsageError for what makes no sense.
void check(const Asked& asked, bool is_bounded);

/// Asks `prober` all that is asked; fills the answers, the critical ε, the adversarial input and the status of
/// `certificate`.
void climb(Prober& prober, const Distances& distances, const Asked& asked, const Limits& limits, Listener* listener,
           Certificate& certificate);

}  // namespace sinew::certify
