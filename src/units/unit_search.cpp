// SPDX-License-Identifier: Apache-2.0
#include "units/unit_search.hpp"

#include <utility>

#include <fmt/core.h>

#include "base/error.hpp"
#include "units/confirm.hpp"
#include "units/question.hpp"

namespace sinew::units {

void UnitSearch::read(Observer& observer) {
    const Question question = Question::of_folder(folder_of_units(path_));
    query_ = question.load();
    unit_ = read_unit(path_, query_);
    if (unit_.question != question.digest())
        throw InputError({path_, 0, 0}, "this is a unit of another question than that of its folder");
    before_ = earlier_result(observer);
}

std::optional<Result> UnitSearch::earlier_result(Observer& observer) const {
    try {
        return read_result(path_, unit_, query_);
    } catch (const InputError& error) {
        observer.message(fmt::format("{}; the unit is searched again", error.what()));
        return std::nullopt;
    }
}

model::Verdict UnitSearch::run(verify::Options options, Observer& observer) {
    if (before_ && before_->is_decided()) return known(*before_);
    Unit unit = unit_;
    if (before_) unit.part = before_->learned;
    known_ = unit.part;
    model::Query query = query_;
    const engine::Part part = restrict(path_, unit, query);
    is_to_be_kept_ = true;
    engine::Part learned = part;
    options.part = &part;
    options.learned = &learned;
    model::Verdict verdict = verify::verify(query, options, observer);
    learned_ = std::move(learned);
    return verdict;
}

model::Verdict UnitSearch::known(const Result& result) {
    model::Verdict verdict;
    verdict.status = result.status;
    known_by_ = result.decided_by;
    verdict.decided_by = known_by_;
    if (!result.inputs) return verdict;
    verdict.witness = confirmed(query_, *result.inputs, result.booleans);
    if (!verdict.witness)
        throw InputError({result_path(path_), 0, 0}, "the witness is none: the question does not hold there");
    return verdict;
}

void UnitSearch::keep(const model::Verdict& verdict, double processor_seconds, bool has_ended) {
    if (!is_to_be_kept_) return;
    Result result;
    result.status = verdict.status;
    result.decided_by = verdict.decided_by;
    result.reason = verdict.reason;
    result.spent = {processor_seconds, 1};
    result.learned = has_ended ? learned_ : known_;
    if (verdict.witness) {
        result.inputs.emplace();
        for (const Variable input : query_.network.input_variables())
            result.inputs->push_back(verdict.witness->values[input.index()]);
        result.booleans = verdict.witness->booleans;
    }
    keep_result(path_, unit_, query_, std::move(result));
}

}  // namespace sinew::units
