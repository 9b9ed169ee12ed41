// The answer of a command for machines: its own keys, and those that every answer has.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <nlohmann/json_fwd.hpp>

#include "cli/command.hpp"
#include "cli/output_file.hpp"
#include "cli/provenance.hpp"

namespace sinew::cli {

/// Made before the work, so that a file that cannot be written is told at once, and what the digests are of is what the
/// work reads.
class JsonAnswer {
  public:
    /// Reads --json. `kind` is the command's name. Throws UsageError, OutputError.
    JsonAnswer(std::string_view kind, const Arguments& arguments);

    /// Whether anything is done with what give() gets.
    bool is_wanted() const { return file_.has_value(); }
    /// Whether standard output is left for the text.
    bool leaves_text() const { return !file_ || !file_->is_standard_output(); }
    /// The answer as an object; `kind` and `provenance` are added. Nothing without --json. Throws OutputError.
    void give(const nlohmann::ordered_json& answer);

  private:
    std::string kind_;
    std::optional<OutputFile> file_;
    std::optional<Provenance> provenance_;
};

}  // namespace sinew::cli
