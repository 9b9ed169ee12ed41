// SPDX-License-Identifier: Apache-2.0
// Times the attack and the phase branching alone on one instance: wide_engine ONNX VNNLIB [CPU seconds] [attack
// groups]. The limit is processor time, so that figures from a busy machine can be compared.
#include <atomic>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <string>

#include <sys/time.h>

#include "base/error.hpp"
#include "read/vnnlib/vnnlib.hpp"
#include "search/attack.hpp"
#include "search/disjuncts.hpp"
#include "search/phase_branching.hpp"
#include "search/witness.hpp"

namespace {
std::atomic<bool> out_of_time{false};

void limit_processor_time(double seconds) {
    std::signal(SIGPROF, [](int) { out_of_time = true; });
    itimerval timer{};
    timer.it_value.tv_sec = static_cast<time_t>(seconds);
    timer.it_value.tv_usec = 1;
    setitimer(ITIMER_PROF, &timer, nullptr);
}

double cpu_seconds() {
    return static_cast<double>(std::clock()) / CLOCKS_PER_SEC;
}

class Printer : public sinew::Observer {
  public:
    void progress(const sinew::Progress& progress) override {
        if (cpu_seconds() < next_) return;
        next_ = cpu_seconds() + 5;
        std::printf("  %7.2f s: %lu nodes, %lu open, depth %lu, bound %.6f\n", cpu_seconds(), progress.nodes,
                    progress.open, progress.depth, progress.bound);
        std::fflush(stdout);
    }
    void message(std::string_view text) override {
        std::printf("  %7.2f s: %.*s\n", cpu_seconds(), static_cast<int>(text.size()), text.data());
    }

  private:
    double next_ = 2;
};

int attack_only(const sinew::model::Query& query, std::size_t groups) {
    using namespace sinew::search;
    const InputBox box = input_box(query);
    const double before = cpu_seconds();
    Attack attack(query, 1);
    AttackOptions options;
    options.groups = groups;
    const auto confirmation = find_witness(query, attack, box.lower, box.upper, options);
    const double after = cpu_seconds();
    const auto again = attack.run(box.lower, box.upper, options);
    std::printf("%s%s  %.2f ms; without confirmation %.2f ms, margin %g\n", confirmation ? "sat" : "-",
                confirmation && !confirmation->float32_agrees ? " (not in float32)" : "", 1e3 * (after - before),
                1e3 * (cpu_seconds() - after), again.empty() ? -1 : again.front().margin);
    return 0;
}
}  // namespace

int main(int argc, char** argv) {
    using namespace sinew;
    if (argc < 3) return 1;
    try {
        const model::Query query = read::read_verification_query(argv[1], argv[2]);
        if (argc > 4) return attack_only(query, static_cast<std::size_t>(std::atoi(argv[4])));
        Printer printer;
        search::PhaseOptions options;
        limit_processor_time(argc > 3 ? std::atof(argv[3]) : 60.0);
        const double before = cpu_seconds();
        const model::Verdict result =
            search::phase_branching(query, options, Limits(std::nullopt, std::nullopt, &out_of_time), printer);
        std::printf("%s %.2f s (%s)", std::string(to_string(result.status)).c_str(), cpu_seconds() - before,
                    result.reason.c_str());
        for (const auto& [name, value] : result.statistics.figures()) std::printf(" %s=%g", name.c_str(), value);
        std::puts("");
    } catch (const InputError& error) {
        std::printf("%s\n", error.what());
        return 2;
    }
    return 0;
}
