// SPDX-License-Identifier: Apache-2.0
#include "certify/certify.hpp"

#include <algorithm>
#include <chrono>
#include <new>

#include <fmt/core.h>

#include "base/error.hpp"
#include "base/limit_scope.hpp"
#include "certify/binarized_prober.hpp"
#include "certify/network_prober.hpp"
#include "threshold/fold.hpp"

namespace sinew::certify {

namespace {
using Clock = std::chrono::steady_clock;

/// Every question has an answer, also where the certificate was ended before they were asked: whoever counts by ε
/// counts all examples.
void fill_answers(Certificate& certificate, const Asked& asked) {
    if (certificate.answers.empty()) {
        AtEpsilon answer;
        answer.status = certificate.status;
        answer.reason = certificate.reason;
        if (asked.epsilons.empty() && !asked.minimal) certificate.answers.push_back(answer);
        for (const Rational& epsilon : asked.epsilons) {
            answer.epsilon = epsilon;
            certificate.answers.push_back(answer);
        }
    }
    if (asked.minimal && !certificate.critical) certificate.critical.emplace().reason = certificate.reason;
}

/// Runs `work` within the limits; what they end is unknown.
template <class Work>
Certificate within(const Limits& limits, const Asked& asked, Work&& work) {
    const Clock::time_point begin = Clock::now();
    const LimitScope scope(limits);
    Certificate certificate;
    const auto stopped = [&](StopReason reason) {
        certificate.status = Status::unknown;
        certificate.reason = to_string(reason);
    };
    try {
        work(certificate);
    } catch (const LimitReached& limit) {
        stopped(limit.reason());
    } catch (const std::bad_alloc&) {
        stopped(StopReason::memory);
    }
    fill_answers(certificate, asked);
    certificate.seconds = std::chrono::duration<double>(Clock::now() - begin).count();
    return certificate;
}

/// The example itself is classified otherwise: that answers everything.
void set_wrong(Certificate& certificate, const Asked& asked, std::size_t winner) {
    certificate.status = Status::wrong;
    certificate.wrong_class = winner;
    if (asked.minimal) certificate.critical = CriticalEpsilon{.distance = Rational(0), .is_proven = true, .reason = {}};
}

class NetworkCertifier : public Certifier {
  public:
    NetworkCertifier(model::Query network, Question question)
        : network_(std::move(network)), question_(std::move(question)), shop_(network_, question_) {
        if (network_.precision)
            throw UsageError("with a precision neurons are constraints over integers, and no network that classifies");
        if (question_.norm == Norm::zero)
            throw UsageError(
                "norm 0 is for binarized networks, and for no other domain than their own (sinew info tells what a "
                "network is)");
        if (question_.top_k > 1 && !question_.targets.empty())
            throw UsageError("targets and the best k classes are two different questions");
        static_cast<void>(shop_.scores.rivals(question_, 0));
    }

    std::size_t input_count() const override { return shop_.space.input_count(); }
    std::size_t class_count() const override { return shop_.scores.class_count(); }
    std::size_t predict(std::span<const Rational> input) override {
        if (input.size() != input_count())
            throw UsageError(
                fmt::format("the example has {} values, and the network {} inputs", input.size(), input_count()));
        return winner_at(shop_.space.to_network(input));
    }

    void check(const Asked& asked) const override { certify::check(asked, shop_.space.is_bounded()); }

    Certificate certify(const Example& example, const Asked& asked, const Limits& limits, Listener* listener) override {
        check(asked);
        const Region region(shop_.space, example);
        std::vector<Rival> rivals = shop_.scores.rivals(question_, example.label);
        shop_.attack.begin_anew(question_.settings.seed());
        return within(limits, asked, [&](Certificate& certificate) {
            certificate.predicted = winner_at(region.centre());
            if (certificate.predicted != example.label || question_.ties == Ties::count) {
                const Scores::Judgement judgement = judge(region.centre(), example.label, rivals);
                if (judgement.violated == model::Certainty::yes) {
                    set_wrong(certificate, asked, judgement.winner);
                    return;
                }
                if (judgement.violated == model::Certainty::unknown) {
                    certificate.reason = "the scores of the example itself are too close to tell";
                    return;
                }
            }
            NetworkProber prober(shop_, region, std::move(rivals), certificate.statistics);
            const Distances distances{question_.norm, region.is_whole(), region.largest(),
                                      !shop_.space.has_own_limits()};
            climb(prober, distances, asked, limits, listener, certificate);
        });
    }

  private:
    /// The class that is the greatest by intervals at this point; absent where they do not tell.
    std::optional<std::size_t> clear_winner(std::span<const Rational> input) {
        std::vector<Interval> point;
        for (const Rational& value : input) point.push_back(Interval::enclosing(value));
        const bounds::State state = shop_.bounds.at(point);
        const std::vector<Variable>& outputs = shop_.scores.outputs();
        if (outputs.size() == 1) return std::nullopt;
        std::size_t best = 0;
        for (std::size_t c = 1; c < outputs.size(); ++c)
            if (state.at(outputs[c]).lower > state.at(outputs[best]).lower) best = c;
        for (std::size_t c = 0; c < outputs.size(); ++c)
            if (c != best && !(state.at(outputs[c]).upper < state.at(outputs[best]).lower)) return std::nullopt;
        return best;
    }

