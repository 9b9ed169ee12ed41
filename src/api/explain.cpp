// SPDX-License-Identifier: Apache-2.0
// Minimal sets of features that fix an answer, by questions to verify().
#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>
#include <new>
#include <numeric>

#include <fmt/core.h>
#include <sinew/explain.hpp>

#include "api/binarized_data.hpp"
#include "api/condition.hpp"
#include "api/network_data.hpp"
#include "api/query_state.hpp"
#include "api/settings.hpp"
#include "base/error.hpp"
#include "base/processors.hpp"
#include "certify/violation.hpp"
#include "model/evaluate.hpp"
#include "model/evaluate_enclosed.hpp"
#include "verify/verify.hpp"

namespace sinew {

namespace {
using Clock = std::chrono::steady_clock;
/// Several groups at once are a short cut: some ten seconds' work, and they are asked about in two parts.
constexpr Effort effort_for_several = 10 * effort_per_second;

double seconds_since(Clock::time_point begin) {
    return std::chrono::duration<double>(Clock::now() - begin).count();
}

/// The question about an input: another answer where only freed inputs differ.
class Questions {
  public:
    Questions(const NetworkData& data, const std::vector<Rational>& input, const ExplainOptions& options,
              std::vector<model::Domain> domains)
        : inputs_(data.inputs), domains_(std::move(domains)) {
        if (input.size() != inputs_.size())
            throw UsageError(fmt::format("a network with {} inputs is given {}", inputs_.size(), input.size()));
        for (const Rational& value : input) input_.push_back(lowest(value));
        for (std::size_t i = 0; i < input_.size(); ++i) {
            if (!model::contains(domains_[i], input_[i]))
                throw UsageError(fmt::format("input {} is {}, which its domain has not", i, input_[i].get_str()));
            if (!options.epsilon) continue;
            const Rational epsilon = lowest(*options.epsilon);
            if (epsilon < 0) throw UsageError("epsilon is not below 0");
            domains_[i].at_least(input_[i] - epsilon);
            domains_[i].at_most(input_[i] + epsilon);
            std::erase_if(domains_[i].values, [&](const Rational& value) {
                return value < input_[i] - epsilon || value > input_[i] + epsilon;
            });
        }
        query_.network = data.network;
        query_.outputs = data.outputs;
        for (std::size_t i = 0; i < data.input_names.size(); ++i) query_.names.emplace(inputs_[i], data.input_names[i]);
        for (std::size_t i = 0; i < data.output_names.size(); ++i)
            query_.names.emplace(data.outputs[i], data.output_names[i]);
        set_condition(options);
        fix_all();
    }

    std::size_t class_index() const { return class_; }
    const model::Query& query() const { return query_; }
    const std::vector<Rational>& input() const { return input_; }
    const std::vector<model::Domain>& domains() const { return domains_; }
    /// The leads that must stay above 0; of a tolerance none.
    const std::vector<certify::Rival>& rivals() const { return rivals_; }

    void free(const std::vector<std::size_t>& inputs) {
        for (const std::size_t i : inputs) query_.domains[i].second = domains_[i];
    }
    void fix(const std::vector<std::size_t>& inputs) {
        for (const std::size_t i : inputs) query_.domains[i].second = {domains_[i].kind, input_[i], input_[i], {}};
    }
    std::vector<Rational> input_of(const model::Witness& witness) const {
        std::vector<Rational> input;
        for (const Variable variable : inputs_) input.push_back(witness.values[variable.index()]);
        return input;
    }
    std::size_t class_of(const std::vector<Rational>& input) const {
        return rivals_.empty() ? 0 : certify::Scores(query_).predict(input);
    }

  private:
    void fix_all() {
        for (std::size_t i = 0; i < inputs_.size(); ++i)
            query_.domains.emplace_back(inputs_[i], model::Domain{domains_[i].kind, input_[i], input_[i], {}});
    }

