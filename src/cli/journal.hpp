// The journal of sinew certify: every answer on disk at once, so that a run that is killed goes on where it ended.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "cli/certify_record.hpp"

namespace sinew::cli {

/// What the answers of a run depend on, by content: names of files may change between two runs, what they hold may not.
struct Question {
    std::string network;                ///< SHA-256 of the network as it was understood
    std::vector<std::string> data;      ///< of each file of examples, in their order
    std::optional<std::string> labels;  ///< of --labels
    std::vector<std::string> files;     ///< as they were given; for people, not compared
};

/// A file of one JSON object a line: the question with the command's options, then the records, each appended whole by
/// one write. One run at a time holds its lock (flock).
class Journal {
  public:
    /// Opens or creates the file. Records of an earlier run are in done(); a last line that was cut off when it was
    /// written is taken out of the file, and dropped() says so. Throws InputError where another run holds the file,
    /// where it is of another question (which part differs is said) or of a version that kept no digests, and where it
    /// is no journal: none of these is written to. OutputError if it cannot be opened.
    Journal(std::string path, const Question& question, const nlohmann::json& options);
    Journal(const Journal&) = delete;
    Journal& operator=(const Journal&) = delete;
    ~Journal();

    const std::map<std::size_t, CertifyRecord>& done() const { return done_; }
    /// Bytes of the line that was cut off.
    std::size_t dropped() const { return dropped_; }
    /// Throws OutputError if the line cannot be written; what was written of it is taken back.
    void append(const CertifyRecord& record);

  private:
    void open();
    std::string content() const;
    void read(const std::string& content, const Question& question, const nlohmann::json& options);
    void check(const nlohmann::json& first, const Question& question, const nlohmann::json& options) const;
    void write_line(std::string line);

    std::string path_;
    int descriptor_ = -1;
    std::map<std::size_t, CertifyRecord> done_;
    std::size_t whole_ = 0;  ///< bytes of whole lines
    std::size_t dropped_ = 0;
};

}  // namespace sinew::cli
