#include "bnn/certify.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "binarized/attack.hpp"
#include "binarized/encode.hpp"
#include "binarized/gradient_attack.hpp"
#include "bnn/enumerate.hpp"
#include "cardinality/optimizer.hpp"
#include "cone/search.hpp"
#include "threshold/incremental.hpp"

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
using binarized::AttackOptions;
using binarized::Encoding;
using binarized::GradientAttack;
using binarized::GradientAttackOptions;
// A combination walked costs some ten nanoseconds, a conflict of the engine a hundred microseconds or more.
constexpr double walked_at_once = 1e6;
constexpr double walked_in_a_turn = 2e7;
constexpr double first_attack_ticks = 2e6;
constexpr std::size_t first_evaluations = 10;  // of the attack by gradients
constexpr std::int64_t conflicts_in_a_turn = 1000;

class Certification {
  public:
    Certification(const Subject& subject, const threshold::Ball& ball, std::size_t label, const CertifyOptions& options,
                  const Limits& limits)
        : subject_(subject), ball_(ball), label_(label), options_(options), limits_(limits) {}

    Certificate run() {
        for (std::size_t c = 0; c < subject_.folded.class_count(); ++c)
            if (c != label_ && (!options_.target || c == *options_.target)) targets_.push_back(c);
        reduced_ = threshold::reduce(subject_.folded, ball_, label_, targets_, options_.ties);
        count();
        if (reduced_.targets.empty()) return decided(Status::certified, "bounds");
        if (std::any_of(reduced_.targets.begin(), reduced_.targets.end(),
                        [](const threshold::Target& target) { return target.wins.is_true(); }))
            return falsified(centre(), "bounds");
        const double count = combinations(ball_);
        result_.statistics.add("combinations", count);
        if (count <= walked_at_once && options_.route == Route::automatic)
            if (auto answer = walk()) return std::move(*answer);
        return take_turns(count);
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
        for (const threshold::FreeDigit& digit : reduced_.digits) values.push_back(digit.centre - digit.low);
        return values;
    }

    Certificate decided(Status status, std::string_view by) {
        result_.status = status;
        result_.decided_by = by;
        return std::move(result_);
    }

    /// Absent where the numbers are too large for it.
    std::optional<Certificate> walk() {
        const Enumeration walked = enumerate(reduced_, ball_, limits_);
        result_.statistics.add("enumeration_evaluated", static_cast<double>(walked.evaluated));
        if (walked.outcome == EnumerationOutcome::found) return falsified(walked.values, "walk");
        if (walked.outcome == EnumerationOutcome::none) return decided(Status::certified, "walk");
        if (!limits_.exceeded()) return std::nullopt;
        return decided(Status::unknown, "walk");
    }

    /// The attack and the two searches by turns, each turn twice as long as the one before; the walk when it costs no
    /// more than the turns so far.
    Certificate take_turns(double count) {
        AttackOptions attack_options;
        attack_options.seed = options_.seed;
        attack_options.ticks = static_cast<std::uint64_t>(std::min(first_attack_ticks, 100 * count));
        for (std::uint64_t turn = 1;; turn *= 2) {
            if (attacks())
                if (const auto found = binarized::attack(reduced_, ball_, attack_options, limits_))
                    return falsified(*found, "attack");
            if (const auto found = follow_gradients(turn)) return falsified(*found, "gradients");
            if (count <= walked_in_a_turn * static_cast<double>(turn) && options_.route == Route::automatic)
                if (auto answer = walk()) return std::move(*answer);
            if (auto answer = search_cones(turn)) return std::move(*answer);
            // Where cones apply they are nearly always the quicker way.
            if (auto answer = search(cones_ ? std::max<std::uint64_t>(1, turn / 8) : turn)) return std::move(*answer);
            if (limits_.exceeded()) {
                add_search_statistics();
                return decided(Status::unknown, "search");
            }
            attack_options.ticks *= 2;
            ++attack_options.seed;
        }
    }

    /// From the second turn on, where no budget binds the digits together.
    std::optional<std::vector<std::uint32_t>> follow_gradients(std::uint64_t turn) {
        const bool alone = options_.route == Route::gradients;
        if (ball_.budget || !(alone || (attacks() && turn > 1))) return std::nullopt;
        if (conditions_.empty()) {
            soft_ = threshold::SoftNetwork::make(subject_.folded);
            for (const threshold::Target& target : reduced_.targets)
                conditions_.push_back(condition_of(target.class_index));
            if (soft_)
                gradients_.emplace(*soft_, subject_.folded, ball_, conditions_,
                                   GradientAttackOptions{options_.seed, 60});
        }
        if (!gradients_) return std::nullopt;
        return gradients_->run(2 * turn * first_evaluations, limits_);
    }