    void set_condition(const ExplainOptions& options) {
        model::FormulaStore& formulas = query_.formulas;
        if (options.tolerance) {
            const Rational tolerance = lowest(*options.tolerance);
            if (tolerance < 0) throw UsageError("a tolerance is not below 0");
            constexpr long bits = 128;
            const model::EnclosedValues values = model::evaluate_enclosed(query_.network, input_, bits);
            std::vector<model::FormulaId> beyond;
            for (const Variable output : query_.outputs) {
                LinearForm above(output);
                above.add_constant(-values.middle[output.index()]);
                for (const int sign : {1, -1}) {  // tolerance < ±(y - value)
                    LinearForm form(tolerance);
                    form.add(above, -sign);
                    beyond.push_back(formulas.atom(std::move(form), model::Relation::less));
                }
            }
            query_.output_condition = formulas.disjunction(std::move(beyond));
            return;
        }
        const certify::Scores scores(query_);
        class_ = scores.predict(input_);
        certify::Question question;
        question.ties = certify::Ties::do_not_count;
        rivals_ = scores.rivals(question, class_);
        if (query_.outputs.size() > 1)  // of equal outputs the lowest wins
            for (certify::Rival& rival : rivals_) rival.tie_is_safe = rival.class_index > class_;
        query_.output_condition = certify::some_win(formulas, rivals_, 1);
    }

    std::vector<Variable> inputs_;
    std::vector<model::Domain> domains_;  ///< of freed inputs
    std::vector<Rational> input_;
    model::Query query_;
    std::vector<certify::Rival> rivals_;
    std::size_t class_ = 0;
};

std::vector<std::vector<std::size_t>> checked_groups(const ExplainOptions& options, std::size_t inputs) {
    std::vector<std::vector<std::size_t>> groups = options.groups;
    if (groups.empty())
        for (std::size_t i = 0; i < inputs; ++i) groups.push_back({i});
    std::vector<bool> seen(inputs, false);
    for (const std::vector<std::size_t>& group : groups)
        for (const std::size_t input : group) {
            if (input >= inputs) throw UsageError(fmt::format("there is no input {} of {}", input, inputs));
            if (seen[input]) throw UsageError(fmt::format("input {} is in two groups", input));
            seen[input] = true;
        }
    return groups;
}

template <class Value>
Value one_for_all(const std::vector<Value>& values, std::size_t i, std::size_t inputs, const char* what) {
    if (values.size() != 1 && values.size() != inputs)
        throw UsageError(
            fmt::format("{} has {} entries for {} inputs (one for all, or one each)", what, values.size(), inputs));
    return values[values.size() == 1 ? 0 : i];
}

std::vector<model::Domain> domains_of(const ExplainOptions& options, std::size_t inputs) {
    std::vector<model::Domain> domains(inputs);
    for (std::size_t i = 0; i < inputs; ++i) {
        const bool is_whole =
            !options.whole_numbers.empty() && one_for_all(options.whole_numbers, i, inputs, "whole_numbers");
        Range range;
        if (!options.domain.empty()) range = one_for_all(options.domain, i, inputs, "the domain");
        domains[i] =
            domain_between(is_whole ? model::DomainKind::integer : model::DomainKind::real, range.lower, range.upper);
    }
    return domains;
}

/// How much the answer moves when each group goes to an end of its domain: hints for the order alone.
std::vector<double> sensitivities(const Questions& questions, const std::vector<std::vector<std::size_t>>& groups,
                                  const Limits& limits) {
    const model::Query& query = questions.query();
    std::vector<double> centre;
    for (const Rational& value : questions.input()) centre.push_back(to_nearest(value));
    const auto least_lead = [&](const std::vector<double>& input, const std::vector<double>& from) {
        const std::vector<double> values = model::evaluate_double(query.network, input);
        double least = std::numeric_limits<double>::infinity();
        for (const certify::Rival& rival : questions.rivals()) {
            double lead = to_nearest(rival.lead.constant());
            for (const LinearTerm& term : rival.lead.terms())
                lead += to_nearest(term.coefficient) * values[term.variable.index()];
            least = std::min(least, lead);
        }
        if (questions.rivals().empty())
            for (std::size_t k = 0; k < query.outputs.size(); ++k)
                least = std::min(least, -std::fabs(values[query.outputs[k].index()] - from[k]));
        return least;
    };
    std::vector<double> outputs;
    const std::vector<double> values = model::evaluate_double(query.network, centre);
    for (const Variable output : query.outputs) outputs.push_back(values[output.index()]);
    const double before = least_lead(centre, outputs);
    std::vector<double> moved(groups.size(), 0);
    for (std::size_t g = 0; g < groups.size() && !limits.exceeded(); ++g)
        for (const bool up : {false, true}) {
            std::vector<double> input = centre;
            for (const std::size_t i : groups[g]) {
                const Interval range = model::enclosing(questions.domains()[i]);
                const double end = up ? range.upper : range.lower;
                const double far = up ? input[i] + 1 : input[i] - 1;
                input[i] = std::isfinite(end) ? end : far;
            }
            moved[g] = std::max(moved[g], before - least_lead(input, outputs));
        }
    return moved;
}

class Explaining {
  public:
    Explaining(Questions& questions, const ExplainOptions& options, std::vector<std::vector<std::size_t>> groups)
        : questions_(questions),
          options_(options),
          limits_(options.seconds, options.bytes, options.interrupt),
          settings_(options.seed),
          threads_(thread_count(options.threads)) {
        for (const std::string& text : options.settings) read_setting("settings", text, settings_);
        result_.class_index = questions.class_index();
        result_.groups = std::move(groups);
        order_ = order();
    }

