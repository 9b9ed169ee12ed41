// SPDX-License-Identifier: Apache-2.0
#include "search/attack.hpp"

#include <algorithm>
#include <cmath>

#include "base/error.hpp"

namespace sinew::search {

using bounds::lanes;

namespace {
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
    momentum_.resize(inputs_.size());
    best_point_.resize(inputs_.size());
}

void Attack::place(const Box& box, std::span<const std::vector<double>> starts, std::size_t group) {
    for (std::size_t j = 0; j < lanes; ++j) {
        const std::size_t number = group * lanes + j;
        const bool given = number < starts.size();
        const bool centre = number == starts.size();
        const bool corner = j % 4 == 1;
        for (std::size_t i = 0; i < inputs_.size(); ++i) {
            const double lower = box.lower[i];
            const double upper = box.upper[i];
            double at = given    ? starts[number][i]
                        : centre ? 0.5 * lower + 0.5 * upper
                        : corner ? (random_.chance(0.5) ? lower : upper)
                                 : lower + (upper - lower) * random_.uniform();
            point(i)[j] = std::min(std::max(at, lower), upper);
        }
    }
    momentum_.fill(0);
}

void Attack::evaluate(double* margin) {
    network_.forward();
    condition_.evaluate(network_.values(), margin);
    ++evaluations_;
}

void Attack::record_best(const double* margin) {
    for (std::size_t j = 0; j < lanes; ++j) {
        if (!(margin[j] > best_margin_[j])) continue;
        best_margin_[j] = margin[j];
        for (std::size_t i = 0; i < inputs_.size(); ++i) best_point_.row(i)[j] = point(i)[j];
    }
}

void Attack::step(const Box& box, std::size_t index, double size, double momentum) {
    // Each lane's derivative, scaled to the box, becomes a direction with largest entry 1: its signs, or (few inputs,
    // odd lanes) its proportions. The direction is averaged over the steps (Dong et al., Boosting adversarial attacks
    // with momentum, CVPR 2018).
    const bool proportions = inputs_.size() <= 32;
    double largest[lanes] = {};
    bounds::LaneMatrix& adjoints = network_.adjoints();
    for (std::size_t i = 0; i < inputs_.size(); ++i) {
        const double width = box.upper[i] - box.lower[i];
        const double* slope = adjoints.row(inputs_[i]);
        for (std::size_t j = 0; j < lanes; ++j) largest[j] = std::max(largest[j], std::fabs(slope[j]) * width);
    }
    for (std::size_t i = 0; i < inputs_.size(); ++i) {
        const double width = box.upper[i] - box.lower[i];
        const double* slope = adjoints.row(inputs_[i]);
        double* average = momentum_.row(i);
        double* at = point(i);
        for (std::size_t j = 0; j < lanes; ++j) {
            const bool signs = !proportions || j % 2 == 0;
            const double direction = signs            ? (slope[j] > 0   ? 1.0
                                                         : slope[j] < 0 ? -1.0
                                                                        : 0.0)
                                     : largest[j] > 0 ? slope[j] * width / largest[j]
                                                      : 0.0;
            average[j] = index == 0 ? direction : momentum * average[j] + (1 - momentum) * direction;
            const double moved = at[j] + size * width * average[j];
            at[j] = std::min(std::max(moved, box.lower[i]), box.upper[i]);
        }
    }
}

void Attack::descend(const Box& box, const AttackOptions& options) {
    std::uint32_t choice[lanes] = {};
    Descent descent[lanes] = {};
    const std::size_t disjuncts = condition_.disjuncts();
    const std::size_t offset = random_.below(disjuncts + 1);
    for (std::size_t j = 0; j < lanes; ++j) {
        if (disjuncts > 1) choice[j] = static_cast<std::uint32_t>((offset + j) % (disjuncts + 1));
        descent[j] = j / 2 % 2 == 0 ? Descent::sum : Descent::worst;
    }
    const double ratio = options.last_step / options.first_step;
    const double steps = static_cast<double>(std::max<std::size_t>(options.steps, 2) - 1);
    for (std::size_t s = 0; s <= options.steps; ++s) {
        double margin[lanes];
        evaluate(margin);
        record_best(margin);
        if (s == options.steps || options.limits.exceeded()) return;
        if (*std::max_element(margin, margin + lanes) > options.enough) return;
        network_.adjoints().fill(0);
        condition_.seed(network_.adjoints(), choice, descent);
        network_.backward();
        ++gradients_;
        step(box, s, options.first_step * std::pow(ratio, static_cast<double>(s) / steps), 0.5);
    }
}

void Attack::keep_best(std::vector<Candidate>& found) {
    for (std::size_t j = 0; j < lanes; ++j) {
        if (!std::isfinite(best_margin_[j]) && best_margin_[j] < 0) continue;
        Candidate candidate;
        candidate.margin = best_margin_[j];
        if (found.size() >= lanes && !(candidate.margin > found.back().margin)) continue;
        candidate.inputs.resize(inputs_.size());
        for (std::size_t i = 0; i < inputs_.size(); ++i) candidate.inputs[i] = best_point_.row(i)[j];
        const auto place = std::upper_bound(found.begin(), found.end(), candidate.margin,
                                            [](double margin, const Candidate& c) { return margin > c.margin; });
        found.insert(place, std::move(candidate));
        if (found.size() > lanes) found.pop_back();
    }
}

void Attack::load(std::span<const double> inputs) {
    for (std::size_t i = 0; i < inputs_.size(); ++i) std::fill_n(point(i), lanes, inputs[i]);
}

void Attack::round_integers(const Box& box, std::vector<Candidate>& found) {
    for (std::size_t i = 0; i < inputs_.size(); ++i) {
        if (domains_[i] == nullptr) continue;
        for (Candidate& candidate : found) {
            double& value = candidate.inputs[i];
            if (domains_[i]->values.empty()) {
                value = std::round(value);
                if (value < box.lower[i]) value = std::ceil(box.lower[i]);
                if (value > box.upper[i]) value = std::floor(box.upper[i]);
                continue;
            }
            double nearest = std::numeric_limits<double>::infinity();
            for (const Rational& choice : domains_[i]->values) {
                const double number = to_nearest(choice);
                if (number < box.lower[i] || number > box.upper[i]) continue;
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
    for (std::size_t i = 0; i < inputs_.size(); ++i)
        for (std::size_t j = 0; j < lanes; ++j) point(i)[j] = points[std::min(j, points.size() - 1)][i];
    double margin[lanes];
    evaluate(margin);
    std::copy_n(margin, margins.size(), margins.begin());
}

std::vector<Candidate> Attack::run(std::span<const double> lower, std::span<const double> upper,
                                   const AttackOptions& options, std::span<const std::vector<double>> starts) {
    require(lower.size() == inputs_.size() && upper.size() == inputs_.size(), "the box has a side for each input");
    const Box box{lower, upper};
    std::vector<Candidate> found;
    for (std::size_t group = 0; group < options.groups && (group == 0 || !options.limits.exceeded()); ++group) {
        std::fill_n(best_margin_, lanes, -std::numeric_limits<double>::infinity());
        place(box, starts, group);
        descend(box, options);
        keep_best(found);
        if (!found.empty() && found.front().margin > options.enough) break;
    }
    const bool refinable = !found.empty() && !(found.front().margin > options.enough) && !integers_;
    if (refinable) refine(box, found.front(), options.refinements);
    if (integers_) round_integers(box, found);
    return found;
}

Statistics Attack::statistics() const {
    Statistics statistics;
    statistics.add("attack_evaluations", static_cast<double>(evaluations_ * lanes));
    statistics.add("attack_gradients", static_cast<double>(gradients_ * lanes));
    return statistics;
}

}  // namespace sinew::search
