// SPDX-License-Identifier: Apache-2.0
#include "write/opb.hpp"

#include <algorithm>
#include <bit>
#include <cstdlib>

#include <fmt/core.h>

namespace sinew::write {

namespace {

void put_terms(std::string& text, const std::vector<std::int32_t>& literals,
               const std::vector<std::int64_t>& coefficients, std::size_t first, std::size_t last) {
    for (std::size_t i = first; i < last; ++i)
        fmt::format_to(std::back_inserter(text), "{:+d} {}x{} ", coefficients[i], literals[i] < 0 ? "~" : "",
                       std::abs(literals[i]));
}

/// The bits that hold the largest sum of one constraint, as the header's intsize wants it.
int bits_of_sums(const model::PseudoBoolean& problem) {
    std::uint64_t most = 0;
    const auto look_at = [&](const std::vector<std::int64_t>& coefficients, std::size_t first, std::size_t last,
                             std::int64_t bound) {
        auto sum = static_cast<std::uint64_t>(std::abs(bound));
        for (std::size_t i = first; i < last; ++i) sum += static_cast<std::uint64_t>(std::abs(coefficients[i]));
        most = std::max(most, sum);
    };
    for (std::size_t c = 0; c < problem.constraint_count(); ++c)
        look_at(problem.coefficients, problem.begin[c], problem.begin[c + 1], problem.bounds[c]);
    look_at(problem.objective_coefficients, 0, problem.objective_coefficients.size(), 0);
    return static_cast<int>(std::bit_width(most));
}

}  // namespace

std::string opb_text(const model::PseudoBoolean& problem, const model::Legend& legend) {
    const auto equal = std::ranges::count(problem.relations, model::PbRelation::equal);
    // What the competitions have added to the first line since 2024 is kept out of it: clasp reads it to the letter.
    std::string text = fmt::format("* #variable= {} #constraint= {}\n* #equal= {} intsize= {}\n",
                                   problem.variable_count, problem.constraint_count(), equal, bits_of_sums(problem));
    for (const std::string& line : legend.head) text += "* " + line + "\n";
    for (const auto& [literal, meaning] : legend.literals)
        text += fmt::format("* {}x{}: {}\n", literal < 0 ? "~" : "", std::abs(literal), meaning);
    if (problem.has_objective) {
        if (problem.objective_constant != 0)
            text += fmt::format("* the objective's constant {} is left out\n", problem.objective_constant);
        text += "min: ";
        put_terms(text, problem.objective_literals, problem.objective_coefficients, 0,
                  problem.objective_literals.size());
        text += ";\n";
    }
    for (std::size_t c = 0; c < problem.constraint_count(); ++c) {
        put_terms(text, problem.literals, problem.coefficients, problem.begin[c], problem.begin[c + 1]);
        const bool is_equal = problem.relations[c] == model::PbRelation::equal;
        fmt::format_to(std::back_inserter(text), "{} {};\n", is_equal ? "=" : ">=", problem.bounds[c]);
    }
    return text;
}

}  // namespace sinew::write
