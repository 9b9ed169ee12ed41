// SPDX-License-Identifier: Apache-2.0
#include "cli/classifier_file.hpp"

#include <algorithm>

#include <fmt/core.h>

#include "api/classifier_file.hpp"
#include "base/error.hpp"
#include "base/naming_file.hpp"
#include "cli/common_options.hpp"
#include "cli/print.hpp"
#include "threshold/fold.hpp"

namespace sinew::cli {

namespace {
/// --input.
std::optional<model::InputKind> kind_of(const Arguments& arguments) {
    if (!arguments.has("input")) return std::nullopt;
    const auto& name = arguments.get<std::string>("input");
    const std::optional<model::InputKind> kind = model::input_kind(name);
    if (!kind)
        throw UsageError(fmt::format("--input cannot be '{}' (expected bits, signs, pixels, unit or integers)", name));
    return kind;
}

void tell_notes(const model::BinarizedNetwork& network, const Arguments& arguments) {
    if (quiet(arguments)) return;
    for (const std::string& note : network.notes) print_error("note: {}\n", note);
}
}  // namespace

std::vector<std::string> input_kinds() {
    return {"bits", "signs", "pixels", "unit", "integers"};
}

bool is_binarized_network(const std::string& path) {
    return is_binarized_file(path);
}

model::BinarizedNetwork load_binarized(const std::string& path, const Arguments& arguments) {
    model::BinarizedNetwork network = read_binarized_file(path, kind_of(arguments));
    tell_notes(network, arguments);
    return network;
}

threshold::ThresholdNetwork fold(const model::BinarizedNetwork& network, const std::string& path) {
    return naming_file(path, [&] { return threshold::fold(network); });
}

NetworkFacts::NetworkFacts(const model::BinarizedNetwork& network)
    : input_count(network.input_size()),
      class_count(network.output_size() == 1 ? 2 : network.output_size()),
      input_shape(network.input_shape),
      preparation(network.preparation),
      kind(network.input) {}

NetworkFacts::NetworkFacts(const model::Query& network)
    : input_count(network.network.input_variables().size()),
      class_count(network.outputs.size() == 1 ? 2 : network.outputs.size()) {
    std::size_t inputs = 0;
    for (const model::Layer& layer : network.network.layers()) {
        if (!std::holds_alternative<model::InputLayer>(layer.operation)) continue;
        ++inputs;
        input_shape = layer.shape;
    }
    if (inputs != 1) input_shape.clear();
    // Batch axes and other axes of one component in front say nothing: [1, 1, 28, 28] is an image of 28 × 28.
    while (input_shape.size() > 3 && input_shape.front() == 1) input_shape.erase(input_shape.begin());
    if (std::ranges::count_if(input_shape, [](std::size_t extent) { return extent != 1; }) <= 1)
        input_shape = {input_count};
}

Classifier load_classifier(const std::string& path, const Arguments& arguments) {
    ReadClassifier read = read_classifier(path, kind_of(arguments));
    if (read.binarized) tell_notes(*read.binarized, arguments);
    return {std::move(read.binarized), std::move(read.network)};
}

}  // namespace sinew::cli
