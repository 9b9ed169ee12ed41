// SPDX-License-Identifier: Apache-2.0
#include "results/compare.hpp"

#include <algorithm>
#include <cmath>
#include <unordered_map>

#include <fmt/core.h>

#include "exact/decimal.hpp"

namespace sinew::results {

namespace {
/// What clocks cannot tell apart counts as equal.
constexpr double shortest = 1e-5;

std::string base_name(const std::string& path) {
    return path.substr(path.find_last_of('/') + 1);
}

std::string key_of(const Question& question, MatchBy match) {
    if (match == MatchBy::place)
        return fmt::format("{}\n{}\n{}\n{}", base_name(question.network), base_name(question.property), question.row,
                           question.epsilon);
    return fmt::format("{}\n{}\n{}\n{}\n{}", question.network_digest, question.property_digest, question.options,
                       question.row, question.epsilon);
}

std::optional<Rational> number_in(const std::optional<std::string>& text) {
    return text ? parse_number(*text) : std::nullopt;
}

/// Of certification: the violation that `row` shows is nearer than what `other` proved of all, whether or not they came
/// to an end.
bool is_below_bound(const Row& row, const Row& other) {
    for (const Row* one : {&row, &other})
        if (one->question.row == Question::no_row || (one->status != "falsified" && one->status != "unknown"))
            return false;
    const std::optional<Rational> distance = number_in(row.value);
    const std::optional<Rational> bound = number_in(other.bound);
    return distance && bound && *distance < *bound;
}

bool contradict(const Row& first, const Row& second) {
    if (is_below_bound(first, second) || is_below_bound(second, first)) return true;
    if (first.status != second.status)
        return is_answer(standing_of(first.status)) && is_answer(standing_of(second.status));
    if (first.status != "optimum" && first.status != "optimal") return false;
    // Over smooth neurons an optimum is known up to an interval: only proven ends are compared.
    const bool exact = first.value == first.bound && second.value == second.bound;
    return exact && first.value && second.value && first.value != second.value;
}
}  // namespace

std::size_t Comparison::count(Change change) const {
    return static_cast<std::size_t>(
        std::ranges::count_if(differences, [&](const Difference& one) { return one.change == change; }));
}

Comparison compare(const std::vector<Row>& first, const std::vector<Row>& second, MatchBy match) {
    Comparison comparison;
    std::unordered_map<std::string, const Row*> rows;
    for (const Row& row : second) rows.emplace(key_of(row.question, match), &row);
    double logarithms = 0;
    for (const Row& row : first) {
        const auto found = rows.find(key_of(row.question, match));
        if (found == rows.end() || found->second == nullptr) {
            ++comparison.only_first;
            continue;
        }
        const Row& other = *found->second;
        found->second = nullptr;
        ++comparison.common;
        const bool solved = is_answer(standing_of(row.status));
        const bool other_solved = is_answer(standing_of(other.status));
        comparison.solved_first += solved ? 1 : 0;
        comparison.solved_second += other_solved ? 1 : 0;
        if (solved && other_solved) {
            ++comparison.solved_both;
            comparison.seconds_first += row.seconds;
            comparison.seconds_second += other.seconds;
            logarithms += std::log(std::max(other.seconds, shortest) / std::max(row.seconds, shortest));
        }
        if (contradict(row, other))
            comparison.differences.push_back({Change::contradiction, row, other});
        else if (solved != other_solved)
            comparison.differences.push_back({solved ? Change::regression : Change::improvement, row, other});
    }
    comparison.only_second = rows.size() - comparison.common;
    if (comparison.solved_both != 0)
        comparison.time_ratio = std::exp(logarithms / static_cast<double>(comparison.solved_both));
    std::ranges::stable_sort(comparison.differences, {}, &Difference::change);
    return comparison;
}

std::string place_text(const Question& question) {
    std::string text = question.network;
    if (!question.property.empty()) text += (text.empty() ? "" : " ") + question.property;
    if (question.row != Question::no_row) text += fmt::format(" row {}", question.row);
    if (!question.epsilon.empty()) text += fmt::format(" epsilon {}", question.epsilon);
    return text;
}

}  // namespace sinew::results
