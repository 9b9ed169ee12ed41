// SPDX-License-Identifier: Apache-2.0
#include "cli/export_question.hpp"

#include <fmt/core.h>

#include "base/error.hpp"
#include "read/query/load_query.hpp"
#include "write/dimacs.hpp"
#include "write/opb.hpp"

namespace sinew::cli {

std::string problem_text(const bnn::WrittenProblem& written, const std::string& format) {
    if (format == "opb") return write::opb_text(written.problem, written.legend);
    const model::Cnf cnf = write::to_cnf(written.problem);
    model::Legend legend = written.legend;
    if (cnf.variable_count > written.problem.variable_count)
        legend.head.push_back(fmt::format("variables {} to {} are of counters and adders",
                                          written.problem.variable_count + 1, cnf.variable_count));
    return write::dimacs_text(cnf, legend);
}

QuestionExporter::QuestionExporter(std::string name, bnn::Aim aim, const std::vector<std::size_t>& rows,
                                   bool asks_for_model)
    : name_(std::move(name)), format_(read::format_of(name_)), aim_(aim), asks_for_model_(asks_for_model) {
    if ((format_ != "opb" && format_ != "cnf" && format_ != "smt2") || name_.ends_with(".gz"))
        throw UsageError(fmt::format("--export: {} does not end in .opb, .cnf or .smt2", name_));
    if (aim == bnn::Aim::nearest_violation && format_ != "opb")
        throw UsageError(
            "--export: with --minimal only .opb says what is minimised; --epsilon asks about one distance");
    if (asks_for_model && format_ != "smt2") throw UsageError("--get-model: only .smt2 asks for a model");
    if (rows.size() > 1 && name_.find("%d") == std::string::npos)
        throw UsageError(
            fmt::format("--export: there are {} examples; %d in the name gives each a file, as in "
                        "query_%d.{}, or --limit 1 takes one",
                        rows.size(), format_));
    if (!rows.empty()) first_.emplace(path(rows.front()));
}

std::string QuestionExporter::path(std::size_t row) const {
    std::string path = name_;
    const std::size_t place = path.rfind("%d");
    if (place != std::string::npos) path.replace(place, 2, std::to_string(row));
    return path;
}

std::string QuestionExporter::write(std::size_t row, const bnn::Question& question) {
    std::string told = fmt::format("row {}: {}", row, path(row));
    std::string text;
    if (format_ == "smt2") {
        text = question.script(asks_for_model_);
    } else {
        const bnn::WrittenProblem written = question.problem(aim_);
        told += fmt::format(", {} variables, {} constraints", written.problem.variable_count,
                            written.problem.constraint_count());
        text = problem_text(written, format_);
    }
    if (first_) {
        first_->write(text);
        first_.reset();
    } else {
        OutputFile(path(row)).write(text);
    }
    return told;
}

}  // namespace sinew::cli
