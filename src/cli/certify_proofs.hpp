// SPDX-License-Identifier: Apache-2.0
// sinew certify --proof: each question in a file of its own, answered with a proof beside it, and a manifest of all.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "base/limits.hpp"
#include "bnn/question.hpp"
#include "certify/ball_query.hpp"
#include "certify/certify.hpp"

namespace sinew::cli {

/// A folder with row_N.opb and row_N.pbp (binarized networks), or row_N.vnnlib and row_N.proof, of each example, and
/// manifest.json: what was asked, each answer, and the SHA-256 of all files.
class ProofFolder {
  public:
    /// Makes the folder. `files`: the network and the data. Throws OutputError.
    ProofFolder(std::string folder, const std::vector<std::string>& files);

    /// What the answer is, as one line.
    std::string answer(std::size_t row, const bnn::Question& question, bnn::Aim aim, std::size_t label,
                       const Limits& limits);
    /// `query`: about the network of the first file.
    std::string answer(std::size_t row, const model::Query& query, std::size_t label, const Settings& settings,
                       const Limits& limits);
    /// A limit ended it.
    std::string unanswered(std::size_t row);
    /// Writes the manifest; how many questions have no answer.
    std::size_t finish();

  private:
    std::string add(std::size_t row, std::size_t label, const std::string& status, const std::string& shows,
                    const std::string& question, const std::string& proof);
    std::string path(const std::string& name) const { return folder_ + "/" + name; }

    std::string folder_;
    std::vector<std::string> files_;
    nlohmann::ordered_json rows_ = nlohmann::ordered_json::array();
    std::size_t unknown_ = 0;
};

}  // namespace sinew::cli
