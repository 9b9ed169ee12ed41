// SPDX-License-Identifier: Apache-2.0
#include "train_rivals.hpp"

#include <cmath>
#include <cstdio>
#include <fstream>
#include <stdexcept>

#include <fmt/core.h>
#include <sys/resource.h>

#include "train/encode.hpp"
#include "train/exact.hpp"
#include "write/opb.hpp"

namespace sinew::bench {

namespace {
double children_seconds() {
    rusage usage{};
    getrusage(RUSAGE_CHILDREN, &usage);
    return static_cast<double>(usage.ru_utime.tv_sec) + static_cast<double>(usage.ru_utime.tv_usec) * 1e-6;
}

std::string output_of(const std::string& command, double& seconds) {
    const double begin = children_seconds();
    FILE* pipe = popen(command.c_str(), "r");
    if (pipe == nullptr) throw std::runtime_error("cannot run " + command);
    std::string text;
    char buffer[4096];
    while (std::fgets(buffer, sizeof buffer, pipe) != nullptr) text += buffer;
    pclose(pipe);
    seconds = children_seconds() - begin;
    return text;
}

bool is_installed(const std::string& program) {
    double seconds = 0;
    return !output_of("command -v " + program, seconds).empty();
}

/// The objective's value as the problem has it.
std::string told(const train::Problem& problem, const std::string& value) {
    if (value.empty()) return "-";
    const auto whole = static_cast<long>(std::lround(std::stod(value)));
    return std::to_string(train::is_maximised(problem.objectives.front()) ? -whole : whole);
}

std::string lp_text(const model::PseudoBoolean& formula) {
    std::string text = "Minimize\n obj:";
    std::int64_t constant = formula.objective_constant;
    const auto add = [&](std::int64_t coefficient, std::int32_t literal, std::int64_t& bound) {
        if (literal < 0) {
            bound += coefficient;
            coefficient = -coefficient;
        }
        text += fmt::format(" {:+} x{}\n", coefficient, std::abs(literal));
    };
    for (std::size_t t = 0; t < formula.objective_literals.size(); ++t)
        add(formula.objective_coefficients[t], formula.objective_literals[t], constant);
    text += fmt::format(" {:+} one\nSubject To\n", constant);
    for (std::size_t c = 0; c < formula.constraint_count(); ++c) {
        std::int64_t moved = 0;
        text += fmt::format(" c{}:", c);
        for (std::size_t t = formula.begin[c]; t < formula.begin[c + 1]; ++t)
            add(formula.coefficients[t], formula.literals[t], moved);
        text += fmt::format(" {} {}\n",
                            formula.relations[c] == model::PbRelation::equal ? "=" : ">=", formula.bounds[c] - moved);
    }
    text += "Bounds\n one = 1\nBinary\n";
    for (std::size_t v = 1; v <= formula.variable_count; ++v) text += fmt::format(" x{}\n", v);
    return text + "End\n";
}
}  // namespace

std::string ask_clasp(const train::Problem& problem, int seconds, const std::string& folder) {
    if (!is_installed("clasp")) return "not installed";
    const std::string path = folder + "/problem.opb";
    std::string text = write::opb_text(train::formula_of(problem));
    // clasp 3.3 stumbles over what stands behind the two counts of the header.
    const std::size_t more = text.find('#', text.find("#constraint=") + 1);
    const std::size_t line = text.find('\n');
    if (more < line) text.erase(more, line - more);
    std::ofstream(path) << text;
    double spent = 0;
    const std::string said =
        output_of(fmt::format("bash -c 'ulimit -St {}; exec clasp {}' 2>/dev/null", seconds, path), spent);
    std::string value;
    for (std::size_t at = said.find("\no "); at != std::string::npos; at = said.find("\no ", at + 1))
        value = said.substr(at + 3, said.find('\n', at + 3) - at - 3);
    const bool proven = said.find("OPTIMUM FOUND") != std::string::npos;
    return fmt::format("{} {}, {:.1f} s", told(problem, value), proven ? "proven" : "", spent);
}

std::string ask_cbc(const train::Problem& problem, int seconds, const std::string& folder) {
    if (!is_installed("cbc")) return "not installed";
    const std::string path = folder + "/problem.lp";
    std::ofstream(path) << lp_text(train::formula_of(problem));
    double spent = 0;
    const std::string said = output_of(
        fmt::format("timeout {} cbc {} timemode cpu sec {} solve quit 2>/dev/null", 5 * seconds, path, seconds), spent);
    const std::size_t at = said.find("\nObjective value:");
    std::string value;
    if (at != std::string::npos) value = said.substr(at + 17, said.find('\n', at + 1) - at - 17);
    const bool proven = said.find("Result - Optimal solution found") != std::string::npos;
    return fmt::format("{} {}, {:.1f} s", told(problem, value), proven ? "proven" : "", spent);
}

}  // namespace sinew::bench
