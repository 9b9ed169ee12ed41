// SPDX-License-Identifier: Apache-2.0
#include "verify/prove_pb.hpp"

#include <numeric>
#include <optional>

#include "base/error.hpp"

namespace sinew::verify {

cardinality::VeripbProof begin_proof(const model::PseudoBoolean& problem, proof::VeripbWriter& writer) {
    if (problem.named_count != problem.variable_count) throw UsageError("--proof is of problems without products");
    if (problem.maximise) throw UsageError("--proof is of objectives that are minimised (min:)");
    std::uint64_t rows = 0;
    for (const model::PbRelation relation : problem.relations) rows += relation == model::PbRelation::equal ? 2 : 1;
    writer.begin(rows);
    std::vector<cardinality::RowProof::Id> ids(rows);
    std::iota(ids.begin(), ids.end(), std::uint64_t{1});
    std::vector<std::int32_t> names = problem.names;
    if (names.empty()) {
        names.resize(problem.variable_count);
        std::iota(names.begin(), names.end(), 1);
    }
    return {writer, std::move(names), std::move(ids)};
}

void conclude_proof(const model::PseudoBoolean& problem, const cardinality::Result& result,
                    cardinality::VeripbProof& proof, proof::VeripbWriter& writer) {
    const auto values = proof.values(result.model);
    if (result.outcome == Outcome::sat) return writer.conclude_sat(values);
    if (!problem.has_objective)
        return result.outcome == Outcome::unsat ? writer.conclude_unsat(result.reason) : writer.conclude_none();
    std::optional<std::int64_t> lower;
    std::optional<std::int64_t> upper;
    if (result.outcome != Outcome::unsat) lower = result.bound;
    if (!result.model.empty()) upper = result.value;
    // That it costs nothing at least needs no reason, but a row.
    const std::uint64_t reason =
        result.reason != 0 ? result.reason : proof.follows(std::span<const cardinality::Term>(), 0, {});
    writer.conclude_bounds(lower, reason, upper, values);
}

}  // namespace sinew::verify