    std::size_t winner_at(std::span<const Rational> input) {
        const std::optional<std::size_t> clear = clear_winner(input);
        return clear ? *clear : shop_.scores.predict(input);
    }

    /// Cheaply where the label is the greatest of all beyond doubt.
    Scores::Judgement judge(std::span<const Rational> input, std::size_t label, std::span<const Rival> rivals) {
        if (clear_winner(input) == label) return {model::Certainty::no, 0};
        return shop_.scores.judge(input, rivals, question_.top_k);
    }

    model::Query network_;
    Question question_;
    Workshop shop_;
};

class BinarizedCertifier : public Certifier {
  public:
    BinarizedCertifier(model::BinarizedNetwork network, Question question)
        : network_(std::move(network)), folded_(threshold::fold(network_)), question_(std::move(question)) {
        if (!question_.targets.empty() && question_.targets.front() >= class_count())
            throw UsageError(fmt::format("the target is {} (the network has classes 0 to {})",
                                         question_.targets.front(), class_count() - 1));
    }

    std::size_t input_count() const override { return network_.input_size(); }
    std::size_t class_count() const override { return folded_.class_count(); }
    std::size_t predict(std::span<const Rational> input) override {
        check_size(input.size());
        return threshold::class_of(folded_, threshold::evaluate(folded_, folded_.digits_of(input)).scores);
    }

    void check(const Asked& asked) const override { certify::check(asked, true); }

    Certificate certify(const Example& example, const Asked& asked, const Limits& limits, Listener* listener) override {
        check(asked);
        check_size(example.input.size());
        if (example.label >= class_count())
            throw UsageError(
                fmt::format("the label is {} (the network has classes 0 to {})", example.label, class_count() - 1));
        return within(limits, asked, [&](Certificate& certificate) {
            certificate.predicted = predict(example.input);
            BinarizedProber prober({network_, folded_}, question_, example, certificate.statistics);
            if (const std::optional<std::size_t> winner = prober.winner())
                set_wrong(certificate, asked, *winner);
            else
                climb(prober, prober.distances(), asked, limits, listener, certificate);
        });
    }

  private:
    void check_size(std::size_t values) const {
        if (values != input_count())
            throw UsageError(
                fmt::format("the example has {} values, and the network {} inputs", values, input_count()));
    }

    model::BinarizedNetwork network_;
    threshold::ThresholdNetwork folded_;
    Question question_;
};

/// The same network over real numbers or integers, for what bnn/ does not know.
model::Query as_query(const model::BinarizedNetwork& binarized) {
    for (const model::BinarizedOperation& operation : binarized.operations)
        if (std::holds_alternative<model::Quantisation>(operation))
            throw UsageError(
                "a network that rounds its inputs is asked for one target, without the best k classes, limits of "
                "single inputs and normalisation");
    model::Query query;
    query.network = model::to_network(binarized);
    const model::InputRange range = model::range_of(binarized.input);
    const std::vector<Variable> inputs = query.network.input_variables();
    for (std::size_t i = 0; i < inputs.size(); ++i) {
        model::Domain domain;
        const bool is_sign = range.signs || (i < binarized.sign_inputs.size() && binarized.sign_inputs[i]);
        if (range.whole) domain.kind = model::DomainKind::integer;
        domain.lower = is_sign ? Rational(-1) : range.lower;
        domain.upper = is_sign ? Rational(1) : range.upper;
        if (is_sign) domain.values = {Rational(-1), Rational(1)};
        query.domains.emplace_back(inputs[i], std::move(domain));
    }
    const model::LayerId last(query.network.layer_count() - 1);
    for (std::size_t c = 0; c < query.network.layer(last).size; ++c)
        query.outputs.push_back(query.network.variable(last, c));
    return query;
}

}  // namespace

Certificate unanswered(const Asked& asked, std::string reason) {
    Certificate certificate;
    certificate.reason = std::move(reason);
    fill_answers(certificate, asked);
    return certificate;
}

std::unique_ptr<Certifier> certifier(model::Query network, Question question) {
    return std::make_unique<NetworkCertifier>(std::move(network), std::move(question));
}

std::unique_ptr<Certifier> certifier(model::BinarizedNetwork network, Question question) {
    const bool is_known = question.top_k == 1 && question.targets.size() <= 1 && question.own_limits.empty() &&
                          question.normalisation.empty() && question.domains.empty();
    if (!is_known) return certifier(as_query(network), std::move(question));
    return std::make_unique<BinarizedCertifier>(std::move(network), std::move(question));
}

}  // namespace sinew::certify
