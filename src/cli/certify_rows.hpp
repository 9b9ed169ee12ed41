// SPDX-License-Identifier: Apache-2.0
// Answers of sinew certify as rows of a results file, and back.
#pragma once

#include <map>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "certify/certify.hpp"
#include "cli/certify_record.hpp"
#include "cli/command.hpp"
#include "cli/examples.hpp"
#include "results/rows.hpp"

namespace sinew::cli {

/// What the answers of a run depend on, by content: names of files may change between two runs, what they hold may not.
struct CertifyIdentity {
    std::string network;                ///< SHA-256 of the network as it was understood
    std::vector<std::string> data;      ///< of each file of examples, in their order
    std::optional<std::string> labels;  ///< of --labels
};
/// With the options on which answers depend, as --resume keeps it: limits of time and memory are none.
nlohmann::ordered_json to_json(const CertifyIdentity& identity, const nlohmann::json& options);
/// Throws InputError, which names `file` and what differs, unless the run `before` of it is about the same.
void require_same(const nlohmann::ordered_json& before, const nlohmann::ordered_json& now, const std::string& file,
                  const std::vector<std::string>& data_files);

/// A row for each question about an example: one at each ε, and one for the critical ε. `about` is the data set.
std::vector<results::Row> rows_of(const CertifyRecord& record, const results::Question& about,
                                  const certify::Asked& asked);
/// The records that such rows hold, by row of the data. Throws InputError naming `file` for what is none.
std::map<std::size_t, CertifyRecord> records_in(const std::vector<results::Row>& rows, const std::string& file);

}  // namespace sinew::cli
