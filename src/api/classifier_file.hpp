// SPDX-License-Identifier: Apache-2.0
// A network that classifies, from its file: a binarized one, or any other.
#pragma once

#include <optional>
#include <string>

#include "model/binarized.hpp"
#include "model/query.hpp"

namespace sinew {

/// Whether the file is one of binarized networks alone: .npz, .bnn, a folder.
bool is_binarized_file(const std::string& path);

/// Reads an NPZ file, a folder of CSV files, a text (.bnn), or the binarized network of an ONNX file or a dnn text;
/// `kind` is its kind of input, where it is given. Throws InputError for what cannot be read or is none.
model::BinarizedNetwork read_binarized_file(const std::string& path, std::optional<model::InputKind> kind);

/// One of the two.
struct ReadClassifier {
    std::optional<model::BinarizedNetwork> binarized;
    std::optional<model::Query> network;
};

/// Any network that sinew reads. It is taken as binarized where its file is of such networks, a kind is given, or its
/// inputs are of a known kind (ONNX, which cannot say it: it has sign or step neurons) and it is of the form that
/// threshold::fold knows. Of a query the conditions are left out. Throws InputError where it has no outputs.
ReadClassifier read_classifier(const std::string& path, std::optional<model::InputKind> kind);

}  // namespace sinew
