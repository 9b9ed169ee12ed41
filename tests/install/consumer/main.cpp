// y = relu(x0 - x1) + relu(x1 - x0) is |x0 - x1|: over the unit square, can it be 1 or more? More than 1?
#include <iostream>

#include "verify/verify.hpp"

namespace {

using namespace sinew;

model::Query distance_above(const Rational& threshold, model::Relation relation) {
    model::Query query;
    const model::LayerId input = query.network.add_input("x", {2});
    model::DenseMap difference{2, 2, model::NumberArray({1, -1, -1, 1})};
    const model::LayerId inner =
        query.network.add_affine("a", {2}, {{{input, difference}}, model::NumberArray(std::size_t{2})});
    const model::LayerId hidden = query.network.add_activation("n", inner, {});
    model::DenseMap sum{1, 2, model::NumberArray({1, 1})};
    const model::LayerId output =
        query.network.add_affine("y", {1}, {{{hidden, sum}}, model::NumberArray(std::size_t{1})});

    for (std::size_t i = 0; i < 2; ++i) {
        model::Domain unit;
        unit.lower = 0;
        unit.upper = 1;
        query.domains.emplace_back(query.network.variable(input, i), unit);
    }
    const Variable y = query.network.variable(output, 0);
    query.outputs = {y};
    // threshold - y <= 0, or < 0
    query.output_condition = query.formulas.atom(LinearForm({{y, -1}}, threshold), relation);
    return query;
}

}  // namespace

int main() {
    Observer silent;
    const model::Verdict at_least = verify::verify(distance_above(1, model::Relation::less_equal), {}, silent);
    const model::Verdict above = verify::verify(distance_above(1, model::Relation::less), {}, silent);
    std::cout << model::to_string(at_least.status) << " " << model::to_string(above.status) << "\n";
    if (at_least.witness)
        std::cout << "x = (" << at_least.witness->values[0] << ", " << at_least.witness->values[1] << ")\n";
    return at_least.status == model::Status::sat && above.status == model::Status::unsat ? 0 : 1;
}