    Explanation run() {
        fates_.assign(result_.groups.size(), Fate{});
        free(order_);
        for (std::size_t g = 0; g < fates_.size(); ++g) {
            if (fates_[g].is_freed)
                result_.freed.push_back(g);
            else
                result_.kept.push_back({g, std::move(fates_[g].counterexample), fates_[g].class_index});
        }
        result_.is_minimal =
            std::ranges::none_of(result_.kept, [](const KeptFeature& kept) { return kept.counterexample.empty(); });
        if (!result_.is_minimal) result_.reason = reason_;
        result_.seconds = seconds_since(begin_);
        return std::move(result_);
    }

  private:
    struct Fate {
        bool is_freed = false;
        std::vector<Rational> counterexample;
        std::size_t class_index = 0;
    };

    std::vector<std::size_t> order() const {
        const std::size_t count = result_.groups.size();
        std::vector<std::size_t> order(count);
        std::iota(order.begin(), order.end(), std::size_t{0});
        if (options_.order.empty()) {
            const std::vector<double> moved = sensitivities(questions_, result_.groups, limits_);
            std::ranges::stable_sort(order, [&](std::size_t a, std::size_t b) { return moved[a] < moved[b]; });
            return order;
        }
        std::vector<std::size_t> sorted = options_.order;
        std::ranges::sort(sorted);
        if (sorted != order) throw UsageError("the order has not every group once");
        return options_.order;
    }

    /// Frees what can be freed of these: all at once, or else the first half and then the second. What is freed
    /// stays, so that a counterexample to one group stays one however many groups are freed later.
    void free(const std::vector<std::size_t>& groups) {
        if (groups.empty()) return;
        const model::Verdict verdict = ask(groups);
        if (verdict.status == model::Status::unsat) {
            for (const std::size_t group : groups) tell(group, true);
            return;
        }
        for (const std::size_t group : groups) questions_.fix(result_.groups[group]);
        if (groups.size() > 1) {
            const auto half = groups.begin() + static_cast<std::ptrdiff_t>(groups.size() / 2);
            free({groups.begin(), half});
            free({half, groups.end()});
            return;
        }
        Fate& fate = fates_[groups.front()];
        if (verdict.witness) {
            fate.counterexample = questions_.input_of(*verdict.witness);
            fate.class_index = questions_.class_of(fate.counterexample);
        } else {
            reason_ = verdict.reason;
        }
        tell(groups.front(), false);
    }

