// SPDX-License-Identifier: Apache-2.0
#include "search/attack.hpp"

#include <algorithm>
#include <cmath>

#include "base/error.hpp"
#include "base/infinity.hpp"

namespace sinew::search {

using bounds::lanes;

namespace {
/// Free inputs of a box up to which they are few.
constexpr std::size_t most_few_inputs = 32;
/// How much longer steps are where they are many.
constexpr double wide_steps = 4;

/// Where a candidate of this margin goes, best first.
std::vector<Candidate>::iterator place_of(std::vector<Candidate>& list, double margin) {
    return std::upper_bound(list.begin(), list.end(), margin,
                            [](double value, const Candidate& candidate) { return value > candidate.margin; });
}

std::vector<bool> padded(std::vector<bool> booleans, std::size_t size) {
    booleans.resize(size, false);
    return booleans;
}
}  // namespace

Attack::Attack(const model::Query& query, std::uint64_t seed, std::vector<bool> booleans)
    : query_(&query),
      booleans_(padded(std::move(booleans), query.boolean_names.size())),
      network_(query.network),
      condition_(query, booleans_),
      random_(seed) {
    for (const Variable variable : query.network.input_variables()) inputs_.push_back(variable.index());
    domains_.assign(inputs_.size(), nullptr);
    for (const auto& [variable, domain] : query.domains) {
        const auto at = std::lower_bound(inputs_.begin(), inputs_.end(), variable.index());
        if (at == inputs_.end() || *at != variable.index()) continue;
        if (domain.kind != model::DomainKind::integer && domain.values.empty()) continue;
        domains_[static_cast<std::size_t>(at - inputs_.begin())] = &domain;
        integers_ = true;
    }
    for (const LaneCondition::Row& row : condition_.rows())
        for (const auto& [variable, coefficient] : row.terms)
            if (!query.network.is_input(Variable(variable))) outputs_.push_back(variable);
    std::sort(outputs_.begin(), outputs_.end());
    outputs_.erase(std::unique(outputs_.begin(), outputs_.end()), outputs_.end());
    lower_.resize(inputs_.size());
    upper_.resize(inputs_.size());
    momentum_.resize(inputs_.size());
    best_point_.resize(inputs_.size());
}

bool Attack::is_wide() const {
    std::size_t free = 0;
    for (std::size_t i = 0; i < inputs_.size(); ++i) free += lower_.row(i)[0] < upper_.row(i)[0] ? 1 : 0;
    return free > most_few_inputs;
}

/// All lanes have this box from now on. What was found in another one is forgotten.
void Attack::enter(std::span<const double> lower, std::span<const double> upper) {
    conditions_.clear();
    for (std::size_t i = 0; i < inputs_.size(); ++i) {
        std::fill_n(lower_.row(i), lanes, lower[i]);
        std::fill_n(upper_.row(i), lanes, upper[i]);
    }
    std::vector<double> ends(lower.begin(), lower.end());
    ends.insert(ends.end(), upper.begin(), upper.end());
    if (ends == ends_) return;
    ends_ = std::move(ends);
    descents_ = 0;
    elite_.clear();
    disjunct_margins_.assign(condition_.disjuncts(), -infinity);
}

void Attack::evaluate(double* margin) {
    network_.forward();
    ++evaluations_;
    if (conditions_.empty()) return condition_.evaluate(network_.values(), margin);
    std::fill_n(margin, lanes, -infinity);
    for (std::size_t j = 0; j < conditions_.size(); ++j) {
        double own[lanes];
        conditions_[j]->evaluate(network_.values(), own);
        margin[j] = own[j];
    }
}

/// The derivatives of the margins at the points of the last evaluate().
void Attack::differentiate(const Descent* descent) {
    network_.clear_adjoints();
    if (conditions_.empty()) condition_.seed(network_.adjoints(), choice_, descent);
    for (std::size_t j = 0; j < conditions_.size(); ++j) conditions_[j]->seed_lane(network_.adjoints(), j, descent[j]);
    network_.backward();
    ++gradients_;
}

void Attack::record_best(const double* margin) {
    for (std::size_t j = 0; j < lanes; ++j) {
        if (!(margin[j] > best_margin_[j])) continue;
        best_margin_[j] = margin[j];
        for (std::size_t i = 0; i < inputs_.size(); ++i) best_point_.row(i)[j] = point(i)[j];
    }
}

/// Each lane goes along its derivative, scaled to its box so that the largest entry is 1: along its signs, or (few
/// inputs, odd lanes) in proportion. The direction is averaged over the steps (Dong et al., Boosting adversarial
/// attacks with momentum, CVPR 2018).
void Attack::step(double size, double momentum, bool signs_alone) {
    double largest[lanes] = {};
    bounds::LaneMatrix& adjoints = network_.adjoints();
    for (std::size_t i = 0; i < inputs_.size(); ++i) {
        const double* slope = adjoints.row(inputs_[i]);
        for (std::size_t j = 0; j < lanes; ++j)
            largest[j] = std::max(largest[j], std::fabs(slope[j]) * (upper_.row(i)[j] - lower_.row(i)[j]));
    }
    for (std::size_t i = 0; i < inputs_.size(); ++i) {
        const double* slope = adjoints.row(inputs_[i]);
        const double* lower = lower_.row(i);
        const double* upper = upper_.row(i);
        double* average = momentum_.row(i);
        double* at = point(i);
        for (std::size_t j = 0; j < lanes; ++j) {
            const double width = upper[j] - lower[j];
            const double direction = signs_alone || j % 2 == 0 ? (slope[j] > 0   ? 1.0
                                                                  : slope[j] < 0 ? -1.0
                                                                                 : 0.0)
                                     : largest[j] > 0          ? slope[j] * width / largest[j]
                                                               : 0.0;
            average[j] = momentum * average[j] + (1 - momentum) * direction;
            const double moved = at[j] + size * width * average[j];
            at[j] = std::min(std::max(moved, lower[j]), upper[j]);
        }
    }
}

void Attack::descend(const AttackOptions& options, double scale) {
    Descent descent[lanes] = {};
    for (std::size_t j = 0; j < lanes; ++j) descent[j] = j / 2 % 2 == 0 ? Descent::sum : Descent::worst;
    std::fill_n(best_margin_, lanes, -infinity);
    const bool wide = is_wide();
    const double ratio = options.last_step / options.first_step;
    const double steps = static_cast<double>(std::max<std::size_t>(options.steps, 2) - 1);
    for (std::size_t s = 0; s <= options.steps; ++s) {
        double margin[lanes];
        evaluate(margin);
        record_best(margin);
        if (s == options.steps || options.limits.exceeded()) break;
        if (*std::max_element(margin, margin + lanes) > options.enough) break;
        differentiate(descent);
        const double size = scale * options.first_step * std::pow(ratio, static_cast<double>(s) / steps);
        step(wide ? wide_steps * size : size, wide || s == 0 ? 0 : 0.5, wide);
    }
    ++descents_;
    if (!conditions_.empty() || condition_.disjuncts() < 2) return;
    for (std::size_t j = 0; j < lanes; ++j) {
        if (choice_[j] == 0) continue;
        double& best = disjunct_margins_[choice_[j] - 1];
        best = std::max(best, condition_.disjunct_margin(choice_[j] - 1, j));
    }
}

Candidate Attack::best_of(std::size_t lane) const {
    Candidate candidate;
    candidate.margin = best_margin_[lane];
    candidate.inputs.resize(inputs_.size());
    for (std::size_t i = 0; i < inputs_.size(); ++i) candidate.inputs[i] = best_point_.row(i)[lane];
    return candidate;
}

void Attack::keep_best(std::vector<Candidate>& found) const {
    for (std::size_t j = 0; j < lanes; ++j) {
        const double margin = best_margin_[j];
        if (!std::isfinite(margin) && margin < 0) continue;
        if (found.size() >= lanes && !(margin > found.back().margin)) continue;
        found.insert(place_of(found, margin), best_of(j));
        if (found.size() > lanes) found.pop_back();
    }
}

/// For descents to come. Equal margins are mostly of the same point.
void Attack::remember(const std::vector<Candidate>& found) {
    for (const Candidate& candidate : found) {
        const auto place = place_of(elite_, candidate.margin);
        if (place != elite_.begin() && std::prev(place)->margin == candidate.margin) continue;
        elite_.insert(place, candidate);
        if (elite_.size() > lanes) elite_.pop_back();
    }
}

void Attack::load(std::span<const double> inputs) {
    for (std::size_t i = 0; i < inputs_.size(); ++i) std::fill_n(point(i), lanes, inputs[i]);
}

void Attack::round_integers(std::vector<Candidate>& found) {
    for (std::size_t i = 0; i < inputs_.size(); ++i) {
        if (domains_[i] == nullptr) continue;
        const double lower = lower_.row(i)[0];
        const double upper = upper_.row(i)[0];
        for (Candidate& candidate : found) {
            double& value = candidate.inputs[i];
            if (domains_[i]->values.empty()) {
                value = std::round(value);
                if (value < lower) value = std::ceil(lower);
                if (value > upper) value = std::floor(upper);
                continue;
            }
            double nearest = std::numeric_limits<double>::infinity();
            for (const Rational& choice : domains_[i]->values) {
                const double number = to_nearest(choice);
                if (number < lower || number > upper) continue;
                if (std::fabs(number - value) < std::fabs(nearest - value)) nearest = number;
            }
            if (std::isfinite(nearest)) value = nearest;
        }
    }
    std::vector<std::vector<double>> points;
    for (const Candidate& candidate : found) points.push_back(candidate.inputs);
    std::vector<double> margins(points.size());
    score(points, margins);
    for (std::size_t c = 0; c < found.size(); ++c) found[c].margin = margins[c];
    std::stable_sort(found.begin(), found.end(),
                     [](const Candidate& a, const Candidate& b) { return a.margin > b.margin; });
}

void Attack::score(std::span<const std::vector<double>> points, std::span<double> margins) {
    require(points.size() <= lanes && margins.size() == points.size(), "at most as many points as lanes");
    if (points.empty()) return;
    conditions_.clear();
    for (std::size_t i = 0; i < inputs_.size(); ++i)
        for (std::size_t j = 0; j < lanes; ++j) point(i)[j] = points[std::min(j, points.size() - 1)][i];
    double margin[lanes];
    evaluate(margin);
    std::copy_n(margin, margins.size(), margins.begin());
}

std::vector<Candidate> Attack::run(std::span<const double> lower, std::span<const double> upper,
                                   const AttackOptions& options, std::span<const std::vector<double>> starts) {
    require(lower.size() == inputs_.size() && upper.size() == inputs_.size(), "the box has a side for each input");
    enter(lower, upper);
    std::vector<Candidate> found;
    for (std::size_t group = 0; group < options.groups && (group == 0 || !options.limits.exceeded()); ++group) {
        descend(options, begin_descent(starts.subspan(std::min(group * lanes, starts.size())), options.limits));
        keep_best(found);
        if (!found.empty() && found.front().margin > options.enough) break;
    }
    const bool refinable = !found.empty() && !(found.front().margin > options.enough) && !integers_;
    if (refinable) refine(found.front(), options.refinements);
    remember(found);
    if (integers_) round_integers(found);
    network_.rest();
    return found;
}

std::vector<Candidate> Attack::run(std::span<const AttackTarget> targets, const AttackOptions& options) {
    require(!targets.empty() && targets.size() <= lanes, "at most as many targets as lanes");
    ends_.clear();  // the next box is another one
    conditions_.clear();
    for (std::size_t j = 0; j < lanes; ++j) {
        const AttackTarget& target = targets[std::min(j, targets.size() - 1)];
        if (j < targets.size()) conditions_.push_back(target.condition);
        for (std::size_t i = 0; i < inputs_.size(); ++i) {
            lower_.row(i)[j] = target.lower[i];
            upper_.row(i)[j] = target.upper[i];
        }
    }
    place({});
    descend(options, 1);
    std::vector<Candidate> best;
    for (std::size_t j = 0; j < targets.size(); ++j) best.push_back(best_of(j));
    conditions_.clear();
    return best;
}

Statistics Attack::statistics() const {
    Statistics statistics;
    statistics.add("attack_evaluations", static_cast<double>(evaluations_ * lanes));
    statistics.add("attack_gradients", static_cast<double>(gradients_ * lanes));
    return statistics;
}

}  // namespace sinew::search
