// SPDX-License-Identifier: Apache-2.0
// sinew certify --export: each question in a file of its own.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "bnn/question.hpp"
#include "cli/output_file.hpp"

namespace sinew::cli {

/// A written pseudo-Boolean problem as text: `format` is "opb" or "cnf".
std::string problem_text(const bnn::WrittenProblem& written, const std::string& format);

class QuestionExporter {
  public:
    /// `name`: of the file; %d in it is the row. Its ending says the format. Throws UsageError for other endings, where
    /// several rows have no place in the name, where the format cannot minimise or ask for a model, or where the first
    /// file cannot be written.
    QuestionExporter(std::string name, bnn::Aim aim, const std::vector<std::size_t>& rows, bool asks_for_model);

    /// Returns a line about what was written.
    std::string write(std::size_t row, const bnn::Question& question);

  private:
    std::string path(std::size_t row) const;

    std::string name_;
    std::string format_;
    bnn::Aim aim_;
    bool asks_for_model_;              ///< scripts end in (get-model)
    std::optional<OutputFile> first_;  ///< opened before the work
};

}  // namespace sinew::cli
