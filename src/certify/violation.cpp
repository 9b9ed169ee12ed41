// SPDX-License-Identifier: Apache-2.0
#include "certify/violation.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include <fmt/core.h>

#include "base/error.hpp"
#include "model/evaluate.hpp"
#include "model/evaluate_enclosed.hpp"

namespace sinew::certify {

namespace {
using model::Certainty;

constexpr long first_bits = 64;
constexpr long most_bits = 2048;

bool ends_in_sigmoid(const model::Network& network, Variable output) {
    const model::Layer& layer = network.layer(network.component(output).layer);
    const auto* neurons = std::get_if<model::ActivationLayer>(&layer.operation);
    return neurons != nullptr && neurons->activation.kind == model::ActivationKind::sigmoid;
}

Certainty wins(const Rival& rival, const model::EnclosedValues& values) {
    return model::compare(rival.lead.value(values.middle), model::radius_of(rival.lead, values.radius),
                          rival.tie_is_safe ? model::Relation::less : model::Relation::less_equal);
}
}  // namespace

Scores::Scores(const model::Query& network)
    : network_(&network), outputs_(network.outputs), is_smooth_(model::is_smooth(network.network)) {
    if (outputs_.empty()) throw UsageError("the network has no outputs, which would be the scores of classes");
    if (outputs_.size() == 1 && ends_in_sigmoid(network.network, outputs_[0])) threshold_ = Rational(1, 2);
}

std::vector<Rival> Scores::rivals(const Question& question, std::size_t label) const {
    const std::size_t classes = class_count();
    const auto check = [&](std::size_t given, const char* what) {
        if (given >= classes)
            throw UsageError(fmt::format("the {} is {} (the network has classes 0 to {})", what, given, classes - 1));
    };
    check(label, "label");
    for (const std::size_t target : question.targets) check(target, "target");
    const bool tie_is_safe = question.ties == Ties::do_not_count;
    std::vector<Rival> rivals;
    for (std::size_t c = 0; c < classes; ++c) {
        if (c == label || (!question.targets.empty() && std::ranges::count(question.targets, c) == 0)) continue;
        if (outputs_.size() > 1) {
            rivals.push_back({c, LinearForm(outputs_[label]) - LinearForm(outputs_[c]), tie_is_safe});
            continue;
        }
        // Class 1 is where the output reaches the threshold.
        LinearForm lead(outputs_[0]);
        lead.add_constant(-threshold_);
        if (label == 0) lead.scale(-1);
        rivals.push_back({c, std::move(lead), label == 1});
    }
    if (question.top_k == 0 || (question.top_k > 1 && question.top_k >= classes))
        throw UsageError(
            fmt::format("the label cannot be among the best {} of {} classes in earnest", question.top_k, classes));
    return rivals;
}

std::size_t Scores::predict(std::span<const Rational> input) const {
    model::EnclosedValues values;
    if (!is_smooth_) values.middle = model::evaluate(network_->network, input);
    for (long bits = first_bits;; bits *= 2) {
        if (is_smooth_) values = model::evaluate_enclosed(network_->network, input, bits);
        if (outputs_.size() == 1) {
            LinearForm below(outputs_[0]);
            below.add_constant(-threshold_);
            const Certainty is_zero = wins({0, std::move(below), true}, values);
            if (is_zero != Certainty::unknown || bits >= most_bits) return is_zero == Certainty::yes ? 0 : 1;
            continue;
        }
        std::size_t best = 0;
        bool is_certain = true;
        for (std::size_t c = 1; c < outputs_.size(); ++c)
            if (values.middle[outputs_[c].index()] > values.middle[outputs_[best].index()]) best = c;
        for (std::size_t c = 0; c < outputs_.size() && is_certain && is_smooth_; ++c) {
            const LinearForm lead = LinearForm(outputs_[best]) - LinearForm(outputs_[c]);
            is_certain = c == best || wins({c, lead, c > best}, values) == Certainty::no;
        }
        if (is_certain || bits >= most_bits) return best;
    }
}

Scores::Judgement Scores::judge(std::span<const Rational> input, std::span<const Rival> rivals,
                                std::size_t count) const {
    Judgement judgement;
    model::EnclosedValues values;
    if (!is_smooth_) values.middle = model::evaluate(network_->network, input);
    for (long bits = first_bits; bits <= most_bits; bits *= 2) {
        if (is_smooth_) values = model::evaluate_enclosed(network_->network, input, bits);
        std::size_t certain = 0;
        std::size_t possible = 0;
        const Rival* winner = nullptr;
        for (const Rival& rival : rivals) {
            const Certainty does = wins(rival, values);
            certain += does == Certainty::yes ? 1 : 0;
            possible += does != Certainty::no ? 1 : 0;
            if (does != Certainty::yes) continue;
            if (winner == nullptr || rival.lead.value(values.middle) < winner->lead.value(values.middle))
                winner = &rival;
        }
        if (winner != nullptr) judgement.winner = winner->class_index;
        if (certain >= count)
            judgement.violated = Certainty::yes;
        else if (possible < count)
            judgement.violated = Certainty::no;
        else
            continue;
        return judgement;
    }
    return judgement;
}

model::FormulaId some_win(model::FormulaStore& formulas, std::span<const Rival> rivals, std::size_t count) {
    std::vector<model::FormulaId> win;
    for (const Rival& rival : rivals)
        win.push_back(
            formulas.atom(rival.lead, rival.tie_is_safe ? model::Relation::less : model::Relation::less_equal));
    if (count <= 1) return formulas.disjunction(std::move(win));
    // at_least[k]: of the rivals from the one looked at on, so many win.
    std::vector<model::FormulaId> at_least(count + 1, formulas.constant(false));
    at_least[0] = formulas.constant(true);
    for (std::size_t r = win.size(); r-- > 0;)
        for (std::size_t k = count; k > 0; --k)
            at_least[k] = formulas.disjunction({formulas.conjunction({win[r], at_least[k - 1]}), at_least[k]});
    return at_least[count];
}

}  // namespace sinew::certify
