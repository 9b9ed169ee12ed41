// SPDX-License-Identifier: Apache-2.0
// Jobs on the cores of a processor so that the hottest core is as cool as can be, where a trained network predicts
// temperatures: after Bartolini, Lombardi, Milano and Benini, Neuron constraints to model complex real-world problems,
// CP 2011.
#include <iostream>
#include <vector>

#include <sinew/model.hpp>

using namespace sinew;

int main(int argc, char** argv) {
    // How busy each job keeps its core, in thousandths. Cores stand in a ring: each has two neighbours.
    const std::vector<int> load = {420, 130, 350, 80, 240, 310, 60, 180};
    constexpr std::size_t cores = 4;

    const Network predictor = load_network(argc > 1 ? argv[1] : "inputs/dnn/core_temperature.dnn");
    Model model;

    // runs[c][j] is 1 where job j runs on core c. Each job has one core, each core two jobs.
    std::vector<std::vector<Expression>> runs(cores);
    for (std::size_t c = 0; c < cores; ++c)
        for (std::size_t j = 0; j < load.size(); ++j) runs[c].push_back(model.add_variable("", 0, 1));
    for (std::size_t j = 0; j < load.size(); ++j) {
        Expression places;
        for (std::size_t c = 0; c < cores; ++c) places += runs[c][j];
        model.add(places == 1);
    }
    for (std::size_t c = 0; c < cores; ++c) model.add(sum(runs[c]) == 2);
    model.add(runs[0][0] == 1);  // the cores are alike: the first job may choose where the ring begins

    std::vector<Expression> busy;
    for (std::size_t c = 0; c < cores; ++c) {
        busy.push_back(model.add_variable("busy", 0, 1000));
        model.add(busy[c] == weighted_sum({load.begin(), load.end()}, runs[c]));
    }

    // The network, once for each core, as neuron constraints over thousandths.
    const Expression hottest = model.add_variable("hottest", -1000, 1000);
    std::vector<Expression> temperature;
    for (std::size_t c = 0; c < cores; ++c) {
        const Expression around = model.add_variable("around", 0, 2000);
        model.add(around == busy[(c + 1) % cores] + busy[(c + cores - 1) % cores]);
        const AddedNetwork network = model.add_network(predictor, {busy[c], around}, predictor.precision());
        temperature.push_back(network.output());
        model.add(temperature[c] <= hottest);
    }
    model.minimize(hottest);

    const Solution best = model.solve();
    std::cout << to_string(best.status()) << ": the hottest core is at " << best.objective() << "\n";
    for (std::size_t c = 0; c < cores; ++c) {
        std::cout << "    core " << c << " at " << best.value(temperature[c]) << " runs jobs";
        for (std::size_t j = 0; j < load.size(); ++j)
            if (best.value(runs[c][j]) == 1) std::cout << " " << j;
        std::cout << "\n";
    }
    return best.status() == Status::optimal ? 0 : 1;
}
