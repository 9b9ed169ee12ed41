// SPDX-License-Identifier: Apache-2.0
// The program `sinew-check`: one proof, one answer. It is linked with nothing that searches.
#include <chrono>
#include <exception>
#include <iostream>
#include <new>
#include <string>

#include <boost/program_options.hpp>
#include <fmt/core.h>

#include "base/error.hpp"
#include "base/limit_scope.hpp"
#include "base/memory_ceiling.hpp"
#include "base/quantity_text.hpp"
#include "check/check_files.hpp"
#include "exact/allocation.hpp"

namespace {
using namespace sinew;
namespace po = boost::program_options;

constexpr const char* usage =
    "Usage: sinew-check [OPTION...] QUESTION... PROOF\n"
    "Checks a proof that sinew wrote, against the question's own files: bounds, programs over rationals and the "
    "network's\n"
    "values are computed anew. What the proof is its content says.\n\n"
    "  sinew-check FORMULA.cnf PROOF                  LRAT, DRAT\n"
    "  sinew-check PROBLEM.opb PROOF                  VeriPB 3.0\n"
    "  sinew-check PROGRAM.fzn PROOF                  DRCP\n"
    "  sinew-check QUERY PROOF                        of sinew verify --proof, sinew optimize --proof\n"
    "  sinew-check NETWORK CONDITIONS... PROOF        likewise\n"
    "  sinew-check FOLDER/manifest.json               all proofs of sinew certify --proof FOLDER\n";

constexpr const char* statuses =
    "\nThe first line is `verified: ` and what the proof shows, or `not verified`. Exit status:\n"
    "  0  verified\n"
    "  1  not verified: the first step that fails is told\n"
    "  2  the command line is wrong, or a file is missing or malformed\n"
    "  3  a limit was reached\n"
    "  4  the answer could not be written, or a bug\n";

enum ExitStatus : int { verified = 0, not_verified = 1, input_error = 2, no_answer = 3, internal_error = 4 };

po::options_description described() {
    po::options_description options("Options");
    using Text = std::string;
    using Texts = std::vector<std::string>;
    // clang-format off
    options.add_options()
        ("in", po::value<Text>()->value_name("CONDITION"), "the condition on inputs, where sinew was given it with --in")
        ("out", po::value<Text>()->value_name("CONDITION"), "the condition on outputs, likewise")
        ("minimize", po::value<Text>()->value_name("EXPRESSION"), "the objective, likewise")
        ("maximize", po::value<Text>()->value_name("EXPRESSION"), "likewise")
        ("format", po::value<Texts>()->value_name("NAME"), "the format of a file whose content does not tell, once for each")
        ("output", po::value<Texts>()->value_name("NAME"), "the output of an ONNX network that is asked about")
        ("network", po::value<Texts>()->value_name("NAME=FILE"), "the network that a text of VNN-LIB 2.0 calls NAME")
        ("timeout", po::value<Text>()->value_name("SECONDS"), "stop after this time (20, 0.5, 2m)")
        ("memory", po::value<Text>()->value_name("BYTES"), "stop above this memory (500M, 4G)")
        ("quiet,q", "the first line alone")
        ("version,V", "this program's version")
        ("help,h", "this text");
    // clang-format on
    return options;
}

po::variables_map parse(int argc, char** argv, const po::options_description& options) {
    po::options_description all;
    all.add(options).add_options()("file", po::value<std::vector<std::string>>());
    po::positional_options_description files;
    files.add("file", -1);
    namespace style = po::command_line_style;
    po::variables_map values;
    try {
        const auto words = po::command_line_parser(argc, argv)
                               .options(all)
                               .positional(files)
                               .style(style::unix_style & ~style::allow_guessing)
                               .run();
        po::store(words, values);
    } catch (const po::error& error) {
        throw UsageError(fmt::format("{}; see sinew-check --help", error.what()));
    }
    return values;
}

template <class Value>
std::optional<Value> value_of(const po::variables_map& values, const char* name) {
    if (values.count(name) == 0) return std::nullopt;
    return values[name].as<Value>();
}

read::QueryOptions question_of(const po::variables_map& values, std::size_t files) {
    using Texts = std::vector<std::string>;
    read::QueryOptions question;
    question.input_condition = value_of<std::string>(values, "in");
    question.output_condition = value_of<std::string>(values, "out");
    question.objective = value_of<std::string>(values, "minimize");
    if (const auto most = value_of<std::string>(values, "maximize")) {
        if (question.objective) throw UsageError("--minimize and --maximize: one objective at a time");
        question.objective = most;
        question.sense = model::Sense::maximize;
    }
    question.outputs = value_of<Texts>(values, "output").value_or(Texts{});
    for (const std::string& text : value_of<Texts>(values, "network").value_or(Texts{}))
        question.networks.push_back(read::parse_network_file(text));
    for (const std::string& word : value_of<Texts>(values, "format").value_or(Texts{})) {
        const auto format = word == "auto" ? read::Format::unknown : read::format_named(word);
        if (!format) refuse_value("format", word, "the name of a format, or auto");
        question.formats.push_back(*format);
    }
    if (!question.formats.empty() && question.formats.size() + 1 != files)
        throw UsageError(fmt::format("--format is given {} times for {} files (once for each but the proof)",
                                     question.formats.size(), files - 1));
    return question;
}

Limits limits_of(const po::variables_map& values) {
    std::optional<double> seconds;
    if (const auto text = value_of<std::string>(values, "timeout")) seconds = parse_seconds("timeout", *text);
    const auto text = value_of<std::string>(values, "memory");
    const std::size_t bytes = text ? parse_bytes("memory", *text) : default_memory();
    set_memory_ceiling(bytes, 1);
    return {seconds, bytes, nullptr};
}

ExitStatus tell(const check::Report& report, double seconds, bool is_quiet) {
    using Status = check::Report::Status;
    switch (report.status) {
        case Status::verified:
            std::cout << "verified: " << report.conclusion << '\n';
            if (!is_quiet) std::cout << fmt::format("{}; {:.3g} s\n", report.counts, seconds);
            return verified;
        case Status::rejected:
            std::cout << "not verified\n";
            std::cerr << "sinew-check: " << report.reason << '\n';
            return not_verified;
        case Status::stopped:
            break;
    }
    std::cout << "unknown\n";
    std::cerr << "sinew-check: " << report.reason << '\n';
    return no_answer;
}

ExitStatus run(int argc, char** argv) {
    const auto begin = Limits::Clock::now();
    const po::options_description options = described();
    const po::variables_map values = parse(argc, argv, options);
    if (values.count("help") != 0) {
        std::cout << usage << '\n' << options << statuses;
        return verified;
    }
    if (values.count("version") != 0) {
        std::cout << "sinew-check " SINEW_VERSION "\n";
        return verified;
    }
    const auto files = value_of<std::vector<std::string>>(values, "file").value_or(std::vector<std::string>{});
    if (files.empty()) {
        std::cerr << usage << "See sinew-check --help.\n";
        return input_error;
    }
    const read::QueryOptions question = question_of(values, files.size());
    const Limits limits = limits_of(values);
    const LimitScope scope(limits);
    check::Report report;
    try {
        report = check::check_files(files, question, limits);
    } catch (const LimitReached& limit) {
        report.status = check::Report::Status::stopped;
        report.reason = to_string(limit.reason());
    }
    const std::chrono::duration<double> time = Limits::Clock::now() - begin;
    return tell(report, time.count(), values.count("quiet") != 0);
}

ExitStatus complain(ExitStatus status, const char* message) {
    std::cerr << "sinew-check: " << message << '\n';
    return status;
}
}  // namespace

int main(int argc, char** argv) {
    try {
        exact_numbers_throw_when_memory_ends();
        const ExitStatus status = run(argc, argv);
        std::cout.flush();
        return std::cout ? status : complain(internal_error, "standard output cannot be written");
    } catch (const UsageError& error) {
        return complain(input_error, error.what());
    } catch (const InputError& error) {
        return complain(input_error, error.what());
    } catch (const std::bad_alloc&) {
        return complain(no_answer, to_string(StopReason::memory).data());
    } catch (const std::exception& error) {
        return complain(internal_error, error.what());
    }
}