    /// That the class wins.
    threshold::ScoreCondition condition_of(std::size_t target) const {
        const threshold::Comparison comparison = subject_.folded.comparison(target, label_, options_.ties);
        const bool one = subject_.folded.score_factor.size() == 1;
        threshold::ScoreCondition condition;
        if (comparison.left_factor != 0) condition.factors.emplace_back(one ? 0 : target, comparison.left_factor);
        if (comparison.right_factor != 0) condition.factors.emplace_back(one ? 0 : label_, -comparison.right_factor);
        condition.bound = comparison.bound;
        return condition;
    }

    bool attacks() const { return options_.route == Route::automatic || options_.route == Route::attack_and_search; }

    /// From the second turn on: its tables take longer to set up than most questions take to answer.
    std::optional<Certificate> search_cones(std::uint64_t turn) {
        if (options_.route == Route::search || (turn == 1 && options_.route != Route::cones)) return std::nullopt;
        if (!cones_tried_) cones_ = cone::ConeSearch::make(reduced_, ball_, options_.seed);
        cones_tried_ = true;
        for (std::uint64_t i = 0; cones_ && i < turn && !limits_.exceeded(); ++i) {
            const cone::ConeAnswer answer = cones_->solve(limits_);
            if (answer == cone::ConeAnswer::unknown) continue;
            add_search_statistics();
            if (answer == cone::ConeAnswer::none) return decided(Status::certified, "cones");
            return falsified(cones_->values(), "cones");
        }
        return std::nullopt;
    }

    std::optional<Certificate> search(std::uint64_t turn) {
        if (options_.route == Route::cones && cones_) return std::nullopt;
        if (!question_) question_.emplace(ask());
        for (std::uint64_t i = 0; i < turn && !limits_.exceeded(); ++i) {
            const cardinality::Result answer = question_->engine.solve(limits_);
            if (answer.outcome == cardinality::Outcome::unknown) continue;
            add_search_statistics();
            if (answer.outcome == cardinality::Outcome::unsat) return decided(Status::certified, "search");
            return falsified(question_->encoding.digits_of(answer.model), "search");
        }
        return std::nullopt;
    }

    void add_search_statistics() {
        if (question_) result_.statistics.add(question_->engine.statistics());
        if (cones_) result_.statistics.add(cones_->statistics());
    }

    struct Question {
        Encoding encoding;
        cardinality::Optimizer engine;
    };
    /// That some target wins, near the centre first.
    Question ask() const {
        Encoding encoding = binarized::encode(reduced_, ball_);
        cardinality::Problem problem = encoding.problem;
        problem.add_clause(encoding.target);
        cardinality::Options engine_options;
        engine_options.seed = static_cast<std::int64_t>(options_.seed);
        engine_options.conflict_limit = conflicts_in_a_turn;
        Question question{std::move(encoding), cardinality::Optimizer(std::move(problem), engine_options)};
        suggest_centre(question.engine, question.encoding);
        return question;
    }

    void suggest_centre(cardinality::Optimizer& engine, const Encoding& encoding) const {
        for (std::size_t f = 0; f < reduced_.digits.size(); ++f) {
            const threshold::FreeDigit& digit = reduced_.digits[f];
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
        result_.adversarial = threshold::input_with(subject_.folded, ball_, digits);
        check_in_ball();
        const std::vector<Rational> scores = model::evaluate(subject_.network, result_.adversarial);
        result_.adversarial_class = winner(scores);
        return decided(Status::falsified, by);
    }

    void check_in_ball() const {
        const threshold::Perturbation& allowed = ball_.perturbation;
        const model::InputRange& range = subject_.folded.range;
        for (const Rational& value : result_.adversarial)
            require(value >= range.lower && value <= range.upper && (!range.whole || value.get_den() == 1),
                    "an adversarial input is an input");
        if (!allowed.radius) return;
        const Rational moved = threshold::distance(allowed.norm, ball_.input, result_.adversarial);
        require(moved <= (allowed.norm == threshold::Norm::two ? Rational(*allowed.radius * *allowed.radius)
                                                               : *allowed.radius),
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
            const bool wins = options_.ties == threshold::Ties::count ? scores[target] >= scores[label_]
                                                                      : scores[target] > scores[label_];
            if (wins && (!best || scores[target] > scores[*best])) best = target;
        }
        require(best.has_value(), "an adversarial input is classified otherwise");
        return *best;
    }

    const Subject& subject_;
    const threshold::Ball& ball_;
    std::size_t label_;
    const CertifyOptions& options_;
    const Limits& limits_;
    std::vector<std::size_t> targets_;
    std::optional<threshold::SoftNetwork> soft_;
    std::vector<threshold::ScoreCondition> conditions_;
    std::optional<GradientAttack> gradients_;
    threshold::ReducedNetwork reduced_;
    std::optional<Question> question_;
    std::optional<cone::ConeSearch> cones_;
    bool cones_tried_ = false;
    Certificate result_;
};

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
    return Certification(subject, ball, label, options, limits).run();
}

}  // namespace sinew::bnn
