// SPDX-License-Identifier: Apache-2.0
#include "bnn/certify.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "bnn/certify_engines.hpp"
#include "bnn/enumerate.hpp"
#include "engine/knowledge.hpp"

namespace sinew::bnn {

std::string_view to_string(Status status) {
    switch (status) {
        case Status::certified:
            return "certified";
        case Status::falsified:
            return "falsified";
        case Status::wrong:
            return "wrong";
        case Status::unknown:
            return "unknown";
    }
    return "?";
}

BallQuestion::BallQuestion(const Subject& subject_of, const threshold::Ball& ball_of, std::size_t label_of,
                           const CertifyOptions& options_of)
    : subject(subject_of), ball(ball_of), label(label_of), options(options_of) {
    for (std::size_t c = 0; c < subject.folded.class_count(); ++c)
        if (c != label && (!options.target || c == *options.target)) targets_.push_back(c);
    reduced = threshold::reduce(subject.folded, ball, label, targets_, options.ties);
    if (reduced.digits.empty()) return;
    query.network.add_input("digits", {reduced.digits.size()});
    const std::vector<Variable> digits = query.network.input_variables();
    for (std::size_t f = 0; f < digits.size(); ++f) {
        const threshold::FreeDigit& digit = reduced.digits[f];
        query.domains.emplace_back(
            digits[f], model::Domain{model::DomainKind::integer, Rational(0), Rational(digit.high - digit.low), {}});
    }
}

std::vector<std::uint32_t> BallQuestion::centre() const {
    std::vector<std::uint32_t> values;
    for (const threshold::FreeDigit& digit : reduced.digits) values.push_back(digit.centre - digit.low);
    return values;
}

threshold::ScoreCondition BallQuestion::condition_of(std::size_t target) const {
    const threshold::Comparison comparison = subject.folded.comparison(target, label, options.ties);
    const bool one = subject.folded.score_factor.size() == 1;
    threshold::ScoreCondition condition;
    if (comparison.left_factor != 0) condition.factors.emplace_back(one ? 0 : target, comparison.left_factor);
    if (comparison.right_factor != 0) condition.factors.emplace_back(one ? 0 : label, -comparison.right_factor);
    condition.bound = comparison.bound;
    return condition;
}

void BallQuestion::confirm(const std::vector<std::uint32_t>& values) {
    std::vector<std::uint32_t> digits = ball.centre;
    for (std::size_t f = 0; f < values.size(); ++f) digits[reduced.digits[f].digit] = reduced.digits[f].low + values[f];
    violation_.input = threshold::input_with(subject.folded, ball, digits);
    check_in_ball(violation_.input);
    violation_.class_index = winner(model::evaluate(subject.network, violation_.input));
}

void BallQuestion::check_in_ball(const std::vector<Rational>& input) const {
    const threshold::Perturbation& allowed = ball.perturbation;
    const model::InputRange& range = subject.folded.range;
    for (const Rational& value : input)
        require(value >= range.lower && value <= range.upper && (!range.whole || value.get_den() == 1),
                "an adversarial input is an input");
    if (!allowed.radius) return;
    const Rational moved = threshold::distance(allowed.norm, ball.input, input);
    require(
        moved <= (allowed.norm == threshold::Norm::two ? Rational(*allowed.radius * *allowed.radius) : *allowed.radius),
        "an adversarial input lies in the ball");
}

std::size_t BallQuestion::winner(const std::vector<Rational>& scores) const {
    if (scores.size() == 1) {
        const std::size_t winner = scores[0] >= 0 ? 1 : 0;
        require(winner != label, "an adversarial input is classified otherwise");
        return winner;
    }
    std::optional<std::size_t> best;
    for (const std::size_t target : targets_) {
        const bool wins =
            options.ties == threshold::Ties::count ? scores[target] >= scores[label] : scores[target] > scores[label];
        if (wins && (!best || scores[target] > scores[*best])) best = target;
    }
    require(best.has_value(), "an adversarial input is classified otherwise");
    return *best;
}

namespace {
Certificate answer(BallQuestion question, const Limits& limits) {
    Certificate result;
    const threshold::ReducedNetwork& reduced = question.reduced;
    result.statistics.add("free_digits", static_cast<double>(reduced.digit_count()));
    result.statistics.add("gates", static_cast<double>(reduced.gates.size()));
    result.statistics.add("constant_units", static_cast<double>(reduced.constant_units));
    result.statistics.add("shared_units", static_cast<double>(reduced.shared_units));
    result.statistics.add("targets", static_cast<double>(reduced.targets.size()));
    engine::Knowledge knowledge(question.query);
    if (reduced.targets.empty()) {
        knowledge.refuted("bounds");
    } else if (std::any_of(reduced.targets.begin(), reduced.targets.end(),
                           [](const threshold::Target& target) { return target.wins.is_true(); })) {
        question.confirm(question.centre());
        knowledge.found({}, "bounds");
    } else {
        const double count = combinations(question.ball);
        result.statistics.add("combinations", count);
        engine::Turns turns(certify_engines(question, count));
        turns.run(knowledge, limits, question.options.threads);
        result.statistics.add(turns.statistics());
    }
    result.decided_by = knowledge.decided_by();
    if (knowledge.answer() == Answer::unsat) result.status = Status::certified;
    if (knowledge.answer() != Answer::sat) return result;
    result.status = Status::falsified;
    result.adversarial = question.violation().input;
    result.adversarial_class = question.violation().class_index;
    return result;
}

/// Whether another class wins at the example itself.
std::optional<std::size_t> wrong_at(const Subject& subject, const std::vector<Rational>& input, std::size_t label,
                                    const CertifyOptions& options) {
    const std::vector<std::int64_t> scores =
        threshold::evaluate(subject.folded, subject.folded.digits_of(input)).scores;
    for (std::size_t c = 0; c < subject.folded.class_count(); ++c) {
        if (c == label || (options.target && c != *options.target)) continue;
        if (threshold::wins(subject.folded, c, label, options.ties, scores)) return c;
    }
    return std::nullopt;
}
}  // namespace

const OptionTable<CertifyOptions>& option_table() {
    using Options = CertifyOptions;
    static const OptionRow<Options> rows[] = {
        {"walked_at_once", &Options::walked_at_once, 0, 1e12, "combinations that are walked before anything is tried"},
        {"walked_in_a_turn", &Options::walked_in_a_turn, 0, 1e12, "combinations that are walked later, times the turn"},
        {"attack_ticks", &Options::attack_ticks, 0, 1e12, "updates of a sum in the attack's first turn"},
        {"gradient_evaluations", &Options::gradient_evaluations, 0, 1e9,
         "evaluations in the first turn of the attack by gradients"},
        {"gradient_steps", &Options::gradient_steps, 1, 1e6, "steps of that attack before a restart"},
        {"conflicts", &Options::conflicts, 1, 1e12, "conflicts of the pseudo-Boolean engine in a turn"},
    };
    static const OptionTable<Options> table{"certify",
                                            "robustness of binarized networks: attacks and searches by turns", rows};
    return table;
}

Certificate certify(const Subject& subject, const std::vector<Rational>& input, std::size_t label,
                    const threshold::Perturbation& perturbation, const CertifyOptions& options, const Limits& limits) {
    require(label < subject.folded.class_count(), "the label is a class");
    const threshold::Ball ball = threshold::ball_around(subject.folded, input, perturbation);
    if (const std::optional<std::size_t> winner = wrong_at(subject, input, label, options)) {
        Certificate result;
        result.status = Status::wrong;
        result.adversarial_class = *winner;
        return result;
    }
    const CertifyOptions chosen = options.settings.options(option_table(), options);
    return answer(BallQuestion(subject, ball, label, chosen), limits);
}

}  // namespace sinew::bnn
