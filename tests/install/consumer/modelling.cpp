// SPDX-License-Identifier: Apache-2.0
// The greatest output of a neuron under a linear constraint, through the modelling interface.
#include <iostream>

#include <sinew/model.hpp>

int main() {
    using namespace sinew;
    Model model;
    const Expression x = model.add_variable("x", -1000, 1000);
    const Expression y = model.add_variable("y", -1000, 1000);
    const Expression out =
        model.add_neuron(tansig, decimal("0.8") * x - decimal("0.3") * y + decimal("0.1"), Precision{1000});
    model.add(2 * x + y <= 500);
    model.add(x <= 100 || y >= 0);
    model.maximize(out);
    const Solution best = model.solve();
    std::cout << to_string(best.status()) << ": " << best.objective() << " at (" << best.value(x) << ", "
              << best.value(y) << ")\n";
    return best.status() == Status::optimal ? 0 : 1;
}
