// SPDX-License-Identifier: Apache-2.0
#include "bnn/question.hpp"

#include <algorithm>
#include <set>

#include <fmt/core.h>

#include "base/error.hpp"
#include "base/utf8.hpp"
#include "cardinality/unreified.hpp"

namespace sinew::bnn {

namespace {
using binarized::Encoding;
using cardinality::BoolVar;
using cardinality::Literal;
using cardinality::Term;

std::string_view name_of(threshold::Norm norm) {
    switch (norm) {
        case threshold::Norm::zero:
            return "norm 0";
        case threshold::Norm::one:
            return "norm 1";
        case threshold::Norm::two:
            return "norm 2";
        case threshold::Norm::infinity:
            return "norm inf";
    }
    return "?";
}

Literal order_literal(const Encoding& encoding, std::size_t digit, std::size_t k) {
    return Literal(BoolVar(encoding.order_begin[digit] + k - 1));
}

/// Minimise Σ cost.
void minimise_sum(cardinality::Problem& problem, const Encoding& encoding, const threshold::ReducedNetwork& network) {
    std::vector<Term> terms;
    for (std::size_t f = 0; f < network.digits.size(); ++f) {
        const threshold::FreeDigit& digit = network.digits[f];
        for (std::uint32_t k = 1; k < digit.cost.size(); ++k) {
            const std::int64_t step = digit.cost[k] - digit.cost[k - 1];
            const Literal reached = order_literal(encoding, f, k);
            const bool away = digit.low + k > digit.centre;
            if (step != 0) terms.push_back({away ? step : -step, away ? reached : ~reached});
        }
    }
    problem.set_objective(terms);
}

/// Minimise the greatest cost: variable j says that it is at least the j-th of the costs that occur. Returns these.
std::vector<std::int64_t> minimise_maximum(cardinality::Problem& problem, const Encoding& encoding,
                                           const threshold::ReducedNetwork& network) {
    std::set<std::int64_t> occurring;
    for (const threshold::FreeDigit& digit : network.digits) occurring.insert(digit.cost.begin(), digit.cost.end());
    occurring.erase(0);
    const std::vector<std::int64_t> costs(occurring.begin(), occurring.end());
    const std::size_t first = problem.new_variables(costs.size()).index();
    const auto at_least = [&](std::int64_t cost) {
        const auto at = std::lower_bound(costs.begin(), costs.end(), cost) - costs.begin();
        return Literal(BoolVar(first + static_cast<std::size_t>(at)));
    };
    std::vector<Term> terms;
    for (std::size_t j = 0; j < costs.size(); ++j) {
        terms.push_back({costs[j] - (j == 0 ? 0 : costs[j - 1]), Literal(BoolVar(first + j))});
        if (j > 0) problem.add_clause({~Literal(BoolVar(first + j)), Literal(BoolVar(first + j - 1))});
    }
    for (std::size_t f = 0; f < network.digits.size(); ++f) {
        const threshold::FreeDigit& digit = network.digits[f];
        for (std::uint32_t k = 1; k < digit.cost.size(); ++k) {
            const Literal reached = order_literal(encoding, f, k);
            if (digit.cost[k] > digit.cost[k - 1]) problem.add_clause({~reached, at_least(digit.cost[k])});
            if (digit.cost[k] < digit.cost[k - 1]) problem.add_clause({reached, at_least(digit.cost[k - 1])});
        }
    }
    problem.set_objective(terms);
    return costs;
}
}  // namespace

Question::Question(Asked asked)
    : asked_(std::move(asked)), ball_(threshold::ball_around(asked_.folded, asked_.input, asked_.perturbation)) {
    require(asked_.label < asked_.folded.class_count(), "the label is a class");
    std::vector<std::size_t> targets;
    for (std::size_t c = 0; c < asked_.folded.class_count(); ++c)
        if (c != asked_.label && (!asked_.target || c == *asked_.target)) targets.push_back(c);
    network_ = threshold::reduce(asked_.folded, ball_, asked_.label, targets, asked_.ties);
}

std::string Question::input_name(std::size_t digit) const {
    const std::uint32_t input = asked_.folded.digits[digit].input;
    return input < asked_.input_names.size() ? fmt::format("input {} ({})", input, printable(asked_.input_names[input]))
                                             : fmt::format("input {}", input);
}

std::string step_text(const threshold::ThresholdNetwork& network, const threshold::Digit& digit, std::uint32_t k) {
    const model::InputRange& range = network.range;
    const threshold::Step step = digit.step(k, range.lower);
    if (range.whole && step.at == range.upper) return "= " + sinew::to_string(step.at);
    return (step.strict ? "> " : ">= ") + sinew::to_string(step.at);
}

std::vector<std::string> Question::description() const {
    const threshold::Perturbation& perturbation = asked_.perturbation;
    std::vector<std::string> lines;
    std::string changes = perturbation.radius ? fmt::format("{} of the change at most {}", name_of(perturbation.norm),
                                                            sinew::to_string(*perturbation.radius))
                                              : "any change";
    if (!perturbation.only.empty()) changes += fmt::format(", of {} inputs alone", perturbation.only.size());
    lines.push_back(fmt::format("Is there an input near the example that is not of class {}{}? {}", asked_.label,
                                asked_.target ? fmt::format(" but of class {}", *asked_.target) : "", changes));
    lines.push_back(asked_.ties == threshold::Ties::count ? "an equal score is a violation"
                                                          : "an equal score is no violation");
    lines.push_back(fmt::format("{} inputs may change what the network sees; {} neurons are left",
                                network_.digits.size(), network_.gates.size()));
    return lines;
}

WrittenProblem Question::problem(Aim aim) const {
    const bool wins_always = std::any_of(network_.targets.begin(), network_.targets.end(),
                                         [](const threshold::Target& target) { return target.wins.is_true(); });
    threshold::ReducedNetwork network = network_;
    std::erase_if(network.targets,
                  [&](const threshold::Target& target) { return wins_always || target.wins.is_constant(); });
    Encoding encoding = binarized::encode(network, ball_);
    cardinality::Problem problem = encoding.problem;
    if (!wins_always) problem.add_clause(encoding.target);
    WrittenProblem written;
    written.legend.head = description();
    const auto say = [&](Literal literal, std::string meaning) {
        const auto number = static_cast<std::int32_t>(literal.variable().index() + 1);
        written.legend.literals.emplace_back(literal.negated() ? -number : number, std::move(meaning));
    };
    for (std::size_t f = 0; f < network.digits.size(); ++f) {
        const threshold::FreeDigit& free = network.digits[f];
        const threshold::Digit& digit = asked_.folded.digits[free.digit];
        for (std::uint32_t k = 0; k < free.high - free.low; ++k)
            say(order_literal(encoding, f, k + 1),
                input_name(free.digit) + " " + step_text(asked_.folded, digit, free.low + k));
    }
    for (std::size_t g = 0; g < encoding.gate.size(); ++g)
        if (encoding.gate[g].valid() && encoding.gate[g].variable().index() >= encoding.order_begin.back())
            say(encoding.gate[g], fmt::format("neuron {}", g));
    for (std::size_t t = 0; t < network.targets.size(); ++t)
        say(encoding.target[t],
            fmt::format("class {} wins against class {}", network.targets[t].class_index, asked_.label));
    if (aim == Aim::nearest_violation) {
        const threshold::Norm norm = asked_.perturbation.norm;
        if (!asked_.folded.range.whole && norm != threshold::Norm::zero)
            throw UsageError("the smallest perturbation of real inputs is no whole number: only norm 0 is written");
        if (norm == threshold::Norm::infinity) {
            const std::size_t first = problem.variable_count();
            const std::vector<std::int64_t> costs = minimise_maximum(problem, encoding, network);
            for (std::size_t j = 0; j < costs.size(); ++j)
                say(Literal(BoolVar(first + j)), fmt::format("some input changes by {} or more", costs[j]));
        } else {
            minimise_sum(problem, encoding, network);
        }
        written.legend.head.push_back(norm == threshold::Norm::two ? "minimised: the square of the distance"
                                                                   : "minimised: the distance");
    }
    written.problem = cardinality::without_reification(problem);
    return written;
}

}  // namespace sinew::bnn
