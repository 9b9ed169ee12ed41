// SPDX-License-Identifier: Apache-2.0
#include "read/onnx/cases.hpp"

#include <algorithm>
#include <map>

#include <fmt/core.h>

namespace sinew::read::onnx {

Cases CaseKeys::add(Tensor tensor, Rounding rounding, std::int64_t lower, std::size_t count, int data_type) {
    Cases cases;
    cases.keys = {keys_.size()};
    for (std::size_t k = 0; k < count; ++k) {
        Constant number;
        number.shape = tensor.shape;
        number.type = ElementType::integer;
        number.data_type = data_type;
        number.integers = {lower + static_cast<std::int64_t>(k)};
        cases.constants.push_back(std::move(number));
        cases.which.push_back(static_cast<std::uint32_t>(k));
    }
    keys_.push_back({std::move(tensor), rounding, lower, count, std::nullopt});
    return cases;
}

std::size_t CaseKeys::combinations(const std::vector<std::size_t>& keys) const {
    std::size_t result = 1;
    for (const std::size_t key : keys) result = std::min(result * keys_[key].count, most_combinations + 1);
    return result;
}

std::size_t CaseKeys::part(std::size_t combination, const std::vector<std::size_t>& keys,
                           const std::vector<std::size_t>& some) const {
    std::size_t result = 0;
    std::size_t stride = 1;
    for (std::size_t i = keys.size(), s = some.size(); i-- > 0;) {
        const std::size_t count = keys_[keys[i]].count;
        if (s > 0 && some[s - 1] == keys[i]) {
            result += combination % count * stride;
            stride *= count;
            --s;
        }
        combination /= count;
    }
    return result;
}

Tensor& CaseKeys::steps_of(Builder& network, std::size_t index) {
    Key& key = keys_[index];
    if (key.steps) return *key.steps;
    // Closed steps are [x - place >= 0]; open ones [x > place] are 1 - [place - x >= 0]: one more affine layer.
    const std::size_t count = key.count - 1;
    const std::string name = fmt::format("{}_cases", key.tensor.source->name);
    SparseRows distance(key.tensor.source->size, count);
    SparseRows turned(count, count);
    model::NumberArray places(count);
    model::NumberArray base(count);
    for (std::size_t k = 0; k < count; ++k) {
        const Step step = step_to(Integer(static_cast<long>(key.lower)) + static_cast<long>(k) + 1, key.rounding);
        distance.add(key.tensor.component(0), step.is_open ? -1.0 : 1.0);
        distance.end_row();
        places.set(k, step.is_open ? step.place : Rational(-step.place));
        turned.add(static_cast<std::uint32_t>(k), step.is_open ? -1.0 : 1.0);
        turned.end_row();
        base.set_double(k, step.is_open ? 1 : 0);
    }
    Tensor distances = network.map(name + "_distance", {count}, key.tensor, distance.take(), std::move(places));
    model::Activation hardlim;
    hardlim.kind = model::ActivationKind::hardlim;
    Tensor steps = network.activation(name + "_step", std::move(distances), hardlim);
    key.steps = network.map(name, {count}, steps, turned.take(), std::move(base));
    return *key.steps;
}

std::optional<Tensor> CaseKeys::tensor(Builder& network, const std::string& name, const Cases& cases) {
    const Constant& first = cases.constants[0];
    for (const Constant& constant : cases.constants)
        if (constant.shape != first.shape || !constant.infinite.empty()) return std::nullopt;
    const std::size_t count = element_count(first.shape);
    if (count == 0) return std::nullopt;
    std::vector<model::NumberArray> numbers;
    for (const Constant& constant : cases.constants) numbers.push_back(as_reals(constant).reals);
    // The constant of most combinations is what the others are told from.
    std::vector<std::size_t> uses(cases.constants.size(), 0);
    for (const std::uint32_t which : cases.which) ++uses[which];
    const auto usual = static_cast<std::uint32_t>(std::ranges::max_element(uses) - uses.begin());
    std::vector<std::size_t> points;
    for (std::size_t c = 0; c < cases.which.size(); ++c)
        if (cases.which[c] != usual) points.push_back(c);
    model::AffineLayer result;
    result.bias = numbers[usual];
    result.bias.widen();
    if (!points.empty()) {
        // [number = lower + k] = step k - step k + 1; a combination: max(0, sum over the keys - (their number - 1)).
        network.charge(4 * points.size() * cases.keys.size());
        model::AffineLayer indicator;
        indicator.bias = model::NumberArray(points.size());
        for (const std::size_t key : cases.keys) {
            Tensor& steps = steps_of(network, key);
            SparseRows rows(steps.source->size, points.size());
            for (std::size_t p = 0; p < points.size(); ++p) {
                const std::size_t k = part(points[p], cases.keys, {key});
                if (k > 0) rows.add(steps.component(k - 1), 1.0);
                if (k + 1 < keys_[key].count) rows.add(steps.component(k), -1.0);
                rows.end_row();
                if (k == 0) indicator.bias.set_double(p, indicator.bias.nearest()[p] + 1);
            }
            indicator.terms.emplace_back(network.layer(steps), rows.take());
        }
        for (std::size_t p = 0; p < points.size(); ++p)
            indicator.bias.set_double(p, indicator.bias.nearest()[p] - static_cast<double>(cases.keys.size() - 1));
        Tensor chosen = network.affine(name + "_case", {points.size()}, std::move(indicator));
        if (cases.keys.size() > 1) chosen = network.activation(name + "_combination", std::move(chosen), {});
        std::vector<std::vector<std::pair<std::uint32_t, Rational>>> rows(count);
        std::map<std::uint32_t, std::vector<std::pair<std::size_t, Rational>>> changes;
        for (std::size_t p = 0; p < points.size(); ++p) {
            const std::uint32_t which = cases.which[points[p]];
            auto found = changes.find(which);
            if (found == changes.end()) {
                found = changes.emplace(which, std::vector<std::pair<std::size_t, Rational>>{}).first;
                for (std::size_t i = 0; i < count; ++i) {
                    const bool same = numbers[which].holds_double(i) && numbers[usual].holds_double(i) &&
                                      numbers[which].nearest()[i] == numbers[usual].nearest()[i];
                    if (!same) found->second.emplace_back(i, numbers[which].exact(i) - numbers[usual].exact(i));
                }
            }
            network.charge(2 * found->second.size());
            for (const auto& [element, change] : found->second)
                if (change != 0) rows[element].emplace_back(chosen.component(p), change);
        }
        SparseRows map(chosen.source->size, count);
        model::NumberArray weight(1);
        for (const auto& row : rows) {
            for (const auto& [component, change] : row) {
                weight.set(0, change);
                map.add(component, weight, 0);
            }
            map.end_row();
        }
        result.terms.emplace_back(network.layer(chosen), map.take());
    }
    Tensor tensor = network.affine(name, first.shape, std::move(result));
    tensor.type = first.type;
    tensor.data_type = first.data_type;
    return tensor;
}

std::string content_of(const Constant& constant) {
    std::string text = to_string(constant.shape) + (constant.type == ElementType::integer ? "i" : "r");
    text.append(reinterpret_cast<const char*>(constant.integers.data()),
                constant.integers.size() * sizeof(std::int64_t));
    const model::NearestNumbers nearest = constant.reals.nearest();
    for (std::size_t i = 0; i < nearest.size(); ++i) {
        const double number = nearest[i];
        text.append(reinterpret_cast<const char*>(&number), sizeof number);
        if (!constant.reals.holds_double(i)) text += constant.reals.exact(i).get_str();
    }
    for (const auto& [at, sign] : std::map<std::size_t, int>(constant.infinite.begin(), constant.infinite.end()))
        text += fmt::format("{}{}", sign > 0 ? "+" : "-", at);
    return text;
}

}  // namespace sinew::read::onnx
