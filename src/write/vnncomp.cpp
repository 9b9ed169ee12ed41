// SPDX-License-Identifier: Apache-2.0
#include "write/vnncomp.hpp"

#include <fmt/core.h>

#include "write/tensor_values.hpp"

namespace sinew::write {

std::string vnncomp_text(const model::Query& query, const model::Verdict& verdict,
                         std::span<const model::DeclaredNetwork> declared) {
    std::string text = fmt::format("{}\n", model::to_string(verdict.status));
    if (!verdict.witness) return text;
    if (!declared.empty()) return text + tensor_values(declared, verdict.witness->values);
    std::string lines;
    const auto add = [&](const char* side, std::size_t index, Variable variable) {
        lines += fmt::format("{}({}_{} {})", lines.empty() ? "(" : "\n", side, index,
                             to_nearest(verdict.witness->values[variable.index()]));
    };
    const std::vector<Variable> inputs = query.network.input_variables();
    for (std::size_t i = 0; i < inputs.size(); ++i) add("X", i, inputs[i]);
    for (std::size_t i = 0; i < query.outputs.size(); ++i) add("Y", i, query.outputs[i]);
    return text + (lines.empty() ? "()" : lines + ")") + "\n";
}

}  // namespace sinew::write
