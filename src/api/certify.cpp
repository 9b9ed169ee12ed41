// SPDX-License-Identifier: Apache-2.0
// Robustness, put to certify/.
#include "certify/certify.hpp"

#include <mutex>

#include <fmt/core.h>
#include <sinew/certify.hpp>

#include "api/binarized_data.hpp"
#include "api/condition.hpp"
#include "api/network_data.hpp"
#include "api/settings.hpp"
#include "base/error.hpp"
#include "base/processors.hpp"
#include "base/run_together.hpp"

namespace sinew {

std::string_view to_string(CertifyStatus status) {
    switch (status) {
        case CertifyStatus::certified:
            return "certified";
        case CertifyStatus::falsified:
            return "falsified";
        case CertifyStatus::wrong:
            return "wrong";
        case CertifyStatus::unknown:
            break;
    }
    return "unknown";
}

namespace {
certify::Norm norm_of(Norm norm) {
    switch (norm) {
        case Norm::infinity:
            return certify::Norm::infinity;
        case Norm::one:
            return certify::Norm::one;
        case Norm::two:
            return certify::Norm::two;
        case Norm::zero:
            return certify::Norm::zero;
    }
    throw UsageError("there is no such norm");
}

CertifyStatus status_of(certify::Status status) {
    switch (status) {
        case certify::Status::certified:
            return CertifyStatus::certified;
        case certify::Status::falsified:
            return CertifyStatus::falsified;
        case certify::Status::wrong:
            return CertifyStatus::wrong;
        case certify::Status::unknown:
            break;
    }
    return CertifyStatus::unknown;
}

std::optional<Rational> lowest_of(const std::optional<Rational>& value) {
    return value ? std::optional<Rational>(lowest(*value)) : std::nullopt;
}

/// One a input, from one for all.
template <class Value>
Value at(const std::vector<Value>& values, std::size_t i, std::size_t inputs, const char* what, Value otherwise) {
    if (values.empty()) return otherwise;
    if (values.size() != 1 && values.size() != inputs)
        throw UsageError(
            fmt::format("{} has {} entries for {} inputs (one for all, or one each)", what, values.size(), inputs));
    return values[values.size() == 1 ? 0 : i];
}

certify::Question question_of(const CertifyOptions& options, std::size_t inputs, int threads) {
    certify::Question question;
    question.norm = norm_of(options.norm);
    question.ties = options.ties_are_violations ? certify::Ties::count : certify::Ties::do_not_count;
    question.targets = options.targets;
    question.top_k = options.top_k;
    const auto checked = [&](std::size_t input) {
        if (input >= inputs) throw UsageError(fmt::format("there is no input {} of {}", input, inputs));
        return static_cast<std::uint32_t>(input);
    };
    for (const std::size_t input : options.only) question.only.push_back(checked(input));
    for (const OwnLimit& own : options.own_limits)
        question.own_limits.push_back({checked(own.input), lowest_of(own.limit)});
    for (std::size_t i = 0; i < inputs; ++i) {
        if (!options.domain.empty()) {
            const Range range = at(options.domain, i, inputs, "the domain", Range{});
            const model::Domain domain{model::DomainKind::real, lowest_of(range.lower), lowest_of(range.upper), {}};
            if (domain.lower && domain.upper && *domain.lower > *domain.upper)
                throw UsageError(fmt::format("no value of input {} is between {} and {}", i, domain.lower->get_str(),
                                             domain.upper->get_str()));
            question.domains.push_back(domain);
        }
        if (!options.mean.empty() || !options.deviation.empty())
            question.normalisation.push_back({lowest(at(options.mean, i, inputs, "the mean", Rational(0))),
                                              lowest(at(options.deviation, i, inputs, "the deviation", Rational(1)))});
    }
    question.threads = threads;
    question.settings = Settings(options.seed);
    for (const std::string& text : options.settings) read_setting("settings", text, question.settings);
    return question;
}

Certificate made(certify::Certificate found) {
    Certificate certificate;
    certificate.status = status_of(found.status);
    certificate.reason = std::move(found.reason);
    certificate.decided_by = std::move(found.decided_by);
    certificate.predicted = found.predicted;
    certificate.wrong_class = found.wrong_class;
    for (certify::AtEpsilon& answer : found.answers)
        certificate.answers.push_back({std::move(answer.epsilon), status_of(answer.status), std::move(answer.reason),
                                       std::move(answer.decided_by), answer.seconds});
    if (found.critical)
        certificate.critical =
            CriticalEpsilon{found.critical->bound, found.critical->distance, found.critical->is_proven,
                            found.critical->reason, found.critical->seconds};
    if (found.adversarial)
        certificate.adversarial = Adversarial{std::move(found.adversarial->input), found.adversarial->class_index,
                                              std::move(found.adversarial->distance)};
    certificate.seconds = found.seconds;
    certificate.statistics = found.statistics.figures();
    return certificate;
}
}  // namespace

struct Certifier::State {
    std::optional<Network> network;
    std::optional<BinarizedNetwork> binarized;
    CertifyOptions options;
    certify::Asked asked;
    std::unique_ptr<certify::Certifier> one;  ///< for one example after the other, with all threads

