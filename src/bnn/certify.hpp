// SPDX-License-Identifier: Apache-2.0
// Is there an input near an example that the network classifies otherwise? Bounds first, then an attack, then the
// pseudo-Boolean engine.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "base/limits.hpp"
#include "base/settings.hpp"
#include "base/statistics.hpp"
#include "threshold/ball.hpp"
#include "threshold/threshold_network.hpp"

namespace sinew::bnn {

enum class Status {
    certified,  ///< no input in the ball is classified otherwise
    falsified,  ///< one is: `adversarial`
    wrong,      ///< the example itself is
    unknown,    ///< a limit was reached
};
std::string_view to_string(Status status);

/// How a question that bounds leave open is answered; all but `automatic` are for tests.
enum class Route {
    automatic,          ///< attack and engine by turns, or the walk through all combinations where there are few
    attack_and_search,  ///< no walk
    search,             ///< the engine alone
    cones,              ///< the search over input bits alone, the engine where it does not apply
    gradients,          ///< the attack by gradients and the engine by turns
};

struct CertifyOptions {
    threshold::Ties ties = threshold::Ties::count;  ///< whether an equal score of another class is a violation
    std::optional<std::size_t> target;              ///< only this class is asked for
    Settings settings;
    int threads = 1;
    Route route = Route::automatic;
    // A combination walked costs some ten nanoseconds, a conflict of the engine a hundred microseconds or more.
    double walked_at_once = 1e6;              ///< combinations, before anything else is tried
    double walked_in_a_turn = 2e7;            ///< combinations, times the turn
    double attack_ticks = 2e6;                ///< of the attack's first turn
    std::uint64_t gradient_evaluations = 10;  ///< of the network, of the first turn of the attack by gradients
    std::uint64_t gradient_steps = 60;        ///< before a restart
    std::int64_t conflicts = 1000;            ///< of the pseudo-Boolean engine in a turn
};

const OptionTable<CertifyOptions>& option_table();

/// A network with its folded form.
struct Subject {
    const model::BinarizedNetwork& network;
    const threshold::ThresholdNetwork& folded;
};

struct Certificate {
    Status status = Status::unknown;
    std::vector<Rational> adversarial;  ///< with falsified: checked by exact evaluation of the unfolded network
    std::size_t adversarial_class = 0;
    std::string_view decided_by;  ///< "bounds", "attack", "search", "cones" or "walk" (of all combinations)
    Statistics statistics;
};

/// `label`: the class that must win. Throws UsageError for perturbations that ball_around() refuses.
Certificate certify(const Subject& subject, const std::vector<Rational>& input, std::size_t label,
                    const threshold::Perturbation& perturbation, const CertifyOptions& options, const Limits& limits);

/// What is known before the least distance is looked for.
struct KnownDistances {
    std::optional<Rational> certified;  ///< the ball of this radius holds no violation
    std::vector<Rational> adversarial;  ///< a violation, confirmed; empty: none
    std::size_t adversarial_class = 0;
};

/// The smallest perturbation that is a violation, by certifying larger and larger balls.
struct MinimalPerturbation {
    Status status = Status::unknown;  ///< falsified: `distance` is proven least; certified: nothing in the whole domain
                                      ///< is a violation; wrong: distance 0; unknown: a limit was reached
    std::optional<std::int64_t> distance;  ///< of the best found, in units (norm two: its square)
    std::int64_t bound = 0;                ///< no violation is nearer, in units (norm two: the square)
    Rational unit = 1;                     ///< distance_unit(): another number than 1 over reals
    std::vector<Rational> adversarial;
    std::size_t adversarial_class = 0;
    Statistics statistics;
};

/// Hears of every better bound or distance.
class MinimalListener {
  public:
    virtual ~MinimalListener() = default;
    virtual void improved(const MinimalPerturbation&) {}
};

/// `perturbation.radius` is the largest distance that is looked at. Over reals `distance` may be one that no violation
/// reaches but some come as near to as one likes: `adversarial` is then less than a unit further away, and the radius
/// is rounded down to units. Throws UsageError where these are too fine for 50 bits.
MinimalPerturbation minimal_perturbation(const Subject& subject, const std::vector<Rational>& input, std::size_t label,
                                         const threshold::Perturbation& perturbation, const CertifyOptions& options,
                                         const Limits& limits, MinimalListener* listener = nullptr,
                                         const KnownDistances& known = {});

}  // namespace sinew::bnn
