// SPDX-License-Identifier: Apache-2.0
#include "binarized/proposer.hpp"

#include <algorithm>

#include "binarized/witness.hpp"

namespace sinew::binarized {

namespace {
constexpr std::size_t first_evaluations = 1000;
constexpr std::size_t most_evaluations = 20000;
constexpr std::uint64_t first_ticks = 1'000'000;
constexpr std::uint64_t most_ticks = 1'000'000'000;
}  // namespace

engine::Progress Proposer::advance(const engine::Turn& turn, engine::Knowledge& knowledge) {
    if (!attack_) attack_.emplace(query_, seed_);
    if (!attack_->applies()) {
        reason_ = "gradients are for whole numbers and one comparison of scores";
        return engine::Progress::exhausted;
    }
    // The first turn follows gradients alone: where images are, that is nearly always enough.
    evaluations_ = std::min(std::max(2 * evaluations_, first_evaluations), most_evaluations);
    std::optional<std::vector<Rational>> inputs = attack_->follow_gradients(evaluations_, turn.limits);
    if (!inputs && turns_++ > 0 && !turn.limits.exceeded()) {
        ticks_ = std::min(std::max(2 * ticks_, first_ticks), most_ticks);
        inputs = attack_->search_locally(ticks_, turn.limits);
    }
    if (!inputs) return engine::Progress::paused;
    std::optional<model::Witness> witness = witness_at(query_, *inputs, {});
    if (!witness) {  // scores that are right, at inputs that are not
        reason_ = "what gradients find breaks a condition on inputs";
        return engine::Progress::exhausted;
    }
    knowledge.found(std::move(*witness), name());
    return engine::Progress::answered;
}

Statistics Proposer::statistics() const {
    Statistics statistics;
    statistics.add("gradient_evaluations", static_cast<double>(evaluations_));
    statistics.add("gradient_turns", static_cast<double>(turns_));
    return statistics;
}

}  // namespace sinew::binarized
