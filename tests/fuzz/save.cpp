// SPDX-License-Identifier: Apache-2.0
#include "fuzz/save.hpp"

#include <fstream>
#include <optional>

#include "oracle/dnn_text.hpp"
#include "oracle/z3_encoding.hpp"

namespace sinew::fuzz {

std::filesystem::path save(const oracle::Sketch& sketch, const oracle::ComparedAnswers& outcome,
                           const std::string& name, const std::filesystem::path& folder) {
    std::filesystem::create_directories(folder);
    const std::optional<std::string> text = oracle::dnn_text(sketch, 0);
    const std::filesystem::path path = folder / (name + (text ? ".dnn" : ".smt2"));
    const std::string comment = text ? "# " : "; ";
    std::ofstream file(path);
    file << comment << "expected: " << model::to_string(outcome.expected) << '\n';
    for (const oracle::Finding& finding : outcome.findings) {
        std::string line = finding.asker + ": " + finding.text;
        for (char& c : line)
            if (c == '\n') c = ' ';
        file << comment << line << '\n';
    }
    file << (text ? *text : oracle::z3_script(sketch));
    return path;
}

}  // namespace sinew::fuzz
