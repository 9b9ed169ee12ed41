// SPDX-License-Identifier: Apache-2.0
#include "certify/binarized_prober.hpp"

#include <new>
#include <utility>

#include "base/limit_scope.hpp"
#include "certify/region.hpp"

namespace sinew::certify {

std::optional<std::size_t> BinarizedProber::winner() const {
    const threshold::ThresholdNetwork& folded = subject_.folded;
    const std::vector<std::int64_t> scores = threshold::evaluate(folded, folded.digits_of(example_.input)).scores;
    for (std::size_t c = 0; c < folded.class_count(); ++c) {
        if (c == example_.label || (!question_.targets.empty() && c != question_.targets.front())) continue;
        if (threshold::wins(folded, c, example_.label, question_.ties, scores)) return c;
    }
    return std::nullopt;
}

Distances BinarizedProber::distances() const {
    const model::InputRange& range = subject_.folded.range;
    const Rational width = range.upper - range.lower;
    const Rational inputs(static_cast<unsigned long>(example_.input.size()));
    Distances distances{question_.norm, range.whole, inputs, true};
    if (question_.norm == Norm::infinity) distances.largest = width;
    if (question_.norm == Norm::one) distances.largest = inputs * width;
    if (question_.norm == Norm::two) distances.largest = inputs * width * width;
    return distances;
}

threshold::Perturbation BinarizedProber::ball(const std::optional<Rational>& radius) const {
    return {question_.norm, radius, question_.only, question_.usual};
}

bnn::CertifyOptions BinarizedProber::options() const {
    bnn::CertifyOptions options;
    options.ties = question_.ties;
    if (!question_.targets.empty()) options.target = question_.targets.front();
    options.settings = question_.settings;
    options.threads = question_.threads;
    return options;
}

Adversarial BinarizedProber::adversarial(std::vector<Rational> input, std::size_t class_index) const {
    Adversarial result;
    result.distance = threshold::distance(question_.norm, example_.input, input);
    result.input = std::move(input);
    result.class_index = class_index;
    return result;
}

Reply BinarizedProber::ask(const std::optional<Rational>& epsilon, const Limits& limits) {
    bnn::Certificate found = bnn::certify(subject_, example_.input, example_.label, ball(epsilon), options(), limits);
    statistics_.add(found.statistics);
    Reply reply;
    reply.status = found.status;
    reply.decided_by = found.decided_by;
    if (found.status == Status::unknown) reply.reason = to_string(limits.reached());
    if (found.status == Status::falsified)
        reply.adversarial = adversarial(std::move(found.adversarial), found.adversarial_class);
    return reply;
}

namespace {
/// The best so far; it is the answer if a limit ends the work in the midst.
class Best : public bnn::MinimalListener {
  public:
    Best(Listener* listener, Norm norm) : listener_(listener), norm_(norm) {}
    void improved(const bnn::MinimalPerturbation& now) override {
        found = now;
        if (listener_ == nullptr) return;
        std::optional<Rational> most;
        if (now.distance) most = length(now.unit * *now.distance);
        listener_->improved(length(now.unit * now.bound), most);
    }
    bnn::MinimalPerturbation found;

  private:
    Rational length(const Rational& distance) const { return norm_ == Norm::two ? root_above(distance) : distance; }

    Listener* listener_;
    Norm norm_;
};
}  // namespace

std::optional<CriticalEpsilon> BinarizedProber::critical(const std::optional<Rational>& largest,
                                                         const Rational& certified, const Limits& limits,
                                                         Listener* listener, std::optional<Adversarial>& nearest) {
    Best best(listener, question_.norm);
    CriticalEpsilon result;
    bnn::KnownDistances known;
    if (certified > 0) known.certified = certified;
    if (nearest) {
        known.adversarial = nearest->input;
        known.adversarial_class = nearest->class_index;
    }
    bnn::MinimalPerturbation found;
    try {
        found = bnn::minimal_perturbation(subject_, example_.input, example_.label, ball(largest), options(), limits,
                                          &best, known);
    } catch (const std::bad_alloc&) {
        found = std::move(best.found);
        result.reason = to_string(StopReason::memory);
    } catch (const LimitReached& limit) {
        found = std::move(best.found);
        result.reason = to_string(limit.reason());
    }
    statistics_.add(found.statistics);
    result.bound = found.unit * found.bound;
    result.is_proven = found.status == Status::falsified || found.status == Status::certified;
    if (!result.is_proven && result.reason.empty()) result.reason = to_string(limits.reached());
    if (!found.distance) return result;
    Adversarial least = adversarial(std::move(found.adversarial), found.adversarial_class);
    if (!nearest || least.distance < nearest->distance) nearest = std::move(least);
    result.distance = nearest->distance;
    return result;
}

}  // namespace sinew::certify
