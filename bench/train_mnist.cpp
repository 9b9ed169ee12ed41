// SPDX-License-Identifier: Apache-2.0
// `train_mnist FOLDER SECONDS ROWS DRAWS`: training on few images of MNIST, ROWS some of outputs, hidden, accuracy and
// settings with commas between; beside published figures.
#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <ctime>
#include <exception>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include <fmt/format.h>

#include "mnist_draws.hpp"
#include "train/demands.hpp"
#include "train/exact.hpp"
#include "train/gradient.hpp"

namespace {
using namespace sinew;
using train::Objective;

double cpu_seconds() {
    return static_cast<double>(std::clock()) / CLOCKS_PER_SEC;
}

/// The machine may be shared: limits are of CPU time.
class CpuLimit {
  public:
    explicit CpuLimit(double seconds)
        : clock_([this, seconds, begin = cpu_seconds()](const std::stop_token& stop) {
              while (!stop.stop_requested() && cpu_seconds() - begin < seconds)
                  std::this_thread::sleep_for(std::chrono::milliseconds(10));
              over_ = true;
          }) {}
    Limits limits() { return Limits({}, {}, &over_); }

  private:
    std::atomic<bool> over_ = false;
    std::jthread clock_;
};

/// When the first network came, the best one, and the one with the most validation examples right.
class Watch : public train::ExactListener {
  public:
    explicit Watch(const train::Examples* validation) : validation_(validation), begin_(cpu_seconds()) {}
    void improved(const train::Weights& weights, const std::vector<std::int64_t>&) override {
        if (!first) first = cpu_seconds() - begin_;
        if (!validation_) return;
        const std::size_t right = train::count_right(weights, *validation_);
        if (!best_on_validation.layers.empty() && right < most_) return;
        most_ = right;
        best_on_validation = weights;
    }
    std::optional<double> first;
    train::Weights best_on_validation;

