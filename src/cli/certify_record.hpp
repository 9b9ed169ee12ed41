// What sinew certify found out about one example, and the journal that keeps it over a kill.
#pragma once

#include <cstdio>
#include <map>
#include <optional>
#include <string>
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

/// A file to which each record is appended as one line at once. Its first line holds the parameters of the run.
class Journal {
  public:
    /// Opens or creates the file. Records of an earlier run are in done(); a last line that was cut off is forgotten.
    /// Throws InputError where the file belongs to a run with other parameters, or is no journal, OutputError where it
    /// cannot be written.
    Journal(std::string path, const nlohmann::json& parameters);
    Journal(const Journal&) = delete;
    Journal& operator=(const Journal&) = delete;
    ~Journal();

    const std::map<std::size_t, CertifyRecord>& done() const { return done_; }
    /// Writes and flushes one line. Throws OutputError if the disk is full.
    void append(const CertifyRecord& record);

  private:
    void read(const std::string& content, const nlohmann::json& parameters);
    void write_line(const std::string& line);

    std::string path_;
    std::FILE* file_ = nullptr;
    std::map<std::size_t, CertifyRecord> done_;
    std::size_t whole_ = 0;  ///< bytes of whole lines
};

}  // namespace sinew::cli
