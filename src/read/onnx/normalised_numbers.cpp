// SPDX-License-Identifier: Apache-2.0
#include "read/onnx/normalised_numbers.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>
#include <vector>

namespace sinew::read::onnx {

namespace {
/// What is looked through.
constexpr int most_layers = 16;
/// A denominator of more bits is of no use.
constexpr int longest_fraction = 2048;

bool passes_elements(std::string_view type) {
    constexpr std::array<std::string_view, 9> known{"MaxPool",   "Reshape", "Flatten", "Identity",  "Transpose",
                                                    "Unsqueeze", "Squeeze", "Softmax", "LogSoftmax"};
    return std::ranges::find(known, type) != known.end();
}

class Uses {
  public:
    explicit Uses(const GraphProto& graph) : graph_(graph) {
        for (int n = 0; n < graph.node_size(); ++n)
            for (const std::string& input : graph.node(n).input()) readers_[input].push_back(n);
        for (const ValueInfoProto& output : graph.output()) is_output_[output.name()] = true;
    }

    BatchNormUse of(int node) const {
        for (int step = 0; step < most_layers && graph_.node(node).output_size() > 0; ++step) {
            const std::string& value = graph_.node(node).output(0);
            const auto found = readers_.find(value);
            if (is_output_.contains(value)) return found == readers_.end() ? BatchNormUse::scores : BatchNormUse::value;
            if (found == readers_.end()) break;
            const std::vector<int>& readers = found->second;
            if (std::ranges::all_of(readers, [&](int reader) { return graph_.node(reader).op_type() == "Sign"; }))
                return BatchNormUse::sign;
            const NodeProto& next = graph_.node(readers.front());
            if (readers.size() != 1 || !passes_elements(next.op_type()) || next.input(0) != value) break;
            node = readers.front();
        }
        return BatchNormUse::value;
    }

  private:
    const GraphProto& graph_;
    std::unordered_map<std::string, std::vector<int>> readers_;
    std::unordered_map<std::string, bool> is_output_;
};

/// Σ of multiples of 2^-fraction: whole numbers are fraction 0.
struct Multiples {
    int fraction = 0;
    Integer largest = 1;
};

/// The least f >= 0 so that all numbers are multiples of 2^-f; absent if some are no doubles.
std::optional<int> fraction_of(const model::NumberArray& numbers) {
    if (!numbers.all_doubles()) return std::nullopt;
    int fraction = 0;
    for (const double number : numbers.nearest())
        while (std::ldexp(number, fraction) != std::nearbyint(std::ldexp(number, fraction)))
            if (++fraction > longest_fraction) return std::nullopt;
    return fraction;
}

Integer largest_of(const model::NumberArray& numbers) {
    double largest = 0;
    for (const double number : numbers.nearest()) largest = std::max(largest, std::fabs(number));
    return ceil(to_rational(largest));
}

class Sums {
  public:
    Sums(const model::Network& network, bool whole_inputs) : network_(network), whole_inputs_(whole_inputs) {}

    std::optional<Multiples> of(const model::AffineLayer& affine) {
        const std::optional<int> of_bias = fraction_of(affine.bias);
        if (++depth_ > most_layers || !of_bias) return std::nullopt;
        Multiples sum{*of_bias, largest_of(affine.bias)};
        for (const model::AffineTerm& term : affine.terms) {
            const model::NumberArray& weights = model::weights(term.map);
            const std::optional<int> of_weights = fraction_of(weights);
            const std::optional<Multiples> source = of(term.source);
            if (!of_weights || !source) return std::nullopt;
            sum.fraction = std::max(sum.fraction, *of_weights + source->fraction);
            sum.largest +=
                largest_of(weights) * source->largest * static_cast<unsigned long>(network_.layer(term.source).size);
        }
        if (sum.fraction > longest_fraction) return std::nullopt;
        return sum;
    }

    std::optional<Multiples> of(model::LayerId id) {
        const model::LayerOperation& operation = network_.layer(id).operation;
        if (const auto* affine = std::get_if<model::AffineLayer>(&operation)) return of(*affine);
        if (const auto* pool = std::get_if<model::MaxPoolLayer>(&operation)) return of(pool->source);
        if (whole_inputs_ && std::holds_alternative<model::InputLayer>(operation)) return Multiples{};
        const auto* activation = std::get_if<model::ActivationLayer>(&operation);
        if (activation == nullptr) return std::nullopt;
        switch (activation->activation.kind) {
            case model::ActivationKind::sign:
            case model::ActivationKind::signum:
            case model::ActivationKind::hardlim:
                return Multiples{};
            default:
                return std::nullopt;
        }
    }

  private:
    const model::Network& network_;
    bool whole_inputs_;
    int depth_ = 0;
};
}  // namespace

std::unordered_map<int, BatchNormUse> batch_norm_uses(const GraphProto& graph) {
    std::unordered_map<int, BatchNormUse> result;
    std::optional<Uses> uses;
    for (int n = 0; n < graph.node_size(); ++n) {
        if (graph.node(n).op_type() != "BatchNormalization") continue;
        if (!uses) uses.emplace(graph);
        result.emplace(n, uses->of(n));
    }
    return result;
}

std::optional<BatchNormArguments> batch_norm_arguments(const Builder& builder, const Tensor& tensor, BatchNormUse use) {
    Sums sums(builder.network(), use == BatchNormUse::sign);
    std::optional<Multiples> multiples;
    if (tensor.source->pending) {
        multiples = sums.of(*tensor.source->pending);
    } else {
        multiples = sums.of(tensor.source->id);
    }
    if (!multiples) return std::nullopt;
    return BatchNormArguments{Integer(1) << static_cast<unsigned long>(multiples->fraction), multiples->largest};
}

}  // namespace sinew::read::onnx
