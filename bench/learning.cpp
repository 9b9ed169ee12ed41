// SPDX-License-Identifier: Apache-2.0
// What the clauses of the search for bounded inputs are worth: every question is answered without them, with those that
// pay, and with all that can be had, in turn; nodes and processor time are printed.
// learning [-r RUNS] [NETWORK.onnx PROPERTY.vnnlib]...; without files, random small networks with a bound out of reach,
// and some whose output is exactly 0 over much of the box, which takes exact leaves to show.
#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <ctime>
#include <exception>
#include <string>
#include <vector>

#include <fmt/core.h>

#include "base/random.hpp"
#include "model/evaluate.hpp"
#include "read/vnnlib/vnnlib.hpp"
#include "search/branch_and_bound.hpp"

namespace {
using sinew::Random;
using sinew::Rational;
using sinew::model::LayerId;
using sinew::model::Query;

double processor_seconds() {
    return static_cast<double>(std::clock()) / CLOCKS_PER_SEC;
}

double figure(const sinew::Statistics& statistics, std::string_view name) {
    for (const auto& [known, value] : statistics.figures())
        if (known == name) return value;
    return 0;
}

LayerId add_dense(Query& query, Random& random, LayerId source, std::size_t columns, std::size_t rows) {
    std::vector<double> weights(rows * columns);
    std::vector<double> bias(rows);
    for (double& w : weights) w = std::round(random.uniform(-64, 64)) / 64;
    for (double& b : bias) b = std::round(random.uniform(-32, 32)) / 64;
    sinew::model::AffineLayer affine;
    affine.terms.push_back({source, sinew::model::DenseMap{rows, columns, sinew::model::NumberArray(weights)}});
    affine.bias = sinew::model::NumberArray(bias);
    return query.network.add_affine("z", {rows}, std::move(affine));
}

/// Is the output of a random network below the least value that sampling finds, by three tenths of their range?
Query random_query(std::uint64_t seed, std::size_t inputs, std::size_t layers, std::size_t width) {
    Random random(seed);
    Query query;
    LayerId last = query.network.add_input("x", {inputs});
    std::size_t size = inputs;
    for (std::size_t l = 0; l < layers; ++l) {
        last = add_dense(query, random, last, size, width);
        last = query.network.add_activation("a", last, {sinew::model::ActivationKind::relu, 0, {}, {}});
        size = width;
    }
    last = add_dense(query, random, last, size, 1);
    const sinew::Variable output = query.network.variable(last, 0);
    double least = INFINITY;
    double most = -INFINITY;
    for (int sample = 0; sample < 2000; ++sample) {
        std::vector<Rational> point;
        for (std::size_t i = 0; i < inputs; ++i) point.emplace_back(random.integer(-8, 8), 8);
        for (Rational& coordinate : point) coordinate.canonicalize();
        const double value = sinew::model::evaluate(query.network, point)[output.index()].get_d();
        least = std::min(least, value);
        most = std::max(most, value);
    }
    for (const sinew::Variable input : query.network.input_variables()) {
        sinew::model::Domain domain;
        domain.lower = -1;
        domain.upper = 1;
        query.domains.emplace_back(input, domain);
    }
    sinew::LinearForm form(output, 1);
    form.add_constant(-Rational(least - 0.3 * (most - least)));
    query.output_condition = query.formulas.atom(std::move(form), sinew::model::Relation::less_equal);
    return query;
}

/// Is relu(s) + relu(t) < relu(s + t), summed over two such pairs over a layer of `width`? Never, but they are equal
/// wherever s and t have the same sign.
Query triangle_query(std::uint64_t seed, std::size_t inputs, std::size_t width) {
    Random random(seed);
    Query query;
    const LayerId x = query.network.add_input("x", {inputs});
    const auto dense = [&](LayerId source, std::size_t rows, const std::vector<double>& weights) {
        return sinew::model::AffineTerm{
            source, sinew::model::DenseMap{rows, weights.size() / rows, sinew::model::NumberArray(weights)}};
    };
    const auto layer = [&](std::vector<sinew::model::AffineTerm> terms, std::size_t rows) {
        sinew::model::AffineLayer affine;
        affine.terms = std::move(terms);
        affine.bias = sinew::model::NumberArray(rows);
        return query.network.add_affine("z", {rows}, std::move(affine));
    };
    const auto relu = [&](LayerId source) {
        return query.network.add_activation("a", source, {sinew::model::ActivationKind::relu, 0, {}, {}});
    };
    const auto random_weights = [&](std::size_t count) {
        std::vector<double> weights(count);
        for (double& w : weights) w = std::round(random.uniform(-64, 64)) / 64;
        return weights;
    };
    const LayerId first = relu(layer({dense(x, width, random_weights(width * inputs))}, width));
    std::vector<double> rows;
    for (int pair = 0; pair < 2; ++pair) {
        const std::vector<double> both = random_weights(2 * width);
        rows.insert(rows.end(), both.begin(), both.end());
        for (std::size_t i = 0; i < width; ++i) rows.push_back(both[i] + both[width + i]);
    }
    const LayerId second = relu(layer({dense(first, 6, rows)}, 6));
    const LayerId last = layer({dense(second, 1, {1, 1, -1, 1, 1, -1})}, 1);
    for (const sinew::Variable input : query.network.input_variables()) {
        sinew::model::Domain domain;
        domain.lower = -1;
        domain.upper = 1;
        query.domains.emplace_back(input, domain);
    }
    query.output_condition =
        query.formulas.atom(sinew::LinearForm(query.network.variable(last, 0), 1), sinew::model::Relation::less);
    return query;
}

using sinew::search::Learning;
struct Mode {
    const char* name;
    Learning learning;
    double nodes = 0;
    double seconds = 0;
    double log_nodes = 0;
    double log_seconds = 0;
};

/// The least time of some runs; all runs do the same.
void measure(const Query& query, Mode& mode, int runs) {
    double least = INFINITY;
    sinew::model::Verdict verdict;
    for (int run = 0; run < runs; ++run) {
        sinew::search::BranchAndBoundOptions options;
        options.box.learning = static_cast<std::int64_t>(mode.learning);
        sinew::Observer observer;
        const double begin = processor_seconds();
        verdict =
            sinew::search::branch_and_bound(query, options, sinew::Limits(10.0, std::nullopt, nullptr), 1, observer);
        least = std::min(least, processor_seconds() - begin);
    }
    const auto count = [&](std::string_view name) { return figure(verdict.statistics, name); };
    mode.nodes += count("nodes");
    mode.seconds += least;
    mode.log_nodes += std::log(std::max(count("nodes"), 1.0));
    mode.log_seconds += std::log(std::max(least, 1e-4));
    fmt::print("  {:<7} {:<7} {:7.0f} nodes {:8.4f} s, {:.0f} leaves in {:.4f} s", mode.name, to_string(verdict.status),
               count("nodes"), least, count("exact_leaves"), count("exact_leaf_seconds"));
    const double learned = std::max(count("clauses_learned"), 1.0);
    if (mode.learning != Learning::off)
        fmt::print(
            ", learned {:.0f} of {:.1f} literals ({:.1f} before), trials {:.0f}, pruned {:.0f}, facts {:.0f}, "
            "backjumps {:.0f}, unused {:.0f}",
            count("clauses_learned"), count("clause_literals") / learned, count("clause_literals_before") / learned,
            count("clause_trials"), count("nodes_pruned_by_clauses"), count("facts_from_clauses"), count("backjumps"),
            count("children_refuted_without_their_decision"), count("exact_leaves"));
    fmt::print("\n");
}

int run(int argc, char** argv) {
    int runs = 1;
    int first = 1;
    if (argc > 2 && std::string_view(argv[1]) == "-r") {
        runs = std::max(1, std::atoi(argv[2]));
        first = 3;
    }
    Mode modes[] = {{"off", Learning::off}, {"pays", Learning::where_it_pays}, {"always", Learning::always}};
    double count = 0;
    const auto compare = [&](const std::string& name, const Query& query) {
        fmt::print("{}\n", name);
        for (Mode& mode : modes) measure(query, mode, runs);
        ++count;
    };
    for (int i = first; i + 1 < argc; i += 2)
        compare(fmt::format("{} {}", argv[i], argv[i + 1]), sinew::read::read_verification_query(argv[i], argv[i + 1]));
    if (first >= argc) {
        for (std::uint64_t seed = 1; seed <= 6; ++seed)
            compare(fmt::format("triangle {}", seed), triangle_query(seed, 3, 2 + seed));
        for (std::uint64_t seed = 1; seed <= 24; ++seed)
            compare(fmt::format("random {}", seed),
                    random_query(seed, 4 + seed % 2, 2 + seed % 2, 12 + 4 * (seed % 3)));
    }
    if (count == 0) return 1;
    for (const Mode& mode : modes)
        fmt::print("in all {:<7} {:8.0f} nodes {:8.3f} s; to off as (geometric mean) {:.3f} nodes, {:.3f} s\n",
                   mode.name, mode.nodes, mode.seconds, std::exp((mode.log_nodes - modes[0].log_nodes) / count),
                   std::exp((mode.log_seconds - modes[0].log_seconds) / count));
    return 0;
}
}  // namespace

int main(int argc, char** argv) {
    try {
        return run(argc, argv);
    } catch (const std::exception& error) {
        fmt::print(stderr, "{}\n", error.what());
        return 2;
    }
}
