// SPDX-License-Identifier: Apache-2.0
#include "check/check_files.hpp"

#include <utility>

#include <fmt/core.h>

#include "base/error.hpp"
#include "check/check_drat.hpp"
#include "check/check_drcp.hpp"
#include "check/check_lrat.hpp"
#include "check/check_manifest.hpp"
#include "check/check_veripb.hpp"
#include "check/network_check.hpp"
#include "read/dimacs/read_dimacs.hpp"
#include "read/flatzinc/read_flatzinc.hpp"
#include "read/format.hpp"
#include "read/opb/read_opb.hpp"

namespace sinew::check {

namespace {
/// The checkers' own status, whose values have the same names.
template <class Status>
Report::Status status_of(Status status) {
    if (status == Status::verified) return Report::Status::verified;
    return status == Status::rejected ? Report::Status::rejected : Report::Status::stopped;
}

/// What `check` finds. A proof that cannot be read to its end is none.
template <class Check>
auto followed(const Check& check) -> decltype(check()) {
    try {
        return check();
    } catch (const InputError& error) {
        decltype(check()) rejected;
        rejected.status = decltype(rejected.status)::rejected;
        rejected.reason = error.what();
        return rejected;
    }
}

Report check_clauses(const std::vector<std::string>& files, const Limits& limits) {
    const model::Cnf cnf = read::read_dimacs(files[0]);
    DratReport found;
    if (proof::LratReader::is_one(files[1], cnf.clause_count())) {
        proof::LratReader proof(files[1]);
        found = followed([&] { return check_lrat(cnf, proof, limits); });
    } else {
        proof::DratReader proof(files[1]);
        found = followed([&] { return check_drat(cnf, proof, limits); });
    }
    return {status_of(found.status), true, "unsat",
            fmt::format("{} clauses added, {} removed, {} literals propagated", found.added, found.removed,
                        found.propagations),
            std::move(found.reason)};
}

Report check_rows(const std::vector<std::string>& files, const Limits& limits) {
    const model::PseudoBoolean problem = read::read_opb(files[0]);
    proof::VeripbReader proof(files[1]);
    VeripbReport found = followed([&] { return check_veripb(problem, proof, limits); });
    return {status_of(found.status), false, std::move(found.conclusion),
            fmt::format("{} steps, {} literals propagated", found.steps, found.propagations), std::move(found.reason)};
}

Report check_program(const std::vector<std::string>& files, const Limits& limits) {
    const model::ConstraintProgram program = read::read_flatzinc(files[0]);
    proof::ProofInput proof(files[1]);
    DrcpReport found = followed([&] { return check_drcp(program, proof, limits); });
    return {status_of(found.status), false, std::move(found.conclusion),
            fmt::format("{} inferences, {} nogoods", found.inferences, found.nogoods), std::move(found.reason)};
}

Report check_query(std::vector<std::string> files, const read::QueryOptions& question, const Limits& limits) {
    proof::NetworkProofReader proof(files.back());
    files.pop_back();
    const model::Query query = read::load_query(files, question);
    NetworkReport found = followed([&] { return check_network(query, proof, limits); });
    return {status_of(found.status), false, std::move(found.conclusion),
            fmt::format("{} steps, {} parts excluded, {} bounded, {} bisected, {} by rationals", found.steps,
                        found.parts, found.bounded, found.bisections, found.exact),
            std::move(found.reason)};
}

/// What is said about a question has no meaning for other proofs.
void refuse_options(const read::QueryOptions& question) {
    if (question.input_condition) throw UsageError("--in is of proofs of networks");
    if (question.output_condition) throw UsageError(fmt::format("{} is of proofs of networks", question.output_option));
    if (question.objective) throw UsageError("--minimize and --maximize are of proofs of networks");
    if (!question.outputs.empty()) throw UsageError("--output is of proofs of networks");
    if (!question.formats.empty()) throw UsageError("--format is of proofs of networks");
    if (!question.networks.empty()) throw UsageError("--network is of proofs of networks");
}
}  // namespace

Report check_files(std::vector<std::string> files, const read::QueryOptions& question, const Limits& limits) {
    if (files.size() == 1 && files[0].ends_with(".json")) {
        refuse_options(question);
        return check_manifest(files[0], limits);
    }
    if (files.size() < 2) throw UsageError("a proof is checked against files: FORMULA PROOF, or QUERY... PROOF");
    const bool is_of_rows = files.size() == 2 && proof::VeripbReader::is_one(files[1]);
    const bool is_of_clauses = files.size() == 2 && !is_of_rows && !proof::NetworkProofReader::is_one(files[1]) &&
                               read::find_format(files[0]) == read::Format::dimacs;
    const bool is_of_program = files.size() == 2 && !is_of_rows && !is_of_clauses &&
                               !proof::NetworkProofReader::is_one(files[1]) &&
                               read::find_format(files[0]) == read::Format::flatzinc;
    if (is_of_program) {
        refuse_options(question);
        return check_program(files, limits);
    }
    if (!is_of_rows && !is_of_clauses) return check_query(std::move(files), question, limits);
    refuse_options(question);
    return is_of_rows ? check_rows(files, limits) : check_clauses(files, limits);
}

}  // namespace sinew::check
