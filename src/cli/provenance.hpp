// SPDX-License-Identifier: Apache-2.0
// Where an answer comes from: what was run, on which content, where, within which limits, and what it cost.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "cli/command.hpp"

namespace sinew::cli {

/// A file that a command reads. What cannot be read twice (a pipe, standard input) has a digest of what came out of it,
/// decompressed, once it has been read; what is not there has none: the reader says what is wrong with it.
struct DigestedFile {
    std::string file;                    ///< as it was given
    std::optional<std::string> sha256;   ///< of its bytes, as `sha256sum` tells it
    std::optional<std::uint64_t> bytes;  ///< its length
};

/// Every file that the command line names for reading: its files, and those of options such as --labels. A folder is
/// the files in it.
std::vector<DigestedFile> digested_files(const Arguments& arguments);

/// Throws InputError where a file had another digest `before` it was read than it has `now`: what is kept under a
/// digest must be about that content.
void require_unchanged(const std::vector<DigestedFile>& before, const std::vector<DigestedFile>& now);

/// Made before the work, of commands whose answer is asked for by a machine: to read the files for their digests takes
/// time.
class Provenance {
  public:
    explicit Provenance(const Arguments& arguments);

    const std::vector<DigestedFile>& files() const { return files_; }
    /// The work has read what it reads: pipes have digests from now on.
    void complete();
    /// The object of docs/json.md: the time and memory that the process has taken until now are among its keys.
    nlohmann::ordered_json json() const;

  private:
    const Arguments& arguments_;
    std::vector<DigestedFile> files_;
};

/// A moment as ISO 8601 has it, in UTC: "2026-11-30T12:00:00Z".
std::string iso_time(std::chrono::system_clock::time_point time);

/// The machine that this is: {"system", "processor", "cores", "memory"}.
nlohmann::ordered_json machine_json();

}  // namespace sinew::cli
