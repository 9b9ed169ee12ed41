// SPDX-License-Identifier: Apache-2.0
// A network that classifies, from its file: a binarized one, or any other.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/command.hpp"
#include "model/binarized.hpp"
#include "model/query.hpp"
#include "threshold/threshold_network.hpp"

namespace sinew::cli {

/// True iff the name is one of a network that only this loader knows: .npz, .bnn, a folder.
bool is_binarized_network(const std::string& path);

/// Reads an NPZ file, a folder of CSV files, a text (.bnn), or the binarized network of an ONNX file or a dnn text;
/// --input changes its kind of input.
model::BinarizedNetwork load_binarized(const std::string& path, const Arguments& arguments);

/// What certification asks of it; `path` is for the error where it is of another form.
threshold::ThresholdNetwork fold(const model::BinarizedNetwork& network, const std::string& path);

/// What examples must fit, and how their images become inputs.
struct NetworkFacts {
    explicit NetworkFacts(const model::BinarizedNetwork& network);
    /// Of any other network: its inputs and outputs, and the shape of its only input.
    explicit NetworkFacts(const model::Query& network);

    std::size_t input_count = 0;
    std::size_t class_count = 0;
    std::vector<std::size_t> input_shape;
    std::string preparation;               ///< as BinarizedNetwork has it
    std::optional<model::InputKind> kind;  ///< absent: real numbers, whatever they are
    Rational pixel_scale{1, 255};          ///< without a kind: what a byte of an image is multiplied by
    std::optional<bool> channels_first;    ///< of the inputs, where it was said; else their shape tells
};

/// One of the two.
struct Classifier {
    std::optional<model::BinarizedNetwork> binarized;
    std::optional<model::Query> network;

    NetworkFacts facts() const { return binarized ? NetworkFacts(*binarized) : NetworkFacts(*network); }
};

/// Any network that sinew reads. It is taken as binarized where its file is of such networks, --input says so, or it
/// has sign or step neurons (or a known kind of input) and is of the form that threshold::fold knows. Of a query the
/// conditions are left out. Throws InputError where it has no outputs.
Classifier load_classifier(const std::string& path, const Arguments& arguments);

/// The words of --input.
std::vector<std::string> input_kinds();

}  // namespace sinew::cli
