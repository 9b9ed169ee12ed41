// SPDX-License-Identifier: Apache-2.0
// Random tanh and sigmoid networks with random properties: verdicts, nodes, time a node. Arguments: the limit of each
// question in seconds (20), the seed (1), a part of a family's name. A property asks whether an output's lead over
// another reaches a threshold: the largest lead that sampling and gradients find, less or more a share of its range.
// Times are processor time.
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
#include "search/attack.hpp"
#include "verify/verify.hpp"

namespace {
using sinew::LinearForm;
using sinew::Random;
using sinew::Rational;
using sinew::Variable;
using sinew::model::ActivationKind;
using sinew::model::LayerId;
using sinew::model::Query;
using sinew::model::Status;

double processor_seconds() {
    return static_cast<double>(std::clock()) / CLOCKS_PER_SEC;
}
double figure(const sinew::Statistics& statistics, std::string_view name) {
    for (const auto& [known, value] : statistics.figures())
        if (known == name) return value;
    return 0;
}
double normal(Random& random) {
    return std::sqrt(-2 * std::log(1 - random.uniform())) * std::cos(6.283185307179586 * random.uniform());
}

struct Family {
    std::string name;
    std::vector<std::size_t> widths;  ///< inputs, hidden layers, outputs
    std::vector<ActivationKind> kinds;
    double gain = 1;   ///< of weights, whose variance is gain²/fan-in
    double reach = 1;  ///< inputs lie in [-reach, reach]
};

sinew::model::AffineLayer random_affine(Random& random, LayerId source, std::size_t rows, std::size_t columns,
                                        double gain) {
    sinew::model::AffineLayer layer;
    sinew::model::DenseMap map{rows, columns, sinew::model::NumberArray(rows * columns)};
    for (std::size_t i = 0; i < rows * columns; ++i)  // float32, as networks are
        map.weights.set_double(i, static_cast<float>(gain * normal(random) / std::sqrt(static_cast<double>(columns))));
    layer.terms.push_back({source, std::move(map)});
    layer.bias = sinew::model::NumberArray(rows);
    for (std::size_t i = 0; i < rows; ++i) layer.bias.set_double(i, static_cast<float>(0.3 * normal(random)));
    return layer;
}

Query random_network(const Family& family, Random& random) {
    Query query;
    LayerId last = query.network.add_input("x", {family.widths.front()});
    for (std::size_t i = 0; i < family.widths.front(); ++i) {
        sinew::model::Domain domain;
        const double middle = family.reach < 1 ? random.uniform(-1, 1) : 0;
        domain.lower = Rational(middle - family.reach);
        domain.upper = Rational(middle + family.reach);
        query.domains.emplace_back(Variable(i), domain);
    }
    for (std::size_t l = 1; l < family.widths.size(); ++l) {
        const std::size_t rows = family.widths[l];
        const double gain = l + 1 == family.widths.size() ? 1 : family.gain;
        last = query.network.add_affine("a", {rows}, random_affine(random, last, rows, family.widths[l - 1], gain));
        if (l + 1 < family.widths.size())
            last = query.network.add_activation("n", last, {family.kinds[(l - 1) % family.kinds.size()], 0, {}, {}});
    }
    query.outputs = {query.network.variable(last, 0), query.network.variable(last, 1)};
    return query;
}

/// y0 - y1, and the largest and least value that was found for it.
struct Lead {
    LinearForm form;
    double largest = -1e300;
    double least = 1e300;
};
Lead find_lead(Query& query, Random& random) {
    Lead lead;
    lead.form = LinearForm({{query.outputs[0], 1}, {query.outputs[1], -1}}, 0);
    std::vector<double> lower;
    std::vector<double> upper;
    for (const auto& [variable, domain] : query.domains) {
        lower.push_back(domain.lower->get_d());
        upper.push_back(domain.upper->get_d());
    }
    const auto value = [&](const std::vector<double>& x) {
        const std::vector<double> values = sinew::model::evaluate_double(query.network, x);
        return values[query.outputs[0].index()] - values[query.outputs[1].index()];
    };
    for (int i = 0; i < 300; ++i) {
        std::vector<double> x;
        for (std::size_t k = 0; k < lower.size(); ++k) x.push_back(random.uniform(lower[k], upper[k]));
        lead.largest = std::max(lead.largest, value(x));
        lead.least = std::min(lead.least, value(x));
    }
    LinearForm beyond = lead.form;  // lead >= 1e6: never, so the attack climbs on
    beyond.scale(-1);
    beyond.add_constant(1000000);
    query.output_condition = query.formulas.atom(beyond, sinew::model::Relation::less_equal);
    sinew::search::Attack attack(query, 1);
    sinew::search::AttackOptions options;
    options.groups = 4;
    options.steps = 60;
    for (const sinew::search::Candidate& candidate : attack.run(lower, upper, options))
        lead.largest = std::max(lead.largest, value(candidate.inputs));
    return lead;
}

struct Tally {
    int count[4] = {};
    double seconds = 0;
    double nodes = 0;
    double longest = 0;
};

void ask(Query& query, const Lead& lead, double share, double limit, Tally& tally, const std::string& name) {
    LinearForm form = lead.form;
    form.scale(-1);
    form.add_constant(Rational(lead.largest + share * (lead.largest - lead.least)));
    query.output_condition = query.formulas.atom(form, sinew::model::Relation::less_equal);
    sinew::verify::Options options;
    options.limits = sinew::Limits(limit, std::nullopt, nullptr);
    sinew::Observer observer;
    const double begin = processor_seconds();
    const sinew::model::Verdict verdict = sinew::verify::verify(query, options, observer);
    const double seconds = processor_seconds() - begin;
    const double nodes = figure(verdict.statistics, "nodes");
    fmt::print("{:<26} {:+.3f} {:<8} {:>8.3f} s {:>8.0f} nodes {:>7.1f} us/node  {}\n", name, share,
               to_string(verdict.status), seconds, nodes, nodes > 0 ? 1e6 * seconds / nodes : 0, verdict.reason);
    ++tally.count[static_cast<int>(verdict.status)];
    tally.seconds += seconds;
    tally.nodes += nodes;
    tally.longest = std::max(tally.longest, seconds);
}

int run(int argc, char** argv) {
    const double limit = argc > 1 ? std::atof(argv[1]) : 20;
    const std::uint64_t seed = argc > 2 ? std::strtoull(argv[2], nullptr, 10) : 1;
    const std::string only = argc > 3 ? argv[3] : "";
    const ActivationKind tanh = ActivationKind::tanh;
    const ActivationKind sigmoid = ActivationKind::sigmoid;
    const std::vector<Family> families = {
        {"tanh 2-20-2", {2, 20, 2}, {tanh}, 1, 1},
        {"tanh 5-50-50-2", {5, 50, 50, 2}, {tanh}, 1, 0.2},
        {"tanh 5-50-50-2 wide box", {5, 50, 50, 2}, {tanh}, 1, 1},
        {"tanh 5-50-50-2 steep", {5, 50, 50, 2}, {tanh}, 2, 0.2},
        {"sigmoid 5-50-50-2", {5, 50, 50, 2}, {sigmoid}, 4, 1},
        {"tanh+relu 5-50-50-2", {5, 50, 50, 2}, {tanh, ActivationKind::relu}, 1, 0.5},
        {"tanh 3-100-100-100-2", {3, 100, 100, 100, 2}, {tanh}, 1, 0.2},
        {"tanh 784-50-50-10 ball", {784, 50, 50, 10}, {tanh}, 1, 0.01},
    };
    for (const Family& family : families) {
        if (!only.empty() && family.name.find(only) == std::string::npos) continue;
        Tally tally;
        for (std::uint64_t instance = 0; instance < 3; ++instance) {
            Random random(1000 * seed + instance);
            Query query = random_network(family, random);
            const Lead lead = find_lead(query, random);
            for (const double share : {-0.01, 0.01, 0.1}) ask(query, lead, share, limit, tally, family.name);
        }
        fmt::print("{:<26} sat {} unsat {} unknown {} timeout {}  {:.2f} s, longest {:.2f} s, {:.1f} us/node\n\n",
                   family.name, tally.count[0], tally.count[1], tally.count[2], tally.count[3], tally.seconds,
                   tally.longest, tally.nodes > 0 ? 1e6 * tally.seconds / tally.nodes : 0);
    }
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
