// SPDX-License-Identifier: Apache-2.0
// What sinew certify found out about one example.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "certify/certify.hpp"

namespace sinew::cli {

/// A changed input of an adversarial example: its index in the network's inputs and its exact value.
struct ChangedInput {
    std::size_t input = 0;
    std::string value;
};

/// The answer at one ε.
struct EpsilonRecord {
    std::string epsilon;
    std::string status;
    std::string decided_by;
    std::string reason;
    double seconds = 0;
};

struct CertifyRecord {
    std::size_t row = 0;    ///< in the data set, from 0
    std::string place;      ///< file and row, for people
    std::size_t label = 0;  ///< the class that must win
    std::size_t predicted = 0;
    std::string status;      ///< certified, falsified, wrong, unknown
    std::string decided_by;  ///< bounds, attack, search, the name of an engine, or empty
    std::string reason;      ///< with unknown
    std::optional<std::size_t> adversarial_class;
    std::optional<std::string> distance;  ///< of the adversarial example in the norm asked for (norm two: its square)
    std::optional<std::string> bound;     ///< with --minimal: no violation is nearer (norm two: the square)
    std::vector<EpsilonRecord> epsilons;  ///< with --epsilons
    std::vector<ChangedInput> changes;
    std::vector<std::pair<std::string, double>> statistics;
    double seconds = 0;
};

nlohmann::json to_json(const CertifyRecord& record);
/// Without `row` and `place`, which are the data set's. With --epsilons the answers at each of them.
CertifyRecord record_of(const certify::Certificate& certificate, const certify::Example& example,
                        const certify::Asked& asked);
/// The adversarial input of a record: the example's, changed.
std::vector<Rational> adversarial_input(const CertifyRecord& record, std::vector<Rational> input);
/// Throws nlohmann::json::exception for what is no record.
CertifyRecord record_from(const nlohmann::json& json);

}  // namespace sinew::cli
