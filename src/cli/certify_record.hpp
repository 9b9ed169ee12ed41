// What sinew certify found out about one example.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <nlohmann/json_fwd.hpp>

namespace sinew::cli {

/// A changed input of an adversarial example: its index in the network's inputs and its exact value.
struct ChangedInput {
    std::size_t input = 0;
    std::string value;
};

struct CertifyRecord {
    std::size_t row = 0;    ///< in the data set, from 0
    std::size_t label = 0;  ///< the class that must win
    std::size_t predicted = 0;
    std::string status;      ///< certified, falsified, wrong, unknown
    std::string decided_by;  ///< bounds, attack, search, or empty
    std::optional<std::size_t> adversarial_class;
    std::optional<std::string> distance;  ///< of the adversarial example in the norm asked for (norm two: its square)
    std::optional<std::string> bound;     ///< with --minimal: no violation is nearer
    std::vector<ChangedInput> changes;
    std::vector<std::pair<std::string, double>> statistics;
    double seconds = 0;
};

nlohmann::json to_json(const CertifyRecord& record);
/// Throws nlohmann::json::exception for what is no record.
CertifyRecord record_from(const nlohmann::json& json);

}  // namespace sinew::cli
