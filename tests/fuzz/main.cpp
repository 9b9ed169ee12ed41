// SPDX-License-Identifier: Apache-2.0
// sinew_fuzz: any number of random queries, everyone asked, disagreements shrunk and saved. README.md tells the
// options.
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>

#include <unistd.h>

#include "fuzz/worker.hpp"
#include "oracle/askers.hpp"

namespace {
constexpr const char* usage =
    "usage: sinew_fuzz N [--seed S] [--first I] [--threads T] [--askers verify,engines,formats,programs,reference]\n"
    "                    [--seconds PER_ANSWER] [--z3-seconds Z] [--save FOLDER]\n";

double elapsed_since(std::chrono::steady_clock::time_point begin) {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}
}  // namespace

int main(int argc, char** argv) {
    sinew::fuzz::Plan plan;
    plan.folder = "disagreements";
    std::string askers = "verify,engines,formats,programs";
    double seconds = 10;
    if (argc < 2 || std::atoll(argv[1]) <= 0 || argc % 2 != 0) {
        std::fputs(usage, stderr);
        return 1;
    }
    plan.count = std::strtoull(argv[1], nullptr, 10);
    for (int i = 2; i + 1 < argc; i += 2) {
        const std::string option = argv[i];
        const char* value = argv[i + 1];
        if (option == "--seed") {
            plan.seed = std::strtoull(value, nullptr, 10);
        } else if (option == "--first") {
            plan.first = std::strtoull(value, nullptr, 10);
        } else if (option == "--threads") {
            plan.workers = static_cast<unsigned>(std::max(1, std::atoi(value)));
        } else if (option == "--askers") {
            askers = value;
        } else if (option == "--seconds") {
            seconds = std::atof(value);
        } else if (option == "--z3-seconds") {
            plan.z3_milliseconds = static_cast<unsigned>(1000 * std::atof(value));
        } else if (option == "--save") {
            plan.folder = value;
        } else {
            std::fputs(usage, stderr);
            return 1;
        }
    }
    plan.askers = sinew::oracle::askers_named(askers, plan.seed, seconds);
    const auto begin = std::chrono::steady_clock::now();
    const bool terminal = ::isatty(STDERR_FILENO) != 0;
    std::uint64_t told = 0;
    const sinew::fuzz::Tally tally = sinew::fuzz::run(plan, [&](const sinew::fuzz::Tally& now) {
        if (!terminal && now.queries() < told + 1000) return;
        told = now.queries();
        std::fprintf(stderr, terminal ? "\r%s " : "%s\n", now.progress(plan.count, elapsed_since(begin)).c_str());
    });
    std::fprintf(stderr, "%s%s\n", terminal ? "\r" : "", tally.progress(plan.count, elapsed_since(begin)).c_str());
    std::printf("seed %llu, %.1f seconds\n%s", static_cast<unsigned long long>(plan.seed), elapsed_since(begin),
                tally.summary().c_str());
    return tally.disagreements() == 0 ? 0 : 1;
}
