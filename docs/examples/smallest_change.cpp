// SPDX-License-Identifier: Apache-2.0
// The smallest change of an input that changes a network's decision: what should an applicant do to get the loan?
#include <iostream>

#include <sinew/model.hpp>

using namespace sinew;

int main(int argc, char** argv) {
    const Network scores = load_network(argc > 1 ? argv[1] : "inputs/dnn/loan.dnn");
    const int income = 34, debt = 46, age = 29, years = 3;

    Model model;
    const Expression new_income = model.add_variable("income", 0, 100);  // thousands
    const Expression new_debt = model.add_variable("debt", 0, 100);
    const Expression new_years = model.add_variable("years", 0, 40);
    // The network wants numbers from 0 to 1: inputs may be any expressions, exactly.
    const AddedNetwork network =
        model.add_network(scores, {new_income / 100, new_debt / 100, Rational(age, 100), new_years / 40});
    const Expression score = network.output();

    const Expression effort = 4 * model.magnitude(new_income - income) + model.magnitude(new_debt - debt) +
                              9 * model.magnitude(new_years - years);
    model.add(score >= 0);
    // What can be done within a year or two.
    model.add(new_income <= income + 8 && new_debt >= debt - 12);
    model.add(new_years >= years && new_years <= years + 2);
    model.minimize(effort);
    const Solution best = model.solve();
    std::cout << to_string(best.status()) << ": income " << best.value(new_income) << ", debt " << best.value(new_debt)
              << ", years " << best.value(new_years) << "; effort " << best.objective() << ", score "
              << best.value(score) << "\n";

    // And with one thing alone?
    const Expression changes =
        model.indicator(new_income != income) + model.indicator(new_debt != debt) + model.indicator(new_years != years);
    model.add_linear(changes <= 1);
    const Solution single = model.solve();
    std::cout << to_string(single.status()) << " with one change";
    if (single.has_values()) std::cout << ": effort " << single.objective();
    std::cout << "\n";
    return best.status() == Status::optimal ? 0 : 1;
}