    model::Verdict ask(const std::vector<std::size_t>& groups) {
        model::Verdict verdict;
        const StopReason reached = limits_.reached();
        if (reached != StopReason::none) {
            verdict.reason = to_string(reached);
            return verdict;
        }
        for (const std::size_t group : groups) questions_.free(result_.groups[group]);
        verify::Options how;
        how.limits = options_.question_seconds ? limits_.within(*options_.question_seconds) : limits_;
        if (groups.size() > 1) how.limits = how.limits.within_effort(effort_for_several);
        how.threads = threads_;
        how.settings = settings_;
        Observer silent;
        try {
            verdict = verify::verify(questions_.query(), how, silent);
        } catch (const std::bad_alloc&) {
            verdict.reason = to_string(StopReason::memory);
        }
        ExplainStep step;
        step.groups = groups;
        if (verdict.status == model::Status::sat) step.status = Status::satisfied;
        if (verdict.status == model::Status::unsat) step.status = Status::unsatisfiable;
        step.decided_by = verdict.decided_by;
        step.seconds = verdict.seconds;
        result_.steps.push_back(std::move(step));
        return verdict;
    }

    void tell(std::size_t group, bool is_freed) {
        fates_[group].is_freed = is_freed;
        if (options_.on_group) options_.on_group(group, is_freed);
    }

    Questions& questions_;
    const ExplainOptions& options_;
    Limits limits_;
    Settings settings_;
    int threads_;
    Clock::time_point begin_ = Clock::now();
    std::vector<std::size_t> order_;
    std::vector<Fate> fates_;
    std::string reason_;
    Explanation result_;
};

Explanation explained(const NetworkData& data, const std::vector<Rational>& input, const ExplainOptions& options,
                      std::vector<model::Domain> domains) {
    std::vector<std::vector<std::size_t>> groups = checked_groups(options, data.inputs.size());
    Questions questions(data, input, options, std::move(domains));
    return Explaining(questions, options, std::move(groups)).run();
}
}  // namespace

Explanation explain(const Network& network, const std::vector<Rational>& input, const ExplainOptions& options) {
    const NetworkData& data = network.data();
    return explained(data, input, options, domains_of(options, data.inputs.size()));
}

Explanation explain(const BinarizedNetwork& network, const std::vector<Rational>& input,
                    const ExplainOptions& options) {
    const BinarizedData& data = network.data();
    const std::size_t inputs = network.input_count();
    ExplainOptions all = options;
    std::vector<model::Domain> domains = domains_of(options, inputs);
    if (options.domain.empty() && options.whole_numbers.empty()) {
        const model::InputRange range = model::range_of(data.network.input);
        for (std::size_t i = 0; i < inputs; ++i) {
            model::Domain& domain = domains[i];
            domain.kind = range.whole ? model::DomainKind::integer : model::DomainKind::real;
            domain.lower = range.lower;
            domain.upper = range.upper;
            if (data.preparation) {
                const Rational own = i < input.size() ? lowest(input[i]) : Rational(0);
                domain.lower = std::min<Rational>(data.preparation->features[i].lower, own);
                domain.upper = std::max<Rational>(data.preparation->features[i].upper, own);
            }
            if (range.signs || (i < data.network.sign_inputs.size() && data.network.sign_inputs[i]))
                domain = {model::DomainKind::integer, {}, {}, {-1, 1}};
        }
    }
    if (options.groups.empty() && data.preparation) {
        all.groups.resize(data.preparation->columns.size());
        for (std::size_t i = 0; i < inputs; ++i) all.groups[data.preparation->features[i].column].push_back(i);
    }
    return explained(network.network().data(), input, all, std::move(domains));
}

Query explanation_query(const Network& network, const std::vector<Rational>& input, const Explanation& explanation,
                        const ExplainOptions& options) {
    Questions questions(network.data(), input, options, domains_of(options, network.input_count()));
    for (const std::size_t group : explanation.freed) {
        if (group >= explanation.groups.size()) throw UsageError(fmt::format("there is no group {}", group));
        for (const std::size_t i : explanation.groups[group])
            if (i >= network.input_count()) throw UsageError(fmt::format("there is no input {}", i));
        questions.free(explanation.groups[group]);
    }
    auto state = std::make_unique<Query::State>();
    state->query = questions.query();
    return Query(std::move(state));
}

}  // namespace sinew
