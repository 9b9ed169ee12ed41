// SPDX-License-Identifier: Apache-2.0
#include "cli/answer.hpp"

#include <cmath>

#include <nlohmann/json.hpp>

#include "cli/common_options.hpp"
#include "cli/output_file.hpp"
#include "cli/print.hpp"
#include "write/json.hpp"
#include "write/tensor_values.hpp"
#include "write/verdict_text.hpp"

namespace sinew::cli {

Answer::Answer(const Arguments& arguments)
    : files_(arguments.files),
      quiet_(quiet(arguments)),
      has_statistics_(arguments.has("statistics")),
      expected_(expectation_of(arguments)),
      is_standard_(arguments.has("network")),
      folder_(arguments.has("serialise-assignments") ? arguments.get<std::string>("serialise-assignments") : ""),
      json_("verify", arguments) {
    if (!folder_.empty()) make_folder(folder_);
}

void Answer::declare(std::vector<model::DeclaredNetwork> declared) {
    if (declared.empty()) return;
    declared_ = std::move(declared);
    is_standard_ = true;
}

ExitStatus Answer::give(const model::Query& query, const model::Verdict& verdict) {
    if (json_.is_wanted()) json_.give(write::verdict_json(query, verdict, files_));
    if (json_.leaves_text()) {
        if (is_standard_)
            give_standard(verdict);
        else if (quiet_)
            print_out("{}\n", model::to_string(verdict.status));
        else
            write_output(write::verdict_text(query, verdict));
        if (has_statistics_)
            for (const auto& [name, value] : verdict.statistics.figures())
                print_out("{}: {:.{}f}\n", name, value, value == std::floor(value) ? 0 : 3);
    }
    return exit_status_of(verdict.status, expected_);
}

/// As the standard's chapter on command lines has it: what is no verdict and no value goes to standard error.
void Answer::give_standard(const model::Verdict& verdict) const {
    print_out("{}\n", verdict.status == model::Status::timeout ? "timed-out" : model::to_string(verdict.status));
    if (verdict.witness && !folder_.empty()) {
        for (const model::DeclaredNetwork& network : declared_)
            for (const model::DeclaredTensor& tensor : network.tensors)
                OutputFile(folder_ + "/" + tensor.name + ".pb")
                    .write(write::tensor_bytes(tensor, verdict.witness->values));
    } else if (verdict.witness && !quiet_) {
        write_output(write::tensor_values(declared_, verdict.witness->values));
    }
    if (quiet_) return;
    flush_output();
    if (!verdict.reason.empty()) print_error("reason: {}\n", verdict.reason);
    if (!verdict.decided_by.empty()) print_error("decided by: {}\n", verdict.decided_by);
}

ExitStatus exit_status_of(model::Status status, const std::optional<std::string>& expected) {
    if (expected) return *expected == model::to_string(status) ? answered : not_as_expected;
    return status == model::Status::sat || status == model::Status::unsat ? answered : no_answer;
}

}  // namespace sinew::cli
