// SPDX-License-Identifier: Apache-2.0
#include "proof/vipr.hpp"

#include <algorithm>

#include <fmt/core.h>

#include "base/limit_scope.hpp"
#include "proof/proof_file.hpp"

namespace sinew::proof {

namespace {
template <class Visit>
void for_each_named(const ViprStep& step, Visit&& visit) {
    for (const auto& [row, multiplier] : step.multipliers) visit(row);
    if (step.kind == ViprStep::Kind::split)
        for (const std::uint32_t row : step.of) visit(row);
}

class ViprText {
  public:
    explicit ViprText(const std::string& path) : output_(path) {}

    template <class... Values>
    void put(fmt::format_string<Values...> format, Values&&... values) {
        output_.put(fmt::format(format, std::forward<Values>(values)...));
    }
    void terms(const ViprTerms& terms) {
        put("{}", terms.size());
        for (const auto& [number, value] : terms) put(" {} {}", number, value.get_str());
    }
    void row(char prefix, std::size_t number, const ViprRow& row) {
        put("{}{} {} {} ", prefix, number, static_cast<char>(row.sense), row.bound.get_str());
        if (row.is_objective)
            put("OBJ");
        else
            terms(row.terms);
    }
    void finish() { output_.finish(); }

  private:
    ProofOutput output_;
};
}  // namespace

ViprProof cut_down(const ViprProof& proof, std::uint32_t last,
                   std::span<const std::pair<std::uint32_t, std::uint32_t>> given) {
    const std::size_t constraints = proof.constraints.size();
    std::vector<bool> needed(constraints + proof.steps.size());
    needed[last] = true;
    for (std::size_t row = last; row >= constraints; --row)
        if (needed[row])
            for_each_named(proof.steps[row - constraints], [&](std::uint32_t named) { needed[named] = true; });
    std::vector<bool> is_used;
    for (const auto& [assumption, opposite] : given) {
        is_used.push_back(needed[assumption]);
        if (is_used.back()) needed[opposite] = true;
    }
    ViprProof result{proof.variables, proof.integers, proof.objective, proof.constraints, proof.bounds, {}};
    for (const auto& [assumption, opposite] : given)
        result.constraints.push_back(proof.steps[assumption - constraints].row);
    const auto next = [&] { return static_cast<std::uint32_t>(result.constraints.size() + result.steps.size()); };
    std::vector<std::uint32_t> place(needed.size());
    for (std::uint32_t row = 0; row < constraints; ++row) place[row] = row;
    for (std::size_t row = constraints; row <= last; ++row) {
        if (!needed[row]) continue;
        check_limits();
        place[row] = next();
        ViprStep& step = result.steps.emplace_back(proof.steps[row - constraints]);
        for (auto& [named, multiplier] : step.multipliers) named = place[named];
        for (std::uint32_t& named : step.of) named = place[named];
    }
    // The opposite of what is given is false by itself, so that both sides are.
    const ViprRow shown = proof.steps[last - constraints].row;
    for (std::size_t g = 0; g < given.size(); ++g) {
        if (!is_used[g]) continue;
        const auto& [assumption, opposite] = given[g];
        const bool is_lower = proof.steps[opposite - constraints].row.sense == ViprSense::at_least;
        ViprTerms sum{{static_cast<std::uint32_t>(constraints + g), is_lower ? -1 : 1},
                      {place[opposite], is_lower ? 1 : -1}};
        const std::uint32_t before = next() - 1;
        const std::uint32_t other = next();
        result.steps.push_back({ViprStep::Kind::sum, shown, std::move(sum)});
        result.steps.push_back({ViprStep::Kind::split, shown, {}, {before, place[assumption], other, place[opposite]}});
    }
    return result;
}

void write_vipr(const ViprProof& proof, const std::string& path) {
    const std::size_t constraints = proof.constraints.size();
    std::vector<std::size_t> last_use(constraints + proof.steps.size());
    for (std::size_t i = 0; i < proof.steps.size(); ++i)
        for_each_named(proof.steps[i], [&](std::uint32_t named) { last_use[named] = constraints + i; });
    ViprText text(path);
    text.put("VER 1.0\nVAR {}\n", proof.variables.size());
    for (const std::string& name : proof.variables) text.put("{}\n", name);
    text.put("INT {}\n", proof.integers.size());
    for (const std::uint32_t variable : proof.integers) text.put("{}\n", variable);
    text.put("OBJ min\n");
    text.terms(proof.objective);
    text.put("\nCON {} {}\n", constraints, proof.bounds);
    for (std::size_t i = 0; i < constraints; ++i) {
        text.row('c', i, proof.constraints[i]);
        text.put("\n");
    }
    text.put("RTP {}\nSOL 0\nDER {}\n", proof.objective.empty() ? "infeas" : "range 0 inf", proof.steps.size());
    for (std::size_t i = 0; i < proof.steps.size(); ++i) {
        check_limits();
        const ViprStep& step = proof.steps[i];
        text.row('r', constraints + i, step.row);
        if (step.kind == ViprStep::Kind::assumption) {
            text.put(" {{ asm }}");
        } else if (step.kind == ViprStep::Kind::sum) {
            text.put(" {{ lin ");
            text.terms(step.multipliers);
            text.put(" }}");
        } else {
            text.put(" {{ uns {} {} {} {} }}", step.of[0], step.of[1], step.of[2], step.of[3]);
        }
        const std::size_t last = last_use[constraints + i];
        if (last == 0)
            text.put(" -1\n");
        else
            text.put(" {}\n", last);
    }
    text.finish();
}

}  // namespace sinew::proof
