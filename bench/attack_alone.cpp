// SPDX-License-Identifier: Apache-2.0
// The attack alone: attack_alone LIST SEEDS TICKS: for each question of the list (network and conditions a line) and
// each seed the work until a witness is found, in millions of ticks (base/effort.hpp), or "-" within so many.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "read/vnnlib/vnnlib.hpp"
#include "search/attack.hpp"
#include "search/disjuncts.hpp"
#include "search/witness.hpp"

int main(int argc, char** argv) {
    using namespace sinew;
    using namespace sinew::search;
    if (argc < 4) return 1;
    std::ifstream list(argv[1]);
    const int seeds = std::atoi(argv[2]);
    const Effort most = static_cast<Effort>(std::atof(argv[3]) * 1e6);
    std::string line;
    int solved = 0;
    while (std::getline(list, line)) {
        std::istringstream words(line);
        std::string network, conditions;
        if (!(words >> network >> conditions)) continue;
        try {
            const model::Query query = read::read_verification_query(network, conditions);
            const InputBox box = input_box(query);
            std::string row;
            double sum = 0;
            int found = 0;
            for (int seed = 0; seed < seeds; ++seed) {
                Attack attack(query, static_cast<std::uint64_t>(seed));
                const Effort begin = effort_spent();
                const Limits limits = Limits().within_effort(most);
                bool done = false;
                double margin = -1e300;
                while (!done && !limits.exceeded()) {
                    AttackOptions options;
                    options.groups = 1;
                    options.limits = limits;
                    const auto points = attack.run(box.lower, box.upper, options);
                    if (!points.empty()) margin = std::max(margin, points.front().margin);
                    if (!points.empty() && points.front().margin >= 0)
                        done = confirm(query, points.front().inputs, attack.booleans()).has_value();
                }
                const double work = 1e-6 * static_cast<double>(effort_spent() - begin);
                char text[64];
                if (done)
                    std::snprintf(text, sizeof text, " %7.2f", work);
                else
                    std::snprintf(text, sizeof text, " %9.6g", margin);
                found += done ? 1 : 0;
                sum += done ? work : 2 * 1e-6 * static_cast<double>(most);
                row += text;
            }
            solved += found;
            std::printf("%-24.24s %-36s %2d %8.2f |%s\n", network.substr(network.rfind('/') + 1).c_str(),
                        conditions.substr(conditions.size() - std::min<std::size_t>(36, conditions.size())).c_str(),
                        found, sum / seeds, row.c_str());
            std::fflush(stdout);
        } catch (const std::exception& error) {
            std::printf("%s: %s\n", line.c_str(), error.what());
        }
    }
    std::printf("solved %d; %.2f s\n", solved, static_cast<double>(std::clock()) / CLOCKS_PER_SEC);
}
