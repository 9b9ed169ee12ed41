// SPDX-License-Identifier: Apache-2.0
#include "read/query/binarized_query.hpp"

#include <fmt/core.h>

namespace sinew::read {

model::Query binarized_query(const model::BinarizedNetwork& network) {
    model::Query query;
    query.network = model::to_network(network);
    const model::InputRange range = model::range_of(network.input);
    model::Domain domain;
    domain.kind = range.whole ? model::DomainKind::integer : model::DomainKind::real;
    if (network.input == model::InputKind::signs) {
        domain.values = {-1, 1};
    } else {
        domain.lower = range.lower;
        domain.upper = range.upper;
    }
    std::size_t count = 0;
    for (const Variable input : query.network.input_variables()) {
        query.domains.emplace_back(input, domain);
        query.names.emplace(input, fmt::format("x{}", count++));
    }
    const model::Layer& last = query.network.layers().back();
    for (std::size_t i = 0; i < last.size; ++i) {
        query.outputs.emplace_back(last.first.index() + i);
        query.names.emplace(query.outputs.back(), fmt::format("y{}", i));
    }
    return query;
}

}  // namespace sinew::read
