// SPDX-License-Identifier: Apache-2.0
// A trained controller, asked backwards: from which states does it give a wanted torque, and from which never?
#include <iostream>

#include <sinew/model.hpp>

using namespace sinew;

int main(int argc, char** argv) {
    const Network controller = load_network(argc > 1 ? argv[1] : "inputs/dnn/pendulum_controller.dnn");
    Model model;
    const Expression angle = model.add_variable("angle", -1000, 1000);  // thousandths
    const Expression speed = model.add_variable("speed", -1000, 1000);
    const Expression torque = model.add_network(controller, {angle, speed}, controller.precision()).output();

    // The state nearest to rest that makes the controller give 600.
    const Condition wanted = torque == 600;
    const Expression distance = model.magnitude(angle) + model.magnitude(speed);
    model.add(wanted);
    model.minimize(distance);
    const Solution nearest = model.solve();
    std::cout << to_string(nearest.status()) << ": torque 600 at distance " << nearest.objective() << " from rest\n"
              << "    angle " << nearest.value(angle) << ", speed " << nearest.value(speed) << "\n";

    // Constraints stay, and a solve may follow another: not with the pendulum nearly upright.
    model.add(-100 <= angle && angle <= 100);
    const Solution upright = model.solve();
    std::cout << to_string(upright.status()) << ": with the angle within 100, at distance " << upright.objective()
              << "\n"
              << "    angle " << upright.value(angle) << ", speed " << upright.value(speed) << "\n";

    // From which states never?
    model.add(speed <= 450);
    std::cout << to_string(model.solve().status()) << ": with the speed at most 450, too\n";
    return 0;
}
