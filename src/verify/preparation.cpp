#include "verify/preparation.hpp"

#include <utility>

#include "model/evaluate_enclosed.hpp"
#include "search/boolean_inputs.hpp"
#include "search/certain_atoms.hpp"

namespace sinew::verify {

namespace {
model::Witness same(model::Witness witness) {
    return witness;
}
}  // namespace

Preparation::Preparation(const model::Query& query) : given_(query) {
    // Bounds in doubles cannot tell that tanh never reaches 1, and boxes know no Booleans.
    if (!model::is_smooth(query.network) || query.precision) return;
    if (!query.boolean_names.empty())
        run({"Booleans as inputs",
             [&query](model::Witness witness) { return search::without_boolean_inputs(query, std::move(witness)); }},
            search::with_boolean_inputs(query));
    run({"certain atoms and equal components", same}, search::without_certain_atoms(this->query()));
}

void Preparation::run(Pass pass, model::Query after) {
    prepared_ = std::move(after);
    passes_.push_back(std::move(pass));
}

model::Witness Preparation::undo(model::Witness witness) const {
    for (auto pass = passes_.rbegin(); pass != passes_.rend(); ++pass) witness = pass->undo(std::move(witness));
    return witness;
}

}  // namespace sinew::verify
