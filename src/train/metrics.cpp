// SPDX-License-Identifier: Apache-2.0
#include "train/metrics.hpp"

#include <algorithm>
#include <cstdlib>
#include <limits>
#include <set>

namespace sinew::train {

namespace {
/// By how much the label's score is above the best other.
std::int64_t lead_of(std::span<const std::int64_t> scores, std::uint32_t label) {
    std::int64_t best = std::numeric_limits<std::int64_t>::min();
    for (std::size_t c = 0; c < scores.size(); ++c)
        if (c != label) best = std::max(best, scores[c]);
    return scores[label] - best;
}
}  // namespace

std::size_t Confusion::examples() const {
    std::size_t sum = 0;
    for (const auto& row : counts)
        for (const std::size_t count : row) sum += count;
    return sum;
}

std::size_t Confusion::right() const {
    std::size_t sum = 0;
    for (std::size_t c = 0; c < counts.size(); ++c) sum += counts[c][c];
    return sum;
}

double Confusion::accuracy() const {
    const std::size_t all = examples();
    return all == 0 ? 0 : static_cast<double>(right()) / static_cast<double>(all);
}

double Confusion::balanced_accuracy() const {
    double sum = 0;
    std::size_t classes = 0;
    for (std::size_t c = 0; c < counts.size(); ++c) {
        std::size_t of_class = 0;
        for (const std::size_t count : counts[c]) of_class += count;
        if (of_class == 0) continue;
        ++classes;
        sum += static_cast<double>(counts[c][c]) / static_cast<double>(of_class);
    }
    return classes == 0 ? 0 : sum / static_cast<double>(classes);
}

std::uint32_t told_class(std::span<const std::int64_t> scores, std::uint32_t label) {
    if (scores.size() == 1 || is_right(scores, label)) return class_of(scores);
    std::uint32_t best = label == 0 ? 1 : 0;
    for (std::uint32_t c = 0; c < scores.size(); ++c)
        if (c != label && scores[c] > scores[best]) best = c;
    return best;
}

Confusion confusion_of(const Weights& weights, const Examples& examples) {
    Confusion confusion(examples.classes);
    for (std::size_t k = 0; k < examples.rows(); ++k) {
        const std::uint32_t label = examples.labels[k];
        ++confusion.counts[label][told_class(sums_of(weights, examples.row(k)).back(), label)];
    }
    return confusion;
}

Margins margins_of(const Weights& weights, const Examples& examples, Output output) {
    Margins margins;
    for (std::size_t k = 0; k < examples.rows(); ++k) {
        std::vector<std::vector<std::int64_t>> sums = sums_of(weights, examples.row(k));
        if (sums.back().size() > 1) {
            if (is_right(sums.back(), examples.labels[k])) {
                const std::int64_t lead = lead_of(sums.back(), examples.labels[k]);
                margins.lead = margins.lead ? std::min(*margins.lead, lead) : lead;
            }
            if (output != Output::signs) sums.pop_back();
        }
        if (k == 0)
            for (const auto& layer : sums)
                margins.neurons.emplace_back(layer.size(), std::numeric_limits<std::int64_t>::max());
        for (std::size_t l = 0; l < sums.size(); ++l)
            for (std::size_t j = 0; j < sums[l].size(); ++j)
                margins.neurons[l][j] = std::min<std::int64_t>(margins.neurons[l][j], std::abs(sums[l][j]));
    }
    return margins;
}

std::vector<bool> unfair_examples(const Classifier& classify, const Examples& examples,
                                  const std::vector<std::uint32_t>& sensitive) {
    std::set<std::vector<std::int32_t>> combinations;
    for (std::size_t k = 0; k < examples.rows(); ++k) {
        std::vector<std::int32_t> values;
        for (const std::uint32_t feature : sensitive) values.push_back(examples.row(k)[feature]);
        combinations.insert(std::move(values));
    }
    std::vector<bool> unfair;
    for (std::size_t k = 0; k < examples.rows(); ++k) {
        const std::span<const std::int32_t> row = examples.row(k);
        const std::uint32_t own = classify(row);
        std::vector<std::int32_t> changed(row.begin(), row.end());
        unfair.push_back(std::any_of(combinations.begin(), combinations.end(), [&](const auto& values) {
            for (std::size_t s = 0; s < sensitive.size(); ++s) changed[sensitive[s]] = values[s];
            return classify(changed) != own;
        }));
    }
    return unfair;
}

}  // namespace sinew::train
