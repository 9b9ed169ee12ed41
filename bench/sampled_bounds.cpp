// SPDX-License-Identifier: Apache-2.0
// Bounds of random networks of all kinds of layers against values at sampled points
// (tests/unit/bounds/sampled_bounds.hpp): intervals, tightened layers, sixteen objectives with splits of any neuron at
// any point, ascended from starts of all kinds, and the bounds of their regions; and of as many networks with products
// and curved functions (tests/unit/bounds/curved_networks.hpp). Usage: sampled_bounds NETWORKS POINTS
// SEED. Exit status 1 if one does not hold.
#include <cstdlib>
#include <string>

#include <fmt/core.h>

#include "unit/bounds/curved_networks.hpp"

int main(int argc, char** argv) {
    if (argc != 4) {
        fmt::print(stderr, "usage: sampled_bounds NETWORKS POINTS SEED\n");
        return 2;
    }
    const std::size_t networks = std::stoul(argv[1]);
    const std::size_t points = std::stoul(argv[2]);
    sinew::Random random(std::stoul(argv[3]));
    sinew::test::SampledChecks checks;
    for (std::size_t n = 0; n < networks; ++n) {
        const std::size_t before = checks.broken;
        sinew::test::check_network(random, points, checks);
        sinew::test::check_curved_network(random, points, checks);
        if (checks.broken != before) fmt::print("network {}: {} bounds do not hold\n", n, checks.broken - before);
    }
    fmt::print(
        "{} networks, {} points, {} bounds compared with values, {} of {} objectives with a finite bound: {} broken\n",
        networks, checks.points, checks.compared, checks.finite, networks * sinew::bounds::lanes, checks.broken);
    return checks.broken == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
