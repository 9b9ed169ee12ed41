// SPDX-License-Identifier: Apache-2.0
#include "verify/prove_relu.hpp"

#include "base/limit_scope.hpp"
#include "search/relu_refutation.hpp"

namespace sinew::verify {

bool is_relu_question(const model::Query& query) {
    return search::program_obstacle(query).empty();
}

ProgramProof prove_relu(const model::Query& query, const bounds::MixedProgram& names, const std::string& path,
                        const Limits& limits) {
    const LimitScope scope(limits);
    ProgramProof result;
    try {
        for (const bool with_slack : {false, true}) {
            if (with_slack && !search::has_strict_rows(query)) break;
            search::ReluProgram program = search::relu_program(query, with_slack);
            for (std::size_t v = 0; v < query.network.variable_count(); ++v)
                program.proof.variables[v] = names.columns[v].name;
            search::ReluRefutation refutation(program, query);
            if (!refutation.run(limits)) continue;
            const proof::ViprProof proof = proof::cut_down(program.proof, refutation.conclusion());
            proof::write_vipr(proof, path);
            result.outcome = ProgramProof::Outcome::proved;
            result.programs = refutation.programs();
            result.derivations = proof.steps.size();
            return result;
        }
        result.outcome = ProgramProof::Outcome::feasible;
    } catch (const LimitReached&) {
        result.outcome = ProgramProof::Outcome::stopped;
    }
    return result;
}

}  // namespace sinew::verify