    std::unique_ptr<certify::Certifier> make(int threads) const {
        if (binarized) {
            const BinarizedData& data = binarized->data();
            certify::Question question = question_of(options, data.network.input_size(), threads);
            if (data.preparation && options.domain.empty() && options.mean.empty() && options.deviation.empty())
                for (const train::Feature& feature : data.preparation->features)
                    question.usual.emplace_back(feature.lower, feature.upper);
            return certify::certifier(data.network, std::move(question));
        }
        const NetworkData& data = network->data();
        model::Query query;
        query.network = data.network;
        query.outputs = data.outputs;
        return certify::certifier(std::move(query), question_of(options, data.inputs.size(), threads));
    }
    void begin() {
        options.threads = thread_count(options.threads);
        asked.minimal = options.minimal;
        asked.largest = lowest_of(options.largest);
        asked.precision = lowest(options.precision);
        asked.seconds = options.question_seconds;
        for (const Rational& epsilon : options.epsilons) asked.epsilons.push_back(lowest(epsilon));
        one = make(options.threads);
    }
    Limits limits() const { return Limits(options.seconds, options.bytes, options.interrupt); }
    Certificate certify(certify::Certifier& by, const std::vector<Rational>& input, std::size_t label,
                        const Limits& limits) const {
        certify::Example example;
        for (const Rational& value : input) example.input.push_back(lowest(value));
        example.label = label;
        return made(by.certify(example, asked, limits));
    }
};

Certifier::Certifier(const Network& network, CertifyOptions options) : state_(std::make_unique<State>()) {
    state_->network = network;
    state_->options = std::move(options);
    state_->begin();
}
Certifier::Certifier(const BinarizedNetwork& network, CertifyOptions options) : state_(std::make_unique<State>()) {
    state_->binarized = network;
    state_->options = std::move(options);
    state_->begin();
}
Certifier::Certifier(Certifier&&) noexcept = default;
Certifier& Certifier::operator=(Certifier&&) noexcept = default;
Certifier::~Certifier() = default;

std::size_t Certifier::input_count() const {
    return state_->one->input_count();
}
std::size_t Certifier::class_count() const {
    return state_->one->class_count();
}

std::size_t Certifier::predict(const std::vector<Rational>& input) {
    if (input.size() != input_count())
        throw UsageError(fmt::format("a network with {} inputs is given {}", input_count(), input.size()));
    std::vector<Rational> exact;
    for (const Rational& value : input) exact.push_back(lowest(value));
    return state_->one->predict(exact);
}

Certificate Certifier::certify(const std::vector<Rational>& input, std::size_t label) {
    return state_->certify(*state_->one, input, label, state_->limits());
}

std::vector<Certificate> Certifier::certify_all(
    const std::vector<std::vector<Rational>>& inputs, const std::vector<std::size_t>& labels,
    const std::function<void(std::size_t row, const Certificate& certificate)>& told) {
    if (inputs.size() != labels.size())
        throw UsageError(fmt::format("{} examples have {} labels", inputs.size(), labels.size()));
    const Limits limits = state_->limits();
    std::vector<Certificate> certificates(inputs.size());
    std::atomic<std::size_t> next{0};
    std::atomic<bool> failed{false};
    std::mutex telling;
    const auto work = [&](certify::Certifier& by) {
        for (std::size_t row = next++; row < inputs.size() && !failed; row = next++) {
            try {
                certificates[row] = state_->certify(by, inputs[row], labels[row], limits);
                const std::lock_guard lock(telling);
                if (told) told(row, certificates[row]);
            } catch (...) {
                failed = true;
                throw;
            }
        }
    };
    const auto workers = std::min(static_cast<std::size_t>(state_->options.threads), inputs.size());
    if (workers <= 1) {
        work(*state_->one);
    } else {
        run_together(workers, [&](std::size_t, std::size_t) { work(*state_->make(1)); });
    }
    return certificates;
}

namespace {
template <class AnyNetwork>
CriticalEpsilon critical(const AnyNetwork& network, const std::vector<Rational>& input, std::size_t label,
                         CertifyOptions options) {
    options.minimal = true;
    Certificate certificate = Certifier(network, std::move(options)).certify(input, label);
    CriticalEpsilon found = certificate.critical.value_or(CriticalEpsilon{});
    if (!certificate.critical) found.reason = std::move(certificate.reason);
    return found;
}
}  // namespace

CriticalEpsilon critical_epsilon(const Network& network, const std::vector<Rational>& input, std::size_t label,
                                 CertifyOptions options) {
    return critical(network, input, label, std::move(options));
}
CriticalEpsilon critical_epsilon(const BinarizedNetwork& network, const std::vector<Rational>& input, std::size_t label,
                                 CertifyOptions options) {
    return critical(network, input, label, std::move(options));
}

}  // namespace sinew
