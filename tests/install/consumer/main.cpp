// SPDX-License-Identifier: Apache-2.0
// y = relu(x0 - x1) + relu(x1 - x0) is |x0 - x1|: over the unit square, can it be 1 or more? More than 1?
#include <iostream>

#include <sinew/query.hpp>

int main() {
    using namespace sinew;
    Network network(2);
    network.add_dense({{1, -1}, {-1, 1}}, {0, 0}, relu).add_dense({{1, 1}}, {0});
    Query query;
    const std::vector<Expression> x = query.add_reals("x", 2, 0, 1);
    const Expression y = query.add_network(network, x).output();
    query.add(y >= 1);
    const Solution at_least = query.solve();
    query.add(y > 1);
    const Solution above = query.solve();
    std::cout << to_string(at_least.status()) << " " << to_string(above.status()) << "\n";
    if (at_least.has_values()) std::cout << "x = (" << at_least.value(x[0]) << ", " << at_least.value(x[1]) << ")\n";
    return at_least.status() == Status::satisfied && above.status() == Status::unsatisfiable ? 0 : 1;
}
