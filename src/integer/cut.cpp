// SPDX-License-Identifier: Apache-2.0
#include "integer/cut.hpp"

namespace sinew::integer {

void weaken_terms(const Domains& domains, std::span<const CutTerm> terms, View skipped, Position before,
                  LinearRows::Wide surplus, std::vector<Bound>& reason) {
    using Wide = LinearRows::Wide;
    const std::size_t first = reason.size();
    std::vector<Wide> kept;
    for (const auto& [view, coefficient] : terms) {
        if (view == skipped) continue;
        const Value known = domains.lower_before(view, before);
        const Wide gain = coefficient * (static_cast<Wide>(known) - domains.root_lower(view));
        if (gain == 0) continue;
        if (gain <= surplus) {
            surplus -= gain;
            continue;
        }
        reason.push_back({view, known});
        kept.push_back(coefficient);
    }
    for (std::size_t i = 0; i < kept.size() && surplus > 0; ++i) {
        const auto step = static_cast<Value>(surplus / kept[i]);
        reason[first + i].value -= step;
        surplus -= kept[i] * step;
    }
}

}  // namespace sinew::integer
