#include "cli/solve_opb.hpp"

#include <cstdio>
#include <new>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/error.hpp"
#include "cli/answer.hpp"
#include "cli/common_options.hpp"
#include "cli/output_file.hpp"
#include "cli/setting.hpp"
#include "read/opb/read_opb.hpp"
#include "verify/solve_pb.hpp"

namespace sinew::cli {

namespace {

/// Improvements are told at once, also into a pipe.
class PrintingListener : public verify::PbListener {
  public:
    explicit PrintingListener(bool prints) : prints_(prints) {}
    void improved(std::int64_t value) override {
        if (!prints_) return;
        fmt::print("o {}\n", value);
        std::fflush(stdout);
    }
    void bound_raised(std::int64_t bound) override {
        if (!prints_) return;
        fmt::print("c bound {}\n", bound);
        std::fflush(stdout);
    }

  private:
    bool prints_;
};

/// `v` lines of at most 78 characters.
std::string value_lines(const std::vector<bool>& values) {
    std::string text;
    std::string line = "v";
    for (std::size_t v = 0; v < values.size(); ++v) {
        const std::string word = fmt::format(" {}x{}", values[v] ? "" : "-", v + 1);
        if (line.size() + word.size() > 77) {
            text += line + "\n";
            line = "v";
        }
        line += word;
    }
    return text + line + "\n";
}

std::string_view status_text(const verify::PbAnswer& answer) {
    if (answer.status == model::Status::sat) return answer.optimal ? "OPTIMUM FOUND" : "SATISFIABLE";
    return answer.status == model::Status::unsat ? "UNSATISFIABLE" : "UNKNOWN";
}

void print_text(const verify::PbAnswer& answer, bool quiet, bool statistics) {
    if (statistics)
        for (const auto& [name, value] : answer.statistics.figures()) fmt::print("c {} {:.0f}\n", name, value);
    if (!answer.reason.empty()) fmt::print("c {}\n", answer.reason);
    if (!answer.optimal && answer.bound) fmt::print("c bound {}\n", *answer.bound);
    fmt::print("s {}\n", status_text(answer));
    if (answer.status == model::Status::sat && !quiet) std::fputs(value_lines(answer.values).c_str(), stdout);
}

std::string json_text(const verify::PbAnswer& answer, const std::vector<std::string>& files) {
    nlohmann::ordered_json json;
    json["status"] = answer.optimal ? "optimum" : model::to_string(answer.status);
    json["files"] = files;
    if (!answer.reason.empty()) json["reason"] = answer.reason;
    json["seconds"] = answer.seconds;
    if (answer.value) json["value"] = *answer.value;
    if (answer.bound) json["bound"] = *answer.bound;
    if (answer.status == model::Status::sat) {
        std::vector<std::int64_t> model;
        for (std::size_t v = 0; v < answer.values.size(); ++v)
            model.push_back(answer.values[v] ? static_cast<std::int64_t>(v + 1) : -static_cast<std::int64_t>(v + 1));
        json["model"] = model;
    }
    for (const auto& [name, value] : answer.statistics.figures()) json["statistics"][name] = value;
    return json.dump(2) + "\n";
}

verify::PbAnswer decide(const Arguments& arguments, const cardinality::Options& options, const Limits& limits,
                        verify::PbListener& listener) {
    try {
        return verify::solve_pb(read::read_opb(arguments.files[0]), options, limits, &listener);
    } catch (const std::bad_alloc&) {
        verify::PbAnswer answer;
        answer.reason = "out of memory";
        return answer;
    }
}

}  // namespace

ExitStatus solve_opb(const Arguments& arguments) {
    if (threads_of(arguments) != 1) throw UsageError("solve uses one thread");
    if (arguments.has("drat")) throw UsageError("--drat is for formulas in DIMACS");
    cardinality::Options options;
    options.seed = static_cast<std::int64_t>(seed_of(arguments) >> 1);
    apply_settings(arguments, options, cardinality::option_table());
    const std::optional<std::string> expected = expectation_of(arguments);
    std::optional<OutputFile> json;
    if (const auto path = json_path_of(arguments)) json.emplace(*path);
    const bool prints = !json || !json->is_standard_output();
    const Limits limits = limits_of(arguments);
    PrintingListener listener(prints && !quiet(arguments));
    const verify::PbAnswer answer = decide(arguments, options, limits, listener);
    if (json) json->write(json_text(answer, arguments.files));
    if (prints) print_text(answer, quiet(arguments), arguments.has("statistics"));
    // A solution that is not proven optimal answers half of the question.
    if (answer.status == model::Status::sat && answer.value && !answer.optimal && !expected) return no_answer;
    return exit_status_of(answer.status, expected);
}

}  // namespace sinew::cli
