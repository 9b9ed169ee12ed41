// SPDX-License-Identifier: Apache-2.0
#include "cli/certify_proofs.hpp"

#include <filesystem>

#include <fmt/core.h>

#include "base/limit_scope.hpp"
#include "base/sha256.hpp"
#include "cli/export_question.hpp"
#include "cli/output_file.hpp"
#include "model/query_digest.hpp"
#include "read/file.hpp"
#include "read/opb/read_opb.hpp"
#include "read/query/load_query.hpp"
#include "verify/solve_pb.hpp"
#include "verify/verify.hpp"
#include "write/json_text.hpp"
#include "write/vnnlib.hpp"

namespace sinew::cli {

namespace {
nlohmann::ordered_json sealed(const std::string& name, const std::string& path) {
    return {{"file", name}, {"sha256", sha256(read::read_file(path))}};
}
}  // namespace

ProofFolder::ProofFolder(std::string folder, const std::vector<std::string>& files)
    : folder_(std::move(folder)), files_(files) {
    make_folder(folder_);
    OutputFile(path("manifest.json"));  // that it cannot be written is told now
}

std::string ProofFolder::add(std::size_t row, std::size_t label, const std::string& status, const std::string& shows,
                             const std::string& question, const std::string& proof) {
    nlohmann::ordered_json one{{"row", row}, {"label", label}, {"status", status}, {"shows", shows}};
    one["question"] = sealed(question, path(question));
    one["proof"] = sealed(proof, path(proof));
    rows_.push_back(std::move(one));
    return fmt::format("row {}: {}, {}", row, status, path(proof));
}

std::string ProofFolder::answer(std::size_t row, const bnn::Question& question, bnn::Aim aim, std::size_t label,
                                const Limits& limits) {
    const std::string name = fmt::format("row_{}.opb", row);
    OutputFile(path(name)).write(problem_text(question.problem(aim), "opb"));
    const model::PseudoBoolean problem = read::read_opb(path(name));
    const std::string proof_name = fmt::format("row_{}.pbp", row);
    proof::VeripbWriter proof(path(proof_name));
    const verify::PbAnswer answer = verify::solve_pb(problem, {}, limits, nullptr, 1, &proof);
    const bool is_done = answer.status == model::Status::unsat ||
                         (answer.status == model::Status::sat && (answer.optimal || !answer.value));
    if (!is_done) return unanswered(row);
    proof.finish();
    if (answer.status == model::Status::unsat) return add(row, label, "certified", "unsatisfiable", name, proof_name);
    return add(row, label, "falsified", answer.value ? fmt::format("optimum {}", *answer.value) : "satisfiable", name,
               proof_name);
}

std::string ProofFolder::answer(std::size_t row, const model::Query& query, std::size_t label, const Settings& settings,
                                const Limits& limits) {
    const std::string name = fmt::format("row_{}.vnnlib", row);
    OutputFile(path(name)).write(write::vnnlib_text(query));
    const model::Query asked = read::load_query({files_[0], path(name)});
    const std::string proof_name = fmt::format("row_{}.proof", row);
    proof::NetworkProofWriter proof(path(proof_name), model::query_digest(asked),
                                    asked.network.input_variables().size());
    verify::Options options;
    options.limits = limits;
    options.settings = settings;
    options.proof = &proof;
    Observer silent;
    const model::Verdict verdict = verify::verify(asked, options, silent);
    if (verdict.status != model::Status::sat && verdict.status != model::Status::unsat) return unanswered(row);
    proof.finish();
    const bool is_certified = verdict.status == model::Status::unsat;
    return add(row, label, is_certified ? "certified" : "falsified", is_certified ? "unsat" : "sat", name, proof_name);
}

std::string ProofFolder::unanswered(std::size_t row) {
    rows_.push_back({{"row", row}, {"status", "unknown"}});
    ++unknown_;
    return fmt::format("row {}: unknown", row);
}

std::size_t ProofFolder::finish() {
    nlohmann::ordered_json manifest{{"sinew", "manifest of proofs 1"}};
    const auto from_folder = [&](const std::string& file) {
        return std::filesystem::proximate(file, folder_).string();
    };
    manifest["network"] = sealed(from_folder(files_[0]), files_[0]);
    manifest["data"] = nlohmann::ordered_json::array();
    for (std::size_t i = 1; i < files_.size(); ++i)
        manifest["data"].push_back(sealed(from_folder(files_[i]), files_[i]));
    manifest["rows"] = std::move(rows_);
    OutputFile(path("manifest.json")).write(write::json_document(manifest));
    return unknown_;
}

}  // namespace sinew::cli
