// SPDX-License-Identifier: Apache-2.0
#include "verify/origin_attack.hpp"

#include <array>
#include <vector>

#include "search/witness.hpp"

namespace sinew::verify {

namespace {
/// How far from the origin it looks, one after the other.
constexpr std::array<double, 4> reaches = {1, 10, 1000, 1e6};

/// The domains as far as `reach`; false where they are empty there.
bool box_around_origin(const std::vector<model::Domain>& domains, double reach, std::vector<double>& lower,
                       std::vector<double>& upper) {
    for (const model::Domain& domain : domains) {
        double low = domain.lower ? to_nearest(*domain.lower) : -reach;
        double high = domain.upper ? to_nearest(*domain.upper) : reach;
        if (low > high && !domain.lower) low = high - reach;
        if (low > high && !domain.upper) high = low + reach;
        if (!(low <= high)) return false;
        lower.push_back(low);
        upper.push_back(high);
    }
    return true;
}
}  // namespace

engine::Progress OriginAttack::advance(const engine::Turn& turn, engine::Knowledge& knowledge) {
    const std::vector<model::Domain> domains = model::input_domains(query_);
    for (const double reach : reaches) {
        std::vector<double> lower;
        std::vector<double> upper;
        if (!box_around_origin(domains, reach, lower, upper)) break;
        search::AttackOptions options;
        options.limits = turn.limits;
        options.groups = 2;
        if (auto found = search::find_witness(query_, attack_, lower, upper, options, {}, domains)) {
            knowledge.found(std::move(found->witness), name());
            return engine::Progress::answered;
        }
    }
    return engine::Progress::exhausted;
}

}  // namespace sinew::verify
