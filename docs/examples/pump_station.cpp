// SPDX-License-Identifier: Apache-2.0
// Which pumps run, and how fast? Whole numbers, reals and a network's copies in one model: what a pump delivers at a
// speed is learned, whether it runs is a decision, its speed is any real number.
#include <iostream>
#include <vector>

#include <sinew/model.hpp>

using namespace sinew;

int main() {
    // What three pumps deliver at a speed from 0 to 1: a small ReLU network each, as measurements gave it.
    const auto pump = [](const Rational& first, const Rational& second) {
        Network network(1);
        network.add_dense({{first}, {Rational(3, 2)}}, {-1, Rational(-3, 4)}, relu);
        return network.add_dense({{1, -second}}, {0});
    };
    const std::vector<Network> pumps = {pump(4, 1), pump(5, 2), pump(3, Rational(1, 2))};
    const std::vector<Rational> idle = {Rational(1, 2), 1, Rational(3, 10)};  // power of a pump that merely runs

    Model model;
    std::vector<Expression> runs, speed, flow;
    Expression power;
    for (std::size_t p = 0; p < pumps.size(); ++p) {
        runs.push_back(model.add_variable("runs", 0, 1));
        speed.push_back(model.add_real("speed", 0, 1));
        flow.push_back(model.add_network(pumps[p], {speed[p]}).output());
        model.add(speed[p] <= runs[p]);
        power += idle[p] * runs[p] + 2 * speed[p] + model.apply(relu, 6 * speed[p] - 3);  // dear above half speed
    }
    const Expression delivered = sum(flow);
    model.add(delivered >= Rational(9, 2));
    model.minimize(power);
    const Solution best = model.solve();
    std::cout << to_string(best.status()) << ": power " << best.objective() << " for " << best.value(delivered) << "\n";
    for (std::size_t p = 0; p < pumps.size(); ++p)
        if (best.value(runs[p]) == 1)
            std::cout << "    pump " << p << " at speed " << best.value(speed[p]) << " gives " << best.value(flow[p])
                      << "\n";

    // And with two pumps at most?
    model.add(sum(runs) <= 2);
    const Solution two = model.solve();
    std::cout << to_string(two.status()) << " with two pumps: power " << two.objective() << "\n";
    // More than all of them can deliver, at whatever speed: a proof.
    model.add(delivered >= 7);
    std::cout << to_string(model.solve().status()) << ": 7 with two pumps\n";
    return best.status() == Status::optimal ? 0 : 1;
}
