// SPDX-License-Identifier: Apache-2.0
#include "train/split.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

#include "base/limit_scope.hpp"
#include "base/random.hpp"

namespace sinew::train {

namespace {
void shuffle(std::vector<std::size_t>& rows, Random& random) {
    for (std::size_t i = rows.size(); i > 1; --i) std::swap(rows[i - 1], rows[random.below(i)]);
}
}  // namespace

Split stratified_split(const Examples& examples, const std::vector<std::size_t>& rows, double share,
                       std::uint64_t seed) {
    std::vector<std::vector<std::size_t>> of_class(examples.classes);
    for (const std::size_t row : rows) of_class[examples.labels[row]].push_back(row);
    Random random(seed);
    Split split;
    for (std::vector<std::size_t>& members : of_class) {
        shuffle(members, random);
        auto count = static_cast<std::size_t>(std::lround(share * static_cast<double>(members.size())));
        if (members.size() > 1 && share > 0 && share < 1) count = std::clamp(count, std::size_t{1}, members.size() - 1);
        const auto middle = members.begin() + static_cast<std::ptrdiff_t>(count);
        split.part.insert(split.part.end(), members.begin(), middle);
        split.rest.insert(split.rest.end(), middle, members.end());
    }
    std::sort(split.part.begin(), split.part.end());
    std::sort(split.rest.begin(), split.rest.end());
    return split;
}

std::vector<std::size_t> sample_classes(const std::vector<std::size_t>& labels, std::size_t count, std::uint64_t seed) {
    std::map<std::size_t, std::vector<std::size_t>> of_class;
    for (std::size_t row = 0; row < labels.size(); ++row) of_class[labels[row]].push_back(row);
    Random random(seed);
    std::vector<std::size_t> rows;
    for (auto& [label, members] : of_class) {
        shuffle(members, random);
        members.resize(std::min(members.size(), count));
        rows.insert(rows.end(), members.begin(), members.end());
    }
    std::sort(rows.begin(), rows.end());
    return rows;
}

std::vector<std::size_t> class_counts(const Examples& examples) {
    std::vector<std::size_t> counts(examples.classes, 0);
    for (const std::uint32_t label : examples.labels) ++counts[label];
    return counts;
}

Contradictions contradictions_of(const Examples& examples) {
    std::vector<std::size_t> order(examples.rows());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::size_t looks = 0;
    const auto compare = [&](std::size_t a, std::size_t b) {
        if ((++looks & 63U) == 0) check_limits();
        const auto left = examples.row(a);
        const auto right = examples.row(b);
        return std::lexicographical_compare_three_way(left.begin(), left.end(), right.begin(), right.end());
    };
    std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return compare(a, b) < 0; });
    Contradictions found;
    for (std::size_t begin = 0; begin < order.size();) {
        check_limits();
        std::size_t end = begin;
        std::vector<std::size_t> counts(examples.classes, 0);
        for (; end < order.size() && compare(order[begin], order[end]) == 0; ++end)
            ++counts[examples.labels[order[end]]];
        const std::size_t most = *std::max_element(counts.begin(), counts.end());
        found.most_right += most;
        if (most != end - begin) {
            ++found.groups;
            found.rows += end - begin;
        }
        begin = end;
    }
    return found;
}

}  // namespace sinew::train
