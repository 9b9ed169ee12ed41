// SPDX-License-Identifier: Apache-2.0
// sinew supports: which questions of VNN-LIB 2.0 can be asked, for tools that choose a solver.
#include <array>
#include <string>

#include <fmt/core.h>

#include "base/error.hpp"
#include "cli/command.hpp"
#include "cli/print.hpp"
#include "model/declaration.hpp"
#include "read/onnx/supported.hpp"

namespace sinew::cli {

extern const Command supports_command;

namespace {
std::string opset_versions() {
    return fmt::format("{}\n{}\n", read::oldest_onnx_opset(), read::newest_onnx_opset());
}

/// Reals are what sinew computes with. That other types are read is told behind a star, as the standard's registry of
/// solvers takes remarks: the answer is exact, but not about rounded sums.
std::string element_types() {
    std::string text = "real\n";
    for (const std::string& type : read::onnx_element_types())
        text +=
            fmt::format("{}{}\n", type,
                        model::is_integer_type(type) ? " * as whole numbers" : " * computed with exact real numbers");
    return text;
}

/// A line for each name, whatever domain it is of.
std::string operators() {
    std::string text;
    for (const read::OnnxOperator& one : read::onnx_operators()) text += fmt::format("{}\n", one.name);
    return text;
}

struct Capability {
    std::string_view option;
    std::string_view help;
    std::string (*answer)();
};
// clang-format off
constexpr std::array<Capability, 11> capabilities{{
    {"onnx-opset-versions", "the least and the greatest opset of ONNX that is read", opset_versions},
    {"onnx-element-types", "element types of tensors, with a remark behind those that are not computed as they are stored", element_types},
    {"onnx-operators", "operators of ONNX that are read", operators},
    {"vnnlib-versions", "the least and the greatest version of VNN-LIB that is read with networks in the text", [] { return std::string("2.0\n2.1\n"); }},
    {"hidden-node-theories", "whether conditions may speak of nodes inside of a network", [] { return std::string("NH\nH\n"); }},
    {"multiple-input-output-theories", "whether a network may have several inputs and outputs", [] { return std::string("SIO\nMIO\n"); }},
    {"multiple-network-theories", "whether there may be several networks: equal ones, isomorphic ones, any", [] { return std::string("SNET\nMENET\nMINET\nMNET\n"); }},
    {"multiple-node-comparison-theories", "whether a comparison may speak of several tensors", [] { return std::string("SNC\nMNC\n"); }},
    {"arithmetic-complexity-theories", "which sums may be compared", [] { return std::string("BND\nOUTC\nLIN\nPOLY\n"); }},
    {"optimised-disjunctive-reasoning", "whether `or` is more to the search than a list of questions", [] { return std::string("true\n"); }},
    {"serialise-assignments", "whether witnesses can be written as tensors of ONNX", [] { return std::string("true\n"); }},
}};
// clang-format on

void describe_supports(OptionGroups& options) {
    OptionGroup group("capabilities");
    for (const Capability& capability : capabilities) group.options.emplace_back(capability.option, capability.help);
    options.push_back(group);
}

ExitStatus run_supports(const Arguments& arguments) {
    if (!arguments.files.empty() || arguments.options.size() != 1)
        throw UsageError("supports takes one capability, such as --onnx-operators; see sinew help supports");
    for (const Capability& capability : capabilities)
        if (arguments.has(capability.option)) write_output(capability.answer());
    return answered;
}
}  // namespace

const Command supports_command{
    "supports",
    "which questions of VNN-LIB 2.0 can be asked, for other tools",
    "supports --CAPABILITY",
    "Answers one of the questions by which the standard VNN-LIB 2.0 lets tools choose a solver, a line for each thing. "
    "What is told of ONNX is what the reader itself goes by.",
    "# the operators of ONNX that are read\n"
    "sinew supports --onnx-operators\n"
    "# may one question be about several networks?\n"
    "sinew supports --multiple-network-theories",
    describe_supports,
    run_supports,
    {},
    {},
    "",
    "",
    "0 answered\n"
    "2\n"
    "3",
};

}  // namespace sinew::cli
