#include "bnn/certify.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "bnn/attack.hpp"
#include "bnn/encode.hpp"
#include "bnn/incremental.hpp"
#include "cardinality/optimizer.hpp"

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

namespace {
class Certification {
  public:
    Certification(const Subject& subject, const Ball& ball, std::size_t label, const CertifyOptions& options,
                  const Limits& limits)
        : subject_(subject), ball_(ball), label_(label), options_(options), limits_(limits) {}

    Certificate run() {
        for (std::size_t c = 0; c < subject_.folded.class_count(); ++c)
            if (c != label_ && (!options_.target || c == *options_.target)) targets_.push_back(c);
        reduced_ = reduce(subject_.folded, ball_, label_, targets_, options_.ties);
        count();
        if (reduced_.targets.empty()) return decided(Status::certified, "bounds");
        if (std::any_of(reduced_.targets.begin(), reduced_.targets.end(),
                        [](const Target& target) { return target.wins.is_true(); }))
            return falsified(centre(), "bounds");
        AttackOptions attack_options;
        attack_options.seed = options_.seed;
        if (const auto found = attack(reduced_, ball_, attack_options, limits_)) return falsified(*found, "attack");
        return search();
    }

  private:
    void count() {
        result_.statistics.add("free_digits", static_cast<double>(reduced_.digit_count()));
        result_.statistics.add("gates", static_cast<double>(reduced_.gates.size()));
        result_.statistics.add("constant_units", static_cast<double>(reduced_.constant_units));
        result_.statistics.add("shared_units", static_cast<double>(reduced_.shared_units));
        result_.statistics.add("targets", static_cast<double>(reduced_.targets.size()));
    }

    std::vector<std::uint32_t> centre() const {
        std::vector<std::uint32_t> values;
        for (const FreeDigit& digit : reduced_.digits) values.push_back(digit.centre - digit.low);
        return values;
    }

    Certificate decided(Status status, std::string_view by) {
        result_.status = status;
        result_.decided_by = by;
        return std::move(result_);
    }

    /// Nearest targets first: each is a question of its own under one assumption, and what is learned stays.
    Certificate search() {
        const Incremental at_centre(reduced_);
        std::stable_sort(reduced_.targets.begin(), reduced_.targets.end(),
                         [&](const Target& a, const Target& b) { return at_centre.margin(a) > at_centre.margin(b); });
        const Encoding encoding = encode(reduced_, ball_);
        cardinality::Problem problem = encoding.problem;
        problem.add_clause(encoding.target);
        cardinality::Options engine_options;
        engine_options.seed = static_cast<std::int64_t>(options_.seed);
        cardinality::Optimizer engine(std::move(problem), engine_options);
        suggest_centre(engine, encoding);
        const cardinality::Result answer = engine.solve(limits_);
        result_.statistics.add(engine.statistics());
        if (answer.outcome == cardinality::Outcome::unsat) return decided(Status::certified, "search");
        if (answer.outcome == cardinality::Outcome::sat) return falsified(encoding.digits_of(answer.model), "search");
        return decided(Status::unknown, "search");
    }

    void suggest_centre(cardinality::Optimizer& engine, const Encoding& encoding) const {
        for (std::size_t f = 0; f < reduced_.digits.size(); ++f) {
            const FreeDigit& digit = reduced_.digits[f];
            for (std::uint32_t k = 1; k <= digit.high - digit.low; ++k) {
                const cardinality::BoolVar variable(encoding.order_begin[f] + k - 1);
                engine.suggest_phase(cardinality::Literal(variable, digit.low + k > digit.centre));
            }
        }
    }

    /// The input of these digits, checked by exact evaluation of the network as it was trained.
    Certificate falsified(const std::vector<std::uint32_t>& values, std::string_view by) {
        std::vector<std::uint32_t> digits = ball_.centre;
        for (std::size_t f = 0; f < values.size(); ++f)
            digits[reduced_.digits[f].digit] = reduced_.digits[f].low + values[f];
        result_.adversarial = input_with(subject_.folded, ball_, digits);
        check_in_ball();
        const std::vector<Rational> scores = model::evaluate(subject_.network, result_.adversarial);
        result_.adversarial_class = winner(scores);
        return decided(Status::falsified, by);
    }

    void check_in_ball() const {
        const Perturbation& allowed = ball_.perturbation;
        const model::InputRange& range = subject_.folded.range;
        for (const Rational& value : result_.adversarial)
            require(value >= range.lower && value <= range.upper && (!range.whole || value.get_den() == 1),
                    "an adversarial input is an input");
        if (!allowed.radius) return;
        const Rational moved = distance(allowed.norm, ball_.input, result_.adversarial);
        require(moved <= (allowed.norm == Norm::two ? Rational(*allowed.radius * *allowed.radius) : *allowed.radius),
                "an adversarial input lies in the ball");
    }

    std::size_t winner(const std::vector<Rational>& scores) const {
        if (scores.size() == 1) {
            const std::size_t winner = scores[0] >= 0 ? 1 : 0;
            require(winner != label_, "an adversarial input is classified otherwise");
            return winner;
        }
        std::optional<std::size_t> best;
        for (const std::size_t target : targets_) {
            const bool wins =
                options_.ties == Ties::count ? scores[target] >= scores[label_] : scores[target] > scores[label_];
            if (wins && (!best || scores[target] > scores[*best])) best = target;
        }
        require(best.has_value(), "an adversarial input is classified otherwise");
        return *best;
    }

    const Subject& subject_;
    const Ball& ball_;
    std::size_t label_;
    const CertifyOptions& options_;
    const Limits& limits_;
    std::vector<std::size_t> targets_;
    ReducedNetwork reduced_;
    Certificate result_;
};

/// Whether another class wins at the example itself.
std::optional<std::size_t> wrong_at(const Subject& subject, const std::vector<Rational>& input, std::size_t label,
                                    const CertifyOptions& options) {
    const std::vector<std::int64_t> scores = evaluate(subject.folded, subject.folded.digits_of(input)).scores;
    for (std::size_t c = 0; c < subject.folded.class_count(); ++c) {
        if (c == label || (options.target && c != *options.target)) continue;
        if (wins(subject.folded, c, label, options.ties, scores)) return c;
    }
    return std::nullopt;
}
}  // namespace

Certificate certify(const Subject& subject, const std::vector<Rational>& input, std::size_t label,
                    const Perturbation& perturbation, const CertifyOptions& options, const Limits& limits) {
    require(label < subject.folded.class_count(), "the label is a class");
    const Ball ball = ball_around(subject.folded, input, perturbation);
    if (const std::optional<std::size_t> winner = wrong_at(subject, input, label, options)) {
        Certificate result;
        result.status = Status::wrong;
        result.adversarial_class = *winner;
        return result;
    }
    return Certification(subject, ball, label, options, limits).run();
}

}  // namespace sinew::bnn