  private:
    const train::Examples* validation_;
    double begin_;
    std::size_t most_ = 0;
};

train::Problem problem_of(const train::Examples& examples, std::vector<std::size_t> layers, Objective objective) {
    train::Problem problem;
    problem.examples = examples;
    problem.architecture.layers = std::move(layers);
    problem.objectives = {objective};
    problem.least_right = examples.rows();
    return problem;
}

double percent_right(const train::Weights& weights, const train::Examples& examples) {
    if (weights.layers.empty()) return 0;
    return 100.0 * static_cast<double>(train::count_right(weights, examples)) / static_cast<double>(examples.rows());
}

double mean(const std::vector<double>& values) {
    double sum = 0;
    for (const double value : values) sum += value;
    return values.empty() ? 0 : sum / static_cast<double>(values.size());
}

/// As sinew train does it, but for the shares of time: the gradient method, then the exact one from its network.
struct Answer {
    train::ExactResult result;
    train::Weights start;
    double seconds = 0;
};
Answer solve(const train::Problem& problem, train::GradientOptions gradient, double seconds, std::uint64_t seed,
             Watch& watch, const train::Examples* validation) {
    const double begin = cpu_seconds();
    Answer answer;
    train::ExactOptions options;
    options.settings = seed;
    gradient.seed = seed;
    gradient.least_right = problem.least_right;
    gradient.until_right = problem.objectives.front() != Objective::max_margin;
    {
        CpuLimit limit(std::min(10.0, seconds / 2));
        answer.start = train::train_by_gradient(problem, validation, gradient, limit.limits());
    }
    options.warm_start = answer.start;
    CpuLimit limit(seconds - (cpu_seconds() - begin));
    answer.result = train::train_exactly(problem, options, limit.limits(), &watch);
    answer.seconds = cpu_seconds() - begin;
    return answer;
}

/// 784-10, an active output for its own class alone, least weight.
void outputs(const bench::Images& training, const bench::Images& test, double seconds, std::uint64_t draws) {
    fmt::print(
        "\n784-10, 10 a class, least weight, an output active for its own class alone. One thread, {} CPU seconds;\n"
        "others: 86 as one problem (HiGHS); 55, bound 41, output by output\n",
        seconds);
    fmt::print("| draw | weight | bound | proven | CPU seconds |\n|---|---|---|---|---|\n");
    for (std::uint64_t seed = 1; seed <= draws; ++seed) {
        const bench::Draw draw = bench::draw_of(training, test, 10, 0, seed);
        train::Problem problem = problem_of(draw.training, {10}, Objective::min_weight);
        problem.architecture.output = train::Output::signs;
        const double begin = cpu_seconds();
        CpuLimit limit(seconds);
        train::ExactOptions options;
        options.settings = seed;
        const train::ExactResult result = train::train_exactly(problem, options, limit.limits());
        fmt::print("| {} | {} | {} | {} | {:.1f} |\n", seed, result.objective, result.bound,
                   result.outcome == Outcome::optimum ? "yes" : "no", cpu_seconds() - begin);
        std::fflush(stdout);
    }
}

void hidden(const bench::Images& training, const bench::Images& test, double seconds, std::uint64_t draws) {
    fmt::print(
        "\nAll examples right. One thread, {} CPU seconds a draw, {} draws; others, 784-16-10, min-weight: 32, bound "
        "12,\n"
        "with 1 a class; with 10 a class nobody finds a network\n",
        seconds, draws);
    fmt::print(
        "| network | objective | a class | first network, s, at most | objective by draw | bounds | test accuracy |\n"
        "|---|---|---|---|---|---|---|\n");
    for (const std::vector<std::size_t>& layers : {std::vector<std::size_t>{16, 10}, {16, 16, 10}}) {
        for (const Objective objective : {Objective::min_weight, Objective::max_margin}) {
            for (const std::size_t per_class : {1U, 2U, 6U, 10U}) {
                std::vector<double> accuracies;
                std::vector<std::string> values;
                std::vector<std::string> bounds;
                double latest = 0;
                bool all = true;
                for (std::uint64_t seed = 1; seed <= draws; ++seed) {
                    const bench::Draw draw = bench::draw_of(training, test, per_class, 0, seed);
                    const train::Problem problem = problem_of(draw.training, layers, objective);
                    Watch watch(nullptr);
                    const double begin = cpu_seconds();
                    const Answer answer = solve(problem, {}, seconds, seed, watch, nullptr);
                    all = all && watch.first;
                    latest = std::max(latest, watch.first.value_or(cpu_seconds() - begin));
                    values.push_back(watch.first ? std::to_string(answer.result.objective) : "-");
                    bounds.push_back(std::to_string(answer.result.bound));
                    accuracies.push_back(percent_right(answer.result.weights, draw.test));
                }
                fmt::print("| 784-{} | {} | {} | {} | {} | {} | {:.1f} % |\n", fmt::join(layers, "-"),
                           objective == Objective::min_weight ? "min-weight" : "max-margin", per_class,
                           all ? fmt::format("{:.1f}", latest) : "none", fmt::join(values, " "), fmt::join(bounds, " "),
                           mean(accuracies));
                std::fflush(stdout);
            }
        }
    }
}

/// The gradient method's settings for few images, chosen by what `settings` below prints.
train::GradientOptions few_images(const bench::Draw& draw, bool shifted) {
    train::GradientOptions options;
    if (!shifted) return options;
    options.arrangements = draw.shifted();
    options.rate = 0.05;
    return options;
}

constexpr std::size_t validation_images = 1000;

/// Test accuracies, a column each.
std::vector<double> accuracies_of(const bench::Draw& draw, double seconds, std::uint64_t seed) {
    std::vector<double> all;
    const train::Problem problem = problem_of(draw.training, {16, 10}, Objective::max_margin);
    const auto add = [&](const train::Weights& weights) { all.push_back(percent_right(weights, draw.test)); };
    for (const bool shifted : {false, true}) {
        train::GradientOptions options = few_images(draw, shifted);
        options.seed = seed;
        CpuLimit limit(seconds);
        add(train::train_by_gradient(problem, nullptr, options, limit.limits()));
    }
    Watch plain(nullptr);
    add(solve(problem, few_images(draw, false), seconds, seed, plain, nullptr).result.weights);
    Watch watch(&draw.validation);
    solve(problem, few_images(draw, true), seconds, seed, watch, &draw.validation);
    add(watch.best_on_validation);
    train::Problem flat = problem_of(draw.training, {10}, Objective::max_margin);
    flat.architecture.output = train::Output::signs;
    Watch none(nullptr);
    add(solve(flat, few_images(draw, false), seconds, seed, none, nullptr).result.weights);
    return all;
}

void accuracy(const bench::Images& training, const bench::Images& test, double seconds, std::uint64_t draws) {
    fmt::print(
        "\nTest accuracy by examples a class, mean of {} draws (in brackets each); {} CPU seconds a network.\n"
        "gradient: 784-16-10, no constraints; moved: it also sees images moved by a pixel. exact: 784-16-10, "
        "max-margin,\n"
        "all examples right, begun from gradient. validated: begun from moved, of all networks of the run the best on "
        "{}\n"
        "other training images. flat: 784-10, max-margin, an output active for its own class alone, all examples "
        "right.\n"
        "Published: Icarte 26.6 (2), 41.5 (6), 52.7 (10); BeMi 68.4 (10); gradient descent 7 to 14\n",
        draws, seconds, validation_images);
    fmt::print(
        "| a class | gradient | gradient, moved | exact | exact, validated | flat, exact "
        "|\n|---|---|---|---|---|---|\n");
    for (const std::size_t per_class : {10U, 6U, 2U, 1U}) {
        std::vector<std::vector<double>> columns(5);
        for (std::uint64_t seed = 1; seed <= draws; ++seed) {
            const bench::Draw draw = bench::draw_of(training, test, per_class, validation_images, seed);
            const std::vector<double> one = accuracies_of(draw, seconds, seed);
            for (std::size_t c = 0; c < one.size(); ++c) columns[c].push_back(one[c]);
        }
        std::string cells;
        for (const std::vector<double>& column : columns)
            cells += fmt::format(" {:.1f} ({:.1f}) |", mean(column), fmt::join(column, " "));
        fmt::print("| {} |{}\n", per_class, cells);
        std::fflush(stdout);
    }
}

/// Accuracy on held-out training images of other draws than accuracy()'s: settings are chosen by it, never by test
/// images.
void settings(const bench::Images& training, double seconds, std::uint64_t draws) {
    constexpr std::size_t held_out = 3000;
    fmt::print(
        "\nGradient method on 784-16-10, 10 a class: accuracy on {} held-out training images, mean of draws 101 to "
        "{}\n",
        held_out, 100 + draws);
    fmt::print(
        "| loss | rate | batch | threshold | epochs | moved images | accuracy |\n|---|---|---|---|---|---|---|\n");
    const bench::Images none;
    struct Setting {
        train::Loss loss;
        double rate;
        std::size_t batch;
        double threshold;
        std::size_t epochs;
        bool shifted;
    };
    const auto entropy = train::Loss::cross_entropy;
    std::vector<Setting> all;
    for (const bool shifted : {false, true})
        for (const Setting& setting : std::vector<Setting>{{entropy, 0.02, 32, 0.7, 500, shifted},
                                                           {train::Loss::hinge, 0.02, 32, 0.7, 500, shifted},
                                                           {entropy, 0.005, 32, 0.7, 500, shifted},
                                                           {entropy, 0.05, 32, 0.7, 500, shifted},
                                                           {entropy, 0.02, 8, 0.7, 500, shifted},
                                                           {entropy, 0.02, 32, 0.3, 500, shifted},
                                                           {entropy, 0.02, 32, 1.2, 500, shifted},
                                                           {entropy, 0.02, 32, 0.7, 2000, shifted}})
            all.push_back(setting);
    for (const Setting& setting : all) {
        std::vector<double> accuracies;
        for (std::uint64_t seed = 101; seed <= 100 + draws; ++seed) {
            const bench::Draw draw = bench::draw_of(training, none, 10, held_out, seed);
            train::GradientOptions options = few_images(draw, setting.shifted);
            options.seed = seed;
            options.loss = setting.loss;
            options.rate = setting.rate;
            options.batch = setting.batch;
            options.threshold = setting.threshold;
            options.epochs = options.patience = setting.epochs;
            options.restarts = 1;
            const train::Problem problem = problem_of(draw.training, {16, 10}, Objective::max_margin);
            CpuLimit limit(seconds);
            const train::Weights weights = train::train_by_gradient(problem, nullptr, options, limit.limits());
            accuracies.push_back(percent_right(weights, draw.validation));
        }
        fmt::print("| {} | {} | {} | {} | {} | {} | {:.2f} |\n", setting.loss == entropy ? "cross-entropy" : "hinge",
                   setting.rate, setting.batch, setting.threshold, setting.epochs, setting.shifted ? "yes" : "no",
                   mean(accuracies));
        std::fflush(stdout);
    }
}
}  // namespace

int main(int argc, char** argv) {
    try {
        if (argc != 5) {
            fmt::print(stderr, "usage: train_mnist FOLDER SECONDS ROWS DRAWS\n");
            return 2;
        }
        const double seconds = std::stod(argv[2]);
        const std::string rows = argv[3];
        const std::uint64_t draws = std::stoul(argv[4]);
        const bench::Images training = bench::read_images(argv[1], "train");
        const bench::Images test = bench::read_images(argv[1], "t10k");
        const auto wanted = [&](const char* row) { return rows.find(row) != std::string::npos; };
        if (wanted("outputs")) outputs(training, test, seconds, draws);
        if (wanted("hidden")) hidden(training, test, seconds, draws);
        if (wanted("accuracy")) accuracy(training, test, seconds, draws);
        if (wanted("settings")) settings(training, seconds, draws);
        return 0;
    } catch (const std::exception& error) {
        fmt::print(stderr, "{}\n", error.what());
        return 2;
    }
}
