// SPDX-License-Identifier: Apache-2.0
// The programs z3 and cvc5, as a user would run them on what `sinew export --to smt2` writes.
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include <fmt/core.h>
#include <unistd.h>

#include "oracle/askers.hpp"
#include "write/smtlib.hpp"

namespace sinew::oracle {

namespace {
/// A script in a file of this process, gone when this is.
class ScriptFile {
  public:
    explicit ScriptFile(const std::string& text)
        : path_(std::filesystem::temp_directory_path() / fmt::format("sinew_oracle_{}.smt2", ::getpid())) {
        std::ofstream(path_) << text;
    }
    ScriptFile(const ScriptFile&) = delete;
    ScriptFile& operator=(const ScriptFile&) = delete;
    ~ScriptFile() {
        std::error_code ignored;
        std::filesystem::remove(path_, ignored);
    }
    std::string path() const { return path_.string(); }

  private:
    std::filesystem::path path_;
};

std::string output_of(const std::string& command) {
    std::FILE* pipe = ::popen(command.c_str(), "r");
    if (pipe == nullptr) return "cannot be run";
    std::string output;
    char buffer[4096];
    std::size_t got = 0;
    while ((got = std::fread(buffer, 1, sizeof buffer, pipe)) > 0) output.append(buffer, got);
    ::pclose(pipe);
    return output;
}

Answer ask_program(const Sketch& sketch, const std::string& command) {
    const ScriptFile file(write::smtlib_text(build(sketch), write::ModelRequest::none));
    const std::string output = output_of(command + " " + file.path() + " 2>&1");
    const std::string first = output.substr(0, output.find('\n'));
    Answer answer;
    if (first == "sat")
        answer.status = model::Status::sat;
    else if (first == "unsat")
        answer.status = model::Status::unsat;
    else if (first == "timeout" || first == "unknown" || first.find("interrupted by timeout") != std::string::npos)
        answer.status = model::Status::timeout;
    else
        return Answer::failure("says " + output.substr(0, 300));
    return answer;
}
}  // namespace

std::vector<Asker> program_askers(double seconds) {
    const std::string z3 = fmt::format("z3 -T:{}", static_cast<int>(seconds) + 1);
    const std::string cvc5 = fmt::format("cvc5 --tlimit={}", static_cast<int>(seconds * 1000) + 1);
    return {{"z3 program", [=](const Sketch& sketch) { return ask_program(sketch, z3); }},
            {"cvc5 program", [=](const Sketch& sketch) { return ask_program(sketch, cvc5); }}};
}

}  // namespace sinew::oracle
